//! Copying the rows of a published table into a relation.

use super::grid::{Grid, GridRow};
use super::layout::{Coverage, Field, Fit, Kind, Layout, Need, Stands};
use crate::error::{ImportError, Place};
use crate::release::Table;
use crate::values;
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Fixed, Schema, ShortCode};

/// The schema of a layout's relation.
pub(super) fn schema(layout: &Layout) -> Schema {
    let columns = layout.fields.iter().map(|field| {
        let kind = match field.kind {
            Kind::Code | Kind::Digits(_) | Kind::Undotted => ColumnKind::Code,
            Kind::Text => ColumnKind::Text,
            Kind::Flag => ColumnKind::Flag,
            Kind::Int => ColumnKind::Int,
            Kind::Decimal(scale) | Kind::Percent(scale) => ColumnKind::Decimal { scale },
            Kind::Day => ColumnKind::Day,
        };
        ColumnSpec::new(field.name, kind)
    });
    Schema::new(layout.table, layout.key, columns)
}

/// A table of a grid, its header found.
#[derive(Debug)]
pub(super) struct Rows<'g, 'a> {
    pub(super) layout: &'static Layout,
    pub(super) grid: &'g Grid<'a>,
    pub(super) fit: &'g Fit,
}

/// What stands in a cell.
#[derive(Debug)]
enum Value<'a> {
    Blank,
    Code(ShortCode),
    Text(&'a str),
    Flag(u8),
    Int(i64),
    Decimal(Fixed),
    Day(Day),
}

impl<'a> Value<'a> {
    fn cell(&'a self) -> Cell<'a> {
        match self {
            Self::Blank => Cell::Blank,
            Self::Code(code) => Cell::Code(*code),
            Self::Text(text) => Cell::Text(text),
            Self::Flag(flag) => Cell::Flag(*flag),
            Self::Int(number) => Cell::Int(*number),
            Self::Decimal(number) => Cell::Decimal(*number),
            Self::Day(day) => Cell::Day(*day),
        }
    }
}

/// What is done with a row and its values.
type EachRow<'e> = dyn FnMut(&GridRow, &[Value<'_>]) -> Result<(), ImportError> + 'e;

