//! Payment rules of the fee schedule on a made-up schedule: worked cases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod mpfs_support;

use jiff::civil::date;
use mpfs_support::catalogue::{Line, amounts, catalogue, line, one, outcomes, part, share};
use mpfs_support::{hcpcs, modifiers, schedule, service};
use openclaim_claim::Money;
use openclaim_pricer::mpfs::{ConversionFactor, FeeSchedule, LineOutcome, LineRequest, NotPayableReason, Rate};
use openclaim_reference::Library;
use rust_decimal::{Decimal, RoundingStrategy};

#[test]
fn surgeries_are_ranked_and_the_sixth_is_paid_by_report() {
    let schedule = schedule(&catalogue());
    let codes = ["Z1003", "Z1001", "Z1005", "Z1002", "Z1004", "Z1006"];
    let alone: Vec<i64> = codes.iter().map(|code| one(&schedule, code, "")).collect();
    let together = amounts(&schedule, &codes.map(|code| line(code, "51")));
    let half = |at: usize| Some(part(alone[at], "50"));
    assert_eq!(together, [half(0), Some(alone[1]), half(2), half(3), half(4), None]);
}

#[test]
fn units_of_a_surgery_are_procedures_of_their_own() {
    let schedule = schedule(&catalogue());
    let fee = one(&schedule, "Z1003", "");
    let three = amounts(&schedule, &[Line { units: 3, ..line("Z1003", "") }]);
    assert_eq!(three, [Some(fee + 2 * part(fee, "50"))]);
}

#[test]
fn endoscopies_of_a_family_are_paid_beyond_their_base() {
    let schedule = schedule(&catalogue());
    let [base, second, highest] = ["Z2000", "Z2001", "Z2002"].map(|code| one(&schedule, code, ""));
    let together = amounts(&schedule, &[line("Z2000", ""), line("Z2001", "59"), line("Z2002", "")]);
    assert_eq!(together, [Some(0), Some(second - base), Some(highest)]);
}

#[test]
fn families_rank_by_their_sums() {
    let schedule = schedule(&catalogue());
    let [base, second, highest] = ["Z2000", "Z2001", "Z2002"].map(|code| one(&schedule, code, ""));
    let [surgery, other] = ["Z1001", "Z3002"].map(|code| one(&schedule, code, ""));
    assert!(surgery > highest + second - base && highest + second - base > other);
    let together = amounts(&schedule, &[line("Z2001", ""), line("Z2002", ""), line("Z3002", ""), line("Z1001", "")]);
    let half = |cents| Some(part(cents, "50"));
    assert_eq!(together, [half(second - base), half(highest), half(other), Some(surgery)]);
}

#[test]
fn both_sides_count_before_the_ranking() {
    let schedule = schedule(&catalogue());
    let (fee, other) = (one(&schedule, "Z1101", ""), one(&schedule, "Z1001", ""));
    let both = part(fee, "150");
    assert_eq!(one(&schedule, "Z1101", "50"), both);
    assert_eq!(one(&schedule, "Z1101", "RT LT"), both);
    assert_eq!(amounts(&schedule, &[Line { units: 2, ..line("Z1101", "") }]), [Some(both)]);
    // The second side of two lines is worth what both are worth beyond one, and the pair has one rank.
    let pair = amounts(&schedule, &[line("Z1101", "RT"), line("Z1001", ""), line("Z1101", "LT")]);
    assert!(other > both);
    assert_eq!(pair, [Some(part(fee, "50")), Some(other), Some(part(part(fee, "50"), "50"))]);
    assert_eq!(one(&schedule, "Z1102", "50"), one(&schedule, "Z1102", ""));
    assert_eq!(one(&schedule, "Z1103", "50"), 2 * one(&schedule, "Z1103", ""));
    assert_eq!(
        amounts(&schedule, &[line("Z1102", "LT"), line("Z1102", "RT")]),
        [Some(one(&schedule, "Z1102", "")), Some(0)]
    );
    // Which two of three are sides nobody can say; and both sides with two units is a contradiction.
    assert_eq!(amounts(&schedule, &[Line { units: 3, ..line("Z1101", "") }]), [None]);
    assert_eq!(amounts(&schedule, &[Line { units: 2, ..line("Z1101", "50") }]), [None]);
}

