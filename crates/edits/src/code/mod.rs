//! SNIP level 5: codes against their code sets, on the date that counts.
//!
//! Diagnoses and procedures of hospital inpatient bills (11x) are judged by the Medicare Code Editor, whose edits say the
//! same (`mce/invalid-code`, `mce/invalid-admitting-diagnosis`, `mce/invalid-discharge-status`); here only the patient's
//! reason for visit is looked at on those bills, which the editor does not read.

pub mod conventions;
mod diagnoses;
mod institutional;
mod places;
mod procedure_list;
mod procedures;
mod providers;

use crate::claim_edit::{Findings, at, claim_edits, position};
use crate::registry::Edit;
use openclaim_claim::{Claim, ClaimType, HcpcsCode, NotEvaluated, NotEvaluatedReason, Subject, Text, Unanswered};
use openclaim_reference::Library;
use std::collections::HashSet;

claim_edits! {
    Code "code" level 5
    shared {
        ///
        /// ## Why
        /// A code that does not exist on the date says nothing, and no payer can decide by it.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A7 or A3), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// A diagnosis code does not exist on the date of service.
    ///
    /// ## What it checks
    /// Every ICD-10-CM code of professional, dental and outpatient claims on the last day of service, and the reason for
    /// visit of every claim. On hospital inpatient bills `mce/invalid-code` judges the others.
    ///
    /// ## Source
    /// ICD-10-CM code files of the fiscal year, NCHS and CMS; 45 CFR 162.1002.
    ///
    /// ## Example
    /// `HI*ABK:I503` on a claim of 2026: the code needs further characters.
    DIAGNOSIS: "invalid-diagnosis", "Invalid diagnosis code", RejectClaim;

    /// An ICD-10-PCS code does not exist on the date of service.
    ///
    /// ## What it checks
    /// HI*BBR and HI*BBQ of institutional claims other than hospital inpatient bills, which `mce/invalid-code` judges.
    ///
    /// ## Source
    /// ICD-10-PCS code files of the fiscal year, CMS; 45 CFR 162.1002.
    ///
    /// ## Example
    /// `HI*BBR:0DTJ4ZA:D8:20260501`.
    PROCEDURE: "invalid-procedure", "Invalid ICD-10-PCS code", RejectClaim;

    /// A procedure code cannot be a CPT or HCPCS code.
    ///
    /// ## What it checks
    /// Codes with qualifier HC, and procedures of HI*BP and HI*BO: four digits and a digit or letter, or a letter and four
    /// digits. Codes with qualifier AD: the letter D and four digits.
    ///
    /// ## Source
    /// CMS, HCPCS level II coding procedures; AMA, CPT, on the form of codes; 45 CFR 162.1002.
    ///
    /// ## Example
    /// `SV1*HC:9921X9` has six characters and is refused by the reader; `SV1*HC:AB213` is refused here.
    MALFORMED_HCPCS: "malformed-hcpcs", "Malformed procedure code", RejectClaim;

    /// A procedure code is not in the list of codes that is loaded.
    ///
    /// ## What it checks
    /// HC codes of lines against the user's list (`openclaim check --hcpcs FILE`), else by the date of the line: level II
    /// codes against the HCPCS file (table `hcpcs/codes`), CPT numbers against the relative value file of the physician fee
    /// schedule (`mpfs/pprrvu`), which lists them whether or not it pays for them. Without a list that speaks for the day
    /// it cannot tell, which is said once per claim.
    ///
    /// ## Source
    /// The list; CMS HCPCS quarterly files; CMS PPRRVU files.
    ///
    /// ## Example
    /// `SV1*HC:99299` with a list that lacks 99299.
    UNKNOWN_HCPCS: "unknown-hcpcs", "Unknown procedure code", RejectClaim;

    /// A place of service is no code of the set.
    ///
    /// ## What it checks
    /// CLM05-1 of professional and dental claims, SV105 and SV303.
    ///
    /// ## Source
    /// CMS, Place of Service Code Set.
    ///
    /// ## Example
    /// Place of service 77.
    PLACE_OF_SERVICE: "invalid-place-of-service", "Invalid place of service", RejectClaim;

    /// A revenue code stands outside of every range in use.
    ///
    /// ## What it checks
    /// 0001, 0022 to 0024, 0100 to 0999, 1000 to 1009, 2100 to 2109 and 3101 to 3109 are in use. Single codes are not
    /// looked up: their list is licensed.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locator 42.
    ///
    /// ## Example
    /// `SV2*9999`.
    REVENUE: "invalid-revenue-code", "Invalid revenue code", RejectClaim;

    /// A type of bill is none in use.
    ///
    /// ## What it checks
    /// Type of facility and classification (CLM05-1), and the frequency (CLM05-3): 0 to 9, A to Q, X to Z.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locator 4.
    ///
    /// ## Example
    /// `CLM05` is `99:A:1`.
    TYPE_OF_BILL: "invalid-type-of-bill", "Invalid type of bill", RejectClaim;

    /// A patient discharge status is none in force.
    ///
    /// ## What it checks
    /// CL103 of institutional claims other than hospital inpatient bills, which `mce/invalid-discharge-status` judges.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 16; Medicare Claims Processing Manual (Pub. 100-04),
    /// chapter 25, form locator 17.
    ///
    /// ## Example
    /// `CL1*1*1*99`.
    DISCHARGE_STATUS: "invalid-discharge-status", "Invalid discharge status", RejectClaim;

    /// An admission type is none in use.
    ///
    /// ## What it checks
    /// CL101 is 1 to 5 or 9.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locator 14.
    ///
    /// ## Example
    /// `CL1*7*1*01`.
    ADMISSION_TYPE: "invalid-admission-type", "Invalid admission type", RejectClaim;

    /// A point of origin is none in use.
    ///
    /// ## What it checks
    /// CL102 of statements that begin on 2010-07-01 or later: 1, 2, 4, 5, 6, 8, 9, D, E, F and G; of newborns (admission
    /// type 4) 5 and 6.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locator 15.
    ///
    /// ## Example
    /// `CL1*1*7*01`: 7, emergency room, ended in 2010.
    POINT_OF_ORIGIN: "invalid-point-of-origin", "Invalid point of origin", RejectClaim;

    /// A code is of a revision of the ICD that was not in use on the day.
    ///
    /// ## What it checks
    /// ICD-9-CM qualifiers (BK, BF, BJ, PR, BN, BR, BQ) of services from 2015-10-01 on, and ICD-10 qualifiers of services
    /// before; of a claim the first one.
    ///
    /// ## Source
    /// 45 CFR 162.1002(b) and (c).
    ///
    /// ## Example
    /// `HI*BK:4280` on a claim of 2026.
    REVISION: "wrong-icd-revision", "ICD revision not in use on the day", RejectClaim;

    /// A diagnosis stands twice on a claim.
    ///
    /// ## What it checks
    /// Principal and other diagnoses; of hospital inpatient bills the other ones among themselves, where
    /// `mce/duplicate-of-principal` says it of the principal one.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.8: each unique code is reported once.
    ///
    /// ## Example
    /// `HI*ABK:I10*ABF:I10`.
    REPEATED: "repeated-diagnosis", "Diagnosis reported twice", Warn;

    /// An external cause of morbidity is the first diagnosis.
    ///
    /// ## What it checks
    /// V00 to Y99 as principal diagnosis of claims other than hospital inpatient bills, where
    /// `mce/external-cause-as-principal` says it.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.20.a.6.
    ///
    /// ## Example
    /// `HI*ABK:W010XXA`.
    EXTERNAL_CAUSE: "external-cause-first", "External cause as first diagnosis", RejectClaim;

    /// A condition, occurrence, occurrence span or value code has not two characters, or stands in the range of another
    /// kind.
    ///
    /// ## What it checks
    /// HI*BG, BH, BI and BE. Occurrence codes are 01 to 69 and A0 to L9, occurrence span codes 70 to 99 and M0 to Z9. Single
    /// codes are not looked up: their list is licensed.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 25, form locators 18 to 41.
    ///
    /// ## Example
    /// `HI*BG:7`.
    UB_CODE: "malformed-ub-code", "Malformed UB-04 code", RejectClaim;

    /// A taxonomy code has not the form of one.
    ///
    /// ## What it checks
    /// PRV03: three digits, six letters and digits, and X.
    ///
    /// ## Source
    /// NUCC, Health Care Provider Taxonomy code set, on the structure of its codes.
    ///
    /// ## Example
    /// `PRV*BI*PXC*203BF0100Y`, of an edition before 2003.
    TAXONOMY: "malformed-taxonomy", "Malformed taxonomy code", Warn;

    /// The check digit of an NPI is wrong.
    ///
    /// ## What it checks
    /// Billing and pay-to provider, providers of claim and lines; a provider above several claims once.
    ///
    /// ## Source
    /// 45 CFR 162.406; CMS, *Requirements for National Provider Identifier (NPI) and NPI Check Digit*.
    ///
    /// ## Example
    /// `NM1*85*2*CLINIC*****XX*1738000012`.
    NPI: "npi-check-digit", "Wrong check digit of an NPI", RejectClaim;

    /// A line points to a diagnosis that the claim does not have.
    ///
    /// ## What it checks
    /// SV107 and SV311 against the number of principal and other diagnoses.
    ///
    /// ## Source
    /// ASC X12N 837 implementation guides 005010X222 and X224 with errata, SV107 and SV311.
    ///
    /// ## Example
    /// `SV1*HC:99213*120*UN*1***3` under two diagnoses.
    POINTER: "pointer-to-no-diagnosis", "Pointer to no diagnosis", RejectClaim;
}

/// The tables of the code edits.
#[derive(Debug, Clone, Copy)]
pub struct Codes<'a> {
    /// ICD-10, discharge statuses.
    pub library: &'a Library,
    /// Procedure codes that exist, when a list is loaded.
    pub hcpcs: Option<&'a HashSet<HcpcsCode>>,
}

