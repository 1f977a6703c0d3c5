//! Building a relation from rows in any order.

use super::{Cell, ColumnKind, Fixed, Schema, ShortCode};
use crate::{FlatError, FlatWriter, KeyIndex, StrRef, StringPool};
use std::cmp::Ordering;
use std::collections::HashMap;

/// The raw value of a blank number.
pub(super) const BLANK_NUMBER: i64 = i64::MIN;

/// A row that cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, row {row}{}: {problem}", column.as_ref().map(|name| format!(", column {name}")).unwrap_or_default())]
pub struct RowFault {
    /// The file, as given by [`RelationBuilder::origin`].
    pub file: String,
    /// The row, as the importer counts it.
    pub row: u64,
    /// The column at fault.
    pub column: Option<String>,
    /// What is wrong, quoting the value.
    pub problem: String,
}

/// Two rows with the same key that say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The key, its values joined by ` / `.
    pub key: String,
    /// File and row of the one.
    pub first: (String, u64),
    /// File and row of the other.
    pub second: (String, u64),
    /// The first column in which they differ, and both values.
    pub difference: (String, String, String),
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, first, second, difference: (column, one, other) } = self;
        write!(
            f,
            "{}, row {}: key {key} is also in {}, row {}, with another {column} (`{other}` and `{one}`)",
            second.0, second.1, first.0, first.1
        )
    }
}

/// Why a table could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The schema cannot be stored.
    #[error("{0}")]
    Schema(String),
    /// Rows with equal keys differ. The first hundred conflicts are given.
    #[error("table {table}: {count} rows repeat a key and differ; {}", conflicts.first().map(ToString::to_string).unwrap_or_default())]
    Conflicts {
        /// The table.
        table: String,
        /// How many rows conflict with the one before.
        count: usize,
        /// The first of them.
        conflicts: Vec<Conflict>,
    },
    /// The table has more rows than the format can number.
    #[error("table {0} has more rows than can be stored (4,294,967,294)")]
    TooLarge(String),
    /// The sections cannot be stored.
    #[error(transparent)]
    Flat(#[from] FlatError),
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The table.
    pub table: String,
    /// Rows stored.
    pub rows: u64,
    /// Rows that repeated another exactly and were dropped.
    pub repeated: u64,
}

/// Collects the rows of a relation, in any order.
///
/// [`RelationBuilder::write`] sorts them by key, drops exact repetitions and refuses rows that repeat a key with other
/// values. The bytes depend on the set of rows only, not on the order in which they were pushed (unless the key is 0).
#[derive(Debug)]
pub struct RelationBuilder {
    schema: Schema,
    /// Positions of the columns `from` and `to`.
    period: (Option<usize>, Option<usize>),
    /// Row after row; texts are positions in `texts`.
    raw: Vec<u64>,
    texts: Vec<Box<str>>,
    text_ids: HashMap<Box<str>, u32>,
    files: Vec<String>,
    /// Of every row: position in `files`, and the row as the importer counts it.
    origins: Vec<(u32, u64)>,
}

