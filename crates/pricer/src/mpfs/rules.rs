//! What the manuals say about indicators, modifiers and places, as data: the tables under `data/mpfs`.
//!
//! The relative value file says *which* rule holds for a code by an indicator; these tables say what the indicator, the
//! modifier or the place does to the fee, each row with its source and days. They are the project's own wording of CMS
//! Pub. 100-04 and of the statute.

use openclaim_claim::{Date, Modifier};
use openclaim_tables::Day;
use std::str::FromStr;

/// A share of an amount in ten-thousandths, exact: 62.5 % is 6250.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(pub(super) i64);

impl Share {
    /// The whole amount.
    pub const WHOLE: Self = Self(10_000);

    /// A share of whole hundredths, as the relative value file gives split percentages.
    pub(super) const fn hundredths(value: i64) -> Self {
        Self(value * 100)
    }

    /// The share of an amount of cents, rounded to the cent, halves up.
    pub(super) const fn of(self, cents: i64) -> i64 {
        let product = cents * self.0;
        // Away from zero at the half; amounts are not negative here.
        (product + 5_000).div_euclid(10_000)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(percent: &str) -> Result<Self, String> {
        let fixed = openclaim_tables::relation::Fixed::parse(percent).and_then(|number| number.rescale(2));
        let unscaled = fixed.map(|number| number.unscaled).filter(|unscaled| (0..=100_000).contains(unscaled));
        unscaled.map(Self).ok_or_else(|| format!("`{percent}` is not a percentage"))
    }
}

/// How a status code of the relative value file is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusPayment {
    Priced,
    PricedAlone,
    Restricted,
    Anesthesia,
    Carrier,
    Bundled,
    NotCovered,
    NotValid,
    Elsewhere,
    Reporting,
}

/// What a modifier does to the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ModifierEffect {
    /// Nothing.
    None,
    /// The row of the professional component (26) is paid.
    Professional,
    /// The row of the technical component (TC) is paid.
    Technical,
    /// The row of the discontinued procedure (53) is paid where there is one.
    Discontinued,
    /// Both sides (50).
    Bilateral,
    /// The left side.
    Left,
    /// The right side.
    Right,
    /// Another part of the body; units are then no two sides.
    Site,
    /// Assistant at surgery; with the share of the fee.
    Assistant(Share),
    /// Assistant at surgery who is no physician: the share holds the practitioner's own reduction.
    AssistantPractitioner(Share),
    /// Two surgeons.
    CoSurgeon(Share),
    /// A team of surgeons.
    Team,
    /// Surgical care only.
    SplitSurgery,
    /// Postoperative management only.
    SplitPostoperative,
    /// Return to the operating room.
    SplitReturn,
    /// The contractor decides from the documentation.
    ByDocumentation,
    /// Anesthesia personally performed, by a physician or a nurse anesthetist alone.
    AnesthesiaPersonal(Share),
    /// Anesthesia under medical direction.
    AnesthesiaDirected(Share),
    /// Anesthesia under medical supervision of more than four cases.
    AnesthesiaSupervised,
    /// The technical component is paid in part.
    TechnicalShare(Share),
    /// Another session or encounter the same day (59, XE).
    SeparateSession,
    /// The line is not paid.
    NotPayable,
}

/// The part of a fee that a multiple-procedure rule reduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Technical,
    Professional,
    PracticeExpense,
}

/// What a surgery indicator says about an assistant, a second surgeon or a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RolePayment {
    Paid,
    Documentation,
    NotPermitted,
}

/// Whose payment an indicator is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SurgeryRole {
    Assistant,
    CoSurgeon,
    Team,
}

/// What is paid for patients of a hospital, by PC/TC indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InHospital {
    Paid,
    ProfessionalOnly,
    NotPaid,
}

/// Where the technical part of a whole service is found, by PC/TC indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TechnicalPart {
    /// There is none.
    None,
    /// In a row of its own, with modifier TC.
    Row,
    /// The service is technical as a whole.
    Whole,
    /// Other codes stand for it; the file does not say which.
    Unknown,
}

/// What a PC/TC indicator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Components {
    pub(super) in_hospital: InHospital,
    pub(super) technical: TechnicalPart,
}

/// Whether practice expense is that of a facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rate {
    /// The facility rate: the facility bills its own costs.
    Facility,
    /// The rate of offices and homes.
    NonFacility,
}

/// A place of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The rate paid there.
    pub rate: Rate,
    /// Whether patients there are patients of a hospital, which is paid for technical services.
    pub hospital: bool,
    /// Whether it is the patient's home, whose ZIP code then decides the locality.
    pub home: bool,
}

