//! One fault at a time in an otherwise accepted file: caught at its own place, and nothing else said.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{FileId, Finding, HcpcsCode};
use openclaim_engine::{Engine, Policy, Run};
use openclaim_x12::{Event, Reader};

/// What is changed in an example, and what is said of it.
struct Fault {
    name: &'static str,
    file: &'static str,
    /// Texts and what takes their place, each the first time it stands.
    changes: &'static [(&'static str, &'static str)],
    /// The edit, its SNIP level and the text it points at.
    says: (&'static str, u8, &'static str),
}

const INPATIENT: &str = "837i-inpatient-clean.837";
const OUTPATIENT: &str = "837i-outpatient-emergency.837";
const DEPENDENT: &str = "837p-office-visit-dependent.837";
const SEVERAL: &str = "837p-several-claims.837";
const DENTAL: &str = "837d-dental.837";
const INTERCHANGES: &str = "several-interchanges.837";

macro_rules! faults {
    ($($name:literal $file:ident [$($from:literal => $to:literal),+] $edit:literal $level:literal $at:literal;)+) => {
        const FAULTS: &[Fault] = &[$(Fault { name: $name, file: $file, changes: &[$(($from, $to)),+], says: ($edit, $level, $at) }),+];
    };
}

#[rustfmt::skip]
faults! {
    "invalid line date"          DEPENDENT  ["DTP*472*D8*20260410" => "DTP*472*D8*20261341"] "x12/not-a-date" 1 "20261341";
    "invalid statement period"   INPATIENT  ["20260501-20260508" => "20260501-20260532"] "x12/not-a-date" 1 "20260532";
    "invalid birth date"         DEPENDENT  ["D8*20190812" => "D8*20190231"] "x12/not-a-date" 1 "20190231";
    "invalid line date of a bill" OUTPATIENT ["DTP*472*D8*20260520" => "DTP*472*D8*2026052"] "x12/not-a-date" 1 "2026052";
    "SE count"                   INPATIENT  ["SE*47*" => "SE*46*"] "x12/segment-count-mismatch" 1 "46";
    "GE count"                   INPATIENT  ["GE*1*1~" => "GE*2*1~"] "x12/transaction-count-mismatch" 1 "2";
    "IEA count"                  INPATIENT  ["IEA*1*" => "IEA*3*"] "x12/group-count-mismatch" 1 "3";
    "SE control number"          INPATIENT  ["SE*47*0001" => "SE*47*0009"] "x12/control-number-mismatch" 1 "0009";
    "HL parent"                  DEPENDENT  ["HL*3*2*23" => "HL*3*7*23"] "x12/unknown-hierarchical-parent" 2 "7";
    "HL number"                  SEVERAL    ["HL*4*1*22" => "HL*9*1*22"] "x12/level-out-of-sequence" 2 "9";
    "HL child code"              SEVERAL    ["HL*4*1*22*0" => "HL*4*1*22*1"] "x12/wrong-child-code" 2 "1";
    "missing SV1"                DEPENDENT  ["SV1*HC:99213*120*UN*1***1:2~\n" => "", "SE*38*" => "SE*37*"] "x12/missing-service" 2 "LX*1~\nDTP*472*D8*20260410~\nREF*6R*PR-0001-1";
    "missing SV2"                INPATIENT  ["SV2*0200**9800*DA*2~\n" => "", "SE*47*" => "SE*46*"] "x12/missing-service" 2 "LX*2";
    "place of service 77"        DEPENDENT  ["***11:B:1" => "***77:B:1"] "code/invalid-place-of-service" 5 "77";
    "CLM02 is not the lines"     DEPENDENT  ["CLM*PR-0001-DEPENDENT*145*" => "CLM*PR-0001-DEPENDENT*155*"] "x12/total-charge-mismatch" 3 "155";
    "CLM02 is not the SV2 lines" INPATIENT  ["SV2*0120**4900*" => "SV2*0120**4800*"] "x12/total-charge-mismatch" 3 "38450.75";
    "NPI check digit"            DEPENDENT  ["1306000054" => "1306000055"] "code/npi-check-digit" 5 "1306000055";
    "billing NPI check digit"    SEVERAL    ["1492000025" => "1492000024"] "code/npi-check-digit" 5 "1492000024";
    "unknown diagnosis"          DEPENDENT  ["ABF:R509" => "ABF:R599X"] "code/invalid-diagnosis" 5 "R599X";
    "unknown inpatient diagnosis" INPATIENT ["ABF:J9601" => "ABF:J9609"] "mce/invalid-code" 0 "J9609";
    "unknown inpatient procedure" INPATIENT ["BBQ:02HV33Z" => "BBQ:02HV339"] "mce/invalid-code" 0 "02HV339";
    "diagnosis with a dot"       DEPENDENT  ["ABF:R509" => "ABF:R50.9"] "x12/dotted-code" 5 "R50.9";
    "inpatient code with a dot"  INPATIENT  ["ABK:I130" => "ABK:I13.0"] "x12/dotted-code" 5 "I13.0";
    "unknown procedure code"     SEVERAL    ["SV1*HC:83036" => "SV1*HC:83039"] "code/unknown-hcpcs" 5 "83039";
    "pointer to no diagnosis"    DEPENDENT  ["***1:2~" => "***1:3~"] "code/pointer-to-no-diagnosis" 5 "3";
    "duplicate claim identifier" SEVERAL    ["CLM*PR-0002-C" => "CLM*PR-0002-A"] "x12/duplicate-claim-id" 4 "PR-0002-A";
    "SVD and CAS"                SEVERAL    ["CAS*PR*2*20" => "CAS*PR*2*30"] "x12/line-adjudication-out-of-balance" 3 "125";
    "claim paid amount"          SEVERAL    ["AMT*D*125" => "AMT*D*130"] "x12/claim-adjudication-out-of-balance" 3 "130";
    "replacement without original" SEVERAL  ["REF*F8*DEMO-ICN-0099~\n" => "", "SE*93*" => "SE*92*"] "x12/missing-original-reference" 4 "7";
    "void of a bill without original" INPATIENT ["11:A:1" => "11:A:8"] "x12/missing-original-reference" 4 "8";
    "POA of the principal"       INPATIENT  ["ABK:I130:::::::Y" => "ABK:I130"] "x12/missing-present-on-admission" 4 "I130";
    "POA of another diagnosis"   INPATIENT  ["ABF:E1122:::::::Y" => "ABF:E1122"] "x12/missing-present-on-admission" 4 "E1122";
    "revenue line without date"  OUTPATIENT ["DTP*472*D8*20260520~\nLX*2" => "LX*2", "SE*42*" => "SE*41*"] "x12/missing-line-date" 4 "0450";
    "line date of several days"  OUTPATIENT ["RD8*20260520-20260520" => "RD8*20260520-20260521", "SV2*0270*HC:L4350*410*UN*1~\nDTP*472*D8*20260520~\n" => "SV2*0270*HC:L4350*410*UN*1~\n", "SE*42*" => "SE*41*"] "x12/missing-line-date" 4 "0270";
    "second subscriber"          DEPENDENT  ["NM1*PR*2*DEMO COMMERCIAL" => "NM1*IL*1*OTHER*ALEX****MI*DEMO55502~\nN3*8 NOWHERE LANE~\nN4*COLUMBUS*OH*432040004~\nNM1*PR*2*DEMO COMMERCIAL", "SE*38*" => "SE*41*"] "x12/too-many-repetitions" 2 "NM1*IL*1*OTHER*ALEX****MI*DEMO55502";
    "other subscriber behind lines" SEVERAL ["HL*3*1*22" => "SBR*S*18*G******CI~\nOI***Y***Y~\nNM1*IL*1*DOE*PAT****MI*X777~\nNM1*PR*2*SECOND PLAN*****PI*SECOND~\nHL*3*1*22", "SE*93*" => "SE*97*"] "x12/segment-out-of-order" 2 "SBR*S*18*G******CI";
    "subscriber before its SBR"  DEPENDENT  ["SBR*P**DEMO-GROUP-7******CI~\nNM1*IL*1*PLACEHOLDER*CASEY****MI*DEMO55501~\n" => "NM1*IL*1*PLACEHOLDER*CASEY****MI*DEMO55501~\nSBR*P**DEMO-GROUP-7******CI~\n"] "x12/segment-out-of-order" 2 "SBR*P**DEMO-GROUP-7******CI";
    "interchange number reused"  INTERCHANGES ["*000000008*0*T" => "*000000007*0*T", "IEA*2*000000008" => "IEA*2*000000007"] "x12/control-number-reused" 1 "000000007";
    "group number reused"        INTERCHANGES ["0930*9*X" => "0930*8*X", "GE*1*9~" => "GE*1*8~"] "x12/control-number-reused" 1 "8";
    "transaction number reused"  INTERCHANGES ["ST*837*0002" => "ST*837*0001", "SE*26*0002" => "SE*26*0001"] "x12/control-number-reused" 1 "0001";
    "missing billing street"     DEPENDENT  ["N3*22 SAMPLE STREET~\n" => "", "SE*38*" => "SE*37*"] "x12/missing-segment" 2 "NM1*85*2*EXAMPLE FAMILY PRACTICE*****XX*1492000025";
    "missing payer"              SEVERAL    ["NM1*PR*2*DEMO MEDICARE PART B*****PI*DEMO-PAYER~\n" => "", "SE*93*" => "SE*92*"] "x12/missing-loop" 2 "HL*2*1*22*0";
    "missing BHT"                DEPENDENT  ["BHT*0019*00*DEMO-PR-0001*20260415*0930*CH~\n" => "", "SE*38*" => "SE*37*"] "x12/missing-segment" 2 "ST*837*0001*005010X222A2";
    "missing diagnoses"          DENTAL     ["SV3*AD:" => "SV3*ZZ:"] "x12/unlisted-code" 2 "ZZ";
    "missing claim identifier"   DEPENDENT  ["CLM*PR-0001-DEPENDENT*" => "CLM**"] "x12/missing-element" 2 "CLM**145***11:B:1*Y*A*Y*Y~";
    "sex"                        DEPENDENT  ["20190812*M" => "20190812*X"] "x12/not-a-code" 5 "X";
    "release of information"     DEPENDENT  ["11:B:1*Y*A*Y*Y" => "11:B:1*Y*A*Y*N"] "x12/unlisted-code" 2 "N";
    "no service date"            DEPENDENT  ["DTP*472*D8*20260410~\nREF*6R*PR-0001-1~\n" => "REF*6R*PR-0001-1~\n", "SE*38*" => "SE*37*"] "x12/missing-segment" 2 "LX*1";
    "order of a line"            DEPENDENT  ["DTP*472*D8*20260410~\nREF*6R*PR-0001-1~\n" => "REF*6R*PR-0001-1~\nDTP*472*D8*20260410~\n"] "x12/segment-out-of-order" 2 "DTP*472*D8*20260410";
    "type of bill"               INPATIENT  ["11:A:1" => "99:A:1"] "code/invalid-type-of-bill" 5 "99:A:1";
    "discharge status"           OUTPATIENT ["CL1*1*1*01" => "CL1*1*1*99"] "code/invalid-discharge-status" 5 "99";
    "inpatient discharge status" INPATIENT  ["CL1*1*1*01" => "CL1*1*1*99"] "mce/invalid-discharge-status" 0 "99";
    "revenue code"               INPATIENT  ["SV2*0730" => "SV2*9730"] "code/invalid-revenue-code" 5 "9730";
    "admission date"             INPATIENT  ["DTP*435*DT*202605011415~\n" => "", "SE*47*" => "SE*46*"] "x12/missing-admission-date" 4 "11:A:1";
    "attending provider"         OUTPATIENT ["NM1*71*1*SAMPLE*MORGAN****XX*1558000034~\n" => "", "SE*42*" => "SE*41*"] "x12/missing-attending-provider" 6 "13:A:1";
    "NDC without quantity"       OUTPATIENT ["CTP****2*ML~\n" => "", "SE*42*" => "SE*41*"] "x12/missing-segment" 2 "LIN**N4*00409379501";
    "member identifier"          SEVERAL    ["****MI*5KK2LL3MM16" => ""] "x12/missing-member-id" 4 "NM1*IL*1*DOE*PAT";
}

