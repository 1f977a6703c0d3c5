//! Bad input of every kind, and where reading takes up again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{ClaimType, DiagnosisRole, FileId, Poa, ProviderRole, Purpose};
use openclaim_x12::{ClaimRecord, Event, Fault, FaultKind, Limits, Reader};
use std::io::Read;

fn example(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn read(bytes: &[u8]) -> (Vec<ClaimRecord>, Vec<Fault>) {
    let (mut claims, mut faults) = (Vec::new(), Vec::new());
    for event in Reader::from_slice(bytes, FileId(0)) {
        match event {
            Event::Claim(record) => claims.push(*record),
            Event::Fault(fault) => faults.push(fault),
        }
    }
    (claims, faults)
}

fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn examples_are_free_of_structural_faults() {
    let folder = format!("{}/../../examples", env!("CARGO_MANIFEST_DIR"));
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "837") {
            let (claims, faults) = read(&std::fs::read(&path).unwrap());
            assert!(!claims.is_empty() && faults.is_empty(), "{}: {faults:?}", path.display());
            for record in claims {
                assert!(record.faults.is_empty(), "{}: {:?}", path.display(), record.faults);
                let charges: openclaim_claim::Money = record.claim.lines.iter().map(|line| line.charge.value).sum();
                assert_eq!(charges, record.claim.amounts.total_charge.value, "{}", path.display());
                assert!(record.claim.service_from().is_some(), "{}", path.display());
                let npis = record.claim.providers.iter().chain([&*record.claim.billing_provider]);
                assert!(npis.flat_map(|p| p.npi).all(|npi| npi.has_valid_check_digit()), "{}", path.display());
            }
            files += 1;
        }
    }
    assert!(files >= 6);
}

#[test]
fn an_inpatient_claim_is_read_whole() {
    let (claims, _) = read(example("837i-inpatient-clean.837").as_bytes());
    let claim = &claims[0].claim;
    assert_eq!(claim.claim_type, ClaimType::Institutional);
    assert_eq!(claim.type_of_bill.unwrap().as_str(), "0111");
    assert_eq!(claim.discharge_date().unwrap().to_string(), "2026-05-08");
    assert_eq!((claim.admission.hour.as_str(), claim.admission.discharge_hour.as_str()), ("1415", "1130"));
    assert_eq!(claim.length_of_stay(), Some(7));
    let principal = claim.principal_diagnosis().unwrap();
    assert_eq!((principal.code.as_str(), principal.poa.as_deref()), ("I130", Some(&Poa::Yes)));
    assert_eq!(claim.secondary_diagnoses().count(), 6);
    assert_eq!(claim.secondary_diagnoses().nth(4).unwrap().poa, None);
    assert_eq!(claim.procedures.len(), 2);
    assert!(claim.procedures[0].principal && claim.procedures[0].date.unwrap().to_string() == "2026-05-01");
    assert_eq!(claim.values[0].amount.to_string(), "980");
    assert_eq!(claim.condition_codes[0].as_str(), "C1");
    assert_eq!(claim.patient.last_name, "DOE");
    assert_eq!(claim.age_on(claim.discharge_date().unwrap()), Some(76));
    assert_eq!(
        claim.provider(ProviderRole::Attending).unwrap().specialty.as_ref().unwrap().taxonomy.as_str(),
        "207R00000X"
    );
    assert_eq!(claim.lines[1].revenue_code.unwrap().as_str(), "0200");
    let envelope = &claims[0].envelope;
    assert_eq!((envelope.interchange_control_number(), envelope.group_control_number()), ("000000001", "1"));
    assert_eq!((envelope.version(), envelope.submitter.id.as_str()), ("005010X223A3", "DEMO0001"));
}

#[test]
fn other_delimiters_give_the_same_claim() {
    let (mut usual, _) = read(example("837i-inpatient-clean.837").as_bytes());
    let (other, _) = read(example("837i-other-delimiters.837").as_bytes());
    usual[0].claim.claim_id.value = "IP-0004-DELIMITERS".into();
    let bare =
        |record: &ClaimRecord| format!("{:?}", record.claim.diagnoses.iter().map(|d| d.code.value).collect::<Vec<_>>());
    assert_eq!(bare(&usual[0]), bare(&other[0]));
    assert_eq!(other[0].claim.lines.len(), usual[0].claim.lines.len());
}

