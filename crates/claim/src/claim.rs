//! The claim itself.

use crate::levels::{self, Levels};
use crate::{
    AdmissionSource, AdmissionType, ConditionCode, Date, Decimal, DiagnosisCode, DischargeStatus, DrgCode, Identifier,
    List, Money, OccurrenceCode, OtherPayer, Patient, Payer, PlaceOfService, Poa, ProcedureCode, Provider,
    ProviderRole, ServiceLine, Sex, Span, Spanned, Subscriber, Text, TypeOfBill, ValueCode,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which guide the claim follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimType {
    /// 837P, CMS-1500.
    Professional,
    /// 837I, UB-04.
    Institutional,
    /// 837D.
    Dental,
}

/// Why the transaction was sent (BHT06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// `CH`: a claim for payment.
    #[default]
    Chargeable,
    /// `RP`: an encounter report, nothing to pay.
    Reporting,
    /// `31`: Medicaid subrogation demand.
    Subrogation,
    /// A predetermination of benefits.
    Predetermination,
}

/// Role of a diagnosis on the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisRole {
    /// `ABK`, `BK`: principal diagnosis (first-listed on professional and outpatient claims).
    Principal,
    /// `ABF`, `BF`: other diagnosis.
    Other,
    /// `ABJ`, `BJ`: admitting diagnosis.
    Admitting,
    /// `APR`, `PR`: patient's reason for visit.
    ReasonForVisit,
    /// `ABN`, `BN`: external cause of injury.
    ExternalCause,
}

/// One diagnosis of an HI segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnosis {
    /// The code.
    pub code: Spanned<DiagnosisCode>,
    /// Its role.
    pub role: DiagnosisRole,
    /// Present on admission; `None` when the element is absent.
    pub poa: Option<Spanned<Poa>>,
    /// Whether the qualifier says ICD-9 (`BK`, `BF` …) instead of ICD-10.
    #[serde(default)]
    pub icd9: bool,
}

/// Coding system of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcedureCoding {
    /// `BBR`, `BBQ`: ICD-10-PCS.
    Icd10Pcs,
    /// `BR`, `BQ`: ICD-9-CM volume 3.
    Icd9,
    /// `BP`, `BO`: HCPCS, anaesthesia-related surgical procedures of professional claims.
    Hcpcs,
}

/// One procedure of an HI segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Procedure {
    /// The code.
    pub code: Spanned<ProcedureCode>,
    /// Whether it is the principal procedure.
    #[serde(default)]
    pub principal: bool,
    /// The coding system.
    pub coding: ProcedureCoding,
    /// Date performed.
    pub date: Option<Spanned<Date>>,
}

/// Admission data of an institutional claim (CL1 and DTP*435).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Admission {
    /// Priority of admission (CL101).
    pub admission_type: Option<Spanned<AdmissionType>>,
    /// Point of origin (CL102).
    pub source: Option<Spanned<AdmissionSource>>,
    /// Patient discharge status (CL103).
    pub discharge_status: Option<Spanned<DischargeStatus>>,
    /// Admission date (DTP*435).
    pub date: Option<Spanned<Date>>,
    /// Admission hour, `HHMM` or `HH`, empty when absent.
    pub hour: Text,
    /// Discharge hour (DTP*096), empty when absent.
    pub discharge_hour: Text,
}

/// Dates of the claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimDates {
    /// Statement covers period, first day (DTP*434).
    pub statement_from: Option<Spanned<Date>>,
    /// Statement covers period, last day; the discharge date of a final inpatient bill.
    pub statement_through: Option<Spanned<Date>>,
    /// All other dates by qualifier: `431` onset, `439` accident, `484` last menstrual period, `454` initial treatment …
    pub other: List<(Text, Spanned<Date>)>,
}

/// Occurrence code and date (HI*BH).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Occurrence {
    /// The code.
    pub code: Spanned<OccurrenceCode>,
    /// Its date.
    pub date: Option<Spanned<Date>>,
}

