//! Reading tables by column name, while a model is compiled.

use crate::{ErrorCode, ScoreError};
use jiff::civil::Date;
use openclaim_reference::Library;
use openclaim_reference::relation::{Relation, Row};

/// A table of the embedded release or of the data folder.
pub(crate) struct Table(Relation);

/// One of its rows. A column that the table has not reads as blank.
#[derive(Clone, Copy)]
pub(crate) struct Line<'t> {
    relation: &'t Relation,
    row: Row<'t>,
}

impl Table {
    /// Opens a table.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the release lacks it or it is damaged.
    pub(crate) fn open(library: &Library, name: &str) -> Result<Self, ScoreError> {
        let opened = library.embedded_relation(name);
        opened.map(Self).map_err(|error| ScoreError::new(ErrorCode::Internal, error.to_string()))
    }

    /// A table of the data folder whose release begins with the year: publications of this kind hold for one year, even
    /// where they name no last day.
    pub(crate) fn imported(library: &Library, name: &str, year: i16) -> Option<Self> {
        let first = Date::new(year, 1, 1).ok()?;
        let (relation, release) = library.relation(name, first, None).found()?;
        (release.meta().from == first).then(|| Self(relation.clone()))
    }

    /// The rows in the order of the key.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.0.rows().map(|row| Line { relation: &self.0, row })
    }
}

impl<'t> Line<'t> {
    /// A text, or a code as text; empty when blank.
    pub(crate) fn text(&self, column: &str) -> &'t str {
        self.relation.column(column).and_then(|at| self.row.text(at)).unwrap_or_default()
    }

    /// A code; empty when blank.
    pub(crate) fn code(&self, column: &str) -> String {
        let code = self.relation.column(column).and_then(|at| self.row.code(at));
        code.map(|code| code.to_string()).unwrap_or_default()
    }

    /// Whether a column of single characters is filled.
    pub(crate) fn marked(&self, column: &str) -> bool {
        self.relation.column(column).and_then(|at| self.row.flag(at)).is_some()
    }

    /// A whole number.
    pub(crate) fn int(&self, column: &str) -> Option<i64> {
        self.row.int(self.relation.column(column)?)
    }

    /// A decimal with three places, in thousandths.
    pub(crate) fn thousandths(&self, column: &str) -> Option<i64> {
        self.row.decimal(self.relation.column(column)?).map(|value| value.unscaled)
    }

    /// A number of a narrow type.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when it is blank or out of range.
    pub(crate) fn small<T: TryFrom<i64>>(&self, column: &str) -> Result<T, ScoreError> {
        let value = self.int(column).and_then(|value| T::try_from(value).ok());
        value.ok_or_else(|| {
            ScoreError::new(ErrorCode::Internal, format!("column `{column}` of a table is out of range"))
        })
    }

    /// The key of a code.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when it is blank.
    pub(crate) fn key(&self, column: &str) -> Result<u64, ScoreError> {
        let code = self.relation.column(column).and_then(|at| self.row.code(at));
        code.map(|code| code.key())
            .ok_or_else(|| ScoreError::new(ErrorCode::Internal, format!("column `{column}` of a table is blank")))
    }
}
