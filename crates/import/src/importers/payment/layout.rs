//! Layouts: what the columns of a published table are called and what they hold, as data.
//!
//! A payment file is a title, a header of one or more lines, rows, and notes. Its columns move and gain years and months
//! in their names from one release to the next ("January 2026 Payment Rate"), so a [`Field`] names its header without
//! them, and a layout is recognised by how much of the header it explains.

use crate::text::normalise;
use openclaim_tables::Day;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A code of at most eight characters.
    Code,
    /// A code of digits, with the leading zeros that spreadsheets drop put back: contractor 5, locality 2, APC 4.
    Digits(u8),
    /// A diagnosis or procedure code, kept without its dot.
    Undotted,
    /// Free text.
    Text,
    /// One character.
    Flag,
    /// A whole number.
    Int,
    /// A number with this many decimals; `$` and thousands commas are left out.
    Decimal(u8),
    /// A percentage with this many decimals: `20.000%` is 20.000, and so is the 0.2 of a workbook.
    Percent(u8),
    /// A date.
    Day,
}

/// Whether a file may lack a column, and a row its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Every row has a value.
    Value,
    /// The column stands in every file of this layout; a row may leave it blank.
    Column,
    /// Some releases have the column.
    Optional,
}

/// Where the value of a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In the column with one of these headers, normalised and without years, months and `final`, parted by `|`; a `*`
    /// at the end allows any continuation.
    Under(&'static str),
    /// In the column with a blank header that follows the field before.
    Beside,
    /// The number in a header of this form: "National Anes CF of 20.3178".
    InHeader(&'static str),
    /// The value above is repeated when the cell is blank, until another one comes: state names.
    Carried(&'static str),
}

/// One column of a layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) stands: Stands,
    pub(super) kind: Kind,
    pub(super) need: Need,
}

/// A field whose column stands in every file of the layout.
pub(super) const fn field(name: &'static str, header: &'static str, kind: Kind) -> Field {
    Field { name, stands: Stands::Under(header), kind, need: Need::Column }
}

impl Field {
    /// Every row has a value.
    pub(super) const fn filled(self) -> Self {
        Self { need: Need::Value, ..self }
    }

    /// Some releases lack the column.
    pub(super) const fn optional(self) -> Self {
        Self { need: Need::Optional, ..self }
    }

    /// See [`Stands::Beside`].
    pub(super) const fn beside(name: &'static str, kind: Kind) -> Self {
        Self { name, stands: Stands::Beside, kind, need: Need::Optional }
    }

    /// See [`Stands::InHeader`].
    pub(super) const fn in_header(name: &'static str, header: &'static str, kind: Kind) -> Self {
        Self { name, stands: Stands::InHeader(header), kind, need: Need::Optional }
    }

    /// See [`Stands::Carried`].
    pub(super) const fn carried(name: &'static str, header: &'static str, kind: Kind) -> Self {
        Self { name, stands: Stands::Carried(header), kind, need: Need::Column }
    }

    fn patterns(&self) -> Option<&'static str> {
        match self.stands {
            Stands::Under(patterns) | Stands::InHeader(patterns) | Stands::Carried(patterns) => Some(patterns),
            Stands::Beside => None,
        }
    }
}

/// The days that a table of this layout speaks for, when its rows have no dates of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// The quarter named in the title, to the end of its calendar year: CMS replaces it earlier when there is a change.
    Quarter,
    /// A calendar year.
    CalendarYear,
    /// A federal fiscal year, which begins in the October before.
    FiscalYear,
    /// The dates of the rows, in the field of this name.
    Rows(&'static str),
}

/// One table as published.
#[derive(Debug)]
pub(super) struct Layout {
    /// The table of the release: `opps/addendum-a`.
    pub(super) table: &'static str,
    /// The series of releases that it belongs to.
    pub(super) family: &'static str,
    /// What publishers call it, for messages.
    pub(super) called: &'static str,
    /// Normalised phrases, all of which stand above the header.
    pub(super) title: &'static [&'static str],
    /// Lines over which a header may be written downwards.
    pub(super) header_lines: usize,
    /// The columns; the first is never blank in a row.
    pub(super) fields: &'static [Field],
    /// The first fields, this many, identify a row.
    pub(super) key: usize,
    /// The days it speaks for.
    pub(super) coverage: Coverage,
    /// What is unusual about its rows.
    pub(super) quirk: Quirk,
}

