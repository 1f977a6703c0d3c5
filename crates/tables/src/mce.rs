//! Tables of the Medicare Code Editor: edit flags by code, age ranges and discharge statuses, each with its dates.
//!
//! Source: CMS, Medicare Code Editor; *Definitions of Medicare Code Edits*. Plain tables in `data/mce/`.

use crate::icd10cm::DiagnosisEntry;
use crate::plain::{self, PlainTables};
use crate::{Day, FlatError, FlatFile, FlatWriter, KeyIndex, Section, info, text_key};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;
use openclaim_claim::{DiagnosisCode, DischargeStatus, Evidence, ProcedureCode, Text};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::BitOr;

macro_rules! flags {
    ($($(#[doc = $doc:literal])+ $flag:ident = $name:literal,)+) => {
        /// What the editor's tables say of a code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Flag {
            $($(#[doc = $doc])+ $flag,)+
        }

        impl Flag {
            /// Every flag, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$flag),+];

            /// The name in the editor's tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$flag => $name,)+
                }
            }
        }
    };
}

flags! {
    /// Diagnosis of newborns.
    Newborn = "newborn",
    /// Diagnosis of children.
    Pediatric = "pediatric",
    /// Diagnosis of pregnancy, childbirth and the puerperium.
    Maternity = "maternity",
    /// Diagnosis of adults.
    Adult = "adult",
    /// Diagnosis or procedure of females.
    Female = "female",
    /// Diagnosis or procedure of males.
    Male = "male",
    /// External cause of morbidity.
    ExternalCause = "ecodepdx",
    /// Manifestation of another disease.
    Manifestation = "manifestation",
    /// Seldom justifies admission as principal diagnosis.
    QuestionableAdmission = "qadm",
    /// Not acceptable as principal diagnosis.
    UnacceptablePrincipal = "unacceptable",
    /// Acceptable as principal diagnosis beside a secondary diagnosis.
    RequiresSecondary = "reqsdx",
    /// Unspecified where the side of the body could be told.
    Unspecified = "unspecified",
    /// Tells that a wrong procedure was performed.
    WrongProcedure = "wrngproc",
    /// Outcome of delivery.
    OutcomeOfDelivery = "delout",
    /// Type 1 diabetes mellitus, in the rule on pancreas transplants.
    Type1Diabetes = "diabtypeI",
    /// Participation in a clinical trial.
    ClinicalTrial = "clintrial",
    /// Not covered.
    NonCovered = "noncovered",
    /// Not covered with an encounter for sterilization; the diagnosis carries the flag too.
    NonCoveredSterilization = "ncov_z302",
    /// Autologous stem cells or marrow, not covered for a diagnosis that carries the flag too.
    NonCoveredAutologous = "ncov6",
    /// Allogeneic stem cells or marrow, not covered for a diagnosis that carries the flag too.
    NonCoveredAllogeneic = "ncov7",
    /// Covered up to the age of 60.
    CoveredToAge60 = "ncov12agele60",
    /// Pancreas transplant, covered with a kidney transplant or type 1 diabetes.
    PancreasTransplant = "ncov45",
    /// Limited coverage.
    LimitedCoverage = "lcov",
    /// Kidney transplant, in the rule on pancreas transplants.
    KidneyTransplant = "kidneyxp",
    /// Right half of an artificial heart.
    ArtificialHeartRight = "lcov_artheartxpa",
    /// Left half of an artificial heart.
    ArtificialHeartLeft = "lcov_artheartxpb",
    /// Takes several days, so it does not fit a short stay.
    LongStay = "los",
    /// Vaginal delivery.
    VaginalDelivery = "vagdel",
    /// Cesarean section.
    CesareanSection = "csect",
}

/// A set of flags. Displays as the tables spell them, separated by blanks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Flags(u32);

impl Flags {
    /// Whether the flag is in the set.
    #[must_use]
    pub const fn has(self, flag: Flag) -> bool {
        self.0 >> (flag as u8) & 1 == 1
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.split_whitespace().try_fold(Self::default(), |flags, name| {
            let known = Flag::ALL.iter().find(|flag| flag.name() == name);
            // A flag that no edit reads would be an edit silently left out.
            known
                .map(|&flag| flags | flag.into())
                .ok_or_else(|| format!("`{name}` is no flag of the Medicare Code Editor"))
        })
    }
}

impl From<Flag> for Flags {
    fn from(flag: Flag) -> Self {
        Self(1 << flag as u8)
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Flag::ALL.iter().filter(|flag| self.has(**flag)).map(|flag| flag.name());
        f.write_str(names.next().unwrap_or_default())?;
        names.try_for_each(|name| write!(f, " {name}"))
    }
}

/// Flags of a code during a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct FlagRow {
    /// First day.
    pub from: Day,
    /// Last day, inclusive.
    pub to: Day,
    /// The flags.
    pub flags: Flags,
}

