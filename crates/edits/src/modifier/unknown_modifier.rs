use super::line;
use super::tables::remedy;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, Evidence, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A modifier does not exist on the date of service.
    ///
    /// ## What it checks
    /// Every modifier, on the date of service: numeric modifiers, physical status P1 to P6 and performance measures against
    /// the project's list of level I modifiers, all others against the HCPCS level II modifiers as CMS published them. First
    /// and last day are included.
    ///
    /// ## Why
    /// A modifier that does not exist tells the payer nothing.
    ///
    /// ## Source
    /// CMS, HCPCS quarterly update, modifiers with their add and termination dates; `data/modifier/codes.csv` for level I.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 182, remark code N823.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `JZ` for an injection of December 2022: it exists from 2023-01-01.
    pub struct UnknownModifier {
        /// The modifier.
        pub modifier: Modifier,
        /// The code it stands on.
        pub code: HcpcsCode,
        /// Whether it exists on other days.
        pub on_other_days: bool,
    }
}

impl fmt::Display for UnknownModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.on_other_days { "does not exist on the date of service" } else { "is no modifier" };
        write!(f, "`{}` on `{}` {how}", self.modifier, self.code)
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let tables = &context.tables.modifier;
    for service in context.services.iter().filter(|service| !service.modifiers.is_empty()) {
        let Some(date) = service.from else {
            report.lacks(format!("line {} states no date of service", service.line.number));
            continue;
        };
        for modifier in service.modifiers.iter() {
            let (evidence, on_other_days) =
                if let Some((_, days, source)) = tables.plain.codes.iter().find(|(code, ..)| *code == modifier) {
                    if days.hold(service.day) {
                        continue;
                    }
                    (line::row(source, "modifier/codes", modifier.as_str(), days.words()), true)
                } else {
                    let known_at = context.switches.known_at;
                    let Some(source) = report.table(&tables.level2, date, known_at, remedy::HCPCS) else { continue };
                    let life = source.view.life(modifier);
                    let says = match life {
                        Some((added, terminated)) => {
                            let begun = added.is_none_or(|added| added <= service.day);
                            if begun && terminated.is_none_or(|terminated| service.day <= terminated) {
                                continue;
                            }
                            let day = |day: Option<openclaim_reference::Day>| {
                                day.map_or_else(|| "open".to_owned(), |day| day.to_string())
                            };
                            format!("{} to {}", day(added), day(terminated))
                        }
                        None => "not listed".to_owned(),
                    };
                    (Evidence::row(source.label, "hcpcs/modifiers", modifier.as_str(), says), life.is_some())
                };
            let draft = Draft::new(UnknownModifier { modifier, code: service.code, on_other_days })
                .element(evidence)
                .element(line::date(service))
                .correct("correct a mistyped modifier or date");
            let draft = line::without(draft, ClearKind::DataEntry, service, modifier, "");
            report.fire(line::at(service), line::span(service, modifier), draft);
        }
    }
}
