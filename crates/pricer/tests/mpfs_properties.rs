//! Payment rules of the fee schedule on a made-up schedule: a second implementation, and properties.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod mpfs_support;

use mpfs_support::catalogue::{Line, amounts, catalogue, share};
use mpfs_support::{hcpcs, modifiers, schedule};
use openclaim_claim::Money;
use openclaim_pricer::mpfs::{FeeSchedule, LineOutcome, LineRequest, Rate};
use proptest::prelude::*;

/// The multiple-procedure rules once more, in decimals, straight from their wording; of lines that carry no other rule.
mod naive {
    use super::mpfs_support::MadeUp;
    use super::mpfs_support::catalogue::{Line, part};
    use rust_decimal::{Decimal, RoundingStrategy};

    fn fee(work: i64, pe: Decimal, mp: i64) -> i64 {
        let [work_gpci, pe_gpci, mp_gpci] = ["1.045", "1.213", "0.871"].map(|text| text.parse::<Decimal>().unwrap());
        let sum =
            Decimal::new(work, 2) * work_gpci + pe / Decimal::ONE_HUNDRED * pe_gpci + Decimal::new(mp, 2) * mp_gpci;
        let factor: Decimal = super::mpfs_support::FACTOR.parse().unwrap();
        let cents =
            (sum * factor * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        i64::try_from(cents).unwrap()
    }

    fn row<'r>(rows: &'r [MadeUp], code: &str, modifier: &str) -> &'r MadeUp {
        rows.iter().find(|row| row.hcpcs == code && row.modifier == modifier).unwrap()
    }

    fn uncapped(row: &MadeUp) -> i64 {
        fee(row.rvus[0], row.rvus[1].into(), row.rvus[3])
    }

    fn capped(row: &MadeUp) -> i64 {
        if row.opps == [0; 3] {
            return uncapped(row);
        }
        uncapped(row).min(fee(row.rvus[0], row.opps[0].into(), row.opps[2]))
    }

    fn component(line: &Line) -> &'static str {
        if line.modifiers.contains("26") {
            "26"
        } else if line.modifiers.contains("TC") {
            "TC"
        } else {
            ""
        }
    }

    /// Amounts of the lines in cents; `None` for those paid by report.
    pub(super) fn amounts(rows: &[MadeUp], lines: &[Line]) -> Vec<Option<i64>> {
        let own: Vec<&MadeUp> = lines.iter().map(|line| row(rows, line.code, component(line))).collect();
        let mut totals: Vec<Option<i64>> =
            lines.iter().zip(&own).map(|(line, row)| Some(capped(row) * i64::from(line.units))).collect();
        let of = |wanted: &[char]| -> Vec<usize> {
            // Every unit by the number of its line.
            (0..lines.len())
                .filter(|&at| wanted.contains(&own[at].multiple))
                .flat_map(|at| std::iter::repeat_n(at, lines[at].units as usize))
                .collect()
        };
        // Surgery: each family, then the ranking.
        let surgery = of(&['2', '3']);
        let base_of = |at: usize| match own[at].base.as_str() {
            "" if surgery.iter().any(|&other| own[other].base == own[at].hcpcs) => own[at].hcpcs.clone(),
            base => base.to_owned(),
        };
        let mut groups: Vec<Vec<(usize, i64)>> = Vec::new();
        let mut families: Vec<String> = surgery.iter().map(|&at| base_of(at)).filter(|base| !base.is_empty()).collect();
        families.sort();
        families.dedup();
        for family in families {
            let mut members: Vec<usize> = surgery.iter().copied().filter(|&at| base_of(at) == family).collect();
            members.sort_by_key(|&at| std::cmp::Reverse(capped(own[at])));
            let base = capped(row(rows, &family, ""));
            groups.push(
                members
                    .iter()
                    .enumerate()
                    .map(|(place, &at)| {
                        let fee = capped(own[at]);
                        (at, if place == 0 { fee } else { (fee - base).max(0) })
                    })
                    .collect(),
            );
        }
        groups.extend(surgery.iter().filter(|&&at| base_of(at).is_empty()).map(|&at| vec![(at, capped(own[at]))]));
        groups.sort_by_key(|group| {
            let sum: i64 = group.iter().map(|(_, cents)| cents).sum();
            (std::cmp::Reverse(sum), group.iter().map(|(at, _)| *at).min())
        });
        for &at in &surgery {
            totals[at] = Some(0);
        }
        for (place, group) in groups.iter().enumerate() {
            for &(at, cents) in group {
                let paid = match place {
                    0 => Some(cents),
                    1..=4 => Some(part(cents, "50")),
                    _ => None,
                };
                totals[at] = totals[at].zip(paid).map(|(sum, paid)| sum + paid);
            }
        }
        // Technical and professional components.
        let components = [('4', "TC", "50"), ('4', "26", "95"), ('6', "TC", "75"), ('7', "TC", "80")];
        for (indicator, part_of, percent) in components {
            let mut units: Vec<usize> = of(&[indicator]);
            units.retain(|&at| own[at].modifier.is_empty() || own[at].modifier == part_of);
            let part_row = |at: usize| row(rows, lines[at].code, part_of);
            units.sort_by_key(|&at| (std::cmp::Reverse(capped(part_row(at))), at));
            for &at in units.iter().skip(1) {
                let full = capped(part_row(at));
                let reduced = part(uncapped(part_row(at)), percent).min(full);
                totals[at] = totals[at].map(|sum| sum - (full - reduced));
            }
        }
        // Therapy.
        let mut units = of(&['5']);
        units.sort_by_key(|&at| (std::cmp::Reverse(own[at].rvus[1]), at));
        for &at in units.iter().skip(1) {
            let row = own[at];
            let halved = fee(row.rvus[0], Decimal::new(row.rvus[1] * 5, 1), row.rvus[3]);
            totals[at] = totals[at].map(|sum| sum - (uncapped(row) - halved));
        }
        totals
    }
}

