use super::pairs::{self, Hit, Standing};
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
    /// both codes name sites, and different ones, or modifier XP stands and the rendering providers differ.
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
        /// Whether the modifier is for visits and stands on a code that is none.
        pub misplaced: bool,
    }
}

impl fmt::Display for PairBypassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column1, column2, by, .. } = self;
        let on = if self.on_column1 { column1 } else { column2 };
        write!(f, "`{column2}` is part of `{column1}`; modifier `{by}` on `{on}` bypasses the pair, ")?;
        match self.misplaced {
            true => write!(f, "though it is for evaluation and management services, and `{on}` is none"),
            false => write!(f, "and the claim shows no other sign that the services were apart"),
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
        if told || denied {
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
        let misplaced = says == Some(super::policy::Says::Visit) && !policy.is_visit(carrier.key);
        let draft =
            Draft::new(PairBypassed { column1: column1.code, column2: column2.code, by, on_column1, misplaced })
                .row(pairs::evidence(context, table, hit))
                .row(pairs::line_evidence(context, hit.column2, "column 2"))
                .row(pairs::line_evidence(context, hit.column1, "column 1"))
                .document("keep the modifier if the record shows a separate site, encounter, specimen or practitioner")
                .correct("correct a modifier that was typed wrongly");
        report.fire(subject, span, draft);
    }
}
