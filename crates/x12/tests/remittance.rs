//! 835s: read, balanced, written and read again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{FileId, Money};
use openclaim_testkit::shared;
use openclaim_x12::remittance::{Balance, Remittance, RemittanceEvent, Remittances, write};
use openclaim_x12::write::LineBreak;
use proptest::prelude::*;

const PAYMENT: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260501*0930*^*00501*000000001*0*T*:~\
GS*HP*PAYER*CLINIC*20260501*0930*1*X*005010X221A1~\
ST*835*0001~\
BPR*I*145*C*ACH*CCP*01*888999777*DA*24681012*1935665544**01*111333555*DA*144444*20260502~\
TRN*1*TRACE1*1935665544~\
DTM*405*20260430~\
N1*PR*DEMO PAYER~\
N3*1 PAYER WAY~\
N4*DENVER*CO*80202~\
PER*BL*HELP DESK*TE*5555550100~\
N1*PE*EXAMPLE CLINIC*XX*1492000025~\
REF*TJ*311234567~\
LX*1~\
CLP*PR-0001*1*200*150*20*12*ICN1*11*1~\
CAS*CO*45*10~\
NM1*QC*1*DOE*JANE****MI*DEMO1~\
DTM*232*20260401~\
SVC*HC:99213:25*120*100**1~\
DTM*472*20260401~\
CAS*PR*3*20~\
REF*6R*L1~\
AMT*B6*120~\
LQ*HE*N130~\
SVC*HC:87880*80*60**1~\
CAS*CO*45*10**97*10~\
PLB*1492000025*20261231*WO:ICN0*5~\
SE*25*0001~\
GE*1*1~\
IEA*1*000000001~";

fn read(bytes: &[u8]) -> (Vec<Remittance>, Vec<String>) {
    let (mut payments, mut faults) = (Vec::new(), Vec::new());
    for event in Remittances::from_slice(bytes, FileId(0)) {
        match event {
            RemittanceEvent::Remittance(remittance) => payments.push(*remittance),
            RemittanceEvent::Fault(fault) => faults.push(fault.to_string()),
        }
    }
    (payments, faults)
}

/// What was read, without the places it was read from.
fn content(remittances: &[Remittance]) -> String {
    let text = format!("{remittances:#?}");
    let mut kept = Vec::new();
    let mut skip = 0_usize;
    for line in text.lines() {
        let trimmed = line.trim();
        if skip > 0 {
            skip = skip + line.matches(['(', '{']).count() - line.matches([')', '}']).count();
        } else if trimmed.starts_with("span:") {
            skip = line.matches(['(', '{']).count() - line.matches([')', '}']).count();
        } else {
            kept.push(line);
        }
    }
    kept.join("\n")
}

#[test]
fn a_payment_is_read_and_balances() {
    let (payments, faults) = read(PAYMENT.as_bytes());
    assert_eq!(faults, Vec::<String>::new());
    let [payment] = payments.as_slice() else { panic!("{payments:?}") };
    assert_eq!((payment.payment.trace.as_str(), payment.payment.amount.value), ("TRACE1", Money::from_cents(14_500)));
    let claim = payment.claims().next().unwrap();
    assert_eq!((claim.claim_id.as_str(), claim.lines.len(), claim.entities.len()), ("PR-0001", 2, 1));
    assert_eq!(claim.lines[0].remarks, [("HE".into(), "N130".into())]);
    assert_eq!(claim.lines[1].adjustments.len(), 2);
    assert_eq!(payment.imbalances(), []);
}

#[test]
fn what_does_not_add_up_is_told_once_for_each_amount() {
    for (from, to, balance) in [
        ("BPR*I*145*", "BPR*I*144*", Balance::Payment),
        ("SVC*HC:99213:25*120*100*", "SVC*HC:99213:25*120*90*", Balance::Line { claim_id: "PR-0001".into(), line: 1 }),
        ("CAS*CO*45*10~NM1", "CAS*CO*45*11~NM1", Balance::Claim { claim_id: "PR-0001".into() }),
    ] {
        let text = PAYMENT.replace(from, to);
        assert_ne!(text, PAYMENT, "{from}");
        let (payments, _) = read(text.as_bytes());
        let found: Vec<_> = payments[0].imbalances().into_iter().map(|imbalance| imbalance.balance).collect();
        assert_eq!(found, [balance]);
    }
}

#[test]
fn what_was_read_is_written_byte_by_byte() {
    let (payments, _) = read(PAYMENT.as_bytes());
    let written = write(&payments, LineBreak::None).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), PAYMENT);
}

#[test]
fn sample_files_are_read_back_equal() {
    let Some(samples) = shared("remittance: sample_files_are_read_back_equal", "samples/835") else { return };
    let mut paths: Vec<_> = std::fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let (payments, faults) = read(&bytes);
        let name = path.file_name().unwrap().display().to_string();
        for fault in faults.iter().take(5) {
            eprintln!("{name}: {fault}");
        }
        for imbalance in payments.iter().flat_map(Remittance::imbalances) {
            eprintln!("{name}: {imbalance}");
        }
        if payments.iter().any(|payment| payment.interchange.is_none() || payment.group.is_none()) {
            continue;
        }
        let written = write(&payments, LineBreak::Lf).unwrap();
        let (again, _) = read(&written);
        assert_eq!(content(&payments), content(&again), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(Remittances::from_slice(&bytes, FileId(0)).count() > 0);
    }

    #[test]
    fn damaged_payments_cost_no_panic(at in 0..PAYMENT.len(), byte in any::<u8>(), cut in 0..PAYMENT.len()) {
        let mut bytes = PAYMENT.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.truncate(cut);
        for event in Remittances::from_slice(&bytes, FileId(0)) {
            if let RemittanceEvent::Remittance(remittance) = event {
                let _ = remittance.imbalances();
                let _ = write(&[*remittance], LineBreak::None);
            }
        }
    }
}
