//! HHS-HCC, five diagnoses and one drug a member, and the comorbidity indices.
//!
//! The budget is 300,000 members a second on one core.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may panic, and criterion writes undocumented functions"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::{DiagnosisCode, HcpcsCode, Poa, Sex};
use openclaim_reference::Library;
use openclaim_risk::comorbidity::{Charlson, Elixhauser, Stay, StayDiagnosis};
use openclaim_risk::hhs::{Member, Metal, Model};
use std::hint::black_box;

/// Diagnoses as they come: some of every kind of category, most of none.
const CODES: [&str; 24] = [
    "E119", "E1121", "I10", "J449", "J45909", "I5030", "N186", "C7951", "C61", "A419", "B20", "M069", "K5090", "F329",
    "Z0000", "Z3800", "P0714", "O80", "G35", "R05", "M545", "K219", "E785", "N390",
];

fn members(count: u64) -> Vec<Member> {
    let mut seed = 88_172_645_463_325_252_u64;
    let mut roll = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let member = |_| {
        let sex = [Sex::Male, Sex::Female][roll(2)];
        let mut member = Member::new(roll(65) as u16, sex, Metal::ALL[roll(5)]);
        member.enrollment_months = 1 + roll(12) as u8;
        member.diagnoses = (0..5).map(|_| DiagnosisCode::parse(CODES[roll(CODES.len())]).unwrap().into()).collect();
        member.hcpcs = vec![HcpcsCode::parse(["J1815", "J0135", "99213"][roll(3)]).unwrap()];
        member
    };
    (0..count).map(member).collect()
}

fn scoring(criterion: &mut Criterion) {
    let library = Library::embedded().unwrap();
    let model = Model::for_year(&library, 2022).unwrap();
    let members = members(20_000);
    let mut group = criterion.benchmark_group("hhs-hcc V07");
    group.throughput(Throughput::Elements(members.len() as u64));
    group.bench_function("score", |bench| {
        bench.iter(|| {
            for member in &members {
                black_box(model.raw(black_box(member)).unwrap());
            }
        });
    });
    group.bench_function("score and explanation", |bench| {
        bench.iter(|| {
            for member in &members {
                black_box(model.score(black_box(member), Some(library.icd10cm())).unwrap());
            }
        });
    });
    group.finish();
    criterion.bench_function("hhs-hcc V07/compile", |bench| {
        bench.iter(|| black_box(Model::for_year(&library, 2022).unwrap()));
    });

    let (elixhauser, charlson) = (Elixhauser::new(&library).unwrap(), Charlson::new(&library).unwrap());
    let stays: Vec<Stay> = members
        .iter()
        .map(|member| {
            let secondary = member.diagnoses.iter().map(|one| StayDiagnosis { code: one.code, poa: Some(Poa::Yes) });
            Stay { secondary: secondary.collect(), ..Stay::default() }
        })
        .collect();
    let mut group = criterion.benchmark_group("comorbidity");
    group.throughput(Throughput::Elements(members.len() as u64));
    group.bench_function("elixhauser", |bench| {
        bench.iter(|| stays.iter().for_each(|stay| drop(black_box(elixhauser.measure(black_box(stay))))));
    });
    group.bench_function("charlson", |bench| {
        bench.iter(|| members.iter().for_each(|one| drop(black_box(charlson.score(black_box(&one.diagnoses))))));
    });
    group.finish();
}

criterion_group!(benches, scoring);
criterion_main!(benches);
