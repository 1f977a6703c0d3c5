//! Claims, one row each, with their diagnoses, procedures and lines as lists of structs.
//!
//! The columns carry what analysts and rules look at. Everything else of the claim is JSON in the names of `openclaim-claim`,
//! without what is empty: `rest_shared` is what claims that were sent together have in common (billing provider, payer,
//! signatures), `rest` is the claim's own. `patient_as_subscriber` names, separated by blanks, what the patient and the
//! subscriber have in common: `name`, or `last_name` alone, `address`, `member_id`, `relationship`, `birth_date`, `sex`; it is
//! not repeated in `rest`. A table without these three is read all the same: other producers fill the columns alone, and
//! schema versions 1 and 2 had everything in `rest`. Where several say something, the column wins, then `rest`. Reading what
//! was written gives the same claim, byte spans excepted.

mod columns;
mod parquet;
mod read;
mod rest;
mod write;

pub use parquet::rows;
pub use read::NestedReader;
pub use write::NestedWriter;
pub(crate) use write::claim_type;

use crate::build::{MONEY, QUANTITY, described};
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use std::sync::Arc;

fn fields(list: &[(&str, DataType, bool)]) -> Fields {
    list.iter().map(|(name, kind, nullable)| Field::new(*name, kind.clone(), *nullable)).collect()
}

/// One diagnosis: code without dot, role (`principal`, `other`, `admitting`, `reason_for_visit`, `external_cause`),
/// present-on-admission indicator, and whether the code is ICD-9.
pub(crate) fn diagnosis_fields() -> Fields {
    fields(&[
        ("code", DataType::Utf8, false),
        ("role", DataType::Utf8, false),
        ("present_on_admit_code", DataType::Utf8, true),
        ("icd9", DataType::Boolean, false),
    ])
}

/// One procedure of the claim: code, coding (`icd10_pcs`, `icd9`, `hcpcs`), whether it is the principal one, date.
pub(crate) fn procedure_fields() -> Fields {
    fields(&[
        ("code", DataType::Utf8, false),
        ("coding", DataType::Utf8, false),
        ("principal", DataType::Boolean, false),
        ("date", DataType::Date32, true),
    ])
}

/// One service line. Modifiers and diagnosis pointers stand in columns of their own, as in Tuva's `medical_claim`.
pub(crate) fn line_fields() -> Fields {
    let mut list = vec![
        ("claim_line_number", DataType::UInt32, false),
        ("claim_line_start_date", DataType::Date32, true),
        ("claim_line_end_date", DataType::Date32, true),
        ("revenue_center_code", DataType::Utf8, true),
        ("hcpcs_code", DataType::Utf8, true),
        ("hcpcs_qualifier", DataType::Utf8, true),
    ];
    list.extend(MODIFIERS.map(|name| (name, DataType::Utf8, true)));
    list.extend([
        ("service_unit_quantity", QUANTITY, true),
        ("service_unit_code", DataType::Utf8, true),
        ("charge_amount", MONEY, true),
        ("place_of_service_code", DataType::Utf8, true),
        ("diagnosis_pointers", DataType::Utf8, true),
        ("rendering_npi", DataType::Utf8, true),
    ]);
    fields(&list)
}

pub(crate) const MODIFIERS: [&str; 4] =
    ["hcpcs_modifier_1", "hcpcs_modifier_2", "hcpcs_modifier_3", "hcpcs_modifier_4"];

/// The columns of a claim that are no lists, in order.
pub(crate) fn claim_fields() -> Fields {
    let text = |name| (name, DataType::Utf8, true);
    let date = |name| (name, DataType::Date32, true);
    fields(&[
        ("claim_id", DataType::Utf8, false),
        ("claim_type", DataType::Utf8, false),
        text("claim_frequency_code"),
        text("bill_type_code"),
        text("place_of_service_code"),
        date("claim_start_date"),
        date("claim_end_date"),
        date("admission_date"),
        text("admit_type_code"),
        text("admit_source_code"),
        text("discharge_disposition_code"),
        text("ms_drg_code"),
        text("member_id"),
        text("payer_id"),
        text("claim_filing_indicator_code"),
        date("birth_date"),
        text("sex"),
        text("billing_npi"),
        text("billing_taxonomy_code"),
        text("billing_state"),
        text("billing_zip_code"),
        text("rendering_npi"),
        text("rendering_taxonomy_code"),
        text("facility_npi"),
        ("charge_amount", MONEY, true),
        text("condition_codes"),
        text("patient_as_subscriber"),
    ])
}

fn list(name: &str, fields: Fields) -> Field {
    let item = Field::new("item", DataType::Struct(fields), false);
    Field::new(name, DataType::List(Arc::new(item)), false)
}

/// Long texts, which are read as views of where they lie.
const VIEWED: [&str; 2] = ["rest_shared", "rest"];

/// The schema of nested claims. Lists of codes within a text column are separated by blanks.
#[must_use]
pub fn schema() -> SchemaRef {
    let mut fields: Vec<Arc<Field>> = claim_fields().iter().cloned().collect();
    fields.push(Arc::new(list("diagnoses", diagnosis_fields())));
    fields.push(Arc::new(list("procedures", procedure_fields())));
    fields.push(Arc::new(list("lines", line_fields())));
    fields.push(Arc::new(Field::new("rest_shared", DataType::Utf8, true)));
    fields.push(Arc::new(Field::new("rest", DataType::Utf8, true)));
    described("nested_claim", fields)
}

#[cfg(test)]
mod tests;
