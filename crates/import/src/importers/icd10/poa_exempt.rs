//! Diagnosis codes exempt from reporting whether they were present on admission: the list of a fiscal year, and what it
//! adds to, deletes from and retitles in the list before. Tab-delimited or workbook, four files with almost one header.

use super::edition;
use crate::error::{ImportError, Place};
use crate::header::{self, Column, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// POA-exempt list and its changes.
pub(crate) struct PoaExempt;

const CODE: usize = 0;
const DESCRIPTION: usize = 1;
const ORDER: usize = 2;
const ACTION: usize = 3;
const COLUMNS: [Column; 4] = [
    Column::required("POAexemptCode", &["poa exempt code"]),
    Column::required("Description", &[]),
    Column::optional("Order", &["order…"]),
    Column::optional("Action", &[]),
];

/// A list with fewer codes is one of additions: full lists have had more than 30,000 since they began, additions some
/// hundreds, and nothing else in the files tells them apart.
const FULL_LIST: usize = 10_000;

impl Importer for PoaExempt {
    fn name(&self) -> &str {
        "POA-exempt codes"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.columns(&COLUMNS)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let wanted = header::wanted(&COLUMNS);
        let (mut rows, mut ordered, mut actions) = (0, false, false);
        layout::each_row(file, &wanted, HeaderStyle::Single, &mut |row| {
            rows += 1;
            ordered |= row.has(ORDER);
            actions |= row.has(ACTION);
            Ok(())
        })?;
        let year = order_column_year(file)?;
        let release = edition::of_family("poa-exempt", "CMS", "POA Exempt Codes", file, out, year)?;
        let table = match (actions, ordered) {
            (true, _) => "poa/exempt-revised",
            (false, false) => "poa/exempt-deleted",
            (false, true) if rows >= FULL_LIST => "poa/exempt",
            (false, true) => "poa/exempt-added",
        };
        if table == "poa/exempt-added" {
            let message =
                format!("a list of {rows} codes is taken for the additions; a full list has more than {FULL_LIST}");
            release.warn(Place::file(file.path()), message);
        }
        let schema =
            Schema::new(table, 2, [ColumnSpec::code("code"), ColumnSpec::text("action"), ColumnSpec::text("title")]);
        let table = release.table(schema, Completeness::Whole)?;
        layout::each_row(file, &wanted, HeaderStyle::Single, &mut |row| {
            let code = row.undotted(CODE)?.ok_or_else(|| row.bad(CODE, "must not be blank"))?;
            let action = row.text(ACTION).trim_end_matches(':');
            let action = if action.is_empty() { Cell::Blank } else { Cell::Text(action) };
            table.push(&row, &[Cell::Code(code), action, row.cell(DESCRIPTION, ColumnKind::Text)?])
        })
    }
}

/// The fiscal year in the name of the column of sequence numbers: `Order26`.
fn order_column_year(file: &SourceFile) -> Result<Option<i16>, ImportError> {
    let of = |cells: &[String]| {
        let digits =
            cells.iter().find_map(|cell| cell.trim().to_ascii_lowercase().strip_prefix("order").map(str::to_owned))?;
        digits.trim().parse::<i16>().ok().map(|year| if year < 100 { year + 2000 } else { year })
    };
    let sniff = Sniff::new(file);
    let from_text = sniff.records().first().and_then(|record| of(record));
    let from_sheet = sniff.sheets().find_map(|(_, rows)| rows.first().and_then(|row| of(row)));
    Ok(from_text.or(from_sheet))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn changes_are_told_by_their_columns() {
        let added = read("a.txt", "Order31\tPOAexemptCode\tDescription\n00007\tY99.01\tOdd\n").unwrap();
        assert_eq!(added[0].meta.version, "FY2031");
        assert_eq!(rows(&added, "poa/exempt-added"), [["Y9901", "", "Odd"]]);
        let revised =
            read("a.txt", "Order31\tAction\tPOAexemptCode\tDescription\n00007\tRevise to:\tY99.01\tOdd\n").unwrap();
        assert_eq!(rows(&revised, "poa/exempt-revised"), [["Y9901", "Revise to", "Odd"]]);
        let deleted = read("DeleteFY31.txt", "POAexemptCode\tDescription\nY99.01\t\"Odd, very\"\n").unwrap();
        assert_eq!(rows(&deleted, "poa/exempt-deleted"), [["Y9901", "", "Odd, very"]]);
    }
}
