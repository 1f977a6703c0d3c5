//! Reading a relation where it lies.

use super::build::BLANK_NUMBER;
use super::{Cell, ColumnKind, Fixed, Schema, ShortCode};
use crate::{Day, FlatError, FlatFile, KeyIndex, Section, StrRef, Strings, text_key};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug)]
enum Column {
    Codes(Section<u64>),
    Texts(Section<StrRef>),
    Days(Section<u32>),
    Numbers(Section<i64>),
    Flags(Section<u8>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Codes(rows) => rows.len(),
            Self::Texts(rows) => rows.len(),
            Self::Days(rows) => rows.len(),
            Self::Numbers(rows) => rows.len(),
            Self::Flags(rows) => rows.len(),
        }
    }
}

#[derive(Debug)]
struct Parts {
    schema: Schema,
    columns: Vec<Column>,
    texts: Strings,
    /// Positions of the columns `from` and `to`.
    period: (Option<usize>, Option<usize>),
    index: Option<(KeyIndex, Section<u32>)>,
    rows: usize,
}

/// An opened relation: rows sorted by key, looked up by code. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Relation(Arc<Parts>);

impl Relation {
    /// Opens a table of a release.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when the release has no such relation, [`FlatError::Damaged`] when its columns differ in
    /// length or its schema cannot be read.
    pub fn open(file: &FlatFile, table: &str) -> Result<Self, FlatError> {
        let name = |suffix: &str| format!("{table}:{suffix}");
        let damaged = |problem: &str| FlatError::Damaged(format!("table `{table}`: {problem}"));
        let json = file.section::<u8>(&name("schema"))?;
        let schema: Schema = serde_json::from_slice(&json).map_err(|error| damaged(&error.to_string()))?;
        schema.check().map_err(|problem| damaged(&problem))?;
        let mut columns = Vec::with_capacity(schema.columns.len());
        for (at, column) in schema.columns.iter().enumerate() {
            let section = name(&format!("c{at}"));
            columns.push(match column.kind {
                ColumnKind::Code => Column::Codes(file.section(&section)?),
                ColumnKind::Text => Column::Texts(file.section(&section)?),
                ColumnKind::Day => Column::Days(file.section(&section)?),
                ColumnKind::Int | ColumnKind::Decimal { .. } => Column::Numbers(file.section(&section)?),
                ColumnKind::Flag => Column::Flags(file.section(&section)?),
            });
        }
        let rows = columns.first().map_or(0, Column::len);
        if columns.iter().any(|column| column.len() != rows) {
            return Err(damaged("its columns differ in length"));
        }
        let index = if schema.key > 0 && schema.columns[0].kind == ColumnKind::Code {
            let index = KeyIndex::open(file, &name("k"))?;
            let first_rows = file.section::<u32>(&name("k.rows"))?;
            if first_rows.len() != index.keys().len() + 1 {
                return Err(damaged("its index has another number of codes than its key"));
            }
            Some((index, first_rows))
        } else {
            None
        };
        let texts = Strings::open(file, &name("text"))?;
        let period = (schema.from_column(), schema.to_column());
        Ok(Self(Arc::new(Parts { schema, columns, texts, period, index, rows })))
    }

    /// Name and columns.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.0.schema
    }

    /// Position of a column, for the accessors of [`Row`].
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.0.schema.column(name)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.rows
    }

    /// Whether the table has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.rows == 0
    }

    /// The row at a position; out of range its cells are blank.
    #[must_use]
    pub fn row(&self, index: usize) -> Row<'_> {
        Row { relation: self, index }
    }

    /// All rows in key order.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        self.span(0..self.0.rows)
    }

    fn span(&self, range: Range<usize>) -> Rows<'_> {
        Rows { relation: self, range }
    }

    /// The rows whose first key column is `code`: in constant time for a code column, by bisection for texts.
    #[must_use]
    pub fn rows_of(&self, code: &str) -> Rows<'_> {
        match &self.0.index {
            Some(_) if code.len() > 8 => self.span(0..0),
            Some(_) => self.rows_of_key(text_key(code.as_bytes())),
            None => match self.0.schema.columns[0].kind {
                ColumnKind::Text => self.find(&[Cell::Text(code)]),
                kind => Cell::parse(kind, code).map_or_else(|_| self.span(0..0), |cell| self.find(&[cell])),
            },
        }
    }

    /// The rows whose first key column is the code with this key ([`text_key`]); none when the table has no code key.
    #[must_use]
    pub fn rows_of_key(&self, key: u64) -> Rows<'_> {
        self.code_id(key).map_or(self.span(0..0), |id| self.rows_of_id(id))
    }

    /// The dense id of the code with this key: its position among [`Relation::codes`].
    #[must_use]
    #[inline]
    pub fn code_id(&self, key: u64) -> Option<usize> {
        self.0.index.as_ref()?.0.find(key)
    }

    /// Number of codes of the first key column; 0 when it is no code column.
    #[must_use]
    pub fn code_count(&self) -> usize {
        self.0.index.as_ref().map_or(0, |(index, _)| index.keys().len())
    }

    /// The rows of the code with this dense id.
    #[must_use]
    pub fn rows_of_id(&self, id: usize) -> Rows<'_> {
        let found = self.0.index.as_ref().and_then(|(_, first_rows)| {
            let (start, end) = (*first_rows.get(id)? as usize, *first_rows.get(id + 1)? as usize);
            (start <= end && end <= self.0.rows).then_some(start..end)
        });
        self.span(found.unwrap_or(0..0))
    }

    /// The rows whose first key columns are `values`, by bisection; all rows when `values` is empty, none when there
    /// are more values than key columns.
    #[must_use]
    pub fn find(&self, values: &[Cell<'_>]) -> Rows<'_> {
        if values.len() > self.0.schema.key {
            return self.span(0..0);
        }
        let compare = |row: usize| {
            let orders = values.iter().enumerate().map(|(at, value)| self.row(row).cell(at).order(value));
            orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let bisect = |past: Ordering| {
            let (mut low, mut high) = (0, self.0.rows);
            while low < high {
                let middle = low + (high - low) / 2;
                let order = compare(middle);
                if order == Ordering::Less || order == past { low = middle + 1 } else { high = middle }
            }
            low
        };
        self.span(bisect(Ordering::Less)..bisect(Ordering::Equal))
    }

    /// The rows of a code whose period holds the day; all rows of the code when rows carry no period.
    pub fn at(&self, code: &str, day: Day) -> impl Iterator<Item = Row<'_>> {
        self.rows_of(code).filter(move |row| row.holds(day))
    }

    /// The rows that hold a code in a code column, whichever it is; reads the whole column.
    pub fn rows_with(&self, column: usize, code: ShortCode) -> impl Iterator<Item = Row<'_>> {
        let keys = match self.0.columns.get(column) {
            Some(Column::Codes(keys)) => &keys[..],
            _ => &[],
        };
        let rows = keys.iter().enumerate().filter(move |&(_, &key)| key == code.key());
        rows.map(|(index, _)| self.row(index))
    }

    /// The codes of the first key column in order; empty when it is no code column.
    pub fn codes(&self) -> impl Iterator<Item = ShortCode> {
        let keys = self.0.index.as_ref().map_or(&[][..], |(index, _)| index.keys());
        keys.iter().filter_map(|&key| ShortCode::from_key(key))
    }
}