/// What the kind of a practitioner means for the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Practitioner {
    /// This share of the fee is paid.
    Paid(Share),
    /// Paid by another system: surgical centers, suppliers.
    OtherSystem,
}

#[derive(Debug, Clone, Copy)]
struct Period {
    from: Day,
    to: Day,
}

impl Period {
    fn parse(from: &str, to: &str) -> Result<Self, String> {
        let day = |text: &str, open: u32| match text {
            "" => Ok(Day(open)),
            text => Day::parse_iso(text).ok_or_else(|| format!("`{text}` is not a date")),
        };
        Ok(Self { from: day(from, 0)?, to: day(to, u32::MAX)? })
    }

    fn holds(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A step of a multiple-procedure rule: from this rank on, this share is paid; `None` is paid by report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RankShare {
    pub(super) indicator: u8,
    pub(super) part: Part,
    pub(super) from_rank: usize,
    pub(super) share: Option<Share>,
}

/// How both sides are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bilateral {
    /// Of the fee of one code, for both sides.
    pub(super) share: Share,
    /// Whether two units say both sides as well.
    pub(super) by_units: bool,
}

/// Figures of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Constants {
    pub(super) anesthesia_minutes_per_unit: i64,
    pub(super) anesthesia_supervised_base_units: i64,
    pub(super) nonparticipating: Share,
}

/// The rules as they stand on one day.
#[derive(Debug)]
pub(super) struct Rules {
    statuses: Vec<(u8, StatusPayment)>,
    /// Sorted by modifier.
    modifiers: Vec<([u8; 2], ModifierEffect)>,
    pub(super) ranks: Vec<RankShare>,
    bilateral: Vec<(u8, Bilateral)>,
    roles: Vec<(SurgeryRole, u8, RolePayment)>,
    components: Vec<(u8, Components)>,
    places: Vec<(&'static str, Place)>,
    practitioners: Vec<(&'static str, Practitioner)>,
    pub(super) constants: Option<Constants>,
    /// Whether the tables were held against the sources of the day.
    pub(super) kept_for_day: bool,
}

const STATUSES: &str = include_str!("../../../../data/mpfs/status_indicators.csv");
const MODIFIERS: &str = include_str!("../../../../data/mpfs/modifiers.csv");
const RANKS: &str = include_str!("../../../../data/mpfs/multiple_procedures.csv");
const BILATERAL: &str = include_str!("../../../../data/mpfs/bilateral.csv");
const ROLES: &str = include_str!("../../../../data/mpfs/surgery_roles.csv");
const COMPONENTS: &str = include_str!("../../../../data/mpfs/components.csv");
const PLACES: &str = include_str!("../../../../data/mpfs/places_of_service.csv");
const PRACTITIONERS: &str = include_str!("../../../../data/mpfs/practitioners.csv");
const CONSTANTS: &str = include_str!("../../../../data/mpfs/constants.csv");

/// All rows of one table, each as its fields in the order of `columns`.
fn rows<const N: usize>(text: &'static str, columns: [&str; N]) -> Result<Vec<[&'static str; N]>, String> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let mut positions = [0; N];
    for (position, column) in positions.iter_mut().zip(columns) {
        *position =
            header.iter().position(|name| *name == column).ok_or_else(|| format!("there is no column `{column}`"))?;
    }
    // Only the last column, the source, is quoted; it is never asked for.
    let fields = |line: &'static str| {
        let cells: Vec<&'static str> = line.split(',').collect();
        positions.map(|position| cells.get(position).copied().unwrap_or_default())
    };
    Ok(lines.map(fields).collect())
}

fn byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(format!("`{text}` is not one character")),
    }
}

fn unknown<T>(text: &str) -> Result<T, String> {
    Err(format!("`{text}` is no word of this table"))
}

fn status_payment(text: &str) -> Result<StatusPayment, String> {
    Ok(match text {
        "priced" => StatusPayment::Priced,
        "priced_alone" => StatusPayment::PricedAlone,
        "restricted" => StatusPayment::Restricted,
        "anesthesia" => StatusPayment::Anesthesia,
        "carrier" => StatusPayment::Carrier,
        "bundled" => StatusPayment::Bundled,
        "not_covered" => StatusPayment::NotCovered,
        "not_valid" => StatusPayment::NotValid,
        "elsewhere" => StatusPayment::Elsewhere,
        "reporting" => StatusPayment::Reporting,
        other => return unknown(other),
    })
}

