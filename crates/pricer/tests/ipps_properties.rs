//! Inpatient prices of generated bills and hospitals: the steps fold to the total, nothing panics, bad input has CMS's
//! return code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{Decimal, Money};
use openclaim_pricer::ipps::{Arithmetic, Bill, Ipps, Prepared, Provider, Refusal, ReturnCode, Review};
use openclaim_reference::Library;
use proptest::prelude::*;
use std::sync::LazyLock;

static IPPS: LazyLock<Ipps> = LazyLock::new(|| Ipps::new(&Library::embedded().unwrap()).unwrap());

fn hospital() -> Provider {
    Provider {
        beds: 250,
        operating_ccr: Decimal::new(300, 3),
        capital_ccr: Decimal::new(25, 3),
        ..Provider::new("160999", "19780", "16")
    }
}

fn bill() -> Bill {
    Bill {
        review: Some(Review::PayWithOutlier),
        drg: Some(291),
        length_of_stay: Some(4),
        covered_days: Some(4),
        charges: Some(Decimal::new(50_000, 0)),
        ..Bill::new(jiff::civil::date(2026, 5, 1))
    }
}

fn prepared(provider: Provider) -> Result<Prepared, Refusal> {
    let year = IPPS.year(jiff::civil::date(2026, 5, 1)).unwrap();
    IPPS.prepare(&year, provider.normalized().unwrap(), None)
}

fn code(bill: &Bill) -> u8 {
    prepared(hospital()).unwrap().price(bill).return_code.0
}

fn ratio(places: u32, most: i64) -> impl Strategy<Value = Decimal> {
    (0..=most).prop_map(move |digits| Decimal::new(digits, places))
}

prop_compose! {
    fn hospitals()(
        kind in prop::sample::select(vec!["00", "07", "08", "14", "15", "16", "17", "21", "22", "99"]),
        area in prop::sample::select(vec![("19780", "16"), ("16", "16"), ("41860", "05"), ("25", "25"), ("00000", "02"), ("02", "02")]),
        beds in 0_u32..2_000,
        ratios in [ratio(4, 99_999), ratio(3, 9_999), ratio(3, 9_999), ratio(4, 9_999), ratio(4, 99_999)],
        (capital_ime, cola, supplement) in (ratio(4, 99_999), ratio(3, 9_999), ratio(4, 999_999)),
        (rate, care) in (ratio(2, 99_999_999), ratio(2, 99_999_999)),
        (vbp, vbp_factor) in (any::<Option<bool>>(), ratio(11, 250_000_000_000)),
        (hrr, hrr_factor) in (any::<Option<bool>>(), ratio(4, 12_000)),
        (hac, ehr, quality, low, waiver, new) in any::<(bool, Option<bool>, bool, bool, bool, bool)>(),
        low_volume_factor in ratio(6, 300_000),
        state in prop::sample::select(vec!["16", "40", "21", "02"]),
    ) -> Provider {
        Provider {
            provider_type: kind.into(),
            beds,
            interns_to_beds: ratios[0],
            operating_ccr: ratios[1],
            capital_ccr: ratios[2],
            ssi_ratio: ratios[3],
            medicaid_ratio: ratios[4],
            capital_ime_ratio: capital_ime,
            cola,
            prior_wage_index: Some(supplement),
            hospital_specific_rate: rate,
            uncompensated_care: care,
            vbp, vbp_factor, hrr, hrr_factor, hac, ehr, quality, waiver,
            low_volume: low,
            low_volume_factor,
            capital_new_hospital: new,
            ..Provider::new(format!("{state}0001"), area.0, area.1)
        }
    }
}

