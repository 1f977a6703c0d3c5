//! A price and how it came about.

use openclaim_claim::{Decimal, Evidence, Money, NotEvaluated, Text};
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

/// How a step rounds its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// The result is kept as it is.
    Exact,
    /// To so many decimal places, halves away from zero, as `ROUNDED` does in the published programs.
    HalfUp(u32),
    /// Digits behind so many decimal places are dropped.
    Truncate(u32),
}

impl Rounding {
    /// To whole cents, halves away from zero.
    pub const CENTS: Self = Self::HalfUp(2);

    /// Rounds a value.
    #[must_use]
    pub fn apply(self, value: Decimal) -> Decimal {
        match self {
            Self::Exact => value,
            Self::HalfUp(places) => value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero),
            Self::Truncate(places) => value.trunc_with_scale(places),
        }
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::HalfUp(places) => write!(f, "half_up_{places}"),
            Self::Truncate(places) => write!(f, "truncate_{places}"),
        }
    }
}

impl Serialize for Rounding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a step does to the running subtotal. Each holds its number after rounding, save [`Effect::Multiply`], whose
/// product is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "effect", content = "factor")]
pub enum Effect {
    /// A number that later steps use; the subtotal stays.
    Derive(Decimal),
    /// The amount is added; a negative one is taken off.
    Add(Decimal),
    /// The subtotal is multiplied.
    Multiply(Decimal),
    /// The subtotal is at most this.
    AtMost(Decimal),
    /// The subtotal is at least this.
    AtLeast(Decimal),
}

impl Effect {
    /// The subtotal after the step. `None` when it is beyond what a decimal of 28 digits holds.
    #[must_use]
    pub fn apply(self, subtotal: Decimal, rounding: Rounding) -> Option<Decimal> {
        match self {
            Self::Derive(_) => Some(subtotal),
            Self::Add(amount) => subtotal.checked_add(rounding.apply(amount)),
            Self::Multiply(factor) => subtotal.checked_mul(factor).map(|product| rounding.apply(product)),
            Self::AtMost(limit) => Some(subtotal.min(rounding.apply(limit))),
            Self::AtLeast(limit) => Some(subtotal.max(rounding.apply(limit))),
        }
    }
}

/// A number or word that a step read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// What it is, in the field's terms: `wage index`.
    pub name: &'static str,
    /// Its value.
    pub value: Text,
}

/// One step of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What the step works out: `federal operating payment`.
    pub name: &'static str,
    /// The formula in the names of the inputs, empty when the name says it all.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub formula: &'static str,
    /// The numbers it read.
    pub inputs: Vec<Input>,
    /// What it does to the subtotal, and by how much.
    #[serde(flatten)]
    pub effect: Effect,
    /// How its result was rounded.
    pub rounding: Rounding,
    /// The subtotal after it; set by [`Pricing::push`].
    pub subtotal: Decimal,
    /// The rows its inputs came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Evidence>,
}

impl Step {
    /// A step without inputs and sources; [`Step::input`], [`Step::formula`] and [`Step::source`] add them.
    #[must_use]
    pub fn new(name: &'static str, effect: Effect, rounding: Rounding) -> Self {
        Self { name, formula: "", inputs: Vec::new(), effect, rounding, subtotal: Decimal::ZERO, source: Vec::new() }
    }

    /// An amount that is added, rounded to the cent.
    #[must_use]
    pub fn add(name: &'static str, amount: Decimal) -> Self {
        Self::new(name, Effect::Add(amount), Rounding::CENTS)
    }

    /// A number for later steps, already rounded as `rounding` says.
    #[must_use]
    pub fn derive(name: &'static str, value: Decimal, rounding: Rounding) -> Self {
        Self::new(name, Effect::Derive(value), rounding)
    }

    /// A factor on the subtotal, rounded to the cent.
    #[must_use]
    pub fn multiply(name: &'static str, factor: Decimal) -> Self {
        Self::new(name, Effect::Multiply(factor), Rounding::CENTS)
    }

    /// The same with a formula.
    #[must_use]
    pub fn formula(mut self, formula: &'static str) -> Self {
        self.formula = formula;
        self
    }

    /// The same with one more input.
    #[must_use]
    pub fn input(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        use fmt::Write;
        let mut text = Text::default();
        // A text takes every character.
        let _ = write!(text, "{value}");
        self.inputs.push(Input { name, value: text });
        self
    }

    /// The same with one more row.
    #[must_use]
    pub fn source(mut self, row: Evidence) -> Self {
        self.source.push(row);
        self
    }
}

/// Why a step was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// An amount is beyond what the arithmetic holds.
    #[error("the amount after step `{0}` is larger than can be computed exactly")]
    Overflow(&'static str),
}

/// A price: the fold of its steps, from nothing.
///
/// The total is worked out from the steps alone, so it cannot differ from them. While anything that belongs to the price
/// could not be evaluated there is no total, only a subtotal: part of a price is not passed off as the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pricing {
    /// What was applied: `IPPS FY2026`.
    pub system: Text,
    /// The pricer's return code, where the system has one.
    pub return_code: Option<Text>,
    /// Parts of the price that lack a table, a date or an element.
    pub not_evaluated: Vec<NotEvaluated>,
    steps: Vec<Step>,
}

