//! The tables of the grouper and of the Medicare Code Editor as csv: rows of a code with the versions, or the days,
//! in which they hold.

use super::Version;
use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind::{Code, Day as OnDay, Int, Text};
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// The tables of the grouper and of the editor.
pub(crate) struct GrouperTables;

const FROM_VERSION: Column = Column::required("version_start", &[]);
const TO_VERSION: Column = Column::required("version_end", &[]);

const fn text(name: &'static str) -> (Column, ColumnKind) {
    (Column::required(name, &[]), Text)
}

const fn code(name: &'static str) -> (Column, ColumnKind) {
    (Column::required(name, &[]), Code)
}

const fn int(name: &'static str) -> (Column, ColumnKind) {
    (Column::required(name, &[]), Int)
}

/// Tables whose second and third columns are grouper versions. `LAYOUTS` is ordered so that of two tables that share
/// columns the one with more comes first.
const LAYOUTS: [Layout; 12] = [
    Layout::new(
        "msdrg/formula",
        4,
        &[
            int("list_mdc"),
            (FROM_VERSION, Int),
            int("rank"),
            int("base_drg"),
            (TO_VERSION, Int),
            int("mdc"),
            int("drg"),
            text("surgical"),
            int("reroute_mdc"),
            int("drg_severity"),
            text("formula"),
            text("severity_suppression"),
        ],
    ),
    Layout::new(
        "msdrg/diagnosis",
        2,
        &[
            code("code"),
            (FROM_VERSION, Int),
            (TO_VERSION, Int),
            int("mdc"),
            text("severity"),
            text("attributes"),
            text("hac_attributes"),
            text("dx_category"),
        ],
    ),
    Layout::new(
        "msdrg/cluster",
        4,
        &[
            text("cluster"),
            (FROM_VERSION, Int),
            int("choice"),
            code("code"),
            (TO_VERSION, Int),
            text("suppression_mdcs"),
        ],
    ),
    Layout::new(
        "msdrg/gender-mdc",
        2,
        &[code("code"), (FROM_VERSION, Int), (TO_VERSION, Int), int("male_mdc"), int("female_mdc")],
    ),
    Layout::new("msdrg/procedure", 2, &[code("code"), (FROM_VERSION, Int), (TO_VERSION, Int), text("attributes")]),
    Layout::new("msdrg/cluster-map", 2, &[code("code"), (FROM_VERSION, Int), (TO_VERSION, Int), text("clusters")]),
    Layout::new(
        "msdrg/exclusion-id",
        2,
        &[code("code"), (FROM_VERSION, Int), (TO_VERSION, Int), int("exclusion_group")],
    ),
    Layout::new("msdrg/drg", 2, &[int("drg"), (FROM_VERSION, Int), (TO_VERSION, Int), text("description")]),
    Layout::new("msdrg/mdc", 2, &[int("mdc"), (FROM_VERSION, Int), (TO_VERSION, Int), text("description")]),
    Layout::new("msdrg/hac", 2, &[int("hac"), (FROM_VERSION, Int), (TO_VERSION, Int), text("description")]),
    Layout::new("msdrg/hac-formula", 2, &[int("hac"), (FROM_VERSION, Int), (TO_VERSION, Int), text("formula")]),
    Layout::new(
        "msdrg/exclusion-group",
        2,
        &[int("exclusion_group"), (Column::required("diagnosis", &["excluded_pdx_or_sdx"]), Code)],
    ),
];

const FIRST_DAY: (Column, ColumnKind) = (Column::required("from", &["date_start"]), OnDay);
const LAST_DAY: (Column, ColumnKind) = (Column::required("to", &["date_end"]), OnDay);

/// The editor's tables, whose rows hold from day to day. Diagnoses and procedures have the same columns.
const DATED: [Layout; 3] = [
    Layout::new("mce/age-range", 1, &[text("age_group"), int("start_age"), int("end_age"), FIRST_DAY, LAST_DAY]),
    Layout::new("mce/code", 1, &[code("code"), FIRST_DAY, LAST_DAY, text("flags")]),
    Layout::new("mce/discharge-status", 1, &[int("discharge_status"), FIRST_DAY, LAST_DAY]),
];

impl Importer for GrouperTables {
    fn name(&self) -> &str {
        "MS-DRG grouper and code editor tables"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        LAYOUTS.iter().chain(&DATED).filter_map(|layout| layout.recognise(sniff)).max()
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        let certain = |layout: &&Layout| layout.recognise(&sniff) == Some(Confidence::Certain);
        if let Some(layout) = DATED.iter().find(certain) {
            return dated(layout, file, out);
        }
        let resembles = |layout: &&Layout| layout.recognise(&sniff).is_some();
        let layout = LAYOUTS.iter().find(certain).or_else(|| LAYOUTS.iter().chain(&DATED).find(resembles));
        let layout =
            layout.ok_or_else(|| ImportError::content(Place::file(file.path()), "it is no table of the grouper"))?;
        versioned(layout, file, out)
    }
}

/// The last version of rows that hold until something newer.
const NO_END: i64 = 2_147_483_647;

