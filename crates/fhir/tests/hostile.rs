//! Files that are broken, or made to break a reader.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use flate2::Compression;
use flate2::write::GzEncoder;
use openclaim_claim::FileId;
use openclaim_fhir::{Event, Fault, FaultKind, Limits, Reader, Record, operation_outcome, unpacked, write_record};
use proptest::prelude::*;
use std::io::{Read, Write};

fn read_with(bytes: &[u8], limits: Limits) -> (Vec<Record>, Vec<Fault>) {
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    for event in Reader::with_limits(bytes, FileId(0), limits) {
        match event {
            Event::Claim(record) => records.push(*record),
            Event::Fault(fault) => faults.push(fault),
        }
    }
    (records, faults)
}

fn read(bytes: &[u8]) -> (Vec<Record>, Vec<Fault>) {
    read_with(bytes, Limits::default())
}

fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    faults.iter().map(|fault| fault.kind).collect()
}

fn claim(id: &str) -> String {
    format!(
        r#"{{"resourceType":"Claim","id":"{id}","type":{{"coding":[{{"code":"professional",
"system":"http://terminology.hl7.org/CodeSystem/claim-type"}}]}},"patient":{{"reference":"Patient/1"}},
"item":[{{"sequence":1,"net":{{"value":12.50,"currency":"USD"}}}}]}}"#
    )
    .replace('\n', "")
}

#[test]
fn a_bad_line_costs_no_neighbour() {
    let bad = ["{", "}", "nonsense", "{\"resourceType\":\"Claim\"", "[1,2", "\"text\"", "{\"a\":\"\u{1}\"}"];
    let mut text = String::new();
    for (number, line) in bad.iter().enumerate() {
        text += &format!("{}\n{line}\n", claim(&number.to_string()));
    }
    let mut bytes = text.into_bytes();
    bytes.extend(b"\xff\xfe\n");
    bytes.extend(claim("last").bytes());
    let (records, faults) = read(&bytes);
    let ids: Vec<_> = records.iter().map(|record| record.claim.claim_id.to_string()).collect();
    assert_eq!(ids, ["0", "1", "2", "3", "4", "5", "6", "last"]);
    assert_eq!(faults.len(), bad.len() + 1, "{faults:?}");
    for fault in &faults {
        assert!(fault.span.end() <= bytes.len() as u64);
    }
}

#[test]
fn a_first_line_cut_short_does_not_swallow_the_rest() {
    let text = format!("{{\"resourceType\":\"Claim\",\"id\":\n{}\n{}\n", claim("1"), claim("2"));
    let (records, faults) = read(text.as_bytes());
    assert_eq!((records.len(), kinds(&faults)), (2, vec![FaultKind::MalformedJson]));
}

#[test]
fn nesting_numbers_and_types_are_survived() {
    let deep = format!("{}\n{}\n", "{\"a\":".repeat(200_000), claim("1"));
    let (records, faults) = read(deep.as_bytes());
    assert_eq!((records.len(), kinds(&faults)), (1, vec![FaultKind::NestedTooDeep]));

    let huge = claim("1").replace("12.50", &"9".repeat(5_000));
    assert_eq!(kinds(&read(huge.as_bytes()).0[0].faults), [FaultKind::NotAnAmount]);
    let exponent = claim("1").replace("12.50", "1e999999999999");
    assert_eq!(kinds(&read(exponent.as_bytes()).0[0].faults), [FaultKind::NotAnAmount]);

    for wrong in
        ["null", "true", "1", "\"x\"", "[]", "{}", "[[]]", "[null]", "[{}]", "[{\"coding\":1}]", "{\"coding\":[1]}"]
    {
        for name in
            ["type", "identifier", "patient", "item", "diagnosis", "careTeam", "supportingInfo", "insurance", "total"]
        {
            let text = format!(r#"{{"resourceType":"ExplanationOfBenefit","id":"1","{name}":{wrong}}}"#);
            let (records, _) = read(text.as_bytes());
            assert_eq!(records.len(), 1, "{text}");
            let faults = &records[0].faults;
            assert!(faults.iter().all(|fault| fault.span.end() <= text.len() as u64), "{faults:?}");
        }
    }
}

/// What a file repeats does not multiply in memory or time.
#[test]
fn what_is_repeated_does_not_multiply() {
    let references = "1,".repeat(300_000);
    let name = "n".repeat(300_000);
    let items = format!(r#"{{"sequence":1,"careTeamSequence":[{references}1],"diagnosisSequence":[{references}1]}}"#);
    let text = format!(
        r#"{{"resourceType":"Claim","id":"1","use":"claim","careTeam":[{{"sequence":1,"provider":{{"display":"{name}"}}}}],
        "diagnosis":[{{"sequence":1,"diagnosisCodeableConcept":{{"coding":[{{"code":"I10"}}]}}}}],"item":[{items},{items}]}}"#
    );
    let (records, _) = read(text.as_bytes());
    let claim = &records[0].claim;
    assert!(claim.lines[1].providers.len() <= 20 && claim.lines[1].providers[0].name.len() == 1_000);
    assert!(claim.lines[1].diagnosis_pointers.len() <= 255);

    let (_, faults) = read(format!("[{}0]", "0,".repeat(300_000)).as_bytes());
    assert_eq!(faults.len(), Limits::default().faults_per_file + 1);
    let (records, faults) = read(format!("[{}0]", "0,".repeat(4_000_000)).as_bytes());
    assert_eq!((records.len(), kinds(&faults)), (0, vec![FaultKind::TooLarge]));
}