/// The edits of the family.
pub(crate) fn edits() -> &'static [Edit] {
    static ALL: std::sync::LazyLock<Vec<Edit>> =
        std::sync::LazyLock::new(|| EDITS.iter().map(|edit| **edit).chain(conventions::EDITS).collect());
    &ALL
}

/// Runs the edits of one claim.
pub(crate) fn check(claim: &Claim, codes: &Codes<'_>, report: &mut Findings, not_evaluated: &mut Vec<NotEvaluated>) {
    diagnoses::exist(claim, codes.library, report, not_evaluated);
    procedures::exist(claim, codes, report, not_evaluated);
    diagnoses::revision(claim, report);
    diagnoses::repeated(claim, report);
    providers::check(claim, report);
    if claim.claim_type == ClaimType::Institutional {
        institutional::check(claim, codes.library, report);
    } else {
        places::check(claim, report);
    }
    let pointable = claim.pointable_diagnoses().count();
    for (index, line) in claim.lines.iter().enumerate() {
        for pointer in &line.diagnosis_pointers {
            if pointer.value == 0 || usize::from(pointer.value) > pointable {
                let message = format!(
                    "line {} points to diagnosis {}, but the claim has {pointable}",
                    line.number, pointer.value
                );
                let element = if claim.claim_type == ClaimType::Dental { ("SV3", "SV311") } else { ("SV1", "SV107") };
                let subject = Subject::Line(position(index));
                report.fire(&POINTER, subject, pointer.span, at("2400", element.0, element.1), message);
            }
        }
    }
}

