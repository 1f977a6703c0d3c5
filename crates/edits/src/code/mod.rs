//! SNIP level 5: codes against their code sets, on the date that counts.
//!
//! Diagnoses and procedures of hospital inpatient bills (11x) are judged by the Medicare Code Editor, whose edits say the
//! same (`mce/invalid-code`, `mce/invalid-admitting-diagnosis`, `mce/invalid-discharge-status`); here only the patient's
//! reason for visit is looked at on those bills, which the editor does not read.

pub mod conventions;
mod procedure_list;

use crate::claim_edit::{Findings, at, claim_edits, position};
use crate::registry::Edit;
use openclaim_claim::{
    Claim, ClaimType, Date, DiagnosisRole, HcpcsCode, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Provider,
    Span, Subject, Text,
};
use openclaim_reference::{Library, Validity};
use procedure_list::{Existence, ProcedureLists};
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
    /// CL103 of institutional claims other than hospital inpatient bills, which `mce/invalid-discharge-status` judges; on all
    /// of them that it has two digits.
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
    diagnoses(claim, codes.library, report, not_evaluated);
    procedure_codes(claim, codes, report, not_evaluated);
    revision(claim, report);
    repeated(claim, report);
    providers(claim, report);
    if claim.claim_type == ClaimType::Institutional {
        institutional(claim, codes.library, report);
    } else {
        places(claim, report);
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
        list.push(NotEvaluated { rule: Text::const_new(edit.id), reason, detail, remedy: None });
    }
}

fn diagnoses(claim: &Claim, library: &Library, report: &mut Findings, not_evaluated: &mut Vec<NotEvaluated>) {
    use NotEvaluatedReason::{DateOutsideTables, MissingElement, MissingTable};
    let inpatient = claim.is_hospital_inpatient();
    let date = claim.service_through();
    let coverage = library.icd10cm().coverage();
    for (index, diagnosis) in claim.diagnoses.iter().enumerate() {
        if inpatient && diagnosis.role != DiagnosisRole::ReasonForVisit {
            continue;
        }
        let Some(date) = date else {
            cannot_tell(not_evaluated, &DIAGNOSIS, MissingElement, "the claim has no date of service");
            break;
        };
        if (date >= ICD_10_SINCE) == diagnosis.icd9 {
            continue;
        }
        if diagnosis.icd9 {
            let detail = "no release with ICD-9-CM codes is loaded";
            cannot_tell(not_evaluated, &DIAGNOSIS, MissingTable, detail);
            continue;
        }
        let code = *diagnosis.code;
        let message = match library.icd10cm().valid_on(code, date) {
            Validity::Valid => continue,
            Validity::OutsideTables { .. } => {
                let detail = format!("no ICD-10-CM codes for {date}; the tables cover {coverage}");
                cannot_tell(not_evaluated, &DIAGNOSIS, DateOutsideTables, detail);
                continue;
            }
            Validity::Unknown => format!("`{}` is no ICD-10-CM code in force on {date}", code.dotted()),
            Validity::NotValid { periods } => {
                let known: Vec<String> = periods.iter().map(ToString::to_string).collect();
                format!("`{}` is no ICD-10-CM code in force on {date}; it was {}", code.dotted(), known.join(", "))
            }
        };
        let subject = Subject::Diagnosis(position(index));
        report.fire(&DIAGNOSIS, subject, diagnosis.code.span, at("2300", "HI", ""), message);
    }
    for (index, procedure) in claim.procedures.iter().enumerate() {
        if inpatient || procedure.coding != ProcedureCoding::Icd10Pcs {
            continue;
        }
        let Some(date) = procedure.date.map(|date| date.value).or(date) else { continue };
        if date < ICD_10_SINCE {
            continue;
        }
        let code = *procedure.code;
        match library.icd10pcs().valid_on(code, date) {
            Validity::Valid => {}
            Validity::OutsideTables { .. } => {
                let detail =
                    format!("no ICD-10-PCS codes for {date}; the tables cover {}", library.icd10pcs().coverage());
                cannot_tell(not_evaluated, &PROCEDURE, DateOutsideTables, detail);
            }
            Validity::Unknown | Validity::NotValid { .. } => {
                let message = format!("`{code}` is no ICD-10-PCS code in force on {date}");
                let subject = Subject::Procedure(position(index));
                report.fire(&PROCEDURE, subject, procedure.code.span, at("2300", "HI", ""), message);
            }
        }
    }
}

/// First day of service, or of discharge, on which ICD-10 is the code set (45 CFR 162.1002(c)).
const ICD_10_SINCE: Date = jiff::civil::date(2015, 10, 1);

