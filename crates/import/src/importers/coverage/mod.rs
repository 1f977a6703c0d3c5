//! Medicare Coverage Database exports (CMS): articles, local coverage determinations, national coverage determinations.
//!
//! An export is an archive of csv tables, each described by the data dictionary beside them. A table is recognised by its
//! columns and kept whole, column for column, under its own name; keys are the dictionary's. The export has only the
//! current version of every document and says nothing of its own day: the latest day on which a row was changed is taken.

mod documents;
mod tables;

pub(crate) use documents::Documents;

use crate::delimited::{self, Delimited};
use crate::error::{ImportError, Place};
use crate::header::{HeaderStyle, Wanted};
use crate::importer::Importer;
use crate::release::{Completeness, Identity, Imported, ReleaseDraft};
use crate::row::Row;
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use crate::text;
use crate::values;
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};
use tables::{EXPORTS, Export, TABLES, TableSpec};

/// The day from which the documents apply ICD-10 codes; what the export says of earlier days is of no use to a claim.
const SINCE: Day = Day(20_151_001);

/// Tables of the Medicare Coverage Database.
pub(crate) struct CoverageTables;

impl Importer for CoverageTables {
    fn name(&self) -> &str {
        "Medicare Coverage Database export"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        if sniff.shape() != Shape::Text {
            return None;
        }
        let first = sniff.records().first()?;
        if is_letters(first) {
            return Some(Confidence::Certain);
        }
        let (spec, missing) = best(first)?;
        if missing == 0 {
            Some(Confidence::Certain)
        } else {
            (spec.columns().count() > 4).then_some(Confidence::Resembles)
        }
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let content = file.text();
        let first = delimited::first_records(&content, b',', 1).into_iter().next().unwrap_or_default();
        let place = || Place::file(file.path());
        if is_letters(&first) {
            let spec = TABLES.iter().find(|spec| spec.table == "lcd/requestor_letters");
            let spec = spec.ok_or_else(|| ImportError::content(place(), "no such table"))?;
            let names: Vec<&str> = spec.columns().collect();
            let table = Delimited::headless(&content, file.path(), &names);
            let named: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            return copy(spec, &named, &table, file, out);
        }
        let (spec, _) = best(&first).ok_or_else(|| ImportError::content(place(), "it is no table of the export"))?;
        let header: Vec<String> = first.iter().map(|cell| name_of(cell)).collect();
        // Columns that the dictionary does not know are kept too; those that it demands must be there.
        let unknown = header.iter().filter(|name| spec.columns().all(|column| column != name.as_str()));
        let known = spec.columns().map(|name| (name, true));
        let all: Vec<(&str, bool)> = known.chain(unknown.map(|name| (name.as_str(), false))).collect();
        let wanted: Vec<Wanted> = all.iter().map(|(name, required)| Wanted::new(name, &[], *required)).collect();
        let names: Vec<String> = all.iter().map(|(name, _)| (*name).to_owned()).collect();
        let table = Delimited::open_styled(&content, file.path(), &wanted, HeaderStyle::Single)?;
        copy(spec, &names, &table, file, out)
    }
}

/// A header cell as a column's name: `"NCD_id"` is `ncd_id`.
fn name_of(cell: &str) -> String {
    text::normalise(cell).replace(' ', "_")
}

/// The one table that is shipped without a header: letters that ask for a determination.
fn is_letters(first: &[String]) -> bool {
    first.len() == 8 && first.get(4).is_some_and(|path| path.starts_with("/attachments/lcd/"))
}

