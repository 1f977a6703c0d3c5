//! The conventions of ICD-10-CM on professional claims with four diagnoses, on one core.

#![allow(missing_docs, reason = "criterion makes the functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::{Claim, ClaimType, Diagnosis, DiagnosisCode, DiagnosisRole, ServiceLine, Spanned};
use openclaim_edits::registry::Family;
use openclaim_edits::selection::Selection;
use openclaim_edits::service::{self, History, Switches, Tables};
use openclaim_reference::Library;
use std::hint::black_box;

/// Everyday combinations, most of them clean.
const CLAIMS: [[&str; 4]; 10] = [
    ["E1122", "N1832", "I129", "E785"],
    ["J449", "J4520", "Z87891", "I10"],
    ["M25561", "M1711", "E669", "Z6835"],
    ["I4891", "I10", "Z7901", "E039"],
    ["S93401A", "W010XXA", "Y9301", "M79671"],
    ["O09511", "Z3A12", "E039", "Z8759"],
    ["F329", "F419", "G4700", "I10"],
    ["Z0000", "E119", "I10", "E785"],
    ["C50911", "Z5111", "D6481", "R112"],
    ["R079", "R0602", "I2510", "Z955"],
];

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
    let claims: Vec<Claim> = CLAIMS.iter().filter_map(claim).collect();
    let mut group = criterion.benchmark_group("conventions");
    group.throughput(Throughput::Elements(claims.len() as u64));
    for (name, switches) in [("on", switches), ("off", Switches { selection: none, ..Switches::default() })] {
        group.bench_function(name, |bencher| {
            let mut history = History::with_limit(0);
            bencher.iter(|| {
                for claim in &claims {
                    black_box(service::check(claim, &tables, &library, &switches, &mut history));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, conventions);
criterion_main!(benches);
