//! Compiling a model from the tables.

use super::model::{
    Bound, Bundles, Cell, CostSharingRow, Crosswalk, Drugs, Entry, Factors, Group, InfantLevels, Interaction, Level,
    Model, PopulationModel, Split,
};
use super::{CategorySet, Population, imported};
use crate::table::{Line, Table};
use crate::{ErrorCode, NotEvaluated, NotEvaluatedReason, Score, ScoreError, Sex};
use openclaim_claim::{Text, Unanswered};
use openclaim_reference::{Library, hhs_hcc as tables, text_key};
use std::collections::{BTreeMap, HashMap, HashSet};

const METALS: [&str; 5] = ["platinum", "gold", "silver", "bronze", "catastrophic"];

/// What a benefit year uses: a row of `risk/hhs-years`.
struct Year {
    version: Text,
    crosswalks: Option<[Text; 2]>,
    last_is_placeholder: bool,
    drugs: Option<Text>,
    coefficients: Option<Text>,
    bundles: Option<Text>,
    rules: bool,
}

impl Year {
    fn read(library: &Library, benefit_year: i16) -> Result<Self, ScoreError> {
        let years = Table::open(library, tables::YEARS)?;
        let Some(line) = years.lines().find(|line| line.int("benefit_year") == Some(benefit_year.into())) else {
            let known: Vec<String> =
                years.lines().filter_map(|line| Some(line.int("benefit_year")?.to_string())).collect();
            let message = format!(
                "no HHS-HCC tables speak for benefit year {benefit_year}; years {} to {} are known",
                known.first().map_or("", String::as_str),
                known.last().map_or("", String::as_str)
            );
            return Err(ScoreError::new(ErrorCode::UnknownYear, message));
        };
        let name = |column: &str| Some(line.text(column)).filter(|text| !text.is_empty()).map(Text::from);
        let crosswalks = name("crosswalk_first").zip(name("crosswalk_last")).map(|(first, last)| [first, last]);
        Ok(Self {
            version: line.text("version").into(),
            crosswalks,
            last_is_placeholder: line.int("last_is_placeholder") == Some(1),
            drugs: name("drugs"),
            coefficients: name("coefficients"),
            bundles: name("bundles"),
            rules: line.int("rules") == Some(1),
        })
    }

    /// What the year lacks; `absent` says whether crosswalk, drug list and factors are.
    fn missing(&self, benefit_year: i16, absent: [bool; 3]) -> Vec<NotEvaluated> {
        let lacks = |what: &str, table: &str, remedy: &str| {
            NotEvaluated::from(Unanswered {
                rule: Text::from(format!("hhs-hcc/{table}")),
                reason: NotEvaluatedReason::MissingTable,
                detail: Text::from(format!("no {what} of benefit year {benefit_year} is at hand")),
                remedy: Some(remedy.into()),
            })
        };
        let software = "`openclaim data import` takes the files of the year's HHS-HCC software";
        let [crosswalk, drugs, factors] = absent;
        let mut missing = Vec::new();
        if crosswalk {
            missing.push(lacks("crosswalk from diagnoses to condition categories", "crosswalk", software));
        }
        if drugs {
            missing.push(lacks("list of drugs with their classes", "drugs", software));
        }
        if factors {
            missing.push(lacks("table of relative factors", "coefficients", software));
        }
        if !self.rules {
            let rules = "edition of groups, interactions, and severity and transplant counts";
            missing.push(lacks(rules, "rules", "this version scores benefit years up to 2022"));
        }
        missing
    }
}

/// Positions of categories, drug classes and groups by name.
pub(super) struct Positions {
    names: Vec<Text>,
    labels: Vec<Text>,
    by_name: HashMap<Text, u8>,
}

impl Positions {
    fn add(&mut self, name: &str, label: &str) -> Result<u8, ScoreError> {
        if let Some(&known) = self.by_name.get(name) {
            return Ok(known);
        }
        let position = u8::try_from(self.names.len()).map_err(|_| damaged("there are more than 256 categories"))?;
        self.names.push(name.into());
        self.labels.push(label.into());
        self.by_name.insert(name.into(), position);
        Ok(position)
    }

