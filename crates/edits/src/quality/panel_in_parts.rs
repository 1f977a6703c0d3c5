use crate::doc::edit;
use crate::draft::Draft;
use crate::ncci::panels::{FEWEST, panels};
use crate::service::{Context, Report, Service};
use openclaim_claim::{Date, Evidence, Subject};
use openclaim_reference::pairs::PairRow;
use openclaim_reference::relation::ShortCode;
use std::cmp::Reverse;
use std::fmt;

edit! {
    /// Every test of a laboratory panel is billed, and the panel is not.
    ///
    /// ## What it checks
    /// Services of one day and one provider on a claim, against the panels of the table of procedure pairs: the column-1
    /// codes whose pairs have the rationale "Laboratory panel", with the column-2 codes of those that hold on the day. It
    /// fires where all of them, three at least, are billed and the panel is not. Lines with modifier 59, 91, XE, XP, XS or
    /// XU say that a test was repeated or apart and do not count. Of panels that hold one another the largest is named; a
    /// panel that the fee schedule lists as not covered (status N) or not valid (I) is passed over. Alternatives within a
    /// panel are listed as components like the others, so a panel that offers a choice is found only when all are billed.
    ///
    /// ## Why
    /// A laboratory that performs all tests of a panel reports the panel; its payment may be less than the sum of its
    /// parts.
    ///
    /// ## Source
    /// *NCCI Policy Manual for Medicare Services*, chapter X, section C (organ or disease oriented panels); CMS, NCCI
    /// Procedure-to-Procedure Edits, rationale "Laboratory panel".
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Tests that were ordered and done at different times of the day, as modifier 59 or 91 says.
    ///
    /// ## Example
    /// Total cholesterol, HDL cholesterol and triglycerides on three lines instead of the lipid panel.
    pub struct PanelInParts {
        /// The panel.
        pub panel: ShortCode,
        /// How many tests it holds, all on the claim.
        pub tests: usize,
    }
}

impl fmt::Display for PanelInParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "all {} tests of the panel `{}` are billed on their own", self.tests, self.panel)
    }
}

/// First character of the codes of laboratory tests: chapter 8 of the code book. No published panel has other components.
const LABORATORY: char = '8';

/// Modifiers that set a test apart from the others of its day.
const APART: [&str; 6] = ["59", "91", "XE", "XP", "XS", "XU"];

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    // Most claims hold no such tests, and are not asked for a table.
    let could_be = |it: &&Service<'_>| it.code.as_str().starts_with(LABORATORY) && !it.modifiers.any(&APART);
    if context.services.iter().filter(could_be).count() < FEWEST {
        return;
    }
    let Some(date) = context.services.iter().find_map(|service| service.from) else { return };
    let Some(source) = panels(context, date, report) else { return };
    let is_test = |it: &&Service<'_>| {
        source.view.lists(it.key) && it.day.0 != 0 && it.is_single_day() && !it.modifiers.any(&APART)
    };
    let mut tests: Vec<&Service<'_>> = context.services.iter().filter(is_test).collect();
    while let Some(first) = tests.first().copied().filter(|_| tests.len() >= FEWEST) {
        let together = |it: &&Service<'_>| it.same_day(first) && it.provider == first.provider;
        let (group, others) = tests.into_iter().partition(together);
        tests = others;
        say_panels(context, &group, report);
    }
}

/// Says which panels stand in parts among tests of one day and provider.
fn say_panels(context: &Context<'_>, tests: &[&Service<'_>], report: &mut Report) {
    let Some((first, date)) = tests.first().and_then(|first| Some((first, first.from?))) else { return };
    let Some(source) = panels(context, date, report) else { return };
    let billed = |pair: &PairRow<'_>| {
        let component = pair.column2()?;
        tests.iter().copied().find(|test| test.key == component.key())
    };
    let on_the_claim =
        |panel: ShortCode| context.services.iter().any(|other| other.same_day(first) && other.key == panel.key());
    let mut found = Vec::new();
    for pairs in source.view.on(first.day) {
        let Some(panel) = pairs.first().and_then(PairRow::column1) else { continue };
        let Some(parts) = pairs.iter().map(billed).collect::<Option<Vec<_>>>() else { continue };
        if !on_the_claim(panel) && may_be_paid(context, panel, date) {
            found.push((panel, pairs, parts));
        }
    }
    found.sort_by_key(|(panel, _, parts)| (Reverse(parts.len()), panel.key()));
    let mut told: Vec<u32> = Vec::new();
    for (panel, pairs, parts) in found {
        // A panel within one that was named says nothing more.
        if parts.iter().all(|part| told.contains(&part.index)) {
            continue;
        }
        told.extend(parts.iter().map(|part| part.index));
        let mut draft = Draft::new(PanelInParts { panel, tests: parts.len() });
        for (pair, part) in pairs.iter().zip(&parts) {
            let key = format!("{panel} / {}", part.code);
            let says = format!("{}; line {}", pair.terms().rationale, part.line.number);
            draft = draft.row(Some(Evidence::row(source.label, source.view.table(), key, says)));
        }
        let draft = draft
            .document("report the panel if the record shows that its tests were done together")
            .never("append 59 or 91 to tests that were done once and together");
        let at = parts.iter().min_by_key(|part| part.index).map_or(*first, |part| *part);
        report.fire(Subject::Line(at.index), at.code_span(), draft);
    }
}

/// Whether Medicare may pay the panel: unless the fee schedule says that it never does.
fn may_be_paid(context: &Context<'_>, panel: ShortCode, date: Date) -> bool {
    let fees = context.tables.fees.at(date, context.switches.known_at).found();
    let row = fees.and_then(|fees| fees.view.row(panel.key()));
    !row.is_some_and(|row| matches!(row.status(), Some(b'N' | b'I')))
}
