//! The rows of a model in a payment year: from the embedded release, or from the releases of a data folder.
//!
//! Only mappings and coefficients change from year to year. For both, an imported release that speaks for 1 January of
//! the payment year supersedes the embedded rows, so a later year's model works once its tables are imported. Labels,
//! hierarchies, edits, interactions and segments belong to the version of the model and come from the embedded release.

use super::compile::ModelKey;
use crate::{ErrorCode, Score, ScoreError};
use jiff::civil::Date;
use openclaim_reference::relation::{Relation, Row};
use openclaim_reference::{FlatError, Library, risk};
use std::collections::BTreeMap;

/// Imported mappings, as the importers name them.
const IMPORTED_MAPPINGS: &str = "risk/dx-cc";
const IMPORTED_COEFFICIENTS: &str = "risk/coefficients";

/// The row of a model in the table of models.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) name: String,
    pub(super) family: String,
    pub(super) prefix: String,
    pub(super) age_64_as_65: String,
    mapping: String,
    imported_mapping: String,
    imported_coefficients: String,
}

/// Everything a model is compiled from.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) spec: Spec,
    /// Key of the diagnosis, and its categories.
    pub(super) mapping: Vec<(u64, Vec<u16>)>,
    pub(super) coefficients: Vec<(String, Score)>,
    pub(super) calibration: String,
    pub(super) labels: BTreeMap<u16, String>,
    pub(super) hierarchies: Vec<(u16, Vec<u16>)>,
    pub(super) edits: Vec<EditRow>,
    pub(super) groups: Vec<(String, Vec<u16>)>,
    pub(super) interactions: Vec<(String, String)>,
    pub(super) requirements: Vec<(u16, Vec<u16>)>,
    pub(super) segments: Vec<SegmentRow>,
    pub(super) releases: Vec<String>,
}

#[derive(Debug)]
pub(super) struct EditRow {
    pub(super) code: u64,
    pub(super) mce: bool,
    pub(super) sex: String,
    pub(super) at_most: Option<i64>,
    pub(super) at_least: Option<i64>,
    pub(super) category: Option<u16>,
}

#[derive(Debug)]
pub(super) struct SegmentRow {
    pub(super) population: String,
    pub(super) prefix: String,
    pub(super) shared: Vec<String>,
    pub(super) age: String,
    pub(super) dual: String,
    pub(super) care: String,
    pub(super) enrolment: String,
    pub(super) description: String,
}

/// A relation with its columns found by name.
struct Table {
    relation: Relation,
}

impl Table {
    fn embedded(library: &Library, name: &str) -> Result<Self, ScoreError> {
        library.embedded_relation(name).map(|relation| Self { relation }).map_err(damaged)
    }

    fn column(&self, name: &str) -> Result<usize, ScoreError> {
        self.relation.column(name).ok_or_else(|| {
            let table = &self.relation.schema().table;
            ScoreError::new(ErrorCode::Internal, format!("table `{table}` has no column `{name}`"))
        })
    }

    /// The rows of one model.
    fn of_model(&self, model: &str) -> Result<impl Iterator<Item = Row<'_>>, ScoreError> {
        let column = self.column("model")?;
        let model = model.to_owned();
        Ok(self.relation.rows().filter(move |row| row.text(column) == Some(model.as_str())))
    }
}

fn damaged(error: FlatError) -> ScoreError {
    ScoreError::new(ErrorCode::Internal, error.to_string())
}

fn text(row: Row<'_>, column: usize) -> String {
    row.text(column).unwrap_or_default().to_owned()
}

fn number(row: Row<'_>, column: usize) -> Result<u16, ScoreError> {
    let value = row.int(column).and_then(|value| u16::try_from(value).ok());
    value.ok_or_else(|| ScoreError::new(ErrorCode::Internal, format!("row {} has no category", row.index())))
}

/// Categories between blanks.
fn numbers(text: &str) -> Result<Vec<u16>, ScoreError> {
    let parse = |word: &str| {
        word.parse().map_err(|_| ScoreError::new(ErrorCode::Internal, format!("`{word}` is not a category")))
    };
    text.split_whitespace().map(parse).collect()
}

impl Spec {
    /// The models that the tables know.
    pub(super) fn all(library: &Library) -> Result<Vec<Self>, ScoreError> {
        let table = Table::embedded(library, risk::CMS_MODELS)?;
        let column = |name| table.column(name);
        let columns = [
            column("model")?,
            column("family")?,
            column("category_prefix")?,
            column("age_64_as_65")?,
            column("mapping")?,
            column("imported_mapping")?,
            column("imported_coefficients")?,
        ];
        let spec = |row: Row<'_>| {
            let [name, family, prefix, age_64_as_65, mapping, imported_mapping, imported_coefficients] =
                columns.map(|column| text(row, column));
            Self { name, family, prefix, age_64_as_65, mapping, imported_mapping, imported_coefficients }
        };
        Ok(table.relation.rows().map(spec).collect())
    }

    fn find(library: &Library, model: &str) -> Result<Self, ScoreError> {
        let mut all = Self::all(library)?;
        let asked = |spec: &Self| spec.name.eq_ignore_ascii_case(model.trim());
        match all.iter().position(asked) {
            Some(at) => Ok(all.swap_remove(at)),
            None => {
                let known: Vec<&str> = all.iter().map(|spec| spec.name.as_str()).collect();
                let message = format!("there is no model `{model}`; there are {}", known.join(", "));
                Err(ScoreError::new(ErrorCode::UnknownModel, message))
            }
        }
    }
}