#[test]
fn limits_hold() {
    let limits = Limits { text_bytes: 600, lines_per_claim: 2, faults_per_claim: 3, faults_per_file: 2 };
    let lines = r#"{"sequence":1,"net":{"value":"x"}},"#.repeat(5);
    let many = format!(
        r#"{{"resourceType":"Claim","id":"1","use":"claim","item":[{}{{}}],"patient":{{"reference":"Patient/1"}}}}"#,
        lines
    );
    let (records, _) = read_with(many.as_bytes(), limits);
    assert_eq!(records[0].claim.lines.len(), 2);
    assert!(records[0].faults.len() <= 4);
    let long = format!("{}\n{}\n", "x".repeat(700), claim("1"));
    let (records, faults) = read_with(format!("{}\n{long}", claim("0")).as_bytes(), limits);
    assert_eq!((records.len(), kinds(&faults)), (2, vec![FaultKind::TooLarge]));
    let bad = "x\n".repeat(50);
    let (_, faults) = read_with(format!("{}\n{bad}", claim("0")).as_bytes(), limits);
    assert_eq!(faults.len(), 3);
    assert_eq!(faults[2].kind, FaultKind::TooManyFaults);
}

#[test]
fn empty_and_foreign_files_have_a_fault() {
    for (bytes, kind) in [
        (&b""[..], FaultKind::EmptyFile),
        (b" \n\r\n", FaultKind::NoClaims),
        (b"ISA*00*", FaultKind::UnknownFormat),
        (b"{}", FaultKind::NotAResource),
        (b"[]", FaultKind::NoClaims),
        (b"BENE_ID|SEX\n1|2\n", FaultKind::NotAClaimFile),
        (b"BENE_ID|CLM_ID\n1|2\n", FaultKind::MissingColumn),
    ] {
        let (records, faults) = read(bytes);
        assert!(records.is_empty());
        assert_eq!(kinds(&faults), [kind]);
    }
}

#[test]
fn compressed_files_are_read_until_they_are_damaged() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    for number in 0..2_000 {
        writeln!(encoder, "{}", claim(&number.to_string())).unwrap();
    }
    let packed = encoder.finish().unwrap();
    let count = |bytes: &[u8]| {
        let events: Vec<Event> = Reader::new(unpacked(bytes).unwrap(), FileId(0)).collect();
        let claims = events.iter().filter(|event| matches!(event, Event::Claim(_))).count();
        let failed =
            events.iter().any(|event| matches!(event, Event::Fault(fault) if fault.kind == FaultKind::ReadFailed));
        (claims, failed)
    };
    assert_eq!(count(&packed), (2_000, false));
    let (claims, failed) = count(&packed[..packed.len() / 2]);
    assert!(failed && claims > 500 && claims < 1_500, "{claims}");
}

#[test]
fn a_bundle_gives_each_claim_its_patient() {
    let text = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"resource":{{"resourceType":"Patient","id":"1","birthDate":"1950-02-03","gender":"female"}}}},
            {{"resource":{}}},
            {{"resource":{{"resourceType":"Observation"}}}}]}}"#,
        claim("A")
    );
    let mut events: Vec<Event> = Reader::new(text.as_bytes(), FileId(0)).keep_originals().collect();
    let Event::Fault(fault) = events.pop().unwrap() else { panic!() };
    assert_eq!((fault.kind, &*fault.path), (FaultKind::UnsupportedResource, "Bundle.entry[2].resource"));
    let Event::Claim(record) = events.pop().unwrap() else { panic!() };
    assert_eq!(record.claim.patient.birth_date.unwrap().to_string(), "1950-02-03");
    assert_eq!(write_record(&record), claim("A"));
    assert!(events.is_empty());
}