prop_compose! {
    fn bills()(
        review in prop::sample::select(vec!["00", "03", "06", "07", "09", "11", "xx"]),
        drg in prop::option::of(0_u16..1_100),
        days in any::<(Option<u16>, Option<u16>)>(),
        short in (0_u16..60, 0_u16..60),
        usual in prop::bool::weighted(0.8),
        reserve in prop::option::of(0_u16..90),
        charges in prop::option::of((-1_000_i64..2_000_000_000_000).prop_map(|cents| Decimal::new(cents, 2))),
        procedures in prop::collection::vec(prop::sample::select(vec!["XW033K9", "X2H13XB", "3E030U1", "XW0J3HA", "0SR90J9"]), 0..4),
        diagnoses in prop::collection::vec(prop::sample::select(vec!["Z006", "U071", "I5023"]), 0..3),
    ) -> Bill {
        Bill {
            review: Review::parse(review),
            drg,
            length_of_stay: if usual { Some(short.0) } else { days.0 },
            covered_days: if usual { Some(short.1.max(short.0)) } else { days.1 },
            lifetime_reserve_days: if usual { Some(0) } else { reserve },
            charges,
            procedures: procedures.into_iter().map(Into::into).collect(),
            diagnoses: diagnoses.into_iter().map(Into::into).collect(),
            ..bill()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_steps_fold_to_the_total(provider in hospitals(), bill in bills(), reference in any::<bool>()) {
        let arithmetic = if reference { Arithmetic::ReferenceRun } else { Arithmetic::Regulation };
        let year = IPPS.year(bill.discharge).unwrap();
        match IPPS.prepare(&year, provider.normalized().unwrap(), Some(arithmetic)) {
            Ok(prepared) => {
                let payment = prepared.price(&bill);
                let pricing = prepared.pricing(&bill, &payment).unwrap();
                prop_assert_eq!(pricing.subtotal(), payment.total);
                prop_assert_eq!(pricing.fold(), Some(pricing.subtotal()));
                prop_assert_eq!(pricing.total().is_none(), !payment.not_evaluated.is_empty());
                prop_assert!(payment.return_code.paid() || payment.total.is_zero());
                prop_assert!(payment.operating_outlier >= Decimal::ZERO && payment.capital_outlier >= Decimal::ZERO);
                prop_assert_eq!(prepared.price(&bill), payment, "the same bill, the same price");
            }
            Err(Refusal::Returned(code)) => prop_assert_eq!(code, ReturnCode::WAGE_INDEX),
            Err(Refusal::NotEvaluated(missing)) => prop_assert!(!missing.is_empty()),
        }
    }
}

#[test]
fn bad_bills_have_their_return_codes() {
    assert_eq!(code(&bill()), 14);
    let with = |change: &dyn Fn(&mut Bill)| {
        let mut changed = bill();
        change(&mut changed);
        code(&changed)
    };
    assert_eq!(with(&|bill| bill.drg = Some(998)), 54);
    assert_eq!(with(&|bill| bill.drg = None), 54);
    assert_eq!(with(&|bill| bill.length_of_stay = None), 56);
    assert_eq!(with(&|bill| bill.review = None), 57);
    assert_eq!(with(&|bill| bill.charges = None), 58);
    assert_eq!(with(&|bill| bill.charges = Some(Decimal::new(-1, 2))), 58);
    assert_eq!(with(&|bill| bill.charges = Some(Decimal::MAX)), 58);
    assert_eq!(with(&|bill| bill.lifetime_reserve_days = Some(61)), 61);
    assert_eq!(with(&|bill| bill.lifetime_reserve_days = Some(5)), 62);
    assert_eq!(with(&|bill| bill.covered_days = Some(0)), 62);
    assert_eq!(with(&|bill| bill.charges = Some(Decimal::new(900_000, 0))), 16);
    let beyond_covered = with(&|bill| {
        bill.charges = Some(Decimal::new(900_000, 0));
        bill.covered_days = Some(3);
    });
    assert_eq!(beyond_covered, 67);
    // A stay that ends on its first day is a day for the per diem.
    assert_eq!(with(&|bill| (bill.length_of_stay, bill.covered_days) = (Some(0), Some(0))), 0);
}

#[test]
fn bad_hospitals_have_their_return_codes() {
    let refused = |change: &dyn Fn(&mut Provider)| {
        let mut changed = hospital();
        change(&mut changed);
        match prepared(changed) {
            Ok(prepared) => prepared.price(&bill()).return_code.0,
            Err(Refusal::Returned(code)) => code.0,
            Err(Refusal::NotEvaluated(missing)) => panic!("{missing:?}"),
        }
    };
    assert_eq!(refused(&|provider| provider.cbsa = "00001".into()), 52);
    assert_eq!(refused(&|provider| provider.provider_type = "55".into()), 52);
    assert_eq!(refused(&|provider| provider.special_payment = Some('1')), 52);
    assert_eq!(refused(&|provider| provider.waiver = true), 53);
    assert_eq!(refused(&|provider| provider.effective = Some(jiff::civil::date(2026, 5, 2))), 55);
    assert_eq!(refused(&|provider| provider.terminated = Some(jiff::civil::date(2026, 5, 1))), 55);
    assert_eq!(refused(&|provider| provider.capital_payment_code = 'A'), 65);
    assert_eq!(refused(&|provider| provider.ehr = None), 65);
    assert_eq!(refused(&|provider| provider.hrr = None), 65);
    assert_eq!(refused(&|provider| provider.vbp = None), 68);
    assert_eq!(refused(&|provider| (provider.vbp, provider.vbp_factor) = (Some(true), Decimal::new(97, 2))), 68);
    // Without cost-to-charge ratios there are no costs, hence no outlier.
    let mut free = hospital();
    (free.operating_ccr, free.capital_ccr) = (Decimal::ZERO, Decimal::ZERO);
    let payment = prepared(free).unwrap().price(&bill());
    assert_eq!(
        (payment.return_code.0, payment.operating_outlier, payment.operating_costs),
        (14, Decimal::ZERO, Decimal::ZERO)
    );
    assert!(Provider { operating_ccr: Decimal::new(-1, 1), ..hospital() }.normalized().is_err());
}

/// Worked by hand from the FY 2026 rates: CBSA 19780 at 0.9090, MS-DRG 291 at 1.2838.
#[test]
fn a_price_of_2026_is_what_a_calculation_by_hand_gives() {
    let payment = prepared(hospital()).unwrap().price(&bill());
    // (4,186.62 × 0.9090 + 2,565.99) × 1.2838
    assert_eq!(payment.operating_federal, Decimal::new(817_990, 2));
    // 524.15 × 0.9368 = 491.02; × 1.2838
    assert_eq!(payment.capital_federal, Decimal::new(63_037, 2));
    assert_eq!(payment.total, Decimal::new(881_027, 2));
    let pricing = prepared(hospital()).unwrap().pricing(&bill(), &payment).unwrap();
    assert_eq!(pricing.total(), Some(Money::from_cents(881_027)));
}

#[test]
fn a_date_without_rates_and_parts_without_rates_are_not_evaluated() {
    let missing = IPPS.year(jiff::civil::date(2026, 10, 1)).unwrap_err();
    let tables: Vec<&str> = missing.iter().map(|missing| missing.rule.as_str()).collect();
    assert_eq!(tables, ["ipps/years", "ipps/standardized-amounts", "ipps/wage-index", "ipps/drg-weights"]);
    // FY 2021 has rates here, and its tables only when they are imported.
    let missing = IPPS.year(jiff::civil::date(2021, 1, 1)).unwrap_err();
    assert!(missing.iter().all(|missing| missing.remedy.is_some()) && missing.len() == 3, "{missing:?}");
    // The hospital-specific rate cannot be brought to 2026: factors of years in between are not there.
    let sole = Provider { provider_type: "16".into(), hospital_specific_rate: Decimal::new(9_000, 0), ..hospital() };
    let payment = prepared(sole).unwrap().price(&bill());
    assert_eq!(payment.not_evaluated[0].rule, "ipps/hospital-specific-rate");
    // A product without cost in MS-DRG 018.
    let trial = Bill { drg: Some(18), diagnoses: vec!["Z006".into()], ..bill() };
    let payment = prepared(hospital()).unwrap().price(&trial);
    assert_eq!(payment.not_evaluated[0].rule, "ipps/no-cost-product");
}

#[test]
fn new_technologies_add_what_their_parts_earn() {
    let price = |procedures: &[&str]| {
        let procedures = procedures.iter().map(|&code| code.into()).collect();
        let bill = Bill { procedures, charges: Some(Decimal::new(120_000, 0)), ..bill() };
        prepared(hospital()).unwrap().price(&bill)
    };
    // Costs 36,000 above a payment of 8,179.90: 65% is 18,083.07, the most of ALFAPUMP 21,450.00.
    let both = price(&["0W1G3J6", "0JH80YZ"]);
    assert_eq!(both.new_technology, Decimal::new(1_808_307, 2));
    assert_eq!(price(&["0W1G3J6"]).new_technology, Decimal::ZERO, "one part of two");
    assert_eq!(price(&["X2H13XB"]).new_technology, Decimal::new(1_808_307, 2));
    let unknown = price(&["XW033K9"]);
    assert_eq!(unknown.not_evaluated[0].rule, "ipps/new-technology");
}
