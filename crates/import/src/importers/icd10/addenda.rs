//! Addenda: what an edition adds, deletes and retitles against the one before. The order file's addenda carry the billable
//! flag (ICD-10-CM) and both titles, the code file's one title.

use super::{System, edition};
use crate::error::{ImportError, Place};
use crate::fixed::{Field, FixedWidth};
use crate::importer::Importer;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{ColumnKind, ColumnSpec, Schema};

/// Addenda of ICD-10-CM and ICD-10-PCS.
pub(crate) struct Addenda;

/// ICD-10-CM order addenda.
const FLAGGED: [Field; 5] = [
    Field::at("action", 1, 13),
    Field::at("billable", 14, 14),
    Field::at("code", 16, 22),
    Field::at("short title", 24, 83),
    Field::at("long title", 85, usize::MAX),
];

/// ICD-10-PCS order addenda.
const PLAIN: [Field; 5] = [
    Field::at("action", 1, 13),
    Field::at("billable", 21, 21),
    Field::at("code", 14, 20),
    Field::at("short title", 22, 81),
    Field::at("long title", 83, usize::MAX),
];

/// Code file addenda.
const CODES: [Field; 5] = [
    Field::at("action", 1, 13),
    Field::at("billable", 21, 21),
    Field::at("code", 14, 20),
    Field::at("short title", 21, 21),
    Field::at("long title", 22, usize::MAX),
];

const ACTIONS: [&str; 4] = ["Add:", "Delete:", "Revise from:", "Revise to:"];

fn is_entry(line: &str) -> bool {
    ACTIONS.contains(&FLAGGED[0].of(line).trim())
}

/// The lines that count what was changed: `  78986 codes in icd10pcs_order_2025.txt`.
fn counts(text: &str) -> impl Iterator<Item = (i64, &str)> {
    text.lines().filter_map(|line| {
        let (count, what) = line.trim().split_once(' ')?;
        let known = ["additions", "deletions", "revisions"].contains(&what.trim()) || what.contains(" in icd10");
        Some((count.parse().ok()?, what.trim())).filter(|_| known)
    })
}

struct Kind {
    system: System,
    fields: &'static [Field; 5],
    table: &'static str,
    /// The later fiscal year that the counts name.
    year: Option<i16>,
}

fn kind(text: &str) -> Option<Kind> {
    let entries: Vec<&str> = text.lines().filter(|line| is_entry(line)).take(200).collect();
    let mentioned = counts(text).filter_map(|(_, what)| what.rsplit_once("icd10"));
    let names: Vec<&str> = mentioned.map(|(_, name)| name).collect();
    let year = names.iter().filter_map(|name| name.split(['_', '.']).find_map(|part| part.parse::<i16>().ok())).max();
    let flagged = |line: &&str| matches!(FLAGGED[1].of(line), "0" | "1") && Field::at("", 15, 15).of(line) == " ";
    let headings = text.lines().any(|line| line.trim() == "Headers");
    if entries.is_empty() {
        // An edition that changes nothing says so by its counts.
        let name = names.first()?;
        let system = if name.starts_with("pcs") { System::Pcs } else { System::Cm };
        let (fields, table) = match (system, headings) {
            (System::Pcs, _) => (&PLAIN, "order-addenda"),
            (System::Cm, true) => (&FLAGGED, "order-addenda"),
            (System::Cm, false) => (&CODES, "titles-addenda"),
        };
        return Some(Kind { system, fields, table, year });
    }
    if entries.iter().all(flagged) {
        let system = System::of(entries.iter().map(|line| FLAGGED[2].of(line).trim()))?;
        return Some(Kind { system, fields: &FLAGGED, table: "order-addenda", year });
    }
    let system = System::of(entries.iter().map(|line| PLAIN[2].of(line).trim()))?;
    let (fields, table) =
        if headings || system == System::Pcs { (&PLAIN, "order-addenda") } else { (&CODES, "titles-addenda") };
    Some(Kind { system, fields, table, year })
}