#[test]
fn imaging_reduces_both_components_and_the_cap_comes_after() {
    let schedule = schedule(&catalogue());
    let fee = |code, component| one(&schedule, code, component);
    let together = amounts(&schedule, &[line("Z4001", ""), line("Z4002", "")]);
    // The one has the higher technical, the other the higher professional component.
    let first = fee("Z4001", "") - (fee("Z4001", "26") - part(fee("Z4001", "26"), "95"));
    let second = fee("Z4002", "") - (fee("Z4002", "TC") - part(fee("Z4002", "TC"), "50"));
    assert_eq!(together, [Some(first), Some(second)]);
    // Half of the uncapped technical component is less than its cap, so the cap no longer binds.
    let uncapped = schedule.rvus_fee("Z4004", "TC");
    assert!(fee("Z4004", "TC") < uncapped && part(uncapped, "50") < fee("Z4004", "TC"));
    let technical = amounts(&schedule, &[line("Z4003", "TC"), line("Z4004", "TC")]);
    assert_eq!(technical, [Some(fee("Z4003", "TC")), Some(part(uncapped, "50"))]);
    // Another session is not reduced.
    assert_eq!(
        amounts(&schedule, &[line("Z4001", ""), line("Z4002", "59")]),
        [Some(fee("Z4001", "")), Some(fee("Z4002", ""))]
    );
}

/// The fee of a row without its cap, as its first step shows it.
trait Uncapped {
    fn rvus_fee(&self, code: &str, component: &str) -> i64;
}

impl Uncapped for FeeSchedule {
    fn rvus_fee(&self, code: &str, component: &str) -> i64 {
        let modifiers = modifiers(component);
        let request = LineRequest::new(hcpcs(code), &modifiers, self.locality("09991", "01").unwrap());
        let LineOutcome::Priced(price) = self.price(&request) else { panic!("{code} is not priced") };
        let fee = self.pricing(&price).unwrap().steps()[0].subtotal;
        i64::try_from(fee * Decimal::ONE_HUNDRED).unwrap()
    }
}

#[test]
fn technical_components_of_the_heart_and_the_eye_are_reduced() {
    let schedule = schedule(&catalogue());
    let fee = |code, component| one(&schedule, code, component);
    for (high, low, percent) in [("Z6001", "Z6002", "75"), ("Z7002", "Z7001", "80")] {
        let reduction = fee(low, "TC") - part(fee(low, "TC"), percent);
        let together = amounts(&schedule, &[line(low, ""), line(high, "")]);
        assert_eq!(together, [Some(fee(low, "") - reduction), Some(fee(high, ""))]);
        // Professional components are not.
        assert_eq!(
            amounts(&schedule, &[line(low, "26"), line(high, "26")]),
            [Some(fee(low, "26")), Some(fee(high, "26"))]
        );
    }
    // A service that is technical as a whole.
    assert_eq!(amounts(&schedule, &[line("Z6001", "TC"), line("Z6009", "")])[1], Some(part(fee("Z6009", ""), "75")));
    // A service whose technical part stands in other codes: nobody can rank it.
    assert_eq!(amounts(&schedule, &[line("Z6001", ""), line("Z6010", "")]), [None, None]);
}

#[test]
fn therapy_pays_practice_expense_in_full_once() {
    let schedule = schedule(&catalogue());
    let full = |code| one(&schedule, code, "GP");
    let lines = [Line { units: 2, ..line("Z5001", "GP") }, Line { units: 2, ..line("Z5002", "GP") }];
    // Work and malpractice in full, practice expense halved, rounded once: dollars from the locality 1.045, 1.213, 0.871.
    let halved = |work: &str, pe: &str, mp: &str| {
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        let sum = dec(work) * dec("1.045") + dec(pe) * dec("0.5") * dec("1.213") + dec(mp) * dec("0.871");
        let dollars = (sum * dec("32.3465")).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        i64::try_from(dollars * Decimal::ONE_HUNDRED).unwrap()
    };
    let expected = [2 * halved("0.45", "0.43", "0.01"), full("Z5002") + halved("0.44", "0.63", "0.01")];
    assert_eq!(amounts(&schedule, &lines), expected.map(Some));
}

#[test]
fn assistants_and_second_surgeons_are_paid_in_share_or_not_at_all() {
    let schedule = schedule(&catalogue());
    let fee = one(&schedule, "Z1201", "");
    for (modifiers, percent) in
        [("80", "16"), ("81", "16"), ("82", "16"), ("AS", "13.6"), ("80 AS", "13.6"), ("62", "62.5")]
    {
        assert_eq!(one(&schedule, "Z1201", modifiers), part(fee, percent), "{modifiers}");
    }
    let refused = |code, modifiers| outcomes(&schedule, &[line(code, modifiers)]).remove(0);
    assert!(
        matches!(&refused("Z1202", "80"), LineOutcome::NotPayable(why) if why.reason == NotPayableReason::RoleNotPermitted)
    );
    for (code, modifiers) in [("Z1202", "62"), ("Z1201", "66"), ("Z1001", "80"), ("Z1201", "62 80"), ("Z1201", "22")] {
        assert!(matches!(refused(code, modifiers), LineOutcome::NotEvaluated(_)), "{code} {modifiers}");
    }
}