    pub(super) fn of(&self, name: &str) -> Result<u8, ScoreError> {
        self.by_name.get(name).copied().ok_or_else(|| damaged(&format!("`{name}` is no category of the model")))
    }

    fn set(&self, names: &str) -> Result<CategorySet, ScoreError> {
        names.split_whitespace().map(|name| self.of(name)).collect()
    }
}

pub(super) fn damaged(problem: &str) -> ScoreError {
    ScoreError::new(ErrorCode::Internal, format!("the tables of HHS-HCC do not fit together: {problem}"))
}

fn sex(text: &str) -> Result<Option<Sex>, ScoreError> {
    match text {
        "" => Ok(None),
        "M" => Ok(Some(Sex::Male)),
        "F" => Ok(Some(Sex::Female)),
        other => Err(damaged(&format!("`{other}` is no sex"))),
    }
}

impl Model {
    /// The model of a benefit year.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownYear`] when nothing is known of the year, [`ErrorCode::Internal`] when the tables are damaged.
    pub fn for_year(library: &Library, benefit_year: i16) -> Result<Self, ScoreError> {
        let year = Year::read(library, benefit_year)?;
        let version = year.version.as_str();
        let mut positions = categories(library, version)?;
        let hierarchies = hierarchies(library, version, &positions)?;
        let factors = match &year.coefficients {
            Some(name) => Some(factors(library, name)?),
            None => imported::factors(library, benefit_year)?,
        };
        let populations = [Population::Adult, Population::Child, Population::Infant]
            .map(|population| population_model(library, version, population, &mut positions, factors.as_ref()));
        let [adult, child, infant] = populations;
        let populations = [adult?, child?, infant?];
        let infants = infants(library, version, &positions, factors.as_ref())?;
        let edits = Edits::read(library, version, &positions)?;
        let crosswalks = match &year.crosswalks {
            Some([first, last]) => {
                let one = crosswalk(embedded_lists(library, first, &positions)?, &edits)?;
                let other = if first == last {
                    one.clone()
                } else {
                    crosswalk(embedded_lists(library, last, &positions)?, &edits)?
                };
                Some([one, other])
            }
            None => match imported::lists(library, version, benefit_year, &positions)? {
                Some(lists) => {
                    let one = crosswalk(lists, &edits)?;
                    Some([one.clone(), one])
                }
                None => None,
            },
        };
        let drugs = match year.drugs.as_deref() {
            Some(list) => Some(drugs(library, list, &positions)?),
            None => imported::drugs(library, version, benefit_year, &positions)?,
        };
        let mut missing = year.missing(benefit_year, [crosswalks.is_none(), drugs.is_none(), factors.is_none()]);
        let stray = factors.as_ref().and_then(|factors| stray(factors, &positions, &populations, &infants));
        if let Some((model, variable)) = &stray {
            missing.push(NotEvaluated::from(Unanswered {
                rule: "hhs-hcc/rules".into(),
                reason: NotEvaluatedReason::NotSupported,
                detail: Text::from(format!("no rule at hand makes `{variable}` of the {model} model hold")),
                remedy: None,
            }));
        }
        Ok(Self {
            benefit_year,
            missing,
            // What is imported speaks of one fiscal year, and the benefit year has two.
            last_is_placeholder: year.last_is_placeholder || year.crosswalks.is_none(),
            crosswalks,
            drugs,
            hierarchies,
            populations,
            infants,
            bundles: bundles(library, version, year.bundles.as_deref(), &positions)?,
            cost_sharing: cost_sharing(library, benefit_year)?,
            has_factors: factors.is_some() && year.rules && stray.is_none(),
            names: positions.names,
            labels: positions.labels,
            version: year.version,
        })
    }
}

