//! The wage index of a hospital.

use super::ReturnCode;
use super::provider::Provider;
use super::tables::Source;
use super::year::Year;
use crate::Rounding;
use openclaim_claim::{Decimal, Evidence};
use openclaim_tables::Day;
use openclaim_tables::relation::Row;

/// Whether an area is rural, or how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AreaSize {
    Urban,
    Rural,
}

/// A wage index and how it came about.
#[derive(Debug, Clone)]
pub(super) struct WageIndex {
    pub(super) value: Decimal,
    pub(super) size: AreaSize,
    /// What was done, and the index after it.
    pub(super) steps: Vec<(&'static str, Decimal, Option<Evidence>)>,
}

impl Year {
    /// The wage index a hospital's payments use: of its area, at least the rural or imputed floor of the state, with
    /// out-migration, the low-wage increase while it lasted, and no more than 5% below last year's.
    ///
    /// Source: 42 CFR 412.64(e), (h) and (i).
    ///
    /// # Errors
    /// Return code 52 when area or special wage index are not on file.
    pub(super) fn wage_index_of(&self, provider: &Provider) -> Result<WageIndex, ReturnCode> {
        let standard = provider.standardized_cbsa.as_ref().unwrap_or(&provider.cbsa);
        let standard_row = self.area(standard).ok_or(ReturnCode::WAGE_INDEX)?;
        let size = if standard.len() <= 2 { AreaSize::Rural } else { AreaSize::Urban };
        let mut index = match provider.special_payment {
            Some('1' | '2') => {
                let special = provider.special_wage_index.ok_or(ReturnCode::WAGE_INDEX)?;
                WageIndex { value: special, size, steps: vec![("special wage index", special, None)] }
            }
            indicator => self.area_index(provider, indicator, (standard, standard_row), size)?,
        };
        if let Some(quartile) = self.rates.find("low_wage_quartile").filter(|quartile| index.value < *quartile) {
            let raised = Rounding::Truncate(4).apply((quartile - index.value) / Decimal::TWO + index.value);
            index.step("half the way to the lowest quartile", raised, self.rates.cite("low_wage_quartile"));
        }
        let share = self.rates.find("wage_index_floor_share");
        if let (Some(prior), Some(share)) = (provider.prior_wage_index, share)
            && (index.value - prior) / prior < share - Decimal::ONE
        {
            let kept = Rounding::HalfUp(4).apply(prior * share);
            index.step("at least 95% of the prior year's", kept, self.rates.cite("wage_index_floor_share"));
        }
        if index.value.is_zero() { Err(ReturnCode::WAGE_INDEX) } else { Ok(index) }
    }

    fn area_index(
        &self,
        provider: &Provider,
        indicator: Option<char>,
        (standard, standard_row): (&str, Row<'_>),
        size: AreaSize,
    ) -> Result<WageIndex, ReturnCode> {
        let source = &self.wage_index;
        let [geographic, reclassified, floor] =
            ["wage_index", "reclassified", "imputed_floor"].map(|name| source.column(name));
        let (cbsa, row, column) = match indicator {
            None | Some('N') => (standard, standard_row, geographic),
            Some(indicator @ ('Y' | 'D')) => {
                let cbsa = provider.wage_index_cbsa.as_deref().ok_or(ReturnCode::WAGE_INDEX)?;
                let row = self.area(cbsa).ok_or(ReturnCode::WAGE_INDEX)?;
                (cbsa, row, if indicator == 'Y' { reclassified } else { geographic })
            }
            Some(_) => return Err(ReturnCode::WAGE_INDEX),
        };
        let value = column.decimal(row).unwrap_or_default();
        let cite = source.cite("ipps/wage-index", cbsa, value.to_string());
        let mut index = WageIndex { value, size, steps: vec![("wage index of the area", value, Some(cite))] };
        if cbsa.len() > 2
            && let Some(row) = self.area(&provider.state)
        {
            // Where the state's row has an index without reclassified hospitals, or an imputed one, that is the floor.
            let imputed = floor.decimal(row).filter(|floor| !floor.is_zero());
            let floor = imputed.or_else(|| geographic.decimal(row)).unwrap_or_default();
            if floor > index.value {
                let cite = source.cite("ipps/wage-index", provider.state.clone(), floor.to_string());
                index.step("rural floor of the state", floor, Some(cite));
            }
        }
        let counts = provider.wage_index_cbsa.is_none() && provider.standardized_cbsa.is_none() && indicator.is_none();
        if let (true, Some(county), Some(table)) = (counts, provider.county.as_deref(), &self.out_migration) {
            let adjustment = table.column("adjustment");
            let row = latest(table, county, self).and_then(|row| adjustment.decimal(row));
            if let Some(added) = row.filter(|added| !added.is_zero()) {
                let cite = table.cite("ipps/out-migration", county, added.to_string());
                index.step("out-migration of the county", index.value + added, Some(cite));
            }
        }
        Ok(index)
    }

    /// The row of an area that took effect last within the fiscal year.
    fn area(&self, cbsa: &str) -> Option<Row<'_>> {
        latest(&self.wage_index, cbsa, self)
    }
}

impl WageIndex {
    fn step(&mut self, what: &'static str, value: Decimal, cite: Option<Evidence>) {
        self.value = value;
        self.steps.push((what, value, cite));
    }
}

/// The row of a key that is in effect on the last day of the year's span and took effect within the fiscal year.
fn latest<'a>(source: &'a Source, key: &str, year: &Year) -> Option<Row<'a>> {
    let first = Day::from(year.first);
    let in_effect = source.relation.rows_of(key).filter(|row| row.holds(year.from));
    in_effect.filter(|row| row.period().0.is_none_or(|from| from >= first)).max_by_key(|row| row.period().0)
}
