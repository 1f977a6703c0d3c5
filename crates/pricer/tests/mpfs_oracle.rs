//! CMS's own published amounts, all of them that join: OPPS caps and payment file, to the cent.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use jiff::civil::{Date, date};
use openclaim_claim::{HcpcsCode, Modifier, Money};
use openclaim_import::{ImportOptions, prepare};
use openclaim_pricer::mpfs::{ConversionFactor, FeeSchedule, LineOutcome, LineRequest, Locality, Rate};
use openclaim_reference::Library;
use openclaim_reference::data_folder::DataFolder;
use openclaim_reference::relation::Row;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

const DAY: Date = date(2025, 10, 15);

/// The releases of October 2025, imported once.
fn library(test: &str) -> Option<&'static Library> {
    static LIBRARY: OnceLock<(TempDir, Library)> = OnceLock::new();
    let files = ["cms/mpfs/RVU25D.zip", "cms/mpfs/PFREV25.zip", "cms/mpfs/anesthesia-2025.zip", "cms/geo"];
    let paths: Option<Vec<_>> = files.iter().map(|file| openclaim_testkit::shared(test, file)).collect();
    let paths = paths?;
    let (_, library) = LIBRARY.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let prepared = prepare(&paths, &ImportOptions::default()).unwrap();
        let folder = DataFolder::new(directory.path());
        folder.write_access("a test", Duration::from_secs(1)).unwrap().install(&prepared.releases).unwrap();
        let library = Library::open(Some(Path::new(directory.path()))).unwrap();
        (directory, library)
    });
    Some(library)
}

fn schedule(library: &Library) -> FeeSchedule {
    FeeSchedule::at(library, DAY, None, ConversionFactor::Standard).unwrap()
}

fn text(row: Row<'_>, column: usize) -> String {
    row.code(column).map_or(String::new(), |code| code.to_string())
}

fn money(row: Row<'_>, column: usize) -> Money {
    Money::from_cents(row.decimal(column).unwrap().rescale(2).unwrap().unscaled)
}

/// The amounts of a code at the facility and the non-facility rate.
fn amounts(schedule: &FeeSchedule, code: &str, modifier: &str, locality: Locality) -> [LineOutcome; 2] {
    let modifiers: Vec<Modifier> = Modifier::parse(modifier).into_iter().collect();
    let request = LineRequest::new(HcpcsCode::parse(code).unwrap(), &modifiers, locality);
    [Rate::Facility, Rate::NonFacility].map(|rate| schedule.price(&LineRequest { rate, ..request }))
}

#[test]
fn every_opps_cap_amount_that_joins_is_reproduced() {
    let Some(library) = library("every_opps_cap_amount_that_joins_is_reproduced") else { return };
    let schedule = schedule(library);
    let (table, _) = library.relation("mpfs/oppscap", DAY, None).found().unwrap();
    let at = |name| table.column(name).unwrap();
    let (code, modifier, status) = (at("hcpcs"), at("modifier"), at("status"));
    let (contractor, place) = (at("contractor"), at("locality"));
    let prices = [at("facility_price"), at("nonfacility_price")];
    let (mut priced, mut capped, mut unjoined) = (0, 0, Vec::new());
    for row in table.rows() {
        let (hcpcs, modifier) = (text(row, code), text(row, modifier));
        let (contractor, place) = (text(row, contractor), text(row, place));
        let Some(locality) = schedule.locality(&contractor, &place) else {
            unjoined.push((contractor, place));
            continue;
        };
        let published = prices.map(|column| Some(money(row, column)));
        let ours = if row.flag(status) == Some(b'C') {
            capped += 1;
            assert!(amounts(&schedule, &hcpcs, &modifier, locality).iter().all(|outcome| outcome.amount().is_none()));
            let code = HcpcsCode::parse(&hcpcs).unwrap();
            [Rate::Facility, Rate::NonFacility].map(|rate| schedule.opps_cap(code, &modifier, locality, rate))
        } else {
            priced += 1;
            amounts(&schedule, &hcpcs, &modifier, locality).map(|outcome| outcome.amount())
        };
        assert_eq!(ours, published, "{hcpcs} {modifier} at {contractor} {place}");
    }
    unjoined.sort();
    unjoined.dedup();
    println!("{priced} priced, {capped} caps of carrier-priced services; localities without indices: {unjoined:?}");
    // Six localities of California stand under two contractors in OPPSCAP and under one in the indices.
    assert_eq!((priced, capped, unjoined.len()), (6_322, 8_938, 6));
}

