//! The steps of a price, with what each read and the rows it came from.

use super::modifiers::Component;
use super::outcome::{AnesthesiaFigures, LinePrice, SmallStep, StepKind};
use super::rules::{Rate, Share};
use super::schedule::FeeSchedule;
use crate::{Effect, Pricing, PricingError, Rounding, Step};
use openclaim_claim::{Decimal, Evidence};
use openclaim_tables::relation::ShortCode;

const FORMULA: &str = "(work RVU × work GPCI + PE RVU × PE GPCI + MP RVU × MP GPCI) × conversion factor";
const ANESTHESIA_FORMULA: &str = "(base units + time units) × anesthesia conversion factor";
const RANKED: &str = "chapter 12, section 40.6";

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn share(share: i64) -> Decimal {
    Decimal::new(share, 4).normalize()
}

fn percent(share: i64) -> String {
    format!("{} %", Decimal::new(share, 2).normalize())
}

fn times(name: &'static str, step: &SmallStep) -> Step {
    Step::multiply(name, share(step.value)).input("share", percent(step.value))
}

fn manual(section: &'static str) -> Evidence {
    Evidence::row("CMS Pub. 100-04", "manual", "", section)
}

impl FeeSchedule {
    /// The steps of a price of this schedule; they fold to [`LinePrice::amount`].
    ///
    /// # Errors
    /// [`PricingError`] when an amount is beyond what the arithmetic holds.
    pub fn pricing(&self, price: &LinePrice) -> Result<Pricing, PricingError> {
        let mut pricing = Pricing::new(format!("MPFS {}", self.date().year()));
        for step in price.steps.as_slice() {
            if step.kind == StepKind::Anesthesia
                && let Some(figures) = &price.anesthesia
            {
                for derived in self.anesthesia_units(price, figures) {
                    pricing.push(derived)?;
                }
            }
            pricing.push(self.step(price, step))?;
        }
        Ok(pricing)
    }

    fn step(&self, price: &LinePrice, step: &SmallStep) -> Step {
        let add = |name| Step::add(name, cents(step.value));
        let ranked = |step_shown: Step| match step.rank {
            0 => step_shown,
            rank => step_shown.input("rank", rank),
        };
        let multiple =
            |shown: Step| ranked(shown).input("multiple procedure indicator", char::from(price.row.multiple));
        match step.kind {
            StepKind::Fee => self.fee(price, step),
            StepKind::OppsCap => self.cap(price, step),
            StepKind::Split => {
                let [before, during, after] = price.row.split.map(|part| percent(i64::from(part) * 100));
                times("part of the global package", step)
                    .input("preoperative", before)
                    .input("intraoperative", during)
                    .input("postoperative", after)
                    .source(manual("chapter 12, section 40.4"))
            }
            StepKind::Bilateral => times("both sides", step)
                .input("bilateral indicator", char::from(price.row.bilateral))
                .source(manual("chapter 12, section 40.7")),
            StepKind::SecondSide => times("second side", step)
                .input("bilateral indicator", char::from(price.row.bilateral))
                .source(manual("chapter 12, section 40.7")),
            StepKind::Units => Step::new("units", Effect::Multiply(Decimal::from(step.value)), Rounding::Exact),
            StepKind::TechnicalReduction => multiple(add("technical component of a further procedure")),
            StepKind::ProfessionalReduction => multiple(add("professional component of a further procedure")),
            StepKind::PracticeExpenseReduction => multiple(add("practice expense of further units of therapy")),
            StepKind::TechnicalModifier => add("technical component reduced by a modifier"),
            StepKind::EndoscopyBase => multiple(add("base endoscopy, paid with the highest of the family"))
                .input(
                    "base endoscopy",
                    ShortCode::from_key(price.row.endoscopy_base).map_or("itself".to_owned(), |code| code.to_string()),
                )
                .source(manual("chapter 23, addendum, field 21")),
            StepKind::MultipleProcedures => multiple(times("multiple procedures", step)).source(manual(RANKED)),
            StepKind::MultipleUnits => multiple(add("multiple procedures, by unit")).source(manual(RANKED)),
            StepKind::Assistant => times("assistant at surgery", step)
                .input("assistant indicator", char::from(price.row.assistant))
                .source(manual("chapter 12, section 20.4.3")),
            StepKind::CoSurgeon => times("co-surgeon", step)
                .input("co-surgeon indicator", char::from(price.row.co_surgeon))
                .source(manual("chapter 12, section 40.8")),
            StepKind::Practitioner => times("kind of practitioner", step),
            StepKind::Nonparticipating => times("nonparticipating practitioner", step),
            StepKind::Charge => {
                Step::new("lesser of fee and charge", Effect::AtMost(cents(step.value)), Rounding::CENTS)
            }
            StepKind::Anesthesia => self.anesthesia_fee(price, step),
            StepKind::Direction => times("medical direction", step).source(manual("chapter 12, section 50")),
        }
    }

