//! The conventions of ICD-10-CM on professional claims, on one core: with four everyday diagnoses that stay near, and with
//! five of any kind, so many claims that no code is near when it is looked up.

#![allow(missing_docs, reason = "criterion makes the functions")]

#[path = "support/everyday.rs"]
mod everyday;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use everyday::DIAGNOSES;
use openclaim_claim::{Claim, ClaimType, Date, Diagnosis, DiagnosisCode, DiagnosisRole, ServiceLine, Spanned};
use openclaim_edits::registry::Family;
use openclaim_edits::selection::Selection;
use openclaim_edits::service::{self, History, Sentences, Switches, Tables};
use openclaim_reference::Library;
use std::hint::black_box;

const DAY: Date = jiff::civil::date(2026, 5, 1);

fn claim(codes: &[DiagnosisCode]) -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    for (at, code) in codes.iter().enumerate() {
        let role = if at == 0 { DiagnosisRole::Principal } else { DiagnosisRole::Other };
        claim.diagnoses.push(Diagnosis { code: Spanned::bare(*code), role, poa: None, icd9: false });
    }
    let mut line = ServiceLine::new(1);
    line.dates.from = Some(Spanned::bare(DAY));
    line.dates.through = line.dates.from;
    claim.lines.push(line);
    claim
}

/// Claims with five codes drawn from all that are valid on the day, the same on every run.
fn of_any_kind(library: &Library) -> Vec<Claim> {
    let valid = library.icd10cm().iter().filter(|entry| entry.valid_on(DAY).is_valid());
    let codes: Vec<DiagnosisCode> = valid.map(|entry| entry.code()).collect();
    let mut state = 43_u64;
    let mut draw = || {
        // Constants of Knuth's MMIX generator.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        codes[(state >> 33) as usize % codes.len()]
    };
    (0..20_000).map(|_| claim(&std::array::from_fn::<_, 5, _>(|_| draw()))).collect()
}

fn conventions(criterion: &mut Criterion) {
    let Ok(library) = Library::embedded() else { return };
    let tables = Tables::new(&library);
    let selection = Selection::of(|edit| edit.family == Family::Code && edit.snip.is_none());
    let (switches, none) = (Switches { selection, ..Switches::default() }, Selection::of(|_| false));
    let parsed = |codes: &[&str; 4]| codes.iter().filter_map(|code| DiagnosisCode::parse(code).ok()).collect();
    let everyday: Vec<Claim> = DIAGNOSES.iter().map(parsed).map(|codes: Vec<_>| claim(&codes)).collect();
    let any = of_any_kind(&library);
    let mut group = criterion.benchmark_group("conventions");
    let all = Switches::default();
    let off = Switches { selection: none, ..Switches::default() };
    let runs = [
        ("on", &everyday, &switches),
        ("off", &everyday, &off),
        ("any-kind/on", &any, &switches),
        ("any-kind/off", &any, &off),
        ("any-kind/all-edits", &any, &all),
    ];
    for (name, claims, switches) in runs {
        group.throughput(Throughput::Elements(claims.len() as u64));
        group.bench_function(name, |bencher| {
            let mut history = History::with_limit(0);
            bencher.iter(|| {
                for claim in claims {
                    let sentences = &mut Sentences::default();
                    black_box(service::check(claim, &tables, &library, switches, &mut history, sentences));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, conventions);
criterion_main!(benches);
