use super::global_period::{Act, Place, past};
use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Modifiers, Report};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, Modifier, Subject};
use std::fmt;

edit! {
    /// Postoperative care is billed beside a surgery that was billed whole.
    ///
    /// ## What it checks
    /// Lines with `55` (postoperative care alone) against the services of the same code and date, on the claim and on earlier
    /// claims of the run: the surgeon's must carry `54`. And lines of a whole surgery against earlier ones with `55`. Both
    /// state the date of the surgery as date of service.
    ///
    /// ## Why
    /// The payment of a whole surgery includes the care after it; Medicare pays its parts together no more than the whole.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 40.2.A.3 and 40.4.
    ///
    /// ## Action
    /// The line is denied; claim adjustment reason code 97, remark code M144.
    ///
    /// ## Bypass
    /// The surgeon corrects the surgery to `54` after a transfer of care.
    ///
    /// ## Example
    /// An optometrist's `55` after a cataract operation that the surgeon billed without `54`.
    pub struct SplitCare {
        /// The code.
        pub code: HcpcsCode,
        /// Whether the line is the postoperative care; otherwise it is the surgery.
        pub is_aftercare: bool,
    }
}

impl fmt::Display for SplitCare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_aftercare {
            write!(f, "`{}-55` is care after a surgery that was billed whole, without `54`", self.code)
        } else {
            write!(f, "`{0}` is billed whole, and `{0}-55` was billed for the care after it", self.code)
        }
    }
}

/// Modifiers of parts of a surgery, of assistants, and of returns without aftercare.
const PARTS: [&str; 8] = ["54", "55", "56", "78", "80", "81", "82", "AS"];

/// The components of tests, which no one splits so.
const COMPONENTS: [&str; 2] = ["26", "TC"];

fn is_whole(modifiers: Modifiers) -> bool {
    !modifiers.any(&PARTS) && !modifiers.any(&COMPONENTS)
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter() {
        let is_aftercare = service.modifiers.has("55");
        if !is_aftercare && (context.past.is_empty() || !is_whole(service.modifiers)) {
            continue;
        }
        if service.day.0 == 0 {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        }
        let act = Act::here(service);
        let here = context.services.iter().filter(|it| it.index != service.index).map(Act::here);
        let of_surgery = |it: &Act<'_>| it.key == act.key && it.day == act.day;
        let others: Vec<Act<'_>> = here.chain(past(context)).filter(of_surgery).collect();
        let other = if is_aftercare {
            others.iter().find(|it| is_whole(it.modifiers))
        } else {
            others.iter().find(|it| matches!(it.place, Place::Past(_)) && it.modifiers.has("55"))
        };
        let Some(other) = other else {
            if is_aftercare && others.is_empty() {
                let detail = format!("the surgery of line {} is on none of these claims", service.line.number);
                report.lacks(detail);
            }
            continue;
        };
        let mut draft = Draft::new(SplitCare { code: service.code, is_aftercare })
            .element(line::read(service))
            .element(Evidence::element(if is_aftercare { "surgery" } else { "care after it" }, other.words(), None));
        if is_aftercare {
            draft = draft.document("the surgeon corrects the surgery to `54` where care was transferred");
            if let Ok(modifier) = Modifier::parse("55") {
                draft = line::without(draft, ClearKind::NotPermitted, service, modifier, "");
            }
        } else {
            draft = line::with(draft, ClearKind::NeedsDocumentation, service, "54", " where care was transferred");
        }
        let subject = match other.place {
            Place::Here(other) => Subject::LinePair(service.index, other.index),
            Place::Past(_) => line::at(service),
        };
        report.fire(subject, service.code_span(), draft);
    }
}
