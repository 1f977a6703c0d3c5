//! Contractor and locality of a ZIP code.

use super::schedule::{not_evaluated, table};
use openclaim_claim::{Date, Evidence, NotEvaluated, NotEvaluatedReason, Text};
use openclaim_reference::Library;
use openclaim_tables::relation::{Cell, Relation, Row, ShortCode};

const ZIP5: &str = "geo/zip5";
const ZIP9: &str = "geo/zip9";

/// Where a ZIP code is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipLocality {
    /// Contractor (carrier) number of five digits.
    pub contractor: Text,
    /// Locality number of two digits.
    pub locality: Text,
    /// State.
    pub state: Text,
    /// Whether the area is rural for ambulance and equipment: blank urban, `R` rural, `B` super rural.
    pub rural: Text,
    /// The row.
    pub source: Evidence,
}

/// Finds the locality of a ZIP code of five or nine digits. Where the five digits are shared by localities the file says
/// so by a row for each of the nine; those decide when they are given and loaded.
///
/// # Errors
/// [`NotEvaluated`] when no release speaks for the date, or none of its rows is for the ZIP code.
pub fn zip_locality(
    library: &Library,
    zip: &str,
    date: Date,
    known_at: Option<Date>,
) -> Result<ZipLocality, NotEvaluated> {
    let digits: String = zip.chars().filter(char::is_ascii_digit).collect();
    let (Some(five), plus_four) = (digits.get(..5), digits.get(5..9)) else {
        let detail = format!("`{zip}` is not a ZIP code of five or nine digits");
        return Err(locality(NotEvaluatedReason::MissingElement, detail));
    };
    if let Some(plus_four) = plus_four
        && let Ok((relation, release)) = table(library, ZIP9, date, known_at)
        && let (Some(five), Some(four)) = (ShortCode::new(five), ShortCode::new(plus_four))
        && let Some(row) = relation.find(&[Cell::Code(five), Cell::Code(four)]).next()
        && let Some(found) = read(relation, row, ZIP9, &format!("{five}-{four}"), &release.meta().label())
    {
        return Ok(found);
    }
    let (relation, release) = table(library, ZIP5, date, known_at).map_err(|mut missing| {
        missing.rule = "mpfs/locality".into();
        if let Some(remedy) = &mut missing.remedy {
            *remedy = "openclaim data pull --only zip-locality".into();
        }
        missing
    })?;
    let row = relation.rows_of(five).next();
    let label = release.meta().label();
    row.and_then(|row| read(relation, row, ZIP5, five, &label))
        .ok_or_else(|| locality(NotEvaluatedReason::MissingElement, format!("ZIP code {five} is not in {label}")))
}

fn locality(reason: NotEvaluatedReason, detail: String) -> NotEvaluated {
    let mut missing = not_evaluated(reason, detail);
    missing.rule = "mpfs/locality".into();
    missing
}

fn read(relation: &Relation, row: Row<'_>, table: &'static str, zip: &str, release: &str) -> Option<ZipLocality> {
    let text = |name: &str| -> Option<Text> {
        Some(row.code(relation.column(name)?).map_or(Text::default(), |code| code.as_str().into()))
    };
    let (contractor, locality) = (text("carrier")?, text("locality")?);
    let source = Evidence::row(release, table, zip, format!("contractor {contractor}, locality {locality}"));
    Some(ZipLocality { contractor, locality, state: text("state")?, rural: text("rural")?, source })
}
