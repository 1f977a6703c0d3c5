//! Clean claims are clean, the same for the same seed, and read back as they were made.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::FileId;
use openclaim_engine::{Engine, Policy, Run};
use openclaim_synth::{Batch, InjectedFault, Kind, Synth};
use openclaim_x12::{Event, Reader};

fn batch(kind: Kind, seed: u64, fault: Option<InjectedFault>) -> Batch {
    Batch { seed, count: 40, kind, fault }
}

fn text(engine: &Engine, batch: Batch) -> Vec<u8> {
    let mut text = Vec::new();
    batch.write(engine.library(), &mut text).unwrap();
    text
}

/// The edits of error level that a text gives.
fn errors(engine: &Engine, text: &[u8]) -> Vec<(String, &'static str, String)> {
    let (mut errors, mut intake) = (Vec::new(), Run::default());
    for event in Reader::from_slice(text, FileId(0)).validating() {
        let adjudication = match &event {
            Event::Claim(record) => engine.adjudicate_record_in(record, &mut intake),
            Event::Fault(fault) => engine.adjudicate_fault(fault),
        };
        let id = adjudication.claim_id.clone().unwrap_or_default().to_string();
        let findings = adjudication.findings.iter().filter(|finding| finding.disposition.is_error());
        errors.extend(findings.map(|finding| (id.clone(), finding.edit, finding.message.to_string())));
    }
    errors
}

#[test]
fn clean_claims_have_no_error() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    for (seed, kind) in [Kind::Professional, Kind::Institutional, Kind::Mixed].into_iter().enumerate() {
        let errors = errors(&engine, &text(&engine, batch(kind, seed as u64, None)));
        assert!(errors.is_empty(), "{kind:?}: {errors:#?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_text() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    let of = |seed| text(&engine, batch(Kind::Mixed, seed, None));
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn claims_are_read_back_as_they_were_made() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    for kind in [Kind::Professional, Kind::Institutional] {
        let mut synth = Synth::new(engine.library(), 3, kind);
        let text = text(&engine, batch(kind, 3, None));
        let mut count = 0;
        for event in Reader::from_slice(&text, FileId(0)) {
            let Event::Claim(record) = event else { panic!("{event:?}") };
            let made = synth.claim();
            let read = record.claim;
            assert_eq!(read.claim_id, made.claim_id);
            assert_eq!(read.diagnoses, made.diagnoses);
            assert_eq!(read.procedures, made.procedures);
            assert_eq!(read.amounts, made.amounts);
            assert_eq!(read.dates, made.dates);
            assert_eq!(read.admission, made.admission);
            assert_eq!(read.subscriber.member_id, made.subscriber.member_id);
            assert_eq!(read.patient.birth_date, made.patient.birth_date);
            let charges =
                |claim: &openclaim_claim::Claim| -> Vec<_> { claim.lines.iter().map(|line| line.charge).collect() };
            assert_eq!(charges(&read), charges(&made));
            count += 1;
        }
        assert_eq!(count, 40);
    }
}

#[test]
fn every_fault_changes_the_file() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    for fault in InjectedFault::ALL {
        let changed = [Kind::Professional, Kind::Institutional]
            .into_iter()
            .any(|kind| text(&engine, batch(kind, 5, None)) != text(&engine, batch(kind, 5, Some(*fault))));
        assert!(changed, "{}", fault.name());
    }
}

#[test]
fn every_fault_is_the_one_error_of_its_file() {
    let engine = Engine::embedded(Policy::default()).unwrap();
    for fault in InjectedFault::ALL {
        // Which HCPCS codes exist is for a list to say that is not embedded; of ICD-10-PCS it is known.
        let kinds: &[Kind] = match fault {
            InjectedFault::PlaceOfService | InjectedFault::DiagnosisPointer => &[Kind::Professional],
            InjectedFault::UnknownProcedure | InjectedFault::MissingPoa | InjectedFault::MissingLineDate => {
                &[Kind::Institutional]
            }
            _ => &[Kind::Professional, Kind::Institutional],
        };
        for kind in kinds {
            let found = errors(&engine, &text(&engine, batch(*kind, 5, Some(*fault))));
            assert_eq!(found.len(), 1, "{} in {kind:?}: {found:#?}", fault.name());
        }
    }
}