/// Codes of the revision that was not in use on the last day of service.
fn revision(claim: &Claim, report: &mut Findings) {
    let Some(date) = claim.service_through() else { return };
    let wrong = |icd9: bool| icd9 == (date >= ICD_10_SINCE);
    let said = |icd9: bool| if icd9 { "ICD-9-CM" } else { "ICD-10" };
    if let Some(index) = claim.diagnoses.iter().position(|diagnosis| wrong(diagnosis.icd9)) {
        let diagnosis = &claim.diagnoses[index];
        let message =
            format!("`{}` is reported as {}, which is not in use on {date}", *diagnosis.code, said(diagnosis.icd9));
        let subject = Subject::Diagnosis(position(index));
        report.fire(&REVISION, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        return;
    }
    let icd9 = |coding: ProcedureCoding| match coding {
        ProcedureCoding::Icd9 => Some(true),
        ProcedureCoding::Icd10Pcs => Some(false),
        _ => None,
    };
    let at_fault = claim.procedures.iter().position(|procedure| icd9(procedure.coding).is_some_and(wrong));
    if let Some(index) = at_fault {
        let procedure = &claim.procedures[index];
        let said = said(procedure.coding == ProcedureCoding::Icd9);
        let message = format!("`{}` is reported as {said}, which is not in use on {date}", *procedure.code);
        let subject = Subject::Procedure(position(index));
        report.fire(&REVISION, subject, procedure.code.span, at("2300", "HI", ""), message);
    }
}

/// Diagnoses that stand twice, and external causes in the first place.
fn repeated(claim: &Claim, report: &mut Findings) {
    // Of inpatient bills, the Medicare Code Editor judges the principal diagnosis.
    let edited = claim.is_hospital_inpatient();
    for (index, diagnosis) in claim.diagnoses.iter().enumerate() {
        let counts = |role| role == DiagnosisRole::Other || (role == DiagnosisRole::Principal && !edited);
        if !counts(diagnosis.role) {
            continue;
        }
        let subject = Subject::Diagnosis(position(index));
        let before = &claim.diagnoses[..index];
        if before.iter().any(|other| counts(other.role) && *other.code == *diagnosis.code) {
            let message = format!("`{}` stands on the claim before", diagnosis.code.dotted());
            report.fire(&REPEATED, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        } else if diagnosis.role == DiagnosisRole::Principal
            && !diagnosis.icd9
            && diagnosis.code.as_str().starts_with(['V', 'W', 'X', 'Y'])
        {
            let message = format!("`{}` is an external cause, which cannot come first", diagnosis.code.dotted());
            report.fire(&EXTERNAL_CAUSE, subject, diagnosis.code.span, at("2300", "HI", ""), message);
        }
    }
}

fn procedure_codes(claim: &Claim, codes: &Codes<'_>, report: &mut Findings, not_evaluated: &mut Vec<NotEvaluated>) {
    let segment = match claim.claim_type {
        ClaimType::Professional => ("SV1", "SV101-2"),
        ClaimType::Institutional => ("SV2", "SV202-2"),
        ClaimType::Dental => ("SV3", "SV301-2"),
    };
    let place = at("2400", segment.0, segment.1);
    let lists = ProcedureLists::new(codes);
    let mut missing: Option<(&'static str, String)> = None;
    for (index, line) in claim.lines.iter().enumerate() {
        let Some(code) = line.hcpcs else { continue };
        let subject = || Subject::Line(position(index));
        match line.code_qualifier.as_str() {
            "HC" if is_hcpcs(code.as_str().as_bytes()) => {}
            "AD" if is_cdt(code.as_str().as_bytes()) => {
                let detail = "no list of CDT codes can be loaded: they are licensed";
                missing.get_or_insert_with(|| ("", detail.to_owned()));
                continue;
            }
            qualifier @ ("HC" | "AD") => {
                let kind = if qualifier == "HC" { "CPT or HCPCS" } else { "CDT" };
                let message = format!("`{}` cannot be a {kind} code", code.value);
                report.fire(&MALFORMED_HCPCS, subject(), code.span, place, message);
                continue;
            }
            _ => continue,
        }
        let date = line.dates.from.map(|date| date.value).or_else(|| claim.service_from());
        match lists.look_up(code.value, date) {
            Existence::Exists => {}
            Existence::Unknown(list) => {
                let message = format!("`{}` is not in force by {list}", code.value);
                report.fire(&UNKNOWN_HCPCS, subject(), code.span, place, message);
            }
            Existence::NoList { table, detail } => {
                missing.get_or_insert((table, detail));
            }
        }
    }
    for (index, procedure) in claim.procedures.iter().enumerate() {
        if procedure.coding == ProcedureCoding::Hcpcs && !is_hcpcs(procedure.code.as_str().as_bytes()) {
            let message = format!("`{}` cannot be a CPT or HCPCS code", *procedure.code);
            let subject = Subject::Procedure(position(index));
            report.fire(&MALFORMED_HCPCS, subject, procedure.code.span, at("2300", "HI", ""), message);
        }
    }
    if let Some((table, detail)) = missing {
        let remedy = match table {
            "" => None,
            "hcpcs/codes" => {
                Some("import the HCPCS file of the quarter (`openclaim data import`), or give --hcpcs FILE")
            }
            _ => Some("import the PPRRVU file of the quarter (`openclaim data import`), or give --hcpcs FILE"),
        };
        not_evaluated.push(NotEvaluated {
            rule: Text::const_new(UNKNOWN_HCPCS.id),
            reason: NotEvaluatedReason::MissingTable,
            detail: detail.into(),
            remedy: remedy.map(Text::const_new),
        });
    }
}

/// `D0120`.
fn is_cdt(code: &[u8]) -> bool {
    matches!(code, [b'D', digits @ ..] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit))
}

/// `99213`, `0001F`, `J1885`.
fn is_hcpcs(code: &[u8]) -> bool {
    let &[first, ref middle @ .., last] = code else { return false };
    let digits = middle.len() == 3 && middle.iter().all(u8::is_ascii_digit);
    digits
        && first.is_ascii_alphanumeric()
        && (last.is_ascii_digit() || (first.is_ascii_digit() && last.is_ascii_uppercase()))
}

fn providers(claim: &Claim, report: &mut Findings) {
    let mut judge = |provider: &Provider, within: &'static str, line: Option<usize>| {
        let subject = || line.map_or(Subject::Provider, |index| Subject::Line(position(index)));
        if let Some(npi) = provider.npi
            && !npi.has_valid_check_digit()
        {
            let message = format!("the check digit of NPI `{}` is wrong", npi.value);
            report.fire(&NPI, subject(), npi.span, at(within, "NM1", "NM109"), message);
        }
        if let Some(specialty) = &provider.specialty
            && !is_taxonomy(specialty.taxonomy.as_str().as_bytes())
        {
            let message = format!("`{}` has not the form of a taxonomy code", specialty.taxonomy.value);
            report.fire(&TAXONOMY, subject(), specialty.taxonomy.span, at(within, "PRV", "PRV03"), message);
        }
    };
    judge(&claim.billing_provider, "2010AA", None);
    if let Some(pay_to) = &claim.pay_to {
        judge(pay_to, "2010AB", None);
    }
    for provider in &claim.providers {
        judge(provider, "2310", None);
    }
    for (index, line) in claim.lines.iter().enumerate() {
        for provider in &line.providers {
            judge(provider, "2420", Some(index));
        }
    }
}

fn is_taxonomy(code: &[u8]) -> bool {
    let digits = code.get(..3).is_some_and(|start| start.iter().all(u8::is_ascii_digit));
    code.len() == 10 && code[9] == b'X' && digits
}

/// Numbers of the set; those in between are unassigned.
const PLACES: &[&str] = &[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "25", "26", "27", "31", "32", "33", "34", "41", "42", "49", "50", "51", "52", "53",
    "54", "55", "56", "57", "58", "60", "61", "62", "65", "66", "71", "72", "81", "99",
];

fn places(claim: &Claim, report: &mut Findings) {
    let on_lines = claim.lines.iter().enumerate().map(|(index, line)| (Some(index), line.place_of_service));
    for (line, place) in std::iter::once((None, claim.place_of_service)).chain(on_lines) {
        let Some(place) = place.filter(|place| !PLACES.contains(&place.as_str())) else { continue };
        let message = format!("`{}` is no place of service", place.value);
        let (subject, element) = match (line, claim.claim_type) {
            (None, _) => (Subject::Claim, at("2300", "CLM", "CLM05-1")),
            (Some(index), ClaimType::Dental) => (Subject::Line(position(index)), at("2400", "SV3", "SV303")),
            (Some(index), _) => (Subject::Line(position(index)), at("2400", "SV1", "SV105")),
        };
        report.fire(&PLACE_OF_SERVICE, subject, place.span, element, message);
    }
}

/// Facility and classification of bills in use.
const BILLS: &[&str] = &[
    "11", "12", "13", "14", "18", "21", "22", "23", "24", "28", "32", "33", "34", "41", "42", "43", "44", "51", "61",
    "62", "64", "65", "66", "71", "72", "73", "74", "75", "76", "77", "78", "79", "81", "82", "83", "84", "85", "86",
    "87", "89",
];

fn institutional(claim: &Claim, library: &Library, report: &mut Findings) {
    if let Some(bill) = claim.type_of_bill {
        let frequency = bill.frequency();
        if !BILLS.contains(&bill.facility()) || !matches!(frequency, '0'..='9' | 'A'..='Q' | 'X'..='Z') {
            let message = format!("`{}` is no type of bill in use", bill.value);
            report.fire(&TYPE_OF_BILL, Subject::Claim, bill.span, at("2300", "CLM", "CLM05"), message);
        }
    }
    if let Some(status) = claim.admission.discharge_status.filter(|status| status.as_str().len() != 2) {
        let message = format!("`{}` is no patient discharge status: two digits are expected", status.value);
        report.fire(&DISCHARGE_STATUS, Subject::Admission, status.span, at("2300", "CL1", "CL103"), message);
    } else if let (Some(status), Some(date)) = (claim.admission.discharge_status, claim.service_through())
        && !claim.is_hospital_inpatient()
        && library.mce().covers(date)
        // The editor sees inpatients alone; these are for outpatients and hospices.
        && !matches!(status.as_str(), "09" | "9" | "40" | "41" | "42")
        && !library.mce().allows_discharge_status(status.value, date)
    {
        let message = format!("`{}` is no patient discharge status in force on {date}", status.value);
        report.fire(&DISCHARGE_STATUS, Subject::Admission, status.span, at("2300", "CL1", "CL103"), message);
    }
    admission_codes(claim, report);
    for (index, line) in claim.lines.iter().enumerate() {
        if let Some(code) = line.revenue_code.filter(|code| !is_revenue(code.as_str())) {
            let message = format!("`{}` is no revenue code in use", code.value);
            report.fire(&REVENUE, Subject::Line(position(index)), code.span, at("2400", "SV2", "SV201"), message);
        }
    }
    let mut short = |what: &str, code: &str, span: Option<Span>| {
        if code.len() != 2 {
            let message = format!("the {what} code `{code}` has not two characters");
            report.fire(&UB_CODE, Subject::Claim, span, at("2300", "HI", ""), message);
        }
    };
    claim.condition_codes.iter().for_each(|code| short("condition", code.as_str(), code.span));
    claim.occurrences.iter().for_each(|found| short("occurrence", found.code.as_str(), found.code.span));
    claim.occurrence_spans.iter().for_each(|found| short("occurrence span", found.code.as_str(), found.code.span));
    claim.values.iter().for_each(|found| short("value", found.code.as_str(), found.code.span));
    let mut other_kind = |what: &str, code: &str, span: Option<Span>| {
        let message = format!("`{code}` stands in the range of {what} codes");
        report.fire(&UB_CODE, Subject::Claim, span, at("2300", "HI", ""), message);
    };
    for found in claim.occurrences.iter().filter(|found| is_span_code(found.code.as_str()) == Some(true)) {
        other_kind("occurrence span", found.code.as_str(), found.code.span);
    }
    for found in claim.occurrence_spans.iter().filter(|found| is_span_code(found.code.as_str()) == Some(false)) {
        other_kind("occurrence", found.code.as_str(), found.code.span);
    }
}

/// Whether a code stands in the range of occurrence spans rather than occurrences.
fn is_span_code(code: &str) -> Option<bool> {
    match code.as_bytes() {
        [b'7'..=b'9', b'0'..=b'9'] | [b'M'..=b'Z', _] => Some(true),
        [b'0'..=b'6', b'0'..=b'9'] | [b'A'..=b'L', _] => Some(false),
        _ => None,
    }
}

/// First statements for which the points of origin in use today hold.
const ORIGINS_SINCE: Date = jiff::civil::date(2010, 7, 1);

fn admission_codes(claim: &Claim, report: &mut Findings) {
    let admission = &claim.admission;
    let kind = admission.admission_type;
    if let Some(kind) = kind.filter(|kind| !matches!(kind.as_str(), "1" | "2" | "3" | "4" | "5" | "9")) {
        let message = format!("`{}` is no admission type", kind.value);
        report.fire(&ADMISSION_TYPE, Subject::Admission, kind.span, at("2300", "CL1", "CL101"), message);
    }
    let Some(source) = admission.source else { return };
    if claim.service_from().is_none_or(|from| from < ORIGINS_SINCE) {
        return;
    }
    let newborn = kind.is_some_and(|kind| kind.as_str() == "4");
    let known = match source.as_str() {
        "5" | "6" => true,
        "1" | "2" | "4" | "8" | "9" | "D" | "E" | "F" | "G" => !newborn,
        _ => false,
    };
    if !known {
        let of = if newborn { "of a newborn" } else { "in use" };
        let message = format!("`{}` is no point of origin {of}", source.value);
        report.fire(&POINT_OF_ORIGIN, Subject::Admission, source.span, at("2300", "CL1", "CL102"), message);
    }
}

fn is_revenue(code: &str) -> bool {
    let Ok(number) = code.parse::<u16>() else { return false };
    matches!(number, 1 | 22..=24 | 100..=999 | 1000..=1009 | 2100..=2109 | 3101..=3109)
}
