//! The state payment transfer formula: what plans of one market pay to, and receive from, each other.
//!
//! For plan *i* of a state market risk pool, per billable member month,
//!
//! ```text
//!        PLRS_i · IDF_i · GCF_i                AV_i · ARF_i · IDF_i · GCF_i
//! T_i = (──────────────────────────────── − ────────────────────────────────────) · P̄ · (1 − administrative cost)
//!        Σ s_j · PLRS_j · IDF_j · GCF_j     Σ s_j · AV_j · ARF_j · IDF_j · GCF_j
//! ```
//!
//! where *s* is the plan's share of the pool's billable member months and P̄ the pool's average premium. A positive
//! transfer is received. Actuarial values and induced demand factors by metal level, and the administrative cost
//! reduction, are rows of `risk/hhs-transfer`.
//!
//! Source: 45 CFR 153.320; 78 FR 15430 to 15434 (2014 payment notice); 81 FR 94099 (administrative cost reduction from
//! benefit year 2018). Catastrophic plans are a pool of their own. The charges and payments of the high-cost risk pool
//! are not part of the formula.

use super::Metal;
use crate::table::Table;
use crate::{ErrorCode, ScoreError};
use openclaim_claim::{Decimal, Money, Text};
use openclaim_reference::{Library, hhs_hcc as tables};
use serde::Serialize;

/// Actuarial value and induced demand of every metal level, and the administrative cost reduction, of a benefit year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferConstants {
    /// By metal level, in the order of [`Metal::ALL`].
    metals: [(Decimal, Decimal); 5],
    administrative_cost: Decimal,
}

/// A plan in a rating area, as the formula sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The plan's identifier.
    pub id: Text,
    /// Metal level.
    pub metal: Metal,
    /// Plan liability risk score: the average of its members' adjusted scores, weighted by their months.
    pub risk_score: Decimal,
    /// Allowable rating factor: average of its members' age rating factors (45 CFR 147.102).
    pub allowable_rating_factor: Decimal,
    /// Geographic cost factor of its rating area.
    pub geographic_cost_factor: Decimal,
    /// Billable member months.
    pub member_months: u64,
    /// Average premium per member month.
    pub premium: Money,
}

/// What a plan receives, or pays when negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The plan.
    pub id: Text,
    /// Per member month, unrounded.
    pub per_member_month: Decimal,
    /// Over all member months, in whole cents; the transfers of a pool add up to nothing.
    pub total: Money,
    /// The steps that lead there.
    pub steps: TransferSteps,
}

/// The terms of the formula for one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransferSteps {
    /// Actuarial value of the metal level.
    pub actuarial_value: Decimal,
    /// Induced demand factor of the metal level.
    pub induced_demand_factor: Decimal,
    /// PLRS · IDF · GCF over the pool's average: what risk says the plan needs.
    pub risk_relativity: Decimal,
    /// AV · ARF · IDF · GCF over the pool's average: what rating lets the plan charge.
    pub rating_relativity: Decimal,
    /// The pool's average premium after the administrative cost reduction.
    pub reduced_premium: Decimal,
}

impl TransferConstants {
    /// The constants of a benefit year.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownYear`] when the tables do not speak for the year.
    pub fn for_year(library: &Library, benefit_year: i16) -> Result<Self, ScoreError> {
        let year = i64::from(benefit_year);
        let table = Table::open(library, tables::TRANSFER)?;
        let find = |constant: &str, metal: &str| {
            table.lines().find(|line| {
                line.text("constant") == constant
                    && line.text("metal") == metal
                    && line.int("from_year") <= Some(year)
                    && line.int("to_year") >= Some(year)
            })
        };
        let unknown = || {
            let message = format!("no constants of the transfer formula speak for benefit year {benefit_year}");
            ScoreError::new(ErrorCode::UnknownYear, message)
        };
        let value = |thousandths: Option<i64>| thousandths.map(|value| Decimal::new(value, 3)).ok_or_else(unknown);
        let mut metals = [(Decimal::ZERO, Decimal::ZERO); 5];
        for (slot, metal) in metals.iter_mut().zip(Metal::ALL) {
            let line = find("metal", metal.as_str()).ok_or_else(unknown)?;
            *slot = (value(line.thousandths("value"))?, value(line.thousandths("induced_demand"))?);
        }
        let cost = find("administrative_cost", "").ok_or_else(unknown)?;
        Ok(Self { metals, administrative_cost: value(cost.thousandths("value"))? })
    }

    /// Actuarial value and induced demand factor of a metal level.
    #[must_use]
    pub const fn of(&self, metal: Metal) -> (Decimal, Decimal) {
        self.metals[metal as usize]
    }

    /// The share by which the average premium is reduced.
    #[must_use]
    pub const fn administrative_cost(&self) -> Decimal {
        self.administrative_cost
    }