impl Rows {
    /// Collects the rows of a model.
    pub(super) fn gather(library: &Library, key: &ModelKey) -> Result<Self, ScoreError> {
        let spec = Spec::find(library, &key.model)?;
        let mut releases = Vec::new();
        let mapping = mapping(library, &spec, key, &mut releases)?;
        let (coefficients, calibration) = coefficients(library, &spec, key, &mut releases)?;
        let name = spec.name.clone();
        Ok(Self {
            labels: labels(library, &name)?,
            hierarchies: lists(library, risk::CMS_HIERARCHIES, &name, "drops")?,
            edits: edits(library, &name)?,
            groups: groups(library, &name)?,
            interactions: interactions(library, &name)?,
            requirements: lists(library, risk::CMS_REQUIREMENTS, &name, "any_of")?,
            segments: segments(library, &name)?,
            spec,
            mapping,
            coefficients,
            calibration,
            releases,
        })
    }
}

/// An imported relation that speaks for 1 January of the payment year.
fn imported<'l>(library: &'l Library, table: &str, year: i16) -> Option<(&'l Relation, String)> {
    let day = Date::new(year, 1, 1).ok()?;
    let (relation, release) = library.relation(table, day, None).found()?;
    Some((relation, format!("{} {}", release.meta().publication, release.meta().version)))
}

fn absent(spec: &Spec, key: &ModelKey, what: &str) -> ScoreError {
    let message = format!(
        "{} has no {what} for payment year {}; `openclaim data import` takes those that CMS publishes",
        spec.name, key.payment_year
    );
    ScoreError::new(ErrorCode::UnknownYear, message)
}

fn mapping(
    library: &Library,
    spec: &Spec,
    key: &ModelKey,
    releases: &mut Vec<String>,
) -> Result<Vec<(u64, Vec<u16>)>, ScoreError> {
    if let Some((relation, release)) = imported(library, IMPORTED_MAPPINGS, key.payment_year) {
        let table = Table { relation: relation.clone() };
        let (code, model, cc) = (table.column("diagnosis")?, table.column("model")?, table.column("cc")?);
        let mut by_code: BTreeMap<u64, Vec<u16>> = BTreeMap::new();
        for row in table.relation.rows().filter(|row| row.text(model) == Some(spec.imported_mapping.as_str())) {
            if let (Some(code), Some(cc)) = (row.code(code), row.code(cc)) {
                by_code.entry(code.key()).or_default().extend(numbers(cc.as_str())?);
            }
        }
        if !by_code.is_empty() {
            releases.push(release);
            return Ok(by_code.into_iter().collect());
        }
    }
    if spec.mapping.is_empty() {
        return Err(absent(spec, key, "mapping of diagnoses"));
    }
    let table = Table::embedded(library, risk::CMS_DIAGNOSES)?;
    let (code, cell) = (table.column("code")?, table.column(&spec.mapping)?);
    let (first, last) = (table.column("first_year")?, table.column("last_year")?);
    let mut mapping = Vec::new();
    for row in table.relation.rows().filter(|row| speaks(*row, first, last, key.payment_year)) {
        if let (Some(code), Some(categories)) = (row.code(code), row.text(cell)) {
            mapping.push((code.key(), numbers(categories)?));
        }
    }
    if mapping.is_empty() {
        return Err(absent(spec, key, "mapping of diagnoses"));
    }
    Ok(mapping)
}

fn speaks(row: Row<'_>, first: usize, last: usize, year: i16) -> bool {
    let year = i64::from(year);
    row.int(first).is_some_and(|first| first <= year) && row.int(last).is_some_and(|last| year <= last)
}

