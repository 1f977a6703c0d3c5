use super::plain::Side;
use super::sides::{self, organs};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{
    Diagnosis, DiagnosisCode, Evidence, NotEvaluatedReason, ProcedureCode, ProcedureCoding, Subject,
};
use openclaim_reference::icd10cm::DiagnosisEntry;
use std::fmt;

edit! {
    /// An inpatient procedure is on the other side than the diagnosis of that organ.
    ///
    /// ## What it checks
    /// ICD-10-PCS procedures whose title names one side, against the diagnoses of the claim whose titles name the same organ
    /// (hip, femur, kidney, breast …). It fires when some of these are of the other side alone and none is of the
    /// procedure's side, of both or of an unspecified side.
    ///
    /// ## Why
    /// One of the two is mistyped, or the wrong side was operated on, which has diagnoses of its own.
    ///
    /// ## Source
    /// ICD-10-PCS and ICD-10-CM titles; ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.13; ICD-10-PCS
    /// Official Guidelines, section B4.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Replacement of the right hip joint with arthrosis of the left hip.
    pub struct ProcedureSide {
        /// The procedure.
        pub procedure: ProcedureCode,
        /// Its side.
        pub side: Side,
        /// The diagnosis of the other side.
        pub diagnosis: DiagnosisCode,
    }
}

impl fmt::Display for ProcedureSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let other = if self.side == Side::Left { Side::Right } else { Side::Left };
        let (side, other, diagnosis) = (self.side.as_str(), other.as_str(), self.diagnosis.dotted());
        write!(f, "the procedure `{}` is on the {side} side, and `{diagnosis}` on the {other}", self.procedure)
    }
}

/// The one side of a title, and the organs it names there.
fn one_side<'t>(title: &'t str, context: &'t Context<'_>) -> Option<(Side, Vec<&'t str>)> {
    let mut found = organs(title, &context.tables.modifier.plain).into_iter();
    let (side, mut organs) = found.next()?;
    for (other, more) in found {
        if other != side {
            return None;
        }
        organs.extend(more);
    }
    Some((side, organs))
}

/// The ICD-10-CM diagnoses of the claim that the tables know.
fn diagnoses<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Diagnosis, DiagnosisEntry<'a>)> {
    let codes = context.library.icd10cm();
    let diagnoses = context.claim.diagnoses.iter().filter(|diagnosis| !diagnosis.icd9);
    diagnoses.filter_map(|diagnosis| Some((diagnosis, codes.get(diagnosis.code.value)?)))
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let (claim, library) = (context.claim, context.library);
    for (position, procedure) in (0_u32..).zip(&claim.procedures) {
        if procedure.coding != ProcedureCoding::Icd10Pcs {
            continue;
        }
        let code = procedure.code.value;
        let entry = library.icd10pcs().get(code);
        let Some(entry) = entry.filter(|entry| entry.has_title()) else {
            report.cannot_tell(
                NotEvaluatedReason::NotSupported,
                format!("no title of the procedure `{code}` is at hand"),
            );
            continue;
        };
        if !entry.named_sides().any() {
            continue;
        }
        let title = entry.title().unwrap_or_default();
        let lower = title.to_ascii_lowercase();
        let Some((side, organs)) = one_side(&lower, context) else { continue };
        let of_same_organ = |words: &str| {
            let words = words.to_ascii_lowercase();
            let mut words = words.split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|word| organs.contains(&word.trim_end_matches('s')) || organs.contains(&word))
        };
        let is_opposite = |entry: DiagnosisEntry<'_>| sides::one_side(entry.named_sides()).is_some_and(|of| of != side);
        let speaks = |entry: DiagnosisEntry<'_>| entry.leaves_side_open() || entry.named_sides().any();
        let opposite = diagnoses(context).find_map(|(diagnosis, entry)| {
            let title = entry.title().filter(|title| is_opposite(entry) && of_same_organ(title))?;
            Some((diagnosis, title))
        });
        let agrees = || {
            let mut others = diagnoses(context).filter(|(_, entry)| speaks(*entry) && !is_opposite(*entry));
            others.any(|(_, entry)| of_same_organ(entry.title().unwrap_or_default()))
        };
        if let Some((diagnosis, words)) = opposite.filter(|_| !agrees()) {
            let other = diagnosis.code.value;
            let draft = Draft::new(ProcedureSide { procedure: code, side, diagnosis: other })
                .element(Evidence::row("ICD-10-PCS titles", "icd-10-pcs/titles", code.as_str(), title))
                .element(Evidence::row("ICD-10-CM titles", "icd-10-cm/titles", other.dotted(), words))
                .correct("correct the code that the record contradicts");
            report.fire(Subject::Procedure(position), procedure.code.span, draft);
        }
    }
}