/// Occurrence span code and dates (HI*BI).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OccurrenceSpan {
    /// The code.
    pub code: Spanned<OccurrenceCode>,
    /// First day.
    pub from: Option<Spanned<Date>>,
    /// Last day.
    pub through: Option<Spanned<Date>>,
}

/// Value code and amount (HI*BE). The amount is money for most codes and a count for some (days, units), so it stays a
/// decimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Value {
    /// The code.
    pub code: Spanned<ValueCode>,
    /// Its amount.
    pub amount: Spanned<Decimal>,
}

/// Accident and employment causes (CLM11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccidentInfo {
    /// Related causes as sent: `AA` automobile, `EM` employment, `OA` other accident.
    pub causes: List<Text>,
    /// State of an automobile accident.
    pub state: Text,
    /// Country of an automobile accident.
    pub country: Text,
}

/// A reference of the claim or line (REF).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExternalReference {
    /// Qualifier: `G1` prior authorisation, `9F` referral, `F8` payer claim control number, `EA` medical record …
    #[serde(default)]
    pub qualifier: Text,
    /// The reference.
    pub value: Spanned<Text>,
}

/// Repricing (HCP): pricing method, allowed amount, saving.
pub type Repricing = (Text, Option<Money>, Option<Money>);

/// Contract information (CN1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractInfo {
    /// Contract type (CN101): `01` DRG, `02` per diem, `04` capitated …
    pub contract_type: Text,
    /// Contract amount.
    pub amount: Option<Money>,
    /// Percentage (CN103).
    pub percent: Option<Decimal>,
    /// Contract code (CN104).
    pub code: Text,
}

/// Ambulance transport (CR1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ambulance {
    /// Patient weight in pounds (CR102).
    pub patient_weight: Option<Decimal>,
    /// Reason for transport (CR104).
    pub reason: Text,
    /// Distance in miles (CR106).
    pub miles: Option<Decimal>,
    /// Purpose of a round trip (CR109).
    pub round_trip_purpose: Text,
    /// Purpose of the stretcher (CR110).
    pub stretcher_purpose: Text,
}

/// Spinal manipulation (CR2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SpinalManipulation {
    /// Nature of the condition (CR208).
    pub condition: Text,
    /// Description.
    pub description: Text,
}

/// A condition indicator (CRC).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConditionIndicator {
    /// Category (CRC01): `07` ambulance, `75` homebound, `ZZ` EPSDT, `E1`–`E3` vision, `70` hospice, `09` DME.
    #[serde(default)]
    pub category: Text,
    /// Whether the conditions apply (CRC02 = `Y`).
    #[serde(default)]
    pub applies: bool,
    /// Condition codes (CRC03–CRC07).
    #[serde(default)]
    pub conditions: List<Text>,
}

/// Amounts of the claim (AMT of loop 2300).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimAmounts {
    /// Total charge (CLM02).
    pub total_charge: Spanned<Money>,
    /// Patient amount paid (AMT*F5).
    pub patient_paid: Option<Spanned<Money>>,
    /// Patient estimated amount due (AMT*F3).
    pub patient_due: Option<Spanned<Money>>,
}

