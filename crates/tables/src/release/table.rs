//! A table of whatever shape, for listings, comparisons and exports.

use super::{Release, TableShape};
use crate::pairs::PairTable;
use crate::relation::{Cell, Relation, Schema};
use crate::{FlatError, text_key};

/// A table of a release.
#[derive(Debug, Clone)]
pub enum Table {
    /// Rows with a schema.
    Relation(Relation),
    /// Pairs of codes.
    Pairs(PairTable),
}

impl Table {
    /// Opens a table of a release.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when the release has no such table, [`FlatError::Damaged`] when it is damaged.
    pub(super) fn open(release: &Release, table: &str) -> Result<Self, FlatError> {
        let shape = release.meta().tables.iter().find(|rows| rows.table == table).map(|rows| rows.shape);
        match shape {
            Some(TableShape::Relation) => release.relation(table).map(Self::Relation),
            Some(TableShape::Pairs) => release.pairs(table).map(Self::Pairs),
            None => Err(FlatError::NoSection(table.to_owned())),
        }
    }

    /// Name and columns.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        match self {
            Self::Relation(table) => table.schema(),
            Self::Pairs(table) => table.schema(),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Relation(table) => table.len(),
            Self::Pairs(table) => table.len(),
        }
    }

    /// Whether the table has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values of a row, in the order of the schema's columns.
    #[must_use]
    pub fn cells(&self, row: usize) -> Vec<Cell<'_>> {
        match self {
            Self::Relation(table) => table.row(row).cells().collect(),
            Self::Pairs(table) => table.row(row).cells().to_vec(),
        }
    }

    /// Positions of the rows whose first column is `code`.
    #[must_use]
    pub fn rows_of(&self, code: &str) -> Vec<usize> {
        match self {
            Self::Relation(table) => table.rows_of(code).map(|row| row.index()).collect(),
            Self::Pairs(_) if code.len() > 8 => Vec::new(),
            Self::Pairs(table) => table.of_column1(text_key(code.as_bytes())).map(|pair| pair.index()).collect(),
        }
    }
}
