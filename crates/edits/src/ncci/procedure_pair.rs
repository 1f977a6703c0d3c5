use super::pairs::{self, Hit, Standing};
use super::same_day::Side;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service};
use openclaim_claim::{Change, ClearKind, HcpcsCode, Modifier, Subject};
use std::fmt;

edit! {
    /// A procedure is part of another one that the same provider billed for the same day.
    ///
    /// ## What it checks
    /// Every two services of one beneficiary, provider and date of service, on one claim or on claims of the run, in both
    /// orders: whether the table of procedure pairs lists the one as column 1 and the other as column 2 on that day, first
    /// and last day included. Modifier indicator 0 lets no modifier bypass the pair, 1 lets one, and 9 marks pairs that
    /// never held. One provider is one NPI, or one group and specialty; for institutional bills it is the facility. Lines
    /// over several days count for each of them when they have as many units. Column-2 services whose column-1 service is
    /// denied already are left alone.
    ///
    /// ## Why
    /// The column-1 payment already holds the work of column 2, or the two cannot both have been done.
    ///
    /// ## Source
    /// CMS, NCCI Procedure-to-Procedure Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I,
    /// section E; Medicare Claims Processing Manual (Pub. 100-04), chapter 23, section 20.9, and for one provider chapter
    /// 12, section 30.6.5; *NCCI Technical Guidance Manual for Medicaid Services*.
    ///
    /// ## Action
    /// The column-2 line is denied, with CARC 236; on outpatient hospital bills it is rejected, as by edits 20 and 40 of
    /// the outpatient code editor. The beneficiary cannot be billed.
    ///
    /// ## Bypass
    /// With indicator 1, a modifier of `data/ncci/bypass_modifiers.csv` on either code; then `ncci/pair-bypassed` speaks.
    /// Modifiers 22, 50, 76 and 77 bypass nothing. When both codes name one site, only 58, 59, 78, 79 and the X modifiers
    /// bypass (Technical Guidance Manual; the Policy Manual asks for different sites).
    ///
    /// ## Example
    /// `99213` and `11720` by one physician on one day, without modifier 25.
    pub struct ProcedurePair {
        /// The code that is paid.
        pub column1: HcpcsCode,
        /// The code that is not.
        pub column2: HcpcsCode,
        /// `0` or `1`.
        pub indicator: u8,
        /// The site that both name, where that kept their modifiers from bypassing.
        pub same_site: Option<Modifier>,
        /// Whether column 1 stands on an earlier claim.
        pub on_earlier_claim: bool,
    }
}

impl fmt::Display for ProcedurePair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column1, column2, .. } = self;
        let of = if self.on_earlier_claim { " of an earlier claim" } else { "" };
        write!(f, "`{column2}` is part of `{column1}`{of}, by the same provider on the same day")?;
        match (self.indicator, self.same_site) {
            (b'0', _) => write!(f, "; no modifier bypasses this pair"),
            (_, Some(site)) => write!(f, "; both name the site `{site}`, so no modifier sets them apart"),
            _ => write!(f, ", and no modifier says that it was apart from it"),
        }
    }
}

/// Modifiers that say more than 59, and 59 itself, each with what the record must show.
const APART: [(&str, &str); 5] = [
    ("XS", "append XS if the record shows a separate organ or structure"),
    ("XE", "append XE if the record shows a separate encounter"),
    ("XP", "append XP if the record shows another practitioner"),
    ("XU", "append XU if the record shows an unusual service that does not overlap"),
    ("59", "append 59 if the record shows a distinct service and no other modifier says it better"),
];

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some((table, found)) = pairs::judge(context, report) else { return };
    pairs::say_doubts(context, found, report);
    if found.hits.is_empty() {
        return;
    }
    // What this edit denies while it runs does not clear the others: the table states every pair of three codes.
    let paid = |hit: &&Hit| match hit.column1 {
        Side::Here(at) => context.services.list.get(at).is_some_and(|service| !report.is_denied(service.index)),
        Side::Past(_) => true,
    };
    let standing: Vec<&Hit> = found.hits.iter().filter(|hit| hit.standing.denies()).filter(paid).collect();
    for (order, hit) in standing.iter().enumerate() {
        let (Side::Here(at), Some(column1)) = (hit.column2, context.facts(hit.column1)) else { continue };
        let Some(service) = context.services.list.get(at) else { continue };
        let told = |earlier: &&Hit| {
            earlier.column2 == hit.column2 && context.facts(earlier.column1).is_some_and(|it| it.key == column1.key)
        };
        if standing.iter().take(order).any(|earlier| told(earlier)) {
            continue;
        }
        let same_site = match hit.standing {
            Standing::SameSite(site) => Some(site),
            _ => None,
        };
        let data = ProcedurePair {
            column1: column1.code,
            column2: service.code,
            indicator: hit.indicator,
            same_site,
            on_earlier_claim: matches!(hit.column1, Side::Past(_)),
        };
        let draft = Draft::new(data)
            .disposition(pairs::disposition(context))
            .row(pairs::evidence(context, table, hit))
            .row(pairs::line_evidence(context, hit.column2, "column 2"))
            .row(pairs::line_evidence(context, hit.column1, "column 1"));
        report.fire(subject(context, service, hit), service.code_span(), clears(context, service, hit, draft));
    }
}

fn subject(context: &Context<'_>, service: &Service<'_>, hit: &Hit) -> Subject {
    match hit.column1 {
        Side::Here(at) => match context.services.list.get(at) {
            Some(column1) => Subject::LinePair(service.index, column1.index),
            None => Subject::Line(service.index),
        },
        Side::Past(_) => Subject::Line(service.index),
    }
}

fn clears(context: &Context<'_>, service: &Service<'_>, hit: &Hit, draft: Draft) -> Draft {
    let draft = draft.correct("correct a mistyped code or date");
    let take_off = Change::RemoveLine { line: service.index };
    if hit.indicator == b'0' {
        return draft
            .change(ClearKind::DataEntry, "bill the column-1 code alone", take_off)
            .never("append a modifier: indicator 0 says that none bypasses the pair");
    }
    let policy = &context.tables.ncci.policy;
    let visit = [hit.column2, hit.column1].into_iter().find_map(|side| match side {
        Side::Here(at) => context.services.list.get(at).filter(|service| policy.is_visit(service.key)),
        Side::Past(_) => None,
    });
    let mut draft = match visit {
        Some(visit) => add(
            draft,
            visit,
            "25",
            "append 25 to the visit if the record shows a significant, separately identifiable one (57 for the decision for \
             major surgery)",
        ),
        None => APART.into_iter().fold(draft, |draft, (modifier, action)| add(draft, service, modifier, action)),
    };
    if visit.is_none() && !matches!(hit.standing, Standing::SameSite(_)) {
        draft = draft.document("name the sites with anatomic modifiers if the record shows different ones");
    }
    draft
        .change(ClearKind::NeedsDocumentation, "bill the column-1 code alone if the record shows one service", take_off)
        .never("append a modifier that the record does not support")
}

/// A modifier where there is room for one.
fn add(draft: Draft, service: &Service<'_>, modifier: &'static str, action: &'static str) -> Draft {
    match Modifier::parse(modifier) {
        Ok(modifier) if service.line.modifiers.len() < 4 => {
            let change = Change::AddModifier { line: service.index, modifier };
            draft.change(ClearKind::NeedsDocumentation, action, change)
        }
        _ => draft.document(action),
    }
}
