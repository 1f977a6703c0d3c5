//! One version of the grouper: its formulas compiled, its special attributes located.

use crate::facts::{FactPlace, Vocabulary};
use crate::formula::{Formula, FormulaError};
use crate::outcome::ReturnCode;
use crate::program::{Address, Program, ProgramError};
use crate::version::GrouperVersion;
use openclaim_tables::msdrg::{Attributes, FormulaRow, MedicalSurgical, MsDrgTables};
use std::ops::Range;

/// The tables of a version cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrouperError {
    /// A formula does not parse.
    #[error("MS-DRG version {version}, list {list}, rank {rank}: {problem}")]
    Formula {
        /// The version.
        version: GrouperVersion,
        /// The list.
        list: u8,
        /// The rank.
        rank: u16,
        /// What is wrong.
        problem: String,
    },
    /// The version has no formulas.
    #[error("there are no formulas of MS-DRG version {0}")]
    NoFormulas(GrouperVersion),
}

/// What happens when a formula holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// The case is assigned to an MS-DRG.
    Assign { drg: u16, base_drg: u16, med_surg: MedicalSurgical },
    /// Another list goes on with the case.
    Reroute(u8),
    /// The case cannot be grouped.
    Fail(ReturnCode),
}

/// A compiled formula.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) entry: Address,
    /// Position among the suppression sets; 0 suppresses nothing.
    pub(crate) suppression: u8,
    pub(crate) action: Action,
    /// Position among the version's formula rows.
    pub(crate) row: u16,
}

/// A hospital-acquired condition's formula.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HacRule {
    pub(crate) hac: u8,
    pub(crate) entry: Address,
}

/// Lists are numbered 0 to 31.
pub(crate) const LISTS: usize = 32;

/// The MS-DRG grouper of one version.
#[derive(Debug)]
pub struct Grouper {
    pub(crate) tables: MsDrgTables,
    pub(crate) version: GrouperVersion,
    pub(crate) program: Program,
    pub(crate) rules: Vec<Rule>,
    pub(crate) lists: [Range<usize>; LISTS],
    pub(crate) suppressions: Vec<Attributes>,
    /// All attributes that some formula suppresses.
    pub(crate) suppressible: Attributes,
    pub(crate) hac_rules: Vec<HacRule>,
    pub(crate) special: Special,
    /// Bit *n* is set when discharge status *n* is valid.
    pub(crate) valid_statuses: [u64; 4],
}

/// Attributes the derived facts are worked out from.
#[derive(Debug, Default)]
pub(crate) struct Special {
    /// External cause codes.
    pub(crate) ecode: Attributes,
    /// MCC only when the patient is discharged alive.
    pub(crate) mcc_alive: Attributes,
    /// One attribute per body site of significant trauma.
    pub(crate) trauma_sites: Attributes,
    /// One attribute per joint of the lower extremities.
    pub(crate) joints: Attributes,
    /// Operating room procedures.
    pub(crate) operating_room: Attributes,
    /// One to four stents.
    pub(crate) stents: [Attributes; 4],
    /// One to four vessels.
    pub(crate) vessels: [Attributes; 4],
    pub(crate) drug_eluting: Attributes,
    pub(crate) not_drug_eluting: Attributes,
    pub(crate) single_anterior: Attributes,
    pub(crate) single_posterior: Attributes,
    pub(crate) single_posterior_or_other: Attributes,
    pub(crate) single_anterior_device: Attributes,
    /// All attributes that are counted per procedure.
    pub(crate) counted: Attributes,
}

impl Special {
    fn new(words: &Vocabulary<'_>) -> Self {
        let pr = |name| words.procedure_set(&[name]);
        let sites = ["sthead", "stchest", "stabdom", "stkidney", "sturin", "stpel", "stuplimb", "stlolimb"];
        let joints = ["righthip", "lefthip", "rightknee", "leftknee", "rightankle", "leftankle"];
        let mut special = Self {
            ecode: words.diagnosis_set(&["ecode"]),
            mcc_alive: words.diagnosis_set(&["mccalive"]),
            trauma_sites: words.diagnosis_set(&sites),
            joints: words.procedure_set(&joints),
            operating_room: words.procedure_set(&["d468", "d477"]),
            stents: ["stent1", "stent2", "stent3", "stent4"].map(pr),
            vessels: ["vessel1", "vessel2", "vessel3", "vessel4"].map(pr),
            drug_eluting: pr("NORdrugstent"),
            not_drug_eluting: pr("NORstent"),
            single_anterior: pr("sglantfuse"),
            single_posterior: pr("sglpostfuse"),
            single_posterior_or_other: pr("sglpostfuse1"),
            single_anterior_device: pr("sglantsectXfuse"),
            counted: Attributes::default(),
        };
        let counted = special.stents.iter().chain(&special.vessels);
        let fusions = [&special.single_anterior, &special.single_posterior, &special.single_posterior_or_other];
        let mut all = Attributes::default();
        counted.chain(fusions).for_each(|set| crate::facts::join(&mut all, set));
        special.counted = all;
        special
    }
}

