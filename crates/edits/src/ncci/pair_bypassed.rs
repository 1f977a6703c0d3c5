use super::pairs::{self, Hit, Standing};
use super::policy::Says;
use super::same_day::Side;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{HcpcsCode, Modifier, Subject};
use std::fmt;

edit! {
    /// A modifier bypasses a procedure pair, and nothing else on the claim shows that the services were apart.
    ///
    /// ## What it checks
    /// The pairs of `ncci/procedure-pair` that a modifier bypasses. It is silent when the claim itself shows the reason:
    /// both codes name sites, and different ones, or modifier XP stands and the rendering providers differ. A column-2 line
    /// that is denied already is left alone. It says so where the modifier is for visits and stands on none, and where one of
    /// the codes is a visit and the modifier names a site.
    ///
    /// ## Why
    /// Bypassed is not supported. Modifier 59 is the one most often used without a record that bears it out, and auditors
    /// ask for that record first.
    ///
    /// ## Source
    /// *NCCI Policy Manual for Medicare Services* 2026, chapter I, section E; CMS, MLN1783722, *Proper Use of Modifiers 59,
    /// XE, XP, XS & XU*; Medicare Claims Processing Manual (Pub. 100-04), chapter 23, section 20.9.1.1.
    ///
    /// ## Action
    /// A warning. The line is paid, and the payment can be taken back when the record does not bear the modifier out.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `99213-25` beside `11720`, by one physician on one day.
    pub struct PairBypassed {
        /// The code that is paid in any case.
        pub column1: HcpcsCode,
        /// The code that is paid by virtue of the modifier.
        pub column2: HcpcsCode,
        /// The modifier.
        pub by: Modifier,
        /// Whether it stands on the column-1 code.
        pub on_column1: bool,
        /// Why the modifier is not the one for such a pair, where it is not.
        pub misfit: Option<Misfit>,
    }
}

/// Why a modifier that bypasses a pair is not the one for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// It is for visits and stands on a code that is none.
    ForVisits,
    /// It names a site, and this one of the codes is a visit.
    SiteOf(HcpcsCode),
}

impl fmt::Display for PairBypassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column1, column2, by, .. } = self;
        let on = if self.on_column1 { column1 } else { column2 };
        write!(f, "`{column2}` is part of `{column1}`; modifier `{by}` on `{on}` bypasses the pair, ")?;
        match self.misfit {
            Some(Misfit::ForVisits) => {
                write!(f, "though it is for evaluation and management services, and `{on}` is none")
            }
            Some(Misfit::SiteOf(visit)) => {
                write!(f, "though it names a site, and 25 on `{visit}` is what sets a visit apart")
            }
            None => write!(f, "and the claim shows no other sign that the services were apart"),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some((table, found)) = pairs::judge(context, report) else { return };
    for (order, hit) in found.hits.iter().enumerate() {
        let Standing::Bypassed { by, on_column1 } = hit.standing else { continue };
        let (Some(column1), Some(column2)) = (context.facts(hit.column1), context.facts(hit.column2)) else { continue };
        // Said once per line and code of column 1, and not where the pair stands against another line of that code.
        let same = |other: &Hit| {
            other.column2 == hit.column2 && context.facts(other.column1).is_some_and(|it| it.key == column1.key)
        };
        let told = found.hits.iter().take(order).any(|other| same(other) && !matches!(other.standing, Standing::Apart));
        let denied = found.hits.iter().any(|other| same(other) && other.standing.denies());
        let out = matches!(hit.column2, Side::Here(at)
            if context.services.list.get(at).is_some_and(|service| report.is_denied(service.index)));
        if told || denied || out {
            continue;
        }
        let service = |side| match side {
            Side::Here(at) => context.services.list.get(at),
            Side::Past(_) => None,
        };
        let (subject, span) = match (service(hit.column2), service(hit.column1)) {
            (Some(two), Some(one)) => (Subject::LinePair(two.index, one.index), two.code_span()),
            (Some(two), None) => (Subject::Line(two.index), two.code_span()),
            (None, Some(one)) => (Subject::Line(one.index), one.code_span()),
            (None, None) => continue,
        };
        let policy = &context.tables.ncci.policy;
        let carrier = if on_column1 { &column1 } else { &column2 };
        let says = policy.bypass(by, on_column1, hit.day).map(|bypass| bypass.says);
        let misfit = match says {
            Some(Says::Visit) if !policy.is_visit(carrier.key) => Some(Misfit::ForVisits),
            Some(Says::Site) => {
                let visit = [&column2, &column1].into_iter().find(|it| policy.is_visit(it.key));
                visit.map(|visit| Misfit::SiteOf(visit.code))
            }
            _ => None,
        };
        let draft = Draft::new(PairBypassed { column1: column1.code, column2: column2.code, by, on_column1, misfit })
            .row(pairs::evidence(context, table, hit))
            .row(pairs::line_evidence(context, hit.column2, "column 2"))
            .row(pairs::line_evidence(context, hit.column1, "column 1"))
            .document("keep the modifier if the record shows a separate site, encounter, specimen or practitioner")
            .correct("correct a modifier that was typed wrongly");
        let draft = match misfit {
            Some(Misfit::SiteOf(_)) => {
                draft.document("append 25 to the visit if the record shows a significant, separately identifiable one")
            }
            _ => draft,
        };
        report.fire(subject, span, draft);
    }
}
