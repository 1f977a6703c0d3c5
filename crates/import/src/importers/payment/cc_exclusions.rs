//! IPPS Table 6K: which principal diagnoses keep a secondary diagnosis from being a complication.
//!
//! A text: the CC and MCC diagnoses, each with the number of a collection of principal diagnoses; the collections; then
//! the diagnoses that count only for patients discharged alive, and those that do not count in certain MS-DRGs.

use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use crate::values;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema, ShortCode};
use std::collections::BTreeMap;

use super::layout::Coverage;
use super::period;

/// Imports Table 6K.
#[derive(Debug)]
pub(crate) struct CcExclusions;

const TITLE: &str = "TABLE 6K";
const COLLECTION: &str = "PDX collection ";

impl Importer for CcExclusions {
    fn name(&self) -> &str {
        "IPPS Table 6K (CC exclusions)"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let head = sniff.head();
        let title = head.lines().next().is_some_and(|line| line.contains(TITLE));
        (title && head.contains("PDX Exclusions")).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let period = period::find("", file.path(), Coverage::FiscalYear);
        if period.is_none() && out.options().from.is_none() {
            let reason =
                "neither the content nor the name says which fiscal year it is for; give --from, --to and --version";
            return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason: reason.to_owned() });
        }
        let version = period.as_ref().map_or_else(String::new, |period| period.version.clone());
        let mut identity = Identity::new("ipps", "CMS", super::publication("ipps"), &version);
        if let Some(period) = &period {
            identity = identity.period(period.from, Some(period.to));
        }
        let text = file.text();
        let mut reader =
            Reader { file: file.path(), part: Part::Diagnoses, expected: BTreeMap::new(), found: BTreeMap::new() };
        let release = out.release(identity)?;
        if let Some(period) = period {
            let message = format!(
                "the content does not say which fiscal year it is for; taken from its name: {}",
                period.version
            );
            release.warn(Place::file(file.path()), message);
        }
        let (mut members, mut alive, mut in_drgs) = (Vec::new(), Vec::new(), Vec::new());
        let table = release.table(diagnoses(), Completeness::Whole)?;
        for (number, line) in (1..).zip(text.lines()) {
            match reader.line(number, line)? {
                Line::Other => {}
                Line::Diagnosis(cells) => table.push_numbered(number, &cells)?,
                Line::Member(cells) => members.push((number, cells)),
                Line::Alive(cells) => alive.push((number, cells)),
                Line::InDrgs(cells) => in_drgs.push((number, cells)),
            }
        }
        let table = release.table(discharged_alive(), Completeness::Whole)?;
        for (number, cells) in alive {
            table.push_numbered(number, &cells)?;
        }
        let table = release.table(drg_exclusions(), Completeness::Whole)?;
        for (number, cells) in in_drgs {
            table.push_numbered(number, &cells)?;
        }
        let table = release.table(collections(), Completeness::Whole)?;
        for (number, cells) in members {
            table.push_numbered(number, &cells)?;
        }
        reader.check()
    }
}

fn diagnoses() -> Schema {
    let columns = [
        ColumnSpec::code("diagnosis"),
        ColumnSpec::code("level"),
        ColumnSpec::code("collection"),
        ColumnSpec::text("description"),
    ];
    Schema::new("ipps/table-6k", 1, columns)
}

fn collections() -> Schema {
    let columns = [ColumnSpec::code("collection"), ColumnSpec::code("principal")];
    Schema::new("ipps/table-6k-collections", 2, columns)
}

fn discharged_alive() -> Schema {
    Schema::new("ipps/table-6k-alive", 1, [ColumnSpec::code("diagnosis"), ColumnSpec::text("description")])
}

fn drg_exclusions() -> Schema {
    let columns = [
        ColumnSpec::code("diagnosis"),
        ColumnSpec::code("first_drg"),
        ColumnSpec::code("last_drg"),
        ColumnSpec::code("mdc"),
    ];
    Schema::new("ipps/table-6k-drgs", 3, columns)
}

/// The part of the text that a line stands in.
#[derive(Debug, Clone, Copy)]
enum Part {
    Diagnoses,
    Collection(ShortCode),
    Alive,
    /// First and last MS-DRG of a group, and its MDC.
    Drgs([ShortCode; 3]),
}