fn modifier_effect(text: &str, percent: &str) -> Result<ModifierEffect, String> {
    let share = || percent.parse::<Share>();
    Ok(match text {
        "none" => ModifierEffect::None,
        "professional_component" => ModifierEffect::Professional,
        "technical_component" => ModifierEffect::Technical,
        "discontinued" => ModifierEffect::Discontinued,
        "bilateral" => ModifierEffect::Bilateral,
        "left" => ModifierEffect::Left,
        "right" => ModifierEffect::Right,
        "site" => ModifierEffect::Site,
        "assistant" => ModifierEffect::Assistant(share()?),
        "assistant_practitioner" => ModifierEffect::AssistantPractitioner(share()?),
        "co_surgeon" => ModifierEffect::CoSurgeon(share()?),
        "team" => ModifierEffect::Team,
        "split_surgery" => ModifierEffect::SplitSurgery,
        "split_postoperative" => ModifierEffect::SplitPostoperative,
        "split_return" => ModifierEffect::SplitReturn,
        "by_documentation" => ModifierEffect::ByDocumentation,
        "anesthesia_personal" => ModifierEffect::AnesthesiaPersonal(share()?),
        "anesthesia_directed" => ModifierEffect::AnesthesiaDirected(share()?),
        "anesthesia_supervised" => ModifierEffect::AnesthesiaSupervised,
        "technical_percent" => ModifierEffect::TechnicalShare(share()?),
        "separate_session" => ModifierEffect::SeparateSession,
        "not_payable" => ModifierEffect::NotPayable,
        other => return unknown(other),
    })
}

impl Rules {
    /// The rules of a day.
    ///
    /// # Errors
    /// A sentence that names the table and quotes the word when a table of the binary cannot be read; a test keeps that
    /// from happening.
    pub(super) fn on(date: Date) -> Result<Self, String> {
        let day = Day::from(date);
        let named = |table: &'static str| move |problem: String| format!("data/mpfs/{table}.csv: {problem}");
        Ok(Self {
            statuses: statuses().map_err(named("status_indicators"))?,
            modifiers: modifiers(day).map_err(named("modifiers"))?,
            ranks: ranks(day).map_err(named("multiple_procedures"))?,
            bilateral: bilateral().map_err(named("bilateral"))?,
            roles: roles().map_err(named("surgery_roles"))?,
            components: components().map_err(named("components"))?,
            places: places(day).map_err(named("places_of_service"))?,
            practitioners: practitioners(day).map_err(named("practitioners"))?,
            constants: constants(day).map_err(named("constants"))?,
            kept_for_day: kept_for(day).map_err(named("constants"))?,
        })
    }

    pub(super) fn status(&self, status: u8) -> Option<StatusPayment> {
        find(&self.statuses, status)
    }

    #[inline]
    pub(super) fn modifier(&self, modifier: Modifier) -> Option<ModifierEffect> {
        let key: [u8; 2] = modifier.as_str().as_bytes().try_into().ok()?;
        let at = self.modifiers.binary_search_by_key(&key, |&(key, _)| key).ok()?;
        self.modifiers.get(at).map(|&(_, effect)| effect)
    }

    pub(super) fn bilateral(&self, indicator: u8) -> Option<Bilateral> {
        find(&self.bilateral, indicator)
    }

    pub(super) fn role(&self, role: SurgeryRole, indicator: u8) -> Option<RolePayment> {
        self.roles.iter().find(|row| (row.0, row.1) == (role, indicator)).map(|row| row.2)
    }

    pub(super) fn components(&self, pctc: u8) -> Option<Components> {
        find(&self.components, pctc)
    }

    pub(super) fn place(&self, place: &str) -> Option<Place> {
        self.places.iter().find(|row| row.0 == place).map(|row| row.1)
    }

    /// How a kind of practitioner is paid, by the longest beginning of the taxonomy that is known.
    pub(super) fn practitioner(&self, taxonomy: &str) -> Option<Practitioner> {
        let known = self.practitioners.iter().filter(|(prefix, _)| taxonomy.starts_with(prefix));
        known.max_by_key(|(prefix, _)| prefix.len()).map(|&(_, paid)| paid)
    }

    /// The share that a rank is paid of a part. Outer `None`: the indicator has no rule for the part on this day; inner
    /// `None`: the rank is paid by report.
    pub(super) fn rank_share(&self, indicator: u8, part: Part, rank: usize) -> Option<Option<Share>> {
        let rows = self.ranks.iter().filter(|row| row.indicator == indicator && row.part == part);
        rows.filter(|row| row.from_rank <= rank).max_by_key(|row| row.from_rank).map(|row| row.share)
    }
}

