//! The equipment fee schedule's columns per state, made into rows.

use super::grid::Grid;
use super::layout::{Field, Fit, Kind, field};
use crate::error::ImportError;
use crate::release::Table;
use crate::values;
use openclaim_tables::relation::{Cell, Fixed, ShortCode};
use std::collections::BTreeMap;

/// Per state, the columns of the fees at addresses that are not rural and that are.
fn states(header: &[String]) -> BTreeMap<String, [Option<usize>; 2]> {
    let mut states: BTreeMap<String, [Option<usize>; 2]> = BTreeMap::new();
    for (column, name) in header.iter().enumerate() {
        let Some((state, kind)) = name.trim().split_once('(') else { continue };
        let state = state.trim();
        let rural = match kind.trim_end_matches(')').trim() {
            "NR" => 0,
            "R" => 1,
            _ => continue,
        };
        if state.len() == 2 {
            states.entry(state.to_ascii_uppercase()).or_default()[rural] = Some(column);
        }
    }
    states
}

/// Copies the fees; states without a fee for an item have no row.
///
/// # Errors
/// [`ImportError`] naming file, row and the state's column.
pub(super) fn fees_by_state(grid: &Grid<'_>, fit: &Fit, table: &mut Table) -> Result<(), ImportError> {
    const FEE: Field = field("fee", "fee", Kind::Decimal(2));
    let Some(header) = grid.rows.get(fit.header) else { return Ok(()) };
    let states = states(&header.cells);
    for row in grid.rows.iter().skip(fit.header + 1) {
        let text = |at: usize| fit.columns[at].and_then(|column| row.cells.get(column)).map_or("", |cell| cell.trim());
        // Notes were told apart when the items were copied; what has no jurisdiction and no category is one.
        if text(0).is_empty() || (text(3).is_empty() && text(4).is_empty()) {
            continue;
        }
        let code = |at: usize| ShortCode::new(&text(at).to_ascii_uppercase()).map_or(Cell::Blank, Cell::Code);
        let item = [code(0), code(1), code(2)];
        for (state, columns) in &states {
            let mut fees = [Cell::Blank; 2];
            for (fee, column) in fees.iter_mut().zip(columns) {
                let Some(cell) = column.and_then(|column| row.cells.get(column)) else { continue };
                let amount = values::decimal(cell, 2).and_then(|amount| match amount {
                    Some(amount) if amount < 0 => Err("is negative".to_owned()),
                    amount => Ok(amount),
                });
                let amount = amount.map_err(|problem| {
                    let mut place = grid.place(row.number, Some(&FEE));
                    place.column = column.and_then(|column| header.cells.get(column)).cloned();
                    ImportError::Value { place: Box::new(place), value: cell.trim().to_owned(), problem }
                })?;
                // A fee of zero is published where there is none.
                *fee = match amount {
                    Some(unscaled) if unscaled > 0 => Cell::Decimal(Fixed { unscaled, scale: 2 }),
                    _ => Cell::Blank,
                };
            }
            let state = ShortCode::new(state).map_or(Cell::Blank, Cell::Code);
            if fees.iter().any(|fee| !fee.is_blank()) {
                table.push_numbered(row.number, &[item[0], item[1], item[2], state, fees[0], fees[1]])?;
            }
        }
    }
    Ok(())
}
