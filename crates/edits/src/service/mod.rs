//! A claim as the claim edits see it: its services with their days and providers, what the run has seen before, and the
//! tables.
//!
//! An edit of the claim families ([`ncci`](crate::ncci), [`modifier`](crate::modifier), [`coverage`](crate::coverage) …) is
//! one file with the struct of what was found (its `Display` is the message, its doc comment the documentation) and one
//! function `check(&Context, &mut Report)`. The family's `mod.rs` lists them in one table (`rules!`).

mod diagnoses;
mod fee_schedule;
mod history;
mod lacks;
mod provider_days;
mod report;
mod rule;
mod services;

pub use diagnoses::{CodedDiagnosis, Diagnoses};
pub(crate) use fee_schedule::evidence as fee_evidence;
pub use fee_schedule::{FeeRow, FeeRows, FeeSchedule, Global, Indicator};
pub use history::{History, PastDiagnosis, PastService};
pub use lacks::Sentences;
pub use provider_days::{Load, PhysicianTime, ProviderDays, Work};
pub(crate) use provider_days::{hours, work};
pub use report::Report;
pub use rule::Rule;
pub(crate) use rule::rules;
pub use services::{Modifiers, ProviderKey, Service, Services, Setting, program};

use crate::registry::Family;
use openclaim_claim::{Claim, Date, Finding, NotEvaluated};
use openclaim_reference::Library;

/// Whose rules bind a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Program {
    /// Medicare's tables, also for payers that follow them.
    #[default]
    Medicare,
    /// Medicaid's tables of the National Correct Coding Initiative.
    Medicaid,
}

/// Tables of the claim edits, every one in all its releases, with columns found. Prepared once per library.
#[derive(Debug)]
pub struct Tables {
    /// The physician fee schedule: status, components, global days, indicators of surgery.
    pub fees: openclaim_reference::Dated<FeeSchedule>,
    /// How long services take.
    pub physician_time: openclaim_reference::Dated<PhysicianTime>,
    /// NCCI: procedure pairs, unlikely units, add-on codes.
    pub ncci: crate::ncci::Tables,
    /// Modifiers and the indicators of the physician fee schedule.
    pub modifier: crate::modifier::Tables,
    /// Coverage determinations and articles.
    pub coverage: crate::coverage::Tables,
    /// For which days the tables of the conventions speak.
    pub(crate) conventions: crate::code::conventions::basis::Words,
}

impl Tables {
    /// The tables of a library.
    #[must_use]
    pub fn new(library: &Library) -> Self {
        Self {
            fees: FeeSchedule::all(library),
            physician_time: PhysicianTime::all(library),
            ncci: crate::ncci::Tables::new(library),
            modifier: crate::modifier::Tables::new(library),
            coverage: crate::coverage::Tables::new(library),
            conventions: crate::code::conventions::basis::Words::new(library),
        }
    }
}

/// What the user decides about a run.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    /// Whose rules bind; `None` goes by the claim filing indicator (SBR09).
    pub program: Option<Program>,
    /// What was published by this day decides; `None`: everything that is loaded.
    pub known_at: Option<Date>,
    /// Whose coverage articles decide.
    pub mac: crate::coverage::MacChoice,
    /// Edits that are run.
    pub selection: crate::selection::Selection,
}

/// Everything an edit reads.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The claim.
    pub claim: &'a Claim,
    /// Its services.
    pub services: &'a Services<'a>,
    /// Its diagnoses.
    pub diagnoses: &'a Diagnoses<'a>,
    /// Earlier services of the same beneficiary, in the order they were met.
    pub past: &'a [PastService<'a>],
    /// The claims they stand on.
    pub history: &'a History,
    /// What the physician fee schedule says of them.
    pub fee_rows: &'a FeeRows<'a>,
    /// Tables of the claim edits.
    pub tables: &'a Tables,
    /// The embedded tables, and everything else.
    pub library: &'a Library,
    /// What the user decided.
    pub switches: &'a Switches,
    /// What the edits of NCCI find out once.
    pub ncci: &'a crate::ncci::Scratch,
}

impl Context<'_> {
    /// Whose rules bind this claim.
    #[must_use]
    pub fn program(&self) -> Program {
        self.services.program
    }

    /// Whether Medicare's own rules bind the claim. That they do not is noted.
    pub(crate) fn is_medicares(&self, report: &mut Report) -> bool {
        let medicares = self.program() == Program::Medicare;
        if !medicares {
            report.of_another_program();
        }
        medicares
    }
}

/// Families of claim edits in the order in which they run: later ones may ask which lines earlier ones denied.
const FAMILIES: [(Family, &[Rule]); 5] = [
    (Family::Code, &crate::code::conventions::RULES),
    (Family::Modifier, &crate::modifier::RULES),
    (Family::Ncci, &crate::ncci::RULES),
    (Family::Coverage, &crate::coverage::RULES),
    (Family::Quality, &crate::quality::RULES),
];

