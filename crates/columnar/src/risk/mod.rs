//! Risk adjustment as tables: which diagnoses of claims count, and the factors and scores of the members they are about.
//!
//! | table | rows |
//! | --- | --- |
//! | `patient_risk_diagnoses` | one per diagnosis and place of a claim: whether it counts, and why not |
//! | `patient_risk_factors` | one per member, model and factor, with the diagnoses behind it, as Tuva's `cms_hcc__patient_risk_factors` |
//! | `patient_risk_scores` | one per member, as Tuva's `cms_hcc__patient_risk_scores`, or why there is no score |
//!
//! They join by `person_id`; `claim_row` of the diagnoses is that of the other tables of the run. Relative factors and scores
//! are `decimal128(9, 3)`, the three places in which CMS publishes them.

pub mod members;
mod write;

pub(crate) use write::filtered_name;
pub use write::{DiagnosisRows, FactorRows, ScoreRows};

use crate::build::described;
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use std::sync::Arc;

/// Digits and places of factors and scores.
const SCORE: DataType = DataType::Decimal128(9, 3);

/// The tables of risk adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row per diagnosis and place of a claim.
    Diagnoses,
    /// One row per member, model and factor.
    Factors,
    /// One row per member.
    Scores,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Diagnoses, Self::Factors, Self::Scores];

    /// The name of the table and of its files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diagnoses => "patient_risk_diagnoses",
            Self::Factors => "patient_risk_factors",
            Self::Scores => "patient_risk_scores",
        }
    }

    /// Its columns. `person_id` of a diagnosis is null for a dependent whom the claim gives no identifier of their own.
    #[must_use]
    pub fn fields(self) -> Fields {
        const TEXT: DataType = DataType::Utf8;
        const NUMBER: DataType = DataType::UInt32;
        const FLAG: DataType = DataType::Boolean;
        let columns: &[(&str, DataType, bool)] = match self {
            Self::Diagnoses => &[
                ("person_id", TEXT, true),
                ("claim_id", TEXT, true),
                ("claim_row", DataType::UInt64, false),
                ("claim_line_number", NUMBER, true),
                ("diagnosis_code", TEXT, false),
                ("service_date", DataType::Date32, true),
                ("encounter_type", TEXT, true),
                ("counts", FLAG, false),
                ("filtered", TEXT, true),
            ],
            Self::Factors => &[
                ("person_id", TEXT, false),
                ("enrollment_status_default", FLAG, false),
                ("medicaid_dual_status_default", FLAG, false),
                ("orec_default", FLAG, false),
                ("institutional_status_default", FLAG, false),
                ("factor_type", TEXT, false),
                ("risk_factor", TEXT, false),
                ("risk_factor_description", TEXT, true),
                ("coefficient", SCORE, false),
                ("model_version", TEXT, false),
                ("payment_year", NUMBER, false),
            ],
            Self::Scores => &[
                ("person_id", TEXT, false),
                ("payment_year", NUMBER, false),
                ("model_version", TEXT, true),
                ("population", TEXT, true),
                ("v24_risk_score", SCORE, true),
                ("v28_risk_score", SCORE, true),
                ("blended_risk_score", SCORE, true),
                ("normalized_risk_score", SCORE, true),
                ("payment_risk_score", SCORE, true),
                ("member_months", NUMBER, true),
            ],
        };
        let mut fields: Vec<Arc<Field>> =
            columns.iter().map(|(name, kind, null)| Arc::new(Field::new(*name, kind.clone(), *null))).collect();
        let list = |name: &str, item: DataType| {
            Arc::new(Field::new(name, DataType::List(Arc::new(Field::new("item", item, false))), false))
        };
        match self {
            Self::Diagnoses => {}
            Self::Factors => fields.push(list("x_openclaim_diagnosis_codes", TEXT)),
            Self::Scores => {
                fields.push(list("x_openclaim_not_evaluated", DataType::Struct(not_evaluated_fields())));
                fields.push(Arc::new(Field::new("error_code", TEXT, true)));
                fields.push(Arc::new(Field::new("error_message", TEXT, true)));
            }
        }
        fields.into()
    }

    /// Its schema, with the table's name and version as metadata.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        described(self.name(), self.fields())
    }
}

/// What could not be decided about a score, with the model it concerns.
fn not_evaluated_fields() -> Fields {
    [("model_version", false), ("rule", false), ("reason", false), ("detail", false), ("remedy", true)]
        .map(|(name, null)| Field::new(name, DataType::Utf8, null))
        .into_iter()
        .collect()
}