impl Importer for Addenda {
    fn name(&self) -> &str {
        "ICD-10 addenda"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let first = sniff.lines().next()?;
        let begins = is_entry(first) || matches!(first.trim(), "Headers" | "Codes");
        (sniff.shape() == Shape::Text && begins && kind(sniff.head()).is_some()).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let text = file.text();
        let Some(kind) = kind(&text) else {
            return Err(ImportError::content(Place::file(file.path()), "the layout of the addenda is unknown"));
        };
        let release = edition::release(kind.system, file, out, kind.year)?;
        let schema = Schema::new(
            &format!("{}/{}", kind.system.prefix(), kind.table),
            3,
            [
                ColumnSpec::code("code"),
                ColumnSpec::text("action"),
                ColumnSpec::flag("billable"),
                ColumnSpec::text("short_title"),
                ColumnSpec::text("long_title"),
            ],
        );
        let table = release.table(schema, Completeness::Whole)?;
        let (mut added, mut deleted, mut revised) = (0, 0, 0);
        FixedWidth::new(&text, file.path(), kind.fields).each(|row| {
            match row.text(0) {
                "Add:" => added += 1,
                "Delete:" => deleted += 1,
                "Revise to:" => revised += 1,
                "Revise from:" => {}
                _ => return Ok(()),
            }
            row.required_code(2)?;
            let cells = [
                row.cell(2, ColumnKind::Code)?,
                openclaim_tables::relation::Cell::Text(row.text(0).trim_end_matches(':')),
                row.cell(1, ColumnKind::Flag)?,
                row.cell(3, ColumnKind::Text)?,
                row.cell(4, ColumnKind::Text)?,
            ];
            table.push(&row, &cells)
        })?;
        let stated = |word: &str| counts(&text).filter(|(_, what)| *what == word).map(|(count, _)| count).sum::<i64>();
        for (word, read) in [("additions", added), ("deletions", deleted), ("revisions", revised)] {
            let stated = stated(word);
            if stated != read {
                let message = format!("its summary counts {stated} {word}, but {read} were read");
                release.warn(Place::file(file.path()), message);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn order_addenda_are_read_and_counted() {
        let text = format!(
            "Delete:      1 Y9901   {0:<60} Odd\r\nAdd:         0 Y9901   {0:<60} Odd\r\nRevise from: 1 Y9902   {1:<60} Oder\r\n\
             Revise to:   1 Y9902   {2:<60} Odder\r\n\r\nHeaders\r\n  10 headers in icd10cm_order_2030.txt\r\n      1 additions\r\n\r\n\
             Codes\r\n  10 codes in icd10cm_order_2031.txt\r\n      2 deletions\r\n      1 revisions\r\n",
            "Odd", "Oder", "Odder"
        );
        let built = read("a.txt", &text).unwrap();
        assert_eq!(built[0].meta.version, "FY2031", "from the content");
        let rows = rows(&built, "icd10cm/order-addenda");
        assert_eq!(rows[0], ["Y9901", "Add", "0", "Odd", "Odd"]);
        assert_eq!((rows.len(), rows[3][4].as_str()), (4, "Odder"));
        assert_eq!(built[0].meta.warnings.len(), 1);
        assert_eq!(built[0].meta.warnings[0].message, "its summary counts 2 deletions, but 1 were read");
    }

    #[test]
    fn procedures_and_code_files_have_their_own_columns() {
        let text = format!(
            "Add:         0XZ0ZZZ {:<60} Odd procedure\r\n\r\nHeaders\r\n  1 headers in icd10pcs_order_2031.txt\r\n",
            "Odd"
        );
        assert_eq!(
            rows(&read("a.txt", &text).unwrap(), "icd10pcs/order-addenda"),
            [["0XZ0ZZZ", "Add", "", "Odd", "Odd procedure"]]
        );
        let text =
            "Add:         Y9901   Odd, first\r\n\r\nCodes\r\n  1 codes in icd10cm_order_2031.txt\r\n  1 additions\r\n";
        assert_eq!(
            rows(&read("a.txt", text).unwrap(), "icd10cm/titles-addenda"),
            [["Y9901", "Add", "", "", "Odd, first"]]
        );
    }
}