/// How many claim edits there are.
const CLAIM_EDITS: usize = {
    let (mut family, mut count) = (0, 0);
    while family < FAMILIES.len() {
        count += FAMILIES[family].1.len();
        family += 1;
    }
    count
};

/// Every claim edit once, in the order in which they run.
pub(crate) fn rules() -> impl Iterator<Item = (Family, &'static Rule)> {
    FAMILIES.into_iter().flat_map(|(family, rules)| rules.iter().map(move |rule| (family, rule)))
}

/// Runs the claim edits on a claim, and remembers its services for those that follow. `sentences` are those of the claims
/// before it, whatever they were.
#[must_use]
pub fn check(
    claim: &Claim,
    tables: &Tables,
    library: &Library,
    switches: &Switches,
    history: &mut History,
    sentences: &mut Sentences,
) -> (Vec<Finding>, Vec<NotEvaluated>) {
    let services = Services::of(claim, switches);
    history.forget_replaced(&services);
    let report = run(&services, tables, library, switches, history);
    history.remember(&services, report.denied_lines());
    history.remember_days(&services, report.denied_lines(), tables, switches);
    report.into_parts(sentences)
}

/// Runs the claim edits on a claim and remembers nothing: what would be said of it if it came next.
#[must_use]
pub fn judge(
    claim: &Claim,
    tables: &Tables,
    library: &Library,
    switches: &Switches,
    history: &History,
) -> (Vec<Finding>, Vec<NotEvaluated>) {
    run(&Services::of(claim, switches), tables, library, switches, history).into_parts(&mut Sentences::default())
}

/// Remembers the services of an earlier claim, about which nothing is decided.
pub fn remember(claim: &Claim, tables: &Tables, switches: &Switches, history: &mut History) {
    let services = Services::of(claim, switches);
    history.forget_replaced(&services);
    history.remember(&services, &[]);
    history.remember_days(&services, &[], tables, switches);
}

fn run(services: &Services<'_>, tables: &Tables, library: &Library, switches: &Switches, history: &History) -> Report {
    let mut report = Report::default();
    let (claim, past) = (services.claim, &history.of(services));
    let ncci = &crate::ncci::Scratch::default();
    let fee_rows = &FeeRows::default();
    let diagnoses = &Diagnoses::of(claim, services.last_day, library);
    let context = Context { fee_rows, claim, services, diagnoses, past, history, tables, library, switches, ncci };
    for (place, (family, rule)) in rules().enumerate() {
        if (services.modified || !rule.modified) && switches.selection.allows_claim_edit(place) {
            report.turn_to(family, place, rule.edit);
            (rule.check)(&context, &mut report);
        }
    }
    if history.forgotten() > 0 {
        report.history_is_incomplete(history);
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::{ClaimType, ServiceLine, Spanned};

    /// Claims without modifiers that leave open whatever an edit may ask: dates, units, places, providers, tables.
    #[test]
    fn edits_marked_as_of_modifiers_say_nothing_without_them() {
        let library = Library::embedded().unwrap();
        let (tables, history, ncci) = (Tables::new(&library), History::default(), crate::ncci::Scratch::default());
        let mut asked = 0;
        for claim_type in [ClaimType::Professional, ClaimType::Institutional] {
            for program in [Program::Medicare, Program::Medicaid] {
                let mut claim = Claim::new(claim_type);
                for (number, date) in (1..).zip([None, Some("2024-03-01"), Some("1995-03-01")]) {
                    let mut line = ServiceLine::new(number);
                    line.hcpcs = Some(Spanned::bare("99213".parse().unwrap()));
                    line.dates.from = date.map(|date| Spanned::bare(date.parse().unwrap()));
                    claim.lines.push(line);
                }
                let switches = Switches { program: Some(program), ..Switches::default() };
                let services = Services::of(&claim, &switches);
                let context = Context {
                    fee_rows: &FeeRows::default(),
                    claim: &claim,
                    services: &services,
                    diagnoses: &Diagnoses::of(&claim, services.last_day, &library),
                    past: &[],
                    history: &history,
                    tables: &tables,
                    library: &library,
                    switches: &switches,
                    ncci: &ncci,
                };
                for (place, (family, rule)) in rules().enumerate().filter(|(_, (_, rule))| rule.modified) {
                    let mut report = Report::default();
                    report.turn_to(family, place, rule.edit);
                    (rule.check)(&context, &mut report);
                    let (findings, not_evaluated) = report.into_parts(&mut Sentences::default());
                    assert!(findings.is_empty() && not_evaluated.is_empty(), "{}", rule.edit.id);
                    asked += 1;
                }
            }
        }
        assert!(asked > 0);
    }
}