#[test]
fn parts_of_the_global_package_follow_the_row() {
    let schedule = schedule(&catalogue());
    let fee = one(&schedule, "Z1201", "");
    for (modifier, percent) in [("54", "79"), ("55", "21"), ("78", "69")] {
        assert_eq!(one(&schedule, "Z1201", modifier), part(fee, percent), "{modifier}");
    }
    assert_eq!(one(&schedule, "Z1001", "78"), one(&schedule, "Z1001", ""), "no aftercare: paid in full");
    assert_eq!(amounts(&schedule, &[line("Z1001", "54"), line("Z1201", "56")]), [None, None]);
    // A return to the operating room is not ranked.
    let together = amounts(&schedule, &[line("Z1201", "78"), line("Z1003", "")]);
    assert_eq!(together, [Some(part(fee, "69")), Some(one(&schedule, "Z1003", ""))]);
}

#[test]
fn statuses_decide_what_is_paid() {
    let schedule = schedule(&catalogue());
    use NotPayableReason::{Bundled, NotCovered, NotValid, ReportingOnly};
    for (code, reason) in [("Z9001", Bundled), ("Z9002", NotCovered), ("Z9003", NotValid), ("Z9005", ReportingOnly)] {
        let outcome = outcomes(&schedule, &[line(code, "")]).remove(0);
        assert!(matches!(&outcome, LineOutcome::NotPayable(why) if why.reason == reason), "{code}: {outcome:?}");
    }
    for code in ["Z9004", "Z9006", "Z9999"] {
        assert!(matches!(outcomes(&schedule, &[line(code, "")])[0], LineOutcome::Elsewhere(_)), "{code}");
    }
    assert!(matches!(outcomes(&schedule, &[line("Z8888", "")])[0], LineOutcome::NotEvaluated(_)));
    // Status T is paid alone only.
    assert!(one(&schedule, "Z7777", "") > 0);
    assert_eq!(amounts(&schedule, &[line("Z7777", ""), line("Z0001", "")])[0], Some(0));
    assert!(amounts(&schedule, &[line("Z7777", ""), line("Z9001", "")])[0] > Some(0));
}

#[test]
fn a_line_that_a_person_prices_leaves_its_neighbours_unranked() {
    let schedule = schedule(&catalogue());
    assert_eq!(amounts(&schedule, &[line("Z1001", ""), line("Z8888", ""), line("Z0001", "")])[..2], [None, None]);
    assert!(amounts(&schedule, &[line("Z8888", ""), line("Z0001", "")])[1].is_some(), "it is not ranked");
}

#[test]
fn anesthesia_is_paid_by_units_and_direction() {
    let schedule = schedule(&catalogue());
    let locality = schedule.locality("09991", "01").unwrap();
    let price = |code, text, minutes| {
        let modifiers = modifiers(text);
        let request = LineRequest { minutes, ..LineRequest::new(hcpcs(code), &modifiers, locality) };
        schedule.price(&request)
    };
    let cents = |code, text, minutes| price(code, text, Some(minutes)).amount().map(Money::cents);
    // (13 + 95 / 15 = 6.3) × 21.37 = 412.44
    assert_eq!(cents("ZA002", "AA P3", 95), Some(41_244));
    assert_eq!(cents("ZA002", "QZ", 95), Some(41_244));
    assert_eq!(cents("ZA002", "QK", 95), Some(20_622));
    assert_eq!(cents("ZA002", "QX", 95), Some(20_622));
    assert_eq!(cents("ZA002", "AD", 95), Some(3 * 2_137));
    for (text, minutes) in [("", Some(95)), ("AA", None), ("AA", Some(0)), ("AA", Some(2_000)), ("AA QK", Some(95))] {
        assert!(matches!(price("ZA002", text, minutes), LineOutcome::NotEvaluated(_)), "{text} {minutes:?}");
    }
    let elsewhere = schedule.locality("09992", "99").unwrap();
    let personal = modifiers("AA");
    let request = LineRequest { minutes: Some(15), ..LineRequest::new(hcpcs("ZA001"), &personal, elsewhere) };
    assert!(matches!(schedule.price(&request), LineOutcome::NotEvaluated(_)), "no factor for the locality");
}

