//! Made-up inpatient stays from the embedded tables, the same on every run; for the bench and for comparing with a peer.

use openclaim_claim::{DiagnosisCode, Poa, ProcedureCode, Sex};
use openclaim_grouper::{CodedDiagnosis, GroupInput, GrouperVersion, HospitalStatus, MsDrgTables};

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

fn text(key: u64) -> String {
    key.to_be_bytes().iter().take_while(|&&b| b != 0).map(|&b| char::from(b)).collect()
}

/// Claims of a version with about ten secondary diagnoses and two procedures, a fifth of the indicators not `Y`.
pub(crate) fn claims(tables: &MsDrgTables, version: GrouperVersion, count: usize) -> Vec<GroupInput> {
    let version = version.number();
    let diagnoses = || tables.diagnosis_keys().iter().zip(0..);
    let valid: Vec<DiagnosisCode> = diagnoses()
        .filter(|&(_, id)| tables.diagnosis(id, version).is_some())
        .map(|(&key, _)| text(key).parse().unwrap())
        .collect();
    let principal: Vec<DiagnosisCode> = diagnoses()
        .filter(|&(_, id)| tables.diagnosis(id, version).is_some_and(|row| row.mdc != 0))
        .map(|(&key, _)| text(key).parse().unwrap())
        .collect();
    let procedures: Vec<ProcedureCode> = tables
        .procedure_keys()
        .iter()
        .zip(0..)
        .filter(|&(_, id)| tables.procedure(id, version).is_some())
        .map(|(&key, _)| text(key).parse().unwrap())
        .collect();
    let mut dice = Dice(43);
    let poa = [Some(Poa::Yes); 8].into_iter().chain([Some(Poa::No), Some(Poa::Unknown)]).collect::<Vec<_>>();
    (0..count)
        .map(|_| GroupInput {
            age: dice.below(100) as i32,
            sex: dice.of(&[Sex::Male, Sex::Female]),
            discharge_status: Some(dice.of(&[1, 1, 1, 2, 3, 6, 20])),
            hospital_status: HospitalStatus::NotExempt,
            principal: Some(dice.of(&principal).into()),
            secondary: (0..4 + dice.below(13))
                .map(|_| CodedDiagnosis { code: dice.of(&valid), poa: dice.of(&poa) })
                .collect(),
            procedures: (0..dice.below(5)).map(|_| dice.of(&procedures)).collect(),
        })
        .collect()
}
