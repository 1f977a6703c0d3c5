//! What is read is written again: byte by byte for files in canonical form, and as the same claims for all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{Claim, FileId};
use openclaim_testkit::{shared, workspace_root};
use openclaim_x12::write::{ClaimWriter, LineBreak};
use openclaim_x12::{ClaimRecord, Event, Reader};
use std::path::{Path, PathBuf};

fn records(bytes: &[u8]) -> Vec<ClaimRecord> {
    Reader::from_slice(bytes, FileId(0))
        .filter_map(|event| match event {
            Event::Claim(record) => Some(*record),
            Event::Fault(_) => None,
        })
        .collect()
}

fn line_break_of(bytes: &[u8]) -> LineBreak {
    match bytes.get(106..108) {
        Some(b"\r\n") => LineBreak::CrLf,
        Some([b'\n', _]) => LineBreak::Lf,
        _ => LineBreak::None,
    }
}

fn rewritten(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ClaimWriter::new(Vec::new(), line_break_of(bytes));
    for record in records(bytes) {
        writer.record(&record).unwrap();
    }
    writer.finish().unwrap()
}

/// A claim's content: what it serialises to, without the places it was read from.
fn content(claim: &Claim) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.remove("span");
                fields.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(claim).unwrap();
    strip(&mut value);
    value
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_none_or(|ending| ending != "md"));
    files.sort();
    files
}

/// The first segment in which two texts differ, as sent and as written.
fn first_difference(sent: &[u8], written: &[u8]) -> Option<(String, String)> {
    let segments = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).split('~').map(|segment| segment.trim().to_owned()).collect::<Vec<_>>()
    };
    segments(sent).into_iter().zip(segments(written)).find(|(one, other)| one != other)
}

#[test]
fn the_examples_are_canonical() {
    for path in files(&workspace_root().join("examples")) {
        let bytes = std::fs::read(&path).unwrap();
        let written = rewritten(&bytes);
        assert!(
            bytes.trim_ascii_end() == written.trim_ascii_end(),
            "{}: {:?}",
            path.display(),
            first_difference(&bytes, &written)
        );
    }
}

#[test]
fn sample_files_are_read_back_equal() {
    let Some(samples) = shared("sample_files_are_read_back_equal", "samples") else { return };
    let (mut canonical, mut all) = (0, 0);
    for folder in ["837", "837p", "837i", "837d"] {
        for path in files(&samples.join(folder)) {
            let bytes = std::fs::read(&path).unwrap();
            let before = records(&bytes);
            if before.iter().any(|record| record.envelope.interchange.is_none() || record.envelope.group.is_none()) {
                continue;
            }
            let written = rewritten(&bytes);
            let after = records(&written);
            assert_eq!(before.len(), after.len(), "{}", path.display());
            for (before, after) in before.iter().zip(&after) {
                // What reading had to leave out, or read in the place of something else, cannot be written again.
                if before.faults.iter().any(|fault| fault.kind.loses_content()) {
                    continue;
                }
                assert_eq!(content(&before.claim), content(&after.claim), "{}", path.display());
            }
            assert_eq!(rewritten(&written), written, "{}: what was written is canonical", path.display());
            all += 1;
            if bytes.trim_ascii_end() == written.trim_ascii_end() {
                canonical += 1;
            } else if let Some((sent, written)) = first_difference(&bytes, &written) {
                eprintln!("{}: {sent} | {written}", path.file_name().unwrap().display());
            }
        }
    }
    eprintln!("{canonical} of {all} sample files are canonical");
    assert!(canonical >= 1, "no sample file is canonical");
}
