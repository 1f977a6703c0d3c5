//! Rates and tables of one span of discharge dates, read once.

use super::bill::Review;
use super::tables::{DrgRow, Source, Tables, Weights, missing};
use openclaim_claim::{Date, Decimal, Evidence, NotEvaluated, NotEvaluatedReason, Text, Unanswered};
use openclaim_tables::{Day, text_key};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How intermediate results are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// As the regulation's formulas say; intermediate results are exact.
    Regulation,
    /// As CMS's pricer release 2021.5 computes when GnuCOBOL 3.1 compiles it with `-std=ibm`.
    ///
    /// That option (`arithmetic-osvs`) cuts intermediate results to the places of the operands, and where places would
    /// have to be added the compiler removes digits instead. Two results come out wrong, not merely rounded otherwise:
    /// the operating outlier threshold is 0, so that nearly every bill has an operating outlier, and the federal rate of
    /// the hospital-specific comparison is the outlier payment alone. It is here to reproduce figures computed that way,
    /// and never what Medicare would pay.
    ReferenceRun,
}

impl Arithmetic {
    /// Reads `regulation` or `reference-run`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "regulation" => Some(Self::Regulation),
            "reference-run" => Some(Self::ReferenceRun),
            _ => None,
        }
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regulation => "regulation",
            Self::ReferenceRun => "reference-run",
        }
    }
}

/// Everything that does not depend on hospital or bill, for discharges of a span within a fiscal year.
#[derive(Debug)]
pub struct Year {
    /// The fiscal year, `2026`.
    pub number: Text,
    /// The pricer release whose order of rounding is followed, where its figures were compared.
    pub release: Text,
    /// How intermediate results are kept unless the caller says.
    pub arithmetic: Arithmetic,
    /// First day of the fiscal year; rows of tables that take effect earlier are stale.
    pub(super) first: Date,
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) rates: Rates,
    pub(super) weights: Weights,
    pub(super) amounts: [Option<(Decimal, Decimal)>; 8],
    pub(super) amounts_release: Text,
    pub(super) codes: RuleCodes,
    pub(super) types: HashMap<Text, ProviderType>,
    pub(super) technologies: Technologies,
    pub(super) wage_index: Source,
    pub(super) out_migration: Option<Source>,
}

/// What a provider type means for the formulas.
#[derive(Debug, Clone)]
pub(super) struct ProviderType {
    pub(super) name: Text,
    pub(super) hospital_specific: bool,
    pub(super) mdh: bool,
    pub(super) dsh_uncapped: bool,
    pub(super) rural_dsh_capped: bool,
}

/// Constants of the formulas, by name.
#[derive(Debug, Default)]
pub(super) struct Rates {
    values: BTreeMap<Text, Decimal>,
    citations: BTreeMap<Text, Evidence>,
}

impl Rates {
    pub(super) fn find(&self, name: &str) -> Option<Decimal> {
        self.values.get(name).copied()
    }

    pub(super) fn need(&self, name: &'static str, date: Date) -> Result<Decimal, NotEvaluated> {
        self.find(name).ok_or_else(|| {
            let mut missing = missing("ipps/rates", date, None);
            missing.detail = format!("the rates for a discharge on {date} lack `{name}` (ipps/rates)").into();
            missing
        })
    }

    pub(super) fn cite(&self, name: &str) -> Option<Evidence> {
        self.citations.get(name).cloned()
    }

    /// Product of all rates whose name begins so; `None` when there is none.
    pub(super) fn product(&self, prefix: &str) -> Option<Decimal> {
        let mut factors = self.values.range(Text::from(prefix)..).take_while(|(name, _)| name.starts_with(prefix));
        let first = *factors.next()?.1;
        factors.try_fold(first, |product, (_, factor)| product.checked_mul(*factor))
    }
}

