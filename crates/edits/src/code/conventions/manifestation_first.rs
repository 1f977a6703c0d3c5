use super::basis::{editor, element, flag_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::DiagnosisCode;
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// The manifestation of a disease is first-listed.
    ///
    /// ## What it checks
    /// The first-listed diagnosis of professional and outpatient claims against the manifestations that the Medicare Code
    /// Editor's table lists on the last day of service. On hospital inpatient bills `mce/manifestation-as-principal` says
    /// the same.
    ///
    /// ## Why
    /// `In diseases classified elsewhere` codes are never first-listed: the underlying disease is.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.A.13; CMS Integrated Outpatient Code Editor,
    /// edit 86 (manifestation code not allowed as principal diagnosis); the codes are those of the Medicare Code Editor.
    ///
    /// ## Action
    /// An outpatient bill goes back to the provider; a professional claim cannot be processed.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `G63`, polyneuropathy in diseases classified elsewhere, as the first diagnosis of an office visit.
    pub struct ManifestationFirst {
        /// The manifestation.
        pub code: DiagnosisCode,
    }
}

impl fmt::Display for ManifestationFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is the manifestation of a disease that is to be listed before it", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some(first) = context.diagnoses.first() else { return };
    let Some((mce, date)) = editor(context, report) else { return };
    let Some(row) = first.flags(mce, date).filter(|row| row.flags.has(Flag::Manifestation)) else { return };
    let draft = Draft::new(ManifestationFirst { code: first.code })
        .row(Some(flag_row(mce, first.code, row)))
        .element(element("first-listed diagnosis", first))
        .correct("list the underlying disease, if it is on the claim, before its manifestation")
        .document("report the underlying disease that the record documents")
        .never("do not add an underlying disease that is not documented");
    report.fire(first.subject(), first.span(), draft);
}