#[test]
fn the_dependent_is_the_patient() {
    let (claims, _) = read(example("837p-office-visit-dependent.837").as_bytes());
    let claim = &claims[0].claim;
    assert_eq!((claim.patient.first_name.as_str(), claim.subscriber.first_name.as_str()), ("JAMIE", "CASEY"));
    assert_eq!(claim.patient.relationship.0, "19");
    assert_eq!(claim.lines[0].diagnosis_pointers.iter().map(|p| p.value).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(claim.lines[1].modifiers[0].as_str(), "QW");
    assert_eq!(claim.lines[1].references[0].qualifier, "X4");
}

#[test]
fn two_claims_of_one_subscriber_and_another_payer() {
    let (claims, _) = read(example("837p-several-claims.837").as_bytes());
    assert_eq!(claims[0].claim.patient, claims[1].claim.patient);
    assert_eq!(claims[3].claim.frequency.unwrap().value, '7');
    assert_eq!(claims[3].claim.original_reference_number.as_deref().unwrap(), "DEMO-ICN-0099");
    let other = &claims[4].claim.other_payers[0];
    assert_eq!((other.payer.id.as_str(), other.adjustments.len()), ("DEMO-PRIMARY", 0));
    let decision = &claims[4].claim.lines[0].adjudications[0];
    assert_eq!((decision.paid.to_string().as_str(), decision.adjustments.len()), ("125.00", 2));
}

#[test]
fn dental_claims_keep_tooth_and_date() {
    let (claims, _) = read(example("837d-dental.837").as_bytes());
    let claim = &claims[0].claim;
    assert_eq!(claim.service_from().unwrap().to_string(), "2026-03-12");
    let (tooth, surfaces) = &claim.lines[1].dental.as_ref().unwrap().teeth[0];
    assert_eq!((tooth.as_str(), surfaces.as_str()), ("14", "O"));
}

#[test]
fn nothing_blank_binary_and_compressed_files_are_told_apart() {
    let cases: [(&[u8], &[FaultKind]); 6] = [
        (b"", &[FaultKind::EmptyFile]),
        (b" \r\n\n", &[FaultKind::EmptyFile]),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0", &[FaultKind::NotText, FaultKind::NoClaims]),
        (b"\x1f\x8b\x08\0", &[FaultKind::NotText, FaultKind::NoClaims]),
        (b"\xff\xfeI\0S\0A\0", &[FaultKind::NotText, FaultKind::NoClaims]),
        (b"name,amount\nDoe,12", &[FaultKind::MissingInterchangeHeader, FaultKind::NoClaims]),
    ];
    for (bytes, expected) in cases {
        let (claims, faults) = read(bytes);
        assert!(claims.is_empty());
        assert_eq!(kinds(&faults), expected, "{bytes:?}");
    }
}

#[test]
fn a_file_cut_anywhere_is_reported_and_read_up_to_there() {
    let text = example("837p-several-claims.837");
    let whole = text.trim_end().len();
    for cut in (1..whole).step_by(7) {
        let (claims, faults) = read(&text.as_bytes()[..cut]);
        let complete = text[..cut].matches("CLM*").count();
        assert!(claims.len() <= complete && claims.len() + 1 >= complete, "cut at {cut}");
        assert!(!faults.is_empty(), "cut at {cut}");
    }
}

#[test]
fn an_interchange_that_breaks_off_costs_its_neighbour_nothing() {
    let text = example("837p-office-visit-dependent.837");
    let cut = &text[..text.find("DTP*472").unwrap() + 5];
    let (claims, faults) = read(format!("{cut}{}", example("837i-inpatient-clean.837")).as_bytes());
    assert_eq!(claims.len(), 2);
    assert_eq!(claims[1].claim.claim_id.as_str(), "IP-0001-CLEAN");
    let first = kinds(&claims[0].faults);
    assert!(
        first.contains(&FaultKind::UnterminatedSegment) && first.contains(&FaultKind::IncompleteClaim),
        "{first:?}"
    );
    assert!(kinds(&faults).iter().all(|kind| *kind == FaultKind::MissingTrailer), "{faults:?}");
    assert!(claims[1].faults.is_empty());
}

#[test]
fn trailers_are_held_against_headers() {
    let text = example("837p-office-visit-dependent.837");
    let change = |from: &str, to: &str| kinds(&read(text.replace(from, to).as_bytes()).1);
    assert_eq!(change("SE*38*", "SE*99*"), [FaultKind::SegmentCountMismatch]);
    assert_eq!(change("SE*38*0001", "SE*38*0002"), [FaultKind::ControlNumberMismatch]);
    assert_eq!(change("GE*1*", "GE*2*"), [FaultKind::TransactionCountMismatch]);
    assert_eq!(change("IEA*1*", "IEA*3*"), [FaultKind::GroupCountMismatch]);
    assert_eq!(change("IEA*1*000000004", "IEA*1*000000005"), [FaultKind::ControlNumberMismatch]);
    assert_eq!(change("SE*38*0001~\n", ""), [FaultKind::MissingTrailer]);
    assert_eq!(change("005010X222A2", "005010X999"), [FaultKind::UnknownVersion]);
    assert_eq!(change("*X*005010X222A2", "*X*005010X223A3"), [FaultKind::VersionMismatch]);
    assert_eq!(change("ST*837*0001*005010X222A2~\n", ""), [FaultKind::MissingHeader]);
}

#[test]
fn elements_that_make_no_sense_are_left_out_and_named() {
    let text = example("837p-office-visit-dependent.837");
    let change = |from: &str, to: &str| {
        let (claims, faults) = read(text.replacen(from, to, 1).as_bytes());
        assert!(faults.is_empty(), "{faults:?}");
        let faults = &claims[0].faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        (faults[0].kind, faults[0].to_string())
    };
    let (kind, sentence) = change("D8*20260410", "D8*20261310");
    assert_eq!(kind, FaultKind::NotADate);
    assert!(
        sentence.starts_with("`20261310` is no date: eight digits CCYYMMDD are expected (DTP in loop 2400, byte "),
        "{sentence}"
    );
    assert_eq!(change("HC:99213*120", "HC:99213*12O").0, FaultKind::NotAnAmount);
    assert_eq!(change("HC:99213", "HC:992133").0, FaultKind::NotACode);
    assert_eq!(change("ABK:H6691", "ABK:H6691-X").0, FaultKind::NotACode);
    assert_eq!(change("ABK:H6691", "QQ:H6691").0, FaultKind::UnknownQualifier);
    assert_eq!(change("XX*1306000054", "XX*130600005").0, FaultKind::NotAnIdentifier);
    assert_eq!(change("20190812*M", "20190812*X").0, FaultKind::NotACode);
    assert_eq!(change("HL*3*2*23", "HL*3*7*23").0, FaultKind::UnknownHierarchicalParent);
    assert_eq!(change("SV1*HC:87880:QW*25*UN*1***2~", "QTY*FL*1~").0, FaultKind::MissingService);
    assert_eq!(change("PRV*PE*PXC*208000000X~", "XYZ*1~").0, FaultKind::UnexpectedSegment);
}

#[test]
fn encounters_and_predeterminations_are_marked() {
    let text = example("837p-office-visit-dependent.837");
    let purpose = |text: String| read(text.as_bytes()).0[0].claim.purpose;
    assert_eq!(purpose(text.replace("*0930*CH~", "*0930*RP~")), Purpose::Reporting);
    assert_eq!(purpose(text.replace("005010X222A2", "005010X291")), Purpose::Predetermination);
    assert_eq!(purpose(text), Purpose::Chargeable);
}

#[test]
fn wrong_encoding_is_read_with_question_marks() {
    let text = example("837i-inpatient-clean.837");
    let bytes: Vec<u8> =
        text.replace("DOE*JOHN", "D#E*JOHN").bytes().map(|b| if b == b'#' { 0xd6 } else { b }).collect();
    let (claims, faults) = read(&bytes);
    assert!(faults.is_empty());
    assert_eq!(claims[0].claim.patient.last_name, "D?E");
    assert_eq!(kinds(&claims[0].faults), [FaultKind::NotUtf8]);
    assert_eq!(claims[0].claim.diagnoses.len(), 8);
}

#[test]
fn principal_diagnoses_do_not_repeat_and_pointers_still_count() {
    let text = example("837p-office-visit-dependent.837").replace("ABF:R509", "ABK:R509");
    let (claims, _) = read(text.as_bytes());
    assert_eq!(kinds(&claims[0].faults), [FaultKind::RepeatedSegment]);
    assert_eq!(claims[0].claim.diagnoses[1].role, DiagnosisRole::Other);
}

/// A stream of one byte without end, cut at a length.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let take = (buffer.len() as u64).min(self.0) as usize;
        buffer[..take].fill(b'A');
        self.0 -= take as u64;
        Ok(take)
    }
}