/// What is unusual about the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    /// Rows whose first cell is blank go on with the texts of the row before.
    Continued,
    /// One column per state and rurality, `AL (NR)` and `AL (R)`: made into rows.
    PerState,
}

/// How a layout fits a header.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Position in the sheet of the last header line.
    pub(super) header: usize,
    /// Per field, its column.
    pub(super) columns: Vec<Option<usize>>,
    /// Per field with its value in the header, that header.
    pub(super) headers: Vec<String>,
    /// Header cells that no field explains.
    pub(super) unknown: Vec<String>,
    /// Fields that should have a column and have none.
    pub(super) missing: Vec<&'static str>,
    /// Share of columns, published and expected, that agree: 0 to 1000.
    pub(super) score: u32,
    /// Whether titles stand above the header; what stands above headerless records is a copyright.
    pub(super) titled: bool,
    /// The days that the rows speak for, when the file holds several releases.
    pub(super) days: Option<(Day, Day)>,
}

/// Lines in which a header is looked for. Titles and notes above one never take more.
const HEADER_WITHIN: usize = 40;

impl Layout {
    /// The best place for this layout's header among the first lines, when at least one column agrees.
    pub(super) fn fit(&self, lines: &Head) -> Option<Fit> {
        let last = lines.plain.len().min(HEADER_WITHIN);
        let mut best: Option<Fit> = None;
        for header in 0..last {
            for count in 1..=self.header_lines.min(header + 1) {
                if let Some(fit) = self.fit_at(header, lines, count)
                    && best.as_ref().is_none_or(|best| fit.score > best.score)
                {
                    best = Some(fit);
                }
            }
        }
        best
    }

    /// How well the lines that end with line `header` fit, taken as a header of `count` lines.
    fn fit_at(&self, header: usize, lines: &Head, count: usize) -> Option<Fit> {
        let lines_of_header = header + 1 - count..=header;
        let plain = joined(&lines.plain[lines_of_header.clone()]);
        let names = || joined(&lines.raw[lines_of_header.clone()]);
        let mut taken = vec![false; plain.len()];
        let mut columns: Vec<Option<usize>> = Vec::with_capacity(self.fields.len());
        let mut headers = vec![String::new(); self.fields.len()];
        let mut missing = Vec::new();
        let (mut agreed, mut expected) = (0, 0);
        for (index, field) in self.fields.iter().enumerate() {
            let Some(patterns) = field.patterns() else {
                let beside = columns.last().copied().flatten().map(|column: usize| column + 1);
                columns.push(beside.filter(|&column| plain.get(column).is_some_and(String::is_empty)));
                continue;
            };
            let found = (0..plain.len()).find(|&column| !taken[column] && matches(patterns, &plain[column]));
            if let Some(column) = found {
                taken[column] = true;
                agreed += 1;
                expected += 1;
                if let Stands::InHeader(_) = field.stands {
                    headers[index] = names().swap_remove(column);
                }
            } else if field.need != Need::Optional {
                missing.push(field.name);
                expected += 1;
            }
            // Two fields may share a column: the value below it, and a number in its header.
            if let (Some(column), Stands::InHeader(_)) = (found, field.stands) {
                taken[column] = false;
                agreed -= 1;
                expected -= 1;
            }
            columns.push(found);
        }
        let is_unknown = |column: &usize| !taken[*column] && !plain[*column].is_empty();
        let unknown = (0..plain.len()).filter(is_unknown).count();
        let all = expected + u32::try_from(unknown).unwrap_or(u32::MAX / 2000);
        (agreed > 0).then(|| {
            let names = names();
            let unknown = (0..plain.len()).filter(is_unknown).map(|column| names[column].clone()).collect();
            Fit {
                header,
                columns,
                headers,
                unknown,
                missing,
                score: agreed * 1000 / all.max(1),
                titled: true,
                days: None,
            }
        })
    }

    /// Whether the lines above a header have the phrases of the title.
    pub(super) fn titled(&self, above: &str) -> bool {
        self.title.iter().all(|phrase| above.contains(phrase))
    }
}

