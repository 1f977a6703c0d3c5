//! The person to be scored.

use crate::{Date, Diagnosis, ErrorCode, ScoreError, Sex};
use openclaim_claim::{HcpcsCode, Text};
use serde::Serialize;
use std::fmt;

/// Metal level of the plan (45 CFR 156.140; catastrophic plans, 45 CFR 156.155).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metal {
    /// `P`
    Platinum,
    /// `G`
    Gold,
    /// `S`
    Silver,
    /// `B`
    Bronze,
    /// `C`
    Catastrophic,
}

impl Metal {
    /// Every level, in the order of the columns of the software's table of factors.
    pub const ALL: [Self; 5] = [Self::Platinum, Self::Gold, Self::Silver, Self::Bronze, Self::Catastrophic];

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platinum => "platinum",
            Self::Gold => "gold",
            Self::Silver => "silver",
            Self::Bronze => "bronze",
            Self::Catastrophic => "catastrophic",
        }
    }

    /// Reads a name or its first letter, in either case.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPopulation`] quoting the text.
    pub fn parse(text: &str) -> Result<Self, ScoreError> {
        let wanted = text.trim();
        let is = |metal: &Self| {
            let name = metal.as_str();
            wanted.eq_ignore_ascii_case(name) || wanted.eq_ignore_ascii_case(&name[..1])
        };
        Self::ALL.into_iter().find(is).ok_or_else(|| {
            let message =
                format!("`{text}` is no metal level: platinum, gold, silver, bronze or catastrophic is expected");
            ScoreError::new(ErrorCode::UnknownPopulation, message)
        })
    }
}

impl fmt::Display for Metal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The three models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// Age 21 and above on the last day of enrolment.
    Adult,
    /// Age 2 to 20.
    Child,
    /// Age 0 and 1.
    Infant,
}

impl Population {
    /// Every model.
    pub const ALL: [Self; 3] = [Self::Adult, Self::Child, Self::Infant];

    /// The name in lower case, as in the tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Child => "child",
            Self::Infant => "infant",
        }
    }

    /// Reads a name, in either case.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownPopulation`] quoting the text.
    pub fn parse(text: &str) -> Result<Self, ScoreError> {
        let known = Self::ALL.into_iter().find(|population| text.trim().eq_ignore_ascii_case(population.as_str()));
        known.ok_or_else(|| {
            let message = format!("`{text}` is no HHS-HCC model: adult, child or infant is expected");
            ScoreError::new(ErrorCode::UnknownPopulation, message)
        })
    }
}

impl fmt::Display for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An enrollee of a plan in one benefit year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Age in completed years on the last day of enrolment in the benefit year (`AGE_LAST`).
    pub age_last: u16,
    /// Sex; the models know no other than male and female.
    pub sex: Sex,
    /// Date of birth, from which the age at each diagnosis follows. Without it the age on the last day of enrolment
    /// stands in.
    pub birth_date: Option<Date>,
    /// Metal level of the plan.
    pub metal: Metal,
    /// Cost-sharing reduction indicator of HHS's software (`CSR_INDICATOR`), 0 to 13.
    pub csr_indicator: u8,
    /// Months of enrolment in the benefit year, 1 to 12 (`ENROLDURATION`).
    pub enrollment_months: u8,
    /// The model that the caller believes in; another than that of the age is an error.
    pub population: Option<Population>,
    /// Diagnoses of risk-adjustment-eligible claims.
    pub diagnoses: Vec<Diagnosis>,
    /// National drug codes of filled prescriptions, eleven characters. HHS's list holds codes with letters too (health
    /// related items), so they are texts.
    pub ndcs: Vec<Text>,
    /// HCPCS codes of services, for drugs that are administered.
    pub hcpcs: Vec<HcpcsCode>,
}

impl Member {
    /// An enrollee of the whole year without cost-sharing reduction, diagnoses and drugs.
    #[must_use]
    pub const fn new(age_last: u16, sex: Sex, metal: Metal) -> Self {
        Self {
            age_last,
            sex,
            birth_date: None,
            metal,
            csr_indicator: 0,
            enrollment_months: 12,
            population: None,
            diagnoses: Vec::new(),
            ndcs: Vec::new(),
            hcpcs: Vec::new(),
        }
    }
}