impl<'g> Rows<'g, '_> {
    /// Copies every row into the table; `warn` is told of rows that were passed over though they are no notes.
    ///
    /// # Errors
    /// [`ImportError`] naming file, row and column.
    pub(super) fn copy(&self, table: &mut Table, warn: &mut dyn FnMut(Place, &str)) -> Result<(), ImportError> {
        self.each(warn, &mut |row, values| {
            let cells: Vec<Cell<'_>> = values.iter().map(Value::cell).collect();
            table.push_numbered(row.number, &cells)
        })
    }

    /// The first and last day in the field that dates the rows.
    ///
    /// # Errors
    /// As [`Rows::copy`].
    pub(super) fn days(&self) -> Result<Option<(Day, Day)>, ImportError> {
        let Coverage::Rows(name) = self.layout.coverage else { return Ok(None) };
        let Some(at) = self.layout.fields.iter().position(|field| field.name == name) else { return Ok(None) };
        let mut span: Option<(Day, Day)> = None;
        self.each(&mut |_, _| {}, &mut |_, values| {
            if let Some(Value::Day(day)) = values.get(at) {
                let (first, last) = span.get_or_insert((*day, *day));
                (*first, *last) = ((*first).min(*day), (*last).max(*day));
            }
            Ok(())
        })?;
        Ok(span)
    }

    fn each(&self, warn: &mut dyn FnMut(Place, &str), each: &mut EachRow<'_>) -> Result<(), ImportError> {
        let mut carried: Vec<&str> = vec![""; self.layout.fields.len()];
        for row in self.grid.rows.iter().skip(self.fit.header + 1) {
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                // A blank line ends the block that a carried value belongs to.
                carried.fill("");
                continue;
            }
            if self.is_note(row) {
                continue;
            }
            if let Some(field) = self.end_mark(row) {
                warn(
                    self.grid.place(row.number, Some(field)),
                    "the row marks the end of the table and was passed over",
                );
                continue;
            }
            let mut values = Vec::with_capacity(self.layout.fields.len());
            for (at, field) in self.layout.fields.iter().enumerate() {
                values.push(self.value(row, at, field, &mut carried)?);
            }
            each(row, &values)?;
        }
        Ok(())
    }

    fn text(&self, row: &'g GridRow, at: usize) -> &'g str {
        self.fit.columns[at].and_then(|column| row.cells.get(column)).map_or("", |cell| cell.trim())
    }

    /// Footnotes stand in the first column alone, or in any when the first is blank, and are no code.
    fn is_note(&self, row: &GridRow) -> bool {
        let filled: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let [only] = filled.as_slice() else {
            // A signed note spills into no second column, but a comma in it may: the first cell then begins as notes do.
            return filled
                .first()
                .is_some_and(|first| first.len() > 40 && first.to_ascii_uppercase().starts_with("NOTE"));
        };
        let needed = self.layout.fields.iter().filter(|field| field.need == Need::Value).count();
        let coded = !matches!(self.layout.fields[0].kind, Kind::Text);
        // A lone cell further right is a note's.
        if self.layout.key > 0 && self.text(row, 0).is_empty() {
            return true;
        }
        let sentence = only.contains(' ') || only.len() > 8 || only.starts_with('*');
        (sentence && (needed > 1 || coded)) || only.starts_with("* ")
    }

    /// Tables of pricers end with a row of nines.
    fn end_mark(&self, row: &'g GridRow) -> Option<&'static Field> {
        self.layout.fields.iter().enumerate().find_map(|(at, field)| {
            let text = if field.kind == Kind::Day { self.text(row, at) } else { "" };
            let nines = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'9' | b'-'));
            nines.then_some(field).filter(|_| field.need == Need::Value)
        })
    }

    fn value<'r>(
        &self,
        row: &'r GridRow,
        at: usize,
        field: &'static Field,
        carried: &mut [&'r str],
    ) -> Result<Value<'r>, ImportError>
    where
        'g: 'r,
    {
        let mut text: &'r str = match field.stands {
            Stands::InHeader(_) => number_in(&self.fit.headers[at]),
            _ => self.text_of(row, at),
        };
        if matches!(field.stands, Stands::Carried(_)) {
            if text.is_empty() {
                text = carried[at];
            } else {
                carried[at] = text;
            }
        }
        let bad = |problem: String| ImportError::Value {
            place: Box::new(self.grid.place(row.number, Some(field))),
            value: text.to_owned(),
            problem,
        };
        let value = read(field.kind, text).map_err(bad)?;
        if matches!(value, Value::Blank) && field.need == Need::Value {
            let place = self.grid.place(row.number, Some(field));
            return Err(ImportError::content(place, "must not be blank"));
        }
        Ok(value)
    }

    fn text_of<'r>(&self, row: &'r GridRow, at: usize) -> &'r str {
        self.fit.columns[at].and_then(|column| row.cells.get(column)).map_or("", |cell| cell.trim())
    }
}

/// The decimal number in a header: "National Anes CF of 20.3178".
fn number_in(header: &str) -> &str {
    let number = |word: &&str| word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    header.split_whitespace().find(number).unwrap_or_default()
}

