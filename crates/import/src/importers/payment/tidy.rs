//! Relative value files of a year as tidied by others: all releases in one csv, with the days of each as numbers.

use super::grid::{Grid, GridRow};
use super::layout::Fit;
use super::mpfs;
use super::recognise::Found;
use crate::error::ImportError;
use crate::values;
use jiff::civil::Date;
use openclaim_tables::Day;
use std::collections::BTreeMap;

/// Day 0 of the numbers: the programs that tidied count from it.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// Whether the first line has the days of releases and the columns of the relative value file.
pub(super) fn recognise(head: &Grid<'_>) -> Option<(Fit, Fit)> {
    let head = head.head(1);
    let tidy = mpfs::RELATIVE_VALUES_TIDY.fit(&head).filter(|fit| fit.missing.is_empty())?;
    let values = mpfs::RELATIVE_VALUES.fit(&head)?;
    Some((tidy, values))
}

/// One table per release in the file.
///
/// # Errors
/// [`ImportError`] naming file, row and column.
pub(super) fn tables(grid: Grid<'_>) -> Result<Vec<Found<'_>>, ImportError> {
    let Some((tidy, values)) = recognise(&grid) else { return Ok(Vec::new()) };
    let day = |row: &GridRow, name: &str| -> Result<Day, ImportError> {
        let at = mpfs::RELATIVE_VALUES_TIDY.fields.iter().position(|field| field.name == name).unwrap_or_default();
        let cell = tidy.columns[at].and_then(|column| row.cells.get(column)).map_or("", |cell| cell.trim());
        let number = values::int(cell).ok().flatten();
        let date = number.and_then(|days| EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok());
        date.map(Day::from).ok_or_else(|| ImportError::Value {
            place: Box::new(grid.place(row.number, Some(&mpfs::RELATIVE_VALUES_TIDY.fields[at]))),
            value: cell.to_owned(),
            problem: "is not a number of days since 1970".to_owned(),
        })
    };
    let mut releases: BTreeMap<(Day, Day), Vec<usize>> = BTreeMap::new();
    for (at, row) in grid.rows.iter().enumerate().skip(1) {
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            releases.entry((day(row, "from")?, day(row, "to")?)).or_default().push(at);
        }
    }
    let (file, sheet) = (grid.file, grid.sheet);
    let mut rows: Vec<Option<GridRow>> = grid.rows.into_iter().map(Some).collect();
    let header = rows.first_mut().and_then(Option::take).map(|row| row.cells).unwrap_or_default();
    let mut found = Vec::new();
    for (days, members) in releases {
        let members = members.into_iter().filter_map(|at| rows[at].take());
        let header = GridRow { number: 1, cells: header.clone() };
        let grid = Grid { file, sheet, rows: std::iter::once(header).chain(members).collect() };
        let fit = Fit { days: Some(days), unknown: Vec::new(), ..values.clone() };
        found.push((grid, &mpfs::RELATIVE_VALUES, fit));
    }
    Ok(found)
}
