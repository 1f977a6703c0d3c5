//! Schedules of plain fees: clinical laboratory (CLFS), drugs (ASP), equipment (DMEPOS).
//!
//! The amount is the published rate times the units, rounded to the cent. Only what a row says by itself is priced: a fee
//! that depends on months of rental, on a rural address or on a contractor's judgment is not evaluated, by name.
//! Ambulance services have no importable schedule in this version.

use crate::{Effect, Pricing, Rounding, Step};
use openclaim_claim::{
    Date, Decimal, Evidence, HcpcsCode, Modifier, Money, NotEvaluated, NotEvaluatedReason, Text, Unanswered,
};
use openclaim_reference::{Library, LoadedRelease, Lookup};
use openclaim_tables::Day;
use openclaim_tables::relation::{Relation, Row, ShortCode};

const RULE: &str = "fee-schedules";
const LABORATORY: &str = "clfs/fees";
const DRUGS: &str = "asp/payment-limits";
const EQUIPMENT: &str = "dmepos/fees";
const EQUIPMENT_ITEMS: &str = "dmepos/items";

const CATEGORIES: &str = include_str!("../../../../data/fees/equipment_categories.csv");

/// A line that the physician fee schedule does not price.
#[derive(Debug, Clone, Copy)]
pub struct FeeRequest<'a> {
    /// CPT or HCPCS code.
    pub hcpcs: HcpcsCode,
    /// Modifiers, in order.
    pub modifiers: &'a [Modifier],
    /// Date of service.
    pub date: Date,
    /// Units.
    pub units: Decimal,
    /// State of the patient's home, for equipment.
    pub state: &'a str,
    /// What was charged; the allowed amount is never more.
    pub charge: Option<Money>,
}

/// Prices a line from whichever loaded schedule has a row for it.
///
/// # Errors
/// [`NotEvaluated`] when no loaded schedule has one, naming those that are not loaded and the command that brings them,
/// or when the row's fee needs what the line does not say.
pub fn price(library: &Library, request: &FeeRequest<'_>, known_at: Option<Date>) -> Result<Pricing, NotEvaluated> {
    if request.units <= Decimal::ZERO {
        return Err(cannot(NotEvaluatedReason::NotSupported, format!("{} units of {}", request.units, request.hcpcs)));
    }
    let mut missing = Vec::new();
    for (table, family) in [(LABORATORY, "clfs"), (DRUGS, "asp"), (EQUIPMENT, "dmepos")] {
        match library.relation(table, request.date, known_at) {
            Lookup::Found { table: relation, release } => {
                if relation.rows_of(request.hcpcs.as_str()).len() == 0 {
                    continue;
                }
                let rate = match table {
                    LABORATORY => laboratory(relation, request),
                    DRUGS => drug(relation, request),
                    _ => equipment(library, relation, request, known_at),
                }?;
                return pricing(request, table, release, &rate);
            }
            Lookup::NoRelease
            | Lookup::OutsideCoverage { .. }
            | Lookup::NotYetPublished { .. }
            | Lookup::Damaged { .. } => missing.push((table, family)),
        }
    }
    let (hcpcs, date) = (request.hcpcs, request.date);
    if missing.is_empty() {
        let detail =
            format!("{hcpcs} has a fee on {date} in none of the schedules for laboratory, drugs and equipment");
        return Err(cannot(NotEvaluatedReason::NotSupported, detail));
    }
    let tables: Vec<&str> = missing.iter().map(|(table, _)| *table).collect();
    let commands: Vec<String> =
        missing.iter().map(|(_, family)| format!("openclaim data pull --only {family}")).collect();
    let detail =
        format!("{hcpcs} is outside the physician fee schedule, and for {date} is not loaded: {}", tables.join(", "));
    let mut missing = cannot(NotEvaluatedReason::MissingTable, detail);
    missing.remedy = Some(commands.join("; ").into());
    Err(missing)
}

fn cannot(reason: NotEvaluatedReason, detail: impl Into<Text>) -> NotEvaluated {
    NotEvaluated::from(Unanswered { rule: RULE.into(), reason, detail: detail.into(), remedy: None })
}

/// A rate and the row's key.
struct Rate {
    amount: Decimal,
    key: String,
}

fn pricing(
    request: &FeeRequest<'_>,
    table: &'static str,
    release: &LoadedRelease,
    rate: &Rate,
) -> Result<Pricing, NotEvaluated> {
    let label = release.meta().label();
    let mut pricing = Pricing::new(label.as_str());
    let source = Evidence::row(label.as_str(), table, rate.key.as_str(), rate.amount.to_string());
    let fee = Step::new("fee", Effect::Add(rate.amount), Rounding::Exact).source(source);
    let units = Step::multiply("units", request.units);
    let charge = request.charge.map(Money::to_decimal);
    let too_large = |error: crate::PricingError| cannot(NotEvaluatedReason::NotSupported, error.to_string());
    pricing.push(fee).map_err(too_large)?;
    let subtotal = pricing.push(units).map_err(too_large)?;
    if let Some(charge) = charge.filter(|charge| *charge < subtotal) {
        let step = Step::new("lesser of fee and charge", Effect::AtMost(charge), Rounding::CENTS);
        pricing.push(step).map_err(too_large)?;
    }
    Ok(pricing)
}