fn categories(library: &Library, version: &str) -> Result<Positions, ScoreError> {
    let mut positions = Positions { names: Vec::new(), labels: Vec::new(), by_name: HashMap::new() };
    let table = Table::open(library, tables::CATEGORIES)?;
    for line in table.lines().filter(|line| line.text("version") == version) {
        positions.add(line.text("category"), line.text("label"))?;
    }
    Ok(positions)
}

fn hierarchies(library: &Library, version: &str, positions: &Positions) -> Result<Vec<(u8, CategorySet)>, ScoreError> {
    // The key of the table is version and rank, so its order is that of the software.
    let table = Table::open(library, tables::HIERARCHIES)?;
    let rules = table.lines().filter(|line| line.text("version") == version);
    rules.map(|line| Ok((positions.of(line.text("category"))?, positions.set(line.text("drops"))?))).collect()
}

/// Factors by model and variable.
pub(super) type FactorTable = HashMap<(Text, Text), Factors>;

fn factors(library: &Library, name: &str) -> Result<FactorTable, ScoreError> {
    let wanted: i64 = name.parse().map_err(|_| damaged("the name of a table of factors is no year"))?;
    let table = Table::open(library, tables::COEFFICIENTS)?;
    let mut factors = FactorTable::new();
    for line in table.lines().filter(|line| line.int("benefit_year") == Some(wanted)) {
        let key = (Text::from(line.text("model")), Text::from(line.text("variable")));
        factors.insert(key, metal_factors(&line)?);
    }
    Ok(factors)
}

/// The factors of a line by metal level.
pub(super) fn metal_factors(line: &Line<'_>) -> Result<Factors, ScoreError> {
    match METALS.map(|metal| line.thousandths(metal).map(Score::from_thousandths)) {
        [Some(platinum), Some(gold), Some(silver), Some(bronze), Some(catastrophic)] => {
            Ok([platinum, gold, silver, bronze, catastrophic])
        }
        _ => Err(damaged(&format!("`{}` lacks a factor", line.text("variable")))),
    }
}

/// The factors of a variable that a rule can make hold; with a table of factors it must be in it.
fn required(factors: Option<&FactorTable>, model: &str, variable: &str) -> Result<Factors, ScoreError> {
    let Some(factors) = factors else { return Ok(Factors::default()) };
    let found = factors.get(&(Text::from(model), Text::from(variable)));
    found.copied().ok_or_else(|| damaged(&format!("`{variable}` of the {model} model has no factor")))
}

fn population_model(
    library: &Library,
    version: &str,
    population: Population,
    positions: &mut Positions,
    factors: Option<&FactorTable>,
) -> Result<PopulationModel, ScoreError> {
    let name = population.as_str();
    let ours = |line: &Line<'_>| line.text("version") == version && line.text("model") == name;
    let mut model = PopulationModel::default();
    for line in Table::open(library, tables::EXCLUSIONS)?.lines().filter(&ours) {
        model.excluded.insert(positions.of(line.text("category"))?);
    }
    for line in Table::open(library, tables::GROUPS)?.lines().filter(&ours) {
        let members = positions.set(line.text("members"))?;
        required(factors, name, line.text("group"))?;
        model.groups.push(Group { position: positions.add(line.text("group"), "")?, members });
    }
    let interactions = Table::open(library, tables::INTERACTIONS)?;
    // `unless` refers to a variable that must have been decided before, so rows without it come first.
    let mut rows: Vec<Line<'_>> = interactions.lines().filter(&ours).collect();
    rows.sort_by_key(|line| !line.text("unless").is_empty());
    for line in rows {
        let terms = line.text("terms").split('&').map(|term| positions.set(term)).collect::<Result<_, _>>()?;
        let unless = match line.text("unless") {
            "" => None,
            other => Some(
                model
                    .interactions
                    .iter()
                    .position(|known| known.name == other)
                    .ok_or_else(|| damaged(&format!("`{other}` is no interaction")))?,
            ),
        };
        let variable = line.text("variable");
        let factors = required(factors, name, variable)?;
        model.interactions.push(Interaction { name: variable.into(), terms, unless, factors });
    }
    for line in Table::open(library, tables::DEMOGRAPHICS)?.lines().filter(|line| line.text("model") == name) {
        let variable = line.text("variable");
        model.cells.push(Cell {
            name: variable.into(),
            sex: sex(line.text("sex"))?,
            min_age: line.small("min_age")?,
            max_age: line.small("max_age")?,
            months: line.int("months").and_then(|months| u8::try_from(months).ok()),
            factors: required(factors, name, variable)?,
        });
    }
    model.factors = vec![Factors::default(); 256];
    for (variable, &position) in &positions.by_name {
        if let Some(&values) = factors.and_then(|factors| factors.get(&(Text::from(name), variable.clone()))) {
            model.scored.insert(position);
            model.factors[usize::from(position)] = values;
        }
    }
    Ok(model)
}