/// A group of diagnoses that belong to an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AgeGroup {
    /// Newborns.
    Newborn,
    /// Children.
    Pediatric,
    /// Years of childbearing.
    Maternity,
    /// Adults.
    Adult,
}

impl AgeGroup {
    /// Every group.
    pub const ALL: [Self; 4] = [Self::Newborn, Self::Pediatric, Self::Maternity, Self::Adult];

    /// The name in the editor's tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.flag().name()
    }

    /// The flag that puts a diagnosis into the group.
    #[must_use]
    pub const fn flag(self) -> Flag {
        match self {
            Self::Newborn => Flag::Newborn,
            Self::Pediatric => Flag::Pediatric,
            Self::Maternity => Flag::Maternity,
            Self::Adult => Flag::Adult,
        }
    }
}

impl fmt::Display for AgeGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Ages of a group during a period, in completed years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeRange {
    /// The group.
    pub group: AgeGroup,
    /// Youngest age.
    pub min: u16,
    /// Oldest age, inclusive.
    pub max: u16,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period, inclusive.
    pub to: Day,
}

impl AgeRange {
    /// Whether an age lies in the range.
    #[must_use]
    pub fn holds(&self, age: i32) -> bool {
        (i32::from(self.min)..=i32::from(self.max)).contains(&age)
    }
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct AgeRangeRow {
    group: u32,
    from: Day,
    to: Day,
    min: u16,
    max: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
struct StatusRow {
    status: u32,
    from: Day,
    to: Day,
}

/// Number of a list of flag rows; 0 for no list. Codes with the same rows share a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct FlagListId(u32);

impl FlagListId {
    /// No flags at any time.
    pub const NONE: Self = Self(0);
}

/// The lists of a plain table, each distinct one once, and the list of every code.
struct FlagLists {
    by_code: BTreeMap<u64, FlagListId>,
    lists: Vec<Vec<FlagRow>>,
}

impl FlagLists {
    fn read(data: &PlainTables, file: &str) -> Result<Self, FlatError> {
        let mut by_code: BTreeMap<u64, Vec<FlagRow>> = BTreeMap::new();
        data.rows(file, ["code", "from", "to", "flags"], |[code, from, to, flags]| {
            if code.len() > 8 {
                return Err(format!("`{code}` is longer than a code can be"));
            }
            let row = FlagRow { from: plain::day(from)?, to: plain::day(to)?, flags: Flags::parse(flags)? };
            let rows = by_code.entry(text_key(code.as_bytes())).or_default();
            if rows.last().is_some_and(|last| last.to >= row.from) || row.from > row.to {
                return Err(format!("the periods of `{code}` overlap or are out of order"));
            }
            rows.push(row);
            Ok(())
        })?;
        let mut lists = Vec::new();
        let mut known: HashMap<Vec<FlagRow>, FlagListId> = HashMap::new();
        let by_code = by_code.into_iter().map(|(key, rows)| {
            let list = *known.entry(rows).or_insert_with_key(|rows| {
                lists.push(rows.clone());
                FlagListId(lists.len() as u32)
            });
            (key, list)
        });
        Ok(Self { by_code: by_code.collect(), lists })
    }
}

/// The list of flags of every diagnosis, as [`compile`] numbers them.
pub(crate) fn diagnosis_flag_lists(data: &PlainTables) -> Result<BTreeMap<u64, FlagListId>, FlatError> {
    Ok(FlagLists::read(data, DIAGNOSIS_FILE)?.by_code)
}

const DIAGNOSIS_FILE: &str = "mce/diagnosis_flags.csv";

/// Flags by code: an index of codes, the list of each, and per list its rows.
#[derive(Debug, Clone)]
struct FlagTable {
    codes: KeyIndex,
    lists: Section<FlagListId>,
    starts: Section<u32>,
    rows: Section<FlagRow>,
}

impl FlagTable {
    fn compile(data: &PlainTables, file: &str, name: &str, writer: &mut FlatWriter) -> Result<(), FlatError> {
        let FlagLists { by_code, lists } = FlagLists::read(data, file)?;
        let (keys, list_of): (Vec<u64>, Vec<FlagListId>) = by_code.into_iter().unzip();
        let mut starts = vec![0_u32];
        let mut rows = Vec::new();
        for list in lists {
            rows.extend(list);
            starts.push(rows.len() as u32);
        }
        KeyIndex::write(writer, name, &keys)?;
        writer.put(&format!("{name}.lists"), &list_of)?;
        writer.put(&format!("{name}.starts"), &starts)?;
        writer.put(&format!("{name}.rows"), &rows)
    }

    fn open(file: &FlatFile, name: &str) -> Result<Self, FlatError> {
        let codes = KeyIndex::open(file, name)?;
        let lists: Section<FlagListId> = file.section(&format!("{name}.lists"))?;
        if lists.len() != codes.keys().len() {
            return Err(FlatError::Damaged(format!("the lists of `{name}` do not fit its keys")));
        }
        let (starts, rows) = (file.section(&format!("{name}.starts"))?, file.section(&format!("{name}.rows"))?);
        Ok(Self { codes, lists, starts, rows })
    }

    fn list_of(&self, key: u64) -> FlagListId {
        self.codes.find(key).and_then(|id| self.lists.get(id)).copied().unwrap_or(FlagListId::NONE)
    }

    fn rows_of(&self, list: FlagListId) -> &[FlagRow] {
        let Some(at) = (list.0 as usize).checked_sub(1) else { return &[] };
        let (Some(&start), Some(&end)) = (self.starts.get(at), self.starts.get(at + 1)) else { return &[] };
        self.rows.get(start as usize..end as usize).unwrap_or_default()
    }

    #[inline]
    fn at(&self, list: FlagListId, day: Day) -> Option<FlagRow> {
        self.rows_of(list).iter().find(|row| (row.from..=row.to).contains(&day)).copied()
    }
}

const AGE_RANGES: &str = "mce.age_ranges";
const STATUSES: &str = "mce.discharge_statuses";

/// Compiles `data/mce/`.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    FlagTable::compile(data, DIAGNOSIS_FILE, "mce.dx", writer)?;
    FlagTable::compile(data, "mce/procedure_flags.csv", "mce.px", writer)?;

    let mut ranges = Vec::new();
    let columns = ["group", "from", "to", "min_age", "max_age"];
    data.rows("mce/age_ranges.csv", columns, |[group, from, to, min, max]| {
        let known = AgeGroup::ALL.iter().find(|known| known.name() == group);
        let group = *known.ok_or_else(|| format!("`{group}` is no age group"))? as u32;
        let (from, to) = (plain::day(from)?, plain::day(to)?);
        ranges.push(AgeRangeRow { group, from, to, min: plain::number(min)?, max: plain::number(max)? });
        Ok(())
    })?;
    writer.put(AGE_RANGES, &ranges)?;

    let mut statuses = Vec::new();
    data.rows("mce/discharge_statuses.csv", ["discharge_status", "from", "to"], |[status, from, to]| {
        let status = plain::number::<u8>(status)?.into();
        statuses.push(StatusRow { status, from: plain::day(from)?, to: plain::day(to)? });
        Ok(())
    })?;
    writer.put(STATUSES, &statuses)
}

/// The editor's tables of one release.
#[derive(Debug, Clone)]
pub struct Mce {
    diagnoses: FlagTable,
    procedures: FlagTable,
    age_ranges: Section<AgeRangeRow>,
    statuses: Section<StatusRow>,
    first_day: Day,
    last_day: Day,
    release: Text,
}

impl Mce {
    /// Name of the table of diagnosis flags, in evidence and in the list of tables.
    pub const DIAGNOSIS_FLAGS: &'static str = "mce/diagnosis_flags";
    /// Name of the table of procedure flags.
    pub const PROCEDURE_FLAGS: &'static str = "mce/procedure_flags";
    /// Name of the table of age ranges.
    pub const AGE_RANGES: &'static str = "mce/age_ranges";
    /// Name of the table of discharge statuses.
    pub const DISCHARGE_STATUSES: &'static str = "mce/discharge_statuses";

