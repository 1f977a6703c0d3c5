//! What can be wrong with a table.

use thiserror::Error;

/// A table or row that cannot be read or built.
#[derive(Debug, Error)]
pub enum ColumnarError {
    /// A column that must be there is not.
    #[error("the table has no column `{0}`")]
    MissingColumn(&'static str),
    /// A column of another type than expected, and not convertible.
    #[error("column `{column}` is {found}, which cannot be read as {expected}")]
    WrongType {
        /// The column.
        column: String,
        /// Its type.
        found: String,
        /// What is read.
        expected: String,
    },
    /// A row that is no claim.
    #[error("row {row}: {problem}")]
    Row {
        /// Position in the batch, from 0.
        row: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Arrays that do not fit together; a fault of this program.
    #[error("cannot build the table: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
}

impl ColumnarError {
    /// A stable name of the kind of error, the same in every face.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn(_) => "missing_column",
            Self::WrongType { .. } => "wrong_type",
            Self::Row { .. } => "invalid_row",
            Self::Arrow(_) => "arrow",
        }
    }
}
