//! What the columns of a relation are called and hold.

use serde::{Deserialize, Serialize};

/// Longest table name in bytes: section names are forty bytes and carry a suffix.
const TABLE_NAME: usize = 30;

/// What a column holds. Every kind can be blank, and blank is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A code of at most eight ASCII characters.
    Code,
    /// Text of any length.
    Text,
    /// A date.
    Day,
    /// A whole number.
    Int,
    /// A decimal number with a fixed number of places, kept exactly as published.
    Decimal {
        /// Places after the point, at most 12.
        scale: u8,
    },
    /// One ASCII character.
    Flag,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Name, in lower case with underscores: `work_rvu`.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

impl ColumnSpec {
    /// A column of any kind.
    #[must_use]
    pub fn new(name: &str, kind: ColumnKind) -> Self {
        Self { name: name.to_owned(), kind }
    }

    /// A column of codes of at most eight ASCII characters.
    #[must_use]
    pub fn code(name: &str) -> Self {
        Self::new(name, ColumnKind::Code)
    }

    /// A column of texts.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self::new(name, ColumnKind::Text)
    }

    /// A column of dates.
    #[must_use]
    pub fn day(name: &str) -> Self {
        Self::new(name, ColumnKind::Day)
    }

    /// A column of whole numbers.
    #[must_use]
    pub fn int(name: &str) -> Self {
        Self::new(name, ColumnKind::Int)
    }

    /// A column of decimal numbers with `scale` places.
    #[must_use]
    pub fn decimal(name: &str, scale: u8) -> Self {
        Self::new(name, ColumnKind::Decimal { scale })
    }

    /// A column of single characters.
    #[must_use]
    pub fn flag(name: &str) -> Self {
        Self::new(name, ColumnKind::Flag)
    }
}

/// A table's name and columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Name of the table, `mpfs/pprrvu`: at most 30 ASCII characters.
    pub table: String,
    /// The columns in order; the key columns come first.
    pub columns: Vec<ColumnSpec>,
    /// How many of the first columns identify a row, together with `from` where rows carry periods. With 0, rows keep
    /// the order in which they were pushed and equal rows are kept.
    pub key: usize,
}

impl Schema {
    /// A schema.
    #[must_use]
    pub fn new(table: &str, key: usize, columns: impl IntoIterator<Item = ColumnSpec>) -> Self {
        Self { table: table.to_owned(), columns: columns.into_iter().collect(), key }
    }

    /// Position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Position of the column that holds the first day of a row's period: a date column named `from`.
    #[must_use]
    pub fn from_column(&self) -> Option<usize> {
        self.day_column("from")
    }

    /// Position of the column that holds the last day of a row's period: a date column named `to`.
    #[must_use]
    pub fn to_column(&self) -> Option<usize> {
        self.day_column("to")
    }

    fn day_column(&self, name: &str) -> Option<usize> {
        self.column(name).filter(|&at| self.columns[at].kind == ColumnKind::Day)
    }

    /// Positions of the columns that identify a row: the key, and `from` where rows carry periods.
    #[must_use]
    pub fn identity(&self) -> Vec<usize> {
        let from = self.from_column().filter(|&at| at >= self.key && self.key > 0);
        (0..self.key.min(self.columns.len())).chain(from).collect()
    }

    /// Whether name, columns and key can be stored.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let table = &self.table;
        if table.is_empty() || table.len() > TABLE_NAME || !table.is_ascii() || table.contains(':') {
            return Err(format!("table name `{table}` is empty, longer than {TABLE_NAME}, not ASCII or has a colon"));
        }
        if self.columns.is_empty() || self.columns.len() > 999 || self.key > self.columns.len() {
            let (columns, key) = (self.columns.len(), self.key);
            return Err(format!("table `{table}` has {columns} columns and a key of {key}"));
        }
        for (at, column) in self.columns.iter().enumerate() {
            if column.name.is_empty() || self.column(&column.name) != Some(at) {
                return Err(format!("table `{table}`: column name `{}` is empty or used twice", column.name));
            }
            if matches!(column.kind, ColumnKind::Decimal { scale } if scale > 12) {
                return Err(format!("table `{table}`: column `{}` has more than 12 decimal places", column.name));
            }
        }
        Ok(())
    }
}