    /// Opens the editor's sections of a flat file.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when the file holds no such tables, [`FlatError::Damaged`] when they do not fit together.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        let diagnoses = FlagTable::open(file, "mce.dx")?;
        let procedures = FlagTable::open(file, "mce.px")?;
        // The tables speak for the days for which they flag codes; age ranges and statuses reach further back, into
        // the years of ICD-9-CM.
        let rows = || diagnoses.rows.iter().chain(procedures.rows.iter());
        let (Some(first_day), Some(last_day)) = (rows().map(|row| row.from).min(), rows().map(|row| row.to).max())
        else {
            return Err(FlatError::Damaged("the Medicare Code Editor's tables flag no code".to_owned()));
        };
        let release =
            info::read(file)?.iter().find(|table| table.table == Self::DIAGNOSIS_FLAGS).map(info::TableInfo::label);
        Ok(Self {
            age_ranges: file.section(AGE_RANGES)?,
            statuses: file.section(STATUSES)?,
            diagnoses,
            procedures,
            first_day,
            last_day,
            release: release.map_or(Text::const_new("Medicare Code Editor"), Text::from),
        })
    }

    /// How evidence names the release.
    #[must_use]
    pub fn release(&self) -> Text {
        self.release.clone()
    }

    /// First discharge date the tables speak for.
    #[must_use]
    pub const fn first_day(&self) -> Day {
        self.first_day
    }

