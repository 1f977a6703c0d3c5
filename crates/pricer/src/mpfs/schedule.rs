//! The fee schedule of one day, columns resolved once.

use super::figures::{self, Gpci, Locality, Rvus};
use super::modifiers::Component;
use super::rules::{Place, Practitioner, Rate, Rules, Share};
use openclaim_claim::{Date, HcpcsCode, Modifier, Money, NotEvaluated, NotEvaluatedReason, Text, Unanswered};
use openclaim_reference::{Library, LoadedRelease, Lookup};
use openclaim_tables::relation::{Relation, Row, ShortCode};
use openclaim_tables::{Day, text_key};

pub(super) const RULE: &str = "mpfs";
const PPRRVU: &str = "mpfs/pprrvu";
const PPRRVU_QPP: &str = "mpfs/pprrvu-qpp";
const GPCI: &str = "mpfs/gpci";
const ANESTHESIA: &str = "mpfs/anesthesia";
const ANESTHESIA_BASE: &str = "mpfs/anesthesia-base";
const PULL: &str = "openclaim data pull --only mpfs";

/// Which conversion factor is meant: since 2026 there are two (42 U.S.C. 1395w-4(d)(1)(A)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ConversionFactor {
    /// That of most practitioners.
    #[default]
    Standard,
    /// That of qualifying participants in advanced alternative payment models.
    QualifyingParticipant,
}

/// One line to be priced.
#[derive(Debug, Clone, Copy)]
pub struct LineRequest<'a> {
    /// CPT or HCPCS code.
    pub hcpcs: HcpcsCode,
    /// Modifiers, in order.
    pub modifiers: &'a [Modifier],
    /// Where it is paid; see [`FeeSchedule::locality`].
    pub locality: Locality,
    /// Facility or not.
    pub rate: Rate,
    /// Whether the patient is a hospital's, which is paid for technical services.
    pub hospital: bool,
    /// Units of service.
    pub units: u32,
    /// Minutes of anesthesia.
    pub minutes: Option<u32>,
    /// Share of the fee that the kind of practitioner is paid; see [`FeeSchedule::practitioner`].
    pub practitioner: Share,
    /// Whether the practitioner participates; who does not is paid less.
    pub participating: bool,
    /// What was charged; the allowed amount is never more.
    pub charge: Option<Money>,
}

impl<'a> LineRequest<'a> {
    /// One unit of a service by a participating physician, outside a facility.
    #[must_use]
    pub fn new(hcpcs: HcpcsCode, modifiers: &'a [Modifier], locality: Locality) -> Self {
        Self {
            hcpcs,
            modifiers,
            locality,
            rate: Rate::NonFacility,
            hospital: false,
            units: 1,
            minutes: None,
            practitioner: Share::WHOLE,
            participating: true,
            charge: None,
        }
    }
}

/// A row of the relative value file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FeeRow {
    pub(super) key: u64,
    pub(super) component: Component,
    pub(super) status: u8,
    work: i32,
    nonfacility_pe: i32,
    facility_pe: i32,
    mp: i32,
    opps_nonfacility_pe: i32,
    opps_facility_pe: i32,
    opps_mp: i32,
    /// Ten-thousandths of a dollar.
    pub(super) factor: i64,
    pub(super) pctc: u8,
    pub(super) multiple: u8,
    pub(super) bilateral: u8,
    pub(super) assistant: u8,
    pub(super) co_surgeon: u8,
    pub(super) team: u8,
    pub(super) global_days: Option<ShortCode>,
    /// Hundredths of the fee before, during and after the operation.
    pub(super) split: [i32; 3],
    /// Key of the base endoscopy, 0 where none.
    pub(super) endoscopy_base: u64,
    /// Whether the row is of the imaging family whose technical and professional parts are reduced together.
    pub(super) imaging: bool,
}

impl FeeRow {
    pub(super) fn rvus(&self, rate: Rate) -> Rvus {
        let pe = if rate == Rate::Facility { self.facility_pe } else { self.nonfacility_pe };
        Rvus { work: self.work, pe, mp: self.mp }
    }

