//! The request of `openclaim score`.

use super::super::DoorError;
use jiff::civil::Date;
use openclaim_claim::{DiagnosisCode, Sex, Text};
use openclaim_risk::cms::{Dual, Enrolment, Model, Orec, Person, Segment};
use openclaim_risk::{Diagnosis, EncounterType, ErrorCode, Provenance, Score, ScoreError};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// A member as JSON. Fields that are not named here are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct ScoreRequest<'a> {
    #[serde(default)]
    pub(super) id: Value,
    #[serde(default, borrow)]
    model: Option<Cow<'a, str>>,
    #[serde(default, borrow, alias = "benefit_year")]
    payment_year: Option<TextOrNumber<'a>>,
    #[serde(default, borrow)]
    calibration: Option<TextOrNumber<'a>>,
    #[serde(default)]
    pub(super) age: Option<i64>,
    #[serde(default, borrow)]
    birth_date: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    sex: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    orec: Option<TextOrNumber<'a>>,
    #[serde(default, borrow)]
    pub(super) population: Option<Cow<'a, str>>,
    /// Medicare's dual status code, or `none`, `partial`, `full`.
    #[serde(default, borrow)]
    dual_status: Option<TextOrNumber<'a>>,
    #[serde(default)]
    medicaid: Option<bool>,
    #[serde(default, alias = "lti")]
    institutional: Option<bool>,
    #[serde(default)]
    esrd: Option<bool>,
    #[serde(default)]
    graft_months: Option<u16>,
    #[serde(default)]
    new_enrollee: bool,
    #[serde(default)]
    snp: bool,
    #[serde(default)]
    low_income: bool,
    #[serde(default, borrow)]
    frailty: Option<TextOrNumber<'a>>,
    #[serde(default, borrow)]
    diagnoses: Vec<DiagnosisRequest<'a>>,
    /// Of the HHS-HCC models.
    #[serde(default, borrow, alias = "metal_level")]
    pub(super) metal: Option<Cow<'a, str>>,
    #[serde(default, alias = "csr")]
    pub(super) csr_indicator: Option<u8>,
    #[serde(default)]
    pub(super) enrollment_months: Option<u8>,
    #[serde(default, borrow)]
    pub(super) ndcs: Vec<Cow<'a, str>>,
    #[serde(default, borrow)]
    pub(super) hcpcs: Vec<Cow<'a, str>>,
}

/// A diagnosis, bare or with where it was recorded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum DiagnosisRequest<'a> {
    Bare(#[serde(borrow)] Cow<'a, str>),
    Placed {
        #[serde(borrow)]
        code: Cow<'a, str>,
        #[serde(default, borrow)]
        claim_id: Cow<'a, str>,
        #[serde(default)]
        line: Option<u32>,
        #[serde(default, borrow)]
        date: Option<Cow<'a, str>>,
        #[serde(default)]
        encounter: Option<EncounterType>,
    },
}

/// A code that some write as a number, or a number that some write as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum TextOrNumber<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Whole(i64),
    Number(serde_json::Number),
}

impl TextOrNumber<'_> {
    fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.trim()),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// What every model of a request reads.
#[derive(Debug)]
pub(super) struct Asked<'r> {
    pub(super) payment_year: i16,
    pub(super) calibration: Cow<'r, str>,
    pub(super) codes: Vec<DiagnosisCode>,
    /// Codes that come more than once in the same place.
    pub(super) duplicates: Vec<DiagnosisCode>,
    age: u16,
    sex: Sex,
    orec: Orec,
}

fn invalid(field: &str, problem: impl std::fmt::Display) -> DoorError {
    ScoreError::new(ErrorCode::InvalidField, format!("{field}: {problem}")).into()
}

fn missing(field: &str) -> DoorError {
    ScoreError::new(ErrorCode::MissingField, format!("{field} is missing")).into()
}

/// The id of a line, as far as it can be made out.
pub(super) fn id_of(line: &[u8]) -> Value {
    match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(mut object)) => object.remove("id").unwrap_or_default(),
        _ => Value::Null,
    }
}

