//! The project's own plain tables under `data/modifier/`: what manuals and change requests say in prose about modifiers.
//! Every row names its source. No cell holds a comma.

use crate::service::{Indicator, Setting};
use openclaim_claim::{HcpcsCode, Modifier, Taxonomy};
use openclaim_reference::{Day, text_key};

const CODES: &str = include_str!("../../../../data/modifier/codes.csv");
const EXCLUSIVE: &str = include_str!("../../../../data/modifier/exclusive.csv");
const COMPANIONS: &str = include_str!("../../../../data/modifier/companions.csv");
const INDICATORS: &str = include_str!("../../../../data/modifier/indicators.csv");
const PERFORMERS: &str = include_str!("../../../../data/modifier/performers.csv");
const TELEHEALTH: &str = include_str!("../../../../data/modifier/telehealth.csv");
const VISITS: &str = include_str!("../../../../data/modifier/visits.csv");
const BYPASSES: &str = include_str!("../../../../data/modifier/global_bypass.csv");
const THRESHOLDS: &str = include_str!("../../../../data/modifier/therapy_thresholds.csv");
const LIABILITY: &str = include_str!("../../../../data/modifier/liability.csv");
const DISCARDED: &str = include_str!("../../../../data/modifier/discarded_drugs.csv");
const SITES: &str = include_str!("../../../../data/modifier/sites.csv");
const NOT_A_SIDE: &str = include_str!("../../../../data/modifier/not_a_side.csv");

/// The rows of a plain table behind its header.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let mut cells = line.split(',');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn modifier(text: &str) -> Option<Modifier> {
    Modifier::parse(text).ok()
}

fn key(code: &str) -> Option<u64> {
    HcpcsCode::parse(code).ok().map(|code| text_key(code.as_str().as_bytes()))
}

fn modifiers(text: &str) -> Option<Vec<Modifier>> {
    text.split_whitespace().map(modifier).collect()
}

/// The days on which a row holds; both ends included, a blank end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    from: Day,
    to: Day,
}

impl Days {
    fn parse(from: &str, to: &str) -> Option<Self> {
        let day = |text: &str, open| if text.is_empty() { Some(Day(open)) } else { Day::parse_iso(text) };
        Some(Self { from: day(from, 0)?, to: day(to, u32::MAX)? })
    }

    pub(super) fn hold(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// As evidence words it.
    pub(super) fn words(self) -> String {
        match (self.from.0, self.to.0) {
            (0, u32::MAX) => "always".to_owned(),
            (0, _) => format!("until {}", self.to),
            (_, u32::MAX) => format!("from {}", self.from),
            _ => format!("{} to {}", self.from, self.to),
        }
    }
}

/// Two modifiers that no line carries both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exclusive {
    pub(super) pair: (Modifier, Modifier),
    pub(super) days: Days,
    /// First day on which suppliers' claims are held to it.
    supplier_from: Day,
    pub(super) advice: &'static str,
    pub(super) source: &'static str,
}

impl Exclusive {
    /// Whether a line of a bill of that kind carries not both on a day.
    pub(super) fn holds(&self, setting: Setting, day: Day) -> bool {
        self.days.hold(day) && (setting != Setting::Supplier || self.supplier_from <= day)
    }

    /// The days, as evidence words them.
    pub(super) fn words(&self, setting: Setting) -> String {
        match setting {
            Setting::Supplier if self.supplier_from.0 > 0 => format!("for suppliers from {}", self.supplier_from),
            _ => self.days.words(),
        }
    }
}

/// A modifier that needs one of others beside it.
#[derive(Debug)]
pub(super) struct Companion {
    pub(super) modifier: Modifier,
    pub(super) needs: Vec<Modifier>,
    pub(super) words: &'static str,
    pub(super) days: Days,
    pub(super) source: &'static str,
}

/// What an indicator rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// An indicator of the fee schedule.
    Fee(Indicator),
    /// Global days of the fee schedule.
    GlobalDays,
    /// Whether the code is a visit.
    Visit,
}

impl Column {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pctc" => Self::Fee(Indicator::Components),
            "multiple_procedure" => Self::Fee(Indicator::MultipleProcedures),
            "bilateral_surgery" => Self::Fee(Indicator::BilateralSurgery),
            "assistant_surgery" => Self::Fee(Indicator::AssistantSurgery),
            "co_surgery" => Self::Fee(Indicator::CoSurgery),
            "team_surgery" => Self::Fee(Indicator::TeamSurgery),
            "global_days" => Self::GlobalDays,
            "visit" => Self::Visit,
            _ => return None,
        })
    }
}