/// An engine that knows the procedure codes of the examples.
fn engine() -> Engine {
    let codes = [
        "99213", "99214", "83036", "87880", "20610", "99283", "73610", "L4350", "J1885", "93000", "A0427", "A0425",
        "E0601", "A7030", "98940", "00790", "47562",
    ];
    let codes = codes.iter().map(|code| HcpcsCode::parse(code).unwrap()).collect();
    Engine::embedded(Policy::default()).unwrap().with_procedure_codes(codes)
}

fn check(engine: &Engine, text: &str) -> Vec<Finding> {
    let mut run = Run::default();
    Reader::from_slice(text.as_bytes(), FileId(0))
        .validating()
        .flat_map(|event| match event {
            Event::Claim(record) => engine.adjudicate_record_in(&record, &mut run).findings,
            Event::Fault(fault) => engine.adjudicate_fault(&fault).findings,
        })
        .collect()
}

fn example(name: &str) -> String {
    std::fs::read_to_string(openclaim_testkit::workspace_root().join("examples").join(name)).unwrap()
}

#[test]
fn the_files_are_accepted_before() {
    let engine = engine();
    for file in [INPATIENT, OUTPATIENT, DEPENDENT, SEVERAL, DENTAL, INTERCHANGES] {
        assert_eq!(check(&engine, &example(file)), [], "{file}");
    }
}

