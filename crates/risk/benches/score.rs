//! Members scored per second on one core, five diagnoses each: `cargo bench -p openclaim-risk --bench score`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench is a program of its own, and fails by panicking")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_reference::{Library, risk};
use openclaim_risk::cms::{Model, ModelKey, Orec, Person, Sheet};
use openclaim_risk::{DiagnosisCode, Score, Sex};
use std::hint::black_box;

const MEMBERS: usize = 10_000;
const DIAGNOSES: usize = 5;

/// A member with what the model reads.
type Member = (Person, &'static str, Vec<DiagnosisCode>);

/// Made-up members: ages of Medicare, all community segments, four of five diagnoses from the mapping.
fn members(library: &Library) -> Vec<Member> {
    let mapped = library.embedded_relation(risk::CMS_DIAGNOSES).unwrap();
    let codes: Vec<DiagnosisCode> = mapped.rows().map(|row| row.code(0).unwrap().as_str().parse().unwrap()).collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let member = |_| {
        let age = 30 + random(65) as u16;
        let sex = if random(2) == 0 { Sex::Female } else { Sex::Male };
        let orec = if age < 65 || random(10) == 0 { Orec::Disability } else { Orec::Age };
        let population = if age < 65 { ["CND", "CPD", "CFD"][random(3)] } else { ["CNA", "CPA", "CFA"][random(3)] };
        let code = |at| if at == 0 { "Z0000".parse().unwrap() } else { codes[random(codes.len())] };
        (Person::new(age, sex, orec), population, (0..DIAGNOSES).map(code).collect())
    };
    (0..MEMBERS).map(member).collect()
}

fn score(criterion: &mut Criterion) {
    let library = Library::embedded().unwrap();
    let members = members(&library);
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(MEMBERS as u64));
    for (name, year) in [("CMS-HCC V28", 2026), ("CMS-HCC V24", 2025)] {
        let model = Model::compile(&library, &ModelKey::new(name, year)).unwrap();
        let prepared: Vec<_> = members
            .iter()
            .map(|(person, population, codes)| {
                let segment = model.segment(population).unwrap();
                (segment.implied(*person), segment, codes.as_slice())
            })
            .collect();
        let mut sheet = Sheet::default();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut total = Score::ZERO;
                for (person, segment, codes) in &prepared {
                    model.score(person, segment, black_box(codes), &mut sheet).unwrap();
                    total += sheet.raw();
                }
                total
            });
        });
    }
    group.finish();
    criterion.bench_function("compile CMS-HCC V28", |bencher| {
        bencher.iter(|| Model::compile(&library, &ModelKey::new("CMS-HCC V28", 2026)).unwrap());
    });
}

criterion_group!(benches, score);
criterion_main!(benches);
