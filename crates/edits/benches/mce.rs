//! The Medicare Code Editor on stays made from its own tables: most codes carry a flag, so most stays fire.
//!
//! The editor is one step of the adjudication that has to reach 50,000 claims a second on one core.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails by panicking, and criterion writes undocumented functions"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::{DiagnosisCode, ProcedureCode, Sex, Spanned};
use openclaim_edits::mce::{self, MceInput, Tables};
use openclaim_reference::Library;
use std::hint::black_box;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // Constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Stays with about ten secondary diagnoses and two procedures.
fn stays(library: &Library, count: usize) -> Vec<MceInput> {
    let diagnoses: Vec<DiagnosisCode> = library.icd10cm().iter().map(|entry| entry.code()).collect();
    let procedures: Vec<ProcedureCode> = library.icd10pcs().iter().map(|entry| entry.code()).collect();
    let mut dice = Dice(43);
    (0..count)
        .map(|_| {
            MceInput {
                age: i32::try_from(dice.below(100)).ok(),
                sex: Some(Spanned::bare(dice.of(&[Sex::Male, Sex::Female]))),
                discharge_status: "01".parse().ok().map(Spanned::bare),
                discharge_date: "2026-05-01".parse().ok(),
                length_of_stay: Some(5),
                ..MceInput::default()
            }
            .with_codes(
                Some(dice.of(&diagnoses)),
                (0..4 + dice.below(13)).map(|_| dice.of(&diagnoses)).collect::<Vec<_>>(),
                (0..dice.below(5)).map(|_| dice.of(&procedures)).collect::<Vec<_>>(),
            )
        })
        .collect()
}

fn edit(criterion: &mut Criterion) {
    let Ok(library) = Library::embedded() else { return };
    let tables = Tables::of(&library);
    let stays = stays(&library, 2_000);
    let mut group = criterion.benchmark_group("mce");
    group.throughput(Throughput::Elements(stays.len() as u64));
    group.bench_function("counts", |bencher| {
        bencher.iter(|| stays.iter().map(|stay| mce::count(black_box(stay), &tables).counts.len()).sum::<usize>());
    });
    group.bench_function("findings", |bencher| {
        bencher.iter(|| stays.iter().map(|stay| mce::check_input(black_box(stay), &tables).0.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, edit);
criterion_main!(benches);
