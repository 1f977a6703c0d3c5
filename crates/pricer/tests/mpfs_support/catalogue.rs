//! A catalogue of made-up codes, one or more for each payment rule, and pricing of lines by it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use super::{MadeUp, hcpcs, modifiers, service};
use openclaim_claim::Money;
use openclaim_pricer::mpfs::{FeeSchedule, LineOutcome, LineRequest, Practitioner, Share};
use rust_decimal::{Decimal, RoundingStrategy};

/// A code, its modifiers and units.
#[derive(Debug, Clone)]
pub struct Line {
    pub code: &'static str,
    pub modifiers: &'static str,
    pub units: u32,
}

pub fn line(code: &'static str, modifiers: &'static str) -> Line {
    Line { code, modifiers, units: 1 }
}

/// Relative values of ten dollars and a little for each tenth of the factor: codes differ by their work.
pub fn catalogue() -> Vec<MadeUp> {
    let surgery = |code: &str, work| service(code, [work, 310, 205, 57]).with(|row| row.multiple = '2');
    let scope = |code: &str, work, base: &str| {
        let base = base.to_owned();
        service(code, [work, 411, 203, 31]).with(|row| (row.multiple, row.base) = ('3', base))
    };
    let imaging = |code: &str, whole: [i64; 4], cap: [i64; 3], multiple| {
        let [work, pe, _, mp] = whole;
        let base = service(code, whole).with(|row| {
            (row.pctc, row.multiple, row.imaging, row.opps) = ('1', multiple, multiple == '4', cap);
        });
        let professional =
            base.clone().with(|row| (row.modifier, row.rvus, row.opps) = ("26", [work, 31, 31, 3], [0; 3]));
        let technical = base.clone().with(|row| {
            (row.modifier, row.rvus) = ("TC", [0, pe - 31, pe - 31, mp - 3]);
            row.opps = if cap == [0; 3] { cap } else { [cap[0] - 31, cap[1] - 31, cap[2] - 3] };
        });
        [base, professional, technical]
    };
    let none = [0; 3];
    let mut rows = vec![
        service("Z0001", [130, 135, 57, 10]),
        surgery("Z1001", 1_517),
        surgery("Z1002", 903),
        surgery("Z1003", 422),
        surgery("Z1004", 211),
        surgery("Z1005", 190),
        surgery("Z1006", 101),
        surgery("Z1101", 777).with(|row| row.bilateral = '1'),
        service("Z1102", [333, 111, 99, 7]).with(|row| row.bilateral = '2'),
        service("Z1103", [55, 21, 21, 2]).with(|row| row.bilateral = '3'),
        surgery("Z1201", 2_409).with(|row| {
            (row.assistant, row.co_surgeon, row.team) = ('2', '2', '2');
            row.split = ["0.10", "0.69", "0.21"];
        }),
        surgery("Z1202", 700).with(|row| (row.assistant, row.co_surgeon) = ('1', '1')),
        scope("Z2000", 326, "").with(|row| row.multiple = '2'),
        scope("Z2001", 356, "Z2000"),
        scope("Z2002", 457, "Z2000"),
        scope("Z2003", 612, "Z2000"),
        scope("Z3000", 209, "").with(|row| row.multiple = '2'),
        scope("Z3001", 239, "Z3000"),
        scope("Z3002", 433, "Z3000"),
        service("Z5001", [45, 43, 43, 1]).with(|row| (row.multiple, row.pctc) = ('5', '7')),
        service("Z5002", [44, 63, 63, 1]).with(|row| (row.multiple, row.pctc) = ('5', '7')),
        service("Z5003", [150, 149, 149, 5]).with(|row| (row.multiple, row.pctc) = ('5', '7')),
        service("Z6009", [0, 299, 299, 9]).with(|row| (row.multiple, row.pctc) = ('6', '3')),
        service("Z6010", [33, 299, 299, 9]).with(|row| (row.multiple, row.pctc) = ('6', '4')),
        service("Z7777", [17, 25, 25, 1]).with(|row| row.status = 'T'),
        service("Z8888", [0; 4]).with(|row| (row.status, row.multiple) = ('C', '2')),
        service("ZA001", [0; 4]).with(|row| row.status = 'J'),
        service("ZA002", [0; 4]).with(|row| row.status = 'J'),
    ];
    for (code, status) in
        [("Z9001", 'B'), ("Z9002", 'N'), ("Z9003", 'I'), ("Z9004", 'X'), ("Z9005", 'M'), ("Z9006", 'E')]
    {
        rows.push(service(code, [0; 4]).with(|row| row.status = status));
    }
    rows.extend(imaging("Z4001", [85, 407, 407, 11], none, '4'));
    rows.extend(imaging("Z4002", [127, 212, 212, 13], none, '4'));
    rows.extend(imaging("Z4003", [101, 633, 633, 15], [402, 402, 12], '4'));
    rows.extend(imaging("Z4004", [74, 401, 401, 15], [302, 302, 12], '4'));
    rows.extend(imaging("Z6001", [146, 428, 428, 17], none, '6'));
    rows.extend(imaging("Z6002", [46, 128, 128, 7], none, '6'));
    rows.extend(imaging("Z7001", [31, 59, 59, 5], none, '7'));
    rows.extend(imaging("Z7002", [35, 88, 88, 5], none, '7'));
    rows
}

/// Prices lines together at the middle locality, outside a facility.
pub fn outcomes(schedule: &FeeSchedule, lines: &[Line]) -> Vec<LineOutcome> {
    let locality = schedule.locality("09991", "01").unwrap();
    let parsed: Vec<_> = lines.iter().map(|line| modifiers(line.modifiers)).collect();
    let request = |(line, modifiers): (&Line, _)| LineRequest {
        units: line.units,
        ..LineRequest::new(hcpcs(line.code), modifiers, locality)
    };
    let requests: Vec<_> = lines.iter().zip(parsed.iter().map(Vec::as_slice)).map(request).collect();
    schedule.price_together(&requests)
}

pub fn amounts(schedule: &FeeSchedule, lines: &[Line]) -> Vec<Option<i64>> {
    outcomes(schedule, lines).iter().map(|outcome| outcome.amount().map(Money::cents)).collect()
}

pub fn one(schedule: &FeeSchedule, code: &'static str, modifiers: &'static str) -> i64 {
    amounts(schedule, &[line(code, modifiers)])[0].unwrap_or_else(|| panic!("{code} {modifiers} is not priced"))
}

/// The share of a kind of practitioner.
pub fn share(schedule: &FeeSchedule, taxonomy: &str) -> Share {
    match schedule.practitioner(taxonomy) {
        Some(Practitioner::Paid(share)) => share,
        other => panic!("{taxonomy}: {other:?}"),
    }
}

/// Cents times a share in percent, halves up.
pub fn part(cents: i64, percent: &str) -> i64 {
    let percent: Decimal = percent.parse().unwrap();
    let product = Decimal::from(cents) * percent / Decimal::ONE_HUNDRED;
    i64::try_from(product.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)).unwrap()
}