    /// Last discharge date the tables speak for.
    #[must_use]
    pub const fn last_day(&self) -> Day {
        self.last_day
    }

    /// Whether the tables speak for a discharge date.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        (self.first_day..=self.last_day).contains(&Day::from(date))
    }

    /// The row of a diagnosis in force on a date; `None` when it carries no flag then.
    #[must_use]
    pub fn diagnosis(&self, code: DiagnosisCode, date: Date) -> Option<FlagRow> {
        self.diagnoses.at(self.diagnoses.list_of(code.key()), date.into())
    }

    /// As [`Mce::diagnosis`], of an entry of the ICD-10-CM table of the same release: nothing is searched for.
    #[must_use]
    #[inline]
    pub fn flags_of(&self, entry: DiagnosisEntry<'_>, date: Date) -> Option<FlagRow> {
        match entry.flag_list() {
            FlagListId::NONE => None,
            list => self.diagnoses.at(list, date.into()),
        }
    }

    /// The row of a procedure in force on a date; `None` when it carries no flag then.
    #[must_use]
    pub fn procedure(&self, code: ProcedureCode, date: Date) -> Option<FlagRow> {
        self.procedures.at(self.procedures.list_of(code.key()), date.into())
    }

    /// All rows of a diagnosis, in order of time.
    #[must_use]
    pub fn diagnosis_rows(&self, code: DiagnosisCode) -> &[FlagRow] {
        self.diagnoses.rows_of(self.diagnoses.list_of(code.key()))
    }

    /// All rows of a procedure, in order of time.
    #[must_use]
    pub fn procedure_rows(&self, code: ProcedureCode) -> &[FlagRow] {
        self.procedures.rows_of(self.procedures.list_of(code.key()))
    }

    /// The ages of a group on a date.
    #[must_use]
    pub fn age_range(&self, group: AgeGroup, date: Date) -> Option<AgeRange> {
        let day = Day::from(date);
        let row = self.age_ranges.iter().find(|row| row.group == group as u32 && (row.from..=row.to).contains(&day))?;
        Some(AgeRange { group, min: row.min, max: row.max, from: row.from, to: row.to })
    }

    /// The row of an age range, as evidence.
    #[must_use]
    pub fn age_range_row(&self, range: &AgeRange) -> Evidence {
        let AgeRange { group, min, max, from, to } = range;
        Evidence::row(
            self.release(),
            Self::AGE_RANGES,
            group.name(),
            Text::from(format!("{min} to {max} ({from} to {to})")),
        )
    }

    /// Whether a discharge status may be reported on a date.
    #[must_use]
    pub fn allows_discharge_status(&self, status: DischargeStatus, date: Date) -> bool {
        let day = Day::from(date);
        let number = status.number().map(u32::from);
        self.statuses.iter().any(|row| Some(row.status) == number && (row.from..=row.to).contains(&day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::reopen;
    use jiff::civil::date;

    fn tables(diagnosis_rows: &str) -> Result<Mce, FlatError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("mce")).unwrap();
        let put = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
        put("sources.csv", "table,publisher,publication,version,from,to,rows,source,sha256\n");
        put("mce/diagnosis_flags.csv", &format!("code,from,to,flags\n{diagnosis_rows}"));
        put("mce/procedure_flags.csv", "code,from,to,flags\n5A1955Z,2015-10-01,2027-03-31,los\n");
        put("mce/age_ranges.csv", "group,from,to,min_age,max_age\nmaternity,1984-03-01,2019-09-30,12,55\n");
        put("mce/discharge_statuses.csv", "discharge_status,from,to\n08,1994-10-01,2005-09-30\n");
        let data = PlainTables::new(folder.path());
        let mut writer = FlatWriter::new();
        info::compile(&data, &mut writer)?;
        compile(&data, &mut writer)?;
        Mce::open(&reopen(writer))
    }

    #[test]
    fn rows_are_found_by_code_and_date() {
        let mce = tables("R9720,2016-10-01,2024-09-30,adult male\nR9720,2024-10-01,2027-03-31,adult\n").unwrap();
        let code = DiagnosisCode::parse("R97.20").unwrap();
        let flags = |day| mce.diagnosis(code, day).map(|row| row.flags.to_string());
        assert_eq!(flags(date(2016, 9, 30)), None);
        assert_eq!(flags(date(2024, 9, 30)).as_deref(), Some("adult male"));
        assert_eq!(flags(date(2024, 10, 1)).as_deref(), Some("adult"));
        assert_eq!((mce.first_day(), mce.last_day()), (Day(20_151_001), Day(20_270_331)));
        assert_eq!(mce.diagnosis_rows(code).len(), 2);
    }

    #[test]
    fn ranges_and_statuses_have_their_days() {
        let mce = tables("O80,2015-10-01,2027-03-31,maternity\n").unwrap();
        let range = mce.age_range(AgeGroup::Maternity, date(2019, 9, 30)).unwrap();
        assert!(range.holds(12) && range.holds(55) && !range.holds(11) && !range.holds(-1));
        assert_eq!(mce.age_range(AgeGroup::Maternity, date(2019, 10, 1)), None);
        let status = DischargeStatus::parse("08").unwrap();
        assert!(mce.allows_discharge_status(status, date(2005, 9, 30)));
        assert!(!mce.allows_discharge_status(status, date(2005, 10, 1)));
    }

    #[test]
    fn unknown_flags_and_overlapping_periods_are_refused() {
        assert!(tables("A00,2015-10-01,2027-03-31,brandnew\n").is_err());
        assert!(tables("A00,2015-10-01,2020-09-30,adult\nA00,2020-09-30,2027-03-31,male\n").is_err());
    }

    #[test]
    fn flags_fit_their_number() {
        assert!(Flag::ALL.len() <= 32);
    }
}
