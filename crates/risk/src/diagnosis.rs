//! A diagnosis and where it was recorded.

use openclaim_claim::{Date, DiagnosisCode, Text};
use serde::{Deserialize, Serialize};

/// The kind of encounter that a diagnosis comes from, as risk adjustment sorts claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EncounterType {
    /// Professional service (837P, CMS-1500).
    Professional,
    /// Hospital inpatient bill.
    Inpatient,
    /// Hospital outpatient bill, clinics included.
    Outpatient,
}

/// Where a diagnosis was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provenance {
    /// The claim.
    pub claim_id: Text,
    /// The service line that points at the diagnosis; `None` when the whole claim carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Date of service: of the line where it has one, else the claim's last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Kind of encounter, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encounter: Option<EncounterType>,
}

/// A diagnosis of a person in the year that a model looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnosis {
    /// The code.
    pub code: DiagnosisCode,
    /// Where it was recorded; empty when only the code is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Provenance>,
}

impl From<DiagnosisCode> for Diagnosis {
    /// A diagnosis of which only the code is known.
    fn from(code: DiagnosisCode) -> Self {
        Self { code, support: Vec::new() }
    }
}
