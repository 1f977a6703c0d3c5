//! What the manuals say about indicators, modifiers and places, as data: the tables under `data/mpfs`.
//!
//! The relative value file says *which* rule holds for a code by an indicator; these tables say what the indicator, the
//! modifier or the place does to the fee, each row with its source and days. They are the project's own wording of CMS
//! Pub. 100-04 and of the statute.

mod read;

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
            statuses: read::statuses().map_err(named("status_indicators"))?,
            modifiers: read::modifiers(day).map_err(named("modifiers"))?,
            ranks: read::ranks(day).map_err(named("multiple_procedures"))?,
            bilateral: read::bilateral().map_err(named("bilateral"))?,
            roles: read::roles().map_err(named("surgery_roles"))?,
            components: read::components().map_err(named("components"))?,
            places: read::places(day).map_err(named("places_of_service"))?,
            practitioners: read::practitioners(day).map_err(named("practitioners"))?,
            constants: read::constants(day).map_err(named("constants"))?,
            kept_for_day: read::kept_for(day).map_err(named("constants"))?,
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