/// A professional, institutional or dental claim.
///
/// What stands above a claim (billing provider, payer, subscriber, patient) is shared by the claims of one level; change
/// it through [`Arc::make_mut`]. Lists that most claims leave empty are [`List`]s and rare parts are boxed, so that
/// claims stay small: reading a batch is bound by memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// The submitter's claim identifier (CLM01, patient control number).
    pub claim_id: Spanned<Text>,
    /// Which guide it follows.
    pub claim_type: ClaimType,
    /// Claim, encounter, subrogation or predetermination.
    pub purpose: Purpose,
    /// Date the transaction was created (BHT04).
    pub transaction_date: Option<Date>,

    /// Billing provider (2010AA).
    #[serde(deserialize_with = "levels::shared")]
    pub billing_provider: Arc<Provider>,
    /// Pay-to address (2010AB).
    pub pay_to: Option<Arc<Provider>>,
    /// Pay-to plan of a subrogation demand (2010AC).
    pub pay_to_plan: Option<Arc<Payer>>,
    /// Currency of the amounts (CUR02), empty for US dollars.
    pub currency: Text,
    /// Subscriber.
    #[serde(deserialize_with = "levels::shared")]
    pub subscriber: Arc<Subscriber>,
    /// Patient: the subscriber, or a dependent (HL 23).
    #[serde(deserialize_with = "levels::shared")]
    pub patient: Arc<Patient>,
    /// Destination payer.
    #[serde(deserialize_with = "levels::shared")]
    pub payer: Arc<Payer>,
    /// Other payers, in the order sent.
    pub other_payers: List<OtherPayer>,

    /// Type of bill, institutional claims.
    pub type_of_bill: Option<Spanned<TypeOfBill>>,
    /// Place of service, professional and dental claims (CLM05-1).
    pub place_of_service: Option<Spanned<PlaceOfService>>,
    /// Claim frequency (CLM05-3): `1` original, `7` replacement, `8` void …
    pub frequency: Option<Spanned<char>>,
    /// Original reference number of a replacement or void (REF*F8).
    pub original_reference_number: Option<Spanned<Text>>,
    /// Provider signature on file (CLM06).
    pub provider_signature: Text,
    /// Assignment or plan participation (CLM07): `A`, `B`, `C`.
    pub assignment: Text,
    /// Benefits assigned (CLM08).
    pub benefits_assigned: Text,
    /// Release of information (CLM09).
    pub release_of_information: Text,
    /// Patient signature source (CLM10).
    pub patient_signature: Text,
    /// Related causes (CLM11).
    pub accident: AccidentInfo,
    /// Special programme (CLM12).
    pub special_program: Text,
    /// Delay reason (CLM20).
    pub delay_reason: Text,

    /// Amounts.
    pub amounts: ClaimAmounts,
    /// Dates.
    pub dates: ClaimDates,
    /// Admission and discharge, institutional claims.
    pub admission: Admission,
    /// Diagnoses of every role, in the order sent.
    pub diagnoses: Vec<Diagnosis>,
    /// Procedures, in the order sent.
    pub procedures: Vec<Procedure>,
    /// DRG as billed (HI*DR).
    pub billed_drg: Option<Spanned<DrgCode>>,
    /// Condition codes (HI*BG).
    pub condition_codes: List<Spanned<ConditionCode>>,
    /// Occurrence codes (HI*BH).
    pub occurrences: List<Occurrence>,
    /// Occurrence span codes (HI*BI).
    pub occurrence_spans: List<OccurrenceSpan>,
    /// Value codes (HI*BE).
    pub values: List<Value>,
    /// Treatment codes of home health (HI*TC).
    pub treatment_codes: List<Spanned<Text>>,
    /// References (REF) other than the original reference number.
    pub references: List<ExternalReference>,
    /// Paperwork: report type, transmission, control number (PWK).
    pub attachments: List<(Text, Text, Text)>,
    /// Contract (CN1).
    pub contract: Option<Box<ContractInfo>>,
    /// Notes (NTE): reference code and text.
    pub notes: List<(Text, Text)>,
    /// File information (K3).
    pub file_information: List<Text>,
    /// Ambulance transport (CR1).
    pub ambulance: Option<Box<Ambulance>>,
    /// Spinal manipulation (CR2).
    pub spinal_manipulation: Option<Box<SpinalManipulation>>,
    /// Condition indicators (CRC).
    pub conditions: List<ConditionIndicator>,
    /// Dental: tooth status (DN2): tooth and status.
    pub tooth_status: List<(Text, Text)>,
    /// Dental: orthodontic total and remaining months (DN1).
    pub orthodontics: Option<Box<(Option<Decimal>, Option<Decimal>)>>,
    /// Repricing (HCP): pricing method, allowed amount, saving.
    pub repricing: Option<Box<Repricing>>,
    /// Providers of the claim by role (2310).
    pub providers: Vec<Provider>,

    /// Service lines, in the order sent.
    pub lines: Vec<ServiceLine>,
    /// The claim from CLM to its last segment.
    pub span: Option<Span>,
}

