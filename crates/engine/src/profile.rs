//! What the tables say about one code or one MS-DRG, for people who ask.

use crate::{DrgWeightReport, Engine};
use openclaim_claim::{Date, DiagnosisCode, ProcedureCode};
use openclaim_grouper::GrouperVersion;
use openclaim_reference::icd10cm::{DiagnosisEntry, Place};
use openclaim_reference::icd10pcs::ProcedureEntry;
use openclaim_reference::msdrg::{AttributeSpace, FormulaRow, MedicalSurgical, SeverityLevel};
use openclaim_reference::{Period, Validity};
use serde::Serialize;

/// Everything the tables say about a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeProfile {
    /// `ICD-10-CM` or `ICD-10-PCS`.
    pub system: &'static str,
    /// The code as coders write it.
    pub code: String,
    /// Its title; `None` when no publication at hand gives one.
    pub title: Option<String>,
    /// The publication the title is from.
    pub title_source: &'static str,
    /// Whether it is or was billable, not a category that is divided further.
    pub billable: bool,
    /// Periods in which it could be billed, `2015-10-01 to 2016-09-30`. A period that ends with `tables_cover` may go on.
    pub valid: Vec<String>,
    /// The days the validity tables speak of.
    pub tables_cover: String,
    /// Whether it could be billed on the day asked for: `valid`, `not_valid`, `not_billable`, `outside_tables`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_on_day: Option<&'static str>,
    /// What lies above it, chapter first: label and title.
    pub path: Vec<(String, Option<String>)>,
    /// Codes right below a category.
    pub children: Vec<(String, Option<String>)>,
    /// Notes of the tabular list, its own and inherited.
    pub notes: Vec<NoteProfile>,
    /// 7th characters to choose from.
    pub seventh_characters: Vec<(char, String)>,
    /// What the MS-DRG grouper makes of it; `None` when the grouper does not know it.
    pub ms_drg: Option<MsDrgRole>,
}

/// A note of the tabular list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteProfile {
    /// The code, category, section or chapter that carries it.
    pub at: String,
    /// Kind, in the tabular list's words: `Excludes1`.
    pub kind: &'static str,
    /// The line.
    pub text: String,
}

/// The part a code plays in MS-DRG grouping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MsDrgRole {
    /// Grouper version.
    pub version: String,
    /// MDC as principal diagnosis, with its title; 0 when it can be none. `None` for procedures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mdc: Option<(u8, String)>,
    /// `MCC`, `CC` or `NON_CC` as secondary diagnosis. `None` for procedures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<&'static str>,
    /// How many principal diagnoses take its CC or MCC away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_by: Option<usize>,
    /// Attributes that the DRG formulas ask for.
    pub attributes: Vec<String>,
}

/// What the tables say about an MS-DRG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrgProfile {
    /// The MS-DRG.
    pub drg: u16,
    /// Grouper version.
    pub version: String,
    /// Title.
    pub title: String,
    /// Row of IPPS Table 5 for the first day of the version, or the day asked for.
    pub weight: Option<DrgWeightReport>,
    /// Formulas that lead to it.
    pub formulas: Vec<FormulaProfile>,
}

/// A formula that leads to an MS-DRG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormulaProfile {
    /// MDC whose list holds it; 0 is Pre-MDC.
    pub list_mdc: u8,
    /// Rank within the list: the first formula that holds wins.
    pub rank: u16,
    /// `SURGICAL`, `MEDICAL` or `NONE`.
    pub med_surg: MedicalSurgical,
    /// The formula.
    pub formula: String,
    /// Attributes whose diagnoses do not count as CC or MCC here.
    pub severity_suppression: String,
}

impl Engine {
    /// The profiles of a code, dotted or not: a diagnosis, a procedure, or nothing.
    #[must_use]
    pub fn code_profiles(&self, code: &str, at: Option<Date>) -> Vec<CodeProfile> {
        let tables = &self.library;
        let diagnosis = DiagnosisCode::parse(code).ok().and_then(|code| tables.icd10cm().get(code));
        let procedure = ProcedureCode::parse(code).ok().and_then(|code| tables.icd10pcs().get(code));
        let diagnosis = diagnosis.map(|entry| self.diagnosis_profile(entry, at));
        diagnosis.into_iter().chain(procedure.map(|entry| self.procedure_profile(entry, at))).collect()
    }

