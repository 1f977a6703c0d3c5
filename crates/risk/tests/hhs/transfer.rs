//! The state payment transfer formula.

use openclaim_claim::{Decimal, Money, Text};
use openclaim_reference::Library;
use openclaim_risk::ErrorCode;
use openclaim_risk::hhs::Metal;
use openclaim_risk::hhs::transfer::{Plan, Transfer, TransferConstants};
use proptest::prelude::*;

fn constants(year: i16) -> TransferConstants {
    TransferConstants::for_year(&Library::embedded().unwrap(), year).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn plan(id: &str, metal: Metal, risk: &str, rating: &str, area: &str, months: u64, premium: i64) -> Plan {
    Plan {
        id: Text::from(id),
        metal,
        risk_score: decimal(risk),
        allowable_rating_factor: decimal(rating),
        geographic_cost_factor: decimal(area),
        member_months: months,
        premium: Money::from_cents(premium),
    }
}

fn sum(transfers: &[Transfer]) -> i64 {
    transfers.iter().map(|transfer| transfer.total.cents()).sum()
}

#[test]
fn two_silver_plans_by_hand() {
    // Equal but for risk, 1.2 and 0.8, 1000 months each, premium 500: averages 1.03 and 0.7 · 1.5 · 1.03, so the first
    // receives (1.2 − 1) · 500 · 0.86 = 86 a month, the second pays as much.
    let pool = [
        plan("a", Metal::Silver, "1.2", "1.5", "1", 1000, 50_000),
        plan("b", Metal::Silver, "0.8", "1.5", "1", 1000, 50_000),
    ];
    let transfers = constants(2019).transfers(&pool).unwrap();
    assert_eq!(transfers[0].per_member_month.round_dp(6), decimal("86"));
    assert_eq!(transfers[0].total.cents(), 8_600_000);
    assert_eq!(transfers[1].total.cents(), -8_600_000);
    // Before 2018 the premium was not reduced: 100 a month.
    let transfers = constants(2017).transfers(&pool).unwrap();
    assert_eq!(transfers[0].total.cents(), 10_000_000);
}

#[test]
fn metal_area_and_rating_by_hand() {
    // Bronze: risk 0.9 · 1.00 · 0.95 = 0.855, rating 0.6 · 1.4 · 1.00 · 0.95 = 0.798.
    // Gold: risk 1.6 · 1.08 · 1.05 = 1.8144, rating 0.8 · 1.6 · 1.08 · 1.05 = 1.45152.
    // With 3000 and 1000 months the averages are 1.09485 and 0.96138, the premium 450 · 0.86 = 387.
    let pool = [
        plan("bronze", Metal::Bronze, "0.9", "1.4", "0.95", 3000, 40_000),
        plan("gold", Metal::Gold, "1.6", "1.6", "1.05", 1000, 60_000),
    ];
    let transfers = constants(2022).transfers(&pool).unwrap();
    assert_eq!(transfers[0].steps.risk_relativity.round_dp(6), (decimal("0.855") / decimal("1.09485")).round_dp(6));
    assert_eq!(transfers[0].steps.rating_relativity.round_dp(6), (decimal("0.798") / decimal("0.96138")).round_dp(6));
    assert_eq!(transfers[0].steps.reduced_premium, decimal("387"));
    let gold = (decimal("1.8144") / decimal("1.09485") - decimal("1.45152") / decimal("0.96138")) * decimal("387");
    assert_eq!(transfers[1].per_member_month.round_dp(9), gold.round_dp(9));
    assert_eq!(sum(&transfers), 0);
}

#[test]
fn constants_are_those_of_the_payment_notices() {
    let table = constants(2022);
    let row = |metal| {
        let (value, demand) = table.of(metal);
        format!("{} {}", value.normalize(), demand.normalize())
    };
    assert_eq!(Metal::ALL.map(row), ["0.9 1.15", "0.8 1.08", "0.7 1.03", "0.6 1", "0.57 1"]);
    assert_eq!((table.administrative_cost(), constants(2017).administrative_cost()), (decimal("0.14"), Decimal::ZERO));
    let unknown = TransferConstants::for_year(&Library::embedded().unwrap(), 2013).unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownYear);
}

#[test]
fn pools_that_are_none_are_refused() {
    let refused = |pool: &[Plan]| constants(2022).transfers(pool).unwrap_err().code;
    let silver = plan("s", Metal::Silver, "1", "1.5", "1", 10, 50_000);
    let catastrophic = plan("c", Metal::Catastrophic, "1", "1.5", "1", 10, 50_000);
    assert_eq!(refused(&[silver.clone(), catastrophic.clone()]), ErrorCode::InvalidField);
    assert_eq!(refused(&[Plan { member_months: 0, ..silver.clone() }]), ErrorCode::InvalidField);
    assert_eq!(refused(&[Plan { risk_score: decimal("-1"), ..silver }]), ErrorCode::InvalidField);
    assert!(constants(2022).transfers(&[]).unwrap().is_empty());
    assert_eq!(sum(&constants(2022).transfers(&[catastrophic]).unwrap()), 0);
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let one = (0_usize..4, 1_i64..50_000, 500_i64..3_000, 600_i64..1_500, 1_u64..5_000_000, 1_i64..200_000);
    proptest::collection::vec(one, 1..40).prop_map(|plans| {
        let metals = [Metal::Platinum, Metal::Gold, Metal::Silver, Metal::Bronze];
        let numbered = plans.into_iter().enumerate();
        let plan = |(at, (metal, risk, rating, area, member_months, premium)): (usize, _)| Plan {
            id: Text::from(at.to_string()),
            metal: metals[metal],
            risk_score: Decimal::new(risk, 3),
            allowable_rating_factor: Decimal::new(rating, 3),
            geographic_cost_factor: Decimal::new(area, 3),
            member_months,
            premium: Money::from_cents(premium),
        };
        numbered.map(plan).collect()
    })
}

proptest! {
    #[test]
    fn transfers_within_a_market_sum_to_zero(pool in plans(), year in 2014_i16..2027) {
        let transfers = constants(year).transfers(&pool).unwrap();
        prop_assert_eq!(sum(&transfers), 0);
        for (plan, transfer) in pool.iter().zip(&transfers) {
            let exact = transfer.per_member_month * Decimal::from(plan.member_months);
            let cents = Decimal::new(transfer.total.cents(), 2);
            prop_assert!((exact - cents).abs() <= decimal("0.0101"), "{} {}", exact, cents);
        }
    }

    #[test]
    fn a_sicker_plan_receives_more(pool in plans(), year in 2014_i16..2027) {
        let before = constants(year).transfers(&pool).unwrap();
        let mut sicker = pool.clone();
        sicker[0].risk_score += Decimal::ONE;
        let after = constants(year).transfers(&sicker).unwrap();
        prop_assert!(after[0].total >= before[0].total || pool.len() == 1);
    }
}