/// A modifier that does not go with a value of an indicator.
#[derive(Debug, Clone, Copy)]
pub(super) struct IndicatorRule {
    pub(super) value: &'static str,
    pub(super) modifier: Modifier,
    /// Whether the record may support it.
    pub(super) by_documentation: bool,
    pub(super) meaning: &'static str,
    pub(super) source: &'static str,
}

fn indicator_rule(
    [column, value, code, verdict, meaning, source]: [&'static str; 6],
) -> Option<(Column, IndicatorRule)> {
    let by_documentation = match verdict {
        "not_permitted" => false,
        "documentation" => true,
        _ => return None,
    };
    Some((
        Column::parse(column)?,
        IndicatorRule { value, modifier: modifier(code)?, by_documentation, meaning, source },
    ))
}

/// Whose services a modifier is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Performer {
    pub(super) modifier: Modifier,
    /// First characters of the taxonomies meant.
    taxonomy: &'static str,
    pub(super) only: bool,
    pub(super) source: &'static str,
}

impl Performer {
    pub(super) fn means(&self, taxonomy: Taxonomy) -> bool {
        taxonomy.as_str().starts_with(self.taxonomy)
    }
}

/// Where telehealth with a modifier is billed.
#[derive(Debug, Clone)]
pub(super) struct Telehealth {
    pub(super) modifier: Modifier,
    /// Places of service, separated by blanks; empty where the modifier is not used at all.
    pub(super) places: &'static str,
    /// Modifiers of services that are billed so at any place.
    pub(super) not_with: Vec<Modifier>,
    pub(super) days: Days,
    pub(super) source: &'static str,
}

/// A range of visits (evaluation and management).
#[derive(Debug, Clone, Copy)]
pub(super) struct Visits {
    first: u64,
    last: u64,
    days: Days,
}

/// A service that may fall into a global period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Evaluation and management.
    Visit,
    /// A procedure with global days of its own.
    Procedure,
}

/// When it falls into the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The day before a major procedure.
    Before,
    /// The day of the procedure.
    Same,
    /// One of the days after it.
    After,
}

/// A modifier that takes a service out of a global period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bypass {
    kind: Kind,
    when: When,
    global: u16,
    pub(super) modifier: Modifier,
    /// First and last code for which it does; `None` for all.
    codes: Option<(u64, u64)>,
    days: Days,
}

impl Bypass {
    /// Whether it takes a service of a code and day out of that part of a period.
    pub(super) fn takes(&self, (key, kind, day): (u64, Kind, Day), when: When, global: u16) -> bool {
        let for_code = self.codes.is_none_or(|(first, last)| first <= key && key <= last);
        for_code && self.kind == kind && self.when == when && self.global == global && self.days.hold(day)
    }
}

/// The year's amount above which therapy needs KX.
#[derive(Debug)]
pub(super) struct Threshold {
    pub(super) modifiers: Vec<Modifier>,
    pub(super) days: Days,
    pub(super) dollars: u32,
    pub(super) source: &'static str,
}

/// What a liability modifier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Excluded by statute.
    Excluded,
    /// Expected to be denied as not reasonable and necessary.
    Expected,
    /// A voluntary notice, on charges stated as not covered.
    Voluntary,
}

/// What happens to a line with a liability modifier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Liability {
    pub(super) effect: Effect,
    pub(super) modifier: Modifier,
    /// Only on institutional claims.
    pub(super) institutional: bool,
    pub(super) days: Days,
    /// Who pays.
    pub(super) liable: &'static str,
    pub(super) source: &'static str,
}

/// A side of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Right.
    Right,
    /// Left.
    Left,
}

impl Side {
    /// The side in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Left => "left",
        }
    }
}

