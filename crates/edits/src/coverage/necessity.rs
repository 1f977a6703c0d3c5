//! Whether the diagnoses of a line support its service, by the articles of the contractor that decides.

use super::articles::{Article, Articles, Demand, Verdict};
use super::jurisdiction::{self, Contractor};
use crate::service::{Context, Report, Service};
use openclaim_claim::{Date, DiagnosisCode, NotEvaluatedReason};

/// What a contractor's articles say about a service, all taken together: one article that supports it is enough.
#[derive(Debug)]
pub(super) enum Decision<'t> {
    /// No article of the contractor limits the code by diagnosis.
    NoPolicy,
    /// An article supports the service.
    Supported,
    /// An article supports it if a second diagnosis stands on the claim as well.
    Demands(Article<'t>, DiagnosisCode, Demand),
    /// An article lists the diagnosis as one that does not support the service.
    Excluded(Article<'t>, DiagnosisCode, i64),
    /// The articles list diagnoses, and none of them is on the line.
    Unsupported(Article<'t>, Vec<i64>),
}

impl Decision<'_> {
    /// The kind of the answer, by which contractors are compared.
    pub(super) fn class(&self) -> &'static str {
        match self {
            Self::NoPolicy => "no article limits it",
            Self::Supported => "supported",
            Self::Demands(..) => "needs a second diagnosis",
            Self::Excluded(..) => "diagnosis excluded",
            Self::Unsupported(..) => "not supported",
        }
    }
}

/// The day on which coverage is asked about a service.
pub(super) fn day_of(service: &Service<'_>) -> Option<Date> {
    service.through.or(service.from)
}

/// What a contractor's articles say about a service.
pub(super) fn decide<'t>(
    context: &Context<'t>,
    articles: &Articles<'t>,
    service: &Service<'_>,
    contractor: &Contractor<'_>,
    report: &mut Report,
) -> Decision<'t> {
    let claim = context.claim;
    let icd10 = |position: &usize| claim.diagnoses.get(*position).filter(|it| !it.icd9).map(|it| *it.code);
    let of_line: Vec<DiagnosisCode> = context.services.diagnoses_of(service.line).iter().filter_map(icd10).collect();
    let of_claim: Vec<DiagnosisCode> = claim.diagnoses.iter().filter(|it| !it.icd9).map(|it| *it.code).collect();
    let mut decision = Decision::NoPolicy;
    let rank = |decision: &Decision<'_>| match decision {
        Decision::NoPolicy => 0,
        Decision::Unsupported(..) => 1,
        Decision::Excluded(..) => 2,
        Decision::Demands(..) => 3,
        Decision::Supported => 4,
    };
    for article in articles.about(context, service, contractor, report) {
        let next = match articles.verdict(&article, service.code.as_str(), &of_line, &of_claim) {
            Verdict::Silent => Decision::NoPolicy,
            Verdict::Supported { lacks: None, .. } => return Decision::Supported,
            Verdict::Supported { diagnosis, lacks: Some(demand), .. } => Decision::Demands(article, diagnosis, demand),
            Verdict::Excluded { diagnosis, group } => Decision::Excluded(article, diagnosis, group),
            Verdict::Unsupported { groups } => Decision::Unsupported(article, groups),
        };
        if rank(&next) > rank(&decision) {
            decision = next;
        }
    }
    decision
}

/// Shows the decision about every service that an article names, with the contractor that makes it. Where several
/// contractors may be meant and would answer differently, it is said that the edit cannot tell.
pub(super) fn each<'t>(
    context: &Context<'t>,
    report: &mut Report,
    mut see: impl FnMut(&Service<'t>, &Contractor<'t>, Decision<'t>, &mut Report),
) {
    if context.services.list.is_empty() || !context.is_medicares(report) {
        return;
    }
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    for service in context.services.iter() {
        let Some(date) = day_of(service) else { continue };
        if !tables.mentions(date, known_at, service.key) {
            continue;
        }
        let Some(articles) = Articles::on(context, date, report) else { return };
        let contractors = jurisdiction::of_claim(context, date, report);
        let decisions: Vec<_> =
            contractors.iter().map(|it| (it, decide(context, &articles, service, it, report))).collect();
        let same = decisions.windows(2).all(|pair| pair[0].1.class() == pair[1].1.class());
        if !same {
            let detail = format!(
                "contractors {} answer differently about `{}`; the locality of the ZIP code (`geo/zip5`) would tell which decides",
                contractors.iter().map(|it| it.number).collect::<Vec<_>>().join(", "),
                service.code
            );
            report.cannot_tell(NotEvaluatedReason::MissingTable, detail);
            continue;
        }
        if let Some((contractor, decision)) = decisions.into_iter().next() {
            see(service, contractor, decision, report);
        }
    }
}

/// Who answers for a service that is not covered, by the modifiers that tell of notices (Medicare Claims Processing
/// Manual, Pub. 100-04, chapter 30, section 50, and chapter 23, section 20.9.1).
pub(super) fn liability(service: &Service<'_>) -> &'static str {
    match service.modifiers {
        modifiers if modifiers.has("GA") => "the patient was told in advance (GA) and answers for it",
        modifiers if modifiers.has("GZ") => "no notice was given (GZ), so the provider answers for it",
        modifiers if modifiers.has("GX") => "a voluntary notice (GX) changes nothing about who answers",
        _ => "the line tells of no notice, so the provider answers for it",
    }
}
