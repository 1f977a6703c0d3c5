//! MS-DRG of a claim, with its weight and its reasons.

use crate::{Adjudication, Engine};
use openclaim_claim::{Claim, Date, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Sex, Text, Unanswered};
use openclaim_grouper::{CodedDiagnosis, Explanation, GroupInput, GrouperVersion, Grouping, Scratch};
use openclaim_reference::drg_weights::{DrgWeight, WeightLookup};
use serde::Serialize;
use std::cell::RefCell;

const RULE: &str = "ms-drg";
const WEIGHT_RULE: &str = "ms-drg/weight";

thread_local! {
    /// Grouping allocates nothing once its scratch has grown; every thread keeps one.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The grouping of a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupingReport {
    /// Grouper version.
    pub version: GrouperVersion,
    /// Initial and final MDC and MS-DRG.
    #[serde(flatten)]
    pub grouping: Grouping,
    /// Title of the final MS-DRG.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drg_title: Option<Text>,
    /// Title of the final MDC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mdc_title: Option<Text>,
    /// Row of Table 5 for the final MS-DRG and the discharge date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<DrgWeightReport>,
    /// Why, when the policy asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Box<Explanation>>,
}

/// A row of IPPS Table 5. Weights and days are decimals as the table prints them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrgWeightReport {
    /// Relative weight, after the cap on decreases.
    pub relative_weight: Option<String>,
    /// Geometric mean length of stay in days.
    pub geometric_mean_stay: Option<String>,
    /// Arithmetic mean length of stay in days.
    pub arithmetic_mean_stay: Option<String>,
    /// Whether the post-acute care transfer policy covers the MS-DRG.
    pub post_acute_transfer: bool,
    /// Whether its transfers are paid by the special methodology.
    pub special_pay: bool,
    /// Discharges the row is for, `2025-10-01..2026-09-30`.
    pub period: String,
}

impl From<DrgWeight<'_>> for DrgWeightReport {
    fn from(row: DrgWeight<'_>) -> Self {
        Self {
            relative_weight: row.weight_text(),
            geometric_mean_stay: row.gmlos_text(),
            arithmetic_mean_stay: row.amlos_text(),
            post_acute_transfer: row.post_acute_transfer,
            special_pay: row.special_pay,
            period: format!("{}..{}", row.period.from, row.period.to),
        }
    }
}

impl Engine {
    /// Groups a hospital inpatient bill into its adjudication.
    pub(crate) fn group(&self, claim: &Claim, adjudication: &mut Adjudication) {
        match self.grouping(claim) {
            Ok((report, missing_weight)) => {
                adjudication.grouping = Some(report);
                adjudication.not_evaluated.extend(missing_weight);
            }
            Err(missing) => adjudication.not_evaluated.push(missing),
        }
    }

    fn grouping(&self, claim: &Claim) -> Result<(GroupingReport, Option<NotEvaluated>), NotEvaluated> {
        use NotEvaluatedReason::{DateOutsideTables, MissingElement, MissingTable};
        let cannot = |reason, detail: String| not_evaluated(RULE, reason, detail);
        // An interim bill groups at the last day it covers.
        let discharge = claim.dates.statement_through.as_deref().copied().ok_or_else(|| {
            cannot(MissingElement, "the claim has no statement period (DTP*434), so its last day is not known".into())
        })?;
        let tables = self.library.ms_drg();
        let version = GrouperVersion::for_discharge(tables, discharge)
            .map_err(|error| cannot(DateOutsideTables, error.to_string()))?;
        let input = self.group_input(claim).ok_or_else(|| {
            cannot(MissingElement, "the patient's age is not known: birth date or admission date is missing".into())
        })?;
        let grouper = self.grouper(version).map_err(|error| cannot(MissingTable, error.to_string()))?;
        let grouping = SCRATCH.with_borrow_mut(|scratch| grouper.group(&input, scratch));
        let (weight, missing_weight) = self.weight(grouping.outcome.drg, discharge);
        let title = |text: Option<&str>| text.map(Text::from);
        let report = GroupingReport {
            version,
            grouping,
            drg_title: title(tables.drg_name(grouping.outcome.drg, version.number())),
            mdc_title: title(tables.mdc_name(grouping.outcome.mdc, version.number())),
            weight,
            explanation: self.policy.explain.then(|| Box::new(grouper.explain(&input))),
        };
        Ok((report, missing_weight))
    }

    /// What the grouper reads of a claim; `None` when the age is not known.
    fn group_input(&self, claim: &Claim) -> Option<GroupInput> {
        let admitted = claim.admission.date.as_deref().copied().or_else(|| claim.service_from())?;
        let coded = |diagnosis: &openclaim_claim::Diagnosis| CodedDiagnosis {
            code: *diagnosis.code,
            poa: diagnosis.poa.as_deref().copied(),
        };
        Some(GroupInput {
            age: i32::from(claim.age_on(admitted)?),
            sex: claim.sex().unwrap_or(Sex::Unknown),
            discharge_status: claim.admission.discharge_status.and_then(|status| status.number()),
            hospital_status: self.policy.hospital_status,
            principal: claim.principal_diagnosis().filter(|diagnosis| !diagnosis.icd9).map(coded),
            secondary: claim.secondary_diagnoses().filter(|diagnosis| !diagnosis.icd9).map(coded).collect(),
            procedures: claim
                .procedures
                .iter()
                .filter(|procedure| procedure.coding == ProcedureCoding::Icd10Pcs)
                .map(|procedure| *procedure.code)
                .collect(),
        })
    }

    fn weight(&self, drg: u16, discharge: Date) -> (Option<DrgWeightReport>, Option<NotEvaluated>) {
        match self.library.drg_weights().at(drg, discharge) {
            WeightLookup::Found(row) => (Some(row.into()), None),
            // 998 and 999 have no row in some years: nothing is lacking.
            WeightLookup::NoSuchDrg => (None, None),
            WeightLookup::OutsideTables { coverage } => {
                let detail = format!(
                    "no IPPS Table 5 for a discharge on {discharge}; the table covers {} to {}",
                    coverage.from, coverage.to
                );
                (None, Some(not_evaluated(WEIGHT_RULE, NotEvaluatedReason::DateOutsideTables, detail)))
            }
        }
    }
}

fn not_evaluated(rule: &'static str, reason: NotEvaluatedReason, detail: String) -> NotEvaluated {
    NotEvaluated::from(Unanswered { rule: Text::const_new(rule), reason, detail: detail.into(), remedy: None })
}