fn find<T: Copy>(rows: &[(u8, T)], key: u8) -> Option<T> {
    rows.iter().find(|row| row.0 == key).map(|row| row.1)
}

fn statuses() -> Result<Vec<(u8, StatusPayment)>, String> {
    let rows = rows(STATUSES, ["status", "payment"])?;
    rows.into_iter().map(|[status, payment]| Ok((byte(status)?, status_payment(payment)?))).collect()
}

fn modifiers(day: Day) -> Result<Vec<([u8; 2], ModifierEffect)>, String> {
    let mut found = Vec::new();
    for [modifier, effect, percent, from, to] in rows(MODIFIERS, ["modifier", "effect", "percent", "from", "to"])? {
        let key = modifier.as_bytes().try_into().map_err(|_| format!("`{modifier}` is not a modifier"))?;
        if Period::parse(from, to)?.holds(day) {
            found.push((key, modifier_effect(effect, percent)?));
        }
    }
    found.sort_unstable_by_key(|&(key, _)| key);
    Ok(found)
}

fn ranks(day: Day) -> Result<Vec<RankShare>, String> {
    let mut found = Vec::new();
    let columns = ["indicator", "part", "from_rank", "percent", "from", "to"];
    for [indicator, part, from_rank, percent, from, to] in rows(RANKS, columns)? {
        let part = match part {
            "whole" => Part::Whole,
            "technical" => Part::Technical,
            "professional" => Part::Professional,
            "practice_expense" => Part::PracticeExpense,
            other => return unknown(other),
        };
        let from_rank = from_rank.parse().map_err(|_| format!("`{from_rank}` is not a rank"))?;
        let share = if percent.is_empty() { None } else { Some(percent.parse()?) };
        if Period::parse(from, to)?.holds(day) {
            found.push(RankShare { indicator: byte(indicator)?, part, from_rank, share });
        }
    }
    Ok(found)
}

fn bilateral() -> Result<Vec<(u8, Bilateral)>, String> {
    let rows = rows(BILATERAL, ["indicator", "percent", "by_units"])?;
    let read = |[indicator, percent, by_units]: [&'static str; 3]| {
        Ok((byte(indicator)?, Bilateral { share: percent.parse()?, by_units: by_units == "Y" }))
    };
    rows.into_iter().map(read).collect()
}

fn roles() -> Result<Vec<(SurgeryRole, u8, RolePayment)>, String> {
    let role = |text| match text {
        "assistant" => Ok(SurgeryRole::Assistant),
        "co_surgeon" => Ok(SurgeryRole::CoSurgeon),
        "team" => Ok(SurgeryRole::Team),
        other => unknown(other),
    };
    let payment = |text| match text {
        "paid" => Ok(RolePayment::Paid),
        "documentation" => Ok(RolePayment::Documentation),
        "not_permitted" => Ok(RolePayment::NotPermitted),
        other => unknown(other),
    };
    let rows = rows(ROLES, ["role", "indicator", "payment"])?;
    rows.into_iter().map(|[who, indicator, paid]| Ok((role(who)?, byte(indicator)?, payment(paid)?))).collect()
}

fn components() -> Result<Vec<(u8, Components)>, String> {
    let paid = |text| match text {
        "paid" => Ok(InHospital::Paid),
        "professional_only" => Ok(InHospital::ProfessionalOnly),
        "not_paid" => Ok(InHospital::NotPaid),
        other => unknown(other),
    };
    let part = |text| match text {
        "none" => Ok(TechnicalPart::None),
        "row" => Ok(TechnicalPart::Row),
        "whole" => Ok(TechnicalPart::Whole),
        "unknown" => Ok(TechnicalPart::Unknown),
        other => unknown(other),
    };
    let rows = rows(COMPONENTS, ["indicator", "in_hospital", "technical"])?;
    let read = |[indicator, hospital, technical]: [&'static str; 3]| {
        Ok((byte(indicator)?, Components { in_hospital: paid(hospital)?, technical: part(technical)? }))
    };
    rows.into_iter().map(read).collect()
}

