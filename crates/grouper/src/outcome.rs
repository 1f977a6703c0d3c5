//! What grouping answers.

use openclaim_tables::msdrg::{MedicalSurgical, SeverityLevel};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// How grouping ended.
///
/// Source: CMS MS-DRG Grouper, grouper return codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnCode {
    /// An MS-DRG was assigned.
    #[default]
    Ok,
    /// The principal diagnosis is a code that cannot be one (an external cause).
    DxCannotBePdx,
    /// No formula holds for the case.
    Ungroupable,
    /// The age is not within 0 to 124 years.
    InvalidAge,
    /// The MS-DRG depends on the sex, which is unknown.
    InvalidSex,
    /// The MS-DRG depends on the discharge status, which is not a valid one.
    InvalidDischargeStatus,
    /// The principal diagnosis is missing or not valid in this version.
    InvalidPdx,
    /// A hospital-acquired condition is met and a diagnosis on that list has no usable POA indicator.
    HacMissingOnePoa,
    /// The hospital's status is unknown and a hospital-acquired condition has POA `N` or `U`.
    HacStatusInvalidPoaNOrU,
    /// The hospital's status is unknown and a hospital-acquired condition has no usable POA indicator.
    #[serde(rename = "HAC_STATUS_INVALID_POA_INVALID_OR_1")]
    HacStatusInvalidPoaInvalidOr1,
    /// The hospital's status is unknown and several diagnoses are not reported as present on admission.
    HacStatusInvalidMultHacsPoaNotYW,
}

/// CC level that the assigned MS-DRG rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    /// Nothing was assigned, or MS-DRG 998.
    #[default]
    None,
    /// No CC and no MCC counted.
    NonCc,
    /// A CC counted, and no MCC.
    Cc,
    /// An MCC counted.
    Mcc,
}

impl From<SeverityLevel> for Severity {
    fn from(level: SeverityLevel) -> Self {
        match level {
            SeverityLevel::NonCc => Self::NonCc,
            SeverityLevel::Cc => Self::Cc,
            SeverityLevel::Mcc => Self::Mcc,
        }
    }
}

/// What hospital-acquired conditions did to the MS-DRG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HacStatus {
    /// No hospital-acquired condition is met, the hospital is exempt, or the case did not group.
    #[default]
    NotApplicable,
    /// At least one is met, and the MS-DRG is the same without its diagnoses.
    FinalDrgNoChange,
    /// The MS-DRG differs without the diagnoses of the conditions met.
    FinalDrgChanges,
    /// The final MS-DRG is 999: see the return code.
    FinalDrgUngroupable,
}

/// The result of one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// MDC; 0 when nothing was assigned.
    pub mdc: u8,
    /// MS-DRG; 999 when nothing was assigned.
    pub drg: u16,
    /// First MS-DRG of the family that differs by CC level only; 0 when nothing was assigned.
    pub base_drg: u16,
    /// How the pass ended.
    pub return_code: ReturnCode,
    /// CC level it rests on.
    pub severity: Severity,
    /// Surgical or medical.
    pub med_surg: MedicalSurgical,
}

impl Assignment {
    /// The ungroupable MS-DRG, for a reason.
    #[must_use]
    pub const fn failed(return_code: ReturnCode) -> Self {
        Self { mdc: 0, drg: 999, base_drg: 0, return_code, severity: Severity::None, med_surg: MedicalSurgical::None }
    }
}

/// Initial and final grouping of a stay.
///
/// Serialises as the fields of `openclaim group`: `initial_mdc`, `initial_drg`, `final_mdc`, `final_drg`, `return_code`,
/// `severity`, `med_surg`, `hac_status`, `hac_count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouping {
    /// All diagnoses considered.
    pub initial: Assignment,
    /// The final grouping: CCs and MCCs of hospital-acquired conditions do not count.
    pub outcome: Assignment,
    /// What hospital-acquired conditions did.
    pub hac_status: HacStatus,
    /// Number of different hospital-acquired conditions met.
    pub hac_count: u8,
}

impl Serialize for Grouping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Grouping", 9)?;
        fields.serialize_field("initial_mdc", &self.initial.mdc)?;
        fields.serialize_field("initial_drg", &self.initial.drg)?;
        fields.serialize_field("final_mdc", &self.outcome.mdc)?;
        fields.serialize_field("final_drg", &self.outcome.drg)?;
        fields.serialize_field("return_code", &self.outcome.return_code)?;
        fields.serialize_field("severity", &self.outcome.severity)?;
        fields.serialize_field("med_surg", &self.outcome.med_surg)?;
        fields.serialize_field("hac_status", &self.hac_status)?;
        fields.serialize_field("hac_count", &self.hac_count)?;
        fields.end()
    }
}
