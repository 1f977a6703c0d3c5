//! The part a code plays in the MS-DRGs of a version, in names.

use super::rows::{ClusterRow, SeverityLevel};
use super::view::{AttributeSpace, MsDrgTables};
use openclaim_claim::{DiagnosisCode, ProcedureCode};
use serde::Serialize;

/// The part a diagnosis plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiagnosisRole<'t> {
    /// First version in which it plays this part.
    pub from_version: u16,
    /// Last version in which it does.
    pub to_version: u16,
    /// MDC as principal diagnosis; `None` when it can be none.
    pub mdc: Option<u8>,
    /// MDCs of a male and a female patient, when they differ.
    pub mdc_by_sex: Option<[u8; 2]>,
    /// CC level as secondary diagnosis.
    pub severity: SeverityLevel,
    /// Attributes and categories that formulas ask for.
    pub attributes: Vec<&'t str>,
    /// Hospital-acquired conditions on whose lists it stands.
    pub hacs: Vec<u8>,
    /// Exclusion group it has as principal diagnosis.
    pub exclusion_group: Option<u16>,
    /// Number of secondary diagnoses in that group, which then count as no CC or MCC.
    pub excludes: usize,
}

/// The part a procedure plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcedureRole<'t> {
    /// First version in which it plays this part.
    pub from_version: u16,
    /// Last version in which it does.
    pub to_version: u16,
    /// Whether it is an operating room procedure.
    pub operating_room: bool,
    /// Attributes that formulas ask for.
    pub attributes: Vec<&'t str>,
    /// Number of clusters it belongs to in the version.
    pub clusters: usize,
}

impl MsDrgTables {
    /// The part a diagnosis plays in a version; `None` when the version does not know it.
    #[must_use]
    pub fn diagnosis_role(&self, code: DiagnosisCode, version: u16) -> Option<DiagnosisRole<'_>> {
        let row = self.diagnosis(self.diagnosis_id(code)?, version)?;
        let pattern = self.diagnosis_pattern(row)?;
        Some(DiagnosisRole {
            from_version: row.from_version,
            to_version: row.to_version,
            mdc: (row.mdc != 0).then_some(row.mdc),
            mdc_by_sex: (row.male_mdc != 0).then_some([row.male_mdc, row.female_mdc]),
            severity: row.severity(),
            attributes: self.names_in(AttributeSpace::Diagnosis, &pattern.attributes),
            hacs: (0..64).filter(|hac| pattern.hacs >> hac & 1 == 1).collect(),
            exclusion_group: (row.exclusion_group != 0).then_some(row.exclusion_group),
            excludes: self.exclusion_group(row.exclusion_group).len(),
        })
    }

    /// The part a procedure plays in a version; `None` when the version does not know it.
    #[must_use]
    pub fn procedure_role(&self, code: ProcedureCode, version: u16) -> Option<ProcedureRole<'_>> {
        let id = self.procedure_id(code)?;
        let row = self.procedure(id, version)?;
        let attributes = self.names_in(AttributeSpace::Procedure, &self.procedure_pattern(row.pattern)?.attributes);
        let holds = |cluster: &ClusterRow| cluster.from_version <= version && version <= cluster.to_version;
        let positions = 0..self.cluster_rows().len() as u32;
        let clusters = positions.filter_map(|position| self.cluster(position)).filter(|cluster| holds(cluster.row));
        let belongs = clusters.filter(|cluster| cluster.choices().any(|choice| choice.binary_search(&id).is_ok()));
        Some(ProcedureRole {
            from_version: row.from_version,
            to_version: row.to_version,
            operating_room: !attributes.contains(&"nonor"),
            clusters: belongs.count(),
            attributes,
        })
    }
}