    /// The relative values of the OPPS cap; `None` where the service has no cap.
    pub(super) fn capped(&self, rate: Rate) -> Option<Rvus> {
        let pe = if rate == Rate::Facility { self.opps_facility_pe } else { self.opps_nonfacility_pe };
        let any = self.opps_facility_pe | self.opps_nonfacility_pe | self.opps_mp;
        (any != 0).then_some(Rvus { work: self.work, pe, mp: self.opps_mp })
    }
}

/// Positions of the columns of the relative value file.
#[derive(Debug)]
struct Columns {
    modifier: usize,
    status: usize,
    work: usize,
    nonfacility_pe: usize,
    facility_pe: usize,
    mp: usize,
    pctc: usize,
    global_days: usize,
    split: [usize; 3],
    multiple: usize,
    bilateral: usize,
    assistant: usize,
    co_surgeon: usize,
    team: usize,
    endoscopy_base: usize,
    factor: usize,
    imaging: usize,
    opps_nonfacility_pe: usize,
    opps_facility_pe: usize,
    opps_mp: usize,
}

impl Columns {
    fn of(relation: &Relation) -> Result<Self, NotEvaluated> {
        let at = |name: &str| column(relation, name);
        Ok(Self {
            modifier: at("modifier")?,
            status: at("status")?,
            work: at("work_rvu")?,
            nonfacility_pe: at("nonfacility_pe_rvu")?,
            facility_pe: at("facility_pe_rvu")?,
            mp: at("mp_rvu")?,
            pctc: at("pctc")?,
            global_days: at("global_days")?,
            split: [at("preoperative")?, at("intraoperative")?, at("postoperative")?],
            multiple: at("multiple_procedure")?,
            bilateral: at("bilateral_surgery")?,
            assistant: at("assistant_surgery")?,
            co_surgeon: at("co_surgery")?,
            team: at("team_surgery")?,
            endoscopy_base: at("endoscopic_base")?,
            factor: at("conversion_factor")?,
            imaging: at("imaging_family")?,
            opps_nonfacility_pe: at("opps_nonfacility_pe")?,
            opps_facility_pe: at("opps_facility_pe")?,
            opps_mp: at("opps_mp")?,
        })
    }
}

fn column(relation: &Relation, name: &str) -> Result<usize, NotEvaluated> {
    relation.column(name).ok_or_else(|| {
        let table = &relation.schema().table;
        not_evaluated(NotEvaluatedReason::MissingTable, format!("table {table} has no column `{name}`"))
    })
}

pub(super) fn not_evaluated(reason: NotEvaluatedReason, detail: impl Into<Text>) -> NotEvaluated {
    NotEvaluated::from(Unanswered { rule: RULE.into(), reason, detail: detail.into(), remedy: None })
}

/// The table of a day, or why there is none.
pub(super) fn table<'l>(
    library: &'l Library,
    table: &str,
    date: Date,
    known_at: Option<Date>,
) -> Result<(&'l Relation, &'l LoadedRelease), NotEvaluated> {
    use NotEvaluatedReason::{DateOutsideTables, MissingTable};
    let missing = |reason, detail: String| {
        let mut missing = not_evaluated(reason, detail);
        missing.remedy = Some(PULL.into());
        missing
    };
    match library.relation(table, date, known_at) {
        Lookup::Found { table, release } => Ok((table, release)),
        Lookup::NoRelease => Err(missing(MissingTable, format!("no release with table {table} is loaded"))),
        Lookup::OutsideCoverage { periods } => {
            let spans: Vec<String> = periods
                .iter()
                .map(|(from, to)| format!("{from} to {}", to.map_or("further notice".to_owned(), |to| to.to_string())))
                .collect();
            let detail = format!("no release of {table} speaks for {date}; loaded are {}", spans.join(", "));
            Err(missing(DateOutsideTables, detail))
        }
        Lookup::NotYetPublished { published } => {
            let detail = format!("the release of {table} for {date} was published on {published} only");
            Err(missing(DateOutsideTables, detail))
        }
        Lookup::Damaged { problem } => Err(missing(MissingTable, problem)),
    }
}

