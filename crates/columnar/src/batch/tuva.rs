//! Flat tables, one row per line, in the columns of the Tuva Project's input layer (`medical_claim`), or in others by a map.

mod read;
mod write;

pub(super) use read::{FlatClaim, Grouper, cell, is_flat, texts};
pub(super) use write::MedicalClaimWriter;

use serde::Deserialize;
use std::collections::BTreeMap;

/// Names of columns in a table of another producer, by the name that Tuva gives them. As TOML:
///
/// ```toml
/// claim_id = "CLM_ID"
/// claim_start_date = "CLM_FROM_DT"
/// diagnosis_code_1 = "ICD_DGNS_CD1"
/// ```
///
/// Dates are read as `2026-05-01` and `20260501`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ColumnMap(pub BTreeMap<String, String>);

impl ColumnMap {
    /// The name of a column in the table.
    #[must_use]
    pub fn name<'a>(&'a self, tuva: &'a str) -> &'a str {
        self.0.get(tuva).map_or(tuva, String::as_str)
    }

    /// Names that are no columns that are read.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        let known = read::columns();
        self.0.keys().map(String::as_str).filter(|name| !known.iter().any(|known| known == name)).collect()
    }
}

/// Diagnoses and procedures that a row has at the most.
const NUMBERED: usize = 25;
