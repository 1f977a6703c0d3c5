//! Payment files: physician, outpatient, surgical center, inpatient, laboratory, equipment, drugs, provider-specific.
//!
//! Nearly all of them are tables with a title, a header and notes, described by a [`layout::Layout`] each. One importer
//! holds all layouts, because several publications share columns and only the best fit of all says which one a file is.

mod asc;
mod cc_exclusions;
mod equipment;
mod fees;
mod fixed_width;
mod grid;
mod ipps;
mod layout;
mod mpfs;
mod opps;
mod period;
mod psf;
mod read;
mod recognise;
#[cfg(test)]
mod tests;
mod tidy;

pub(crate) use cc_exclusions::CcExclusions;

use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use grid::Grid;
use layout::{Coverage, Fit, Layout, Quirk};
use period::Period;
use read::Rows;

/// The importer of payment files.
#[derive(Debug)]
pub(crate) struct PaymentFiles;

impl Importer for PaymentFiles {
    fn name(&self) -> &str {
        "Medicare payment file"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        recognise::confidence(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        for (grid, layout, fit) in recognise::tables(file)? {
            import_table(grid, layout, fit, file, out)?;
        }
        Ok(())
    }
}

fn import_table(
    mut grid: Grid<'_>,
    layout: &'static Layout,
    fit: Fit,
    file: &SourceFile,
    out: &mut Imported<'_>,
) -> Result<(), ImportError> {
    let header_row = grid.rows.get(fit.header).map_or(0, |row| row.number);
    if !fit.missing.is_empty() {
        return Err(ImportError::Columns {
            place: Box::new(grid.place(header_row, None)),
            missing: fit.missing.iter().map(|&name| name.to_owned()).collect(),
            found: fit.unknown,
        });
    }
    if layout.quirk == Quirk::Continued {
        grid.join_continued(fit.header);
    }
    let (layout, named) = variant(layout, &fit, file)?;
    let rows = Rows { layout, grid: &grid, fit: &fit };
    let period = period(&rows, file, out)?;
    let name = publication(layout.family);
    let version = period.as_ref().map_or_else(String::new, |period| period.version.clone());
    let mut identity = Identity::new(layout.family, "CMS", name, &version);
    if let Some(period) = &period {
        identity = identity.period(period.from, Some(period.to));
        identity.published = period.published;
    }
    let release = out.release(identity)?;
    if let Some(period) = period.filter(|period| period.by_name) {
        let message = format!("the content does not say which release it is; taken from its name: {}", period.version);
        release.warn(Place::file(file.path()), message);
    }
    if named {
        let message = format!(
            "the content does not say whose conversion factor it has; by its name this is table {}",
            layout.table
        );
        release.warn(Place::file(file.path()), message);
    }
    if !fit.unknown.is_empty() && layout.quirk != Quirk::PerState {
        let names: Vec<String> = fit.unknown.iter().map(|name| format!("`{}`", name.trim())).collect();
        release.warn(grid.place(header_row, None), format!("columns not known and not read: {}", names.join(", ")));
    }
    let mut notices = Vec::new();
    let table = release.table(read::schema(layout), Completeness::Whole)?;
    let before = table.rows();
    rows.copy(table, &mut |place, message| notices.push((place, message.to_owned())))?;
    if table.rows() == before {
        return Err(ImportError::content(grid.place(header_row, None), "the table has no rows"));
    }
    for (place, message) in notices {
        release.warn(place, message);
    }
    if layout.quirk == Quirk::PerState {
        equipment::fees_by_state(
            &grid,
            &fit,
            release.table(read::schema(&fees::EQUIPMENT_FEES), Completeness::Whole)?,
        )?;
    }
    Ok(())
}

/// Since 2026 there are two relative value files of 32 columns, which differ in their conversion factor and in nothing
/// that names it: only the name of the file tells.
fn variant(layout: &'static Layout, fit: &Fit, file: &SourceFile) -> Result<(&'static Layout, bool), ImportError> {
    let pricing = layout.fields.iter().position(|field| field.name == "pricing_indicator");
    let single = pricing.and_then(|at| fit.columns[at]).is_none();
    if single || layout.table != mpfs::RELATIVE_VALUES.table {
        return Ok((layout, false));
    }
    let name = file.path().to_lowercase().replace(['-', '_', ' '], "");
    if name.contains("nonqpp") {
        Ok((layout, true))
    } else if name.contains("qpp") {
        Ok((&mpfs::RELATIVE_VALUES_QPP, true))
    } else {
        let problem = "since 2026 there is a relative value file for qualifying APM participants and one for all others, and \
                       the content does not say which this is; name it so that it holds `QPP` or `nonQPP`";
        Err(ImportError::content(Place::file(file.path()), problem))
    }
}

fn period(rows: &Rows<'_, '_>, file: &SourceFile, out: &Imported<'_>) -> Result<Option<Period>, ImportError> {
    let layout = rows.layout;
    if let Some((from, to)) = rows.fit.days {
        return Ok(Some(Period { version: period::version_of(from), from, to, published: None, by_name: false }));
    }
    if let Coverage::Rows(_) = layout.coverage {
        let days = rows.days()?;
        let fiscal = layout.family.starts_with("ipps");
        return Ok(days.and_then(|(first, last)| period::of_rows(first, last, fiscal, file.path())));
    }
    let title = if rows.fit.titled { rows.grid.title(rows.fit.header) } else { String::new() };
    if let Some(effective) = rows.layout.fields.iter().position(|field| field.name == "effective")
        && let Some(column) = rows.fit.columns[effective]
        && let Some(first) = rows.grid.rows.get(rows.fit.header + 1)
        && let Some(day) = first.cells.get(column).and_then(|cell| crate::values::day(cell).ok().flatten())
    {
        return Ok(period::of_rows(day, day, true, file.path()));
    }
    let found = period::find(&title, file.path(), layout.coverage);
    if found.is_none() && out.options().from.is_none() {
        // Not a fault of the file: others of the run are read all the same.
        let reason = format!(
            "{}: neither the content nor the name says which year or quarter it is for; give --from, --to and --version",
            layout.called
        );
        return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
    }
    Ok(found)
}

/// The title of a series.
fn publication(family: &str) -> &'static str {
    match family {
        "mpfs" => "Physician fee schedule relative value files",
        "mpfs-gpci" => "Physician fee schedule geographic practice cost indices",
        "mpfs-anesthesia" => "Physician fee schedule anesthesia files",
        "mpfs-localities" => "Physician fee schedule localities",
        "mpfs-payment" => "Physician fee schedule payment files",
        "opps-addenda" => "OPPS addenda",
        "opps-pricer" => "OPPS pricer tables",
        "asc-addenda" => "ASC payment addenda",
        "asc-wage-index" => "ASC wage index",
        "asc-code-pairs" => "ASC code pairs",
        "ipps" => "IPPS final rule tables",
        "clfs" => "Clinical laboratory fee schedule",
        "dmepos" => "DMEPOS fee schedule",
        "asp" => "Part B drug payment limits",
        "psf-inpatient" => "Inpatient provider-specific file",
        "psf-outpatient" => "Outpatient provider-specific file",
        _ => "IPPS pricer tables",
    }
}