impl Default for Claim {
    /// An empty professional claim.
    fn default() -> Self {
        Self::new(ClaimType::Professional)
    }
}

impl Claim {
    /// An empty claim of a type.
    #[must_use]
    pub fn new(claim_type: ClaimType) -> Self {
        Self::under(claim_type, &Levels::default())
    }

    /// An empty claim of a type below the given levels.
    #[must_use]
    #[inline]
    pub fn under(claim_type: ClaimType, levels: &Levels) -> Self {
        Self {
            claim_id: Spanned::default(),
            claim_type,
            purpose: Purpose::default(),
            transaction_date: None,
            billing_provider: Arc::clone(&levels.billing_provider),
            pay_to: levels.pay_to.clone(),
            pay_to_plan: levels.pay_to_plan.clone(),
            currency: levels.currency.clone(),
            subscriber: Arc::clone(&levels.subscriber),
            patient: Arc::clone(&levels.patient),
            payer: Arc::clone(&levels.payer),
            other_payers: List::new(),
            type_of_bill: None,
            place_of_service: None,
            frequency: None,
            original_reference_number: None,
            provider_signature: Text::default(),
            assignment: Text::default(),
            benefits_assigned: Text::default(),
            release_of_information: Text::default(),
            patient_signature: Text::default(),
            accident: AccidentInfo::default(),
            special_program: Text::default(),
            delay_reason: Text::default(),
            amounts: ClaimAmounts::default(),
            dates: ClaimDates::default(),
            admission: Admission::default(),
            diagnoses: Vec::new(),
            procedures: Vec::new(),
            billed_drg: None,
            condition_codes: List::new(),
            occurrences: List::new(),
            occurrence_spans: List::new(),
            values: List::new(),
            treatment_codes: List::new(),
            references: List::new(),
            attachments: List::new(),
            contract: None,
            notes: List::new(),
            file_information: List::new(),
            ambulance: None,
            spinal_manipulation: None,
            conditions: List::new(),
            tooth_status: List::new(),
            orthodontics: None,
            repricing: None,
            providers: Vec::new(),
            lines: Vec::new(),
            span: None,
        }
    }

