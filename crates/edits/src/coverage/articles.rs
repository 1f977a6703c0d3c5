//! The articles that speak about a service, and what they say of its diagnoses.

use super::jurisdiction::Contractor;
use super::paragraph::{About, about, companions, demanded_groups, plain};
use super::tables::{Columns, Document, REMEDY, article, coded};
use crate::service::{Context, Report, Service};
use openclaim_claim::{Date, DiagnosisCode, Evidence, NotEvaluatedReason, Text};
use openclaim_reference::relation::{Cell, ShortCode};
use openclaim_reference::{Day, Source};

/// The tables of articles that speak for one day.
pub(super) struct Articles<'t> {
    article: Source<'t, Columns>,
    covered: Source<'t, Columns>,
    covered_groups: Source<'t, Columns>,
    noncovered: Option<Source<'t, Columns>>,
    contractors_of: Source<'t, Columns>,
    day: Day,
}

/// An article in the version that was in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Article<'t> {
    pub(super) document: Document,
    pub(super) title: &'t str,
    pub(super) release: &'t str,
}

impl Article<'_> {
    /// `A52369`, version 16.
    pub(super) fn label(&self) -> Text {
        Text::from(format!("A{} version {}", self.document.id.as_str(), self.document.version))
    }

    /// The row that says so.
    pub(super) fn evidence(&self, table: &'static str, key: &str, value: impl Into<Text>) -> Evidence {
        Evidence::row(self.release, table, format!("{} {key}", self.label()), value)
    }
}

/// What an article says about a service with its diagnoses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It names no diagnoses for the code.
    Silent,
    /// A diagnosis supports the service.
    Supported {
        /// The diagnosis.
        diagnosis: DiagnosisCode,
        /// Its group.
        group: i64,
        /// What else the article demands and the claim lacks: a diagnosis of another group, or one of these codes.
        lacks: Option<Demand>,
    },
    /// A diagnosis is listed as one that does not support it.
    Excluded {
        /// The diagnosis.
        diagnosis: DiagnosisCode,
        /// Its group.
        group: i64,
    },
    /// The article lists diagnoses, and none of them is on the line.
    Unsupported {
        /// The groups that were searched.
        groups: Vec<i64>,
    },
}

/// A second diagnosis that an article demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Demand {
    /// One of another group.
    Group(i64),
    /// One of these codes.
    OneOf(Vec<String>),
}

impl<'t> Articles<'t> {
    /// The tables of a day; `None` after a note that the edit cannot tell.
    pub(super) fn on(context: &Context<'t>, date: Date, report: &mut Report) -> Option<Self> {
        let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
        // Every table is asked, so that one note names all that are missing.
        let article = report.table(&tables.article, date, known_at, REMEDY);
        let procedures = report.table(&tables.procedures, date, known_at, REMEDY);
        let covered = report.table(&tables.covered, date, known_at, REMEDY);
        let covered_groups = report.table(&tables.covered_groups, date, known_at, REMEDY);
        let contractors_of = report.table(&tables.contractors_of, date, known_at, REMEDY);
        procedures?;
        Some(Self {
            article: article?,
            covered: covered?,
            covered_groups: covered_groups?,
            noncovered: tables.noncovered.at(date, known_at).found(),
            contractors_of: contractors_of?,
            day: Day::from(date),
        })
    }

