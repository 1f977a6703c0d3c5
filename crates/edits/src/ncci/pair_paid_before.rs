use super::pairs::{self, Hit};
use super::same_day::Side;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{HcpcsCode, Subject};
use std::fmt;

edit! {
    /// A procedure includes one that an earlier claim was paid for.
    ///
    /// ## What it checks
    /// The pairs of `ncci/procedure-pair` whose column-2 service stands on an earlier claim of the run, and whose column-1
    /// service comes now.
    ///
    /// ## Why
    /// The order in which claims arrive does not change that column 2 is part of column 1.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 23, section 20.9; *NCCI Policy Manual for Medicare Services*
    /// 2026, chapter I, section E.
    ///
    /// ## Action
    /// The line waits, for the payer takes back what it paid for column 2, or sets it off against column 1.
    ///
    /// ## Bypass
    /// As for `ncci/procedure-pair`; a modifier on the earlier line counts, and comes by a corrected claim.
    ///
    /// ## Example
    /// `99213` of 2 July was paid, and a week later comes `11720` of that day, of which the visit is part without modifier 25.
    pub struct PairPaidBefore {
        /// The code of this claim.
        pub column1: HcpcsCode,
        /// The code of the earlier claim.
        pub column2: HcpcsCode,
        /// `0` or `1`.
        pub indicator: u8,
    }
}

impl fmt::Display for PairPaidBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column1, column2, .. } = self;
        write!(
            f,
            "`{column1}` includes `{column2}`, which an earlier claim of the same provider and day was paid for"
        )?;
        if self.indicator == b'0' { write!(f, "; no modifier bypasses this pair") } else { Ok(()) }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some((table, found)) = pairs::judge(context, report) else { return };
    for hit in found.hits.iter().filter(|hit| hit.standing.denies()) {
        let Hit { column1: Side::Here(at), column2: Side::Past(_), .. } = *hit else { continue };
        let (Some(service), Some(column2)) = (context.services.list.get(at), context.facts(hit.column2)) else {
            continue;
        };
        let data = PairPaidBefore { column1: service.code, column2: column2.code, indicator: hit.indicator };
        let mut draft = Draft::new(data)
            .row(pairs::evidence(context, table, hit))
            .row(pairs::line_evidence(context, hit.column1, "column 1"))
            .row(pairs::line_evidence(context, hit.column2, "column 2"))
            .correct("void the earlier line, whose service is part of this one");
        draft = match hit.indicator {
            b'0' => draft.never("append a modifier: indicator 0 says that none bypasses the pair"),
            _ => draft
                .document("correct the earlier claim with a bypass modifier if the record shows that it was apart")
                .never("append a modifier that the record does not support"),
        };
        report.fire(Subject::Line(service.index), service.code_span(), draft);
    }
}
