//! What a score says of itself.

use super::{Metal, Population};
use crate::{Date, DiagnosisCode, NotEvaluated, Score};
use openclaim_claim::{Decimal, Text};
use serde::Serialize;

/// The score of a member and everything that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HhsScore {
    /// `HHS-HCC V05`.
    pub model: Text,
    /// Benefit year.
    pub benefit_year: i16,
    /// The model of the member's age.
    pub population: Population,
    /// Metal level of the plan.
    pub metal_level: Metal,
    /// Plan liability risk score before the cost-sharing reduction adjustment; absent when factors are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Score>,
    /// The cost-sharing reduction factor, where one is known for the indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_sharing: Option<CostSharing>,
    /// Score times cost-sharing reduction factor, exact, as a decimal text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csr_adjusted: Option<Decimal>,
    /// Condition categories after hierarchies, by name; drug classes among them.
    pub hccs: Vec<Text>,
    /// Names of the groups, interactions and infant levels that hold.
    pub interactions: Vec<Text>,
    /// Every variable that holds, with its relative factor; their sum is the score.
    pub factors: Vec<FactorAnswer>,
    /// Every condition category and drug class that a diagnosis or drug brought, dropped ones included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryAnswer>,
    /// Severity and maturity of an infant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infant: Option<InfantAnswer>,
    /// Diagnoses and drugs that do not count, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filtered: Vec<FilteredAnswer>,
    /// What the software would warn of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What could not be decided, and what would help.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_evaluated: Vec<NotEvaluated>,
}

/// A variable that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactorAnswer {
    /// Name of the variable in HHS's table of factors.
    pub variable: Text,
    /// Its relative factor.
    pub value: Score,
}

/// A condition category or drug class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryAnswer {
    /// `HHS_HCC037_1`, `RXC_06`.
    pub category: Text,
    /// HHS's label.
    pub label: Text,
    /// The diagnoses and drugs that support it.
    pub support: Vec<SupportAnswer>,
    /// What set it aside, when it does not count under its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Dropped>,
    /// By how much the score would fall without the category; negative where it would rise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marginal_value: Option<Score>,
}

/// What set a category aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Kind of rule.
    pub by: DroppedBy,
    /// The category above it, the group that stands in for it, or the model that leaves it out.
    pub name: Text,
}

/// Kinds of rules that set a category aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DroppedBy {
    /// A category higher in the hierarchy.
    Hierarchy,
    /// A group, which carries the factor instead.
    Group,
    /// The model gives the category no part.
    Model,
}

/// One diagnosis or drug that supports a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupportAnswer {
    /// `icd-10-cm`, `ndc` or `hcpcs`.
    pub system: &'static str,
    /// The code.
    pub code: Text,
    /// The claim, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<Text>,
    /// The service line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Date of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The edit by age or sex that led the diagnosis here instead of to its usual category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Text>,
}

/// A diagnosis or drug that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilteredAnswer {
    /// `icd-10-cm`, `ndc` or `hcpcs`.
    pub system: &'static str,
    /// The code.
    pub code: Text,
    /// The claim, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<Text>,
    /// Date of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Why.
    pub reason: FilterReason,
    /// One sentence.
    pub detail: Text,
}

/// Why a diagnosis or drug does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterReason {
    /// The crosswalk leads it to no payment category or drug class.
    NotInCrosswalk,
    /// The date of service is not in the benefit year.
    OutsideBenefitYear,
    /// The age at diagnosis contradicts the age on the last day of enrolment.
    AgeAtDiagnosis,
    /// The model's own split by age or sex takes it out.
    AgeSexSplit,
    /// The Medicare Code Editor admits it for other ages only.
    AgeEdit,
    /// The Medicare Code Editor admits it for the other sex only.
    SexEdit,
    /// Drug classes have no part in the models of children and infants.
    NotInModel,
}

/// Severity and maturity of an infant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InfantAnswer {
    /// `SEVERITY1` to `SEVERITY5`.
    pub severity: Text,
    /// The categories that put the infant there; none for the lowest level by default.
    pub severity_categories: Vec<Text>,
    /// `EXTREMELY_IMMATURE`, `IMMATURE`, `PREMATURE_MULTIPLES`, `TERM` or `AGE1`.
    pub maturity: Text,
    /// The newborn categories that put the infant there.
    pub maturity_categories: Vec<Text>,
}

/// A cost-sharing reduction factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostSharing {
    /// The indicator.
    pub indicator: u8,
    /// What it stands for.
    pub label: Text,
    /// The factor, in thousandths as a score.
    pub factor: Score,
    /// Publication.
    pub source: Text,
}

/// What the software would warn of. The score stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Warning {
    /// A newborn's diagnosis stands in the record of a mother who delivered.
    BundledMother {
        /// The newborn's diagnosis.
        diagnosis: DiagnosisCode,
    },
    /// A mother's diagnosis stands in the record of a newborn.
    BundledInfant {
        /// The mother's diagnosis.
        diagnosis: DiagnosisCode,
    },
    /// The indicator belongs to plans of another metal level.
    CostSharingMetal {
        /// The indicator.
        indicator: u8,
        /// Metal level that the indicator stands for.
        metal_level: Text,
    },
}