#[test]
fn several_anesthesia_services_of_a_day_are_not_added_up() {
    let schedule = schedule(&catalogue());
    let locality = schedule.locality("09991", "01").unwrap();
    let personal = modifiers("AA");
    let line = |code| LineRequest { minutes: Some(30), ..LineRequest::new(hcpcs(code), &personal, locality) };
    let together = schedule.price_together(&[line("ZA001"), line("ZA002")]);
    assert!(together.iter().all(|outcome| matches!(outcome, LineOutcome::NotEvaluated(_))), "{together:?}");
    assert!(schedule.price_together(&[line("ZA001")])[0].amount().is_some());
}

#[test]
fn components_hospitals_practitioners_and_charges() {
    let schedule = schedule(&catalogue());
    let locality = schedule.locality("09991", "01").unwrap();
    let (none, professional) = (modifiers(""), modifiers("26"));
    let whole = LineRequest::new(hcpcs("Z4001"), &none, locality);
    let in_hospital = LineRequest { hospital: true, rate: Rate::Facility, ..whole };
    assert!(
        matches!(&schedule.price(&in_hospital), LineOutcome::NotPayable(why) if why.reason == NotPayableReason::HospitalPatient)
    );
    let read = LineRequest { modifiers: &professional, ..in_hospital };
    assert_eq!(schedule.price(&read).amount().map(Money::cents), Some(one(&schedule, "Z4001", "26")));
    let visit = LineRequest::new(hcpcs("Z0001"), &none, locality);
    let no_component = LineRequest { modifiers: &professional, ..visit };
    assert!(
        matches!(&schedule.price(&no_component), LineOutcome::NotPayable(why) if why.reason == NotPayableReason::NoSuchComponent)
    );
    let fee = one(&schedule, "Z0001", "");
    let nurse = LineRequest { practitioner: share(&schedule, "363LF0000X"), ..visit };
    assert_eq!(schedule.price(&nurse).amount().map(Money::cents), Some(part(fee, "85")));
    let outside = LineRequest { participating: false, ..visit };
    assert_eq!(schedule.price(&outside).amount().map(Money::cents), Some(part(fee, "95")));
    let cheap = LineRequest { charge: Some(Money::from_cents(1_000)), ..visit };
    assert_eq!(schedule.price(&cheap).amount(), Some(Money::from_cents(1_000)));
    assert_eq!(one(&schedule, "Z4001", "FY"), one(&schedule, "Z4001", "") - part(one(&schedule, "Z4001", "TC"), "10"));
}

#[test]
fn what_cannot_be_priced_says_so() {
    let schedule = schedule(&catalogue());
    let locality = schedule.locality("09991", "01").unwrap();
    assert!(schedule.locality("09991", "77").is_none() && schedule.locality("", "").is_none());
    assert!(schedule.locality("a contractor of many letters", "00").is_none());
    let none = modifiers("");
    for units in [0, 10_000, u32::MAX] {
        let request = LineRequest { units, ..LineRequest::new(hcpcs("Z0001"), &none, locality) };
        assert!(matches!(schedule.price(&request), LineOutcome::NotEvaluated(_)), "{units} units");
    }
    for text in ["ZZ", "26 TC", "CQ"] {
        let modifiers = modifiers(text);
        let request = LineRequest::new(hcpcs("Z0001"), &modifiers, locality);
        assert!(matches!(schedule.price(&request), LineOutcome::NotEvaluated(_)), "{text}");
    }
}

#[test]
fn indices_of_2026_are_embedded_and_other_years_are_not() {
    let directory = mpfs_support::folder_of_2026(&[service("Z0001", [100, 0, 0, 0])]);
    let library = Library::open(Some(directory.path())).unwrap();
    let at = |year| FeeSchedule::at(&library, date(year, 6, 1), None, ConversionFactor::Standard);
    let schedule = at(2026).unwrap();
    let none = modifiers("");
    // Alaska's work index is 1.5: 1.00 × 1.5 × 32.3465 = 48.51975
    let request = LineRequest::new(hcpcs("Z0001"), &none, schedule.locality("02102", "01").unwrap());
    let LineOutcome::Priced(price) = schedule.price(&request) else { panic!("not priced") };
    assert_eq!(price.amount(), Money::from_cents(4_852));
    let steps = serde_json::to_string(&schedule.pricing(&price).unwrap()).unwrap();
    assert!(steps.contains("Geographic practice cost indices, Addendum E CY 2026"), "{steps}");
    for year in [2012, 2025, 2027] {
        let missing = at(year).unwrap_err();
        assert!(missing.detail.contains(&year.to_string()), "{missing:?}");
    }
}