#[test]
fn faults_become_an_operation_outcome() {
    let text = claim("1").replace("\"use\"", "").replace(r#""id":"1","#, r#""id":"1","created":"2026-02-31","#);
    let (records, _) = read(text.as_bytes());
    let fault = &records[0].faults[0];
    assert_eq!(&text[fault.span.start as usize..fault.span.end() as usize], "2026-02-31");
    let outcome: serde_json::Value = serde_json::from_str(&operation_outcome(&records[0].faults)).unwrap();
    assert_eq!(outcome["issue"][0]["expression"][0], "Claim.created");
    assert_eq!(outcome["issue"][0]["code"], "value");
}

const RECORDS: &str = "BENE_ID|CLM_ID|NCH_CLM_TYPE_CD|CLM_FROM_DT|CLM_THRU_DT|CLM_FAC_TYPE_CD|CLM_SRVC_CLSFCTN_TYPE_CD|\
CLM_FREQ_CD|PTNT_DSCHRG_STUS_CD|PRNCPAL_DGNS_CD|ICD_DGNS_CD1|CLM_POA_IND_SW1|CLM_LINE_NUM|REV_CNTR|REV_CNTR_TOT_CHRG_AMT\n\
7|A|60|01-MAY-2026|08-MAY-2026|1|1|1|1|I5020|I5020|Y|1|120|700.00\n\
7|A|60|01-MAY-2026|08-MAY-2026|1|1|1|1|I5020|I5020|Y|2|250|50.5\n\
8|B|60|01-MAY-2026|09-XXX-2026|1|1|1|1|I5020||?|1|120|1.005\n\
9|B|60|02-MAY-2026\n\
|||\n";

#[test]
fn records_are_joined_into_claims() {
    let (records, faults) = read(RECORDS.as_bytes());
    let [first, second] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((first.claim.lines.len(), first.faults.len()), (2, 0), "{:?}", first.faults);
    assert_eq!(first.claim.type_of_bill.unwrap().as_str(), "0111");
    assert_eq!(first.claim.amounts.total_charge.to_string(), "750.50");
    assert_eq!(first.claim.admission.discharge_status.unwrap().as_str(), "01");
    assert_eq!(first.claim.diagnoses.len(), 1);
    let faults_of_second: Vec<_> = second.faults.iter().map(|fault| (fault.kind, &*fault.path)).collect();
    use FaultKind::*;
    assert_eq!(
        faults_of_second,
        [
            (NotADate, "CLM_THRU_DT"),
            (NotAnAmount, "REV_CNTR_TOT_CHRG_AMT"),
            (FieldCountMismatch, ""),
            (InconsistentClaim, "CLM_FROM_DT")
        ]
    );
    let place = second.faults[0].span;
    assert_eq!(&RECORDS[place.start as usize..place.end() as usize], "09-XXX-2026");
    assert_eq!(kinds(&faults), [FieldCountMismatch, MissingElement]);
}

/// A stream that gives out a few bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.1.min(buffer.len()).min(self.0.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0 = &self.0[size..];
        Ok(size)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes of good files overwritten, cut out and doubled: no panic, places within the file, the same events from a stream.
    #[test]
    fn damaged_files_are_survived(
        records in any::<bool>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..40), 0..8),
    ) {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/fhir-claim-inpatient.json");
        let mut bytes = if records { RECORDS.as_bytes().to_vec() } else { std::fs::read(example).unwrap() };
        for (index, byte, len) in changes {
            let at = index.index(bytes.len());
            let end = (at + len).min(bytes.len());
            match byte % 3 {
                0 => { bytes.drain(at..end); }
                1 => { let piece = bytes[at..end].to_vec(); bytes.splice(at..at, piece); }
                _ => bytes[at] = byte,
            }
            if bytes.is_empty() { bytes.push(byte); }
        }
        let whole: Vec<Event> = Reader::new(bytes.as_slice(), FileId(0)).collect();
        prop_assert!(!whole.is_empty());
        for event in &whole {
            let faults = match event {
                Event::Claim(record) => record.faults.as_slice(),
                Event::Fault(fault) => std::slice::from_ref(fault),
            };
            for fault in faults {
                prop_assert!(fault.span.end() <= bytes.len() as u64, "{}", fault);
            }
        }
        let pieces: Vec<Event> =
            Reader::new(std::io::BufReader::with_capacity(4096, Pieces(&bytes, 4096)), FileId(0)).collect();
        prop_assert_eq!(whole, pieces);
    }
}
