//! Inpatient prices per second on one core, and with their steps.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench fails by panicking, and its functions are made by a macro"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::Decimal;
use openclaim_pricer::ipps::{Bill, Ipps, Prepared, Provider, Review};
use openclaim_reference::Library;
use std::hint::black_box;

/// Bills of every review code, with and without outlier, over a year of MS-DRGs.
fn bills() -> Vec<Bill> {
    let reviews = ["00", "03", "06", "07", "09", "11"];
    let drgs = [291, 470, 871, 3, 65, 193, 247, 329, 392, 683, 690, 885];
    (0..1_024_u32)
        .map(|at| {
            let day = jiff::civil::date(2026, 1 + (at % 9) as i8, 1 + (at % 28) as i8);
            Bill {
                review: Review::parse(reviews[at as usize % reviews.len()]),
                drg: Some(drgs[at as usize % drgs.len()]),
                length_of_stay: Some((at % 23) as u16 + 1),
                covered_days: Some((at % 23) as u16 + 1),
                charges: Some(Decimal::new(i64::from(at * 7_919 % 400_000) * 100 + 1_234, 2)),
                ..Bill::new(day)
            }
        })
        .collect()
}

fn hospital() -> Provider {
    let number = |digits, places| Decimal::new(digits, places);
    Provider {
        beds: 310,
        interns_to_beds: number(1_512, 4),
        operating_ccr: number(287, 3),
        capital_ccr: number(21, 3),
        ssi_ratio: number(612, 4),
        medicaid_ratio: number(2_431, 4),
        vbp: Some(true),
        vbp_factor: number(100_312_457_811, 11),
        hrr: Some(true),
        hrr_factor: number(9_941, 4),
        uncompensated_care: number(41_287, 2),
        capital_ime_ratio: number(1_204, 4),
        ..Provider::new("160999", "19780", "16")
    }
}

fn prices(criterion: &mut Criterion) {
    let ipps = Ipps::new(&Library::embedded().unwrap()).unwrap();
    let year = ipps.year(jiff::civil::date(2026, 5, 1)).unwrap();
    let prepared: Prepared = ipps.prepare(&year, hospital().normalized().unwrap(), None).unwrap();
    let bills = bills();
    let mut group = criterion.benchmark_group("ipps");
    group.throughput(Throughput::Elements(bills.len() as u64));
    group.bench_function("price", |bencher| {
        bencher.iter(|| bills.iter().map(|bill| prepared.price(black_box(bill)).total).sum::<Decimal>());
    });
    group.bench_function("price with steps", |bencher| {
        bencher.iter(|| {
            let steps = |bill| prepared.pricing(bill, &prepared.price(bill)).map_or(0, |pricing| pricing.steps().len());
            bills.iter().map(|bill| steps(black_box(bill))).sum::<usize>()
        });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("prepare a hospital", |bencher| {
        let provider = hospital().normalized().unwrap();
        bencher.iter_batched(
            || provider.clone(),
            |provider| ipps.prepare(&year, provider, None).is_ok(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, prices);
criterion_main!(benches);