impl Pricing {
    /// A price of nothing.
    pub fn new(system: impl Into<Text>) -> Self {
        Self { system: system.into(), return_code: None, not_evaluated: Vec::new(), steps: Vec::new() }
    }

    /// Takes a step. Returns the subtotal after it.
    ///
    /// # Errors
    /// [`PricingError::Overflow`] when the subtotal is beyond a decimal of 28 digits or 18 digits of cents.
    pub fn push(&mut self, mut step: Step) -> Result<Decimal, PricingError> {
        let subtotal = step.effect.apply(self.subtotal(), step.rounding).filter(|&value| to_money(value).is_some());
        step.subtotal = subtotal.ok_or(PricingError::Overflow(step.name))?;
        let subtotal = step.subtotal;
        self.steps.push(step);
        Ok(subtotal)
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The subtotal after the last step.
    #[must_use]
    pub fn subtotal(&self) -> Decimal {
        self.steps.last().map_or(Decimal::ZERO, |step| step.subtotal)
    }

    /// The price, in whole cents; `None` while a part of it is not evaluated.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        if self.not_evaluated.is_empty() { to_money(self.subtotal()) } else { None }
    }

    /// Works the subtotal out again from effects and rounding alone. `None` when it overflows.
    #[must_use]
    pub fn fold(&self) -> Option<Decimal> {
        self.steps.iter().try_fold(Decimal::ZERO, |subtotal, step| step.effect.apply(subtotal, step.rounding))
    }
}

impl Serialize for Pricing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pricing = serializer.serialize_struct("Pricing", 5)?;
        pricing.serialize_field("system", &self.system)?;
        match &self.return_code {
            Some(code) => pricing.serialize_field("return_code", code)?,
            None => pricing.skip_field("return_code")?,
        }
        pricing.serialize_field("total", &self.total())?;
        pricing.serialize_field("steps", &self.steps)?;
        if self.not_evaluated.is_empty() {
            pricing.skip_field("not_evaluated")?;
        } else {
            pricing.serialize_field("not_evaluated", &self.not_evaluated)?;
        }
        pricing.end()
    }
}

/// Dollars as whole cents, halves away from zero.
fn to_money(dollars: Decimal) -> Option<Money> {
    let cents = Rounding::CENTS.apply(dollars).checked_mul(Decimal::ONE_HUNDRED)?;
    cents.to_i64().map(Money::from_cents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::NotEvaluatedReason;
    use openclaim_claim::Unanswered;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_total_is_the_fold_of_the_steps() {
        let mut pricing = Pricing::new("test");
        pricing.push(Step::derive("rate", dec("33.4009"), Rounding::Exact)).unwrap();
        pricing.push(Step::add("base", dec("100.005")).input("rate", "33.4009")).unwrap();
        pricing.push(Step::multiply("half", dec("0.5"))).unwrap();
        pricing.push(Step::new("cap", Effect::AtMost(dec("49.999")), Rounding::Truncate(2))).unwrap();
        let subtotals: Vec<_> = pricing.steps().iter().map(|step| step.subtotal).collect();
        assert_eq!(subtotals, [dec("0"), dec("100.01"), dec("50.01"), dec("49.99")]);
        assert_eq!(pricing.fold(), Some(pricing.subtotal()));
        assert_eq!(pricing.total(), Some(Money::from_cents(4_999)));
    }

    #[test]
    fn a_price_that_lacks_a_part_has_no_total() {
        let mut pricing = Pricing::new("test");
        pricing.push(Step::add("base", dec("1"))).unwrap();
        pricing.not_evaluated.push(NotEvaluated::from(Unanswered {
            rule: "outlier".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: "no fixed-loss amount".into(),
            remedy: None,
        }));
        assert_eq!((pricing.total(), pricing.subtotal()), (None, dec("1")));
        let json = serde_json::to_value(&pricing).unwrap();
        assert!(json["total"].is_null() && json["not_evaluated"][0]["rule"] == "outlier");
    }

    #[test]
    fn overflow_is_an_error_and_leaves_the_price_as_it_was() {
        let mut pricing = Pricing::new("test");
        pricing.push(Step::add("base", dec("1000000"))).unwrap();
        assert!(pricing.push(Step::multiply("absurd", dec("99999999999999999"))).is_err());
        assert_eq!(pricing.total(), Some(Money::from_cents(100_000_000)));
    }

    #[test]
    fn a_step_reads_as_json() {
        let step = Step::multiply("bilateral", dec("1.5")).input("indicator", 1).formula("subtotal × 1.5");
        let json = serde_json::to_value(step).unwrap();
        assert_eq!(json["effect"], "multiply");
        assert_eq!(json["factor"], "1.5");
        assert_eq!(json["rounding"], "half_up_2");
        assert_eq!(json["inputs"][0]["value"], "1");
    }
}
