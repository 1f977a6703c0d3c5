//! What could not be read, with its reason.

use crate::ColumnarError;
use crate::build::{Flat, Row, described};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Fields, SchemaRef};

/// A file, row or piece of a file that gave no claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// Position of the input among the inputs.
    pub(super) input: usize,
    /// `file`, `row` or `segment`.
    pub(super) kind: &'static str,
    /// Row, from 0, or byte offset; `None` for the file as a whole.
    pub(super) position: Option<u64>,
    /// The claim, as far as it can be told.
    pub(super) claim_id: Option<String>,
    /// A stable name of the reason: an edit's id, or the code of an error.
    pub(super) code: String,
    /// The reason in a sentence.
    pub(super) problem: String,
}

/// Name of the table and of its files.
pub(super) const NAME: &str = "quarantine";

fn fields() -> Fields {
    [
        ("input", DataType::Utf8, false),
        ("kind", DataType::Utf8, false),
        ("position", DataType::UInt64, true),
        ("claim_id", DataType::Utf8, true),
        ("code", DataType::Utf8, false),
        ("problem", DataType::Utf8, false),
    ]
    .map(|(name, kind, null)| Field::new(name, kind, null))
    .into_iter()
    .collect()
}

/// The schema of the table.
pub(super) fn schema() -> SchemaRef {
    described(NAME, fields())
}

/// The rows of a list; `name` gives the name of an input.
pub(super) fn rows(refused: &[Refused], name: impl Fn(usize) -> String) -> Result<RecordBatch, ColumnarError> {
    let mut flat = Flat::of(&fields());
    for it in refused {
        let mut row = Row::of(flat.row());
        row.text(&name(it.input));
        row.text(it.kind);
        row.next(|column| column.position_or_null(it.position));
        row.text_or_null(it.claim_id.as_deref());
        row.text(&it.code);
        row.text(&it.problem);
    }
    Ok(RecordBatch::try_new(schema(), flat.finish()?)?)
}
