use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, ProcedureCode, ProcedureCoding, Subject, Text};
use std::fmt;

edit! {
    /// An ICD-10-PCS code stands twice on one day.
    ///
    /// ## What it checks
    /// ICD-10-PCS codes of institutional claims that are equal and performed on the same day. Without a date on one of
    /// the two it cannot tell.
    ///
    /// ## Why
    /// A procedure is coded again when the same root operation is done at another body part, or at another site that the
    /// body part value holds as well; otherwise the second code is a slip.
    ///
    /// ## Source
    /// ICD-10-PCS Official Guidelines for Coding and Reporting, section B3.2.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Two sites under one body part value, as the operative report shows.
    ///
    /// ## Example
    /// `02703ZZ` twice on 2026-05-01.
    pub struct RepeatedProcedure {
        /// The code.
        pub code: ProcedureCode,
    }
}

impl fmt::Display for RepeatedProcedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the procedure `{}` is reported twice on one day", self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let procedures = &context.claim.procedures;
    for (at, (procedure, index)) in procedures.iter().zip(0_u32..).enumerate().skip(1) {
        if procedure.coding != ProcedureCoding::Icd10Pcs {
            continue;
        }
        let same =
            |it: &&openclaim_claim::Procedure| it.coding == procedure.coding && it.code.value == procedure.code.value;
        for before in procedures[..at].iter().filter(same) {
            let (Some(one), Some(other)) = (before.date, procedure.date) else {
                report.lacks(format!(
                    "the procedure `{}` stands twice, and not both times with its date",
                    procedure.code.value
                ));
                continue;
            };
            if one.value != other.value {
                continue;
            }
            let draft = Draft::new(RepeatedProcedure { code: procedure.code.value })
                .element(Evidence::element("procedure date", Text::from(other.value.to_string()), other.span))
                .correct("take the repetition off if the procedure was done once")
                .document("keep both where the operative report shows two sites under one body part value");
            report.fire(Subject::Procedure(index), procedure.code.span, draft);
            break;
        }
    }
}
