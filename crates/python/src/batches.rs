//! Batches in, batches out, as they are asked for.

use crate::error::failure;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use openclaim_columnar::answers::row;
use openclaim_columnar::nested::NestedReader;
use openclaim_engine::Engine;
use pyo3::PyResult;
use std::sync::Arc;

/// Decides about one batch whenever the next is asked for.
pub(crate) struct AnswerReader {
    engine: Arc<Engine>,
    claims: Box<dyn RecordBatchReader + Send>,
}

impl AnswerReader {
    /// A reader of answers about the claims of another.
    ///
    /// # Errors
    /// When the claims lack a column or have one of another type, which is known before the first batch.
    pub(crate) fn new(engine: Arc<Engine>, claims: Box<dyn RecordBatchReader + Send>) -> PyResult<Self> {
        NestedReader::new(&RecordBatch::new_empty(claims.schema()))
            .map_err(|error| failure(error.code(), error.to_string()))?;
        Ok(Self { engine, claims })
    }
}

impl Iterator for AnswerReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.claims.next()?;
        let answered = |batch: RecordBatch| {
            row::adjudicate(&self.engine, &batch).map_err(|error| ArrowError::ExternalError(Box::new(error)))
        };
        Some(batch.and_then(answered))
    }
}

impl RecordBatchReader for AnswerReader {
    fn schema(&self) -> SchemaRef {
        row::schema()
    }
}
