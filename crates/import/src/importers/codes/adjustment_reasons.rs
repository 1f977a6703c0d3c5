//! Claim adjustment group codes, reason codes (CARC) and remittance advice remark codes (RARC), with the dates between which
//! each may be used. The wording is X12's: it stays in the user's own data folder.

use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind;

/// Group, reason and remark codes.
pub(crate) struct AdjustmentReasons;

const MODIFIED: usize = 6;
const START: usize = 5;

const LAYOUT: Layout = Layout::new(
    "codes/adjustment-reasons",
    2,
    &[
        (Column::required("code", &["adj_code"]), ColumnKind::Code),
        (Column::required("type", &["adj_type"]), ColumnKind::Text),
        (Column::required("description", &["adj_description"]), ColumnKind::Text),
        (Column::optional("usage", &["adj_usage"]), ColumnKind::Text),
        (Column::optional("notes", &["adj_notes"]), ColumnKind::Text),
        (Column::required("start", &["adj_start_date"]), ColumnKind::Day),
        (Column::optional("modified", &["adj_last_modified"]), ColumnKind::Day),
        (Column::required("end", &["adj_end_date"]), ColumnKind::Day),
    ],
);

impl Importer for AdjustmentReasons {
    fn name(&self) -> &str {
        "claim adjustment reason and remark codes"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        LAYOUT.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        // The list is cumulative: it holds from its first code on, and is as new as its last change.
        let (mut first, mut last) = (None, None);
        LAYOUT.each(file, &mut |row| {
            let days: [Option<Day>; 2] = [row.day(START)?, row.day(MODIFIED)?];
            first = first.into_iter().chain(days[0]).min();
            last = last.into_iter().chain(days.into_iter().flatten()).max();
            Ok(())
        })?;
        let (Some(first), Some(last)) = (first, last) else {
            return Err(ImportError::content(Place::file(file.path()), "none of its codes has a start date"));
        };
        let publication = "Claim Adjustment Reason Codes and Remittance Advice Remark Codes";
        let identity = Identity::new("adjustment-reasons", "X12", publication, &last.to_string());
        let release = out.release(identity.period(first, None).published(last))?;
        release.warn(
            Place::file(file.path()),
            format!("its version and day of publication are those of its last change, {last}"),
        );
        LAYOUT.copy(file, release, Completeness::Whole, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn the_last_change_is_the_version() {
        let text = "adj_code,adj_type,adj_description,adj_usage,adj_notes,adj_start_date,adj_last_modified,adj_end_date\n\
                    ZZ,Group,Odd,,,,,\n9901,CARC,Odd reason,,,2030-01-01,2031-03-01,\n";
        let built = read("a.csv", text).unwrap();
        assert_eq!(
            (built[0].meta.version.as_str(), built[0].meta.from.to_string().as_str()),
            ("2031-03-01", "2030-01-01")
        );
        assert_eq!(rows(&built, "codes/adjustment-reasons").len(), 2);
    }
}
