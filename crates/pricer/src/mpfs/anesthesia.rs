//! Anesthesia: (base units + time units) × conversion factor of the locality × share of who gives it.
//!
//! One time unit is 15 minutes, to one decimal place. Medical direction of two to four cases, and a directed nurse
//! anesthetist, are paid half each; supervision of more than four pays three base units and no time (CMS Pub. 100-04,
//! chapter 12, sections 50 and 140). Figures by year are data, `data/mpfs/constants.csv`.

use super::draft::Refusal;
use super::figures::Gpci;
use super::modifiers::{Direction, Modifiers};
use super::outcome::{AnesthesiaFigures, LinePrice, SmallSteps, StepKind};
use super::rules::Share;
use super::schedule::{FeeRow, FeeSchedule, LineRequest};
use openclaim_claim::NotEvaluatedReason;

/// A day; longer anesthesia is a slip of the pen.
const MOST_MINUTES: u32 = 1_440;

pub(super) fn price(
    schedule: &FeeSchedule,
    request: &LineRequest<'_>,
    row: FeeRow,
    modifiers: &Modifiers,
    gpci: Gpci,
) -> Result<LinePrice, Refusal> {
    use NotEvaluatedReason::{MissingElement, MissingTable};
    let tables = schedule.anesthesia.as_ref().map_err(|missing| Refusal::from(missing.clone()))?;
    let Some(constants) = schedule.rules.constants else {
        return Err(Refusal::cannot(MissingTable, "no anesthesia figures for the day in data/mpfs/constants.csv"));
    };
    let Some(direction) = modifiers.direction else {
        let detail = "an anesthesia line says by a modifier who gave it: AA, AD, QK, QX, QY or QZ";
        return Err(Refusal::cannot(MissingElement, detail));
    };
    let minutes = match request.minutes {
        Some(minutes @ 1..=MOST_MINUTES) => minutes,
        Some(minutes) => {
            let detail = format!("{minutes} minutes of anesthesia: 1 to {MOST_MINUTES} are expected");
            return Err(Refusal::cannot(MissingElement, detail));
        }
        None => return Err(Refusal::cannot(MissingElement, "the minutes of anesthesia are not given")),
    };
    let base = tables.base.rows_of_key(row.key).next().and_then(|row| row.int(tables.base_units));
    let Some(base) = base.filter(|units| (0..=1_000).contains(units)) else {
        let detail = format!("{} has no base units in {}", request.hcpcs, tables.base_release);
        return Err(Refusal::cannot(MissingTable, detail));
    };
    let locality = schedule.localities.get(usize::from(request.locality.0)).map(|row| row.key).unwrap_or_default();
    let factor = tables.factors.binary_search_by_key(&locality, |row| row.0).ok();
    let Some(&(_, factor)) = factor.and_then(|at| tables.factors.get(at)) else {
        let detail = format!("{} has no anesthesia conversion factor for the locality", tables.factors_release);
        return Err(Refusal::cannot(MissingTable, detail));
    };
    let supervised = direction == Direction::Supervised;
    let (base_units, time_units) = if supervised {
        (constants.anesthesia_supervised_base_units, 0)
    } else {
        (base, tenths(i64::from(minutes), constants.anesthesia_minutes_per_unit))
    };
    let mut steps = SmallSteps::new();
    let tenths = base_units * 10 + time_units;
    steps.add(StepKind::Anesthesia, (tenths * factor + 5) / 10, 0);
    if let Direction::Share(share) = direction
        && share != Share::WHOLE
    {
        steps.multiply(StepKind::Direction, share, 0);
    }
    if !request.participating {
        steps.multiply(StepKind::Nonparticipating, constants.nonparticipating, 0);
    }
    if let Some(charge) = request.charge.filter(|charge| charge.cents() < steps.cents) {
        steps.at_most(StepKind::Charge, charge.cents());
    }
    Ok(LinePrice {
        hcpcs: request.hcpcs,
        row,
        rate: request.rate,
        locality: request.locality.0,
        gpci,
        rvus: row.rvus(request.rate),
        anesthesia: Some(AnesthesiaFigures { base_units, time_units, minutes, supervised, factor }),
        steps,
    })
}

/// Minutes as time units in tenths, halves up.
fn tenths(minutes: i64, per_unit: i64) -> i64 {
    (minutes * 20 + per_unit) / (per_unit * 2)
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn time_units_have_one_decimal() {
        assert_eq!([1, 15, 17, 49, 95].map(|minutes| tenths(minutes, 15)), [1, 10, 11, 33, 63]);
    }
}
