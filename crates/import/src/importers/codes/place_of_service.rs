//! Place-of-service codes (CMS), as csv or a workbook: code, name, description, and whether the physician fee schedule
//! pays the facility or the non-facility rate there.

use crate::error::ImportError;
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind;

/// The place-of-service code set.
pub(crate) struct PlaceOfService;

const LAYOUT: Layout = Layout::new(
    "codes/place-of-service",
    1,
    &[
        (Column::required("pos", &["pos_code", "place of service code", "place of service code(s)"]), ColumnKind::Code),
        (Column::required("name", &["pos_name", "place of service name"]), ColumnKind::Text),
        (Column::required("description", &["pos_description", "place of service description"]), ColumnKind::Text),
        (Column::optional("setting", &["pos_type", "facility or non-facility"]), ColumnKind::Text),
    ],
);

/// The code set has no edition; its codes are in force from the day HIPAA's transactions began to require them.
const SINCE: Day = Day(20_031_016);

impl Importer for PlaceOfService {
    fn name(&self) -> &str {
        "place-of-service codes"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        LAYOUT.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let identity = Identity::new("place-of-service", "CMS", "Place of Service Codes", "current");
        let release = out.release(identity.period(SINCE, None))?;
        // The column "name" is also a word of other lists: only rows with a two-character code are codes.
        LAYOUT.copy(file, release, Completeness::Whole, |row| row.text(0).len() == 2)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn codes_are_read_and_notes_passed_over() {
        let text = "Place of Service Codes\n\nPlace of Service Code(s),Place of Service Name,Place of Service Description\n\
                    91,Market stall,\"A stall,\nin a market.\"\n,See the note,\n";
        let built = read("any.csv", text).unwrap();
        assert_eq!(built[0].meta.family, "place-of-service");
        assert_eq!(rows(&built, "codes/place-of-service"), [["91", "Market stall", "A stall,\nin a market.", ""]]);
    }

    #[test]
    fn a_renamed_column_is_named() {
        let error = read("pos.csv", "pos_code,pos_name,explanation\n91,Market stall,x\n").unwrap_err().to_string();
        assert_eq!(error, "pos.csv, row 1: no column `description`; found `pos_code`, `pos_name`, `explanation`");
    }

    #[test]
    fn contradicting_rows_are_both_named() {
        let text = "pos_code,pos_name,pos_description\n91,Market stall,x\n91,Tent,x\n";
        let error = read("pos.csv", text).unwrap_err().to_string();
        assert!(error.contains("pos.csv") && error.contains('2') && error.contains('3'), "{error}");
    }
}