impl RelationBuilder {
    /// A builder without rows.
    ///
    /// # Errors
    /// [`BuildError::Schema`] when the schema cannot be stored.
    pub fn new(schema: Schema) -> Result<Self, BuildError> {
        schema.check().map_err(BuildError::Schema)?;
        Ok(Self {
            period: (schema.from_column(), schema.to_column()),
            schema,
            raw: Vec::new(),
            texts: vec![Box::from("")],
            text_ids: HashMap::from([(Box::from(""), 0)]),
            files: Vec::new(),
            origins: Vec::new(),
        })
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Rows pushed so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether no row was pushed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// Names the file that the rows pushed from now on come from, for messages.
    pub fn origin(&mut self, file: &str) {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
    }

    fn fault(&self, row: u64, column: Option<usize>, problem: String) -> RowFault {
        RowFault {
            file: self.files.last().cloned().unwrap_or_default(),
            row,
            column: column.and_then(|at| self.schema.columns.get(at)).map(|column| column.name.clone()),
            problem,
        }
    }

    /// Adds a row; `row` is its number in the file, for messages.
    ///
    /// # Errors
    /// [`RowFault`] when a value does not fit its column, the whole key is blank, or the period ends before it begins.
    /// The row is then not added and the builder stays usable.
    pub fn push(&mut self, row: u64, cells: &[Cell<'_>]) -> Result<(), RowFault> {
        if cells.len() != self.schema.columns.len() {
            let problem = format!("{} values for {} columns", cells.len(), self.schema.columns.len());
            return Err(self.fault(row, None, problem));
        }
        let start = self.raw.len();
        for (at, cell) in cells.iter().enumerate() {
            match self.encode(self.schema.columns[at].kind, cell) {
                Ok(raw) => self.raw.push(raw),
                Err(problem) => {
                    self.raw.truncate(start);
                    return Err(self.fault(row, Some(at), problem));
                }
            }
        }
        if let Err((column, problem)) = self.check_row(start) {
            self.raw.truncate(start);
            return Err(self.fault(row, Some(column), problem));
        }
        self.origins.push((self.files.len().saturating_sub(1) as u32, row));
        Ok(())
    }

    /// Adds a row of published texts, each read as its column's kind says ([`Cell::parse`]).
    ///
    /// # Errors
    /// As [`RelationBuilder::push`].
    pub fn push_texts(&mut self, row: u64, texts: &[&str]) -> Result<(), RowFault> {
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
        self.push(row, &cells)
    }

    fn check_row(&self, start: usize) -> Result<(), (usize, String)> {
        let row = &self.raw[start..];
        let blank = |at: usize| row[at] == self.blank(at);
        if self.schema.key > 0 && (0..self.schema.key).all(blank) {
            return Err((0, "the key is blank".to_owned()));
        }
        if let (Some(from), Some(to)) = self.period
            && row[to] != 0
            && row[to] < row[from]
        {
            let show = |at| self.show(at, row[at]);
            return Err((to, format!("the period ends on {} before it begins on {}", show(to), show(from))));
        }
        Ok(())
    }

    fn blank(&self, column: usize) -> u64 {
        match self.schema.columns[column].kind {
            ColumnKind::Int | ColumnKind::Decimal { .. } => BLANK_NUMBER as u64,
            _ => 0,
        }
    }

    fn encode(&mut self, kind: ColumnKind, cell: &Cell<'_>) -> Result<u64, String> {
        let parsed = match *cell {
            Cell::Text(text) => Cell::parse(kind, text)?,
            other => other,
        };
        match (kind, parsed) {
            (ColumnKind::Int | ColumnKind::Decimal { .. }, Cell::Blank) => Ok(BLANK_NUMBER as u64),
            (_, Cell::Blank) => Ok(0),
            (ColumnKind::Code, Cell::Code(code)) => Ok(code.key()),
            (ColumnKind::Text, Cell::Text(text)) => self.text_id(text).map(u64::from),
            (ColumnKind::Day, Cell::Day(day)) if day.to_date().is_some() => Ok(u64::from(day.0)),
            (ColumnKind::Int, Cell::Int(number)) if number != BLANK_NUMBER => Ok(number as u64),
            (ColumnKind::Decimal { scale }, Cell::Decimal(number)) => number
                .rescale(scale)
                .map(|number| number.unscaled as u64)
                .ok_or_else(|| format!("`{number}` has more than {scale} decimal places")),
            (ColumnKind::Flag, Cell::Flag(byte)) if byte.is_ascii_graphic() => Ok(u64::from(byte)),
            (_, other) => Err(format!("`{other}` is of another kind than the column")),
        }
    }

    fn text_id(&mut self, text: &str) -> Result<u32, String> {
        if let Some(&id) = self.text_ids.get(text) {
            return Ok(id);
        }
        let id = u32::try_from(self.texts.len()).map_err(|_| "the table has too many texts".to_owned())?;
        self.texts.push(text.into());
        self.text_ids.insert(text.into(), id);
        Ok(id)
    }

    /// Sorts, checks and writes the table's sections.
    ///
    /// # Errors
    /// [`BuildError::Conflicts`] when rows repeat a key and differ, [`BuildError::Flat`] when the table's name is taken.
    pub fn write(self, writer: &mut FlatWriter) -> Result<Built, BuildError> {
        if self.len() >= u32::MAX as usize {
            return Err(BuildError::TooLarge(self.schema.table.clone()));
        }
        let order = self.sorted()?;
        let repeated = (self.len() - order.len()) as u64;
        let name = |suffix: &str| format!("{}:{suffix}", self.schema.table);
        let json = serde_json::to_vec(&self.schema).map_err(|error| BuildError::Schema(error.to_string()))?;
        writer.put(&name("schema"), &json)?;
        let mut pool = StringPool::new();
        for (at, column) in self.schema.columns.iter().enumerate() {
            let section = name(&format!("c{at}"));
            let raw = order.iter().map(|&row| self.value(row, at));
            match column.kind {
                ColumnKind::Code => writer.put(&section, &raw.collect::<Vec<u64>>())?,
                ColumnKind::Day => writer.put(&section, &raw.map(|raw| raw as u32).collect::<Vec<u32>>())?,
                ColumnKind::Flag => writer.put(&section, &raw.map(|raw| raw as u8).collect::<Vec<u8>>())?,
                ColumnKind::Int | ColumnKind::Decimal { .. } => {
                    writer.put(&section, &raw.map(|raw| raw as i64).collect::<Vec<i64>>())?;
                }
                ColumnKind::Text => {
                    let texts = raw.map(|raw| match raw {
                        0 => StrRef::default(),
                        id => pool.add(&self.texts[id as usize]),
                    });
                    writer.put(&section, &texts.collect::<Vec<StrRef>>())?;
                }
            }
        }
        pool.write(writer, &name("text"))?;
        if self.schema.key > 0 && self.schema.columns[0].kind == ColumnKind::Code {
            let mut keys: Vec<u64> = Vec::new();
            let mut first_rows: Vec<u32> = Vec::new();
            for (at, &row) in order.iter().enumerate() {
                let key = self.value(row, 0);
                if keys.last() != Some(&key) {
                    keys.push(key);
                    first_rows.push(at as u32);
                }
            }
            first_rows.push(order.len() as u32);
            KeyIndex::write(writer, &name("k"), &keys)?;
            writer.put(&name("k.rows"), &first_rows)?;
        }
        Ok(Built { table: self.schema.table, rows: order.len() as u64, repeated })
    }

    fn value(&self, row: u32, column: usize) -> u64 {
        self.raw[row as usize * self.schema.columns.len() + column]
    }

    fn compare(&self, a: u32, b: u32, column: usize) -> Ordering {
        let (one, other) = (self.value(a, column), self.value(b, column));
        match self.schema.columns[column].kind {
            ColumnKind::Text if one == other => Ordering::Equal,
            ColumnKind::Text => self.texts[one as usize].cmp(&self.texts[other as usize]),
            ColumnKind::Int | ColumnKind::Decimal { .. } => (one as i64).cmp(&(other as i64)),
            _ => one.cmp(&other),
        }
    }

    /// Rows in stored order, without repetitions.
    fn sorted(&self) -> Result<Vec<u32>, BuildError> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        if self.schema.key == 0 {
            return Ok(order);
        }
        let identity = self.schema.identity();
        let by = |columns: &mut dyn Iterator<Item = usize>, a: u32, b: u32| {
            columns.map(|column| self.compare(a, b, column)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let width = self.schema.columns.len();
        order.sort_unstable_by(|&a, &b| {
            let key = by(&mut identity.iter().copied(), a, b);
            // The row's number decides last, so that messages do not depend on how the sort moves equal rows.
            key.then_with(|| by(&mut (0..width), a, b)).then(a.cmp(&b))
        });
        let same_key = |a: u32, b: u32| by(&mut identity.iter().copied(), a, b).is_eq();
        order.dedup_by(|&mut b, &mut a| same_key(a, b) && by(&mut (0..width), a, b).is_eq());
        let clashes = order.windows(2).filter(|pair| same_key(pair[0], pair[1]));
        let count = clashes.clone().count();
        if count > 0 {
            let conflicts = clashes.take(100).map(|pair| self.conflict(pair[0], pair[1], &identity)).collect();
            return Err(BuildError::Conflicts { table: self.schema.table.clone(), count, conflicts });
        }
        Ok(order)
    }

    fn conflict(&self, a: u32, b: u32, identity: &[usize]) -> Conflict {
        let key: Vec<String> = identity.iter().map(|&at| self.show(at, self.value(a, at))).collect();
        let (a, b) = (a.min(b), a.max(b));
        let place = |row: u32| {
            let (file, number) = self.origins[row as usize];
            (self.files.get(file as usize).cloned().unwrap_or_default(), number)
        };
        let width = self.schema.columns.len();
        let column = (0..width).find(|&at| self.compare(a, b, at).is_ne()).unwrap_or(0);
        let show = |row| self.show(column, self.value(row, column));
        Conflict {
            key: key.join(" / "),
            first: place(a),
            second: place(b),
            difference: (self.schema.columns[column].name.clone(), show(a), show(b)),
        }
    }

    fn show(&self, column: usize, raw: u64) -> String {
        match self.schema.columns[column].kind {
            _ if raw == self.blank(column) => String::new(),
            ColumnKind::Code => ShortCode::from_key(raw).map(|code| code.to_string()).unwrap_or_default(),
            ColumnKind::Text => self.texts[raw as usize].to_string(),
            ColumnKind::Day => crate::Day(raw as u32).to_string(),
            ColumnKind::Int => (raw as i64).to_string(),
            ColumnKind::Decimal { scale } => Fixed { unscaled: raw as i64, scale }.to_string(),
            ColumnKind::Flag => char::from(raw as u8).to_string(),
        }
    }
}
