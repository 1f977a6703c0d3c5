//! The 837 reader on arbitrary bytes: no panic, no hang, spans within the file, and the same events from a stream that
//! gives out a few bytes at a time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_claim::FileId;
use openclaim_x12::{Event, Limits, Reader};
use std::io::Read;

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

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    // Small limits, so that short inputs reach them.
    let limits =
        Limits { segment_bytes: 600, claim_bytes: 4_000, lines_per_claim: 5, faults_per_claim: 8, faults_per_file: 20 };
    let at_once: Vec<Event> = Reader::from_slice_with_limits(bytes, FileId(0), limits).collect();
    for event in &at_once {
        let faults = match event {
            Event::Claim(record) => record.faults.as_slice(),
            Event::Fault(fault) => std::slice::from_ref(fault),
        };
        for fault in faults {
            assert!(fault.span.end() <= bytes.len() as u64, "{fault}");
            assert!(!fault.to_string().is_empty());
        }
    }
    let pieces = Pieces(bytes, usize::from(size).max(1));
    let in_pieces: Vec<Event> = Reader::with_limits(pieces, FileId(0), limits).collect();
    assert_eq!(at_once, in_pieces);
    assert!(Reader::from_slice(bytes, FileId(0)).count() > 0);
});
