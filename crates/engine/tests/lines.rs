//! Lines of professional claims on a made-up fee schedule.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

#[path = "../../pricer/tests/mpfs_support/mod.rs"]
mod mpfs_support;

use mpfs_support::{DAY, MadeUp, folder, hcpcs, modifiers, service};
use openclaim_claim::{
    Address, Claim, ClaimType, Decimal, Modifier, Money, Npi, PlaceOfService, Provider, ProviderRole, ServiceLine,
    Spanned, Taxonomy, Unit,
};
use openclaim_engine::door::{Door, MpfsDoor};
use openclaim_engine::{ClaimLines, Engine, Policy, Program};
use openclaim_reference::Library;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

fn rows() -> Vec<MadeUp> {
    vec![
        service("Z0001", [130, 135, 57, 10]),
        service("Z1001", [1_517, 310, 205, 57]).with(|row| row.multiple = '2'),
        service("Z1002", [903, 310, 205, 57]).with(|row| row.multiple = '2'),
        service("Z4001", [85, 407, 407, 11]).with(|row| row.pctc = '1'),
        service("Z9004", [0; 4]).with(|row| row.status = 'X'),
        service("ZA002", [0; 4]).with(|row| row.status = 'J'),
    ]
}

fn engine(explain: bool) -> (TempDir, Engine) {
    let directory = folder(&rows());
    let library = Library::open(Some(directory.path())).unwrap();
    (directory, Engine::new(library, Policy { explain, ..Policy::default() }).unwrap())
}

fn claim(lines: &[(&str, &str, i64)]) -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    let mut biller = Provider::new(ProviderRole::Billing);
    biller.address = Some(Box::new(Address { postal_code: "000011234".into(), ..Address::default() }));
    claim.billing_provider = Arc::new(biller);
    claim.place_of_service = Some(Spanned::bare(PlaceOfService::parse("11").unwrap()));
    for (number, (code, text, charge)) in lines.iter().enumerate() {
        let mut line = ServiceLine::new(number as u32 + 1);
        line.hcpcs = Some(Spanned::bare(hcpcs(code)));
        line.modifiers = modifiers(text).into_iter().map(Spanned::<Modifier>::bare).collect();
        line.charge = Spanned::bare(Money::from_cents(*charge));
        line.units = Some(Spanned::bare(Decimal::ONE));
        line.dates.from = Some(Spanned::bare(DAY));
        claim.lines.push(line);
    }
    claim
}

fn decided(engine: &Engine, claim: &Claim) -> ClaimLines {
    engine.adjudicate(claim).lines.unwrap()
}

fn priced(lines: &ClaimLines) -> Vec<Option<i64>> {
    lines.lines.iter().map(|line| line.priced.map(Money::cents)).collect()
}

/// What the door answers for a line.
fn door(engine: &Engine, request: &Value) -> Value {
    let mut out = Vec::new();
    MpfsDoor::new(engine).answer(request.to_string().as_bytes(), &mut out);
    serde_json::from_slice(&out).unwrap()
}

fn amount(engine: &Engine, code: &str) -> i64 {
    let request = json!({"hcpcs": code, "carrier": "09991", "locality": "01", "date": "2025-11-03"});
    let money: Money = door(engine, &request)["amount"].as_str().unwrap().parse().unwrap();
    money.cents()
}

#[test]
fn lines_of_a_day_are_ranked_and_those_of_another_practitioner_are_not() {
    let (_folder, engine) = engine(true);
    let mut claim = claim(&[("Z1002", "", 9_999_900), ("Z1001", "", 9_999_900)]);
    let [second, first] = [amount(&engine, "Z1002"), amount(&engine, "Z1001")];
    let lines = decided(&engine, &claim);
    assert_eq!(priced(&lines), [Some((second + 1) / 2), Some(first)]);
    assert_eq!(lines.lines[0].rank, Some(2));
    for line in &lines.lines {
        assert_eq!(line.pricing.as_ref().unwrap().total(), line.priced, "the steps fold to the price");
    }
    let mut other = Provider::new(ProviderRole::Rendering);
    other.npi = Some(Spanned::bare(Npi::parse_bytes(b"1306000054").unwrap()));
    claim.lines[0].providers.push(other);
    assert_eq!(priced(&decided(&engine, &claim)), [Some(second), Some(first)]);
    claim.lines[0].providers.clear();
    claim.lines[0].dates.from = Some(Spanned::bare(DAY.tomorrow().unwrap()));
    assert_eq!(priced(&decided(&engine, &claim)), [Some(second), Some(first)]);
}

