//! The MS-DRG grouper: every version of the tables, initial and final grouping, and why.
//!
//! Written from the CMS MS-DRG Definitions Manual and the grouper's tables. A [`Grouper`] holds one version with its
//! formulas compiled into bit-set programs; [`Grouper::group`] allocates nothing once its [`Scratch`] has grown, and
//! [`Grouper::explain`] works out the reasons on demand.
//!
//! ```
//! use openclaim_grouper::{GroupInput, Grouper, GrouperVersion, Scratch};
//! use openclaim_reference::Library;
//!
//! let library = Library::embedded()?;
//! let version = GrouperVersion::for_discharge(library.ms_drg(), jiff::civil::date(2026, 5, 1))?;
//! let grouper = Grouper::for_version(library.ms_drg(), version)?;
//! let mut claim = GroupInput::new("I50.20".parse()?);
//! claim.age = 78;
//! claim.secondary.push("N17.9".parse::<openclaim_claim::DiagnosisCode>()?.into());
//! let grouping = grouper.group(&claim, &mut Scratch::default());
//! assert_eq!((grouping.outcome.drg, version.number()), (292, 431));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claim_facts;
mod compile;
mod explain;
mod facts;
mod formula;
mod group;
mod hac;
mod input;
mod outcome;
mod program;
mod version;

pub use claim_facts::Scratch;
pub use compile::{Grouper, GrouperError};
pub use explain::{
    AttributeSource, ClusterExplanation, ExcludedSeverity, Explanation, HacFinding, HacResult, LackingFormula,
    PassExplanation, RouteResult, RouteStep, SeverityLoss, SeveritySource, WinningFormula,
};
pub use facts::Scope;
pub use input::{CodedDiagnosis, GroupInput, HospitalStatus};
pub use openclaim_tables::msdrg::{MedicalSurgical, MsDrgTables, SeverityLevel};
pub use outcome::{Assignment, Grouping, HacStatus, ReturnCode, Severity};
pub use version::{GrouperVersion, VersionError};
