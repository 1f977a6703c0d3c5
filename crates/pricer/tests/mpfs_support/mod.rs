//! A made-up fee schedule, for tests that need none of CMS's files.
#![allow(dead_code, unreachable_pub, reason = "every test takes what it needs")]

pub mod catalogue;

use jiff::civil::{Date, date};
use openclaim_claim::{HcpcsCode, Modifier};
use openclaim_pricer::mpfs::{ConversionFactor, FeeSchedule};
use openclaim_reference::Library;
use openclaim_reference::data_folder::DataFolder;
use openclaim_reference::relation::{ColumnSpec, RelationBuilder, Schema};
use openclaim_reference::release::{BuiltRelease, ReleaseMeta, ReleaseWriter};
use std::time::Duration;
use tempfile::TempDir;

/// The day the made-up schedule speaks for.
pub const DAY: Date = date(2025, 11, 3);
/// Its conversion factor.
pub const FACTOR: &str = "32.3465";

/// A row of the relative value file.
#[derive(Debug, Clone)]
pub struct MadeUp {
    pub hcpcs: String,
    pub modifier: &'static str,
    pub status: char,
    /// Work, non-facility and facility practice expense, malpractice, in hundredths.
    pub rvus: [i64; 4],
    pub pctc: char,
    pub multiple: char,
    pub bilateral: char,
    pub assistant: char,
    pub co_surgeon: char,
    pub team: char,
    pub split: [&'static str; 3],
    pub base: String,
    pub imaging: bool,
    /// Non-facility and facility practice expense and malpractice of the OPPS cap.
    pub opps: [i64; 3],
}

/// A service without any rule.
pub fn service(hcpcs: &str, rvus: [i64; 4]) -> MadeUp {
    MadeUp {
        hcpcs: hcpcs.to_owned(),
        modifier: "",
        status: 'A',
        rvus,
        pctc: '0',
        multiple: '0',
        bilateral: '0',
        assistant: '0',
        co_surgeon: '0',
        team: '0',
        split: ["0.00"; 3],
        base: String::new(),
        imaging: false,
        opps: [0; 3],
    }
}

/// The same with another modifier row, indicator or status.
impl MadeUp {
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn texts(&self) -> Vec<String> {
        let rvu = |value: i64| format!("{}.{:02}", value / 100, value % 100);
        let [work, nonfacility, facility, mp] = self.rvus.map(rvu);
        let [opps_nonfacility, opps_facility, opps_mp] = self.opps.map(rvu);
        let flags = [self.pctc, self.multiple, self.bilateral, self.assistant, self.co_surgeon, self.team];
        let [pctc, multiple, bilateral, assistant, co_surgeon, team] = flags.map(String::from);
        let days = if self.split[2] == "0.00" { "XXX" } else { "090" };
        let imaging = if self.imaging { "88" } else { "99" };
        let [before, during, after] = self.split.map(str::to_owned);
        vec![
            self.hcpcs.clone(),
            self.modifier.into(),
            self.status.to_string(),
            work,
            nonfacility,
            facility,
            mp,
            pctc,
            days.into(),
            before,
            during,
            after,
            multiple,
            bilateral,
            assistant,
            co_surgeon,
            team,
            self.base.clone(),
            FACTOR.into(),
            imaging.into(),
            opps_nonfacility,
            opps_facility,
            opps_mp,
        ]
    }
}

fn columns() -> Vec<ColumnSpec> {
    let (code, flag) = (ColumnSpec::code, ColumnSpec::flag);
    let rvu = |name: &str| ColumnSpec::decimal(name, 2);
    vec![
        code("hcpcs"),
        code("modifier"),
        flag("status"),
        rvu("work_rvu"),
        rvu("nonfacility_pe_rvu"),
        rvu("facility_pe_rvu"),
        rvu("mp_rvu"),
        flag("pctc"),
        code("global_days"),
        rvu("preoperative"),
        rvu("intraoperative"),
        rvu("postoperative"),
        flag("multiple_procedure"),
        flag("bilateral_surgery"),
        flag("assistant_surgery"),
        flag("co_surgery"),
        flag("team_surgery"),
        code("endoscopic_base"),
        ColumnSpec::decimal("conversion_factor", 4),
        code("imaging_family"),
        rvu("opps_nonfacility_pe"),
        rvu("opps_facility_pe"),
        rvu("opps_mp"),
    ]
}

fn relation(table: &str, key: usize, columns: Vec<ColumnSpec>, rows: &[Vec<String>]) -> RelationBuilder {
    let mut builder = RelationBuilder::new(Schema::new(table, key, columns)).unwrap();
    for (row, texts) in rows.iter().enumerate() {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        builder.push_texts(row as u64, &texts).unwrap();
    }
    builder
}

fn release(family: &str, from: Date, tables: Vec<RelationBuilder>) -> BuiltRelease {
    let mut meta = ReleaseMeta::new(family, "nobody", "Made-up schedule", "2025", from);
    meta.to = Some(date(from.year(), 12, 31));
    let mut release = ReleaseWriter::new(meta);
    for table in tables {
        release.relation(table).unwrap();
    }
    release.finish().unwrap()
}

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect()
}