#[test]
fn the_place_the_practitioner_and_the_charge_decide() {
    let (_folder, engine) = engine(false);
    let fee = amount(&engine, "Z0001");
    let mut one = claim(&[("Z0001", "", 9_900)]);
    assert_eq!(priced(&decided(&engine, &one)), [Some(fee.min(9_900))]);
    one.lines[0].charge = Spanned::bare(Money::from_cents(500));
    assert_eq!(priced(&decided(&engine, &one)), [Some(500)]);
    one.lines[0].charge = Spanned::bare(Money::from_cents(9_999_900));
    let mut nurse = Provider::new(ProviderRole::Rendering);
    nurse.specialty =
        Some(openclaim_claim::ProviderSpecialty { taxonomy: Spanned::bare(Taxonomy::parse("363L00000X").unwrap()) });
    one.providers.push(nurse);
    let lines = decided(&engine, &one);
    assert_eq!(priced(&lines), [Some((fee * 85 + 50) / 100)]);
    assert!(!lines.assumptions.iter().any(|assumed| assumed.contains("taxonomy")), "{:?}", lines.assumptions);
    one.providers.clear();
    one.place_of_service = Some(Spanned::bare(PlaceOfService::parse("21").unwrap()));
    let facility = door(&engine, &json!({"hcpcs": "Z0001", "zip": "00001", "facility": true, "date": "2025-11-03"}));
    let lines = decided(&engine, &one);
    assert_eq!(lines.lines[0].priced.map(|amount| amount.to_string()).as_deref(), facility["amount"].as_str());
    assert!(facility["amount"].as_str() != Some(&Money::from_cents(fee).to_string()));
    // The technical part of a hospital's patient is the hospital's.
    let mut imaging = claim(&[("Z4001", "", 9_900)]);
    imaging.place_of_service = one.place_of_service;
    assert_eq!(priced(&decided(&engine, &imaging)), [Some(0)]);
}

#[test]
fn what_cannot_be_priced_is_said_line_by_line_and_once_of_the_claim() {
    let (_folder, engine) = engine(false);
    let mut claim = claim(&[("Z0001", "", 100), ("Z9004", "", 100), ("Z9004", "", 100), ("Z0001", "ZZ", 100)]);
    let adjudication = engine.adjudicate(&claim);
    let lines = adjudication.lines.as_ref().unwrap();
    assert_eq!(priced(lines), [Some(100), None, None, None]);
    assert_eq!(lines.allowed, None);
    let said: Vec<_> = adjudication.not_evaluated.iter().filter(|missing| missing.rule == "fee-schedules").collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].detail.contains("clfs/fees") && said[0].remedy.is_some(), "{said:?}");

    claim.lines.truncate(1);
    for (change, part) in [
        (
            Box::new(|claim: &mut Claim| claim.lines[0].units = Some(Spanned::bare(Decimal::ZERO)))
                as Box<dyn Fn(&mut Claim)>,
            "0 units",
        ),
        (Box::new(|claim: &mut Claim| claim.lines[0].units = Some(Spanned::bare(-Decimal::ONE))), "-1"),
        (Box::new(|claim: &mut Claim| claim.lines[0].units = Some(Spanned::bare(Decimal::new(15, 1)))), "1.5"),
        (Box::new(|claim: &mut Claim| claim.lines[0].hcpcs = None), "no procedure code"),
        (Box::new(|claim: &mut Claim| claim.lines[0].dates.from = None), "no date of service"),
        (Box::new(|claim: &mut Claim| claim.place_of_service = None), "place of service"),
        (
            Box::new(|claim: &mut Claim| claim.billing_provider = Arc::new(Provider::new(ProviderRole::Billing))),
            "ZIP code",
        ),
        (
            Box::new(|claim: &mut Claim| {
                claim.lines[0].dates.from = Some(Spanned::bare(jiff::civil::date(2031, 1, 1)))
            }),
            "2031-01-01",
        ),
    ] {
        let mut changed = claim.clone();
        change(&mut changed);
        let lines = decided(&engine, &changed);
        let missing = lines.lines[0].not_evaluated.as_ref().unwrap_or_else(|| panic!("{part}: {lines:?}"));
        assert!(missing.detail.contains(part), "no `{part}` in {missing:?}");
        assert_eq!((lines.lines[0].priced, lines.allowed), (None, None));
    }
}

