//! The conventions of ICD-10-CM on professional claims with four diagnoses, on one core.

#![allow(missing_docs, reason = "criterion makes the functions")]

#[path = "support/everyday.rs"]
mod everyday;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use everyday::DIAGNOSES;
use openclaim_claim::{Claim, ClaimType, Diagnosis, DiagnosisCode, DiagnosisRole, ServiceLine, Spanned};
use openclaim_edits::registry::Family;
use openclaim_edits::selection::Selection;
use openclaim_edits::service::{self, History, Sentences, Switches, Tables};
use openclaim_reference::Library;
use std::hint::black_box;

fn claim(codes: &[&str; 4]) -> Option<Claim> {
    let mut claim = Claim::new(ClaimType::Professional);
    for (at, code) in codes.iter().enumerate() {
        let role = if at == 0 { DiagnosisRole::Principal } else { DiagnosisRole::Other };
        let code = Spanned::bare(DiagnosisCode::parse(code).ok()?);
        claim.diagnoses.push(Diagnosis { code, role, poa: None, icd9: false });
    }
    let mut line = ServiceLine::new(1);
    line.dates.from = Some(Spanned::bare(jiff::civil::date(2026, 5, 1)));
    line.dates.through = line.dates.from;
    claim.lines.push(line);
    Some(claim)
}

fn conventions(criterion: &mut Criterion) {
    let Ok(library) = Library::embedded() else { return };
    let tables = Tables::new(&library);
    let selection = Selection::of(|edit| edit.family == Family::Code && edit.snip.is_none());
    let (switches, none) = (Switches { selection, ..Switches::default() }, Selection::of(|_| false));
    let claims: Vec<Claim> = DIAGNOSES.iter().filter_map(claim).collect();
    let mut group = criterion.benchmark_group("conventions");
    group.throughput(Throughput::Elements(claims.len() as u64));
    for (name, switches) in [("on", switches), ("off", Switches { selection: none, ..Switches::default() })] {
        group.bench_function(name, |bencher| {
            let mut history = History::with_limit(0);
            bencher.iter(|| {
                for claim in &claims {
                    black_box(service::check(
                        claim,
                        &tables,
                        &library,
                        &switches,
                        &mut history,
                        &mut Sentences::default(),
                    ));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, conventions);
criterion_main!(benches);
