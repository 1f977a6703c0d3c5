//! Named errors of scoring. An error concerns one person and costs no other.

use serde::{Serialize, Serializer};
use std::fmt;

/// What kept a person from being scored, as a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorCode {
    /// The input is no JSON object, or not one of the expected shape.
    InvalidJson,
    /// A required field is missing.
    MissingField,
    /// A field holds a value that cannot be one of its kind.
    InvalidField,
    /// No model of that name.
    UnknownModel,
    /// The model is known, but not for that payment or benefit year.
    UnknownYear,
    /// The model has no such population (segment, metal level).
    UnknownPopulation,
    /// Age and population contradict each other: an aged segment below 65, a disabled one above 64.
    AgePopulationConflict,
    /// Medicaid or institutional status and population contradict each other.
    PopulationConflict,
    /// The model has several calibrations in the year, and none was asked for.
    AmbiguousModel,
    /// Age or sex is out of range or missing where the model needs it.
    InvalidDemographics,
    /// A diagnosis that cannot be an ICD-10-CM code.
    InvalidDiagnosis,
    /// The person was born after a service they are said to have received.
    BornAfterService,
    /// A line of input is longer than the reader accepts.
    LineTooLong,
    /// A table is damaged.
    Internal,
}

impl ErrorCode {
    /// The name as it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::MissingField => "missing_field",
            Self::InvalidField => "invalid_field",
            Self::UnknownModel => "unknown_model",
            Self::UnknownYear => "unknown_year",
            Self::UnknownPopulation => "unknown_population",
            Self::AgePopulationConflict => "age_population_conflict",
            Self::PopulationConflict => "population_conflict",
            Self::AmbiguousModel => "ambiguous_model",
            Self::InvalidDemographics => "invalid_demographics",
            Self::InvalidDiagnosis => "invalid_diagnosis",
            Self::BornAfterService => "born_after_service",
            Self::LineTooLong => "line_too_long",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Why a person was not scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct ScoreError {
    /// Stable name.
    pub code: ErrorCode,
    /// One sentence that quotes what is at fault.
    pub message: String,
}

impl ScoreError {
    /// An error of a kind.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