/// Rows of a relation, in key order.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    relation: &'a Relation,
    range: Range<usize>,
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        self.range.next().map(|index| Row { relation: self.relation, index })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for Rows<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.range.next_back().map(|index| Row { relation: self.relation, index })
    }
}

impl ExactSizeIterator for Rows<'_> {}

/// One row. Accessors take the column's position and answer `None` for a blank, and for a column of another kind.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    relation: &'a Relation,
    index: usize,
}

impl<'a> Row<'a> {
    /// Position in the table; evidence cites it.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// A code.
    #[must_use]
    pub fn code(&self, column: usize) -> Option<ShortCode> {
        match self.relation.0.columns.get(column)? {
            Column::Codes(rows) => ShortCode::from_key(*rows.get(self.index)?),
            _ => None,
        }
    }

    /// A text.
    #[must_use]
    pub fn text(&self, column: usize) -> Option<&'a str> {
        let parts: &'a Parts = &self.relation.0;
        match parts.columns.get(column)? {
            Column::Texts(rows) => Some(parts.texts.get(*rows.get(self.index)?)).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A date.
    #[must_use]
    pub fn day(&self, column: usize) -> Option<Day> {
        match self.relation.0.columns.get(column)? {
            Column::Days(rows) => Some(Day(*rows.get(self.index)?)).filter(|day| day.0 != 0),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self, column: usize) -> Option<i64> {
        match self.relation.0.schema.columns.get(column)?.kind {
            ColumnKind::Int => self.number(column),
            _ => None,
        }
    }

    /// A decimal number.
    #[must_use]
    pub fn decimal(&self, column: usize) -> Option<Fixed> {
        match self.relation.0.schema.columns.get(column)?.kind {
            ColumnKind::Decimal { scale } => self.number(column).map(|unscaled| Fixed { unscaled, scale }),
            _ => None,
        }
    }

    fn number(&self, column: usize) -> Option<i64> {
        match self.relation.0.columns.get(column)? {
            Column::Numbers(rows) => rows.get(self.index).copied().filter(|&number| number != BLANK_NUMBER),
            _ => None,
        }
    }

    /// A single character.
    #[must_use]
    pub fn flag(&self, column: usize) -> Option<u8> {
        match self.relation.0.columns.get(column)? {
            Column::Flags(rows) => rows.get(self.index).copied().filter(|&byte| byte != 0),
            _ => None,
        }
    }

    /// A value of whatever kind.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell<'a> {
        let Some(spec) = self.relation.0.schema.columns.get(column) else { return Cell::Blank };
        let cell = match spec.kind {
            ColumnKind::Code => self.code(column).map(Cell::Code),
            ColumnKind::Text => self.text(column).map(Cell::Text),
            ColumnKind::Day => self.day(column).map(Cell::Day),
            ColumnKind::Int => self.int(column).map(Cell::Int),
            ColumnKind::Decimal { .. } => self.decimal(column).map(Cell::Decimal),
            ColumnKind::Flag => self.flag(column).map(Cell::Flag),
        };
        cell.unwrap_or(Cell::Blank)
    }

    /// All values, in the order of the schema's columns.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let row = *self;
        (0..row.relation.0.columns.len()).map(move |column| row.cell(column))
    }

    /// First and last day of the row's period, where the table carries periods.
    #[must_use]
    pub fn period(&self) -> (Option<Day>, Option<Day>) {
        let (from, to) = self.relation.0.period;
        let day = |column: Option<usize>| column.and_then(|at| self.day(at));
        (day(from), day(to))
    }

    /// Whether the row's period holds the day; a missing end is open.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        let (from, to) = self.period();
        from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
    }
}
