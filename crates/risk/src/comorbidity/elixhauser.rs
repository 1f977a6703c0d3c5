//! AHRQ's Elixhauser Comorbidity Software Refined for ICD-10-CM, v2026.1: 38 comorbidity measures of a hospital stay.
//!
//! The refined measures look at secondary diagnoses only and, unlike the older ones, do not ask for the stay's MS-DRG. Of
//! the 38, 19 count a diagnosis only when it was present on admission (POA `Y` or `W`, or a code that is exempt from POA
//! reporting). Cerebrovascular disease is made of two lists: acute disease present on admission, and sequelae, which
//! count unless acute disease arose in hospital.
//!
//! Whether a code is exempt from POA reporting is not in AHRQ's reference file, but in CMS's yearly list, which
//! `openclaim data import` takes. With that list and the day of discharge every diagnosis is decided. Without them a
//! diagnosis reported as exempt (`1`) counts, and one without any indicator could be either: the measure is not evaluated
//! unless another diagnosis settles it. AHRQ's program instead leaves all POA measures missing when a file has no
//! indicators.
//!
//! The mortality and readmission indices are sums of weights that AHRQ publishes in another program; without them they
//! are not evaluated.
//!
//! Source: AHRQ, HCUP, *Elixhauser Comorbidity Software Refined for ICD-10-CM*, reference file and mapping program.

use crate::table::Table;
use crate::{Date, DiagnosisCode, ErrorCode, NotEvaluated, NotEvaluatedReason, ScoreError};
use openclaim_claim::{Poa, Text, Unanswered};
use openclaim_reference::{Library, hhs_hcc as tables};
use serde::Serialize;
use std::collections::HashMap;

/// The measure that is made of two lists, and the lists.
const CEREBROVASCULAR: &str = "CBVD";
const ACUTE: &str = "CBVD_POA";
const SEQUELAE: &str = "CBVD_SQLA";
/// CMS's list of codes that are exempt from POA reporting, in the data folder.
const EXEMPT: &str = "poa/exempt";
/// The name of the model, with the version of the reference file.
pub const MODEL: &str = "Elixhauser 2026.1";

/// The measures, compiled from `risk/elixhauser-*`.
#[derive(Debug, Clone)]
pub struct Elixhauser {
    /// Measures, and behind them the two lists of cerebrovascular disease.
    measures: Vec<Measure>,
    /// Positions of the measures of a diagnosis.
    codes: HashMap<u64, Vec<usize>>,
    /// A measure and what it drops, in order.
    hierarchies: Vec<(usize, Vec<usize>)>,
    /// Positions of cerebrovascular disease and of its lists.
    cerebrovascular: [usize; 3],
    /// Where the list of exempt codes of a discharge is looked for.
    library: Library,
}

#[derive(Debug, Clone)]
struct Measure {
    name: Text,
    label: Text,
    needs_poa: bool,
}

/// A hospital stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stay {
    /// The principal diagnosis. It is never a comorbidity.
    pub principal: Option<DiagnosisCode>,
    /// The other diagnoses.
    pub secondary: Vec<StayDiagnosis>,
    /// Day of discharge, by which the list of codes exempt from POA reporting is chosen.
    pub discharge_date: Option<Date>,
}

/// A secondary diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StayDiagnosis {
    /// The code.
    pub code: DiagnosisCode,
    /// Present on admission; `None` when not reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poa: Option<Poa>,
}

/// The comorbidity measures of a stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElixhauserMeasures {
    /// `Elixhauser 2026.1`
    pub model: &'static str,
    /// Names of the measures that hold.
    pub measures: Vec<Text>,
    /// Every measure that a secondary diagnosis belongs to, and what became of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<ElixhauserMeasure>,
    /// Measures that cannot be told, and the indices.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// A measure that a secondary diagnosis belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElixhauserMeasure {
    /// Name without AHRQ's `CMR_`.
    pub measure: Text,
    /// AHRQ's label.
    pub label: Text,
    /// Whether the stay has it; absent when that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<bool>,
    /// The severer measure that stands in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<Text>,
    /// Diagnoses that count.
    pub support: Vec<StayDiagnosis>,
    /// Diagnoses that do not, for they were not present on admission, or not said to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_on_admission: Vec<StayDiagnosis>,
    /// Diagnoses of which that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub poa_unknown: Vec<StayDiagnosis>,
}