#[test]
fn where_the_cap_file_is_silent_the_cap_does_not_bind() {
    let Some(library) = library("where_the_cap_file_is_silent_the_cap_does_not_bind") else { return };
    let schedule = schedule(library);
    let (caps, _) = library.relation("mpfs/oppscap", DAY, None).found().unwrap();
    let (values, _) = library.relation("mpfs/pprrvu", DAY, None).found().unwrap();
    let locality = schedule.locality("13202", "01").unwrap();
    let (hcpcs, modifier, status) = (0, 1, values.column("status").unwrap());
    let mut silent = 0;
    for row in values.rows().filter(|row| matches!(row.flag(status), Some(b'A' | b'R'))) {
        let (code, component) = (text(row, hcpcs), text(row, modifier));
        let parsed = HcpcsCode::parse(&code).unwrap();
        let listed = caps.rows_of(&code).any(|cap| text(cap, 1) == component);
        if listed || schedule.opps_cap(parsed, &component, locality, Rate::NonFacility).is_none() {
            continue;
        }
        silent += 1;
        for outcome in amounts(&schedule, &code, &component, locality) {
            let LineOutcome::Priced(price) = outcome else { panic!("{code} {component}: {outcome:?}") };
            let pricing = schedule.pricing(&price).unwrap();
            assert_eq!(pricing.steps().len(), 1, "{code} {component} is capped: {pricing:?}");
        }
    }
    assert_eq!(silent, 898);
}

#[test]
fn every_amount_of_the_payment_files_is_reproduced() {
    let Some(library) = library("every_amount_of_the_payment_files_is_reproduced") else { return };
    let schedule = schedule(library);
    let mut joined = 0;
    // July's revision states prices that October's relative values hold too.
    for day in [date(2025, 7, 15), DAY] {
        let (table, _) = library.relation("mpfs/payment", day, None).found().unwrap();
        let at = |name| table.column(name).unwrap();
        let prices = [at("facility_amount"), at("nonfacility_amount")];
        for row in table.rows() {
            let (hcpcs, modifier) = (text(row, at("hcpcs")), text(row, at("modifier")));
            let (contractor, place) = (text(row, at("contractor")), text(row, at("locality")));
            let locality = schedule.locality(&contractor, &place).unwrap();
            let ours = amounts(&schedule, &hcpcs, &modifier, locality).map(|outcome| outcome.amount());
            let published = prices.map(|column| Some(money(row, column)));
            assert_eq!(ours, published, "{hcpcs} {modifier} at {contractor} {place}");
            joined += 1;
        }
    }
    assert_eq!(joined, 872);
}

#[test]
fn national_amounts_are_total_rvus_times_the_factor() {
    let Some(library) = library("national_amounts_are_total_rvus_times_the_factor") else { return };
    let schedule = schedule(library);
    let (table, _) = library.relation("mpfs/pprrvu", DAY, None).found().unwrap();
    let at = |name| table.column(name).unwrap();
    let (status, factor) = (at("status"), at("conversion_factor"));
    let totals = [at("facility_total"), at("nonfacility_total")];
    let mut rows = 0;
    for row in table.rows().filter(|row| row.flag(status) == Some(b'A')) {
        let (hcpcs, modifier) = (text(row, 0), text(row, 1));
        let factor = row.decimal(factor).unwrap().unscaled;
        for (outcome, total) in amounts(&schedule, &hcpcs, &modifier, FeeSchedule::national()).into_iter().zip(totals) {
            let total = row.decimal(total).unwrap().unscaled;
            let LineOutcome::Priced(price) = outcome else {
                // A row of the file without any value.
                assert_eq!(total, 0, "{hcpcs} {modifier}");
                continue;
            };
            let fee = schedule.pricing(&price).unwrap().steps().first().unwrap().subtotal;
            let expected = (total * factor + 5_000) / 10_000;
            assert_eq!(fee, rust_decimal::Decimal::new(expected, 2), "{hcpcs} {modifier}");
            rows += 1;
        }
    }
    println!("{rows} national amounts");
    assert!(rows > 17_900);
}

