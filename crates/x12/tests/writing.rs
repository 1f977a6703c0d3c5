//! What is read is written again: byte by byte for files in canonical form, and as the same claims for all.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{Claim, FileId};
use openclaim_testkit::{shared, workspace_root};
use openclaim_x12::write::acknowledgment::{Answer, ClaimAnswer, ClaimStatus, LineAnswer, Remark, Stamp, receive};
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
    let mut paths = files(&workspace_root().join("examples"));
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "837"));
    assert!(paths.len() >= 8);
    for path in paths {
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

fn remarks(bytes: &[u8]) -> Vec<Remark> {
    let faults = Reader::from_slice(bytes, FileId(0)).flat_map(|event| match event {
        Event::Claim(record) => record.faults,
        Event::Fault(fault) => vec![fault],
    });
    faults.map(|fault| Remark { fault, rejects: true }).collect()
}

fn answer() -> Answer {
    let date = "2026-07-02".parse().unwrap();
    Answer::new(Stamp { date, time: "0800".into(), control_number: 7 }, LineBreak::Lf)
}

/// Segments of an acknowledgment that begin with one of the names.
fn segments(text: &[u8], names: &[&str]) -> Vec<String> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let segments = text.split("~\n").filter(|segment| names.iter().any(|name| segment.starts_with(name)));
    segments.map(str::to_owned).collect()
}

/// What TA1 and 999 say of the office-visit example with one piece of text replaced.
fn acknowledged(from: &str, to: &str) -> (Vec<String>, Vec<String>) {
    let path = workspace_root().join("examples/837p-office-visit-dependent.837");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(from.is_empty() || text.contains(from), "{from}");
    let text = if from.is_empty() { text } else { text.replacen(from, to, 1) };
    let received = receive(text.as_bytes(), FileId(0), &remarks(text.as_bytes()));
    let interchanges = answer().interchanges(&received).unwrap();
    let transactions = answer().transactions(&received).unwrap();
    (segments(&interchanges, &["TA1"]), segments(&transactions, &["IK", "CTX", "AK9"]))
}

#[test]
fn acknowledgments_name_the_place_of_a_fault() {
    let clean = "TA1*000000004*260415*0930*A*000";
    let claim = "CTX*CLM01:PR-0001-DEPENDENT";
    for (from, to, interchange, transaction) in [
        ("", "", clean, &["IK5*A", "AK9*A*1*1*1"][..]),
        ("SE*38", "SE*39", clean, &["IK5*R*4", "AK9*R*1*1*0"]),
        ("SE*38*0001", "SE*38*0002", clean, &["IK5*R*3", "AK9*R*1*1*0"]),
        ("GE*1*4", "GE*2*4", clean, &["IK5*A", "AK9*R*2*1*0*5"]),
        ("IEA*1*", "IEA*2*", "TA1*000000004*260415*0930*R*021", &["IK5*A", "AK9*A*1*1*1"]),
        ("*000000004~", "*000000005~", "TA1*000000004*260415*0930*R*001", &["IK5*A", "AK9*A*1*1*1"]),
        (
            "D8*20260410",
            "D8*20260431",
            clean,
            &["IK3*DTP*31*2400*8", claim, "IK4*3*1251*8*20260431", "IK5*R*5", "AK9*R*1*1*0"],
        ),
        (
            "ABK:H6691",
            "ABK:H66 91",
            clean,
            &["IK3*HI*26*2300*8", claim, "IK4*1:2*1271*7*H66 91", "IK5*R*5", "AK9*R*1*1*0"],
        ),
        ("HL*3*2*23", "HL*3*9*23", clean, &["IK3*HL*19*2000*8", "IK4*2*734*7*9", "IK5*R*5", "AK9*R*1*1*0"]),
        ("*145***11", "****11", clean, &["IK3*CLM*25*2300*8", claim, "IK4*2*782*1", "IK5*R*5", "AK9*R*1*1*0"]),
    ] {
        let (told, answers) = acknowledged(from, to);
        assert_eq!(told, [interchange], "{to}");
        assert_eq!(answers, transaction, "{to}");
    }
}

#[test]
fn a_missing_service_is_due_behind_its_line_number() {
    let (_, answers) = acknowledged("SV1*HC:99213*120*UN*1***1:2~\n", "");
    assert!(answers.contains(&"IK3*SV1*30*2400*3".to_owned()), "{answers:?}");
}

#[test]
fn claims_are_accepted_and_rejected_one_by_one() {
    let bytes = std::fs::read(workspace_root().join("examples/837p-several-claims.837")).unwrap();
    let records = records(&bytes);
    let mut answers: Vec<ClaimAnswer<'_>> = records
        .iter()
        .map(|record| ClaimAnswer {
            claim: &record.claim,
            envelope: &record.envelope,
            statuses: Vec::new(),
            lines: Vec::new(),
        })
        .collect();
    let accepted = segments(&answer().claims(&answers).unwrap(), &["STC*A2", "QTY*90", "STC*A7"]);
    assert_eq!(
        accepted.iter().filter(|segment| segment.starts_with("STC*A2:20:PR*20260702*WQ*")).count(),
        records.len()
    );
    let status = ClaimStatus { category: "A7", status: "562", entity: "85" };
    answers[0].statuses.push(status);
    answers[1].lines.push(LineAnswer { line: 0, statuses: vec![ClaimStatus { status: "454", entity: "", ..status }] });
    let mixed = segments(&answer().claims(&answers).unwrap(), &["STC*A7", "STC*A3", "QTY*AA"]);
    let charge = |at: usize| records[at].claim.amounts.total_charge.value.to_string();
    let charge = |at: usize| charge(at).trim_end_matches('0').trim_end_matches('.').to_owned();
    assert_eq!(
        mixed,
        [
            "QTY*AA*2".to_owned(),
            format!("STC*A7:562:85*20260702*U*{}", charge(0)),
            format!("STC*A3:247*20260702*U*{}", charge(1)),
            "STC*A7:454*20260702*U".to_owned(),
        ]
    );
}