    fn diagnosis_profile(&self, entry: DiagnosisEntry<'_>, at: Option<Date>) -> CodeProfile {
        let place = |place: Place<'_>| (place.label(), place.title().map(str::to_owned));
        let mut path: Vec<_> = entry.path().skip(1).map(place).collect();
        path.reverse();
        let notes = entry.notes_inherited().map(|inherited| NoteProfile {
            at: inherited.at.label(),
            kind: inherited.note.kind.title(),
            text: inherited.note.text.to_owned(),
        });
        CodeProfile {
            system: "ICD-10-CM",
            code: entry.code().dotted(),
            title: entry.title().map(str::to_owned),
            title_source: entry.title_source().describe(),
            billable: entry.ever_billable(),
            valid: entry.periods().iter().map(Period::to_string).collect(),
            tables_cover: self.library.icd10cm().coverage().to_string(),
            valid_on_day: at.map(|day| validity_word(entry.valid_on(day))),
            path,
            children: entry.children().map(|child| place(Place::Code(child))).collect(),
            notes: notes.collect(),
            seventh_characters: entry
                .seventh_characters()
                .map(|seventh| (seventh.character, seventh.text.to_owned()))
                .collect(),
            ms_drg: self.diagnosis_role(entry.code(), at),
        }
    }

    fn procedure_profile(&self, entry: ProcedureEntry<'_>, at: Option<Date>) -> CodeProfile {
        CodeProfile {
            system: "ICD-10-PCS",
            code: entry.code().to_string(),
            title: entry.title().map(str::to_owned),
            title_source: entry.title_source().describe(),
            billable: true,
            valid: entry.periods().iter().map(Period::to_string).collect(),
            tables_cover: self.library.icd10pcs().coverage().to_string(),
            valid_on_day: at.map(|day| validity_word(entry.valid_on(day))),
            path: Vec::new(),
            children: Vec::new(),
            notes: Vec::new(),
            seventh_characters: Vec::new(),
            ms_drg: self.procedure_role(entry.code(), at),
        }
    }

    /// The grouper version for a day, or the newest one.
    fn version_at(&self, at: Option<Date>) -> Option<GrouperVersion> {
        let tables = self.library.ms_drg();
        match at {
            Some(day) => GrouperVersion::for_discharge(tables, day).ok(),
            None => GrouperVersion::newest(tables),
        }
    }

    fn diagnosis_role(&self, code: DiagnosisCode, at: Option<Date>) -> Option<MsDrgRole> {
        let (tables, version) = (self.library.ms_drg(), self.version_at(at)?);
        let row = tables.diagnosis(tables.diagnosis_id(code)?, version.number())?;
        let pattern = tables.diagnosis_pattern(row)?;
        let severity = row.severity();
        let mdc_title = tables.mdc_name(row.mdc, version.number()).unwrap_or_default();
        Some(MsDrgRole {
            version: version.to_string(),
            mdc: Some((row.mdc, if row.mdc == 0 { String::new() } else { mdc_title.to_owned() })),
            severity: Some(match severity {
                SeverityLevel::NonCc => "NON_CC",
                SeverityLevel::Cc => "CC",
                SeverityLevel::Mcc => "MCC",
            }),
            excluded_by: (severity != SeverityLevel::NonCc).then(|| tables.exclusion_group(row.exclusion_group).len()),
            attributes: owned(tables.names_in(AttributeSpace::Diagnosis, &pattern.attributes)),
        })
    }

    fn procedure_role(&self, code: ProcedureCode, at: Option<Date>) -> Option<MsDrgRole> {
        let (tables, version) = (self.library.ms_drg(), self.version_at(at)?);
        let row = tables.procedure(tables.procedure_id(code)?, version.number())?;
        let pattern = tables.procedure_pattern(row.pattern)?;
        Some(MsDrgRole {
            version: version.to_string(),
            mdc: None,
            severity: None,
            excluded_by: None,
            attributes: owned(tables.names_in(AttributeSpace::Procedure, &pattern.attributes)),
        })
    }

    /// What the tables say about an MS-DRG, on a day or in the newest version.
    #[must_use]
    pub fn drg_profile(&self, drg: u16, at: Option<Date>) -> Option<DrgProfile> {
        let (tables, version) = (self.library.ms_drg(), self.version_at(at)?);
        let title = tables.drg_name(drg, version.number())?.to_owned();
        let weights = self.library.drg_weights();
        let day = at.or_else(|| weights.coverage().to.to_date());
        let formula = |row: &FormulaRow| FormulaProfile {
            list_mdc: row.list,
            rank: row.rank,
            med_surg: MedicalSurgical::from_stored(row.medical_surgical),
            formula: tables.text(row.formula).to_owned(),
            severity_suppression: tables.text(row.suppressed).to_owned(),
        };
        Some(DrgProfile {
            drg,
            version: version.to_string(),
            title,
            weight: day.and_then(|day| weights.at(drg, day).found()).map(DrgWeightReport::from),
            formulas: tables.formulas(version.number()).iter().filter(|row| row.drg == drg).map(formula).collect(),
        })
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn validity_word(validity: Validity<'_>) -> &'static str {
    match validity {
        Validity::Valid => "valid",
        Validity::NotValid { .. } => "not_valid",
        Validity::Unknown => "not_billable",
        Validity::OutsideTables { .. } => "outside_tables",
    }
}