/// A variable of the table of factors that no rule at hand makes hold: the rules are of another year then.
fn stray<'f>(
    factors: &'f FactorTable,
    positions: &Positions,
    populations: &[PopulationModel; 3],
    infants: &InfantLevels,
) -> Option<&'f (Text, Text)> {
    let is_known = |(model, variable): &(Text, Text)| {
        let Ok(population) = Population::parse(model) else { return false };
        let own = &populations[population as usize];
        positions.by_name.contains_key(variable)
            || own.cells.iter().any(|cell| cell.name == *variable)
            || own.interactions.iter().any(|interaction| interaction.name == *variable)
            || (population == Population::Infant && infants.grid.iter().any(|(name, _)| name == variable))
    };
    factors.keys().filter(|key| !is_known(key)).min()
}

fn infants(
    library: &Library,
    version: &str,
    positions: &Positions,
    factors: Option<&FactorTable>,
) -> Result<InfantLevels, ScoreError> {
    let table = Table::open(library, tables::INFANTS)?;
    let levels = |axis: &str| -> Result<Vec<Level>, ScoreError> {
        let mut rows: Vec<Line<'_>> =
            table.lines().filter(|line| line.text("version") == version && line.text("axis") == axis).collect();
        rows.sort_by_key(|line| line.int("rank"));
        let level = |line: Line<'_>| {
            Ok(Level { name: line.text("level").into(), categories: positions.set(line.text("categories"))? })
        };
        rows.into_iter().map(level).collect()
    };
    let (severity, maturity) = (levels("severity")?, levels("maturity")?);
    let mut grid = Vec::with_capacity(severity.len() * maturity.len());
    for maturity in &maturity {
        for severity in &severity {
            let variable = Text::from(format!("{}_X_{}", maturity.name, severity.name));
            let values = required(factors, Population::Infant.as_str(), &variable)?;
            grid.push((variable, values));
        }
    }
    Ok(InfantLevels { severity, maturity, grid })
}

/// Splits and bounds of a version by diagnosis.
struct Edits {
    splits: BTreeMap<u64, Vec<Split>>,
    bounds: BTreeMap<u64, Vec<Bound>>,
}

impl Edits {
    fn read(library: &Library, version: &str, positions: &Positions) -> Result<Self, ScoreError> {
        let mut edits = Self { splits: BTreeMap::new(), bounds: BTreeMap::new() };
        for line in Table::open(library, tables::SPLITS)?.lines().filter(|line| line.text("version") == version) {
            let category = match line.text("category") {
                "" => None,
                name => Some(positions.of(name)?),
            };
            edits.splits.entry(line.key("code")?).or_default().push(Split {
                min_age: line.small("min_age")?,
                max_age: line.small("max_age")?,
                sex: sex(line.text("sex"))?,
                category,
                source: line.text("source").into(),
            });
        }
        for line in Table::open(library, tables::MCE)?.lines().filter(|line| line.text("version") == version) {
            edits.bounds.entry(line.key("code")?).or_default().push(Bound {
                min_age: line.small("min_age")?,
                max_age: line.small("max_age")?,
                sex: sex(line.text("sex"))?,
            });
        }
        Ok(edits)
    }
}

/// Rank and category, by diagnosis.
pub(super) type CategoryLists = BTreeMap<u64, Vec<(i64, u8)>>;

