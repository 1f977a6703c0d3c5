use super::necessity::{self, Decision, liability};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, HcpcsCode, Subject};
use std::fmt;

edit! {
    /// No diagnosis of the line supports the service under the contractor's article.
    ///
    /// ## What it checks
    /// Services that an article of the deciding Medicare administrative contractor (MAC) limits to listed diagnoses, against
    /// the diagnoses that the line points to (all of them on institutional claims). The contractor follows from the ZIP code
    /// where the locality file is loaded, else from the state, and from the kind of claim; the article in its version in
    /// force on the date of service. A group of diagnoses counts for the procedures that its paragraph names, or for
    /// all when it names none. One article that supports the service is enough. National coverage determinations and the
    /// laboratory lists that belong to them are not looked at: CMS exports them as prose, without their codes.
    ///
    /// ## Why
    /// Medicare pays for what is reasonable and necessary (Social Security Act, section 1862(a)(1)(A)). The contractor's
    /// local coverage determination says when a service is, and its billing article lists the diagnoses.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles with their code groups; Medicare Program Integrity Manual (Pub. 100-08),
    /// chapter 13; Medicare Claims Processing Manual (Pub. 100-04), chapter 30, on who answers for the denial.
    ///
    /// ## Action
    /// The line is denied as not medically necessary, CARC 50 with RARC N115. GA moves liability to the patient and GZ
    /// leaves it with the provider; neither makes the service necessary.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// A nerve conduction study for `R53.83`, fatigue, where the article lists neuropathies alone.
    pub struct DiagnosisNotSupported {
        /// The service.
        pub code: HcpcsCode,
        /// How many groups of diagnoses were searched.
        pub groups: u32,
        /// Who answers for it.
        pub liability: &'static str,
    }
}

impl fmt::Display for DiagnosisNotSupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = if self.groups == 1 { "group" } else { "groups" };
        write!(
            f,
            "no diagnosis of the line is in the {} {groups} that the contractor's article lists for `{}`; {}",
            self.groups, self.code, self.liability
        )
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    necessity::each(context, report, |service, contractor, decision, report| {
        let Decision::Unsupported(article, groups) = decision else { return };
        let found = DiagnosisNotSupported {
            code: service.code,
            groups: u32::try_from(groups.len()).unwrap_or(u32::MAX),
            liability: liability(service),
        };
        let listed: Vec<String> = groups.iter().map(ToString::to_string).collect();
        let pointed = context.services.diagnoses_of(service.line);
        let mut draft = Draft::new(found)
            .row(Some(article.evidence(
                "article/icd10_covered",
                &format!("groups {}", listed.join(", ")),
                article.title,
            )))
            .element(Evidence::element("contractor", contractor.label(), None));
        for position in pointed {
            if let Some(diagnosis) = context.claim.diagnoses.get(position) {
                draft = draft.element(Evidence::element("diagnosis", diagnosis.code.dotted(), diagnosis.code.span));
            }
        }
        let draft = draft
            .correct("point the line to the diagnosis it was performed for, if that is on the claim already")
            .document("code the diagnosis that the record gives as the reason for the service")
            .never("adding a listed diagnosis that the record does not support");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    });
}
