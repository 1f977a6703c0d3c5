//! MS-DRG: what the grouper reads of every code, and the formulas it tries.
//!
//! Source: CMS MS-DRG Grouper tables and Definitions Manual, versions as in `data/ms-drg/version.csv`. One table holds all
//! versions; rows name the versions they hold for, and a look-up takes the version.

mod compile;
mod role;
mod rows;
mod view;

pub use compile::compile;
pub use role::{DiagnosisRole, ProcedureRole};
pub use rows::{
    ATTRIBUTE_WORDS, Attributes, ChoiceRow, ClusterRow, DescriptionRow, DiagnosisPattern, DiagnosisRow, FormulaRow,
    HacFormulaRow, MedicalSurgical, ProcedurePattern, ProcedureRow, SeverityLevel, StatusRow, VersionRow,
};
pub use view::{AttributeSpace, Cluster, MsDrgTables};
