//! Procedure-pair look-ups in 2.5 million pairs, and opening a library that holds them.
//!
//! The budgets are 5 million look-ups a second on one core, and 5 ms to open. The pairs are made up, of the size and
//! shape of the practitioner file: some 14,000 codes, a few column-1 codes with thousands of partners.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion writes undocumented functions"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::date;
use openclaim_reference::data_folder::DataFolder;
use openclaim_reference::pairs::{PairTableBuilder, Terms};
use openclaim_reference::relation::{ColumnSpec, RelationBuilder, Schema};
use openclaim_reference::release::{BuiltRelease, ReleaseMeta, ReleaseWriter};
use openclaim_reference::{Day, Library, text_key};
use std::hint::black_box;
use std::time::Duration;

const CODES: u64 = 14_000;
const PAIRS: usize = 2_500_000;
const PROBES: usize = 1 << 16;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        // Constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn code(number: u64) -> String {
    format!("{:05}", 10_000 + number * 6)
}

/// The practitioner pairs, and the codes of pairs that are there.
fn pairs() -> (BuiltRelease, Vec<(u64, u64)>) {
    let mut dice = Dice(7);
    let mut builder = PairTableBuilder::new("ncci/ptp-practitioner").unwrap();
    let mut there = Vec::new();
    let rationales = ["CPT Manual or CMS manual coding instruction", "Misuse of Column Two code with Column One code"];
    for row in 0..PAIRS {
        // Squared, so that some codes have many partners and most have few.
        let one = dice.below(CODES) * dice.below(CODES) / CODES;
        let two = dice.below(CODES);
        let terms = Terms {
            from: Some(Day(19_960_101 + 10_000 * dice.below(28) as u32)),
            to: (dice.below(4) == 0).then_some(Day(20_241_231)),
            modifier_indicator: b'0' + (one + two).is_multiple_of(2) as u8,
            before_1996: false,
            rationale: rationales[dice.below(2) as usize],
        };
        builder.push(row as u64, &code(one), &code(two), terms).unwrap();
        if row % 8 == 0 {
            there.push((text_key(code(one).as_bytes()), text_key(code(two).as_bytes())));
        }
    }
    let mut release = ReleaseWriter::new(ReleaseMeta::new("ncci-ptp", "CMS", "PTP", "2024Q4", date(2024, 10, 1)));
    release.pairs(builder).unwrap();
    (release.finish().unwrap(), there)
}

/// A release of twenty small tables, as a quarter's relative value files are.
fn small(version: u64) -> BuiltRelease {
    let mut release =
        ReleaseWriter::new(ReleaseMeta::new("mpfs", "CMS", "RVU", &version.to_string(), date(2024, 1, 1)));
    for table in 0..20 {
        let columns = (0..30).map(|column| ColumnSpec::decimal(&format!("rvu_{column}"), 2));
        let schema = Schema::new(&format!("mpfs/{table}"), 1, [ColumnSpec::code("hcpcs")].into_iter().chain(columns));
        let mut builder = RelationBuilder::new(schema).unwrap();
        for row in 0..100 {
            let row_code = code(row);
            let mut texts = vec!["1.25"; 31];
            texts[0] = &row_code;
            builder.push_texts(row, &texts).unwrap();
        }
        release.relation(builder).unwrap();
    }
    release.finish().unwrap()
}

fn library(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let (pairs, there) = pairs();
    println!("{PAIRS} pairs take {} MB on the disk", pairs.bytes.len() / 1_000_000);
    let mut releases: Vec<BuiltRelease> = (0..20).map(small).collect();
    releases.push(pairs);
    folder.write_access("a benchmark", Duration::ZERO).unwrap().install(&releases).unwrap();

    let mut group = criterion.benchmark_group("library");
    group.bench_function("open 21 releases", |bencher| {
        bencher.iter(|| Library::open(Some(black_box(directory.path()))).unwrap());
    });
    group.bench_function("open and find the pairs", |bencher| {
        bencher.iter(|| {
            let library = Library::open(Some(black_box(directory.path()))).unwrap();
            library.pairs("ncci/ptp-practitioner", date(2024, 11, 1), None).found().unwrap().0.len()
        });
    });
    let library = Library::open(Some(directory.path())).unwrap();
    let (table, _) = library.pairs("ncci/ptp-practitioner", date(2024, 11, 1), None).found().unwrap();
    let mut dice = Dice(11);
    // Half of the probes are there, half are two codes that have met nobody's edit; in no order.
    let probes: Vec<(u64, u64)> = (0..PROBES)
        .map(|at| match at % 2 {
            0 => there[dice.below(there.len() as u64) as usize],
            _ => {
                let mut any = || text_key(code(dice.below(CODES)).as_bytes());
                (any(), any())
            }
        })
        .collect();
    group.throughput(Throughput::Elements(PROBES as u64));
    group.bench_function("pair look-ups", |bencher| {
        bencher.iter(|| {
            let day = Day(20_241_101);
            probes.iter().filter_map(|&(one, two)| table.at(one, two, day)).map(|pair| pair.index()).sum::<usize>()
        });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("table by name and day", |bencher| {
        bencher.iter(|| library.relation("mpfs/7", black_box(date(2024, 6, 1)), None).found().unwrap().0.len());
    });
    group.finish();
}

criterion_group!(benches, library);
criterion_main!(benches);
