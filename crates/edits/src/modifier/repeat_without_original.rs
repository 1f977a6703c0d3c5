use super::line;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report, Service};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A repeat is billed, and the service it repeats is not there or is another provider's.
    ///
    /// ## What it checks
    /// Lines with `76` (repeated by the same physician) or `77` (by another) against the other services of the day, on the
    /// claim and on earlier claims of the run: there must be one of the same code without a repeat modifier. With `76` by
    /// the same provider, with `77` by another one; same group and specialty count as the same.
    ///
    /// ## Why
    /// Without the first service the repeat says nothing, and under the wrong modifier it looks like a duplicate.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 4, section 20.6.5, and chapter 12, section 30.6.5.
    ///
    /// ## Action
    /// A warning: the first service may stand on a claim that the run has not seen.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `77` on an X-ray whose first one the same radiologist read that morning.
    pub struct RepeatWithoutOriginal {
        /// The code.
        pub code: HcpcsCode,
        /// The repeat modifier.
        pub modifier: Modifier,
        /// Whether the first service is there, by a provider that asks for the other modifier.
        pub found: bool,
    }
}

impl fmt::Display for RepeatWithoutOriginal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, modifier, found } = self;
        match (found, modifier.as_str()) {
            (true, "76") => write!(f, "`{code}-76` repeats the service of another provider, which is `77`"),
            (true, _) => write!(f, "`{code}-{modifier}` repeats the provider's own service, which is `76`"),
            (false, _) => write!(f, "`{code}-{modifier}` repeats no service of the day"),
        }
    }
}

/// Modifiers that say a service is a repeat.
const REPEATS: [&str; 3] = ["76", "77", "91"];

/// Whether each first service of the day is the same provider's.
fn firsts<'c>(context: &'c Context<'_>, repeat: &'c Service<'_>) -> impl Iterator<Item = Option<bool>> + 'c {
    let on_claim = context.services.iter().filter(|it| {
        it.index != repeat.index && it.key == repeat.key && it.same_day(repeat) && !it.modifiers.any(&REPEATS)
    });
    let before =
        context.past.iter().filter(|it| it.key == repeat.key && it.from == repeat.day && !it.modifiers.any(&REPEATS));
    let same = |provider| repeat.provider.same_as(provider);
    on_claim.map(move |it| same(&it.provider)).chain(before.map(move |it| repeat.provider.same_as(&it.provider)))
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    for service in context.services.iter() {
        let Some(modifier) = service.modifiers.iter().find(|it| matches!(it.as_str(), "76" | "77")) else { continue };
        if service.day.0 == 0 {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        }
        let by_same = modifier.as_str() == "76";
        let firsts: Vec<Option<bool>> = firsts(context, service).collect();
        if firsts.contains(&Some(by_same)) {
            continue;
        }
        if firsts.contains(&None) {
            report.lacks("whether two services are of one provider cannot be told: the specialty is not stated");
            continue;
        }
        let found = !firsts.is_empty();
        if !found && !by_same {
            let detail = format!(
                "the service that line {} repeats is another provider's and not on these claims",
                service.line.number
            );
            report.lacks(detail);
            continue;
        }
        let mut draft = Draft::new(RepeatWithoutOriginal { code: service.code, modifier, found })
            .element(line::read(service))
            .element(line::date(service));
        if found {
            draft = draft.correct(if by_same { "replace `76` by `77`" } else { "replace `77` by `76`" });
        } else {
            draft = draft.correct("bill the first service, or run its claim before this one");
            draft =
                line::without(draft, ClearKind::NeedsDocumentation, service, modifier, " when nothing was repeated");
        }
        report.fire(line::at(service), line::span(service, modifier), draft);
    }
}