/// The first lines of a table, as they stand and as they are compared.
#[derive(Debug)]
pub(super) struct Head {
    raw: Vec<Vec<String>>,
    plain: Vec<Vec<String>>,
}

impl Head {
    /// Prepares lines.
    pub(super) fn new(raw: Vec<Vec<String>>) -> Self {
        let plain = raw.iter().map(|line| line.iter().map(|cell| timeless(cell)).collect()).collect();
        Self { raw, plain }
    }

    /// Cells of a line that are not blank.
    pub(super) fn filled(&self, line: usize) -> usize {
        self.raw.get(line).map_or(0, |cells| cells.iter().filter(|cell| !cell.trim().is_empty()).count())
    }
}

/// Header cells of several lines, read downwards.
fn joined(lines: &[Vec<String>]) -> Vec<String> {
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    (0..width)
        .map(|column| {
            let parts = lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.trim());
            parts.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Words are compared without the spaces between them: `providerCcn`, `provider_ccn` and `Provider CCN` are the same.
fn matches(patterns: &str, name: &str) -> bool {
    let mut name = name.bytes().filter(|&byte| byte != b' ');
    patterns.split('|').any(|pattern| {
        let (pattern, open) = pattern.strip_suffix('*').map_or((pattern, false), |start| (start, true));
        let mut rest = name.clone();
        let starts = pattern.bytes().filter(|&byte| byte != b' ').all(|byte| rest.next() == Some(byte));
        starts && (open || rest.next().is_none())
    }) && name.next().is_some()
}

/// A header without what changes from one release to the next.
fn timeless(header: &str) -> String {
    let normal = normalise(header);
    let words = normal.split(' ').filter(|word| !changes(word));
    words.collect::<Vec<_>>().join(" ")
}

fn changes(word: &str) -> bool {
    let year = word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|b| b.is_ascii_digit());
    year || matches!(word, "cy" | "fy" | "fr" | "final" | "proposed") || month(word).is_some()
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month by its whole English name, in lower case.
pub(super) fn month(word: &str) -> Option<i8> {
    MONTHS.iter().position(|&name| name == word).and_then(|at| i8::try_from(at + 1).ok())
}

/// The number of the first month whose name begins so.
pub(super) fn month_starting(start: &str) -> Option<i8> {
    MONTHS.iter().position(|name| name.starts_with(start)).and_then(|at| i8::try_from(at + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    static RATES: Layout = Layout {
        table: "test/rates",
        family: "test",
        called: "rates",
        title: &["addendum t"],
        header_lines: 2,
        fields: &[
            field("hcpcs", "hcpcs code", Kind::Code).filled(),
            Field::beside("marker", Kind::Text),
            field("rate", "payment rate|rate", Kind::Decimal(2)),
            field("note", "note*", Kind::Text).optional(),
            Field::in_header("factor", "cf of*", Kind::Decimal(4)),
        ],
        key: 1,
        coverage: Coverage::Quarter,
        quirk: Quirk::None,
    };

    fn head(lines: &[&[&str]]) -> Head {
        Head::new(lines.iter().map(|line| line.iter().map(|&cell| cell.to_owned()).collect()).collect())
    }

    #[test]
    fn a_header_is_found_whatever_its_year() {
        let lines = head(&[
            &["Addendum T", "", ""],
            &["HCPCS", "", "CY 2025", ""],
            &["Code", "", "January 2025 Payment\nRate ", "Notes and more"],
            &["X0001", "*", "1.00", ""],
        ]);
        let fit = RATES.fit(&lines).unwrap();
        assert_eq!((fit.header, fit.score, fit.unknown.len()), (2, 1000, 0));
        assert_eq!(fit.columns, [Some(0), Some(1), Some(2), Some(3), None]);
    }

    #[test]
    fn a_renamed_column_is_missing_and_its_new_name_unknown() {
        let lines = head(&[&["HCPCS", "", "Amount of"], &["Code", "", "payment"]]);
        let fit = RATES.fit(&lines).unwrap();
        assert_eq!((fit.missing, fit.unknown), (vec!["rate"], vec!["Amount of payment".to_owned()]));
    }
}
