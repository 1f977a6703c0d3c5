//! Row layouts of the MS-DRG sections.

use crate::{Day, StrRef};
use bytemuck::{Pod, Zeroable};
use serde::Serialize;

/// Words of an attribute set; 320 attributes each for diagnoses and procedures.
pub const ATTRIBUTE_WORDS: usize = 5;

/// A set of attributes, a bit per attribute id.
pub type Attributes = [u64; ATTRIBUTE_WORDS];

/// CC level of a diagnosis, as CMS assigns it or as a claim ends up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeverityLevel {
    /// Neither complication nor comorbidity.
    #[default]
    NonCc,
    /// Complication or comorbidity.
    Cc,
    /// Major complication or comorbidity.
    Mcc,
}

impl SeverityLevel {
    /// The level a row stores.
    #[must_use]
    pub const fn from_stored(stored: u8) -> Self {
        match stored {
            2 => Self::Mcc,
            1 => Self::Cc,
            _ => Self::NonCc,
        }
    }
}

/// Whether an MS-DRG is surgical or medical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MedicalSurgical {
    /// Neither: MS-DRG 998, 999 and rows that assign none.
    #[default]
    None,
    /// Medical.
    Medical,
    /// Surgical.
    Surgical,
}

impl MedicalSurgical {
    /// The type a row stores.
    #[must_use]
    pub const fn from_stored(stored: u8) -> Self {
        match stored {
            2 => Self::Surgical,
            1 => Self::Medical,
            _ => Self::None,
        }
    }
}

/// A grouper version and the discharges it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct VersionRow {
    /// Version times ten: 431 is 43.1.
    pub version: u32,
    /// First discharge date.
    pub from: Day,
    /// Last discharge date.
    pub to: Day,
}

/// What the grouper knows of a diagnosis in some versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct DiagnosisRow {
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
    /// Position of the attribute set among the diagnosis patterns.
    pub pattern: u16,
    /// Exclusion group as principal diagnosis, 0 for none.
    pub exclusion_group: u16,
    /// MDC as principal diagnosis; 0 when it can be none.
    pub mdc: u8,
    /// MDC of a male patient when it depends on sex, else 0.
    pub male_mdc: u8,
    /// MDC of a female patient when it depends on sex, else 0.
    pub female_mdc: u8,
    /// CC level as a secondary diagnosis; see [`SeverityLevel::from_stored`].
    pub severity: u8,
}

impl DiagnosisRow {
    /// CC level as a secondary diagnosis, before exclusions.
    #[must_use]
    pub const fn severity(&self) -> SeverityLevel {
        SeverityLevel::from_stored(self.severity)
    }
}

/// An attribute set that diagnoses share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct DiagnosisPattern {
    /// Attributes, categories and HAC attributes.
    pub attributes: Attributes,
    /// Hospital-acquired conditions the diagnosis belongs to: bit *n* for HAC *n*.
    pub hacs: u64,
}

/// What the grouper knows of a procedure in some versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ProcedureRow {
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
    /// Position of the attribute set among the procedure patterns.
    pub pattern: u16,
    /// 1 when the procedure belongs to a first choice of a cluster in some version.
    pub opens_cluster: u16,
}

/// An attribute set that procedures share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct ProcedurePattern {
    /// Attributes.
    pub attributes: Attributes,
}

/// A procedure cluster in some versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ClusterRow {
    /// CMS's name, `Z@0217`.
    pub name: StrRef,
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
    /// Position of the attribute set of the complete cluster among the procedure patterns.
    pub pattern: u16,
    /// Number of choices.
    pub choice_count: u16,
    /// Position of the first choice.
    pub first_choice: u32,
    /// Formula lists in which member codes lose their own attributes: bit *n* for list *n*.
    pub suppressed_lists: u32,
}

/// One choice of a cluster: the claim needs one of its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ChoiceRow {
    /// Position of the first code among the cluster codes.
    pub first_code: u32,
    /// Number of codes.
    pub code_count: u32,
}

/// One formula of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct FormulaRow {
    /// The formula's text.
    pub formula: StrRef,
    /// Attributes, separated by blanks, whose diagnoses do not count as CC or MCC here.
    pub suppressed: StrRef,
    /// Version.
    pub version: u16,
    /// Rank in the list; lower is tried first.
    pub rank: u16,
    /// First MS-DRG of the family that differs by CC level only, 0 for none.
    pub base_drg: u16,
    /// MS-DRG assigned, 0 for none.
    pub drg: u16,
    /// List the formula stands in: an MDC, 0 for Pre-MDC, 29 for unrelated operating-room procedures.
    pub list: u8,
    /// List that goes on with the case, 0 for none.
    pub reroute: u8,
    /// See [`MedicalSurgical::from_stored`].
    pub medical_surgical: u8,
    /// Zero.
    pub reserved: [u8; 5],
}

/// When a hospital-acquired condition is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct HacFormulaRow {
    /// The formula's text.
    pub formula: StrRef,
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
    /// HAC number.
    pub hac: u32,
}

/// The name of an MS-DRG, MDC or HAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct DescriptionRow {
    /// Number of the MS-DRG, MDC or HAC.
    pub number: u32,
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
    /// The name.
    pub text: StrRef,
}

/// A discharge status that is valid in some versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct StatusRow {
    /// The status.
    pub status: u16,
    /// First version.
    pub from_version: u16,
    /// Last version.
    pub to_version: u16,
}