fn any_line() -> impl Strategy<Value = Line> {
    let plain = prop::sample::select(vec![
        "Z0001", "Z1001", "Z1002", "Z1003", "Z1004", "Z2000", "Z2001", "Z2002", "Z2003", "Z3000", "Z3001", "Z3002",
        "Z5001", "Z5002", "Z5003",
    ]);
    let imaging = prop::sample::select(vec!["Z4001", "Z4002", "Z4003", "Z4004", "Z6001", "Z6002", "Z7001", "Z7002"]);
    let component = prop::sample::select(vec!["", "26", "TC"]);
    prop_oneof![
        (plain, 1..4_u32).prop_map(|(code, units)| Line { code, modifiers: "", units }),
        (imaging, component, 1..3_u32).prop_map(|(code, modifiers, units)| Line { code, modifiers, units }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_second_implementation_agrees(lines in prop::collection::vec(any_line(), 1..8)) {
        let rows = catalogue();
        thread_local! {
            static SCHEDULE: FeeSchedule = schedule(&catalogue());
        }
        SCHEDULE.with(|schedule| {
            prop_assert_eq!(amounts(schedule, &lines), naive::amounts(&rows, &lines), "{:?}", lines);
            Ok(())
        })?;
    }

    #[test]
    fn steps_fold_to_the_amount(
        lines in prop::collection::vec((prop::sample::select(CODES.to_vec()), prop::sample::select(MODIFIERS.to_vec()), 0..5_u32), 1..7),
        (facility, hospital, participating) in any::<(bool, bool, bool)>(),
        charge in prop::option::of(0..100_000_i64),
        minutes in prop::option::of(0..1_500_u32),
    ) {
        thread_local! {
            static SCHEDULE: FeeSchedule = schedule(&catalogue());
        }
        SCHEDULE.with(|schedule| {
            let locality = schedule.locality("09992", "99").unwrap();
            let parsed: Vec<_> = lines.iter().map(|line| modifiers(line.1)).collect();
            let requests: Vec<_> = lines.iter().zip(&parsed).map(|(&(code, _, units), modifiers)| LineRequest {
                rate: if facility { Rate::Facility } else { Rate::NonFacility },
                hospital, units, minutes, participating,
                practitioner: share(schedule, if units % 2 == 0 { "363A00000X" } else { "207R00000X" }),
                charge: charge.map(Money::from_cents),
                ..LineRequest::new(hcpcs(code), modifiers, locality)
            }).collect();
            for outcome in schedule.price_together(&requests) {
                let LineOutcome::Priced(price) = outcome else { continue };
                let pricing = schedule.pricing(&price).unwrap();
                prop_assert_eq!(pricing.total(), Some(price.amount()));
                prop_assert_eq!(pricing.fold(), Some(pricing.subtotal()));
                prop_assert!(price.amount() >= Money::ZERO);
            }
            Ok(())
        })?;
    }
}

const CODES: [&str; 24] = [
    "Z0001", "Z1001", "Z1002", "Z1003", "Z1101", "Z1102", "Z1103", "Z1201", "Z1202", "Z2000", "Z2001", "Z2002",
    "Z3001", "Z4001", "Z4002", "Z4003", "Z5001", "Z5002", "Z6001", "Z6010", "Z7001", "Z7777", "ZA001", "Z9001",
];

const MODIFIERS: [&str; 24] = [
    "", "", "", "26", "TC", "50", "LT", "RT", "80", "AS", "62", "66", "54", "55", "78", "51", "59", "FX TC", "CT",
    "AA", "AD", "53", "50 62 AS", "RT 54 62",
];
