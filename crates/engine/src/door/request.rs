//! The request of `openclaim group`, with or without `--mce`.

use super::DoorError;
use openclaim_claim::{CodeSet, Date, DiagnosisCode, DischargeStatus, Poa, ProcedureCode, Sex};
use openclaim_grouper::{CodedDiagnosis, HospitalStatus};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// A stay as JSON. Fields that are not named here are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct StayRequest<'a> {
    #[serde(default)]
    pub(super) id: Value,
    #[serde(default, borrow)]
    version: Option<TextOrNumber<'a>>,
    #[serde(default, borrow)]
    discharge_date: Option<Cow<'a, str>>,
    pub(super) age: Option<i64>,
    #[serde(default, borrow)]
    sex: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    discharge_status: Option<TextOrNumber<'a>>,
    #[serde(default)]
    hospital_status: Option<HospitalStatus>,
    #[serde(borrow)]
    principal: Option<DiagnosisRequest<'a>>,
    #[serde(default, borrow)]
    admitting: Option<DiagnosisRequest<'a>>,
    #[serde(default, borrow)]
    secondary: Vec<DiagnosisRequest<'a>>,
    #[serde(default, borrow)]
    procedures: Vec<Cow<'a, str>>,
    #[serde(default)]
    pub(super) length_of_stay: Option<u32>,
}

/// A diagnosis, as an object with its POA indicator or as a bare code.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum DiagnosisRequest<'a> {
    Coded {
        #[serde(borrow)]
        code: Cow<'a, str>,
        #[serde(default, borrow)]
        poa: Option<Cow<'a, str>>,
    },
    Bare(#[serde(borrow)] Cow<'a, str>),
}

/// A code that some write as a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum TextOrNumber<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Number(u32),
}

impl TextOrNumber<'_> {
    fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.trim()),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

fn invalid(field: &str, problem: impl std::fmt::Display) -> DoorError {
    DoorError::new("invalid_field", format!("{field}: {problem}"))
}

impl<'a> StayRequest<'a> {
    /// Reads a line; an error comes with the request's id when one can be made out.
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, (Value, DoorError)> {
        serde_json::from_slice(line).map_err(|error| {
            let id = match serde_json::from_slice::<Value>(line) {
                Ok(Value::Object(mut object)) => object.remove("id").unwrap_or_default(),
                _ => Value::Null,
            };
            let code = if error.is_data() { "invalid_field" } else { "invalid_json" };
            (id, DoorError::new(code, format!("the line is no request: {error}")))
        })
    }

    /// The grouper version asked for.
    pub(super) fn version(&self) -> Option<Cow<'_, str>> {
        self.version.as_ref().map(TextOrNumber::to_text)
    }

    /// The discharge date.
    pub(super) fn discharge_date(&self) -> Result<Option<Date>, DoorError> {
        let Some(text) = self.discharge_date.as_deref() else { return Ok(None) };
        let date =
            text.parse().map_err(|_| invalid("discharge_date", format!("`{text}` is not a date like 2026-05-01")))?;
        Ok(Some(date))
    }

    /// Age in years, possible or not: what is impossible is for the rules to say.
    pub(super) fn age(&self) -> Result<i32, DoorError> {
        let age =
            self.age.ok_or_else(|| DoorError::new("missing_field", "age: the patient's age in years is missing"))?;
        // Beyond the range of `i32` an age is as impossible as at its ends.
        Ok(i32::try_from(age).unwrap_or(if age < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Sex; unknown when it is not given.
    pub(super) fn sex(&self) -> Result<Sex, DoorError> {
        match self.sex.as_deref().map(str::trim) {
            Some("M" | "m") => Ok(Sex::Male),
            Some("F" | "f") => Ok(Sex::Female),
            None | Some("" | "U" | "u") => Ok(Sex::Unknown),
            Some(other) => Err(invalid("sex", format!("`{other}` is none of M, F, U"))),
        }
    }

    /// Discharge status; `None` when it is missing.
    pub(super) fn discharge_status(&self) -> Result<Option<DischargeStatus>, DoorError> {
        match self.discharge_status.as_ref().map(TextOrNumber::to_text) {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => DischargeStatus::parse(&text).map(Some).map_err(|error| invalid("discharge_status", error)),
        }
    }

    /// Whether POA reporting applies to the hospital.
    pub(super) fn hospital_status(&self, default: HospitalStatus) -> HospitalStatus {
        self.hospital_status.unwrap_or(default)
    }

    /// The principal diagnosis; `None` when it is missing or blank.
    pub(super) fn principal(&self) -> Result<Option<CodedDiagnosis>, DoorError> {
        self.principal.as_ref().map_or(Ok(None), |diagnosis| diagnosis.coded("principal"))
    }

    /// The admitting diagnosis.
    pub(super) fn admitting(&self) -> Result<Option<CodedDiagnosis>, DoorError> {
        self.admitting.as_ref().map_or(Ok(None), |diagnosis| diagnosis.coded("admitting"))
    }

    /// The secondary diagnoses.
    pub(super) fn secondary(&self) -> Result<Vec<CodedDiagnosis>, DoorError> {
        self.secondary.iter().filter_map(|diagnosis| diagnosis.coded("secondary").transpose()).collect()
    }

    /// The procedures.
    pub(super) fn procedures(&self) -> Result<Vec<ProcedureCode>, DoorError> {
        let parse =
            |code: &Cow<'_, str>| ProcedureCode::parse(code.trim()).map_err(|error| invalid("procedures", error));
        self.procedures.iter().filter(|code| !code.trim().is_empty()).map(parse).collect()
    }
}

impl DiagnosisRequest<'_> {
    fn coded(&self, field: &str) -> Result<Option<CodedDiagnosis>, DoorError> {
        let (code, poa) = match self {
            Self::Coded { code, poa } => (code, poa.as_deref()),
            Self::Bare(code) => (code, None),
        };
        if code.trim().is_empty() {
            return Ok(None);
        }
        let code = DiagnosisCode::parse_bytes(code.trim().as_bytes()).map_err(|error| invalid(field, error))?;
        Ok(Some(CodedDiagnosis { code, poa: poa.and_then(|poa| Poa::from_bytes(poa.trim().as_bytes())) }))
    }
}
