use super::articles::Demand;
use super::necessity::{self, Decision};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence, HcpcsCode, Subject, Text};
use std::fmt;

edit! {
    /// The contractor's article demands a second diagnosis beside the one that supports the service.
    ///
    /// ## What it checks
    /// Two ways in which articles say so, read from their own words: the paragraph of a group demands a diagnosis of
    /// another group as well ("both", "together with", "secondary" …), or the footnote of an asterisked code says which codes
    /// it must be billed with. The second diagnosis may stand anywhere on the claim.
    ///
    /// ## Why
    /// Neither condition alone makes the service necessary, for instance a disease and the complication it is treated for.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles, paragraphs and footnotes of the ICD-10-CM groups.
    ///
    /// ## Action
    /// The line waits for a person: the demand stands in prose, and the finding names the group or codes that were read.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `G96.89` with a footnote that it must be billed with `T66.XXXA`, `T66.XXXD` or `T66.XXXS`, on a claim without them.
    pub struct SecondDiagnosisRequired {
        /// The service.
        pub code: HcpcsCode,
        /// The diagnosis that supports it.
        pub diagnosis: DiagnosisCode,
    }
}

impl fmt::Display for SecondDiagnosisRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diagnosis = self.diagnosis.dotted();
        write!(f, "`{diagnosis}` supports `{}` only together with a second diagnosis that the claim lacks", self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    necessity::each(context, report, |service, contractor, decision, report| {
        let Decision::Demands(article, diagnosis, demand) = decision else { return };
        let wanted: Text = match demand {
            Demand::Group(group) => format!("one of group {group}").into(),
            Demand::OneOf(codes) => format!("one of {}", codes.join(", ")).into(),
        };
        let row = article.evidence("article/icd10_covered_group", &diagnosis.dotted(), article.title);
        let draft = Draft::new(SecondDiagnosisRequired { code: service.code, diagnosis })
            .row(Some(row))
            .element(Evidence::element("second diagnosis demanded", wanted, None))
            .element(Evidence::element("contractor", contractor.label(), None))
            .document("code the second condition if the record names it")
            .never("adding a diagnosis that the record does not support");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    });
}
