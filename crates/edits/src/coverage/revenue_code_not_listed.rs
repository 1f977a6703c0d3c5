use super::articles::Articles;
use super::jurisdiction;
use super::necessity::day_of;
use super::tables::REMEDY;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{Evidence, HcpcsCode, RevenueCode, Subject};
use openclaim_reference::Source;
use std::fmt;

/// The database's code for "does not apply".
const NOT_APPLICABLE: &str = "99999";

edit! {
    /// The contractor's article about the service does not list the revenue code.
    ///
    /// ## What it checks
    /// Institutional lines: the revenue code against those that the articles of the deciding contractor list for the service.
    /// Articles that list none, or the code for "not applicable", limit nothing; one article that lists it is enough.
    ///
    /// ## Why
    /// The article tells under which revenue codes the service is expected; another one usually means that it was entered
    /// wrongly.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, articles, revenue codes. The database says itself that the list is guidance.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// Revenue code 0420 for a service whose article lists 0360 and 0361.
    pub struct RevenueCodeNotListed {
        /// The service.
        pub code: HcpcsCode,
        /// The revenue code.
        pub revenue: RevenueCode,
    }
}

impl fmt::Display for RevenueCodeNotListed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the contractor's article about `{}` does not list revenue code {}", self.code, self.revenue)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let asked = context.services.setting == Setting::Outpatient && !context.services.list.is_empty();
    if !asked || !context.is_medicares(report) {
        return;
    }
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    for service in context.services.iter() {
        let Some(revenue) = service.line.revenue_code else { continue };
        let Some(date) = day_of(service).filter(|date| tables.mentions(*date, known_at, service.key)) else { continue };
        let Some(articles) = Articles::on(context, date, report) else { return };
        let Some(Source { view, .. }) = report.table(&tables.revenue_codes, date, known_at, REMEDY) else { return };
        for contractor in jurisdiction::of_claim(context, date, report).iter().take(1) {
            let listed = |document| -> Vec<String> {
                let rows = view.of_document(document, &[]);
                rows.filter_map(|row| row.code(view.at(0))).map(|code| code.as_str().to_owned()).collect()
            };
            let found = articles.about(context, service, contractor, report);
            let lists: Vec<_> = found.iter().map(|article| (article, listed(article.document))).collect();
            let limits = |codes: &[String]| !codes.is_empty() && codes.iter().all(|code| code != NOT_APPLICABLE);
            let wanted = revenue.as_str();
            let allowed = lists.iter().any(|(_, codes)| !limits(codes) || codes.iter().any(|code| code == wanted));
            if let (false, Some((article, codes))) = (allowed, lists.first()) {
                let draft = Draft::new(RevenueCodeNotListed { code: service.code, revenue: revenue.value })
                    .row(Some(article.evidence("article/revenue_code", &summary(codes), article.title)))
                    .element(Evidence::element("revenue code", revenue.as_str(), revenue.span))
                    .correct("correct the revenue code if another was meant");
                report.fire(Subject::Line(service.index), revenue.span, draft);
            }
        }
    }
}

/// The first codes of a list, and how many more there are.
fn summary(codes: &[String]) -> String {
    match codes.len().checked_sub(8) {
        Some(more @ 1..) => format!("{} and {more} more", codes[..8].join(", ")),
        _ => codes.join(", "),
    }
}