    /// The articles of a contractor about a service, in force on the day, in order.
    ///
    /// The export holds the current version of every article: about one that begins after the day it is said that the edit
    /// cannot tell.
    pub(super) fn about(
        &self,
        context: &Context<'t>,
        service: &Service<'_>,
        contractor: &Contractor<'_>,
        report: &mut Report,
    ) -> Vec<Article<'t>> {
        let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
        let date = service.through.or(service.from);
        let Some(procedures) = date.and_then(|date| tables.procedures.at(date, known_at).found()) else {
            return Vec::new();
        };
        let view = procedures.view;
        let documents = view.rows_of(service.key).filter_map(|row| {
            let id = row.code(view.at(coded::DOCUMENT))?;
            Some(Document { id, version: row.int(view.at(coded::VERSION))? })
        });
        let mut documents: Vec<Document> = documents.filter(|it| self.is_of(*it, contractor)).collect();
        documents.sort_unstable();
        documents.dedup();
        let found: Vec<Article<'t>> = documents.iter().filter_map(|document| self.in_force(*document)).collect();
        for document in documents {
            let begins = self.begins_later(document).filter(|_| found.iter().all(|it| it.document.id != document.id));
            if let (Some(begins), Some(date)) = (begins, date) {
                let id = document.id.as_str();
                let detail = format!(
                    "article A{id} about `{}` is loaded in the version in force from {begins}; what it said on {date} is not",
                    service.code
                );
                report.cannot_tell(NotEvaluatedReason::DateOutsideTables, detail);
            }
        }
        found
    }

    /// The first day of an article that begins after the day.
    fn begins_later(&self, document: Document) -> Option<Day> {
        let view = self.article.view;
        let from = view.of_document(document, &[]).next()?.day(view.at(article::EFFECTIVE))?;
        (from > self.day).then_some(from)
    }

    fn is_of(&self, document: Document, contractor: &Contractor<'_>) -> bool {
        let view = self.contractors_of.view;
        let mut rows = view.of_document(document, &[Cell::Code(contractor.id)]);
        rows.any(|row| row.code(view.at(1)) == Some(contractor.kind) && row.int(view.at(2)) == Some(contractor.version))
    }

    /// The article, where its dates hold the day.
    pub(super) fn in_force(&self, document: Document) -> Option<Article<'t>> {
        let Source { label, view } = self.article;
        let row = view.of_document(document, &[]).next()?;
        let begun = row.day(view.at(article::EFFECTIVE)).is_none_or(|from| from <= self.day);
        let ended = article::ENDS.iter().any(|&end| row.day(view.at(end)).is_some_and(|to| to < self.day));
        let title = row.text(view.at(article::TITLE)).unwrap_or_default();
        (begun && !ended).then_some(Article { document, title, release: label })
    }

    /// What an article says about a service, given the diagnoses of its line and of the claim.
    pub(super) fn verdict(
        &self,
        article: &Article<'_>,
        procedure: &str,
        of_line: &[DiagnosisCode],
        of_claim: &[DiagnosisCode],
    ) -> Verdict {
        let groups = self.groups_for(article.document, procedure);
        let is_in = |code: &str, group: i64| {
            let key = [ShortCode::new(code).map_or(Cell::Blank, Cell::Code), Cell::Int(group)];
            self.covered.view.of_document(article.document, &key).next()
        };
        let mut best: Option<Verdict> = None;
        for diagnosis in of_line {
            let dotted = diagnosis.dotted();
            for (group, paragraph, footnote) in &groups {
                let Some(row) = is_in(&dotted, *group) else { continue };
                let starred = row.text(self.covered.view.at(0)).is_some_and(|star| star == "Y")
                    || row.flag(self.covered.view.at(0)) == Some(b'Y');
                // A demand binds both sides: what group 1 demands of group 2, group 2 owes group 1.
                let owed = groups.iter().filter(|(other, text, _)| demanded_groups(text, *other).contains(group));
                let other_group = demanded_groups(paragraph, *group)
                    .into_iter()
                    .chain(owed.map(|(other, ..)| *other))
                    .find(|other| !of_claim.iter().any(|code| is_in(&code.dotted(), *other).is_some()));
                let others = if starred { companions(footnote, &dotted) } else { Vec::new() };
                let companion = !others.is_empty() && !of_claim.iter().any(|code| others.contains(&code.dotted()));
                let lacks = other_group.map(Demand::Group).or(companion.then_some(Demand::OneOf(others)));
                let satisfied = lacks.is_none();
                let verdict = Verdict::Supported { diagnosis: *diagnosis, group: *group, lacks };
                if satisfied {
                    return verdict;
                }
                best.get_or_insert(verdict);
            }
        }
        if let Some(verdict) = best {
            return verdict;
        }
        if let Some(Source { view, .. }) = self.noncovered {
            for diagnosis in of_line {
                let key = [ShortCode::new(&diagnosis.dotted()).map_or(Cell::Blank, Cell::Code)];
                let row = view.of_document(article.document, &key).next();
                if let Some(group) = row.and_then(|row| row.int(view.at(0))) {
                    return Verdict::Excluded { diagnosis: *diagnosis, group };
                }
            }
        }
        if groups.is_empty() {
            return Verdict::Silent;
        }
        Verdict::Unsupported { groups: groups.into_iter().map(|(group, ..)| group).collect() }
    }

    /// The groups of covered diagnoses that are for a procedure, with their paragraphs and footnotes: those that name it
    /// or, where none does, those that name no procedure at all. Groups of the placeholder `XX…` list nothing.
    fn groups_for(&self, document: Document, procedure: &str) -> Vec<(i64, String, String)> {
        let view = self.covered_groups.view;
        let covered = self.covered.view;
        let mut listed: Vec<i64> = Vec::new();
        let group_column = covered.relation.column("icd10_covered_group").unwrap_or(usize::MAX);
        for row in covered.of_document(document, &[]) {
            let is_code = row.code(2).is_some_and(|code| !code.as_str().starts_with("XX"));
            if let Some(group) = row.int(group_column).filter(|_| is_code)
                && !listed.contains(&group)
            {
                listed.push(group);
            }
        }
        listed.sort_unstable();
        let text = |group: i64, column: usize| {
            let row = view.of_document(document, &[Cell::Int(group)]).next();
            row.and_then(|row| row.text(view.at(column))).map(plain).unwrap_or_default()
        };
        let groups: Vec<(i64, String, String, About)> = listed
            .into_iter()
            .map(|group| {
                let paragraph = text(group, 1);
                let about = about(&paragraph, procedure);
                (group, paragraph, text(group, 2), about)
            })
            .collect();
        let named = groups.iter().any(|(.., about)| *about == About::TheCode);
        let wanted = if named { About::TheCode } else { About::AnyCode };
        let kept = groups.into_iter().filter(|(.., about)| *about == wanted);
        kept.map(|(group, paragraph, footnote, _)| (group, paragraph, footnote)).collect()
    }
}