/// The diagnoses of a list, by what their POA indicator says.
#[derive(Debug, Clone, Default)]
struct Found {
    counts: Vec<StayDiagnosis>,
    not: Vec<StayDiagnosis>,
    unknown: Vec<StayDiagnosis>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.not.is_empty() && self.unknown.is_empty()
    }

    /// `None` when it cannot be told.
    fn present(&self) -> Option<bool> {
        if !self.counts.is_empty() {
            return Some(true);
        }
        self.unknown.is_empty().then_some(false)
    }
}

impl Elixhauser {
    /// The measures on the embedded tables.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the tables are damaged.
    pub fn new(library: &Library) -> Result<Self, ScoreError> {
        let damaged = |name: &str| ScoreError::new(ErrorCode::Internal, format!("`{name}` is no Elixhauser measure"));
        let table = Table::open(library, tables::ELIXHAUSER_MEASURES)?;
        let mut measures: Vec<Measure> = table
            .lines()
            .map(|line| Measure {
                name: line.text("measure").into(),
                label: line.text("label").into(),
                needs_poa: line.int("needs_poa") == Some(1),
            })
            .collect();
        for list in [ACUTE, SEQUELAE] {
            measures.push(Measure { name: list.into(), label: Text::default(), needs_poa: true });
        }
        let position = |name: &str| {
            let at = measures.iter().position(|measure| measure.name == name);
            at.ok_or_else(|| damaged(name))
        };
        let positions = |names: &str| names.split_whitespace().map(position).collect::<Result<Vec<_>, _>>();
        let mut codes = HashMap::new();
        for line in Table::open(library, tables::ELIXHAUSER_CODES)?.lines() {
            codes.insert(line.key("code")?, positions(line.text("measures"))?);
        }
        let table = Table::open(library, tables::ELIXHAUSER_HIERARCHIES)?;
        let mut rules: Vec<_> = table.lines().collect();
        rules.sort_by_key(|line| line.int("rank"));
        let rule =
            |line: &crate::table::Line<'_>| Ok((position(line.text("measure"))?, positions(line.text("drops"))?));
        let hierarchies = rules.iter().map(rule).collect::<Result<_, _>>()?;
        let cerebrovascular = [position(CEREBROVASCULAR)?, position(ACUTE)?, position(SEQUELAE)?];
        Ok(Self { measures, codes, hierarchies, cerebrovascular, library: library.clone() })
    }

    /// The names of the measures of a diagnosis; cerebrovascular disease as its two lists.
    pub fn measures_of(&self, code: DiagnosisCode) -> impl Iterator<Item = &str> {
        self.codes.get(&code.key()).into_iter().flatten().map(|&at| self.measures[at].name.as_str())
    }

