//! The nouns of a US medical claim.
//!
//! Everything here is plain data: a [`Claim`] knows no file format and no table. Readers fill it, rules read it. Code
//! newtypes are `Copy` and refuse text that cannot be a code; whether a code *exists* on a date is a question for the
//! reference tables.
//!
//! Elements that a finding may point at are [`Spanned`]: they remember the byte range of the file they were read from.

mod claim;
pub mod code;
mod fault;
mod finding;
mod levels;
mod line;
mod money;
mod not_evaluated;
mod npi;
mod party;
mod span;

pub use claim::{
    AccidentInfo, Admission, Ambulance, Claim, ClaimAmounts, ClaimDates, ClaimType, ConditionIndicator, ContractInfo,
    Diagnosis, DiagnosisRole, ExternalReference, Occurrence, OccurrenceSpan, Procedure, ProcedureCoding, Purpose,
    Repricing, SpinalManipulation, Value,
};
pub use code::{
    AdmissionSource, AdmissionType, CodeError, CodeSet, ConditionCode, DiagnosisCode, DischargeStatus, DrgCode,
    HcpcsCode, Modifier, Ndc, OccurrenceCode, PlaceOfService, Poa, ProcedureCode, RevenueCode, Taxonomy, ToothCode,
    TypeOfBill, ValueCode,
};
pub use fault::quote;
pub use finding::{Change, ClearKind, Clearance, Disposition, Evidence, Finding, Message, Subject};
pub use levels::Levels;
pub use line::{
    Adjustment, AdjustmentGroup, DentalDetail, DrugDetail, EquipmentCertification, EquipmentService, FormAnswer,
    LineAdjudication, LineDates, Measurement, ServiceLine, SupportingForm, Unit,
};
pub use money::{Money, MoneyError};
pub use not_evaluated::{NotEvaluated, NotEvaluatedReason, Unanswered};
pub use npi::{Npi, NpiError};
pub use party::{
    Address, Contact, EntityKind, Identifier, OtherPayer, Patient, Payer, Provider, ProviderRole, ProviderSpecialty,
    Relationship, Sex, Subscriber,
};
pub use span::{FileId, Span, Spanned};

/// Short text, kept inline up to 24 bytes.
pub type Text = compact_str::CompactString;
/// A list that most claims leave empty: one word wide, where a `Vec` takes three.
pub type List<T> = thin_vec::ThinVec<T>;
/// A calendar date without time zone; every date of a claim is one.
pub type Date = jiff::civil::Date;
/// An exact decimal, for quantities and rates.
pub type Decimal = rust_decimal::Decimal;
