//! Plain fee schedules, on made-up tables.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod mpfs_support;

use mpfs_support::{DAY, folder_of, hcpcs, modifiers};
use openclaim_claim::{Decimal, Money, NotEvaluated, NotEvaluatedReason};
use openclaim_pricer::fees::{FeeRequest, price};
use openclaim_reference::Library;
use openclaim_reference::relation::ColumnSpec;

fn library() -> (tempfile::TempDir, Library) {
    let (code, rate) = (ColumnSpec::code, |name: &str| ColumnSpec::decimal(name, 2));
    let laboratory = vec![code("hcpcs"), code("modifier"), ColumnSpec::day("from"), rate("rate")];
    let drugs = vec![code("hcpcs"), ColumnSpec::decimal("payment_limit", 3)];
    let item = || vec![code("hcpcs"), code("modifier"), code("modifier_2")];
    let fees = [item(), vec![code("state"), rate("nonrural_fee"), rate("rural_fee")]].concat();
    let items = [item(), vec![code("category")]].concat();
    let directory = folder_of(&[
        (
            "clfs/fees",
            2,
            laboratory,
            &[
                &["Z8001", "", "2025-01-01", "10.74"],
                &["Z8001", "QW", "2025-01-01", "9.50"],
                &["Z8002", "", "2025-01-01", "0.00"],
                &["Z8003", "QW", "2025-01-01", "9.50"],
                &["Z8004", "", "2026-01-01", "9.50"],
            ],
        ),
        ("asp/payment-limits", 1, drugs, &[&["J0001", "1.337"], &["J0002", ""]]),
        (
            "dmepos/fees",
            4,
            fees,
            &[
                &["E0001", "NU", "", "OH", "100.10", "100.10"],
                &["E0001", "RR", "", "OH", "10.01", "10.01"],
                &["E0001", "UE", "", "OH", "75.08", ""],
                &["E0002", "", "", "OH", "50.00", "60.00"],
                &["E0003", "RR", "", "OH", "50.00", "50.00"],
            ],
        ),
        (
            "dmepos/items",
            3,
            items,
            &[
                &["E0001", "NU", "", "IN"],
                &["E0001", "RR", "", "IN"],
                &["E0002", "", "", "OS"],
                &["E0003", "RR", "", "CR"],
            ],
        ),
    ]);
    let library = Library::open(Some(directory.path())).unwrap();
    (directory, library)
}

fn fee(library: &Library, code: &str, text: &str, units: &str, state: &str) -> Result<String, NotEvaluated> {
    let modifiers = modifiers(text);
    let units: Decimal = units.parse().unwrap();
    let request = FeeRequest { hcpcs: hcpcs(code), modifiers: &modifiers, date: DAY, units, state, charge: None };
    let pricing = price(library, &request, None)?;
    assert_eq!(pricing.fold(), Some(pricing.subtotal()));
    Ok(pricing.total().unwrap().to_string())
}

#[test]
fn what_a_row_says_is_paid_by_the_unit() {
    let (_folder, library) = library();
    let fee = |code, modifiers, units| fee(&library, code, modifiers, units, "OH").unwrap();
    assert_eq!(fee("Z8001", "", "1"), "10.74");
    assert_eq!(fee("Z8001", "QW", "2"), "19.00");
    assert_eq!(fee("Z8001", "91", "1"), "10.74");
    assert_eq!(fee("J0001", "JZ", "25"), "33.43");
    assert_eq!(fee("J0001", "", "0.5"), "0.67");
    assert_eq!(fee("E0001", "NU KX", "1"), "100.10");
    assert_eq!(fee("E0001", "UE", "1"), "75.08");
}

#[test]
fn what_a_row_does_not_say_by_itself_is_not_priced() {
    let (_folder, library) = library();
    for (code, modifiers, state, part) in [
        ("Z8002", "", "OH", "contractor"),
        ("Z8003", "", "OH", "modifiers"),
        ("Z8004", "", "OH", "2025-11-03"),
        ("J0002", "", "OH", "contractor"),
        ("E0001", "RR", "OH", "month"),
        ("E0001", "", "OH", "modifiers"),
        ("E0001", "NU UE", "OH", "do not tell"),
        ("E0001", "NU", "KY", "KY"),
        ("E0002", "", "OH", "rural"),
        ("E0003", "RR", "OH", "rental"),
        ("Z9999", "", "OH", "none of the schedules"),
    ] {
        let missing = fee(&library, code, modifiers, "1", state).unwrap_err();
        assert!(missing.detail.contains(part), "{code} {modifiers}: no `{part}` in {missing:?}");
    }
    assert!(fee(&library, "Z8001", "", "0", "OH").is_err() && fee(&library, "Z8001", "", "-1", "OH").is_err());
    assert!(fee(&library, "Z8001", "", "79228162514264337593543950335", "OH").is_err());
}

#[test]
fn schedules_that_are_not_loaded_are_named_with_their_command() {
    let library = Library::embedded().unwrap();
    let missing = fee(&library, "Z8001", "", "1", "OH").unwrap_err();
    assert_eq!(missing.reason, NotEvaluatedReason::MissingTable);
    assert!(missing.detail.contains("clfs/fees, asp/payment-limits, dmepos/fees"), "{missing:?}");
    assert!(missing.remedy.as_ref().unwrap().contains("openclaim data pull --only clfs"));
}

#[test]
fn never_more_than_the_charge() {
    let (_folder, library) = library();
    let request = FeeRequest {
        hcpcs: hcpcs("Z8001"),
        modifiers: &[],
        date: DAY,
        units: Decimal::ONE,
        state: "",
        charge: Some(Money::from_cents(500)),
    };
    assert_eq!(price(&library, &request, None).unwrap().total(), Some(Money::from_cents(500)));
}