#[test]
fn an_endless_segment_is_a_fault_and_no_danger() {
    let text = example("837p-office-visit-dependent.837");
    let (head, tail) = text.split_at(text.find("LX*1").unwrap());
    let stream = head.as_bytes().chain(Endless(200 << 20)).chain(b"~\n".as_slice()).chain(tail.as_bytes());
    let events: Vec<_> = Reader::new(stream, FileId(0)).collect();
    let Event::Claim(record) = &events[0] else { panic!("{:?}", events[0]) };
    assert_eq!(kinds(&record.faults), [FaultKind::SegmentTooLong]);
    assert_eq!(record.claim.lines.len(), 2);
}

#[test]
fn claims_beyond_the_limits_are_cut_and_said_to_be() {
    let text = example("837p-office-visit-dependent.837");
    let limits = Limits { lines_per_claim: 1, ..Limits::default() };
    let events: Vec<_> = Reader::from_slice_with_limits(text.as_bytes(), FileId(0), limits).collect();
    let Event::Claim(record) = &events[0] else { panic!() };
    assert_eq!((kinds(&record.faults), record.claim.lines.len()), (vec![FaultKind::TooManyLines], 1));
    let limits = Limits { claim_bytes: 120, ..Limits::default() };
    let events: Vec<_> = Reader::from_slice_with_limits(text.as_bytes(), FileId(0), limits).collect();
    let Event::Claim(record) = &events[0] else { panic!() };
    assert_eq!(kinds(&record.faults), [FaultKind::ClaimTooLarge]);
}

/// A stream that fails.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_stream_that_fails_is_a_fault() {
    let text = example("837p-office-visit-dependent.837");
    let cut = &text.as_bytes()[..text.find("LX*2").unwrap()];
    let events: Vec<_> = Reader::new(cut.chain(Broken), FileId(0)).collect();
    let faults: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Fault(fault) = event { Some(fault.kind) } else { None })
        .collect();
    assert!(faults.contains(&FaultKind::ReadFailed), "{faults:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Claim(_))));
}
