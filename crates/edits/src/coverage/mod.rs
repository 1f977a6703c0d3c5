//! Coverage: the articles of the Medicare administrative contractors, as they stood on the date of service.
//!
//! The Medicare Coverage Database exports the current version of every document; a date of service before its effective
//! date finds no article in force, and nothing is said about versions that are not loaded. National determinations are
//! exported as prose, without code lists, so nothing is decided by them.

mod articles;
mod bill_type_not_listed;
mod contractors_differ;
mod diagnosis_excluded;
mod diagnosis_not_supported;
mod jurisdiction;
mod necessity;
mod paragraph;
mod revenue_code_not_listed;
mod second_diagnosis_required;
mod self_administered_drug;
mod tables;

pub use bill_type_not_listed::BillTypeNotListed;
pub use contractors_differ::ContractorsDiffer;
pub use diagnosis_excluded::DiagnosisExcluded;
pub use diagnosis_not_supported::DiagnosisNotSupported;
pub use revenue_code_not_listed::RevenueCodeNotListed;
pub use second_diagnosis_required::SecondDiagnosisRequired;
pub use self_administered_drug::SelfAdministeredDrug;
pub use tables::Tables;

use crate::service::rules;
use openclaim_claim::Text;

/// Whose articles decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MacChoice {
    /// Those of the contractor that follows from the claim.
    #[default]
    OfClaim,
    /// Those of the claim's contractor; where the others would decide otherwise, that is said too.
    All,
    /// Those of the contractor with this workload number, `10212`.
    Number(Text),
}

#[rustfmt::skip]
rules! {
    Coverage "coverage";
//  name                          title                                            disposition  CARC  RARC    documentation             module
    "diagnosis-not-supported",    "Diagnosis does not support the service",        DenyLine,    "50", "N115", DiagnosisNotSupported,    diagnosis_not_supported;
    "diagnosis-excluded",         "Diagnosis listed as not supporting the service", DenyLine,   "50", "N115", DiagnosisExcluded,        diagnosis_excluded;
    "second-diagnosis-required",  "Second diagnosis demanded by the article",      Suspend,     -,    -,      SecondDiagnosisRequired,  second_diagnosis_required;
    "self-administered-drug",     "Self-administered drug",                        DenyLine,    "96", "N130", SelfAdministeredDrug,     self_administered_drug;
    "bill-type-not-listed",       "Type of bill not listed by the article",        Warn,        -,    -,      BillTypeNotListed,        bill_type_not_listed;
    "revenue-code-not-listed",    "Revenue code not listed by the article",        Warn,        -,    -,      RevenueCodeNotListed,     revenue_code_not_listed;
    "contractors-differ",         "Contractors decide differently",                Warn,        -,    -,      ContractorsDiffer,        contractors_differ;
}
