//! Crosswalks, drug lists and factors that `openclaim data import` took from a year's HHS-HCC software, for benefit years
//! of which the embedded release has none.

use super::compile::{CategoryLists, FactorTable, Positions, damaged, metal_factors};
use super::model::Drugs;
use crate::ScoreError;
use crate::table::Table;
use openclaim_claim::Text;
use openclaim_reference::{Library, text_key};

const FACTORS: &str = "hhs/coefficients";

/// The software's table of factors.
pub(super) fn factors(library: &Library, benefit_year: i16) -> Result<Option<FactorTable>, ScoreError> {
    let Some(table) = Table::imported(library, FACTORS, benefit_year) else { return Ok(None) };
    let mut factors = FactorTable::new();
    for line in table.lines().filter(|line| !line.text("model").is_empty()) {
        let (model, variable) = (line.text("model").to_lowercase(), line.text("variable").to_uppercase());
        factors.insert((Text::from(model), Text::from(variable)), metal_factors(&line)?);
    }
    Ok(Some(factors))
}

/// Categories by diagnosis; a mark stands at the further categories of one diagnosis.
pub(super) fn lists(
    library: &Library,
    version: &str,
    benefit_year: i16,
    positions: &Positions,
) -> Result<Option<CategoryLists>, ScoreError> {
    let name = format!("hhs-{}/dx-cc", version.to_lowercase());
    let Some(table) = Table::imported(library, &name, benefit_year) else { return Ok(None) };
    let mut lists = CategoryLists::new();
    for line in table.lines() {
        let rank = if line.marked("mark") { 2 } else { 1 };
        let category = positions.of(&category(&line.code("cc"))?)?;
        lists.entry(line.key("diagnosis")?).or_default().push((rank, category));
    }
    Ok(Some(lists))
}

/// Classes of drugs. Without the list of HCPCS codes that of national drug codes is not enough.
pub(super) fn drugs(
    library: &Library,
    version: &str,
    benefit_year: i16,
    positions: &Positions,
) -> Result<Option<Drugs>, ScoreError> {
    let table = |kind: &str| {
        let name = format!("hhs-{}/{kind}-rxc", version.to_lowercase());
        Table::imported(library, &name, benefit_year)
    };
    let (Some(ndcs), Some(procedures)) = (table("ndc"), table("hcpcs")) else { return Ok(None) };
    let class = |number: &str| positions.of(&format!("RXC_{number:0>2}"));
    let mut drugs = Drugs::default();
    for line in ndcs.lines() {
        let ndc = line.text("ndc");
        let key = ndc.as_bytes().try_into().map_err(|_| damaged(&format!("`{ndc}` is no NDC")))?;
        drugs.ndc.insert(key, class(&line.code("rxc"))?);
    }
    for line in procedures.lines() {
        drugs.hcpcs.insert(text_key(line.code("hcpcs").as_bytes()), class(&line.code("rxc"))?);
    }
    Ok(Some(drugs))
}

/// The variable name of a category as the lists write it: `37.1` is `HHS_HCC037_1`.
fn category(number: &str) -> Result<String, ScoreError> {
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let whole: u16 = whole.parse().map_err(|_| damaged(&format!("`{number}` is no category")))?;
    Ok(part.map_or_else(|| format!("HHS_HCC{whole:03}"), |part| format!("HHS_HCC{whole:03}_{part}")))
}