fn coefficients(
    library: &Library,
    spec: &Spec,
    key: &ModelKey,
    releases: &mut Vec<String>,
) -> Result<(Vec<(String, Score)>, String), ScoreError> {
    if let Some((relation, release)) = imported(library, IMPORTED_COEFFICIENTS, key.payment_year) {
        let table = Table { relation: relation.clone() };
        let (name, version) = (table.column("coefficient")?, table.column("model_version")?);
        let value = table.column("value")?;
        let rows = table.relation.rows().filter(|row| row.text(version) == Some(spec.imported_coefficients.as_str()));
        let found: Vec<_> = rows.map(|row| (text(row, name), thousandths(row, value))).collect();
        if !found.is_empty() {
            // Which of two values belongs to which calibration, an imported file does not say.
            if found.is_sorted_by(|a, b| a.0 != b.0) {
                releases.push(release);
                return Ok((found, String::new()));
            }
            let message = format!("{release} has more than one value for coefficients of {}", spec.name);
            return Err(ScoreError::new(ErrorCode::AmbiguousModel, message));
        }
    }
    let table = Table::embedded(library, risk::CMS_COEFFICIENTS)?;
    let (name, value, calibration) = (table.column("variable")?, table.column("value")?, table.column("calibration")?);
    let (first, last) = (table.column("first_year")?, table.column("last_year")?);
    let rows: Vec<_> = table.of_model(&spec.name)?.filter(|row| speaks(*row, first, last, key.payment_year)).collect();
    let mut calibrations: Vec<&str> = rows.iter().map(|row| row.text(calibration).unwrap_or_default()).collect();
    calibrations.sort_unstable();
    calibrations.dedup();
    let asked = key.calibration.as_str();
    let chosen = match calibrations.as_slice() {
        [] => return Err(absent(spec, key, "coefficients")),
        [only] if asked.is_empty() || asked == *only => (*only).to_owned(),
        several if several.contains(&asked) => asked.to_owned(),
        several => {
            let message = format!(
                "{} was published in several calibrations for payment year {}: ask for calibration {}",
                spec.name,
                key.payment_year,
                several.join(" or ")
            );
            return Err(ScoreError::new(ErrorCode::AmbiguousModel, message));
        }
    };
    let of_chosen = |row: &&Row<'_>| row.text(calibration).unwrap_or_default() == chosen;
    let found = rows.iter().filter(of_chosen).map(|row| (text(*row, name), thousandths(*row, value))).collect();
    Ok((found, chosen))
}

fn thousandths(row: Row<'_>, column: usize) -> Score {
    let value = row.decimal(column).and_then(|value| value.rescale(3)).map_or(0, |value| value.unscaled);
    Score::from_thousandths(value)
}

fn labels(library: &Library, model: &str) -> Result<BTreeMap<u16, String>, ScoreError> {
    let table = Table::embedded(library, risk::CMS_LABELS)?;
    let (cc, label) = (table.column("cc")?, table.column("label")?);
    table.of_model(model)?.map(|row| Ok((number(row, cc)?, text(row, label)))).collect()
}

/// A table of categories with a list of categories each.
fn lists(library: &Library, name: &str, model: &str, list: &str) -> Result<Vec<(u16, Vec<u16>)>, ScoreError> {
    let table = Table::embedded(library, name)?;
    let (cc, list) = (table.column("cc")?, table.column(list)?);
    table.of_model(model)?.map(|row| Ok((number(row, cc)?, numbers(row.text(list).unwrap_or_default())?))).collect()
}

fn edits(library: &Library, model: &str) -> Result<Vec<EditRow>, ScoreError> {
    let table = Table::embedded(library, risk::CMS_EDITS)?;
    let (code, kind, sex) = (table.column("code")?, table.column("kind")?, table.column("sex")?);
    let (at_most, at_least, cc) = (table.column("age_at_most")?, table.column("age_at_least")?, table.column("cc")?);
    let row_of = |row: Row<'_>| {
        Ok(EditRow {
            code: row.code(code).map_or(0, |code| code.key()),
            mce: row.text(kind) == Some("mce"),
            sex: text(row, sex),
            at_most: row.int(at_most),
            at_least: row.int(at_least),
            category: row.int(cc).map(|_| number(row, cc)).transpose()?,
        })
    };
    table.of_model(model)?.map(row_of).collect()
}

fn groups(library: &Library, model: &str) -> Result<Vec<(String, Vec<u16>)>, ScoreError> {
    let table = Table::embedded(library, risk::CMS_GROUPS)?;
    let (name, members) = (table.column("name")?, table.column("members")?);
    let group = |row: Row<'_>| Ok((text(row, name), numbers(row.text(members).unwrap_or_default())?));
    table.of_model(model)?.map(group).collect()
}

fn interactions(library: &Library, model: &str) -> Result<Vec<(String, String)>, ScoreError> {
    let table = Table::embedded(library, risk::CMS_INTERACTIONS)?;
    let (variable, terms) = (table.column("variable")?, table.column("terms")?);
    Ok(table.of_model(model)?.map(|row| (text(row, variable), text(row, terms))).collect())
}

fn segments(library: &Library, model: &str) -> Result<Vec<SegmentRow>, ScoreError> {
    let table = Table::embedded(library, risk::CMS_SEGMENTS)?;
    let column = |name| table.column(name);
    let (population, prefix, shared) = (column("population")?, column("prefix")?, column("shared")?);
    let (age, dual, care) = (column("age")?, column("dual")?, column("care")?);
    let (enrolment, description) = (column("enrolment")?, column("description")?);
    let segment = |row: Row<'_>| SegmentRow {
        population: text(row, population),
        prefix: text(row, prefix),
        shared: text(row, shared).split_whitespace().map(str::to_owned).collect(),
        age: text(row, age),
        dual: text(row, dual),
        care: text(row, care),
        enrolment: text(row, enrolment),
        description: text(row, description),
    };
    Ok(table.of_model(model)?.map(segment).collect())
}