fn column(relation: &Relation, name: &str) -> Result<usize, NotEvaluated> {
    relation.column(name).ok_or_else(|| {
        let table = &relation.schema().table;
        cannot(NotEvaluatedReason::MissingTable, format!("table {table} has no column `{name}`"))
    })
}

fn decimal(row: Row<'_>, column: usize) -> Option<Decimal> {
    row.decimal(column).map(|number| Decimal::new(number.unscaled, number.scale.into()))
}

/// A fee above zero; zero stands for fees that contractors set.
fn fee(row: Row<'_>, column: usize, hcpcs: HcpcsCode) -> Result<Decimal, NotEvaluated> {
    decimal(row, column).filter(|amount| *amount > Decimal::ZERO).ok_or_else(|| {
        let detail = format!("the row of {hcpcs} has no fee: the contractor prices it");
        cannot(NotEvaluatedReason::NotSupported, detail)
    })
}

fn has(request: &FeeRequest<'_>, code: Option<ShortCode>) -> bool {
    code.is_none_or(|code| request.modifiers.iter().any(|modifier| modifier.as_str() == code.as_str()))
}

/// The row with the line's modifier, else the row without one.
fn laboratory(relation: &Relation, request: &FeeRequest<'_>) -> Result<Rate, NotEvaluated> {
    let (modifier, rate) = (column(relation, "modifier")?, column(relation, "rate")?);
    let hcpcs = request.hcpcs;
    let rows = relation.at(hcpcs.as_str(), Day::from(request.date)).filter(|row| has(request, row.code(modifier)));
    let row = rows.max_by_key(|row| row.code(modifier).is_some()).ok_or_else(|| {
        let detail = format!("no laboratory fee of {hcpcs} is for these modifiers on {}", request.date);
        cannot(NotEvaluatedReason::NotSupported, detail)
    })?;
    let modifier = row.code(modifier).map_or(String::new(), |code| format!(" {code}"));
    Ok(Rate { amount: fee(row, rate, hcpcs)?, key: format!("{hcpcs}{modifier}") })
}

fn drug(relation: &Relation, request: &FeeRequest<'_>) -> Result<Rate, NotEvaluated> {
    let limit = column(relation, "payment_limit")?;
    let hcpcs = request.hcpcs;
    let row = relation.rows_of(hcpcs.as_str()).next();
    let row = row.ok_or_else(|| cannot(NotEvaluatedReason::NotSupported, format!("{hcpcs} has no payment limit")))?;
    Ok(Rate { amount: fee(row, limit, hcpcs)?, key: hcpcs.to_string() })
}

/// The fee of a purchase in the state; the same at every address, else a list of rural ZIP codes would have to decide.
fn equipment(
    library: &Library,
    relation: &Relation,
    request: &FeeRequest<'_>,
    known_at: Option<Date>,
) -> Result<Rate, NotEvaluated> {
    let [modifier, second, state] = ["modifier", "modifier_2", "state"].map(|name| column(relation, name));
    let (modifier, second, state) = (modifier?, second?, state?);
    let (nonrural, rural) = (column(relation, "nonrural_fee")?, column(relation, "rural_fee")?);
    let hcpcs = request.hcpcs;
    let refuse = |detail: String| Err(cannot(NotEvaluatedReason::NotSupported, detail));
    if !single_payment(library, request, known_at) {
        return refuse(format!("what is paid for {hcpcs} depends on months of rental or is not known as one payment"));
    }
    let here = |row: &Row<'_>| {
        row.code(state).is_some_and(|code| code.as_str() == request.state)
            && has(request, row.code(modifier))
            && has(request, row.code(second))
    };
    let named = |row: &Row<'_>| usize::from(row.code(modifier).is_some()) + usize::from(row.code(second).is_some());
    let mut rows: Vec<Row<'_>> = relation.rows_of(hcpcs.as_str()).filter(here).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(named(row)));
    let row = match rows.as_slice() {
        [] => return refuse(format!("no fee of {hcpcs} is for these modifiers in state `{}`", request.state)),
        [row, next, ..] if named(row) == named(next) => {
            return refuse(format!("the modifiers do not tell which of several fees of {hcpcs} is meant"));
        }
        [row, ..] => *row,
    };
    if row.code(modifier).is_some_and(|code| code.as_str() == RENTAL) {
        return refuse(format!("the rental of {hcpcs} depends on its month"));
    }
    let amount = fee(row, nonrural, hcpcs)?;
    if decimal(row, rural).is_some_and(|rural| rural != amount) {
        return refuse(format!("the fee of {hcpcs} differs for rural addresses, and their ZIP codes are no table"));
    }
    Ok(Rate { amount, key: format!("{hcpcs} {}", request.state) })
}

/// Modifier of a monthly rental.
const RENTAL: &str = "RR";

/// Whether every row of the item is of a category that is paid at once.
fn single_payment(library: &Library, request: &FeeRequest<'_>, known_at: Option<Date>) -> bool {
    let items = library.relation(EQUIPMENT_ITEMS, request.date, known_at).found();
    let Some((items, _)) = items else { return false };
    let Some(category) = items.column("category") else { return false };
    let single = |code: ShortCode| {
        let mut rows = CATEGORIES.lines().map(|line| line.split(','));
        rows.any(|mut cells| cells.next() == Some(code.as_str()) && cells.next() == Some("single"))
    };
    let mut rows = items.rows_of(request.hcpcs.as_str());
    rows.len() > 0 && rows.all(|row| row.code(category).is_some_and(single))
}