#[test]
fn minutes_of_anesthesia_come_with_their_unit() {
    let (_folder, engine) = engine(false);
    let mut claim = claim(&[("ZA002", "AA", 9_999_900)]);
    claim.lines[0].units = Some(Spanned::bare(Decimal::from(95)));
    assert_eq!(priced(&decided(&engine, &claim)), [None], "units are no minutes");
    claim.lines[0].unit = Unit::Minutes;
    assert_eq!(priced(&decided(&engine, &claim)), [Some(41_244)]);
}

#[test]
fn the_programme_that_the_user_names_decides_about_prices_too() {
    let (directory, medicare) = engine(false);
    let mut claim = claim(&[("Z1001", "", 50_000)]);
    assert!(decided(&medicare, &claim).lines[0].priced.is_some());
    let mut policy = Policy::default();
    policy.switches.program = Some(Program::Medicaid);
    let medicaid = Engine::new(Library::open(Some(directory.path())).unwrap(), policy).unwrap();
    assert!(medicaid.adjudicate(&claim).lines.is_none());
    Arc::make_mut(&mut claim.subscriber).claim_filing_indicator = "MC".into();
    assert!(medicare.adjudicate(&claim).lines.is_none());
}

#[test]
fn without_tables_the_command_that_brings_them_is_named() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    let adjudication = engine.adjudicate(&claim(&[("Z0001", "", 100), ("Z0001", "", 100)]));
    let missing: Vec<_> = adjudication.not_evaluated.iter().filter(|missing| missing.rule == "mpfs").collect();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(missing[0].remedy.as_deref(), Some("openclaim data pull --only mpfs"));
}

#[test]
fn the_door_refuses_what_is_no_request() {
    let (_folder, engine) = engine(false);
    let good = json!({"id": 7, "hcpcs": "Z0001", "carrier": 9991, "locality": 1, "date": "2025-11-03", "units": 2});
    let answer = door(&engine, &good);
    let twice: Money = answer["amount"].as_str().unwrap().parse().unwrap();
    assert_eq!((answer["id"].as_i64(), twice.cents()), (Some(7), 2 * amount(&engine, "Z0001")));
    assert_eq!(answer["steps"].as_array().unwrap().len(), 2);
    for (field, value, code) in [
        ("hcpcs", json!(null), "missing_field"),
        ("hcpcs", json!("not a code"), "invalid_field"),
        ("hcpcs", json!(99_213), "invalid_field"),
        ("modifiers", json!("26"), "invalid_field"),
        ("modifiers", json!(["TOO LONG"]), "invalid_field"),
        ("locality", json!("77"), "unknown_locality"),
        ("locality", json!(null), "missing_field"),
        ("date", json!("yesterday"), "invalid_field"),
        ("date", json!(null), "missing_field"),
        ("units", json!(-1), "invalid_field"),
        ("units", json!(0), "invalid_field"),
        ("units", json!(1.5), "invalid_field"),
        ("units", json!(1e300), "invalid_field"),
        ("facility", json!("yes"), "invalid_field"),
        ("place_of_service", json!("98"), "invalid_field"),
        ("taxonomy", json!("nobody"), "invalid_field"),
        ("charge", json!("-5"), "invalid_field"),
        ("minutes", json!("an hour"), "invalid_field"),
    ] {
        let mut request = good.clone();
        request[field] = value.clone();
        let answer = door(&engine, &request);
        assert_eq!(answer["error"]["code"], code, "{field} {value}: {answer}");
        assert_eq!(answer["id"], 7);
    }
    for (field, value, reason) in [
        ("date", json!("2019-11-03"), "date_outside_tables"),
        ("hcpcs", json!("Z5555"), "not_supported"),
        ("modifiers", json!(["ZZ"]), "not_supported"),
    ] {
        let mut request = good.clone();
        request[field] = value;
        let answer = door(&engine, &request);
        assert_eq!((&answer["amount"], answer["not_evaluated"]["reason"].as_str()), (&Value::Null, Some(reason)));
    }
    let answer = door(&engine, &json!("a text"));
    assert_eq!(answer["error"]["code"], "invalid_json");
}