#[test]
fn one_fault_gives_one_finding_at_its_place() {
    let engine = engine();
    let mut wrong = Vec::new();
    for fault in FAULTS {
        let mut text = example(fault.file);
        for (from, to) in fault.changes {
            assert!(text.contains(from), "{}: `{from}` does not stand in {}", fault.name, fault.file);
            text = text.replacen(from, to, 1);
        }
        let found: Vec<(&str, u8, &str)> = check(&engine, &text)
            .iter()
            .map(|finding| {
                let span = finding.span.unwrap();
                let (start, end) = (span.start as usize, span.end() as usize);
                (finding.edit, finding.snip.unwrap_or(0), &text[start..end])
            })
            .collect();
        let (edit, level, at) = fault.says;
        let right = matches!(&found[..], [(found, snip, text)] if *found == edit && *snip == level && text.starts_with(at.trim_end_matches('~')));
        if !right {
            wrong.push(format!("{}: {found:?}, expected {:?}", fault.name, fault.says));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file of the examples, by the name that the tables give it, or one of the rich files.
fn named(name: &str) -> String {
    match name {
        "INPATIENT" => example(INPATIENT),
        "OUTPATIENT" => example(OUTPATIENT),
        "DEPENDENT" => example(DEPENDENT),
        "SEVERAL" => example(SEVERAL),
        "DENTAL" => example(DENTAL),
        rich_name => rich(rich_name),
    }
}

/// Applies changes `text => in its place` and sets SE01 right. `\n`, `\t` and `\x01` stand for those characters.
fn changed(name: &str, changes: &[&str]) -> String {
    let unescape = |text: &str| text.replace("\\n", "\n").replace("\\t", "\t").replace("\\x01", "\u{1}");
    let mut text = named(name);
    for change in changes {
        let (from, to) = change.split_once(" =>").unwrap();
        let (from, to) = (unescape(from), unescape(to.strip_prefix(' ').unwrap_or(to)));
        assert!(text.contains(&from), "`{from}` does not stand in {name}");
        text = text.replacen(&from, &to, 1);
    }
    let mut counted = String::new();
    let mut segments = 0;
    for segment in text.split_inclusive('~') {
        let name = segment.trim_start();
        segments = if name.starts_with("ST*") { 1 } else { segments + 1 };
        match name.strip_prefix("SE*").and_then(|rest| rest.split_once('*')) {
            Some((_, rest)) => counted += &format!("\nSE*{segments}*{rest}"),
            None => counted += segment,
        }
    }
    counted
}

/// `claims/faults-by-name.tsv`: faults as engineers of a clearinghouse would try them.
#[test]
fn one_fault_of_an_engineer_gives_one_finding_at_its_place() {
    let engine = engine();
    let mut wrong = Vec::new();
    let mut faults = 0;
    for line in include_str!("claims/faults-by-name.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, file, edit, level, at, ref changes @ ..] = cells[..] else { panic!("{line}") };
        let text = changed(file, changes);
        let at = at.replace("\\x01", "\u{1}").replace("\\t", "\t");
        let found = check(&engine, &text);
        let right = matches!(&found[..], [only] if only.edit == edit
            && only.snip.unwrap_or(0).to_string() == level
            && only.span.is_some_and(|span| at == "-" || text[span.start as usize..].starts_with(&at)));
        if !right {
            let found: Vec<_> = found.iter().map(|only| (only.edit, only.snip, only.message.to_string())).collect();
            wrong.push(format!("{name}: {found:?}"));
        }
        faults += 1;
    }
    assert!(wrong.is_empty() && faults > 200, "{faults}\n{}", wrong.join("\n"));
}

/// `claims/legal.tsv`: what looks like a fault and is none.
#[test]
fn what_is_legal_is_let_pass() {
    let engine = engine();
    let mut wrong = Vec::new();
    for line in include_str!("claims/legal.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, file, ref changes @ ..] = cells[..] else { panic!("{line}") };
        let found = check(&engine, &changed(file, changes));
        if !found.is_empty() {
            wrong.push(format!("{name}: {:?}", found.iter().map(|only| only.message.to_string()).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_breaks_the_file_for_other_separators_too() {
    let text = example(INPATIENT).replace("SE*47*", "SE*46*").replace('~', "'").replace('*', "|").replace(':', ">");
    let found = check(&engine(), &text);
    assert!(matches!(&found[..], [only] if only.edit == "x12/segment-count-mismatch"), "{found:?}");
}

/// Files that use most segments and elements of their guides.
const RICH: &[&str] = &["professional", "professional-special", "institutional", "dental"];

fn rich(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/claims");
    std::fs::read_to_string(folder.join(format!("{name}.837"))).unwrap()
}

#[test]
fn the_rich_files_are_accepted_before() {
    let engine = engine();
    for file in RICH {
        assert_eq!(check(&engine, &rich(file)), [], "{file}");
    }
}

/// `claims/faults.tsv`: a text of a file, what takes its place, and the one finding that this gives.
#[test]
fn one_fault_of_the_table_gives_one_finding_at_its_place() {
    let engine = engine();
    let table = include_str!("claims/faults.tsv");
    let mut wrong = Vec::new();
    let mut faults = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, from, to, edit, at] = cells[..] else { panic!("{line}") };
        let text = rich(file);
        assert!(text.contains(from), "`{from}` does not stand in {file}");
        let text = text.replacen(from, to, 1);
        let found = check(&engine, &text);
        let right = matches!(&found[..], [only] if only.edit == edit && only.span.is_some_and(|span| text[span.start as usize..].starts_with(at)));
        if !right {
            wrong.push(format!(
                "{from} => {to}: {:?}",
                found.iter().map(|only| (only.edit, only.span)).collect::<Vec<_>>()
            ));
        }
        faults += 1;
    }
    assert!(wrong.is_empty() && faults > 180, "{faults}\n{}", wrong.join("\n"));
}

/// The segments of a file without their terminators.
fn segments(text: &str) -> Vec<String> {
    text.split('~').map(|segment| segment.trim().to_owned()).filter(|segment| !segment.is_empty()).collect()
}

/// A file of segments, with SE01 as it must be.
fn file(mut segments: Vec<String>) -> String {
    let start = segments.iter().position(|segment| segment.starts_with("ST*")).unwrap_or(0);
    if let Some(end) = segments.iter().position(|segment| segment.starts_with("SE*")) {
        let number = segments[end].rsplit('*').next().unwrap().to_owned();
        segments[end] = format!("SE*{}*{number}", end + 1 - start);
    }
    segments.iter().map(|segment| format!("{segment}~\n")).collect()
}

#[test]
fn a_segment_dropped_doubled_or_out_of_nowhere_is_one_finding_at_the_most() {
    let engine = engine();
    let mut wrong = Vec::new();
    for name in RICH {
        let whole = segments(&rich(name));
        for at in 0..whole.len() {
            let mut dropped = whole.clone();
            dropped.remove(at);
            let mut doubled = whole.clone();
            doubled.insert(at, whole[at].clone());
            let mut intruded = whole.clone();
            intruded.insert(at, "ZZ9*1".to_owned());
            for (what, changed) in [("without", dropped), ("twice", doubled), ("ZZ9 before", intruded)] {
                if at == 0 && what == "ZZ9 before" {
                    continue;
                }
                let found = check(&engine, &file(changed));
                if found.len() > 1 {
                    let edits: Vec<_> = found.iter().map(|finding| finding.edit).collect();
                    wrong.push(format!("{name}, {what} {}: {edits:?}", whole[at]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What neighbours that changed places are told as, for one pair of each kind.
const SWAPPED: &[(&str, &str, &str, &str)] = &[
    ("ISA", "GS", "x12/missing-interchange-header", "GS"),
    ("GS", "ST", "x12/missing-header", "ST*837"),
    ("ST", "BHT", "x12/missing-header", "BHT"),
    ("SE", "GE", "x12/unexpected-trailer", "SE"),
    ("GE", "IEA", "x12/unexpected-trailer", "GE"),
    ("DTP*573", "SE", "x12/segment-out-of-order", "DTP*573"),
    ("HL*2", "SBR", "x12/missing-segment", "SBR"),
    ("SBR*P", "NM1*IL", "x12/segment-out-of-order", "SBR*P"),
];

#[test]
fn neighbours_that_changed_places_are_one_finding_at_the_most() {
    let engine = engine();
    let mut wrong = Vec::new();
    let mut met = vec![false; SWAPPED.len()];
    for name in RICH {
        let whole = segments(&rich(name));
        for at in 0..whole.len() - 1 {
            let mut swapped = whole.clone();
            swapped.swap(at, at + 1);
            // SE01 still counts what stands between ST and SE in the file that was meant.
            let text: String = swapped.iter().map(|segment| format!("{segment}~\n")).collect();
            let found = check(&engine, &text);
            let said = found.first().map(|finding| {
                let start = finding.span.map_or(0, |span| span.start as usize);
                (finding.edit, text[start..].lines().next().unwrap_or_default())
            });
            let (first, second) = (&whole[at], &whole[at + 1]);
            if found.len() > 1 {
                let edits: Vec<_> = found.iter().map(|finding| finding.edit).collect();
                wrong.push(format!("{name}, {second} before {first}: {edits:?}"));
            }
            for (pair, met) in SWAPPED.iter().zip(&mut met) {
                if first.starts_with(pair.0) && second.starts_with(pair.1) {
                    *met = true;
                    if !said.is_some_and(|(edit, text)| edit == pair.2 && text.starts_with(pair.3)) {
                        wrong.push(format!("{name}, {second} before {first}: {said:?}, expected {pair:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty() && !met.contains(&false), "{met:?}\n{}", wrong.join("\n"));
}

#[test]
fn an_element_emptied_or_garbled_is_one_finding_at_the_most() {
    let engine = engine();
    let mut wrong = Vec::new();
    for name in RICH {
        let whole = segments(&rich(name));
        let body = whole.iter().enumerate().filter(|(_, segment)| {
            !["ISA", "GS", "ST", "SE", "GE", "IEA"].iter().any(|envelope| segment.starts_with(&format!("{envelope}*")))
        });
        for (at, segment) in body {
            let elements: Vec<&str> = segment.split('*').collect();
            for number in 1..elements.len() {
                if elements[number].is_empty() {
                    continue;
                }
                for value in ["", "?!", "Q", &"9".repeat(200)] {
                    let mut changed = elements.clone();
                    changed[number] = value;
                    let mut garbled = whole.clone();
                    garbled[at] = changed.join("*");
                    let found = check(&engine, &file(garbled));
                    if found.len() > 1 {
                        let edits: Vec<_> = found.iter().map(|finding| finding.edit).collect();
                        wrong.push(format!("{name}, {segment}, element {number} `{value:.4}`: {edits:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
