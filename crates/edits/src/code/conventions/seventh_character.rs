use super::basis::element;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Date, DiagnosisCode, Evidence, Text};
use openclaim_reference::Validity;
use openclaim_reference::icd10cm::{DiagnosisEntry, Icd10Cm};
use std::collections::BTreeSet;
use std::fmt;

/// What is wrong with the end of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The code ends before its 7th character.
    Missing,
    /// The category has no such 7th character.
    NotAllowed(char),
    /// The 7th character stands too early: the places before it are to be filled with X.
    Unfilled,
    /// Other characters than the placeholder X stand before the 7th.
    NotFilledWithX,
}

edit! {
    /// The 7th character of a diagnosis is missing, not one of its category, or misplaced.
    ///
    /// ## What it checks
    /// Diagnoses that do not exist on the last day of service although their beginning does, in categories whose codes
    /// end in a 7th character: whether it is missing, is none that the category allows, stands before the seventh place,
    /// or is preceded by something else than the placeholder X. That the code does not exist is said by
    /// `code/invalid-diagnosis` or, on hospital inpatient bills, `mce/invalid-code`; this edit says what its category
    /// wants.
    ///
    /// ## Why
    /// Codes with 7th characters are the largest part of the classification, and "invalid code" does not tell which
    /// character to correct.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.A.4 and I.A.5; ICD-10-CM code files and tabular
    /// list.
    ///
    /// ## Action
    /// A warning beside the finding that the code is invalid.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `S52.501` needs one of A to S as the 7th character; `T36.0X1` needs A, D or S.
    pub struct SeventhCharacterFault {
        /// The code.
        pub code: DiagnosisCode,
        /// What is wrong.
        pub fault: Fault,
    }
}

impl fmt::Display for SeventhCharacterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.dotted();
        match self.fault {
            Fault::Missing => write!(f, "`{code}` lacks its 7th character"),
            Fault::NotAllowed(character) => write!(f, "the category of `{code}` has no 7th character `{character}`"),
            Fault::Unfilled => {
                write!(f, "the 7th character of `{code}` stands before the seventh place: fill up with X")
            }
            Fault::NotFilledWithX => {
                write!(f, "`{code}` has something else than the placeholder X before its 7th character")
            }
        }
    }
}

/// The 7th characters that valid codes below a row have, where nothing but placeholders stands between; empty when its
/// codes are of another make.
fn allowed(entry: DiagnosisEntry<'_>, date: Date) -> BTreeSet<char> {
    let base = entry.code();
    let mut found = BTreeSet::new();
    for below in entry.descendants().filter(|below| below.valid_on(date).is_valid()) {
        let code = below.code();
        let Some(rest) = code.as_str().get(base.as_str().len()..).filter(|_| code.as_str().len() == 7) else {
            return BTreeSet::new();
        };
        let mut ends = rest.chars();
        let Some(last) = ends.next_back() else { return BTreeSet::new() };
        if ends.any(|c| c != 'X') {
            return BTreeSet::new();
        }
        found.insert(last);
    }
    found
}

/// The row whose codes end in a 7th character right after placeholders, and those characters.
fn base<'t>(table: &'t Icd10Cm, code: &str, date: Date) -> Option<(DiagnosisEntry<'t>, BTreeSet<char>)> {
    (3..=code.len().min(6)).rev().find_map(|length| {
        let entry = table.get(DiagnosisCode::parse(code.get(..length)?).ok()?)?;
        let characters = allowed(entry, date);
        (!characters.is_empty()).then_some((entry, characters))
    })
}

fn fault(code: &str, base: &str, allowed: &BTreeSet<char>) -> Option<Fault> {
    let rest = code.get(base.len()..)?;
    let last = rest.chars().next_back();
    let filled = rest.get(..rest.len().saturating_sub(1)).unwrap_or_default().chars().all(|c| c == 'X');
    match last {
        None => Some(Fault::Missing),
        Some('X') if filled && code.len() < 7 => Some(Fault::Missing),
        Some(_) if code.len() < 7 => Some(Fault::Unfilled),
        Some(_) if !filled => Some(Fault::NotFilledWithX),
        Some(character) if !allowed.contains(&character) => Some(Fault::NotAllowed(character)),
        Some(_) => None,
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    let table = context.library.icd10cm();
    for coded in &diagnoses.list {
        let Some(date) = diagnoses.date else {
            return report.lacks("the claim states no date of service, and codes are looked up at that date");
        };
        let validity = match coded.entry {
            Some(entry) => entry.valid_on(date),
            None => table.valid_on(coded.code, date),
        };
        match validity {
            Validity::Valid => {}
            Validity::OutsideTables { coverage } => {
                report.outside("icd-10-cm/periods", || {
                    format!("ICD-10-CM codes are known for {coverage}, not for {date}")
                });
                return;
            }
            Validity::Unknown | Validity::NotValid { .. } => judge(table, coded, date, report),
        }
    }
}

#[cold]
fn judge(table: &Icd10Cm, coded: &CodedDiagnosis<'_>, date: Date, report: &mut Report) {
    let code = coded.code.as_str();
    let Some((base, allowed)) = base(table, code, date) else { return };
    let Some(fault) = fault(code, base.code().as_str(), &allowed) else { return };
    let meaning = |character: &char| {
        let text = base.seventh_characters().find(|it| it.character == *character).map(|it| it.text);
        text.map_or_else(|| character.to_string(), |text| format!("{character} {text}"))
    };
    let list = allowed.iter().map(meaning).collect::<Vec<_>>().join("; ");
    let mut draft = Draft::new(SeventhCharacterFault { code: coded.code, fault })
        .row(Some(Evidence::row(
            table.edition_label(),
            "icd-10-cm/seventh_characters",
            base.code().as_str(),
            Text::from(list),
        )))
        .element(element("diagnosis", coded));
    let filled =
        code.chars().next_back().filter(|last| fault == Fault::Unfilled && allowed.contains(last)).and_then(|last| {
            let text = format!("{:X<6}{last}", base.code().as_str());
            DiagnosisCode::parse(&text).ok().filter(|code| table.valid_on(*code, date).is_valid())
        });
    draft = match filled {
        Some(filled) => draft.clear(openclaim_claim::Clearance::new(
            openclaim_claim::ClearKind::DataEntry,
            format!("write `{}`", filled.dotted()),
        )),
        None => draft
            .correct("correct the code where it was mistyped")
            .document("take the 7th character from the record: it tells the episode of care, the stage or the fetus"),
    };
    report.fire(coded.subject(), coded.span(), draft);
}
