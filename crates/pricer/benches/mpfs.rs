//! Fee-schedule prices of lines, with steps in integers, and claims of five lines with ranking.
//!
//! The budget is a million lines a second on one core. The schedule is made up, of the size of CMS's: 19,000 rows.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion writes undocumented functions"
)]

#[path = "../tests/mpfs_support/mod.rs"]
mod mpfs_support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpfs_support::{MadeUp, hcpcs, modifiers, schedule, service};
use openclaim_claim::Modifier;
use openclaim_pricer::mpfs::{FeeSchedule, LineOutcome, LineRequest, Rate};
use std::hint::black_box;

const CODES: usize = 16_000;
const LINES: usize = 1 << 14;

fn code(number: usize) -> String {
    format!("{:05}", 10_000 + number * 5)
}

/// Visits, surgeries, endoscopies and imaging with components and caps.
fn rows() -> Vec<MadeUp> {
    let mut rows = Vec::new();
    for number in 0..CODES {
        let rvus = [(number % 977) as i64, (number % 1_301) as i64 + 20, (number % 499) as i64, (number % 53) as i64];
        let row = service(&code(number), rvus);
        match number % 8 {
            0 | 1 => rows.push(row.with(|row| {
                (row.multiple, row.bilateral, row.assistant) = ('2', '1', '2');
                row.split = ["0.10", "0.69", "0.21"];
            })),
            2 => rows.push(row.with(|row| {
                row.multiple = '3';
                row.base = code(number - number % 80);
            })),
            3 => {
                let whole = row.with(|row| {
                    (row.pctc, row.multiple, row.imaging) = ('1', '4', true);
                    row.opps = [row.rvus[1] * 2 / 3, row.rvus[1] * 2 / 3, row.rvus[3]];
                });
                rows.push(whole.clone().with(|row| (row.modifier, row.opps) = ("26", [0; 3])));
                rows.push(whole.clone().with(|row| row.modifier = "TC"));
                rows.push(whole);
            }
            _ => rows.push(row),
        }
    }
    rows
}

/// Lines in no order: most without modifiers, some with.
fn requests<'m>(schedule: &FeeSchedule, sets: &'m [Vec<Modifier>]) -> Vec<LineRequest<'m>> {
    let localities = [("09991", "00"), ("09991", "01"), ("09992", "99")]
        .map(|(contractor, locality)| schedule.locality(contractor, locality).unwrap());
    let request = |at: usize| {
        let number = at * 7_919 % CODES;
        let set = match (at % 4, number % 8) {
            (0, 3) => &sets[1 + at / 4 % 2],
            (0, 0 | 1) => &sets[3 + at / 4 % 3],
            _ => &sets[0],
        };
        LineRequest {
            rate: if at.is_multiple_of(3) { Rate::Facility } else { Rate::NonFacility },
            ..LineRequest::new(hcpcs(&code(number)), set, localities[at % 3])
        }
    };
    (0..LINES).map(request).collect()
}

fn mpfs(criterion: &mut Criterion) {
    let schedule = schedule(&rows());
    let sets: Vec<Vec<Modifier>> = ["", "26", "TC", "50", "80", "54"].map(modifiers).into();
    let requests = requests(&schedule, &sets);
    let priced = requests.iter().filter(|request| matches!(schedule.price(request), LineOutcome::Priced(_))).count();
    assert!(priced * 10 > LINES * 9, "{priced} of {LINES} lines are priced");

    let mut group = criterion.benchmark_group("mpfs");
    group.throughput(Throughput::Elements(LINES as u64));
    group.bench_function("lines", |bencher| {
        bencher.iter(|| {
            let cents = |request| schedule.price(black_box(request)).amount().map_or(0, |amount| amount.cents());
            requests.iter().map(cents).sum::<i64>()
        });
    });
    group.bench_function("lines, five together", |bencher| {
        bencher.iter(|| {
            let total = |claim: &[LineRequest<'_>]| {
                let outcomes = schedule.price_together(black_box(claim));
                outcomes.iter().filter_map(LineOutcome::amount).map(|amount| amount.cents()).sum::<i64>()
            };
            requests.chunks(5).map(total).sum::<i64>()
        });
    });
    group.bench_function("lines with steps shown", |bencher| {
        bencher.iter(|| {
            let steps = |request| match schedule.price(black_box(request)) {
                LineOutcome::Priced(price) => schedule.pricing(&price).map_or(0, |pricing| pricing.steps().len()),
                _ => 0,
            };
            requests.iter().map(steps).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, mpfs);
criterion_main!(benches);
