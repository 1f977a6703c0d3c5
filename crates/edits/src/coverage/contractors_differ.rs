use super::articles::Articles;
use super::necessity::{day_of, decide};
use super::{MacChoice, jurisdiction};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, HcpcsCode, Subject};
use std::collections::BTreeMap;
use std::fmt;

edit! {
    /// Contractors decide differently about the same service and diagnoses.
    ///
    /// ## What it checks
    /// On request only (`check --mac all`): what the articles of every contractor with this kind of work say about the service
    /// with the diagnoses of its line, whoever would decide about this claim.
    ///
    /// ## Why
    /// Local coverage is local. Who bills in several states, or audits across them, wants to see where the same claim is paid
    /// and where it is not.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles and contractor jurisdictions.
    ///
    /// ## Action
    /// A warning; `coverage/diagnosis-not-supported` decides for the contractor of the claim.
    ///
    /// ## Bypass
    /// Not asking for it.
    ///
    /// ## Example
    /// A service that one contractor limits to listed diagnoses and the neighbouring one does not.
    pub struct ContractorsDiffer {
        /// The service.
        pub code: HcpcsCode,
        /// How many answers there are.
        pub answers: u32,
    }
}

impl fmt::Display for ContractorsDiffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contractors give {} different answers about `{}` with these diagnoses", self.answers, self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.switches.mac != MacChoice::All || !context.is_medicares(report) {
        return;
    }
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    for service in context.services.iter() {
        let Some(date) = day_of(service).filter(|date| tables.mentions(*date, known_at, service.key)) else { continue };
        let Some(articles) = Articles::on(context, date, report) else { return };
        let Some(contractors) = jurisdiction::all(context, date, report) else { return };
        let mut answers: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for contractor in &contractors {
            let class = decide(context, &articles, service, contractor, report).class();
            answers.entry(class).or_default().push(contractor.number);
        }
        if answers.len() < 2 {
            continue;
        }
        let found = ContractorsDiffer { code: service.code, answers: u32::try_from(answers.len()).unwrap_or(u32::MAX) };
        let mut draft = Draft::new(found);
        for (class, numbers) in &answers {
            draft = draft.element(Evidence::element(class, numbers.join(", "), None));
        }
        let draft = draft.document("bill where the service was performed; the place decides about the contractor");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
}