/// Stands for no locality.
const NATIONAL: u16 = u16::MAX;

/// A locality's row.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalityRow {
    /// Keys of contractor and locality number.
    pub(super) key: (u64, u64),
    pub(super) gpci: Gpci,
}

/// The anesthesia tables of the day.
#[derive(Debug)]
pub(super) struct AnesthesiaTables {
    /// Cents by contractor and locality, sorted.
    pub(super) factors: Vec<((u64, u64), i64)>,
    pub(super) factors_release: Text,
    pub(super) base: Relation,
    pub(super) base_units: usize,
    pub(super) base_release: Text,
}

/// The fee schedule of one day.
#[derive(Debug)]
pub struct FeeSchedule {
    pub(super) date: Date,
    relation: Relation,
    columns: Columns,
    pub(super) table: &'static str,
    pub(super) release: Text,
    pub(super) gpci_release: Text,
    pub(super) localities: Vec<LocalityRow>,
    pub(super) anesthesia: Result<AnesthesiaTables, NotEvaluated>,
    pub(super) rules: Rules,
}

impl FeeSchedule {
    /// The schedule of a day of service.
    ///
    /// # Errors
    /// [`NotEvaluated`] when no loaded release of the relative values or of the geographic indices speaks for the day, or
    /// lacks a column; it names the table and the command that brings it.
    pub fn at(
        library: &Library,
        date: Date,
        known_at: Option<Date>,
        factor: ConversionFactor,
    ) -> Result<Self, NotEvaluated> {
        let table_name = match factor {
            ConversionFactor::Standard => PPRRVU,
            ConversionFactor::QualifyingParticipant => PPRRVU_QPP,
        };
        let (relation, release) = table(library, table_name, date, known_at)?;
        let (localities, gpci_release) = indices(library, date, known_at)?;
        let rules = Rules::on(date).map_err(|problem| not_evaluated(NotEvaluatedReason::MissingTable, problem))?;
        if !rules.kept_for_day {
            let detail = format!("the payment rules under data/mpfs were not held against the sources of {date}");
            return Err(not_evaluated(NotEvaluatedReason::DateOutsideTables, detail));
        }
        let anesthesia = match factor {
            ConversionFactor::Standard => anesthesia_tables(library, date, known_at),
            ConversionFactor::QualifyingParticipant => Err(not_evaluated(
                NotEvaluatedReason::MissingTable,
                "the anesthesia conversion factors of qualifying participants are no table of this version",
            )),
        };
        Ok(Self {
            date,
            columns: Columns::of(relation)?,
            relation: relation.clone(),
            table: table_name,
            release: release.meta().label().into(),
            gpci_release,
            localities,
            anesthesia,
            rules,
        })
    }

    /// The locality of a contractor, `10112`, and locality number, `00`; `None` when the indices of the day have no such
    /// row.
    #[must_use]
    pub fn locality(&self, contractor: &str, locality: &str) -> Option<Locality> {
        let key = locality_key(contractor, locality)?;
        let at = self.localities.binary_search_by_key(&key, |row| row.key).ok()?;
        u16::try_from(at).ok().filter(|&at| at != NATIONAL).map(Locality)
    }

    /// The locality of national amounts: every index is 1.
    #[must_use]
    pub const fn national() -> Locality {
        Locality(NATIONAL)
    }

    /// The indices of a locality.
    #[must_use]
    pub fn gpci(&self, locality: Locality) -> Option<Gpci> {
        if locality.0 == NATIONAL {
            return Some(Gpci { work: 1_000, pe: 1_000, mp: 1_000 });
        }
        self.localities.get(usize::from(locality.0)).map(|row| row.gpci)
    }

    /// The rate paid at a place of service, and whether its patients are a hospital's; `None` when the place is not in the
    /// table for the day.
    #[must_use]
    pub fn place(&self, place: &str) -> Option<Place> {
        self.rules.place(place)
    }