/// Reads a trimmed cell; the error ends a sentence that begins with the text.
fn read(kind: Kind, text: &str) -> Result<Value<'_>, String> {
    if text.is_empty() {
        return Ok(Value::Blank);
    }
    let code = |text: &str| ShortCode::new(text).map_or(Value::Blank, Value::Code);
    Ok(match kind {
        Kind::Text => Value::Text(text),
        Kind::Code => values::code(text, false)?.map_or(Value::Blank, |text| code(text.as_str())),
        Kind::Undotted => values::code(text, true)?.map_or(Value::Blank, |text| code(text.as_str())),
        Kind::Digits(length) => code(&digits(text, usize::from(length))?),
        Kind::Flag => match text.as_bytes() {
            &[flag] if flag.is_ascii() => Value::Flag(flag),
            _ => return Err("is not a single character".to_owned()),
        },
        Kind::Int => number(values::int(text)?)?.map_or(Value::Blank, Value::Int),
        Kind::Decimal(scale) => decimal(text, scale)?,
        Kind::Percent(scale) => percent(text, scale)?,
        Kind::Day => values::day(text)?.map_or(Value::Blank, Value::Day),
    })
}

/// Digits with leading zeros put back or, where a pricer pads further, taken away.
fn digits(text: &str, length: usize) -> Result<String, String> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        let coded = text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return if coded { Ok(text.to_owned()) } else { Err(format!("is not a number of {length} digits")) };
    }
    let extra = text.len().saturating_sub(length);
    if text.bytes().take(extra).any(|byte| byte != b'0') {
        return Err(format!("is not a number of {length} digits"));
    }
    Ok(format!("{:0>length$}", &text[extra..]))
}

/// No amount, weight or count of a payment file is negative.
fn number(number: Option<i64>) -> Result<Option<i64>, String> {
    if number.is_some_and(|number| number < 0) { Err("is negative".to_owned()) } else { Ok(number) }
}

fn decimal(text: &str, scale: u8) -> Result<Value<'static>, String> {
    let found = values::decimal(text, scale).or_else(|problem| {
        // What was typed, where a program in between turned it into binary and back: 0.30000000000000004.
        let noisy = text.bytes().filter(u8::is_ascii_digit).count() > 15;
        match text.parse::<f64>() {
            Ok(binary) if noisy => values::decimal(&values::workbook_number(binary), scale),
            _ => Err(problem),
        }
    })?;
    Ok(number(found)?.map_or(Value::Blank, |unscaled| Value::Decimal(Fixed { unscaled, scale })))
}

fn percent(text: &str, scale: u8) -> Result<Value<'static>, String> {
    let value = match text.strip_suffix('%') {
        Some(text) => decimal(text, scale)?,
        // A workbook keeps 20 % as 0.2, so two more decimals of the fraction are the percentage.
        None => match decimal(text, scale + 2)? {
            Value::Decimal(Fixed { unscaled, .. }) => Value::Decimal(Fixed { unscaled, scale }),
            other => other,
        },
    };
    match value {
        Value::Decimal(Fixed { unscaled, .. }) if unscaled > 100 * 10_i64.pow(u32::from(scale)) => {
            Err("is more than 100 %".to_owned())
        }
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, text: &str) -> String {
        match read(kind, text) {
            Ok(value) => value.cell().to_string(),
            Err(problem) => problem,
        }
    }

    #[test]
    fn values_are_exact() {
        assert_eq!(shown(Kind::Decimal(4), "32.744200000000006"), "32.7442");
        assert_eq!(shown(Kind::Decimal(2), "1.234"), "has more than 2 decimals");
        assert_eq!(shown(Kind::Decimal(3), "$1,740.720"), "1740.720");
        assert_eq!(shown(Kind::Decimal(2), "-1.00"), "is negative");
        assert_eq!(
            (shown(Kind::Percent(3), "14.948%").as_str(), shown(Kind::Percent(3), "0.14948").as_str()),
            ("14.948", "14.948")
        );
        assert_eq!(shown(Kind::Percent(2), "101%"), "is more than 100 %");
        assert_eq!(
            (shown(Kind::Digits(4), "00701").as_str(), shown(Kind::Digits(4), "701").as_str()),
            ("0701", "0701")
        );
        assert_eq!(shown(Kind::Digits(2), "123"), "is not a number of 2 digits");
        assert_eq!((shown(Kind::Decimal(2), ".").as_str(), number_in("National CF of 20.3178")), ("", "20.3178"));
    }
}