/// Codes that a rule names: DRGs, states, diagnoses …
#[derive(Debug, Default)]
pub(super) struct RuleCodes(HashMap<&'static str, HashSet<Text>>);

/// Rules that the formulas know.
const RULES: [&str; 20] = [
    "burn_drg",
    "whole_pay_transfer_drg",
    "car_t_drg",
    "no_vbp_state",
    "no_hrr_state",
    "no_hac_state",
    "cola_state",
    "covid_diagnosis",
    "covid_not_adjusted_condition",
    "nctap_procedure",
    "trial_diagnosis",
    "expanded_access_condition",
    "bought_condition",
    "no_cost_condition",
    "islet_diagnosis",
    "islet_procedure",
    "acute_transfer_status",
    "post_acute_transfer_status",
    "no_post_acute_condition",
    "refuses_outlier_condition",
];

impl RuleCodes {
    pub(super) fn has(&self, rule: &str, code: &str) -> bool {
        self.0.get(rule).is_some_and(|codes| codes.contains(code))
    }

    pub(super) fn has_drg(&self, rule: &str, drg: u16) -> bool {
        let codes = self.0.get(rule).filter(|codes| !codes.is_empty());
        codes.is_some_and(|codes| codes.contains(format!("{drg:03}").as_str()))
    }

    pub(super) fn any(&self, rule: &str, codes: &[Text]) -> bool {
        !codes.is_empty() && self.0.get(rule).is_some_and(|known| codes.iter().any(|code| known.contains(code)))
    }

    pub(super) fn count(&self, rule: &str, codes: &[Text]) -> usize {
        self.0.get(rule).map_or(0, |known| codes.iter().filter(|code| known.contains(*code)).count())
    }
}

/// A new technology and its add-on.
#[derive(Debug, Clone)]
pub(super) struct Technology {
    pub(super) name: Text,
    pub(super) most: Decimal,
    pub(super) share: Decimal,
    /// How many parts its codes have; 0 when the tables do not say how parts combine.
    pub(super) parts: u32,
    pub(super) cite: Option<Evidence>,
}

/// New technologies and the codes that show them.
#[derive(Debug, Default)]
pub(super) struct Technologies {
    pub(super) all: Vec<Technology>,
    /// By code: technology, part (from 0), whether the code is a procedure.
    codes: HashMap<u64, Vec<(usize, u32, bool)>>,
}

impl Technologies {
    /// What a code shows.
    pub(super) fn of(&self, code: &str) -> &[(usize, u32, bool)] {
        if self.codes.is_empty() || code.len() > 8 {
            return &[];
        }
        self.codes.get(&text_key(code.as_bytes())).map_or(&[], Vec::as_slice)
    }
}

impl Year {
    /// The rates and tables for a discharge date.
    ///
    /// # Errors
    /// Every table that is missing.
    pub(super) fn open(tables: &Tables, date: Date) -> Result<Self, Vec<NotEvaluated>> {
        let needed = ["ipps/years", "ipps/rates", "ipps/standardized-amounts", "ipps/wage-index"];
        let mut lacking: Vec<NotEvaluated> =
            needed.into_iter().filter_map(|table| tables.at(table, date).err()).collect();
        lacking.extend(tables.weights(date).err());
        if !lacking.is_empty() {
            return Err(lacking);
        }
        Self::read(tables, date).map_err(|missing| vec![missing])
    }

    fn read(tables: &Tables, date: Date) -> Result<Self, NotEvaluated> {
        let day = Day::from(date);
        let years = tables.at("ipps/years", date)?;
        let [year, release, arithmetic] = ["year", "release", "arithmetic"].map(|name| years.column(name));
        let row = years.rows_on(day).next().ok_or_else(|| missing("ipps/years", date, None))?;
        let number = year.code(row);
        let (first, last) = row.period();
        let first = first.and_then(Day::to_date).unwrap_or(date);
        let mut span = Span { from: Day::from(first), to: last.unwrap_or(Day(99_991_231)), day };

        let rates_source = tables.at("ipps/rates", date)?;
        let rates = rates(&rates_source, day);
        span.cut(&rates_source);
        let codes = match tables.at("ipps/rule-codes", date) {
            Ok(source) => {
                span.cut(&source);
                rule_codes(&source, day)
            }
            Err(_) => RuleCodes::default(),
        };
        let amounts_source = tables.at("ipps/standardized-amounts", date)?;
        span.cut(&amounts_source);
        let (wage_index, out_migration) =
            (tables.at("ipps/wage-index", date)?, tables.at("ipps/out-migration", date).ok());
        span.cut(&wage_index);
        if let Some(source) = &out_migration {
            span.cut(source);
        }
        let unreadable = || missing("ipps/years", date, Some("its arithmetic is not known".to_owned()));
        Ok(Self {
            release: release.text(row).into(),
            arithmetic: Arithmetic::parse(arithmetic.text(row)).ok_or_else(unreadable)?,
            number,
            first,
            from: span.from,
            to: span.to,
            rates,
            weights: tables.weights(date)?,
            amounts: amounts(&amounts_source, day),
            amounts_release: amounts_source.release.clone(),
            codes,
            types: provider_types(&tables.at("ipps/provider-types", date).or_else(|_| any_provider_types(tables))?),
            technologies: technologies(tables, date),
            wage_index,
            out_migration,
        })
    }

    /// Whether a discharge falls into the span.
    pub(super) fn holds(&self, date: Date) -> bool {
        let day = Day::from(date);
        self.from <= day && day <= self.to
    }

    /// The review code of a discharge: from its status, and from condition codes that lift the post-acute transfer rule or
    /// refuse the outlier.
    #[must_use]
    pub fn review(&self, discharge_status: &str, conditions: &[Text]) -> Review {
        let refused = self.codes.any("refuses_outlier_condition", conditions);
        let acute = self.codes.has("acute_transfer_status", discharge_status);
        let post_acute = self.codes.has("post_acute_transfer_status", discharge_status)
            && !self.codes.any("no_post_acute_condition", conditions);
        match (acute, post_acute, refused) {
            (true, _, false) => Review::PerDiem,
            (true, _, true) => Review::PerDiemNoOutlier,
            (_, true, false) => Review::PostAcute,
            (_, true, true) => Review::PostAcuteNoOutlier,
            (false, false, false) => Review::PayWithOutlier,
            (false, false, true) => Review::PayWithoutOutlier,
        }
    }

    /// The row of Table 5.
    pub(super) fn drg(&self, drg: u16) -> Option<DrgRow> {
        self.weights.rows.get(usize::from(drg)).copied().flatten()
    }

    /// What is said of a rate that the year lacks.
    pub(super) fn lacks(&self, rule: &'static str, detail: String) -> NotEvaluated {
        NotEvaluated::from(Unanswered {
            rule: Text::const_new(rule),
            reason: NotEvaluatedReason::MissingTable,
            detail: detail.into(),
            remedy: Some("a release with the row in table ipps/rates: openclaim data import --mapping".into()),
        })
    }
}

/// The days around a discharge over which no row begins or ends.
struct Span {
    from: Day,
    to: Day,
    day: Day,
}

impl Span {
    fn cut(&mut self, source: &Source) {
        for row in source.relation.rows() {
            let (from, to) = row.period();
            if let Some(from) = from {
                if from <= self.day { self.from = self.from.max(from) } else { self.to = self.to.min(before(from)) }
            }
            if let Some(to) = to {
                if to >= self.day { self.to = self.to.min(to) } else { self.from = self.from.max(after(to)) }
            }
        }
    }
}

fn before(day: Day) -> Day {
    day.to_date().and_then(|date| date.yesterday().ok()).map_or(day, Day::from)
}

fn after(day: Day) -> Day {
    day.to_date().and_then(|date| date.tomorrow().ok()).map_or(day, Day::from)
}

fn rates(source: &Source, day: Day) -> Rates {
    let [name, value, text] = ["name", "value", "source"].map(|name| source.column(name));
    let mut rates = Rates::default();
    for row in source.rows_on(day) {
        let Some(number) = value.decimal(row) else { continue };
        let key = Text::from(name.text(row));
        let cite = source.cite("ipps/rates", key.clone(), format!("{number}: {}", text.text(row)));
        rates.values.insert(key.clone(), number);
        rates.citations.insert(key, cite);
    }
    rates
}

fn rule_codes(source: &Source, day: Day) -> RuleCodes {
    let [rule, code] = ["rule", "code"].map(|name| source.column(name));
    let mut codes = RuleCodes::default();
    for row in source.rows_on(day) {
        if let Some(known) = RULES.into_iter().find(|known| *known == rule.text(row)) {
            codes.0.entry(known).or_default().insert(code.code(row));
        }
    }
    codes
}

fn amounts(source: &Source, day: Day) -> [Option<(Decimal, Decimal)>; 8] {
    let [number, labor, nonlabor] = ["number", "labor", "nonlabor"].map(|name| source.column(name));
    let mut amounts = [None; 8];
    for row in source.rows_on(day) {
        let slot = usize::try_from(number.int(row) - 1).ok().and_then(|at| amounts.get_mut(at));
        if let (Some(slot), Some(labor), Some(nonlabor)) = (slot, labor.decimal(row), nonlabor.decimal(row)) {
            *slot = Some((labor, nonlabor));
        }
    }
    amounts
}

fn any_provider_types(tables: &Tables) -> Result<Source, NotEvaluated> {
    // The types carry no period.
    tables.at("ipps/provider-types", jiff::civil::date(2025, 10, 1))
}

fn provider_types(source: &Source) -> HashMap<Text, ProviderType> {
    let names = ["type", "name", "hospital_specific", "mdh", "dsh_uncapped", "rural_dsh_capped"];
    let [code, name, specific, mdh, uncapped, capped] = names.map(|name| source.column(name));
    let row_type = |row| {
        let provider_type = ProviderType {
            name: name.text(row).into(),
            hospital_specific: specific.int(row) != 0,
            mdh: mdh.int(row) != 0,
            dsh_uncapped: uncapped.int(row) != 0,
            rural_dsh_capped: capped.int(row) != 0,
        };
        (code.code(row), provider_type)
    };
    source.relation.rows().map(row_type).collect()
}

fn technologies(tables: &Tables, date: Date) -> Technologies {
    let mut found = Technologies::default();
    let day = Day::from(date);
    let Ok(source) = tables.at("ipps/new-technology", date) else { return found };
    let Ok(codes) = tables.at("ipps/new-technology-codes", date) else { return found };
    let [name, amount, share, combination] = ["name", "amount", "share", "combination"].map(|name| source.column(name));
    for row in source.rows_on(day).filter(|row| combination.text(*row) == "all") {
        let (Some(most), Some(share)) = (amount.decimal(row), share.decimal(row)) else { continue };
        let key = name.text(row);
        let cite = source.cite("ipps/new-technology", key, format!("at most {most}, {share} of costs"));
        found.all.push(Technology { name: key.into(), most, share, parts: 0, cite: Some(cite) });
    }
    let [code, technology, part, kind] = ["code", "technology", "part", "kind"].map(|name| codes.column(name));
    for row in codes.rows_on(day) {
        let called = technology.text(row);
        let at = found.all.iter().position(|known| known.name == called).unwrap_or_else(|| {
            let (most, share) = (Decimal::ZERO, Decimal::ZERO);
            found.all.push(Technology { name: called.into(), most, share, parts: 0, cite: None });
            found.all.len() - 1
        });
        let number = u32::try_from(part.int(row).clamp(1, 32)).unwrap_or(1);
        if found.all[at].cite.is_some() {
            found.all[at].parts = found.all[at].parts.max(number);
        }
        let key = text_key(code.code(row).as_bytes());
        found.codes.entry(key).or_default().push((at, number - 1, kind.text(row) == "procedure"));
    }
    found
}
