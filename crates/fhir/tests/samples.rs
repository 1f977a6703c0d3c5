//! Reads FHIR and CMS files of public test suites, which stand beside the project and are not part of it, and compares
//! what was read with independent naive counts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{ClaimType, FileId};
use openclaim_fhir::{Event, Fault, FaultKind, Reader, Record, unpacked, write_record};
use openclaim_testkit::shared;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn content(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut content = Vec::new();
    unpacked(bytes.as_slice()).unwrap().read_to_end(&mut content).unwrap();
    content
}

fn read(bytes: &[u8]) -> (Vec<Record>, Vec<Fault>) {
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    for event in Reader::new(bytes, FileId(0)).keep_originals() {
        match event {
            Event::Claim(record) => records.push(*record),
            Event::Fault(fault) => faults.push(fault),
        }
    }
    (records, faults)
}

/// What a claim holds, counted.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
struct Counts {
    claims: usize,
    lines: usize,
    diagnoses: usize,
    procedures: usize,
}

fn counted(records: &[Record]) -> Counts {
    let mut counts = Counts::default();
    for record in records {
        counts.claims += 1;
        counts.lines += record.claim.lines.len();
        counts.diagnoses += record.claim.diagnoses.len();
        counts.procedures += record.claim.procedures.len();
    }
    counts
}

/// Resources by another JSON library: whole text, else line by line.
fn resources(bytes: &[u8]) -> Vec<Value> {
    let documents: Vec<Value> = match serde_json::from_slice(bytes) {
        Ok(document) => vec![document],
        Err(_) => bytes.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect(),
    };
    documents
        .into_iter()
        .flat_map(|document| match document["entry"].as_array() {
            Some(entries) => entries.iter().map(|entry| entry["resource"].clone()).collect(),
            None if document["resourceType"] == "Bundle" => Vec::new(),
            None => vec![document],
        })
        .collect()
}

fn is_claim(resource: &Value) -> bool {
    let pharmacy = ["\"PDE\"", "\"pharmacy\""].iter().any(|code| resource["type"].to_string().contains(code));
    matches!(resource["resourceType"].as_str(), Some("Claim" | "ExplanationOfBenefit")) && !pharmacy
}

fn counted_naively(bytes: &[u8]) -> Counts {
    let mut counts = Counts::default();
    for resource in resources(bytes).iter().filter(|resource| is_claim(resource)) {
        let len = |name: &str| resource[name].as_array().map_or(0, Vec::len);
        let with_code = |name: &str, concept: &str| {
            let all = resource[name].as_array().into_iter().flatten();
            all.filter(|element| element[concept]["coding"][0]["code"].is_string()).count()
        };
        counts.claims += 1;
        counts.lines += len("item");
        counts.diagnoses += with_code("diagnosis", "diagnosisCodeableConcept");
        counts.procedures += with_code("procedure", "procedureCodeableConcept");
    }
    counts
}

fn kinds<'f>(faults: impl IntoIterator<Item = &'f Fault>) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for fault in faults {
        *kinds.entry(fault.kind.name()).or_default() += 1;
    }
    kinds
}

#[test]
fn every_resource_is_read_or_refused_with_a_reason() {
    let mut seen = 0;
    for folder in ["samples/fhir_claim", "samples/fhir_eob"] {
        let Some(folder) = shared("every_resource_is_read_or_refused_with_a_reason", folder) else { return };
        for path in files(&folder) {
            let bytes = content(&path);
            let (records, faults) = read(&bytes);
            let counts = counted(&records);
            let found: Vec<&Fault> = records.iter().flat_map(|record| &record.faults).chain(&faults).collect();
            println!("{}: {counts:?} {:?}", name(&path), kinds(found.iter().copied()));
            assert_eq!(counts, counted_naively(&bytes), "{}", name(&path));
            let others = resources(&bytes).iter().filter(|resource| !is_claim(resource)).count();
            let refused = faults.iter().filter(|fault| fault.kind != FaultKind::NoClaims).count();
            assert!(refused >= others.min(1) || name(&path).contains("patient"), "{}", name(&path));
            for fault in found {
                assert!(fault.span.end() <= bytes.len() as u64, "{}: {fault}", name(&path));
            }
            seen += counts.claims;
        }
    }
    assert!(seen > 450, "{seen}");
}