impl<'a> ScoreRequest<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, DoorError> {
        serde_json::from_slice(line).map_err(|error| {
            let code = if error.is_data() { ErrorCode::InvalidField } else { ErrorCode::InvalidJson };
            ScoreError::new(code, error.to_string()).into()
        })
    }

    pub(super) fn model(&self) -> Result<&str, DoorError> {
        self.model.as_deref().ok_or_else(|| missing("model"))
    }

    pub(super) fn payment_year(&self) -> Result<i16, DoorError> {
        let text = self.payment_year.as_ref().ok_or_else(|| missing("payment_year"))?.to_text();
        text.parse().map_err(|_| invalid("payment_year", format!("`{text}` is not a year")))
    }

    pub(super) fn birth(&self) -> Result<Option<Date>, DoorError> {
        self.birth_date.as_deref().map(|text| day("birth_date", text)).transpose()
    }

    pub(super) fn sex(&self) -> Result<Sex, DoorError> {
        match self.sex.as_deref().ok_or_else(|| missing("sex"))?.trim() {
            "M" | "m" | "1" | "male" => Ok(Sex::Male),
            "F" | "f" | "2" | "female" => Ok(Sex::Female),
            "U" | "u" | "unknown" | "" => Ok(Sex::Unknown),
            other => Err(invalid("sex", format!("`{other}` is not M, F or U"))),
        }
    }

    pub(super) fn age_at_most(&self, oldest: i64) -> Result<Option<u16>, DoorError> {
        let age = |age: i64| {
            let valid = (0..=oldest).contains(&age).then(|| u16::try_from(age).ok()).flatten();
            let message = format!("an age of {age} is not between 0 and {oldest}");
            valid.ok_or_else(|| ScoreError::new(ErrorCode::InvalidDemographics, message).into())
        };
        self.age.map(age).transpose()
    }

    /// Reads what does not depend on the model.
    pub(super) fn asked(&self) -> Result<Asked<'_>, DoorError> {
        let payment_year = self.payment_year()?;
        let birth = self.birth()?;
        let age = match (self.age_at_most(130)?, birth) {
            (Some(age), _) => age,
            (None, Some(birth)) => Person::age_for(birth, payment_year)
                .ok_or_else(|| invalid("payment_year", format!("{payment_year} is not a year")))?,
            (None, None) => return Err(missing("age or birth_date")),
        };
        let orec = self.orec.as_ref().ok_or_else(|| missing("orec"))?.to_text();
        let (codes, duplicates) = self.codes(birth)?;
        Ok(Asked {
            payment_year,
            calibration: self.calibration.as_ref().map(TextOrNumber::to_text).unwrap_or_default(),
            codes,
            duplicates,
            age,
            sex: self.sex()?,
            orec: Orec::parse(&orec).ok_or_else(|| invalid("orec", format!("`{orec}` is not 0, 1, 2 or 3")))?,
        })
    }

    /// The codes, and those that repeat without another place.
    fn codes(&self, birth: Option<Date>) -> Result<(Vec<DiagnosisCode>, Vec<DiagnosisCode>), DoorError> {
        let mut codes = Vec::with_capacity(self.diagnoses.len());
        let mut duplicates = Vec::new();
        for (at, request) in self.diagnoses.iter().enumerate() {
            let (text, date) = match request {
                DiagnosisRequest::Bare(text) => (text, None),
                DiagnosisRequest::Placed { code, date, .. } => (code, date.as_deref()),
            };
            let code = diagnosis(text)?;
            if let (Some(birth), Some(date)) = (birth, date)
                && day("diagnoses.date", date)? < birth
            {
                let message = format!("{code} is dated {date}, before the birth on {birth}");
                return Err(ScoreError::new(ErrorCode::BornAfterService, message).into());
            }
            // Few diagnoses: looking through them costs less than a set.
            let earlier = self.diagnoses.get(..at).unwrap_or_default();
            let same = |(known, other): (&DiagnosisCode, &DiagnosisRequest<'_>)| {
                *known == code && other.place() == request.place()
            };
            if !duplicates.contains(&code) && codes.iter().zip(earlier).any(same) {
                duplicates.push(code);
            }
            codes.push(code);
        }
        Ok((codes, duplicates))
    }

    /// The diagnoses with their support.
    pub(super) fn diagnoses(&self) -> Result<Vec<Diagnosis>, DoorError> {
        self.diagnoses.iter().map(DiagnosisRequest::read).collect()
    }

    /// The person and the segment for a model.
    pub(super) fn person<'m>(&self, asked: &Asked<'_>, model: &'m Model) -> Result<(Person, &'m Segment), DoorError> {
        let dual = self.dual()?;
        let mut person = Person::new(asked.age, asked.sex, asked.orec);
        person.dual = dual.unwrap_or_default();
        person.institutional = self.institutional.unwrap_or_default();
        person.graft_months = self.graft_months;
        if let Some(esrd) = self.esrd {
            person.esrd = esrd;
        }
        let Some(population) = &self.population else {
            let enrolment = Enrolment {
                new_enrollee: self.new_enrollee,
                chronic_special_needs: self.snp,
                low_income: self.low_income,
            };
            return Ok((person, model.segment_for(&person, enrolment)?));
        };
        let segment = model.segment(population.trim())?;
        // What the population implies need not be said again; what contradicts it is an error.
        let implied = segment.implied(person);
        if dual.is_none() {
            person.dual = implied.dual;
        }
        if self.institutional.is_none() {
            person.institutional = implied.institutional;
        }
        Ok((person, segment))
    }

    fn dual(&self) -> Result<Option<Dual>, DoorError> {
        let Some(text) = self.dual_status.as_ref().map(TextOrNumber::to_text) else {
            // Where only "Medicaid or not" is read, full benefits stand for it.
            return Ok(self.medicaid.map(|medicaid| if medicaid { Dual::Full } else { Dual::None }));
        };
        let named = match text.to_ascii_lowercase().as_str() {
            "none" => Some(Dual::None),
            "partial" => Some(Dual::Partial),
            "full" => Some(Dual::Full),
            _ => Dual::of_status_code(&text),
        };
        named.map(Some).ok_or_else(|| invalid("dual_status", format!("`{text}` is not a dual status code")))
    }

    pub(super) fn frailty(&self) -> Result<Score, DoorError> {
        let Some(frailty) = &self.frailty else { return Ok(Score::ZERO) };
        frailty.to_text().parse().map_err(|problem| invalid("frailty", problem))
    }
}