    fn key(&self, price: &LinePrice) -> String {
        match price.row.component {
            Component::Global => price.hcpcs.to_string(),
            Component::Professional => format!("{} 26", price.hcpcs),
            Component::Technical => format!("{} TC", price.hcpcs),
            Component::Discontinued => format!("{} 53", price.hcpcs),
        }
    }

    fn locality_name(&self, locality: u16) -> String {
        let key = self.localities.get(usize::from(locality)).map(|row| row.key).unwrap_or_default();
        let text = |key| ShortCode::from_key(key).map_or(String::new(), |code| code.to_string());
        format!("{} {}", text(key.0), text(key.1))
    }

    fn fee(&self, price: &LinePrice, step: &SmallStep) -> Step {
        let rvu = |value: i32| Decimal::new(i64::from(value), 2);
        let index = |value: i32| Decimal::new(i64::from(value), 3);
        let [work, pe, mp] = [price.rvus.work, price.rvus.pe, price.rvus.mp];
        let total = i64::from(work) + i64::from(pe) + i64::from(mp);
        let rate = if price.rate == Rate::Facility { "facility" } else { "non-facility" };
        let indices = format!("{} {} {}", index(price.gpci.work), index(price.gpci.pe), index(price.gpci.mp));
        let mut shown = Step::add("fee schedule amount", cents(step.value))
            .formula(FORMULA)
            .input("rate", rate)
            .input("work RVU", rvu(work))
            .input("work GPCI", index(price.gpci.work))
            .input("PE RVU", rvu(pe))
            .input("PE GPCI", index(price.gpci.pe))
            .input("MP RVU", rvu(mp))
            .input("MP GPCI", index(price.gpci.mp))
            .input("conversion factor", Decimal::new(price.row.factor, 4));
        if let Some(days) = price.row.global_days {
            shown = shown.input("global days", days);
        }
        let status = format!("status {}, total RVU {}", char::from(price.row.status), Decimal::new(total, 2));
        let shown = shown.source(Evidence::row(self.release.clone(), self.table, self.key(price), status));
        if price.locality == Self::national().0 {
            return shown;
        }
        shown.source(Evidence::row(self.gpci_release.clone(), "mpfs/gpci", self.locality_name(price.locality), indices))
    }

    fn cap(&self, price: &LinePrice, step: &SmallStep) -> Step {
        let shown = Step::new("OPPS cap", Effect::AtMost(cents(step.value)), Rounding::CENTS);
        let Some(rvus) = price.row.capped(price.rate) else { return shown };
        shown
            .formula("the same formula over the relative values of the OPPS payment amount")
            .input("PE RVU", Decimal::new(i64::from(rvus.pe), 2))
            .input("MP RVU", Decimal::new(i64::from(rvus.mp), 2))
            .source(Evidence::row(self.release.clone(), self.table, self.key(price), "OPPS payment amount"))
    }

    fn anesthesia_units(&self, price: &LinePrice, figures: &AnesthesiaFigures) -> Vec<Step> {
        let base = Step::derive("base units", Decimal::from(figures.base_units), Rounding::Exact);
        let base = match &self.anesthesia {
            Ok(tables) if !figures.supervised => base.source(Evidence::row(
                tables.base_release.clone(),
                "mpfs/anesthesia-base",
                price.hcpcs.as_str(),
                figures.base_units.to_string(),
            )),
            _ => base.source(manual("chapter 12, section 50: medical supervision")),
        };
        if figures.supervised {
            return vec![base];
        }
        let time = Step::derive("time units", Decimal::new(figures.time_units, 1), Rounding::HalfUp(1))
            .input("minutes", figures.minutes)
            .source(manual("chapter 12, section 50"));
        vec![base, time]
    }

    fn anesthesia_fee(&self, price: &LinePrice, step: &SmallStep) -> Step {
        let shown = Step::add("anesthesia amount", cents(step.value)).formula(ANESTHESIA_FORMULA);
        let (Some(figures), Ok(tables)) = (&price.anesthesia, &self.anesthesia) else { return shown };
        let factor = cents(figures.factor);
        shown.input("conversion factor", factor).source(Evidence::row(
            tables.factors_release.clone(),
            "mpfs/anesthesia",
            self.locality_name(price.locality),
            factor.to_string(),
        ))
    }
}

/// As people write it: `62.5 %`.
impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&percent(self.0))
    }
}