#[test]
fn spans_point_at_what_was_read() {
    let Some(folder) = shared("spans_point_at_what_was_read", "samples/fhir_eob") else { return };
    for path in files(&folder) {
        let bytes = content(&path);
        for record in read(&bytes).0 {
            let at = |span: openclaim_claim::Span| {
                std::str::from_utf8(&bytes[span.start as usize..span.end() as usize]).unwrap()
            };
            assert!(at(record.claim.span.unwrap()).starts_with('{'));
            for diagnosis in &record.claim.diagnoses {
                assert_eq!(at(diagnosis.code.span.unwrap()).replace('.', ""), diagnosis.code.as_str());
            }
            for line in &record.claim.lines {
                if let Some(code) = line.hcpcs {
                    assert_eq!(at(code.span.unwrap()), code.as_str());
                }
                if let Some(span) = line.charge.span {
                    let written: openclaim_claim::Decimal = at(span).parse().unwrap();
                    assert_eq!(written, line.charge.to_decimal());
                }
            }
        }
    }
}

#[test]
fn what_is_read_is_written_back_unchanged() {
    for folder in ["samples/fhir_claim", "samples/fhir_eob"] {
        let Some(folder) = shared("what_is_read_is_written_back_unchanged", folder) else { return };
        for path in files(&folder) {
            let bytes = content(&path);
            for record in read(&bytes).0 {
                let span = record.claim.span.unwrap();
                let original = &bytes[span.start as usize..span.end() as usize];
                assert_eq!(write_record(&record).as_bytes(), original, "{}", name(&path));
            }
        }
    }
}

/// Claims, lines and distinct numbered diagnoses by splitting lines at pipes.
fn records_counted_naively(bytes: &[u8]) -> (usize, usize, BTreeSet<String>) {
    let (mut lines, mut ids, mut codes) = (0, BTreeSet::new(), BTreeSet::new());
    let mut rows = bytes.lines().map(Result::unwrap);
    let header = rows.next().unwrap();
    let names: Vec<&str> = header.trim_start_matches('\u{feff}').split('|').collect();
    let column = |wanted: &str| names.iter().position(|name| *name == wanted);
    let Some(id) = column("CLM_ID") else { return (0, 0, codes) };
    for row in rows {
        let fields: Vec<&str> = row.split('|').collect();
        ids.insert(fields[id].to_owned());
        for (name, field) in names.iter().zip(&fields) {
            if name.starts_with("ICD_DGNS_CD") && !field.is_empty() {
                codes.insert((*field).to_owned());
            }
        }
        lines += 1;
    }
    (ids.len(), lines, codes)
}

#[test]
fn every_record_of_the_cms_files_is_read() {
    let Some(folder) = shared("every_record_of_the_cms_files_is_read", "samples/rif_csv") else { return };
    let mut claims = 0;
    for path in files(&folder) {
        let bytes = content(&path);
        let (records, faults) = read(&bytes);
        let counts = counted(&records);
        let found: Vec<&Fault> = records.iter().flat_map(|record| &record.faults).chain(&faults).collect();
        println!("{}: {counts:?} {:?}", name(&path), kinds(found.iter().copied()));
        let (ids, lines, codes) = records_counted_naively(&bytes);
        assert_eq!((counts.claims, counts.lines), (ids, lines), "{}", name(&path));
        let read: BTreeSet<String> = records
            .iter()
            .flat_map(|record| &record.claim.diagnoses)
            .map(|diagnosis| diagnosis.code.as_str().to_owned())
            .collect();
        assert!(codes.is_subset(&read), "{}: {:?}", name(&path), codes.difference(&read).collect::<Vec<_>>());
        if ids == 0 {
            assert!(faults.len() == 1, "{}: {faults:?}", name(&path));
        }
        for record in &records {
            let professional = name(&path).contains("carrier") || name(&path).contains("dme");
            assert_eq!(record.claim.claim_type == ClaimType::Professional, professional, "{}", name(&path));
            let charges: i64 = record.claim.lines.iter().map(|line| line.charge.cents()).sum();
            assert!(charges >= 0);
        }
        claims += ids;
    }
    assert!(claims > 400, "{claims}");
}

#[test]
fn cclf_summaries_are_refused_with_a_reason() {
    let Some(folder) = shared("cclf_summaries_are_refused_with_a_reason", "samples/cclf") else { return };
    for path in files(&folder) {
        let (records, faults) = read(&content(&path));
        println!("{}: {faults:?}", name(&path));
        assert!(records.is_empty() && faults.len() == 1);
    }
}