    /// The measures of a stay.
    #[must_use]
    pub fn measure(&self, stay: &Stay) -> ElixhauserMeasures {
        let mut found = vec![Found::default(); self.measures.len()];
        let exempt = stay.discharge_date.and_then(|date| self.library.relation(EXEMPT, date, None).found());
        for &diagnosis in &stay.secondary {
            let key = diagnosis.code.key();
            for &at in self.codes.get(&key).into_iter().flatten() {
                let is_exempt = exempt.map(|(list, _)| list.rows_of_key(key).next().is_some());
                let list = match (diagnosis.poa, is_exempt) {
                    _ if !self.measures[at].needs_poa => &mut found[at].counts,
                    (_, Some(true)) | (Some(Poa::Yes | Poa::ClinicallyUndetermined), _) => &mut found[at].counts,
                    (Some(Poa::Exempt), None) => &mut found[at].counts,
                    (None, None) => &mut found[at].unknown,
                    // Not on admission, or not reported though it had to be.
                    _ => &mut found[at].not,
                };
                if !list.contains(&diagnosis) {
                    list.push(diagnosis);
                }
            }
        }
        let mut present: Vec<Option<bool>> = found.iter().map(Found::present).collect();
        self.join_cerebrovascular(&mut found, &mut present);
        let mut dropped_by: Vec<Option<usize>> = vec![None; self.measures.len()];
        for (measure, drops) in &self.hierarchies {
            for &milder in drops {
                match present[*measure] {
                    _ if present[milder] == Some(false) => {}
                    Some(true) => {
                        present[milder] = Some(false);
                        dropped_by[milder] = Some(*measure);
                    }
                    // The severer form may be there, and would take its place.
                    None => present[milder] = None,
                    Some(false) => {}
                }
            }
        }
        self.answer(found, &present, &dropped_by)
    }

    /// Cerebrovascular disease: acute and on admission, or sequelae while no acute disease arose in hospital.
    fn join_cerebrovascular(&self, found: &mut [Found], present: &mut [Option<bool>]) {
        let [whole, acute, sequelae] = self.cerebrovascular;
        let in_hospital = |one: &StayDiagnosis| matches!(one.poa, Some(Poa::No | Poa::Unknown));
        let arose = found[acute].not.iter().any(in_hospital);
        present[whole] = match (present[acute], present[sequelae]) {
            (Some(true), _) => Some(true),
            (Some(false), Some(true)) => Some(!arose),
            (Some(false), Some(false)) => Some(false),
            (Some(false), None) if arose => Some(false),
            _ => None,
        };
        for list in [acute, sequelae] {
            let part = std::mem::take(&mut found[list]);
            found[whole].counts.extend(part.counts);
            found[whole].not.extend(part.not);
            found[whole].unknown.extend(part.unknown);
            present[list] = Some(false);
        }
    }

    fn answer(&self, found: Vec<Found>, present: &[Option<bool>], dropped_by: &[Option<usize>]) -> ElixhauserMeasures {
        let mut answer = ElixhauserMeasures {
            model: MODEL,
            measures: Vec::new(),
            details: Vec::new(),
            not_evaluated: vec![index("mortality"), index("readmission")],
        };
        for (at, (measure, found)) in self.measures.iter().zip(found).enumerate() {
            if found.is_empty() {
                continue;
            }
            match present[at] {
                Some(true) => answer.measures.push(measure.name.clone()),
                Some(false) => {}
                None => answer.not_evaluated.push(NotEvaluated::from(Unanswered {
                    rule: Text::from(format!("elixhauser/{}", measure.name)),
                    reason: NotEvaluatedReason::MissingElement,
                    detail: Text::from(format!(
                        "{} has no POA indicator, and whether the code is exempt from reporting is not known",
                        found.unknown.first().map_or("a severer measure's diagnosis", |one| one.code.as_str())
                    )),
                    remedy: Some(
                        "report the POA indicator, or import CMS's list of exempt codes and give the discharge date"
                            .into(),
                    ),
                })),
            }
            answer.details.push(ElixhauserMeasure {
                measure: measure.name.clone(),
                label: measure.label.clone(),
                present: present[at],
                dropped_by: dropped_by[at].map(|above| self.measures[above].name.clone()),
                support: found.counts,
                not_on_admission: found.not,
                poa_unknown: found.unknown,
            });
        }
        answer
    }
}

fn index(name: &str) -> NotEvaluated {
    NotEvaluated::from(Unanswered {
        rule: Text::from(format!("elixhauser/{name}-index")),
        reason: NotEvaluatedReason::MissingTable,
        detail: Text::from(format!("no weights of AHRQ's {name} index for {MODEL} are at hand")),
        remedy: None,
    })
}