fn embedded_lists(library: &Library, name: &str, positions: &Positions) -> Result<CategoryLists, ScoreError> {
    let table = Table::open(library, &format!("risk/hhs-crosswalk-{name}"))?;
    let mut lists = CategoryLists::new();
    for line in table.lines() {
        let category = (line.int("rank").unwrap_or(1), positions.of(line.text("category"))?);
        lists.entry(line.key("code")?).or_default().push(category);
    }
    Ok(lists)
}

fn crosswalk(lists: CategoryLists, edits: &Edits) -> Result<Crosswalk, ScoreError> {
    let mut crosswalk = Crosswalk::default();
    for (code, mut list) in lists {
        list.sort_unstable();
        let mut categories = [0; 3];
        let count = u8::try_from(list.len()).unwrap_or(u8::MAX);
        if list.len() > categories.len() {
            return Err(damaged("a diagnosis has more than three categories"));
        }
        for (slot, (_, category)) in categories.iter_mut().zip(list) {
            *slot = category;
        }
        let splits = extend(&mut crosswalk.splits, edits.splits.get(&code));
        let bounds = extend(&mut crosswalk.bounds, edits.bounds.get(&code));
        crosswalk.entries.insert(code, Entry { categories, count, splits, bounds });
    }
    Ok(crosswalk)
}

fn extend<T: Clone>(all: &mut Vec<T>, more: Option<&Vec<T>>) -> (u32, u32) {
    let start = all.len() as u32;
    all.extend(more.into_iter().flatten().cloned());
    (start, all.len() as u32)
}

fn drugs(library: &Library, list: &str, positions: &Positions) -> Result<Drugs, ScoreError> {
    let mut drugs = Drugs::default();
    for line in Table::open(library, tables::DRUGS)?.lines().filter(|line| line.text("list") == list) {
        let class = positions.of(line.text("category"))?;
        let code = line.text("code");
        match line.text("system") {
            "NDC" => {
                let ndc = code.as_bytes().try_into().map_err(|_| damaged(&format!("`{code}` is no NDC")))?;
                drugs.ndc.insert(ndc, class);
            }
            _ => {
                drugs.hcpcs.insert(text_key(code.as_bytes()), class);
            }
        }
    }
    Ok(drugs)
}

fn bundles(library: &Library, version: &str, year: Option<&str>, positions: &Positions) -> Result<Bundles, ScoreError> {
    let mut bundles = Bundles::default();
    let table = Table::open(library, tables::INFANTS)?;
    for line in table.lines().filter(|line| line.text("version") == version && line.text("axis") == "bundle") {
        let set = positions.set(line.text("categories"))?;
        if line.text("level") == "mother" { bundles.mother = set } else { bundles.infant = set }
    }
    if let Some(year) = year.and_then(|year| year.parse::<i64>().ok()) {
        let (mut newborns, mut mothers) = (HashSet::new(), HashSet::new());
        for line in Table::open(library, tables::BUNDLES)?.lines().filter(|line| line.int("benefit_year") == Some(year))
        {
            let code = line.key("code")?;
            if line.text("side") == "infant" {
                newborns.insert(code)
            } else {
                mothers.insert(code)
            };
        }
        bundles.codes = Some((newborns, mothers));
    }
    Ok(bundles)
}

fn cost_sharing(library: &Library, benefit_year: i16) -> Result<Vec<CostSharingRow>, ScoreError> {
    let year = i64::from(benefit_year);
    let table = Table::open(library, tables::COST_SHARING)?;
    let holds = |line: &Line<'_>| line.int("from_year") <= Some(year) && line.int("to_year") >= Some(year);
    let row = |line: Line<'_>| {
        Ok(CostSharingRow {
            indicator: line.small("indicator")?,
            metal: line.text("metal").into(),
            label: line.text("label").into(),
            factor: line
                .thousandths("factor")
                .map(Score::from_thousandths)
                .ok_or_else(|| damaged("a factor is blank"))?,
            source: line.text("source").into(),
        })
    };
    table.lines().filter(holds).map(row).collect()
}
