use super::necessity::{self, Decision, liability};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence, HcpcsCode, Subject};
use std::fmt;

edit! {
    /// The contractor's article lists the diagnosis as one that does not support the service.
    ///
    /// ## What it checks
    /// The diagnoses of the line against the lists of ICD-10-CM codes that do not support medical necessity, in the articles
    /// of the deciding contractor in force on the date of service. A diagnosis on the list of covered ones wins.
    ///
    /// ## Why
    /// The contractor has considered the service for this diagnosis and found it not reasonable and necessary (Social
    /// Security Act, section 1862(a)(1)(A)).
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles, codes that do not support medical necessity; Medicare Program Integrity
    /// Manual (Pub. 100-08), chapter 13.
    ///
    /// ## Action
    /// The line is denied as not medically necessary, CARC 50 with RARC N115.
    ///
    /// ## Bypass
    /// None; GA and GZ decide who answers for the denial.
    ///
    /// ## Example
    /// Arthroscopic lavage of the knee for osteoarthritis.
    pub struct DiagnosisExcluded {
        /// The service.
        pub code: HcpcsCode,
        /// The diagnosis.
        pub diagnosis: DiagnosisCode,
        /// Who answers for it.
        pub liability: &'static str,
    }
}

impl fmt::Display for DiagnosisExcluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diagnosis = self.diagnosis.dotted();
        write!(f, "the contractor's article lists `{diagnosis}` as not supporting `{}`; {}", self.code, self.liability)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    necessity::each(context, report, |service, contractor, decision, report| {
        let Decision::Excluded(article, diagnosis, group) = decision else { return };
        let found = DiagnosisExcluded { code: service.code, diagnosis, liability: liability(service) };
        let key = format!("{} in group {group}", diagnosis.dotted());
        let draft = Draft::new(found)
            .row(Some(article.evidence("article/icd10_noncovered", &key, article.title)))
            .element(Evidence::element("contractor", contractor.label(), None))
            .correct("point the line to the diagnosis it was performed for, if that is on the claim already")
            .document("code another reason for the service if the record gives one")
            .never("adding a listed diagnosis that the record does not support");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    });
}