impl Grouper {
    /// Compiles the formulas of a version.
    ///
    /// # Errors
    /// [`GrouperError`] when the tables hold no formula of it, or one that asks for something nobody knows.
    pub fn for_version(tables: &MsDrgTables, version: GrouperVersion) -> Result<Self, GrouperError> {
        let vocabulary = Vocabulary::new(tables);
        let rows = tables.formulas(version.number());
        if rows.is_empty() {
            return Err(GrouperError::NoFormulas(version));
        }
        let mut build = Build { program: Program::default(), suppressions: vec![Attributes::default()], vocabulary };
        let mut rules = Vec::with_capacity(rows.len());
        let mut lists: [Range<usize>; LISTS] = std::array::from_fn(|_| 0..0);
        for (position, row) in rows.iter().enumerate() {
            let rule = build.rule(tables, row, position).map_err(|problem| GrouperError::Formula {
                version,
                list: row.list,
                rank: row.rank,
                problem,
            })?;
            // List 99 only names MS-DRG 999, which every failure assigns.
            let Some((rule, list)) = rule.zip(lists.get_mut(usize::from(row.list))) else { continue };
            if list.start == list.end {
                *list = rules.len()..rules.len();
            }
            rules.push(rule);
            list.end = rules.len();
        }
        let number = version.number();
        let mut hac_rules = Vec::new();
        for row in tables.hac_formulas().iter().filter(|row| row.from_version <= number && number <= row.to_version) {
            let entry = build.formula(tables.text(row.formula)).map_err(|problem| GrouperError::Formula {
                version,
                list: 0,
                rank: row.hac as u16,
                problem: format!("hospital-acquired condition {}: {problem}", row.hac),
            })?;
            hac_rules.push(HacRule { hac: row.hac as u8, entry });
        }
        let mut valid_statuses = [0; 4];
        for status in 0..=u8::MAX {
            let bit = u64::from(tables.valid_discharge_status(status, number));
            valid_statuses[usize::from(status / 64)] |= bit << (status % 64);
        }
        let mut suppressible = Attributes::default();
        build.suppressions.iter().for_each(|set| crate::facts::join(&mut suppressible, set));
        Ok(Self {
            suppressible,
            tables: tables.clone(),
            version,
            special: Special::new(&build.vocabulary),
            program: build.program,
            rules,
            lists,
            suppressions: build.suppressions,
            hac_rules,
            valid_statuses,
        })
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> GrouperVersion {
        self.version
    }

    /// The tables it groups by.
    #[must_use]
    pub fn tables(&self) -> &MsDrgTables {
        &self.tables
    }
}

struct Build<'t> {
    program: Program,
    suppressions: Vec<Attributes>,
    vocabulary: Vocabulary<'t>,
}

impl Build<'_> {
    /// The rule of a row; `None` for rows that only mark a place in the list.
    fn rule(&mut self, tables: &MsDrgTables, row: &FormulaRow, position: usize) -> Result<Option<Rule>, String> {
        let text = tables.text(row.formula);
        let action = match (row.drg, row.reroute) {
            (0, 0) => match failure(text) {
                Some(code) => Action::Fail(code),
                None => return Ok(None),
            },
            (0, list) if usize::from(list) < LISTS => Action::Reroute(list),
            (0, list) => return Err(format!("there is no list {list}")),
            _ if row.list == 99 => return Ok(None),
            (drg, _) => Action::Assign {
                drg,
                base_drg: row.base_drg,
                med_surg: MedicalSurgical::from_stored(row.medical_surgical),
            },
        };
        let entry = self.formula(text)?;
        let names: Vec<&str> = tables.text(row.suppressed).split_ascii_whitespace().collect();
        let suppression = self.suppression(&names)?;
        let row = u16::try_from(position).map_err(|_| "too many formulas".to_owned())?;
        Ok(Some(Rule { entry, suppression, action, row }))
    }

    fn formula(&mut self, text: &str) -> Result<Address, String> {
        let formula = Formula::parse(text).map_err(|error: FormulaError| error.to_string())?;
        let place = |name: &str| -> Option<FactPlace> { self.vocabulary.place(name).map(|(_, place)| place) };
        self.program.add(&formula, &place).map_err(|error| match error {
            ProgramError::Unknown(name) => format!("nothing is called `{name}`"),
            ProgramError::Full => "the formulas are too long".to_owned(),
        })
    }

    fn suppression(&mut self, names: &[&str]) -> Result<u8, String> {
        let set = self.vocabulary.diagnosis_set(names);
        let known = self.suppressions.iter().position(|other| *other == set);
        let position = known.unwrap_or_else(|| {
            self.suppressions.push(set);
            self.suppressions.len() - 1
        });
        u8::try_from(position).map_err(|_| "too many suppressions".to_owned())
    }
}

/// Rows that assign nothing end the grouping when they name what is invalid; the others (`MDC05`, `5`, and the rows of
/// version 40 that repeat a suppression) only mark a place.
fn failure(formula: &str) -> Option<ReturnCode> {
    let table = [
        ("INVALID_DSTAT", ReturnCode::InvalidDischargeStatus),
        ("INVALID_PDX", ReturnCode::InvalidPdx),
        ("INVALID_SEX", ReturnCode::InvalidSex),
        ("PDX_ECODE", ReturnCode::DxCannotBePdx),
    ];
    table.into_iter().find(|(name, _)| formula.contains(name)).map(|(_, code)| code)
}