/// The table that a header fits best, and how many of its columns are missing. All must be there, or three of four and
/// at least four when the table could then be no other.
fn best(header: &[String]) -> Option<(&'static TableSpec, usize)> {
    let names: Vec<String> = header.iter().map(|cell| name_of(cell)).filter(|name| !name.is_empty()).collect();
    let fits = TABLES.iter().filter_map(|spec| {
        let wanted = spec.columns().count();
        let found = spec.columns().filter(|column| names.iter().any(|name| name == column)).count();
        let extra = names.len().saturating_sub(found);
        let whole = found == wanted && (spec.open || extra == 0 || wanted > 4);
        let resembles = found >= 4 && found * 4 >= wanted * 3;
        (whole || resembles).then_some((wanted - found, extra, spec))
    });
    let (missing, _, spec) = fits.min_by_key(|(missing, extra, _)| (*missing, *extra))?;
    Some((spec, missing))
}

/// What a column holds, by the dictionary's naming: identifiers are codes, dates and time stamps are days.
fn kind_of(name: &str) -> ColumnKind {
    const CODES: [&str; 12] = [
        "article_id",
        "lcd_id",
        "ncd_id",
        "r_article_id",
        "r_lcd_id",
        "r_ncd_id",
        "hcpc_code_id",
        "icd10_code_id",
        "icd10_pcs_code_id",
        "hcpc_modifier_code_id",
        "bill_code_id",
        "revenue_code_id",
    ];
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if CODES.contains(&name) || (ends(&["_id", "_cd"]) && !name.starts_with("draft_")) {
        ColumnKind::Code
    } else if ends(&["_date", "_dt", "_updated", "_tmstmp", "last_reviewed_on"]) || name == "date_retired" {
        ColumnKind::Day
    } else if ends(&["_version", "_vrsn_num", "_group", "sort_order", "related_num", "_row"]) {
        ColumnKind::Int
    } else {
        ColumnKind::Text
    }
}

/// Copies a table: key columns first, then the others in the file's order.
fn copy(
    spec: &TableSpec,
    names: &[String],
    table: &Delimited<'_>,
    file: &SourceFile,
    out: &mut Imported<'_>,
) -> Result<(), ImportError> {
    let position = |name: &str| names.iter().position(|known| known == name);
    let mut order: Vec<usize> = spec.key.iter().filter_map(|&name| position(name)).collect();
    order.extend((0..names.len()).filter(|at| !spec.key.contains(&names[*at].as_str())));
    let kinds: Vec<ColumnKind> = names.iter().map(|name| kind_of(name)).collect();
    let columns = order.iter().map(|&at| ColumnSpec::new(&names[at], kinds[at]));
    let schema = Schema::new(spec.table, spec.key.len(), columns);
    let identity = identity(spec.export, latest_change(&kinds, names, table)?);
    let release = out.release(identity)?;
    release.warn(
        Place::file(file.path()),
        "the export has the current version of every document only; earlier versions are not in it",
    );
    let target = release.table(schema, Completeness::Whole)?;
    table.each(|row| {
        let cells = order.iter().map(|&at| cell(&row, at, kinds[at])).collect::<Result<Vec<Cell<'_>>, _>>()?;
        target.push(&row, &cells)
    })
}

/// A cell; numbers of the export are whole.
fn cell<'a>(row: &Row<'a>, at: usize, kind: ColumnKind) -> Result<Cell<'a>, ImportError> {
    row.cell(at, kind)
}

/// The latest day on which a row was changed.
fn latest_change(kinds: &[ColumnKind], names: &[String], table: &Delimited<'_>) -> Result<Option<Day>, ImportError> {
    let changed = |name: &String| matches!(name.as_str(), "last_updated" | "last_updt_tmstmp" | "last_clrnc_tmstmp");
    let columns: Vec<usize> =
        (0..names.len()).filter(|&at| changed(&names[at]) && kinds[at] == ColumnKind::Day).collect();
    let mut latest = None;
    table.each(|row| {
        for &column in &columns {
            latest = latest.max(values::day(row.text(column)).ok().flatten());
        }
        Ok(())
    })?;
    Ok(latest)
}

fn identity(export: Export, changed: Option<Day>) -> Identity {
    let identity = Identity::new(export.family(), "CMS", export.title(), "current").period(SINCE, None);
    match changed {
        Some(day) => identity.published(day),
        None => identity,
    }
}

