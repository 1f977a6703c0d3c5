//! The ICD-10-CM conversion table: for each new code its effective date and the codes that were assigned before.

use super::edition;
use crate::error::ImportError;
use crate::header::{self, Column, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::release::{Completeness, Imported};
use crate::row::Row;
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use crate::{naming, values};
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};

/// Conversion table.
pub(crate) struct ConversionTable;

const CODE: usize = 0;
const EFFECTIVE: usize = 1;
const PREVIOUS: usize = 2;
const COLUMNS: [Column; 3] = [
    Column::required("Current code assignment", &[]),
    Column::required("Effective", &["effective date"]),
    Column::required("Previous Code(s) Assignment", &["previous codes assignment"]),
];

impl Importer for ConversionTable {
    fn name(&self) -> &str {
        "ICD-10-CM conversion table"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.columns(&COLUMNS)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let release = edition::of_family(
            "icd-10-cm-conversion",
            "NCHS",
            "ICD-10-CM Conversion Table",
            file,
            out,
            stated_year(file),
        )?;
        let columns = [ColumnSpec::code("code"), ColumnSpec::text("previous"), ColumnSpec::day("effective")];
        release.table(Schema::new("icd10cm/conversion", 3, columns), Completeness::Whole)?;
        let columns = [ColumnSpec::code("code"), ColumnSpec::code("previous"), ColumnSpec::day("effective")];
        let predecessors = Schema::new("icd10cm/predecessors", 3, columns);
        release.table(predecessors.clone(), Completeness::Whole)?;
        let wanted = header::wanted(&COLUMNS);
        layout::each_row(file, &wanted, HeaderStyle::Single, &mut |row| {
            let Some(code) = row.undotted(CODE)? else { return Ok(()) };
            let effective = Cell::Day(effective(&row)?);
            let previous = row.text(PREVIOUS);
            let conversion = [ColumnSpec::code("code"), ColumnSpec::text("previous"), ColumnSpec::day("effective")];
            release
                .table(Schema::new("icd10cm/conversion", 3, conversion), Completeness::Whole)?
                .push(&row, &[Cell::Code(code), Cell::Text(previous), effective])?;
            let table = release.table(predecessors.clone(), Completeness::Whole)?;
            for code_before in single_codes(previous) {
                table.push(&row, &[Cell::Code(code), Cell::Code(code_before), effective])?;
            }
            Ok(())
        })
    }
}

/// The fiscal year of the title: "This FY 2026 (October 1, 2025 Update) Conversion Table".
fn stated_year(file: &SourceFile) -> Option<i16> {
    let sniff = Sniff::new(file);
    let cells =
        sniff.sheets().flat_map(|(_, rows)| rows.iter().take(5)).chain(sniff.records().iter().take(5)).flatten();
    cells.filter_map(|cell| cell.split_once("FY ")).find_map(|(_, rest)| rest.get(..4)?.parse().ok())
}

/// A year means its first of October; other dates are written out.
fn effective(row: &Row<'_>) -> Result<Day, ImportError> {
    let text = row.text(EFFECTIVE);
    if text.len() == 4
        && let Ok(year) = text.parse::<i16>()
        && let Some(day) = naming::day(year, 10, 1)
    {
        return Ok(day);
    }
    row.day(EFFECTIVE)?.ok_or_else(|| row.bad(EFFECTIVE, "is neither a year nor a date"))
}

/// The codes of "C56.1 and C56.2" or "E75.240, E75.241"; ranges such as "H02.101-H02.106" name no single code.
fn single_codes(text: &str) -> Vec<openclaim_tables::relation::ShortCode> {
    text.split([',', ';', ' ', '\n', '\r', '/'])
        .filter(|part| part.len() >= 3 && part.bytes().any(|byte| byte.is_ascii_digit()) && !part.contains('-'))
        .filter(|part| part.starts_with(|first: char| first.is_ascii_uppercase()))
        .filter_map(|part| values::code(part, true).ok().flatten())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn years_dates_and_lists() {
        let text = "\"This FY 2031 (October 1, 2030 Update) table.\",,\n\
                    Current code assignment,Effective,Previous Code(s) Assignment\n\
                    Y99.01,2030,Y99.8 and Y99.9\nY99.02,45017,Y98.1-Y98.6\n";
        let built = read("c.csv", text).unwrap();
        assert_eq!(built[0].meta.version, "FY2031");
        assert_eq!(
            rows(&built, "icd10cm/conversion"),
            [["Y9901", "Y99.8 and Y99.9", "2030-10-01"], ["Y9902", "Y98.1-Y98.6", "2023-04-01"]]
        );
        assert_eq!(
            rows(&built, "icd10cm/predecessors"),
            [["Y9901", "Y998", "2030-10-01"], ["Y9901", "Y999", "2030-10-01"]]
        );
    }

    #[test]
    fn an_impossible_date_is_placed() {
        let text = "Current code assignment,Effective,Previous Code(s) Assignment\nY99.01,20301301,Y99.8\n";
        let error = read("c_2031.csv", text).unwrap_err().to_string();
        assert_eq!(error, "c_2031.csv, row 2, column `Effective`: `20301301` is not a date");
    }
}
