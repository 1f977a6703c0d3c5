use super::basis::{editor, element, flag_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// An external cause of morbidity is first-listed.
    ///
    /// ## What it checks
    /// The first-listed diagnosis of professional and outpatient claims against the external causes that the Medicare
    /// Code Editor's table lists on the last day of service. On hospital inpatient bills
    /// `mce/external-cause-as-principal` says the same.
    ///
    /// ## Why
    /// Chapter 20 says how a condition came about, and never what it is.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.20.a.6; CMS Integrated Outpatient Code Editor,
    /// edit 5 (external cause of morbidity code cannot be used as principal diagnosis); the codes are those of the
    /// Medicare Code Editor.
    ///
    /// ## Action
    /// An outpatient bill goes back to the provider; a professional claim cannot be processed.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `W01.0XXA`, fall on same level, before `S52.501A`.
    pub struct ExternalCauseFirst {
        /// The external cause.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for ExternalCauseFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` tells an external cause, which is never listed first", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some(first) = context.diagnoses.first() else { return };
    let Some((mce, date)) = editor(context, report) else { return };
    let is_cause = |code| mce.diagnosis(code, date).filter(|row| row.flags.has(Flag::ExternalCause));
    let Some(row) = is_cause(first.code) else { return };
    let mut draft = Draft::new(ExternalCauseFirst { code: first.code })
        .row(Some(flag_row(mce, first.code, row)))
        .element(element("first-listed diagnosis", first));
    let condition = context.diagnoses.others().iter().find(|it| it.entry.is_some() && is_cause(it.code).is_none());
    draft = match condition {
        Some(condition) => {
            let action = format!("put the condition, `{}`, first", condition.code.dotted());
            draft.change(ClearKind::DataEntry, action, Change::DiagnosisFirst { diagnosis: condition.index })
        }
        None => draft
            .document("report the condition that the record documents before its cause")
            .never("do not add a condition that is not documented"),
    };
    report.fire(first.subject(), first.span(), draft);
}
