use super::articles::Articles;
use super::jurisdiction;
use super::necessity::day_of;
use super::tables::REMEDY;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{Evidence, HcpcsCode, Subject, TypeOfBill};
use openclaim_reference::Source;
use std::fmt;

/// The database's code for "does not apply".
const NOT_APPLICABLE: &str = "999";

edit! {
    /// The contractor's article about the service does not list the type of bill.
    ///
    /// ## What it checks
    /// Institutional claims: the type of bill without its frequency against the bill types that the articles of the deciding
    /// contractor list for the service. Articles that list none, or the code for "not applicable", limit nothing; one article
    /// that lists it is enough.
    ///
    /// ## Why
    /// The article tells which facilities may bill the service; another type of bill usually means that the wrong claim was
    /// written.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles, bill type codes. The database says itself that the list is guidance and
    /// that a listed code does not ensure coverage.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Type of bill 72X for a service whose article lists 13X and 85X.
    pub struct BillTypeNotListed {
        /// The service.
        pub code: HcpcsCode,
        /// The bill.
        pub bill: TypeOfBill,
    }
}

impl fmt::Display for BillTypeNotListed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the contractor's article about `{}` does not list type of bill {}X", self.code, self.bill.facility())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some(bill) = context.claim.type_of_bill.filter(|_| context.services.setting == Setting::Outpatient) else {
        return;
    };
    if context.services.list.is_empty() || !context.is_medicares(report) {
        return;
    }
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    let wanted = format!("0{}", bill.facility());
    for service in context.services.iter() {
        let Some(date) = day_of(service).filter(|date| tables.mentions(*date, known_at, service.key)) else { continue };
        let Some(articles) = Articles::on(context, date, report) else { return };
        let Some(Source { view, .. }) = report.table(&tables.bill_codes, date, known_at, REMEDY) else { return };
        for contractor in jurisdiction::of_claim(context, date, report).iter().take(1) {
            let found = articles.about(context, service, contractor, report);
            let listed = |document| -> Vec<String> {
                let rows = view.of_document(document, &[]);
                rows.filter_map(|row| row.code(view.at(0))).map(|code| code.as_str().to_owned()).collect()
            };
            let lists: Vec<_> = found.iter().map(|article| (article, listed(article.document))).collect();
            let limits = |codes: &[String]| !codes.is_empty() && codes.iter().all(|code| code != NOT_APPLICABLE);
            let allowed = lists.iter().any(|(_, codes)| !limits(codes) || codes.contains(&wanted));
            if let (false, Some((article, codes))) = (allowed, lists.first()) {
                let draft = Draft::new(BillTypeNotListed { code: service.code, bill: bill.value })
                    .row(Some(article.evidence("article/bill_code", &codes.join(", "), article.title)))
                    .element(Evidence::element("type of bill", bill.as_str(), bill.span))
                    .correct("correct the type of bill if the claim was written for another facility or setting");
                report.fire(Subject::Line(service.index), service.code_span(), draft);
            }
        }
    }
}
