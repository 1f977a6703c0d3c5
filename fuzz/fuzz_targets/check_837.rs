//! The way of `openclaim check` on arbitrary bytes: the reader that holds segments against the guides, and every edit of
//! intake. No panic, no hang, findings within the file, and the same events from a stream that gives out a few bytes at a
//! time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_claim::FileId;
use openclaim_engine::{Engine, Policy, Run, acknowledge};
use openclaim_x12::write::LineBreak;
use openclaim_x12::write::acknowledgment::{Answer, Stamp, receive};
use openclaim_x12::{Event, Limits, Reader};
use std::io::Read;
use std::sync::LazyLock;

/// A stream that gives out at most `size` bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.1.min(buffer.len()).min(self.0.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0 = &self.0[size..];
        Ok(size)
    }
}

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::embedded(Policy::default()).expect("the embedded release opens"));

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let limits =
        Limits { segment_bytes: 600, claim_bytes: 4_000, lines_per_claim: 5, faults_per_claim: 8, faults_per_file: 20 };
    let at_once: Vec<Event> = Reader::from_slice_with_limits(bytes, FileId(0), limits).validating().collect();
    let pieces = Pieces(bytes, usize::from(size).max(1));
    let in_pieces: Vec<Event> = Reader::with_limits(pieces, FileId(0), limits).validating().collect();
    assert_eq!(at_once, in_pieces);
    let mut run = Run::default();
    let mut remarks = Vec::new();
    let mut answers = Vec::new();
    for event in &at_once {
        let adjudication = match event {
            Event::Claim(record) => ENGINE.adjudicate_record_in(record, &mut run),
            Event::Fault(fault) => ENGINE.adjudicate_fault(fault),
        };
        for finding in &adjudication.findings {
            assert!(finding.span.is_none_or(|span| span.end() <= bytes.len() as u64), "{finding:?}");
            assert!(!finding.message.to_string().is_empty());
        }
        match event {
            Event::Claim(record) => {
                remarks.extend(record.faults.iter().map(acknowledge::remark));
                remarks.extend(acknowledge::code_remarks(&adjudication));
                if record.envelope.interchange.is_some() {
                    answers.push(acknowledge::claim_answer(record, &adjudication));
                }
            }
            Event::Fault(fault) => remarks.push(acknowledge::remark(fault)),
        }
    }
    let stamp = Stamp { date: jiff::civil::date(2026, 1, 2), time: "0930".into(), control_number: 1 };
    let answer = Answer::new(stamp, LineBreak::Lf);
    let received = receive(bytes, FileId(0), &remarks);
    // What cannot be written back is an error, and no more than that.
    let _ = (answer.interchanges(&received), answer.transactions(&received), answer.claims(&answers));
});
