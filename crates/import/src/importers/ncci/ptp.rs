//! NCCI procedure-to-procedure edits: tab-separated text with six header lines, the same as a workbook, or csv.

use super::Origin;
use crate::error::{ImportError, Place};
use crate::header::{self, Column, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::release::Imported;
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::Day;
use openclaim_tables::pairs::Terms;

/// NCCI procedure-to-procedure edits.
pub(crate) struct ProcedurePairs;

const COLUMN1: usize = 0;
const COLUMN2: usize = 1;
const BEFORE_1996: usize = 2;
const EFFECTIVE: usize = 3;
const DELETION: usize = 4;
const MODIFIER: usize = 5;
const RATIONALE: usize = 6;

const COLUMNS: [Column; 7] = [
    Column::required("column1", &["column 1"]),
    Column::required("column2", &["column 2"]),
    Column::optional("in_existence_before_1996", &["in existence…"]),
    Column::optional("effective", &["effective…"]),
    Column::required("deletion", &["deletion…"]),
    Column::required("modifier", &["modifier…"]),
    Column::optional("rationale", &["ptp edit rationale…"]),
];

/// The first day of the first version of NCCI. The files hold every edit since, the deleted ones included.
const SINCE: Day = Day(19_960_101);

impl Importer for ProcedurePairs {
    fn name(&self) -> &str {
        "NCCI procedure-to-procedure edits"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.columns(&COLUMNS)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        let titles = titles(&sniff);
        let origin = Origin::of(file, &titles, true)?;
        let dated = titles.iter().any(|title| crate::text::normalise(title).starts_with("effective"));
        let publication = "NCCI Procedure-to-Procedure Edits";
        let identity = origin.identity("ncci-ptp", publication, dated.then_some(SINCE));
        let release = out.release(identity)?;
        origin.warn(file, release);
        if !dated {
            let message = "the rows have no effective dates: every pair counts as in force until its deletion, which is \
                           right for look-up and for the quarter, and wrong for claims of earlier years";
            release.warn(Place::file(file.path()), message);
        }
        let table = release.pairs(&format!("ncci/ptp-{}", origin.program))?;
        let mut last: (String, Option<Day>) = (String::new(), None);
        layout::each_row(file, &header::wanted(&COLUMNS), HeaderStyle::Single, &mut |row| {
            let (one, two) = (row.text(COLUMN1), row.text(COLUMN2));
            // The header goes on for some lines that have no codes.
            if one.is_empty() && two.is_empty() && table.rows() == 0 {
                return Ok(());
            }
            let from = row.day(EFFECTIVE)?;
            // Some thousands of distinct dates among millions of rows, mostly in runs.
            if last.0 != row.text(DELETION) {
                last = (row.text(DELETION).to_owned(), row.day(DELETION)?);
            }
            let modifier_indicator = match row.flag(MODIFIER)? {
                Some(indicator @ (b'0' | b'1' | b'9')) => indicator,
                _ => return Err(row.bad(MODIFIER, "is no modifier indicator; 0, 1 and 9 are")),
            };
            let terms = Terms {
                from,
                to: last.1,
                modifier_indicator,
                before_1996: !row.text(BEFORE_1996).is_empty(),
                rationale: row.text(RATIONALE),
            };
            table.push_pair(row.number(), one, two, terms)
        })
    }
}

/// The cells of the lines up to the header's: what a file says of itself before its rows.
pub(super) fn titles(sniff: &Sniff<'_>) -> Vec<String> {
    let sheets = sniff
        .sheets()
        .flat_map(|(name, rows)| std::iter::once(name.to_owned()).chain(rows.iter().take(8).flatten().cloned()));
    sniff.records().iter().take(8).flatten().cloned().chain(sheets).collect()
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    const PUBLISHED: &str = "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\n\
        Column1/Column2 Edits\t\t\t\t\t\t\n\
        Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n\
        \t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\
        \t\t\t\t*=no data\t1=allowed\t\n\
        \t\t\t\t\t9=not applicable\t\n\
        X0001\tX0002\t\t20220101\t*\t1\tMade-up reason\n\
        X0001\tX0003\t*\t19960101\t20231231\t0\tMade-up reason\n";

    #[test]
    fn text_as_published() {
        let built = read("ccipra-v322r0-f1.TXT", PUBLISHED).unwrap();
        let meta = &built[0].meta;
        assert_eq!((meta.family.as_str(), meta.version.as_str()), ("ncci-ptp-practitioner", "2026Q3"));
        assert_eq!(
            (meta.from.to_string().as_str(), meta.to.unwrap().to_string().as_str()),
            ("1996-01-01", "2026-09-30")
        );
        assert!(meta.warnings.iter().any(|warning| warning.message.contains("taken from the name")));
        assert_eq!(
            rows(&built, "ncci/ptp-practitioner"),
            [
                ["X0001", "X0002", "2022-01-01", "", "1", "", "Made-up reason"],
                ["X0001", "X0003", "1996-01-01", "2023-12-31", "0", "*", "Made-up reason"],
            ]
        );
    }

    #[test]
    fn titles_decide_over_names() {
        let text =
            PUBLISHED.replace("Column1/Column2 Edits", "Medicaid NCCI Outpatient Hospital Edits effective 04/01/2026");
        let built = read("any.txt", &text).unwrap();
        assert_eq!(
            (built[0].meta.family.as_str(), built[0].meta.version.as_str()),
            ("ncci-ptp-medicaid-outpatient", "2026Q2")
        );
    }

    #[test]
    fn a_tidy_copy_says_that_it_has_no_dates() {
        let text = "column1,column2,deletion_date,modifier_indicator,rationale\nX0001,X0002,2023-12-31,1,Made-up\n";
        let built = read("ptp_outpatient_2024q3.csv", text).unwrap();
        assert_eq!(built[0].meta.from.to_string(), "2024-07-01");
        assert!(built[0].meta.warnings.iter().any(|warning| warning.message.contains("no effective dates")));
        assert_eq!(rows(&built, "ncci/ptp-outpatient")[0][3], "2023-12-31");
    }

    #[test]
    fn faults_are_placed() {
        let fault = |from: &str, to: &str| {
            let text = PUBLISHED.replace(from, to);
            read("ccipra-v322r0-f1.TXT", &text).unwrap_err().to_string()
        };
        assert!(fault("20220101", "20221301").contains("row 7, column `effective`: `20221301` is not a date"));
        assert!(fault("\t0\tMade", "\t7\tMade").contains("row 8, column `modifier`: `7` is no modifier indicator"));
        assert!(fault("Deletion", "Ended").contains("no column `deletion`"));
        let error = read("edits.txt", PUBLISHED).unwrap_err().to_string();
        assert!(error.contains("neither its titles nor its name"), "{error}");
    }
}