/// Where a modifier says that a service was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) modifier: Modifier,
    pub(super) side: Side,
    /// `upper eyelid`, `thumb` …; empty for a side alone.
    pub(super) part: &'static str,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) codes: Vec<(Modifier, Days, &'static str)>,
    exclusive: Vec<Exclusive>,
    pub(super) companions: Vec<Companion>,
    indicators: Vec<(Column, Vec<IndicatorRule>)>,
    pub(super) performers: Vec<Performer>,
    pub(super) telehealth: Vec<Telehealth>,
    visits: Vec<Visits>,
    pub(super) bypasses: Vec<Bypass>,
    pub(super) thresholds: Vec<Threshold>,
    pub(super) liability: Vec<Liability>,
    /// From when a modifier of discarded drugs is required.
    pub(super) discarded: Vec<(Modifier, Days, &'static str)>,
    pub(super) sites: Vec<Site>,
    /// Words behind `left` or `right` that say it is no side of the body, each with a blank before it.
    pub(super) not_a_side: Vec<String>,
}

impl Plain {
    /// Reads the tables. That every row is understood is tested.
    pub(super) fn read() -> Self {
        let codes = rows::<4>(CODES)
            .filter_map(|[code, from, to, source]| Some((modifier(code)?, Days::parse(from, to)?, source)));
        let discarded = rows::<4>(DISCARDED)
            .filter_map(|[code, from, to, source]| Some((modifier(code)?, Days::parse(from, to)?, source)));
        let exclusive = rows::<7>(EXCLUSIVE).filter_map(|[one, other, from, to, supplier_from, advice, source]| {
            let pair = (modifier(one)?, modifier(other)?);
            let supplier_from = Days::parse(supplier_from, "")?.from;
            Some(Exclusive { pair, days: Days::parse(from, to)?, supplier_from, advice, source })
        });
        let companions = rows::<5>(COMPANIONS).filter_map(|[code, needs, from, to, source]| {
            let days = Days::parse(from, to)?;
            Some(Companion { modifier: modifier(code)?, needs: modifiers(needs)?, words: needs, days, source })
        });
        let mut indicators: Vec<(Column, Vec<IndicatorRule>)> = Vec::new();
        for (column, rule) in rows::<6>(INDICATORS).filter_map(indicator_rule) {
            match indicators.iter_mut().find(|(known, _)| *known == column) {
                Some((_, rules)) => rules.push(rule),
                None => indicators.push((column, vec![rule])),
            }
        }
        let performers = rows::<4>(PERFORMERS).filter_map(|[code, taxonomy, verdict, source]| {
            let only = match verdict {
                "only" => true,
                "never" => false,
                _ => return None,
            };
            Some(Performer { modifier: modifier(code)?, taxonomy, only, source })
        });
        let telehealth = rows::<7>(TELEHEALTH).filter_map(|[code, setting, places, not_with, from, to, source]| {
            let days = Days::parse(from, to)?;
            (setting == "practitioner").then_some(())?;
            Some(Telehealth { modifier: modifier(code)?, places, not_with: modifiers(not_with)?, days, source })
        });
        let visits = rows::<5>(VISITS).filter_map(|[first, last, from, to, _]| {
            Some(Visits { first: key(first)?, last: key(last)?, days: Days::parse(from, to)? })
        });
        let bypasses = rows::<8>(BYPASSES).filter_map(|[service, when, global, code, codes, from, to, _]| {
            Some(Bypass {
                kind: match service {
                    "visit" => Kind::Visit,
                    "procedure" => Kind::Procedure,
                    _ => return None,
                },
                when: match when {
                    "before" => When::Before,
                    "same" => When::Same,
                    "after" => When::After,
                    _ => return None,
                },
                global: global.parse().ok()?,
                modifier: modifier(code)?,
                codes: match codes.split_once('-') {
                    Some((first, last)) => Some((key(first)?, key(last)?)),
                    None => None,
                },
                days: Days::parse(from, to)?,
            })
        });
        let thresholds = rows::<5>(THRESHOLDS).filter_map(|[codes, from, to, dollars, source]| {
            let days = Days::parse(from, to)?;
            Some(Threshold { modifiers: modifiers(codes)?, days, dollars: dollars.parse().ok()?, source })
        });
        let liability = rows::<7>(LIABILITY).filter_map(|[effect, code, setting, from, to, liable, source]| {
            Some(Liability {
                effect: match effect {
                    "excluded" => Effect::Excluded,
                    "expected" => Effect::Expected,
                    "voluntary" => Effect::Voluntary,
                    _ => return None,
                },
                modifier: modifier(code)?,
                institutional: match setting {
                    "any" => false,
                    "outpatient" => true,
                    _ => return None,
                },
                days: Days::parse(from, to)?,
                liable,
                source,
            })
        });
        let sites = rows::<4>(SITES).filter_map(|[code, side, part, _]| {
            let side = match side {
                "left" => Side::Left,
                "right" => Side::Right,
                _ => return None,
            };
            Some(Site { modifier: modifier(code)?, side, part })
        });
        let mut exclusive: Vec<Exclusive> = exclusive.collect();
        exclusive.sort_unstable_by_key(|row| row.pair);
        Self {
            codes: codes.collect(),
            exclusive,
            companions: companions.collect(),
            indicators,
            performers: performers.collect(),
            telehealth: telehealth.collect(),
            visits: visits.collect(),
            bypasses: bypasses.collect(),
            thresholds: thresholds.collect(),
            liability: liability.collect(),
            discarded: discarded.collect(),
            sites: sites.collect(),
            not_a_side: rows::<2>(NOT_A_SIDE).map(|[phrase, _]| phrase.to_owned()).collect(),
        }
    }