fn places(day: Day) -> Result<Vec<(&'static str, Place)>, String> {
    let mut found = Vec::new();
    for [place, rate, hospital, home, from] in rows(PLACES, ["place", "rate", "hospital", "home", "from"])? {
        let rate = match rate {
            "facility" => Rate::Facility,
            "nonfacility" => Rate::NonFacility,
            other => return unknown(other),
        };
        if Period::parse(from, "")?.holds(day) {
            found.push((place, Place { rate, hospital: hospital == "Y", home: home == "Y" }));
        }
    }
    Ok(found)
}

fn practitioners(day: Day) -> Result<Vec<(&'static str, Practitioner)>, String> {
    let mut found = Vec::new();
    for [taxonomy, percent, from, to] in rows(PRACTITIONERS, ["taxonomy", "percent", "from", "to"])? {
        if Period::parse(from, to)?.holds(day) {
            let paid =
                if percent.is_empty() { Practitioner::OtherSystem } else { Practitioner::Paid(percent.parse()?) };
            found.push((taxonomy, paid));
        }
    }
    Ok(found)
}

fn constants(day: Day) -> Result<Option<Constants>, String> {
    let all = rows(CONSTANTS, ["name", "value", "from", "to"])?;
    let value = |wanted: &str| -> Result<Option<&'static str>, String> {
        for &[name, value, from, to] in &all {
            if name == wanted && Period::parse(from, to)?.holds(day) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| format!("`{text}` is not a whole number"));
    let minutes = value("anesthesia_minutes_per_unit")?.map(number).transpose()?.filter(|minutes| *minutes > 0);
    let supervised = value("anesthesia_supervised_base_units")?.map(number).transpose()?;
    let nonparticipating = value("nonparticipating_percent")?.map(str::parse).transpose()?;
    let (Some(minutes), Some(supervised), Some(nonparticipating)) = (minutes, supervised, nonparticipating) else {
        return Ok(None);
    };
    Ok(Some(Constants {
        anesthesia_minutes_per_unit: minutes,
        anesthesia_supervised_base_units: supervised,
        nonparticipating,
    }))
}

fn kept_for(day: Day) -> Result<bool, String> {
    for [name, from, to] in rows(CONSTANTS, ["name", "from", "to"])? {
        if name == "payment_rules" && Period::parse(from, to)?.holds(day) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_table_reads() {
        for day in [date(1992, 1, 1), date(2012, 6, 1), date(2025, 10, 1), date(2030, 1, 1)] {
            Rules::on(day).unwrap();
        }
    }

    #[test]
    fn rules_follow_the_date() {
        let share =
            |year, modifier| match Rules::on(date(year, 6, 1)).unwrap().modifier(Modifier::parse(modifier).unwrap()) {
                Some(ModifierEffect::TechnicalShare(share)) => Some(share.0),
                _ => None,
            };
        assert_eq!(
            [2017, 2018, 2022, 2023].map(|year| share(year, "FY")),
            [None, Some(9_300), Some(9_300), Some(9_000)]
        );
        let professional = |year| Rules::on(date(year, 6, 1)).unwrap().rank_share(b'4', Part::Professional, 2);
        assert_eq!(professional(2016), Some(Some(Share(7_500))));
        assert_eq!(professional(2017), Some(Some(Share(9_500))));
        assert_eq!(professional(2011), None);
    }

    #[test]
    fn ranks_beyond_the_fifth_are_paid_by_report() {
        let rules = Rules::on(date(2025, 10, 1)).unwrap();
        let shares: Vec<_> = (1..=6).map(|rank| rules.rank_share(b'2', Part::Whole, rank)).collect();
        let half = Some(Some(Share(5_000)));
        assert_eq!(shares, [Some(Some(Share::WHOLE)), half, half, half, half, Some(None)]);
    }

    #[test]
    fn practitioners_are_known_by_the_longest_beginning() {
        let rules = Rules::on(date(2025, 10, 1)).unwrap();
        let paid = |share| Some(Practitioner::Paid(Share(share)));
        assert_eq!(rules.practitioner("207R00000X"), paid(10_000));
        assert_eq!(rules.practitioner("363LF0000X"), paid(8_500));
        assert_eq!(rules.practitioner("1041C0700X"), paid(7_500));
        assert_eq!(rules.practitioner("332B00000X"), Some(Practitioner::OtherSystem));
        assert_eq!(rules.practitioner("261QP2300X"), None);
    }

    #[test]
    fn shares_round_halves_up() {
        assert_eq!(Share(5_000).of(1), 1);
        assert_eq!(Share(1_600).of(12_345), 1_975);
        assert_eq!("62.5".parse(), Ok(Share(6_250)));
        assert!("x".parse::<Share>().is_err() && "-1".parse::<Share>().is_err());
    }
}
