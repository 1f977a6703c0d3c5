//! The reader of FHIR resources and CMS records on arbitrary bytes: no panic, no hang, places within the file; what is read
//! is given back as it stood, and a claim written as a FHIR claim is read as the same claim.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_claim::{Claim, FileId};
use openclaim_fhir::{Event, Limits, Reader, Source, operation_outcome, write_claim, write_record};
use serde_json::Value;

/// Everything a claim says, without the places it was read from.
fn content(claim: &Claim) -> Value {
    fn without_spans(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("span");
                members.values_mut().for_each(without_spans);
            }
            Value::Array(elements) => elements.iter_mut().for_each(without_spans),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(claim).expect("claims are JSON");
    without_spans(&mut value);
    value
}

fuzz_target!(|bytes: &[u8]| {
    // Small limits, so that short inputs reach them.
    let limits = Limits { text_bytes: 20_000, lines_per_claim: 5, faults_per_claim: 8, faults_per_file: 20 };
    let events: Vec<Event> = Reader::with_limits(bytes, FileId(0), limits).keep_originals().collect();
    assert!(!events.is_empty());
    for event in &events {
        let faults = match event {
            Event::Claim(record) => record.faults.as_slice(),
            Event::Fault(fault) => std::slice::from_ref(fault),
        };
        for fault in faults {
            assert!(fault.span.end() <= bytes.len() as u64, "{fault}");
        }
        serde_json::from_str::<Value>(&operation_outcome(faults)).expect("an outcome is JSON");
        let Event::Claim(record) = event else { continue };
        if let Source::Fhir { original: Some(original), .. } = &record.source
            && record.claim.lines.len() < limits.lines_per_claim
            && record.claim.diagnoses.len() < limits.lines_per_claim
            && !bytes.windows(6).any(|window| window == b"Bundle")
        {
            assert_eq!(write_record(record), **original);
        }
        let written = write_claim(&record.claim);
        let read: Vec<Event> = Reader::new(written.as_bytes(), FileId(0)).collect();
        let [Event::Claim(read)] = read.as_slice() else { panic!("{written}: {read:?}") };
        assert_eq!(content(&read.claim), content(&record.claim), "{written}");
    }
});
