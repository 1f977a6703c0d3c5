//! Lists of codes with one title: the code files of the yearly release (code, blanks, title), csv lists of the same, and the
//! bare list of nodes of the tabular list.

use super::{System, edition};
use crate::delimited::Delimited;
use crate::error::ImportError;
use crate::fixed::{Field, FixedWidth};
use crate::importer::Importer;
use crate::release::{Completeness, Imported};
use crate::row::Row;
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

const LOOKED_AT: usize = 40;

fn schema(system: System) -> Schema {
    let table = format!("{}/titles", system.prefix());
    Schema::new(&table, 1, [ColumnSpec::code("code"), ColumnSpec::text("title")])
}

/// Code files: code in columns 1–7, title from column 9.
pub(crate) struct CodeFile;

const FIELDS: [Field; 2] = [Field::at("code", 1, 8), Field::at("title", 9, usize::MAX)];

fn fixed_system(sniff: &Sniff<'_>) -> Option<System> {
    let mut codes = Vec::new();
    for line in sniff.lines().take(LOOKED_AT) {
        let code = FIELDS[0].of(line);
        // Price files of procedure codes begin alike, but go on with numbers.
        let words = |title: &str| title.split(' ').any(|word| word.len() > 2 && word.chars().all(char::is_alphabetic));
        if !words(FIELDS[1].of(line)) {
            return None;
        }
        if code.len() != 8 || !code.ends_with(' ') || FIELDS[1].of(line).starts_with(' ') || line.len() < 10 {
            return None;
        }
        codes.push(code.trim_end());
    }
    System::of(codes.into_iter())
}

impl Importer for CodeFile {
    fn name(&self) -> &str {
        "ICD-10 code file"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        (sniff.shape() == Shape::Text && fixed_system(sniff).is_some()).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let system = fixed_system(&Sniff::new(file)).unwrap_or(System::Cm);
        let table = edition::release(system, file, out, None)?.table(schema(system), Completeness::Whole)?;
        FixedWidth::new(&file.text(), file.path(), &FIELDS)
            .each(|row| titled(&row).and_then(|cells| table.push(&row, &cells)))
    }
}

fn titled<'a>(row: &Row<'a>) -> Result<[Cell<'a>; 2], ImportError> {
    row.required_code(0)?;
    Ok([row.cell(0, ColumnKind::Code)?, row.cell(1, ColumnKind::Text)?])
}

/// Two columns without a header: code, title.
pub(crate) struct TitleList;

fn list_system(sniff: &Sniff<'_>) -> Option<System> {
    let records = sniff.records();
    if records.is_empty() || records.iter().any(|record| record.len() != 2 || record[1].len() < 3) {
        return None;
    }
    System::of(records.iter().map(|record| record[0].as_str()))
}

impl Importer for TitleList {
    fn name(&self) -> &str {
        "ICD-10 title list"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        list_system(sniff).map(|_| Confidence::Likely)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let system = list_system(&Sniff::new(file)).unwrap_or(System::Cm);
        let table = edition::release(system, file, out, None)?.table(schema(system), Completeness::Whole)?;
        let text = file.text();
        Delimited::headless(&text, file.path(), &["code", "title"])
            .each(|row| titled(&row).and_then(|cells| table.push(&row, &cells)))
    }
}

/// One node of the tabular list per line: chapter numbers, blocks, categories and codes.
pub(crate) struct NodeList;

const NODE: [Field; 1] = [Field::at("node", 1, usize::MAX)];

impl Importer for NodeList {
    fn name(&self) -> &str {
        "ICD-10-CM node list"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let block = |line: &str| {
            line.split_once('-').is_some_and(|(first, last)| {
                first.len() == 3 && last.len() == 3 && System::of([first, last].into_iter()) == Some(System::Cm)
            })
        };
        let chapter = |line: &str| line.len() <= 2 && line.bytes().all(|byte| byte.is_ascii_digit());
        let lines: Vec<&str> = sniff.lines().take(LOOKED_AT).map(str::trim).collect();
        let node = |line: &&str| {
            chapter(line) || block(line) || (line.len() >= 3 && System::of(std::iter::once(*line)) == Some(System::Cm))
        };
        let fits = lines.len() > 3 && lines.iter().all(node) && lines.iter().any(|line| block(line));
        fits.then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let release = edition::release(System::Cm, file, out, None)?;
        let schema = Schema::new("icd10cm/nodes", 1, [ColumnSpec::text("node")]);
        let table = release.table(schema, Completeness::Whole)?;
        FixedWidth::new(&file.text(), file.path(), &NODE).each(|row| table.push(&row, &[Cell::Text(row.text(0))]))
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn three_layouts_of_titles() {
        let wanted = [["Y9901", "Odd, first"], ["Y9902", "Odd, second"]];
        let fixed = read("codes_2031.txt", "Y9901   Odd, first\r\nY9902   Odd, second\r\n").unwrap();
        assert_eq!(rows(&fixed, "icd10cm/titles"), wanted);
        let list = read("titles-fy2031.csv", "Y9901,\"Odd, first\"\nY9902,\"Odd, second\"\n").unwrap();
        assert_eq!(rows(&list, "icd10cm/titles"), wanted);
        let nodes = read("list-April-2031.txt", "1\nY90-Y99\nY99\nY9901\n").unwrap();
        assert_eq!((nodes[0].meta.version.as_str(), rows(&nodes, "icd10cm/nodes").len()), ("FY2031-04", 4));
    }
}