/// Says once that a rule cannot tell.
fn cannot_tell(list: &mut Vec<NotEvaluated>, edit: &'static Edit, reason: NotEvaluatedReason, detail: impl Into<Text>) {
    let detail = detail.into();
    if !list.iter().any(|known| known.rule == edit.id) {
        list.push(NotEvaluated::from(Unanswered { rule: Text::const_new(edit.id), reason, detail, remedy: None }));
    }
}

/// Codes of two digits, a flag for each number.
type TwoDigits = [bool; 100];

/// Codes of two digits as flags. Lists of codes are asked for every line of every claim.
const fn two_digits(codes: &[&str]) -> TwoDigits {
    let mut held = [false; 100];
    let mut at = 0;
    while at < codes.len() {
        let code = codes[at].as_bytes();
        assert!(code.len() == 2 && code[0].is_ascii_digit() && code[1].is_ascii_digit(), "two digits make a code");
        held[(code[0] - b'0') as usize * 10 + (code[1] - b'0') as usize] = true;
        at += 1;
    }
    held
}

/// Whether a code is one of a list.
fn holds(held: &TwoDigits, code: &str) -> bool {
    match code.as_bytes() {
        &[tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => held[usize::from(tens - b'0') * 10 + usize::from(ones - b'0')],
        _ => false,
    }
}
