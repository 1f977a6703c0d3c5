//! What the grouper reads of a claim.

use openclaim_claim::{DiagnosisCode, Poa, ProcedureCode, Sex};
use serde::{Deserialize, Deserializer};

/// Whether a hospital must report present-on-admission indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HospitalStatus {
    /// Exempt (critical access, cancer, children's hospitals …): hospital-acquired conditions are not looked at.
    Exempt,
    /// Not exempt, as hospitals under the inpatient prospective payment system are.
    #[default]
    NotExempt,
    /// Not known; the case is ungroupable when it would matter.
    Unknown,
}

/// A diagnosis with its present-on-admission indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct CodedDiagnosis {
    /// The diagnosis.
    pub code: DiagnosisCode,
    /// The indicator; `None` when it is missing or no indicator.
    #[serde(default, deserialize_with = "indicator")]
    pub poa: Option<Poa>,
}

impl From<DiagnosisCode> for CodedDiagnosis {
    /// A diagnosis present on admission.
    fn from(code: DiagnosisCode) -> Self {
        Self { code, poa: Some(Poa::Yes) }
    }
}

/// Any text that is no indicator reads as a missing one, as the grouper treats it.
fn indicator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Poa>, D::Error> {
    let text = Option::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    Ok(text.and_then(|text| Poa::from_bytes(text.trim().as_bytes())))
}

/// One inpatient stay as the grouper sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupInput {
    /// Age in years at admission; 0 to 124 are possible.
    pub age: i32,
    /// Sex of the patient.
    pub sex: Sex,
    /// Discharge status as a number; `None` when it is missing or no number, which is not valid.
    pub discharge_status: Option<u8>,
    /// Whether present-on-admission reporting applies.
    pub hospital_status: HospitalStatus,
    /// Principal diagnosis; `None` groups as an invalid one.
    pub principal: Option<CodedDiagnosis>,
    /// Secondary diagnoses; codes that the version does not know are passed over.
    pub secondary: Vec<CodedDiagnosis>,
    /// ICD-10-PCS procedures; codes that the version does not know are passed over.
    pub procedures: Vec<ProcedureCode>,
}

impl GroupInput {
    /// A stay with nothing but a principal diagnosis: age 65, sex unknown, discharged home, hospital not exempt.
    #[must_use]
    pub fn new(principal: DiagnosisCode) -> Self {
        Self {
            age: 65,
            sex: Sex::Unknown,
            discharge_status: Some(1),
            hospital_status: HospitalStatus::NotExempt,
            principal: Some(principal.into()),
            secondary: Vec::new(),
            procedures: Vec::new(),
        }
    }
}