    /// The transfers between the plans of one state market risk pool, in the order given.
    ///
    /// Totals are rounded to cents; what rounding leaves over goes, a cent at a time, to the totals that rounding moved
    /// furthest, so that the pool balances.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidField`] when a plan's figures are negative or it has no member months, or when catastrophic
    /// plans, which are a pool of their own, stand beside others.
    pub fn transfers(&self, pool: &[Plan]) -> Result<Vec<Transfer>, ScoreError> {
        self.check(pool)?;
        if pool.is_empty() {
            return Ok(Vec::new());
        }
        let months: Decimal = pool.iter().map(|plan| Decimal::from(plan.member_months)).sum();
        let weighted = |term: &dyn Fn(&Plan) -> Decimal| -> Decimal {
            pool.iter().map(|plan| term(plan) * Decimal::from(plan.member_months)).sum::<Decimal>() / months
        };
        let average_risk = weighted(&|plan| self.risk(plan));
        let average_rating = weighted(&|plan| self.rating(plan));
        if average_risk.is_zero() || average_rating.is_zero() {
            return Err(invalid("the pool's average risk or rating is zero"));
        }
        let premium = weighted(&|plan| cents(plan.premium)) * (Decimal::ONE - self.administrative_cost);
        let mut exact = Vec::with_capacity(pool.len());
        let mut transfers = Vec::with_capacity(pool.len());
        for plan in pool {
            let risk_relativity = self.risk(plan) / average_risk;
            let rating_relativity = self.rating(plan) / average_rating;
            let per_member_month = (risk_relativity - rating_relativity) * premium;
            let total = per_member_month * Decimal::from(plan.member_months);
            let (actuarial_value, induced_demand_factor) = self.of(plan.metal);
            exact.push(total);
            transfers.push(Transfer {
                id: plan.id.clone(),
                per_member_month: per_member_month / Decimal::ONE_HUNDRED,
                total: Money::ZERO,
                steps: TransferSteps {
                    actuarial_value,
                    induced_demand_factor,
                    risk_relativity,
                    rating_relativity,
                    reduced_premium: premium / Decimal::ONE_HUNDRED,
                },
            });
        }
        for (transfer, cents) in transfers.iter_mut().zip(balanced_cents(&exact)?) {
            transfer.total = Money::from_cents(cents);
        }
        Ok(transfers)
    }

    fn risk(&self, plan: &Plan) -> Decimal {
        plan.risk_score * self.of(plan.metal).1 * plan.geographic_cost_factor
    }

    fn rating(&self, plan: &Plan) -> Decimal {
        let (actuarial_value, induced_demand) = self.of(plan.metal);
        actuarial_value * plan.allowable_rating_factor * induced_demand * plan.geographic_cost_factor
    }

    fn check(&self, pool: &[Plan]) -> Result<(), ScoreError> {
        for plan in pool {
            let figures = [plan.risk_score, plan.allowable_rating_factor, plan.geographic_cost_factor];
            let largest = Decimal::from(10_000);
            let out = |figure: &Decimal| figure.is_sign_negative() || *figure > largest;
            if figures.iter().any(out) || plan.premium.cents() < 0 || plan.premium.cents() > 100_000_000 {
                return Err(invalid(&format!("plan {}: a figure is negative or beyond reason", plan.id)));
            }
            if !(1..=1_000_000_000_000).contains(&plan.member_months) {
                let problem = format!("plan {}: {} is no number of member months", plan.id, plan.member_months);
                return Err(invalid(&problem));
            }
        }
        let catastrophic = pool.iter().filter(|plan| plan.metal == Metal::Catastrophic).count();
        if catastrophic != 0 && catastrophic != pool.len() {
            return Err(invalid("catastrophic plans are a risk pool of their own (45 CFR 153.360)"));
        }
        Ok(())
    }
}

fn invalid(problem: &str) -> ScoreError {
    ScoreError::new(ErrorCode::InvalidField, problem)
}

fn cents(money: Money) -> Decimal {
    Decimal::from(money.cents())
}

/// Whole cents whose sum is zero, each next to its exact value.
fn balanced_cents(exact: &[Decimal]) -> Result<Vec<i64>, ScoreError> {
    let mut rounded = Vec::with_capacity(exact.len());
    for value in exact {
        let floor = value.floor();
        let cents = i64::try_from(floor.mantissa() / 10_i128.pow(floor.scale()))
            .map_err(|_| invalid("a transfer is beyond the range of money"))?;
        rounded.push((cents, value - floor));
    }
    // The exact values add up to nothing but for the last digits of the divisions, so the floors fall short by at most a
    // cent a plan; the largest remainders are rounded up, and equal ones in the order of the plans.
    let short = -rounded.iter().map(|(cents, _)| i128::from(*cents)).sum::<i128>();
    let mut order: Vec<usize> = (0..rounded.len()).collect();
    order.sort_by(|&a, &b| rounded[b].1.cmp(&rounded[a].1).then(a.cmp(&b)));
    let up = usize::try_from(short).map_err(|_| invalid("the transfers do not balance"))?;
    if up > rounded.len() {
        return Err(invalid("the transfers do not balance"));
    }
    for &at in order.iter().take(up) {
        rounded[at].0 += 1;
    }
    Ok(rounded.into_iter().map(|(cents, _)| cents).collect())
}