    /// The row of two modifiers that exclude each other on bills of that kind on a day.
    pub(super) fn exclusive(
        &self,
        one: Modifier,
        other: Modifier,
        (setting, day): (Setting, Day),
    ) -> Option<&Exclusive> {
        let pair = if one < other { (one, other) } else { (other, one) };
        let at = self.exclusive.binary_search_by_key(&pair, |row| row.pair).ok()?;
        self.exclusive.get(at).filter(|row| row.holds(setting, day))
    }

    /// The rules of a column, in the order of the table.
    pub(super) fn indicator_rules(&self, column: Column) -> &[IndicatorRule] {
        self.indicators.iter().find(|(of, _)| *of == column).map_or(&[], |(_, rules)| rules)
    }

    /// Whether a code is a visit on a day.
    pub(super) fn is_visit(&self, key: u64, day: Day) -> bool {
        self.visits.iter().any(|range| range.first <= key && key <= range.last && range.days.hold(day))
    }

    /// Where a modifier says that a service was done.
    pub(super) fn site(&self, modifier: Modifier) -> Option<&Site> {
        self.sites.iter().find(|site| site.modifier == modifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        let plain = Plain::read();
        let count = |table: &str| table.lines().count() - 1;
        assert_eq!(plain.codes.len(), count(CODES));
        assert_eq!(plain.exclusive.len(), count(EXCLUSIVE));
        assert_eq!(plain.companions.len(), count(COMPANIONS));
        assert_eq!(plain.indicators.iter().map(|(_, rules)| rules.len()).sum::<usize>(), count(INDICATORS));
        assert_eq!(plain.performers.len(), count(PERFORMERS));
        assert_eq!(plain.telehealth.len(), count(TELEHEALTH));
        assert_eq!(plain.visits.len(), count(VISITS));
        assert_eq!(plain.bypasses.len(), count(BYPASSES));
        assert_eq!(plain.thresholds.len(), count(THRESHOLDS));
        assert_eq!(plain.liability.len(), count(LIABILITY));
        assert_eq!(plain.discarded.len(), count(DISCARDED));
        assert_eq!(plain.sites.len(), count(SITES));
    }

    #[test]
    fn every_row_names_its_source_and_has_all_cells() {
        for table in [
            CODES, EXCLUSIVE, COMPANIONS, INDICATORS, PERFORMERS, TELEHEALTH, VISITS, BYPASSES, THRESHOLDS, LIABILITY,
            DISCARDED, SITES,
        ] {
            let header = table.lines().next().unwrap();
            assert!(header.ends_with(",source"), "{header}");
            for line in table.lines().skip(1) {
                assert_eq!(line.split(',').count(), header.split(',').count(), "{line}");
                assert!(line.rsplit(',').next().is_some_and(|source| !source.is_empty()), "{line}");
            }
        }
    }

    #[test]
    fn pairs_stand_once_and_smaller_first() {
        let plain = Plain::read();
        assert!(plain.exclusive.windows(2).all(|rows| rows[0].pair < rows[1].pair));
        assert!(plain.exclusive.iter().all(|row| row.pair.0 < row.pair.1));
    }

    #[test]
    fn periods_include_both_ends() {
        let days = Days::parse("2024-01-01", "2024-12-31").unwrap();
        let holds = |text: &str| days.hold(Day::parse_iso(text).unwrap());
        assert!(!holds("2023-12-31") && holds("2024-01-01") && holds("2024-12-31") && !holds("2025-01-01"));
    }
}