/// Warns of tables that the dictionary names and the release lacks.
pub(super) fn note_absent(release: &mut ReleaseDraft) {
    let Some(export) = EXPORTS.into_iter().find(|export| export.family() == release.identity().family) else { return };
    let there: Vec<String> = release.table_names().map(str::to_owned).collect();
    let absent: Vec<&str> = TABLES
        .iter()
        .filter(|spec| spec.export == export && !there.iter().any(|name| name == spec.table))
        .map(|spec| spec.table)
        .collect();
    if !absent.is_empty() {
        let message = format!("the export lacks tables that its data dictionary has: {}", absent.join(", "));
        release.warn(Place::file(export.title()), message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{read, rows};

    #[test]
    fn tables_are_known_by_their_columns() {
        let text = "\"article_id\",\"article_version\",\"revenue_code_id\",\"revenue_code_version\",\"range\",\
            \"last_updated\",\"description\"\n\"1\",\"2\",\"0360\",\"15\",\"X\",\"2025-12-22 15:54:37.43\",\"Made up\"\n";
        let built = read("any.csv", text).unwrap();
        let meta = &built[0].meta;
        assert_eq!((meta.family.as_str(), meta.published.unwrap().to_string().as_str()), ("mcd-article", "2025-12-22"));
        assert_eq!(rows(&built, "article/revenue_code"), [["1", "2", "0360", "15", "X", "2025-12-22", "Made up"]]);
        assert!(meta.warnings.iter().any(|warning| warning.message.contains("article/icd10_covered")), "absent tables");
    }

    #[test]
    fn documents_keep_columns_that_the_dictionary_lacks() {
        let text = "article_id,article_version,article_type,title,article_pub_date,article_eff_date,article_end_date,\
            status,article_rev_end_date,date_retired,display_id,keywords\n\
            9,1,1,Made up,2024-01-01 00:00:00,2024-02-01 00:00:00,,A,,,A9,word\n";
        let built = read("article.csv", text).unwrap();
        let row = &rows(&built, "article/article")[0];
        assert_eq!((row[0].as_str(), row[5].as_str(), row[11].as_str()), ("9", "2024-02-01", "word"));
    }

    #[test]
    fn national_determinations() {
        let text = "NCD_id,NCD_vrsn_num,bnft_ctgry_cd,creatd_tmstmp,last_updt_tmstmp\n1,3,46,2024-04-25 15:10:07,2025-05-27 12:20:33\n";
        let built = read("ncd_trkg_bnft_xref.csv", text).unwrap();
        assert_eq!(built[0].meta.family, "mcd-ncd");
        assert_eq!(rows(&built, "ncd/benefit_xref")[0][2], "46");
    }

    #[test]
    fn a_renamed_column_is_named() {
        let text = "article_id,article_version,revenue_code_id,revenue_code_version,span,last_updated,description\n";
        let error = read("any.csv", text).unwrap_err().to_string();
        assert!(error.contains("no column `range`"), "{error}");
    }

    #[test]
    fn letters_have_no_header() {
        let text =
            "\"39\",\"4\",\"1\",\"A Name\",\"/attachments/lcd/39_1/a.pdf\",\"64\",\"1\",\"2024-08-19 17:38:11\"\n";
        let built = read("x.csv", text).unwrap();
        assert_eq!(rows(&built, "lcd/requestor_letters")[0][4], "/attachments/lcd/39_1/a.pdf");
    }

    #[test]
    fn every_table_can_be_stored() {
        for spec in TABLES {
            let names: Vec<&str> = spec.columns().collect();
            assert!(spec.key.iter().all(|key| names.contains(key)), "{}", spec.table);
            let schema = Schema::new(spec.table, spec.key.len(), names.iter().map(|name| ColumnSpec::text(name)));
            assert_eq!(schema.check(), Ok(()));
        }
    }
}
