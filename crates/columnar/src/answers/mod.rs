//! What the engine decided, as tables: one row per claim, line, finding, rule that could not tell, grouping, price and step.
//!
//! Rates, factors and subtotals of steps are decimals of many places and stand as text, exactly as the engine has them.
//!
//! Tables are joined by `claim_id`; where claim identifiers repeat, `claim_row` (the claim's position in the run, from 0)
//! tells them apart.

pub mod row;
mod write;

pub use write::{AnswerWriter, Answers};

use crate::build::{MONEY, described, words};
use arrow_schema::{DataType, Field, Fields, SchemaRef};

/// The tables of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row per claim: what stops it, and the digest of its answer.
    Claim,
    /// One row per service line: which edit denied it.
    ClaimLine,
    /// One row per edit that fired.
    Finding,
    /// One row per rule that could neither pass nor fire.
    NotEvaluated,
    /// One row per grouped stay.
    Grouping,
    /// One row per price, of a stay or of a line.
    Pricing,
    /// One row per step of a price.
    PricingStep,
}

impl Table {
    /// Every table, in the order of their names' first use.
    pub const ALL: [Self; 7] = [
        Self::Claim,
        Self::ClaimLine,
        Self::Finding,
        Self::NotEvaluated,
        Self::Grouping,
        Self::Pricing,
        Self::PricingStep,
    ];

    /// The name of the table and of its files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::ClaimLine => "claim_line",
            Self::Finding => "finding",
            Self::NotEvaluated => "not_evaluated",
            Self::Grouping => "grouping",
            Self::Pricing => "pricing",
            Self::PricingStep => "pricing_step",
        }
    }

    /// Its columns. The words of `not_evaluated` are dictionaries in a batch, and text in files.
    #[must_use]
    pub fn fields(self) -> Fields {
        const TEXT: DataType = DataType::Utf8;
        const NUMBER: DataType = DataType::UInt32;
        let own: &[(&str, DataType, bool)] = match self {
            Self::Claim => &[
                ("claim_type", TEXT, true),
                ("member_id", TEXT, true),
                ("claim_start_date", DataType::Date32, true),
                ("claim_end_date", DataType::Date32, true),
                ("charge_amount", MONEY, true),
                ("disposition", TEXT, true),
                ("error_count", NUMBER, false),
                ("warning_count", NUMBER, false),
                ("not_evaluated_count", NUMBER, false),
                ("digest", TEXT, false),
            ],
            Self::ClaimLine => &[
                ("claim_line_number", NUMBER, false),
                ("claim_line_start_date", DataType::Date32, true),
                ("hcpcs_code", TEXT, true),
                ("revenue_center_code", TEXT, true),
                ("charge_amount", MONEY, true),
                ("disposition", TEXT, true),
                ("denied_by", TEXT, true),
                ("priced_amount", MONEY, true),
                ("allowed_amount", MONEY, true),
            ],
            Self::Finding => &[
                ("finding_number", NUMBER, false),
                ("edit", TEXT, false),
                ("family", TEXT, false),
                ("disposition", TEXT, false),
                ("snip_level", NUMBER, true),
                ("subject", TEXT, false),
                ("claim_line_number", NUMBER, true),
                ("other_claim_line_number", NUMBER, true),
                ("diagnosis_number", NUMBER, true),
                ("procedure_number", NUMBER, true),
                ("message", TEXT, false),
                ("carc", TEXT, true),
                ("rarc", TEXT, true),
                ("evidence", TEXT, true),
                ("clears", TEXT, true),
            ],
            Self::NotEvaluated => {
                &[("rule", TEXT, false), ("reason", TEXT, false), ("detail", TEXT, false), ("remedy", TEXT, true)]
            }
            Self::Grouping => &[
                ("grouper_version", TEXT, false),
                ("initial_mdc_code", TEXT, true),
                ("initial_ms_drg_code", TEXT, true),
                ("mdc_code", TEXT, true),
                ("ms_drg_code", TEXT, true),
                ("return_code", TEXT, true),
                ("severity", TEXT, true),
                ("medical_surgical", TEXT, true),
                ("hac_status", TEXT, true),
                ("relative_weight", TEXT, true),
            ],
            Self::Pricing => &[
                ("claim_line_number", NUMBER, true),
                ("system", TEXT, false),
                ("return_code", TEXT, true),
                ("total_amount", MONEY, true),
                ("not_evaluated_count", NUMBER, false),
            ],
            Self::PricingStep => &[
                ("claim_line_number", NUMBER, true),
                ("step_number", NUMBER, false),
                ("name", TEXT, false),
                ("formula", TEXT, true),
                ("effect", TEXT, false),
                ("factor", TEXT, false),
                ("rounding", TEXT, false),
                ("subtotal", TEXT, false),
                ("inputs", TEXT, true),
                ("source", TEXT, true),
            ],
        };
        let keys = [("claim_id", TEXT, true), ("claim_row", DataType::UInt64, false)];
        let own = own.iter().map(|(name, kind, null)| match (self, kind) {
            // Claim after claim says the same of tables that are not loaded.
            (Self::NotEvaluated, &TEXT) => Field::new(*name, words(), *null),
            _ => Field::new(*name, kind.clone(), *null),
        });
        keys.iter().map(|(name, kind, null)| Field::new(*name, kind.clone(), *null)).chain(own).collect()
    }

    /// Its schema, with the table's name and version as metadata.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        described(self.name(), self.fields())
    }
}