enum Line<'a> {
    Diagnosis([Cell<'a>; 4]),
    Member([Cell<'a>; 2]),
    Alive([Cell<'a>; 2]),
    InDrgs([Cell<'a>; 4]),
    Other,
}

struct Reader<'a> {
    file: &'a str,
    part: Part,
    /// Per collection, how many codes the first part says it has and the line that says so.
    expected: BTreeMap<ShortCode, (u64, u64)>,
    found: BTreeMap<ShortCode, u64>,
}

impl Reader<'_> {
    fn place(&self, row: u64, column: &str) -> Place {
        let column = (!column.is_empty()).then(|| column.to_owned());
        Place { row, column, ..Place::file(self.file) }
    }

    fn code(&self, text: &str, row: u64, column: &str) -> Result<ShortCode, ImportError> {
        let code = values::code(text, true).and_then(|code| {
            let code =
                code.filter(|code| code.as_str().bytes().next().is_some_and(|first| first.is_ascii_alphanumeric()));
            code.and_then(|code| ShortCode::new(code.as_str())).ok_or_else(|| "is not a code".to_owned())
        });
        code.map_err(|problem| ImportError::Value {
            place: Box::new(self.place(row, column)),
            value: text.to_owned(),
            problem,
        })
    }

    /// "MDC 01 DRGs 082-084 Traumatic Stupor and Coma >1 Hour".
    fn drgs(&self, row: u64, line: &str) -> Result<[ShortCode; 3], ImportError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["MDC", mdc, "DRGs" | "DRG", drgs, ..] = words[..] else {
            return Err(ImportError::content(
                self.place(row, ""),
                format!("`{}` does not name an MDC and its MS-DRGs", line.trim()),
            ));
        };
        let (first, last) = drgs.split_once('-').unwrap_or((drgs, drgs));
        Ok([self.code(first, row, "first_drg")?, self.code(last, row, "last_drg")?, self.code(mdc, row, "mdc")?])
    }

    fn line<'l>(&mut self, row: u64, line: &'l str) -> Result<Line<'l>, ImportError> {
        if let Some(number) = line.trim().strip_prefix(COLLECTION) {
            self.part = Part::Collection(self.code(number.trim(), row, "collection")?);
            return Ok(Line::Other);
        }
        if line.starts_with("K Part 2") {
            self.part = Part::Alive;
        } else if line.starts_with("MDC ") {
            self.part = Part::Drgs(self.drgs(row, line)?);
        }
        // Entries are indented; titles and explanations are not.
        if !line.starts_with(' ') || line.trim().is_empty() || line.contains("PDX Exclusions") {
            return Ok(Line::Other);
        }
        let entry = line.trim();
        let (code, rest) = entry.split_once(' ').unwrap_or((entry, ""));
        let diagnosis = self.code(code, row, "diagnosis")?;
        let rest = rest.trim_start();
        match self.part {
            Part::Diagnoses => {}
            Part::Collection(collection) => {
                *self.found.entry(collection).or_default() += 1;
                return Ok(Line::Member([Cell::Code(collection), Cell::Code(diagnosis)]));
            }
            Part::Alive => return Ok(Line::Alive([Cell::Code(diagnosis), Cell::Text(rest)])),
            Part::Drgs(drgs) => {
                let [first, last, mdc] = drgs.map(Cell::Code);
                return Ok(Line::InDrgs([Cell::Code(diagnosis), first, last, mdc]));
            }
        }
        let (level, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let level = match level {
            "CC" | "MCC" => self.code(level, row, "level")?,
            _ => {
                let problem = "is neither CC nor MCC".to_owned();
                return Err(ImportError::Value {
                    place: Box::new(self.place(row, "level")),
                    value: level.to_owned(),
                    problem,
                });
            }
        };
        let rest = rest.trim_start();
        // "0002:3 codes     Cholera", or "No Excl  Description" where nothing excludes it.
        let (collection, description) = match rest.split_once(':') {
            Some((collection, rest))
                if collection.bytes().all(|byte| byte.is_ascii_digit()) && !collection.is_empty() =>
            {
                let collection = self.code(collection, row, "collection")?;
                let (count, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let count = count.replace(',', "").parse().map_err(|_| ImportError::Value {
                    place: Box::new(self.place(row, "collection")),
                    value: count.to_owned(),
                    problem: "is not a number of codes".to_owned(),
                })?;
                self.expected.entry(collection).or_insert((count, row));
                let rest = rest.trim_start();
                (Some(collection), rest.strip_prefix("codes").or_else(|| rest.strip_prefix("code")).unwrap_or(rest))
            }
            _ => (None, rest.strip_prefix("No Excl").unwrap_or(rest)),
        };
        let collection = collection.map_or(Cell::Blank, Cell::Code);
        Ok(Line::Diagnosis([Cell::Code(diagnosis), Cell::Code(level), collection, Cell::Text(description.trim())]))
    }

    /// The first part says how many codes each collection has, so a cut file is noticed.
    fn check(&self) -> Result<(), ImportError> {
        for (collection, &(count, row)) in &self.expected {
            let found = self.found.get(collection).copied().unwrap_or(0);
            if found != count {
                let problem =
                    format!("says that collection {collection} has {count} codes, but the file lists {found}");
                return Err(ImportError::content(self.place(row, "collection"), problem));
            }
        }
        if self.expected.is_empty() {
            return Err(ImportError::content(self.place(0, ""), "lists no diagnosis"));
        }
        Ok(())
    }
}
