use super::line;
use super::tables::remedy;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Setting};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, NotEvaluatedReason};
use std::fmt;

edit! {
    /// A drug from single-dose containers is billed without saying whether any was discarded.
    ///
    /// ## What it checks
    /// Lines from 2023-07-01 whose code is in the table of Part B drug payment limits, so is paid separately, and that carry
    /// neither `JW` nor `JZ`, where no line of the day has `JW` for the same code. No public table says which containers are
    /// single-dose; the edit fires where the same group billed the code with `JW` or `JZ` before, and cannot tell
    /// otherwise.
    ///
    /// ## Why
    /// From single-dose containers one of both is required; Medicare's contractors return lines without.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 17, section 40; CMS, physician fee schedule final rule for
    /// 2023. First days stand in `data/modifier/discarded_drugs.csv`.
    ///
    /// ## Action
    /// A warning, with claim adjustment reason code 16 and remark code N822 when the payer returns the line, as Medicare
    /// does since 2023-10-01.
    ///
    /// ## Bypass
    /// The drug came from a multiple-dose container.
    ///
    /// ## Example
    /// An infusion without `JZ` at a practice that billed the same drug with `JZ` the month before.
    pub struct MissingDiscardModifier {
        /// The code.
        pub code: HcpcsCode,
    }
}

impl fmt::Display for MissingDiscardModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has neither `JW` nor `JZ`, and this group billed it from single-dose containers", self.code)
    }
}

const EITHER: [&str; 2] = ["JW", "JZ"];

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let binds = matches!(context.services.setting, Setting::Practitioner | Setting::Supplier | Setting::Outpatient);
    if !binds || !context.is_medicares(report) {
        return;
    }
    let tables = &context.tables.modifier;
    let Some((_, days, source)) = tables.plain.discarded.iter().find(|(code, ..)| code.padded() == *b"JZ") else {
        return;
    };
    // Most claims are of one day, whose table is found once.
    let mut asked = None;
    for service in context.services.iter().filter(|service| !service.modifiers.any(&EITHER)) {
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        };
        if !days.hold(service.day) {
            continue;
        }
        let drugs = match asked {
            Some((day, drugs)) if day == date => drugs,
            _ => report.table(&tables.drugs, date, context.switches.known_at, remedy::DRUGS),
        };
        asked = Some((date, drugs));
        let Some(drugs) = drugs else { continue };
        let of_code = || context.services.iter().filter(|it| it.key == service.key);
        if !drugs.view.holds(service.key) || of_code().any(|it| it.same_day(service) && it.modifiers.has("JW")) {
            continue;
        }
        let before = context.past.iter().find(|it| {
            it.key == service.key && it.provider.group == service.provider.group && it.modifiers.any(&EITHER)
        });
        let Some(before) = before else {
            let detail = format!("whether `{}` came from a single-dose container is not on the claim", service.code);
            report.cannot_tell(NotEvaluatedReason::MissingElement, detail);
            continue;
        };
        let mut draft = Draft::new(MissingDiscardModifier { code: service.code })
            .element(Evidence::row(drugs.label, "asp/payment-limits", service.code.as_str(), "paid separately"))
            .element(line::row(source, "modifier/discarded_drugs", "JZ", days.words()))
            .element(Evidence::element("earlier claim", format!("{}, {}", before.claim_id, before.from), None));
        draft = line::with(draft, ClearKind::NeedsDocumentation, service, "JZ", " where nothing was discarded");
        let draft = draft.document("bill what was discarded on a line with `JW`");
        report.fire(line::at(service), service.code_span(), draft);
    }
}
