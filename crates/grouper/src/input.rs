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

/// A status that is no number is as little valid as a missing one.
fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Status {
        Number(u64),
        Text(String),
    }
    Ok(match Option::<Status>::deserialize(deserializer)? {
        Some(Status::Number(number)) => u8::try_from(number).ok(),
        Some(Status::Text(text)) => text.trim().parse().ok(),
        None => None,
    })
}

/// One inpatient stay as the grouper sees it.
///
/// Reads the stay's fields of `openclaim group`: `age`, `sex` (`M`, `F`, `U`), `discharge_status` (`"01"`),
/// `hospital_status`, `principal`, `secondary`, `procedures`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupInput {
    /// Age in years at admission; 0 to 124 are possible.
    pub age: i32,
    /// Sex of the patient.
    #[serde(default)]
    pub sex: Sex,
    /// Discharge status as a number; `None` when it is missing or no number, which is not valid.
    #[serde(default, deserialize_with = "status")]
    pub discharge_status: Option<u8>,
    /// Whether present-on-admission reporting applies.
    #[serde(default)]
    pub hospital_status: HospitalStatus,
    /// Principal diagnosis; `None` groups as an invalid one.
    #[serde(default)]
    pub principal: Option<CodedDiagnosis>,
    /// Secondary diagnoses; codes that the version does not know are passed over.
    #[serde(default)]
    pub secondary: Vec<CodedDiagnosis>,
    /// ICD-10-PCS procedures; codes that the version does not know are passed over.
    #[serde(default)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_fields_of_the_json_door() {
        let text = r#"{"id":"1","age":78,"sex":"F","discharge_status":"01","principal":{"code":"I50.20","poa":"Y"},
            "secondary":[{"code":"N179","poa":"N"},{"code":"I10"},{"code":"E119","poa":"?"}],"procedures":["02703DZ"]}"#;
        let stay: GroupInput = serde_json::from_str(text).unwrap();
        assert_eq!((stay.age, stay.sex, stay.discharge_status), (78, Sex::Female, Some(1)));
        assert_eq!(stay.hospital_status, HospitalStatus::NotExempt);
        assert_eq!(stay.principal.map(|principal| principal.code.to_string()).as_deref(), Some("I5020"));
        let indicators: Vec<_> = stay.secondary.iter().map(|diagnosis| diagnosis.poa).collect();
        assert_eq!(indicators, [Some(Poa::No), None, None]);
        assert_eq!(stay.procedures.len(), 1);
    }

    #[test]
    fn a_status_is_text_or_number_and_a_code_must_look_like_one() {
        let status = |json: &str| {
            serde_json::from_str::<GroupInput>(&format!(r#"{{"age":1,"discharge_status":{json}}}"#))
                .unwrap()
                .discharge_status
        };
        assert_eq!(
            (status("1"), status(r#""20""#), status(r#""XX""#), status("999"), status("null")),
            (Some(1), Some(20), None, None, None)
        );
        let error = serde_json::from_str::<GroupInput>(r#"{"age":1,"principal":{"code":"I50 20"}}"#).unwrap_err();
        assert!(error.to_string().contains("`I50 20` is not a diagnosis code"), "{error}");
    }
}