    /// How practitioners of a taxonomy are paid; `None` when it is not known.
    #[must_use]
    pub fn practitioner(&self, taxonomy: &str) -> Option<Practitioner> {
        self.rules.practitioner(taxonomy)
    }

    /// The publication and version of the relative values.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.release
    }

    /// The day the schedule is for.
    #[must_use]
    pub fn date(&self) -> Date {
        self.date
    }

    /// Whether the relative value file has a row for the code.
    #[must_use]
    pub fn knows(&self, hcpcs: HcpcsCode) -> bool {
        self.relation.rows_of(hcpcs.as_str()).len() > 0
    }

    /// The cap that OPPS amounts put on a service, in cents at the locality: also where the service itself is priced by
    /// the contractor, as OPPSCAP states it. `None` where the service has no cap.
    ///
    /// Of a carrier-priced whole service only the professional component has work of its own; the cap holds that.
    #[must_use]
    pub fn opps_cap(&self, hcpcs: HcpcsCode, modifier: &str, locality: Locality, rate: Rate) -> Option<Money> {
        let component = match modifier {
            "" => Component::Global,
            "26" => Component::Professional,
            "TC" => Component::Technical,
            "53" => Component::Discontinued,
            _ => return None,
        };
        let row = self.row(hcpcs, component)?;
        let rvus = self.cap_values(&row, rate)?;
        Some(Money::from_cents(rvus.whole_fee(self.gpci(locality)?, row.factor)))
    }

    /// The relative values of the OPPS cap of a row, with the work of the professional component where the row has none.
    pub(super) fn cap_values(&self, row: &FeeRow, rate: Rate) -> Option<Rvus> {
        let mut rvus = row.capped(rate)?;
        if row.component == Component::Global && rvus.work == 0 {
            rvus.work = self.row_of_key(row.key, Component::Professional).map_or(0, |row| row.work);
        }
        Some(rvus)
    }

    pub(super) fn row(&self, hcpcs: HcpcsCode, component: Component) -> Option<FeeRow> {
        self.row_of_key(text_key(hcpcs.as_str().as_bytes()), component)
    }

    /// The row of a code and component; `None` when there is none, or when a figure of it is beyond belief.
    pub(super) fn row_of_key(&self, key: u64, component: Component) -> Option<FeeRow> {
        let wanted = match component {
            Component::Global => "",
            Component::Professional => "26",
            Component::Technical => "TC",
            Component::Discontinued => "53",
        };
        let wanted = text_key(wanted.as_bytes());
        let modifier = |row: &Row<'_>| row.code(self.columns.modifier).map_or(0, ShortCode::key);
        let row = self.relation.rows_of_key(key).find(|row| modifier(row) == wanted)?;
        self.read(row, key, component)
    }

    fn read(&self, row: Row<'_>, key: u64, component: Component) -> Option<FeeRow> {
        let at = &self.columns;
        let flag = |column| row.flag(column).unwrap_or(b' ');
        let code = |column| row.code(column).map_or(0, ShortCode::key);
        let [before, during, after] = at.split;
        Some(FeeRow {
            key,
            component,
            status: flag(at.status),
            work: figures::rvu(row, at.work)?,
            nonfacility_pe: figures::rvu(row, at.nonfacility_pe)?,
            facility_pe: figures::rvu(row, at.facility_pe)?,
            mp: figures::rvu(row, at.mp)?,
            opps_nonfacility_pe: figures::rvu(row, at.opps_nonfacility_pe)?,
            opps_facility_pe: figures::rvu(row, at.opps_facility_pe)?,
            opps_mp: figures::rvu(row, at.opps_mp)?,
            factor: figures::factor(row, at.factor)?,
            pctc: flag(at.pctc),
            multiple: flag(at.multiple),
            bilateral: flag(at.bilateral),
            assistant: flag(at.assistant),
            co_surgeon: flag(at.co_surgeon),
            team: flag(at.team),
            global_days: row.code(at.global_days),
            split: [figures::share(row, before)?, figures::share(row, during)?, figures::share(row, after)?],
            endoscopy_base: code(at.endoscopy_base),
            imaging: code(at.imaging) == IMAGING_FAMILY,
        })
    }
}

