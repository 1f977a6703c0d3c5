//! Smaller publications of HCPCS: codes not otherwise classified, and the processing notes that records refer to.

use super::edition;
use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// Codes "not otherwise classified".
pub(crate) struct NotOtherwiseClassified;

const NOC: Layout = Layout::new(
    "hcpcs/not-otherwise-classified",
    2,
    &[
        (Column::required("code", &["HCPCS"]), ColumnKind::Code),
        (Column::required("long_description", &["LONG DESCRIPTION"]), ColumnKind::Text),
        (Column::required("added", &["ADD DATE"]), ColumnKind::Day),
        (Column::required("terminated", &["TERM DATE"]), ColumnKind::Day),
    ],
);

impl Importer for NotOtherwiseClassified {
    fn name(&self) -> &str {
        "HCPCS codes not otherwise classified"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        NOC.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        let title = sniff.sheets().flat_map(|(_, rows)| rows.iter().take(3)).chain(sniff.records().iter().take(3));
        // "NOC CODES - HCPCS 2019"
        let stated =
            title.flatten().filter_map(|cell| cell.split_once("HCPCS ")).find_map(|(_, year)| year.trim().parse().ok());
        let release = edition::release(("hcpcs-noc", "HCPCS NOC Codes"), file, out, stated)?;
        NOC.copy(file, release, Completeness::Whole, |row| row.text(0).len() == 5)
    }
}

/// Processing notes.
pub(crate) struct ProcessingNotes;

/// Number and first words of a note: `          0001--THIS PROCESSING NOTE`.
fn note(line: &str) -> Option<(&str, &str)> {
    let (number, text) = line.trim_start().split_once("--")?;
    (number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((number, text))
}

impl Importer for ProcessingNotes {
    fn name(&self) -> &str {
        "HCPCS processing notes"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let titled = sniff.lines().next().is_some_and(|line| line.trim() == "PROCESSING NOTES");
        (sniff.shape() == Shape::Text && titled && sniff.lines().any(|line| note(line).is_some()))
            .then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let release = edition::release(("hcpcs", "Alpha-Numeric HCPCS File"), file, out, None)?;
        let schema = Schema::new("hcpcs/processing-notes", 2, [ColumnSpec::code("note"), ColumnSpec::text("text")]);
        let text = file.text();
        let mut notes: Vec<(u64, &str, String)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            // A star in the margin closes most lines.
            let line = line.trim_end().trim_end_matches('*').trim_end();
            if let Some((number, text)) = note(line) {
                notes.push((at as u64 + 1, number, text.trim().to_owned()));
            } else if let Some((_, _, text)) = notes.last_mut()
                && !line.trim().is_empty()
                && !line.contains("____")
            {
                text.push(' ');
                text.push_str(line.trim());
            }
        }
        if notes.is_empty() {
            return Err(ImportError::content(Place::file(file.path()), "it holds no note"));
        }
        let table = release.table(schema, Completeness::Whole)?;
        for (row, number, text) in &notes {
            table.push_numbered(*row, &[Cell::Text(number), Cell::Text(text)])?;
        }
        Ok(())
    }
}

/// Printouts (`.prn`) of workbooks, which cut long cells off; refused, with advice.
pub(crate) struct Printout;

impl Importer for Printout {
    fn name(&self) -> &str {
        "printout of an HCPCS workbook"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let mut lines = sniff.lines().take(3).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let titled = |line: String| {
            line.ends_with("ALPHA-NUMERIC HCPCS CORRECTIONS")
                || line.starts_with("NOC CODES - HCPCS")
                || line == "HCPCS/Modifier CodeType of Change"
                || line == "HCPCS/MOD TYPE OF CHANGE SHORT DESCRIPTION LONG DESCRIPTION"
        };
        let plain = sniff.shape() == Shape::Text && sniff.records().first().is_none_or(|record| record.len() < 3);
        (plain && lines.any(titled)).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, _: &mut Imported<'_>) -> Result<(), ImportError> {
        let reason = "it is a printout of a workbook, in which long cells are cut off; import the workbook".to_owned();
        Err(ImportError::Unrecognised { file: file.path().to_owned(), reason })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn codes_not_otherwise_classified() {
        let text = "NOC CODES - HCPCS 2031,,,\nHCPCS,LONG DESCRIPTION,ADD DATE,TERM DATE\nZ9999,\"Odd, unlisted\",20300101,\n\x1a,,,\n";
        let built = read("noc.csv", text).unwrap();
        assert_eq!(built[0].meta.version, "2031");
        assert_eq!(rows(&built, "hcpcs/not-otherwise-classified"), [["Z9999", "Odd, unlisted", "2030-01-01", ""]]);
    }

    #[test]
    fn notes_run_over_lines() {
        let text = "      PROCESSING NOTES\n ______\n\n   0001--ODD THING  *\n         GOES ON    *\n   0002--OTHER.\n";
        assert_eq!(
            rows(&read("notes_2031.txt", text).unwrap(), "hcpcs/processing-notes"),
            [["0001", "ODD THING GOES ON"], ["0002", "OTHER."]]
        );
    }

    #[test]
    fn printouts_are_refused() {
        let error =
            read("x.prn", "   NOC CODES - HCPCS 2031\n\n  HCPCS  LONG\n  Z9999  Odd\n").unwrap_err().to_string();
        assert!(error.contains("import the workbook"), "{error}");
    }
}