impl DiagnosisRequest<'_> {
    /// What tells two records of a diagnosis apart.
    fn place(&self) -> Option<(&str, Option<u32>, Option<&str>)> {
        match self {
            Self::Bare(_) => None,
            Self::Placed { claim_id, line, date, .. } => Some((claim_id, *line, date.as_deref())),
        }
    }

    fn read(&self) -> Result<Diagnosis, DoorError> {
        match self {
            Self::Bare(text) => Ok(diagnosis(text)?.into()),
            Self::Placed { code, claim_id, line, date, encounter } => {
                let date = date.as_deref().map(|text| day("diagnoses.date", text)).transpose()?;
                let place =
                    Provenance { claim_id: Text::from(claim_id.as_ref()), line: *line, date, encounter: *encounter };
                let known = !claim_id.is_empty() || line.is_some() || date.is_some() || encounter.is_some();
                Ok(Diagnosis { code: diagnosis(code)?, support: known.then_some(place).into_iter().collect() })
            }
        }
    }
}

fn diagnosis(text: &str) -> Result<DiagnosisCode, DoorError> {
    DiagnosisCode::parse(text.trim())
        .map_err(|error| ScoreError::new(ErrorCode::InvalidDiagnosis, error.to_string()).into())
}

fn day(field: &str, text: &str) -> Result<Date, DoorError> {
    text.trim().parse().map_err(|_| invalid(field, format!("`{text}` is not a date like 2025-10-01")))
}