/// The one family of diagnostic imaging since 2011; `99` is none.
const IMAGING_FAMILY: u64 = {
    // The key of `88`: its bytes, high byte first.
    (b'8' as u64) << 56 | (b'8' as u64) << 48
};

pub(super) fn locality_key(contractor: &str, locality: &str) -> Option<(u64, u64)> {
    let short = |text: &str| ShortCode::new(text.trim()).map(ShortCode::key);
    Some((short(contractor)?, short(locality)?))
}

/// The indices of a day, imported or else embedded, and their release.
fn indices(library: &Library, date: Date, known_at: Option<Date>) -> Result<(Vec<LocalityRow>, Text), NotEvaluated> {
    let missing = match table(library, GPCI, date, known_at) {
        Ok((gpci, release)) => return Ok((localities(gpci, date)?, release.meta().label().into())),
        Err(missing) => missing,
    };
    let embedded = library.embedded_relation(GPCI).map_or(Ok(Vec::new()), |gpci| localities(&gpci, date))?;
    let tables = library.tables().unwrap_or_default();
    match tables.iter().find(|info| info.table == GPCI) {
        Some(info) if !embedded.is_empty() => Ok((embedded, info.label().into())),
        _ => Err(missing),
    }
}

fn localities(gpci: &Relation, date: Date) -> Result<Vec<LocalityRow>, NotEvaluated> {
    let [contractor, locality] = [column(gpci, "contractor")?, column(gpci, "locality")?];
    let [work, pe, mp] = [column(gpci, "work_gpci")?, column(gpci, "pe_gpci")?, column(gpci, "mp_gpci")?];
    let row = |row: Row<'_>| {
        let key = (row.code(contractor)?.key(), row.code(locality)?.key());
        let index = |column| figures::index(row, column).filter(|&index| index > 0);
        Some(LocalityRow { key, gpci: Gpci { work: index(work)?, pe: index(pe)?, mp: index(mp)? } })
    };
    let day = Day::from(date);
    let mut rows: Vec<LocalityRow> = gpci.rows().filter(|row| row.holds(day)).filter_map(row).collect();
    rows.sort_unstable_by_key(|row| row.key);
    Ok(rows)
}

/// Conversion factors of the day, and the base units in force: CMS publishes base units when they change, and the list
/// stands until the next.
fn anesthesia_tables(library: &Library, date: Date, known_at: Option<Date>) -> Result<AnesthesiaTables, NotEvaluated> {
    let (factors, release) = table(library, ANESTHESIA, date, known_at)?;
    let [contractor, locality] = [column(factors, "contractor")?, column(factors, "locality")?];
    let factor = column(factors, "conversion_factor")?;
    let row = |row: Row<'_>| {
        let key = (row.code(contractor)?.key(), row.code(locality)?.key());
        let cents = row.decimal(factor)?.rescale(2)?.unscaled;
        (0..=1_000_000).contains(&cents).then_some((key, cents))
    };
    let mut rows: Vec<_> = factors.rows().filter_map(row).collect();
    rows.sort_unstable();
    let in_force = library
        .releases_of(ANESTHESIA_BASE)
        .filter(|release| release.meta().from <= date)
        .filter(|release| known_at.is_none_or(|known_at| release.meta().known_from() <= known_at))
        .max_by_key(|release| release.meta().from);
    // Where no list is in force yet, the look-up says why.
    let at = in_force.map_or(date, |release| release.meta().from);
    let (base, base_release) = table(library, ANESTHESIA_BASE, at, known_at)?;
    Ok(AnesthesiaTables {
        factors: rows,
        factors_release: release.meta().label().into(),
        base: base.clone(),
        base_units: column(base, "base_units")?,
        base_release: base_release.meta().label().into(),
    })
}
