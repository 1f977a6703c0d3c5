//! Any bytes: the claims read from them are written, acknowledged, and read again without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_claim::FileId;
use openclaim_x12::write::acknowledgment::{Answer, Remark, Stamp, receive};
use openclaim_x12::write::{ClaimWriter, LineBreak};
use openclaim_x12::{Event, Reader};

fuzz_target!(|bytes: &[u8]| {
    let mut writer = ClaimWriter::new(Vec::new(), LineBreak::None);
    let mut remarks = Vec::new();
    for event in Reader::from_slice(bytes, FileId(0)) {
        match event {
            Event::Claim(record) => {
                remarks.extend(record.faults.iter().map(|fault| Remark { fault: fault.clone(), rejects: true }));
                let _ = writer.record(&record);
            }
            Event::Fault(fault) => remarks.push(Remark { fault, rejects: true }),
        }
    }
    if let Ok(written) = writer.finish() {
        assert!(Reader::from_slice(&written, FileId(0)).count() > 0);
    }
    let received = receive(bytes, FileId(0), &remarks);
    let Ok(date) = "2026-01-01".parse() else { return };
    let answer = Answer::new(Stamp { date, time: "0930".into(), control_number: 1 }, LineBreak::None);
    let _ = answer.interchanges(&received);
    let _ = answer.transactions(&received);
});