    /// The principal (or first-listed) diagnosis.
    #[must_use]
    pub fn principal_diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnoses_in(DiagnosisRole::Principal).next()
    }

    /// The admitting diagnosis.
    #[must_use]
    pub fn admitting_diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnoses_in(DiagnosisRole::Admitting).next()
    }

    /// Diagnoses that an inpatient grouper reads as secondary: other diagnoses and external causes.
    pub fn secondary_diagnoses(&self) -> impl Iterator<Item = &Diagnosis> {
        self.diagnoses.iter().filter(|d| matches!(d.role, DiagnosisRole::Other | DiagnosisRole::ExternalCause))
    }

    /// Diagnoses of one role, in the order sent.
    pub fn diagnoses_in(&self, role: DiagnosisRole) -> impl Iterator<Item = &Diagnosis> {
        self.diagnoses.iter().filter(move |d| d.role == role)
    }

    /// The diagnoses that service-line pointers count: principal and other, in the order sent.
    pub fn pointable_diagnoses(&self) -> impl Iterator<Item = &Diagnosis> {
        self.diagnoses.iter().filter(|d| matches!(d.role, DiagnosisRole::Principal | DiagnosisRole::Other))
    }

    /// The provider of a role on the claim itself.
    #[must_use]
    pub fn provider(&self, role: ProviderRole) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.role == role)
    }

    /// Whether this is a hospital inpatient Part A bill, the kind that is grouped to an MS-DRG.
    #[must_use]
    pub fn is_hospital_inpatient(&self) -> bool {
        self.type_of_bill.as_deref().is_some_and(TypeOfBill::is_hospital_inpatient)
    }

    /// First day of service: the statement period's, else the earliest line date, else that of the whole claim
    /// (dental claims).
    #[must_use]
    pub fn service_from(&self) -> Option<Date> {
        let line_dates = || self.lines.iter().filter_map(|line| line.dates.from.as_deref().copied()).min();
        self.dates.statement_from.as_deref().copied().or_else(line_dates).or_else(|| self.claim_service_dates().min())
    }

    /// Dates of service that stand on the claim and hold for its lines (DTP*472 of dental claims).
    fn claim_service_dates(&self) -> impl Iterator<Item = Date> {
        self.dates.other.iter().filter(|(qualifier, _)| qualifier == "472").map(|(_, date)| date.value)
    }

    /// Last day of service: the statement period's, else the latest line date, else that of the whole claim.
    #[must_use]
    pub fn service_through(&self) -> Option<Date> {
        let line_dates = || self.lines.iter().filter_map(|line| line.dates.through.as_deref().copied()).max();
        let claim_dates = || self.claim_service_dates().max();
        self.dates.statement_through.as_deref().copied().or_else(line_dates).or_else(claim_dates)
    }

    /// Discharge date of a hospital inpatient bill: the last day of the statement period, unless the patient is still
    /// there (discharge status 30).
    #[must_use]
    pub fn discharge_date(&self) -> Option<Date> {
        let still_patient = self.admission.discharge_status.is_some_and(|status| status.number() == Some(30));
        if still_patient { None } else { self.dates.statement_through.as_deref().copied() }
    }

    /// Days between admission (or the start of the statement period) and discharge; a same-day stay is 0 days.
    #[must_use]
    pub fn length_of_stay(&self) -> Option<u32> {
        let from = self.admission.date.as_deref().copied().or_else(|| self.service_from())?;
        let through = self.dates.statement_through.as_deref().copied()?;
        u32::try_from((through - from).get_days()).ok()
    }

    /// Patient's age in completed years on a date; `None` without a birth date or before birth.
    #[must_use]
    pub fn age_on(&self, date: Date) -> Option<u16> {
        let birth = *self.patient.birth_date?;
        let before_birthday = (date.month(), date.day()) < (birth.month(), birth.day());
        u16::try_from(date.year() - birth.year() - i16::from(before_birthday)).ok()
    }

    /// Patient's sex as stated.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        self.patient.sex.as_deref().copied()
    }

    /// A secondary identifier of the billing provider by qualifier.
    #[must_use]
    pub fn billing_identifier(&self, qualifier: &str) -> Option<&Identifier> {
        self.billing_provider.identifiers.iter().find(|identifier| identifier.qualifier == qualifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn inpatient() -> Claim {
        let mut claim = Claim::new(ClaimType::Institutional);
        Arc::make_mut(&mut claim.patient).birth_date = Some(Spanned::bare(date(1960, 2, 29)));
        claim.admission.date = Some(Spanned::bare(date(2026, 5, 1)));
        claim.dates.statement_from = Some(Spanned::bare(date(2026, 5, 1)));
        claim.dates.statement_through = Some(Spanned::bare(date(2026, 5, 8)));
        claim
    }

    /// Reading a batch is bound by how much memory each claim moves; what grows these needs a reason.
    #[test]
    fn claims_and_lines_stay_small() {
        let sizes = (size_of::<Claim>(), size_of::<ServiceLine>());
        assert!(sizes.0 <= 1280 && sizes.1 <= 640, "{sizes:?}");
    }

    #[test]
    fn age_counts_completed_years() {
        let claim = inpatient();
        assert_eq!(claim.age_on(date(2026, 2, 28)), Some(65));
        assert_eq!(claim.age_on(date(2026, 3, 1)), Some(66));
        assert_eq!(claim.age_on(date(1959, 1, 1)), None);
    }

    #[test]
    fn stay_is_counted_in_midnights() {
        assert_eq!(inpatient().length_of_stay(), Some(7));
    }

    #[test]
    fn a_patient_still_there_has_no_discharge_date() {
        let mut claim = inpatient();
        assert_eq!(claim.discharge_date(), Some(date(2026, 5, 8)));
        claim.admission.discharge_status = DischargeStatus::parse("30").ok().map(Spanned::bare);
        assert_eq!(claim.discharge_date(), None);
    }
}
