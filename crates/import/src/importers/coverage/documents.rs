//! A tidy list of coverage documents: number, version, kind, title, contractor, dates.

use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use crate::values;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind;

/// A list of coverage documents.
pub(crate) struct Documents;

const UPDATED: usize = 7;

const LAYOUT: Layout = Layout::new(
    "mcd/documents",
    3,
    &[
        (Column::required("document", &["document_display_id"]), ColumnKind::Code),
        (Column::required("version", &["document_version"]), ColumnKind::Int),
        // A document of several contractors is listed once for each.
        (Column::required("contractor", &["contractor_name_type"]), ColumnKind::Text),
        (Column::required("kind", &["document_type"]), ColumnKind::Text),
        (Column::required("title", &[]), ColumnKind::Text),
        (Column::required("effective", &["effective_date"]), ColumnKind::Day),
        (Column::optional("retired", &["retirement_date"]), ColumnKind::Day),
        (Column::optional("updated", &["updated_on"]), ColumnKind::Day),
        (Column::optional("note", &[]), ColumnKind::Text),
        (Column::optional("address", &["url"]), ColumnKind::Text),
    ],
);

impl Importer for Documents {
    fn name(&self) -> &str {
        "list of coverage documents"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        LAYOUT.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let mut latest: Option<Day> = None;
        LAYOUT.each(file, &mut |row| {
            latest = latest.max(values::day(row.text(UPDATED)).ok().flatten());
            Ok(())
        })?;
        let mut identity =
            Identity::new("mcd-documents", "CMS", "Medicare Coverage Database, list of documents", "current");
        identity.published = latest;
        let release = out.release(identity.period(super::SINCE, None))?;
        let message = "a list of documents only: which codes they cover is in the exports of articles and LCDs";
        release.warn(Place::file(file.path()), message);
        LAYOUT.copy(file, release, Completeness::Whole, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn a_list_is_read() {
        let text = "contractor_name_type,document_display_id,document_id,document_type,document_version,effective_date,\
            note,retirement_date,title,updated_on,url\n\"One\n(MAC)\",L1,1,LCD,45,08/14/2025,,N/A,Made up,08/06/2025,u\n";
        let built = read("x.csv", text).unwrap();
        assert_eq!(built[0].meta.published.unwrap().to_string(), "2025-08-06");
        let row = &rows(&built, "mcd/documents")[0];
        assert_eq!((row[0].as_str(), row[5].as_str(), row[6].as_str()), ("L1", "2025-08-14", ""));
    }
}