/// A data folder with relative values of 2026 and nothing else.
pub fn folder_of_2026(rows: &[MadeUp]) -> TempDir {
    let pprrvu: Vec<Vec<String>> = rows.iter().map(MadeUp::texts).collect();
    let values = relation("mpfs/pprrvu", 2, columns(), &pprrvu);
    install(&[release("mpfs", date(2026, 1, 1), vec![values])])
}

/// A table: name, key, columns, rows.
pub type MadeUpTable<'t> = (&'t str, usize, Vec<ColumnSpec>, &'t [&'t [&'t str]]);

/// A data folder with these tables for 2025.
pub fn folder_of(tables: &[MadeUpTable<'_>]) -> TempDir {
    let relations = tables.iter().map(|(name, key, columns, rows)| relation(name, *key, columns.clone(), &texts(rows)));
    install(&[release("made-up", date(2025, 1, 1), relations.collect())])
}

fn install(releases: &[BuiltRelease]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    DataFolder::new(directory.path()).write_access("a test", Duration::ZERO).unwrap().install(releases).unwrap();
    directory
}

/// A data folder with the rows for 2025, three localities, and anesthesia tables.
pub fn folder(rows: &[MadeUp]) -> TempDir {
    let pprrvu: Vec<Vec<String>> = rows.iter().map(MadeUp::texts).collect();
    let code = ColumnSpec::code;
    let place = || vec![code("contractor"), code("locality")];
    let index = |name: &str| ColumnSpec::decimal(name, 3);
    let gpci = [place(), vec![index("work_gpci"), index("pe_gpci"), index("mp_gpci")]].concat();
    let factors = [place(), vec![ColumnSpec::decimal("conversion_factor", 2)]].concat();
    let releases = [
        release(
            "mpfs",
            date(2025, 1, 1),
            vec![
                relation("mpfs/pprrvu", 2, columns(), &pprrvu),
                relation(
                    "mpfs/gpci",
                    2,
                    gpci,
                    &texts(&[
                        &["09991", "00", "1.000", "1.000", "1.000"],
                        &["09991", "01", "1.045", "1.213", "0.871"],
                        &["09992", "99", "0.987", "0.903", "1.337"],
                    ]),
                ),
                relation(
                    "mpfs/anesthesia",
                    2,
                    factors,
                    &texts(&[&["09991", "01", "21.37"], &["09991", "00", "20.32"]]),
                ),
            ],
        ),
        // Base units of an earlier year stand until they are replaced.
        release(
            "mpfs-base",
            date(2022, 1, 1),
            vec![relation(
                "mpfs/anesthesia-base",
                1,
                vec![code("hcpcs"), ColumnSpec::int("base_units")],
                &texts(&[&["ZA001", "5"], &["ZA002", "13"]]),
            )],
        ),
        release(
            "zip-locality",
            date(2025, 1, 1),
            vec![relation(
                "geo/zip5",
                1,
                ["zip", "state", "carrier", "locality", "rural", "laboratory_locality", "rural_2006", "part_b_payment"]
                    .map(code)
                    .into(),
                &texts(&[&["00001", "ZZ", "09991", "01", "", "Z1", "", ""]]),
            )],
        ),
    ];
    install(&releases)
}

/// The made-up schedule of [`DAY`].
pub fn schedule(rows: &[MadeUp]) -> FeeSchedule {
    let directory = folder(rows);
    let library = Library::open(Some(directory.path())).unwrap();
    FeeSchedule::at(&library, DAY, None, ConversionFactor::Standard).unwrap()
}

pub fn hcpcs(code: &str) -> HcpcsCode {
    HcpcsCode::parse(code).unwrap()
}

pub fn modifiers(text: &str) -> Vec<Modifier> {
    text.split_whitespace().map(|text| Modifier::parse(text).unwrap()).collect()
}