/// A table whose rows hold from version to version.
fn versioned(layout: &Layout, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
    let column = |wanted: &str| layout.columns.iter().position(|(column, _)| column.name == wanted);
    let identity = Identity::new("ms-drg-tables", "CMS", "MS-DRG Grouper Tables", "undated");
    let (Some(first), Some(last)) = (column("version_start"), column("version_end")) else {
        // The groups themselves have no versions; the table that assigns them has.
        let version = Version { major: 40, minor: 0 };
        let release = out.release(identity.period(version.first(), None))?;
        let message = format!("the rows have no versions; they are taken to hold from {}", version.first());
        release.warn(Place::file(file.path()), message);
        return layout.copy(file, release, Completeness::Whole, |_| true);
    };
    let mut span: Option<(Version, Version)> = None;
    let mut open = false;
    layout.each(file, &mut |row| {
        let version = |column: usize| -> Result<Version, ImportError> {
            let number = row.int(column)?.and_then(Version::of_number);
            number.ok_or_else(|| row.bad(column, "is no version of the grouper, as 431"))
        };
        let from = version(first)?;
        let to = if row.int(last)? == Some(NO_END) {
            open = true;
            from
        } else {
            version(last)?
        };
        span = Some(span.map_or((from, to), |(low, high)| (low.min(from), high.max(to))));
        Ok(())
    })?;
    let (from, to) = span.ok_or_else(|| ImportError::content(Place::file(file.path()), "it has no rows"))?;
    let identity = Identity { version: to.name(), ..identity };
    let release = out.release(identity.period(from.first(), (!open).then(|| to.last())))?;
    layout.copy(file, release, Completeness::Whole, |_| true)
}

/// A table of the editor, whose rows hold from day to day.
fn dated(layout: &Layout, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
    let (mut first, mut last): (Option<Day>, Option<Day>) = (None, None);
    let (mut diagnoses, mut procedures) = (0_u32, 0_u32);
    let column = |wanted: &str| layout.columns.iter().position(|(column, _)| column.name == wanted).unwrap_or(0);
    layout.each(file, &mut |row| {
        let from = row.day(column("from"))?;
        first = if first.is_none() { from } else { first.min(from) };
        last = last.max(row.day(column("to"))?);
        // Procedures have seven characters and may begin with any; only diagnoses have fewer.
        if row.text(0).len() == 7 {
            procedures += 1
        } else {
            diagnoses += 1
        }
        Ok(())
    })?;
    let from = first.ok_or_else(|| ImportError::content(Place::file(file.path()), "it has no row with a first day"))?;
    let version = last.map_or_else(|| "undated".to_owned(), |day| day.to_string());
    let identity = Identity::new("mce-tables", "CMS", "Medicare Code Editor Tables", &version).period(from, last);
    let release = out.release(identity)?;
    if layout.table != "mce/code" {
        return layout.copy(file, release, Completeness::Whole, |_| true);
    }
    let table = if diagnoses > 0 { "mce/diagnosis" } else { "mce/procedure" };
    let columns = layout.columns.iter().map(|(column, kind)| ColumnSpec::new(column.name, *kind));
    let target = release.table(Schema::new(table, 1, columns), Completeness::Whole)?;
    layout.each(file, &mut |row| {
        let cells: Vec<Cell<'_>> = layout.cells(&row)?;
        target.push(&row, &cells)
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn versions_give_the_period() {
        let text = "code,version_start,version_end,attributes\n0XX1234,400,421,a b\n0XX1234,430,431,a\n";
        let built = read("any.csv", text).unwrap();
        let meta = &built[0].meta;
        assert_eq!((meta.version.as_str(), meta.from.to_string().as_str()), ("43.1", "2022-10-01"));
        assert_eq!(meta.to.unwrap().to_string(), "2026-09-30");
        assert_eq!(rows(&built, "msdrg/procedure")[1], ["0XX1234", "430", "431", "a"]);
        let error = read("any.csv", &text.replace("431", "43")).unwrap_err().to_string();
        assert!(error.contains("row 3, column `version_end`: `43`"), "{error}");
    }

    #[test]
    fn descriptions_are_told_apart_by_their_first_column() {
        let built = read("x.csv", "drg,version_start,version_end,description\n1,400,411,Made up\n").unwrap();
        assert_eq!(rows(&built, "msdrg/drg"), [["1", "400", "411", "Made up"]]);
        let built = read("x.csv", "hac,version_start,version_end,formula\n1,400,411,SDX:X\n").unwrap();
        assert_eq!(rows(&built, "msdrg/hac-formula"), [["1", "400", "411", "SDX:X"]]);
    }

    #[test]
    fn editor_tables_hold_from_day_to_day() {
        let built = read("x.csv", "code,date_start,date_end,flags\nX000,20151001,20270331,\n").unwrap();
        assert_eq!(built[0].meta.version, "2027-03-31");
        assert_eq!(rows(&built, "mce/diagnosis"), [["X000", "2015-10-01", "2027-03-31", ""]]);
        let built = read("x.csv", "code,date_start,date_end,flags\n0XX1234,20151001,20270331,\n").unwrap();
        assert_eq!(rows(&built, "mce/procedure").len(), 1);
    }
}