#[test]
fn anesthesia_is_paid_by_units_in_every_locality() {
    let Some(library) = library("anesthesia_is_paid_by_units_in_every_locality") else { return };
    let schedule = schedule(library);
    let (factors, _) = library.relation("mpfs/anesthesia", DAY, None).found().unwrap();
    let (shares, _) = library.relation("mpfs/anesthesia-shares", DAY, None).found().unwrap();
    let (gpci, _) = library.relation("mpfs/gpci", DAY, None).found().unwrap();
    let at = |name| factors.column(name).unwrap();
    let personal = [Modifier::parse("AA").unwrap()];
    let code = HcpcsCode::parse("00100").unwrap();
    for row in factors.rows() {
        let (contractor, place) = (text(row, 0), text(row, 1));
        let factor = row.decimal(at("conversion_factor")).unwrap().rescale(2).unwrap().unscaled;
        let locality = schedule.locality(&contractor, &place).unwrap();
        let request = LineRequest { minutes: Some(61), ..LineRequest::new(code, &personal, locality) };
        // Five base units and 61 / 15 = 4.1 time units.
        let expected = Money::from_cents((91 * factor + 5) / 10);
        assert_eq!(schedule.price(&request).amount(), Some(expected), "{contractor} {place}");
        // The published factor is the national one times the indices weighted by their shares.
        let national = row.decimal(at("national_factor")).unwrap().unscaled;
        let indices =
            gpci.rows().find(|gpci| (text(*gpci, 0), text(*gpci, 1)) == (contractor.clone(), place.clone())).unwrap();
        let share = shares.row(0);
        let weighted: i64 = [("work_gpci", "work_share"), ("pe_gpci", "pe_share"), ("mp_gpci", "mp_share")]
            .map(|(index, part)| {
                indices.decimal(gpci.column(index).unwrap()).unwrap().unscaled
                    * share.decimal(shares.column(part).unwrap()).unwrap().unscaled
            })
            .iter()
            .sum();
        assert_eq!((national * weighted + 50_000_000) / 100_000_000, factor, "{contractor} {place}");
    }
    assert_eq!(factors.len(), 109);
}

#[test]
fn zip_codes_lead_to_localities_of_the_schedule() {
    let Some(library) = library("zip_codes_lead_to_localities_of_the_schedule") else { return };
    let schedule = schedule(library);
    let (table, _) = library.relation("geo/zip5", DAY, None).found().unwrap();
    let mut without = std::collections::BTreeSet::new();
    for row in table.rows() {
        let zip = text(row, 0);
        let found = openclaim_pricer::mpfs::zip_locality(library, &zip, DAY, None).unwrap();
        if schedule.locality(&found.contractor, &found.locality).is_none() {
            without.insert((found.contractor.to_string(), found.locality.to_string()));
        }
    }
    println!("localities of ZIP codes without indices: {without:?}");
    assert!(openclaim_pricer::mpfs::zip_locality(library, "00000", DAY, None).is_err());
    let found = openclaim_pricer::mpfs::zip_locality(library, "10001-1234", DAY, None).unwrap();
    assert_eq!((found.contractor.as_str(), found.locality.as_str(), found.state.as_str()), ("13202", "01", "NY"));
}
