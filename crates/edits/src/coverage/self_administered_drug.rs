use super::jurisdiction::{self, Contractor};
use super::necessity::day_of;
use super::tables::{Document, REMEDY, coded};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{Evidence, HcpcsCode, NotEvaluatedReason, Subject};
use openclaim_reference::relation::Cell;
use openclaim_reference::{Day, Source};
use std::fmt;

edit! {
    /// The contractor lists the drug as usually self-administered, which Part B does not cover.
    ///
    /// ## What it checks
    /// Drugs on professional and outpatient claims against the self-administered drug exclusion list of the deciding
    /// contractor: the row's own dates against the date of service. Codes that do not name one drug (unlisted codes) stand on
    /// the lists for single brands; they are passed over unless every row of the code is for the code as a whole.
    ///
    /// ## Why
    /// Part B covers drugs that are not usually administered by the patient (Social Security Act, section 1861(s)(2)(A) and
    /// (B)); the contractors decide which drugs are.
    ///
    /// ## Source
    /// CMS, Medicare Coverage Database, self-administered drug exclusion list articles; Medicare Benefit Policy Manual
    /// (Pub. 100-02), chapter 15, section 50.2.
    ///
    /// ## Action
    /// The line is denied, CARC 96 (non-covered charge) with RARC N130, since 96 never stands without a remark. No notice to the patient is needed: the benefit excludes the drug.
    ///
    /// ## Bypass
    /// Modifier JA: the drug was given into a vein. Contractors exclude other routes of drugs that have both.
    ///
    /// ## Example
    /// `J0364` after the contractor listed it.
    pub struct SelfAdministeredDrug {
        /// The drug.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for SelfAdministeredDrug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is on the contractor's list of drugs that patients usually administer themselves", self.code)
    }
}

/// How many brands of one code a list may have before the code names no single drug.
const BRANDS: usize = 3;

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let binds = matches!(context.services.setting, Setting::Practitioner | Setting::Outpatient);
    if !binds || context.services.list.is_empty() || !context.is_medicares(report) {
        return;
    }
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    for service in context.services.iter() {
        let Some(date) = day_of(service) else { continue };
        let Some(Source { label, view }) = report.table(&tables.drug_exclusions, date, known_at, REMEDY) else {
            return;
        };
        if view.rows_of(service.key).next().is_none() || service.modifiers.has("JA") {
            continue;
        }
        let Some(of) = report.table(&tables.contractors_of, date, known_at, REMEDY) else { return };
        let contractors = jurisdiction::of_claim(context, date, report);
        let day = Day::from(date);
        let listing = |contractor: &Contractor<'_>| {
            let is_theirs = |document: Document| {
                let rows = of.view.of_document(document, &[Cell::Code(contractor.id)]);
                rows.into_iter().next().is_some()
            };
            let rows: Vec<_> = view
                .rows_of(service.key)
                .filter_map(|row| {
                    let id = row.code(view.at(coded::DOCUMENT))?;
                    let document = Document { id, version: row.int(view.at(coded::VERSION))? };
                    is_theirs(document).then_some((document, row))
                })
                .collect();
            let holds = |row: &openclaim_reference::relation::Row<'_>| {
                row.day(view.at(coded::FROM)).is_none_or(|from| from <= day)
                    && row.day(view.at(coded::TO)).is_none_or(|to| day <= to)
            };
            let brands = rows.iter().filter(|(_, row)| holds(row)).count();
            rows.into_iter().find(|(_, row)| holds(row)).filter(|_| brands <= BRANDS)
        };
        let lists: Vec<_> = contractors.iter().map(|contractor| (contractor, listing(contractor))).collect();
        let Some((contractor, (document, row))) = lists.iter().find_map(|(by, found)| Some((by, (*found)?))) else {
            continue;
        };
        if lists.iter().any(|(_, found)| found.is_none()) {
            let detail = format!(
                "some of the contractors {} list `{}` and others do not; the locality of the ZIP code (`geo/zip5`) would \
                 tell which decides",
                contractors.iter().map(|it| it.number).collect::<Vec<_>>().join(", "),
                service.code
            );
            report.cannot_tell(NotEvaluatedReason::MissingTable, detail);
            continue;
        }
        let from = row.day(view.at(coded::FROM)).map_or_else(|| "always".to_owned(), |day| format!("from {day}"));
        let key = format!("A{} version {} {}", document.id.as_str(), document.version, service.code);
        let draft = Draft::new(SelfAdministeredDrug { code: service.code })
            .row(Some(Evidence::row(label, "article/code_table", key, from)))
            .element(Evidence::element("contractor", contractor.label(), None))
            .correct("correct the code if another drug was given")
            .document("append JA if the record shows that the drug was given into a vein");
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
}
