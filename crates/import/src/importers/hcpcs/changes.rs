//! What a HCPCS edition changes: the transaction report (every code with its kind of change), and the corrections published
//! after it.

use super::edition;
use crate::error::ImportError;
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind};

/// Transaction report.
pub(crate) struct TransactionReport;

const REPORT: Layout = Layout::new(
    "hcpcs/changes",
    2,
    &[
        (Column::required("code", &["HCPCS/Modifier Code", "HCPCS/MOD"]), ColumnKind::Code),
        (Column::required("change", &["Type of Change"]), ColumnKind::Text),
    ],
);

impl Importer for TransactionReport {
    fn name(&self) -> &str {
        "HCPCS transaction report"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        REPORT.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let release = edition::release(("hcpcs", "Alpha-Numeric HCPCS File"), file, out, None)?;
        REPORT.copy(file, release, Completeness::Whole, |row| matches!(row.text(0).len(), 2 | 5))
    }
}

/// Corrections.
pub(crate) struct Corrections;

const CORRECTIONS: Layout = Layout::new(
    "hcpcs/corrections",
    3,
    &[
        (Column::required("code", &[]), ColumnKind::Code),
        (Column::required("action", &[]), ColumnKind::Text),
        (Column::required("effective", &["EFF DATE"]), ColumnKind::Day),
        (Column::required("short_description", &["SHORT DESC"]), ColumnKind::Text),
        (Column::required("long_description", &["LONG DESC"]), ColumnKind::Text),
        (Column::optional("type_of_service", &["TOS"]), ColumnKind::Text),
        (Column::optional("betos", &[]), ColumnKind::Text),
        (Column::optional("coverage", &["COV"]), ColumnKind::Text),
        (Column::optional("pricing", &["PRICE"]), ColumnKind::Text),
        (Column::optional("cross_reference", &["XREF CODE"]), ColumnKind::Text),
        (Column::optional("asc_indicator", &["ASC IND"]), ColumnKind::Text),
        (Column::optional("asc_effective", &["ASC DATE"]), ColumnKind::Day),
        (Column::optional("comments", &[]), ColumnKind::Text),
    ],
);

impl Importer for Corrections {
    fn name(&self) -> &str {
        "HCPCS corrections"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        CORRECTIONS.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        let title = sniff.sheets().flat_map(|(_, rows)| rows.iter().take(3)).chain(sniff.records().iter().take(3));
        // "2019 ALPHA-NUMERIC HCPCS CORRECTIONS"
        let title = title.flatten().find_map(|cell| cell.trim().strip_suffix("ALPHA-NUMERIC HCPCS CORRECTIONS"));
        let stated = title.and_then(|year| year.trim().parse().ok());
        let release = edition::release(("hcpcs-corrections", "HCPCS Corrections"), file, out, stated)?;
        let mut mistyped = Vec::new();
        let table = release.table(CORRECTIONS.schema(), Completeness::Part)?;
        CORRECTIONS.each(file, &mut |row| {
            let mut cells = Vec::new();
            for (at, (_, kind)) in CORRECTIONS.columns.iter().enumerate() {
                match row.cell(at, *kind) {
                    Ok(cell) => cells.push(cell),
                    // The list is typed by hand, and what it corrects is said in words; a date that is none is left blank.
                    Err(error) if *kind == ColumnKind::Day => {
                        mistyped.push((row.place(at), error.problem()));
                        cells.push(Cell::Blank);
                    }
                    Err(error) => return Err(error),
                }
            }
            if row.text(0).is_empty() { Ok(()) } else { table.push(&row, &cells) }
        })?;
        for (place, error) in mistyped {
            release.warn(place, format!("left blank: {error}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn a_mistyped_date_is_left_blank_with_a_warning() {
        let text = ",,2031 ALPHA-NUMERIC HCPCS CORRECTIONS\nCODE,ACTION,EFF DATE,SHORT DESC,LONG DESC\nZ9901,ADD CODE,01/0/12031,Odd,Odd item\n";
        let built = read("c.csv", text).unwrap();
        assert_eq!(rows(&built, "hcpcs/corrections")[0][..4], ["Z9901", "ADD CODE", "", "Odd"]);
        assert!(
            built[0].meta.warnings.iter().any(|warning| warning.to_string().contains("`01/0/12031` is not a date"))
        );
    }

    #[test]
    fn kinds_of_change() {
        let built = read("t_2031.csv", "HCPCS/MOD,TYPE OF CHANGE\nZZ,ADD\nZ9901,No Change\n").unwrap();
        assert_eq!(rows(&built, "hcpcs/changes"), [["Z9901", "No Change"], ["ZZ", "ADD"]]);
    }
}
