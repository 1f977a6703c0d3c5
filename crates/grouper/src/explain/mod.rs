//! Why a stay grouped as it did.
//!
//! Worked out on demand: the same code look-ups and the same formula order as grouping, with the formulas' texts read
//! again to say which code supplied each attribute and what a formula that failed lacked.

mod build;
mod formulas;

use crate::facts::Scope;
use crate::input::HospitalStatus;
use crate::outcome::{Assignment, Grouping, ReturnCode};
use crate::version::GrouperVersion;
use openclaim_tables::msdrg::SeverityLevel;
use serde::Serialize;

/// Why a stay grouped as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The grouper version.
    pub version: GrouperVersion,
    /// The result explained.
    pub grouping: Grouping,
    /// The initial grouping.
    pub initial: PassExplanation,
    /// The final grouping; `None` when no hospital-acquired condition is met and it is the initial one.
    pub outcome: Option<PassExplanation>,
    /// Every secondary diagnosis on a list of hospital-acquired conditions, and what became of it.
    pub hacs: Vec<HacFinding>,
    /// Complete procedure clusters.
    pub clusters: Vec<ClusterExplanation>,
    /// Secondary diagnoses the version does not know; they were passed over.
    pub unknown_diagnoses: Vec<String>,
    /// Procedures the version does not know; they were passed over.
    pub unknown_procedures: Vec<String>,
}

/// Why a pass ended where it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassExplanation {
    /// Where it ended.
    pub assignment: Assignment,
    /// Name of the MS-DRG.
    pub drg_name: Option<String>,
    /// Name of the MDC.
    pub mdc_name: Option<String>,
    /// The lists tried, in order.
    pub route: Vec<RouteStep>,
    /// The formula that decided; `None` when none held.
    pub winner: Option<WinningFormula>,
    /// Secondary diagnoses that count as CC or MCC for that formula, in the order of the claim.
    pub counting: Vec<SeveritySource>,
    /// The only diagnosis at the level the MS-DRG rests on: without it the level would be lower.
    pub sole: Option<SeveritySource>,
    /// Secondary diagnoses listed as CC or MCC that do not count, and why.
    pub not_counting: Vec<ExcludedSeverity>,
    /// Formulas of the same list that were tried before and did not hold, in rank order.
    pub lacking: Vec<LackingFormula>,
}

/// A list of formulas that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteStep {
    /// The list: an MDC, 0 for Pre-MDC, 29 for operating room procedures unrelated to the principal diagnosis.
    pub list: u8,
    /// Name of the list.
    pub name: String,
    /// What came of it.
    pub result: RouteResult,
    /// Rank of the formula that held.
    pub rank: Option<u16>,
    /// Text of the formula that held.
    pub formula: Option<String>,
}

/// What came of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteResult {
    /// A formula assigned this MS-DRG.
    Assigned(u16),
    /// A formula handed the case to this list.
    Rerouted(u8),
    /// A formula found that the case cannot be grouped.
    Failed(ReturnCode),
    /// No formula held.
    NothingHeld,
}

/// The formula that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WinningFormula {
    /// The list it stands in.
    pub list: u8,
    /// Its rank there.
    pub rank: u16,
    /// Its text.
    pub formula: String,
    /// The attributes that made it hold, in its order.
    pub attributes: Vec<AttributeSource>,
    /// What it asks not to be there, and is not.
    pub absent: Vec<String>,
}

/// An attribute and the codes that supply it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeSource {
    /// The attribute as the formula names it, `PDX:strauma`, `MCC`, `valve`.
    pub attribute: String,
    /// Where the formula looks for it.
    pub scope: Scope,
    /// Codes of the claim that supply it; other elements in words.
    pub sources: Vec<String>,
}

/// A secondary diagnosis that counts as CC or MCC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeveritySource {
    /// Position among the secondary diagnoses of the claim, from 0.
    pub position: usize,
    /// The diagnosis.
    pub code: String,
    /// Its level.
    pub level: SeverityLevel,
}

/// A secondary diagnosis listed as CC or MCC that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExcludedSeverity {
    /// Position among the secondary diagnoses of the claim, from 0.
    pub position: usize,
    /// The diagnosis.
    pub code: String,
    /// The level it is listed with.
    pub listed: SeverityLevel,
    /// Why it does not count.
    pub why: SeverityLoss,
}

/// Why a listed CC or MCC does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum SeverityLoss {
    /// It is in the exclusion group of the principal diagnosis (Definitions Manual, appendix C, part 1).
    PrincipalExcludes {
        /// The principal diagnosis.
        principal: String,
        /// The exclusion group.
        group: u16,
    },
    /// It is an MCC of patients discharged alive, and the patient died (appendix C, part 2).
    PatientDied,
    /// The formula uses it already and does not let it count again (appendix C, part 3).
    UsedByFormula {
        /// The attributes the formula does not let count.
        attributes: Vec<String>,
    },
    /// It belongs to a hospital-acquired condition that is met (appendix I).
    HospitalAcquired {
        /// The conditions.
        hacs: Vec<u8>,
    },
}

/// A formula that was tried before the one that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LackingFormula {
    /// Its rank.
    pub rank: u16,
    /// The MS-DRG it would have assigned; 0 when it would have handed the case on.
    pub drg: u16,
    /// Name of that MS-DRG.
    pub drg_name: Option<String>,
    /// Whether that MS-DRG differs from the assigned one by CC level only.
    pub same_base: bool,
    /// Its text.
    pub formula: String,
    /// The fewest things that are missing; `~x` for one that stands in the way.
    pub lacks: Vec<String>,
}

/// A secondary diagnosis on a list of hospital-acquired conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HacFinding {
    /// Position among the secondary diagnoses of the claim, from 0.
    pub position: usize,
    /// The diagnosis.
    pub code: String,
    /// The condition.
    pub hac: u8,
    /// Its name.
    pub name: Option<String>,
    /// Its POA indicator, `None` when missing or unusable.
    pub poa: Option<openclaim_claim::Poa>,
    /// What became of it.
    pub result: HacResult,
}

/// What became of a diagnosis on a list of hospital-acquired conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HacResult {
    /// The condition is met.
    Met,
    /// It was present on admission, or clinically undetermined.
    PresentOnAdmission,
    /// The claim lacks what the condition asks for besides.
    CriteriaNotMet {
        /// The fewest things that are missing.
        lacks: Vec<String>,
    },
    /// The principal diagnosis excludes it as CC or MCC, so it is not looked at.
    ExcludedByPrincipal,
    /// The hospital is exempt from POA reporting.
    NotLookedAt(HospitalStatus),
}

/// A procedure cluster of which the claim has every choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterExplanation {
    /// CMS's name of the cluster.
    pub name: String,
    /// The claim's procedures that complete it.
    pub procedures: Vec<String>,
    /// Lists in which those procedures have no attributes of their own.
    pub suppressed_lists: Vec<u8>,
}
