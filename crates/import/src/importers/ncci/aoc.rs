//! NCCI add-on code edits: which codes are only paid beside a primary code, and which primary codes those are.

use super::{Origin, ptp};
use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind;

/// NCCI add-on code edits.
pub(crate) struct AddOnCodes;

const LAYOUT: Layout = Layout::new(
    "ncci/aoc",
    2,
    &[
        (Column::required("add_on", &["add_on_code", "aoc"]), ColumnKind::Code),
        // `CCCCC`: the contractor decides which primary codes there are.
        (Column::required("primary", &["primary_code"]), ColumnKind::Code),
        (Column::required("edit_type", &["aoc_edit_type"]), ColumnKind::Flag),
        (Column::optional("from", &["aoc_edit_eff_dt", "aoc edit effective date"]), ColumnKind::Day),
        (Column::optional("to", &["aoc_edit_del_dt", "aoc edit deletion date"]), ColumnKind::Day),
        (Column::optional("add_on_deleted", &["aoc_del_dt", "aoc deletion date"]), ColumnKind::Day),
        (Column::optional("primary_deleted", &["primary_code_del_dt", "primary code deletion date"]), ColumnKind::Day),
        (Column::optional("notes", &["special_instruction_notes", "special instruction…"]), ColumnKind::Text),
    ],
);

/// The day on which the edits began.
const SINCE: Day = Day(20_130_401);

impl Importer for AddOnCodes {
    fn name(&self) -> &str {
        "NCCI add-on code edits"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        LAYOUT.recognise(sniff).or_else(|| is_flat(sniff).then_some(Confidence::Certain))
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        if is_flat(&sniff) {
            let reason = "the flat rendering of the add-on code edits, whose record layout is not published with it; \
                          import the workbook that the archive holds beside it"
                .to_owned();
            return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
        }
        let titles = ptp::titles(&sniff);
        let origin = Origin::of(file, &titles, false)?;
        let dated = titles.iter().any(|title| crate::text::normalise(title).starts_with("aoc edit eff"));
        let release = out.release(origin.identity("ncci-aoc", "NCCI Add-on Code Edits", dated.then_some(SINCE)))?;
        origin.warn(file, release);
        if !dated {
            release.warn(Place::file(file.path()), "the rows have no dates: right for the quarter only");
        }
        LAYOUT.copy(file, release, Completeness::Whole, |_| true)
    }
}

/// Lines of edit type, add-on code, blanks, primary code: `1X0001   X0002   2013091`.
fn is_flat(sniff: &Sniff<'_>) -> bool {
    let code = |word: &str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let flat = |line: &str| {
        let mut words = line.split_whitespace();
        let first = words.next().is_some_and(|word| {
            matches!(word.as_bytes().first(), Some(b'1'..=b'3')) && word.get(1..).is_some_and(code)
        });
        first
            && words.clone().take(2).any(code)
            && words.any(|word| word.len() == 7 && crate::values::day(word).is_ok())
    };
    let looked_at = sniff.lines().take(20).count();
    sniff.shape() == Shape::Text
        && looked_at > 0
        && sniff.lines().take(20).filter(|line| flat(line)).count() * 2 > looked_at
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn dates_are_days_of_the_year() {
        let text = "AOC_Edit_Type,Add-On_Code,AOC_Del_Dt,Primary_Code,Primary_Code_Del_Dt,AOC_Edit_EFF_DT,AOC_Edit_DEL_DT,\
            Special_Instruction/Notes\n1,X0002,,X0001,,2013091,2023365,\n2,X0003,2024366,CCCCC,,2013091,,Made-up\n";
        let built = read("AOC_V2026Q2-MCR.csv", text).unwrap();
        assert_eq!((built[0].meta.version.as_str(), built[0].meta.from.to_string().as_str()), ("2026Q2", "2013-04-01"));
        assert_eq!(
            rows(&built, "ncci/aoc"),
            [
                ["X0002", "X0001", "1", "2013-04-01", "2023-12-31", "", "", ""],
                ["X0003", "CCCCC", "2", "2013-04-01", "", "2024-12-31", "", "Made-up"],
            ]
        );
    }

    #[test]
    fn the_flat_rendering_is_refused_with_advice() {
        let text = "1X0002   X0001   2013091\n2X0003   CCCCC   2013091   Contractor Defined Primary Codes\n";
        let error = read("AOC_V2026Q2-F-MCR.txt", text).unwrap_err().to_string();
        assert!(error.contains("import the workbook"), "{error}");
    }
}
