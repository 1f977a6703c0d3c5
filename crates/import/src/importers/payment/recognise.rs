//! Which table a file or sheet is: the layout that explains most of its header.

use super::grid::Grid;
use super::layout::{Fit, Layout, Quirk};
use super::{asc, fees, fixed_width, ipps, mpfs, opps, psf, tidy};
use crate::error::{ImportError, Place};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use crate::text::normalise;

/// Rows that are looked at.
const HEAD_ROWS: usize = 60;
/// A fit from which a header is taken for a table, complete or with a column missing: six of ten columns.
const RESEMBLES: u32 = 600;
/// A complete fit with at most one column in seven unknown.
const CERTAIN: u32 = 850;

fn layouts() -> impl Iterator<Item = &'static Layout> {
    let of_rule = mpfs::LAYOUTS.iter().chain(&opps::LAYOUTS).chain(&asc::LAYOUTS).chain(&ipps::LAYOUTS);
    of_rule.chain(&fees::LAYOUTS).chain(&psf::LAYOUTS).copied()
}

/// The layout that fits a grid best.
fn best(grid: &Grid<'_>) -> Option<(&'static Layout, Fit)> {
    let head = grid.head(HEAD_ROWS);
    let mut best: Option<(&'static Layout, Fit)> = None;
    for layout in layouts() {
        let Some(mut fit) = layout.fit(&head) else { continue };
        if layout.quirk == Quirk::PerState {
            // The columns of the states are no part of the layout.
            let states = fit.unknown.iter().filter(|name| name.trim_end().ends_with("R)")).count();
            let all = head.filled(fit.header);
            let own = u32::try_from(all.saturating_sub(states).max(1)).unwrap_or(1);
            fit.score = fit.score * u32::try_from(all).unwrap_or(1) / own;
        }
        let titled = layout.title.is_empty() || layout.titled(&normalise(&grid.title(fit.header)));
        let better = best.as_ref().is_none_or(|(_, best)| fit.score > best.score);
        if titled
            && better
            && fit.score >= RESEMBLES
            && (layout.fields.len() == 1 || fit.columns.iter().flatten().count() > 1)
        {
            best = Some((layout, fit));
        }
    }
    best
}

/// The delimiter with which a text fits best, and that fit. Sentences are full of commas, so counting does not tell.
fn best_delimited(text: &str, file: &str) -> Option<(u8, &'static Layout, Fit)> {
    let mut best_of: Option<(u8, &'static Layout, Fit)> = None;
    for delimiter in [b'\t', b',', b'|'] {
        let grid = Grid::delimited_head(text, file, delimiter, HEAD_ROWS);
        if let Some((layout, fit)) = best(&grid)
            && best_of.as_ref().is_none_or(|(_, _, best)| fit.score > best.score)
        {
            best_of = Some((delimiter, layout, fit));
        }
    }
    best_of
}

fn sure(fit: &Fit) -> Confidence {
    if !fit.missing.is_empty() {
        Confidence::Resembles
    } else if fit.score >= CERTAIN {
        Confidence::Certain
    } else {
        Confidence::Likely
    }
}

/// How sure it is that the file is a payment file.
pub(super) fn confidence(sniff: &Sniff<'_>) -> Option<Confidence> {
    let file = sniff.file();
    match sniff.shape() {
        Shape::Text => {
            let head = sniff.head();
            let certain = fixed_width::recognise(head).is_some()
                || tidy::recognise(&Grid::delimited_head(head, file.path(), b',', 1)).is_some();
            if certain {
                return Some(Confidence::Certain);
            }
            best_delimited(head, file.path()).map(|(_, _, fit)| sure(&fit))
        }
        Shape::Workbook => {
            let sheets = &file.workbook().ok()?.sheets;
            let head = |sheet| best(&Grid::sheet_head(sheet, file.path(), HEAD_ROWS)).map(|(_, fit)| sure(&fit));
            sheets.iter().filter_map(head).max()
        }
        _ => None,
    }
}

/// A table with its layout and header.
pub(super) type Found<'a> = (Grid<'a>, &'static Layout, Fit);

/// The tables of a file: one of a text, one for each known sheet of a workbook.
pub(super) fn tables(file: &SourceFile) -> Result<Vec<Found<'_>>, ImportError> {
    let mut found = Vec::new();
    if file.bytes().starts_with(b"PK\x03\x04") {
        for sheet in &file.workbook()?.sheets {
            let grid = Grid::sheet(sheet, file.path());
            if let Some((layout, fit)) = best(&grid) {
                found.push((grid, layout, fit));
            }
        }
    } else {
        let text = super::grid::decoded(file);
        if let Some(kind) = fixed_width::recognise(&text) {
            return Ok(vec![fixed_width::table(kind, &text, file.path())?]);
        }
        if tidy::recognise(&Grid::delimited_head(&text, file.path(), b',', 1)).is_some() {
            return tidy::tables(Grid::delimited(&text, file.path(), b',')?);
        }
        if let Some((delimiter, ..)) = best_delimited(&text, file.path()) {
            let grid = Grid::delimited(&text, file.path(), delimiter)?;
            found.extend(best(&grid).map(|(layout, fit)| (grid, layout, fit)));
        }
    }
    if found.is_empty() {
        return Err(ImportError::content(Place::file(file.path()), "has no table that is known"));
    }
    Ok(found)
}
