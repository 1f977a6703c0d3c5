//! The MS-DRG tables, opened.

use super::rows::{
    Attributes, ChoiceRow, ClusterRow, DescriptionRow, DiagnosisPattern, DiagnosisRow, FormulaRow, HacFormulaRow,
    ProcedurePattern, ProcedureRow, StatusRow, VersionRow,
};
use crate::{FlatError, FlatFile, KeyIndex, Section, StrRef, Strings};
use openclaim_claim::{DiagnosisCode, ProcedureCode};
use std::ops::Range;

/// Diagnoses and procedures name their attributes apart from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeSpace {
    /// Attributes of diagnoses.
    Diagnosis,
    /// Attributes of procedures.
    Procedure,
}

/// The MS-DRG tables of all versions. Cloning shares them.
#[derive(Debug, Clone)]
pub struct MsDrgTables {
    versions: Section<VersionRow>,
    diagnoses: KeyIndex,
    diagnosis_first: Section<u32>,
    diagnosis_rows: Section<DiagnosisRow>,
    diagnosis_patterns: Section<DiagnosisPattern>,
    diagnosis_attributes: Section<StrRef>,
    procedures: KeyIndex,
    procedure_first: Section<u32>,
    procedure_rows: Section<ProcedureRow>,
    procedure_patterns: Section<ProcedurePattern>,
    procedure_attributes: Section<StrRef>,
    clusters: Section<ClusterRow>,
    choices: Section<ChoiceRow>,
    cluster_codes: Section<u32>,
    cluster_openers: Section<[u32; 2]>,
    exclusion_first: Section<u32>,
    exclusion_codes: Section<u32>,
    formulas: Section<FormulaRow>,
    hac_formulas: Section<HacFormulaRow>,
    drgs: Section<DescriptionRow>,
    mdcs: Section<DescriptionRow>,
    hacs: Section<DescriptionRow>,
    statuses: Section<StatusRow>,
    texts: Strings,
}

/// A procedure cluster, by position.
#[derive(Debug, Clone, Copy)]
pub struct Cluster<'t> {
    /// Its row.
    pub row: &'t ClusterRow,
    tables: &'t MsDrgTables,
}

impl<'t> Cluster<'t> {
    /// CMS's name of the cluster.
    #[must_use]
    pub fn name(&self) -> &'t str {
        self.tables.texts.get(self.row.name)
    }

    /// The procedure ids of every choice, each sorted.
    pub fn choices(&self) -> impl Iterator<Item = &'t [u32]> + use<'t> {
        let (tables, row) = (self.tables, self.row);
        let first = row.first_choice as usize;
        let rows = tables.choices.get(first..first + usize::from(row.choice_count)).unwrap_or_default();
        rows.iter().map(|choice| {
            let first = choice.first_code as usize;
            tables.cluster_codes.get(first..first + choice.code_count as usize).unwrap_or_default()
        })
    }
}

impl MsDrgTables {
    /// Opens the sections; nothing is read.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another layout.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        Ok(Self {
            versions: file.section("msdrg.versions")?,
            diagnoses: KeyIndex::open(file, "msdrg.dx")?,
            diagnosis_first: file.section("msdrg.dx.first")?,
            diagnosis_rows: file.section("msdrg.dx.rows")?,
            diagnosis_patterns: file.section("msdrg.dx.patterns")?,
            diagnosis_attributes: file.section("msdrg.dx.attributes")?,
            procedures: KeyIndex::open(file, "msdrg.px")?,
            procedure_first: file.section("msdrg.px.first")?,
            procedure_rows: file.section("msdrg.px.rows")?,
            procedure_patterns: file.section("msdrg.px.patterns")?,
            procedure_attributes: file.section("msdrg.px.attributes")?,
            clusters: file.section("msdrg.cluster.rows")?,
            choices: file.section("msdrg.cluster.choices")?,
            cluster_codes: file.section("msdrg.cluster.codes")?,
            cluster_openers: file.section("msdrg.cluster.openers")?,
            exclusion_first: file.section("msdrg.exclusion.first")?,
            exclusion_codes: file.section("msdrg.exclusion.codes")?,
            formulas: file.section("msdrg.formulas")?,
            hac_formulas: file.section("msdrg.hac.formulas")?,
            drgs: file.section("msdrg.drg.names")?,
            mdcs: file.section("msdrg.mdc.names")?,
            hacs: file.section("msdrg.hac.names")?,
            statuses: file.section("msdrg.statuses")?,
            texts: Strings::open(file, "msdrg.texts")?,
        })
    }

    /// The versions present, oldest first.
    #[must_use]
    pub fn versions(&self) -> &[VersionRow] {
        &self.versions
    }

    /// The dense id of a diagnosis that some version knows.
    #[must_use]
    pub fn diagnosis_id(&self, code: DiagnosisCode) -> Option<u32> {
        self.diagnoses.find(code.key()).map(|id| id as u32)
    }

    /// The dense ids of several diagnoses: see [`KeyIndex::find_all`].
    #[must_use]
    pub fn diagnosis_ids<const N: usize>(&self, codes: [Option<DiagnosisCode>; N]) -> [Option<u32>; N] {
        let keys = codes.map(|code| code.map(DiagnosisCode::key));
        self.diagnoses.find_all(keys).map(|id| id.map(|id| id as u32))
    }

    /// What a version knows of a diagnosis; `None` when the code is not valid in it.
    #[must_use]
    pub fn diagnosis(&self, id: u32, version: u16) -> Option<&DiagnosisRow> {
        self.diagnosis_history(id).iter().find(|row| row.from_version <= version && version <= row.to_version)
    }

    /// All rows of a diagnosis, oldest version first.
    #[must_use]
    pub fn diagnosis_history(&self, id: u32) -> &[DiagnosisRow] {
        self.diagnosis_rows.get(span(&self.diagnosis_first, id)).unwrap_or_default()
    }

    /// The attribute set of a diagnosis row.
    #[must_use]
    pub fn diagnosis_pattern(&self, row: &DiagnosisRow) -> Option<&DiagnosisPattern> {
        self.diagnosis_patterns.get(usize::from(row.pattern))
    }

    /// An attribute set of diagnoses by position.
    #[must_use]
    pub fn diagnosis_pattern_at(&self, pattern: u16) -> Option<&DiagnosisPattern> {
        self.diagnosis_patterns.get(usize::from(pattern))
    }

    /// The dense id of a procedure that some version knows.
    #[must_use]
    pub fn procedure_id(&self, code: ProcedureCode) -> Option<u32> {
        self.procedures.find(code.key()).map(|id| id as u32)
    }

    /// What a version knows of a procedure; `None` when the code is not valid in it.
    #[must_use]
    pub fn procedure(&self, id: u32, version: u16) -> Option<&ProcedureRow> {
        self.procedure_history(id).iter().find(|row| row.from_version <= version && version <= row.to_version)
    }

    /// All rows of a procedure, oldest version first.
    #[must_use]
    pub fn procedure_history(&self, id: u32) -> &[ProcedureRow] {
        self.procedure_rows.get(span(&self.procedure_first, id)).unwrap_or_default()
    }

    /// The attribute set of a procedure row or of a complete cluster.
    #[must_use]
    pub fn procedure_pattern(&self, pattern: u16) -> Option<&ProcedurePattern> {
        self.procedure_patterns.get(usize::from(pattern))
    }

    /// All diagnosis keys in order; position is dense id.
    #[must_use]
    pub fn diagnosis_keys(&self) -> &[u64] {
        self.diagnoses.keys()
    }

    /// All procedure keys in order; position is dense id.
    #[must_use]
    pub fn procedure_keys(&self) -> &[u64] {
        self.procedures.keys()
    }

    /// Whether a secondary diagnosis belongs to an exclusion group, by dense ids. Group 0 is empty.
    #[must_use]
    pub fn excludes(&self, group: u16, secondary: u32) -> bool {
        group != 0 && self.exclusion_group(group).binary_search(&secondary).is_ok()
    }

    /// The secondary diagnoses of an exclusion group, sorted dense ids.
    #[must_use]
    pub fn exclusion_group(&self, group: u16) -> &[u32] {
        self.exclusion_codes.get(span(&self.exclusion_first, u32::from(group))).unwrap_or_default()
    }

    /// Positions of the clusters whose first choice holds the procedure.
    pub fn clusters_opened_by(&self, procedure: u32) -> impl Iterator<Item = u32> + '_ {
        let openers: &[[u32; 2]] = &self.cluster_openers;
        let start = openers.partition_point(|pair| pair[0] < procedure);
        openers.get(start..).unwrap_or_default().iter().take_while(move |pair| pair[0] == procedure).map(|pair| pair[1])
    }

    /// A cluster by position.
    #[must_use]
    pub fn cluster(&self, position: u32) -> Option<Cluster<'_>> {
        self.clusters.get(position as usize).map(|row| Cluster { row, tables: self })
    }

    /// All clusters of all versions, by position.
    #[must_use]
    pub fn cluster_rows(&self) -> &[ClusterRow] {
        &self.clusters
    }

    /// The formulas of a version, by list and rank.
    #[must_use]
    pub fn formulas(&self, version: u16) -> &[FormulaRow] {
        let rows: &[FormulaRow] = &self.formulas;
        let start = rows.partition_point(|row| row.version < version);
        let end = rows.partition_point(|row| row.version <= version);
        rows.get(start..end).unwrap_or_default()
    }

    /// The formulas of hospital-acquired conditions, all versions.
    #[must_use]
    pub fn hac_formulas(&self) -> &[HacFormulaRow] {
        &self.hac_formulas
    }

    /// A pooled text.
    #[must_use]
    pub fn text(&self, text: StrRef) -> &str {
        self.texts.get(text)
    }

    /// Names of the attributes by id.
    pub fn attribute_names(&self, space: AttributeSpace) -> impl Iterator<Item = &str> {
        let names = match space {
            AttributeSpace::Diagnosis => &self.diagnosis_attributes,
            AttributeSpace::Procedure => &self.procedure_attributes,
        };
        names.iter().map(|&name| self.texts.get(name))
    }

    /// Names of the attributes in a set.
    #[must_use]
    pub fn names_in(&self, space: AttributeSpace, set: &Attributes) -> Vec<&str> {
        self.attribute_names(space)
            .enumerate()
            .filter(|(id, _)| set.get(id / 64).is_some_and(|word| word >> (id % 64) & 1 == 1))
            .map(|(_, name)| name)
            .collect()
    }

    /// The name of an MS-DRG.
    #[must_use]
    pub fn drg_name(&self, drg: u16, version: u16) -> Option<&str> {
        self.name(&self.drgs, drg, version)
    }

    /// The name of an MDC; 0 is Pre-MDC.
    #[must_use]
    pub fn mdc_name(&self, mdc: u8, version: u16) -> Option<&str> {
        self.name(&self.mdcs, u16::from(mdc), version)
    }

    /// The name of a hospital-acquired condition.
    #[must_use]
    pub fn hac_name(&self, hac: u8, version: u16) -> Option<&str> {
        self.name(&self.hacs, u16::from(hac), version)
    }

    fn name(&self, rows: &[DescriptionRow], number: u16, version: u16) -> Option<&str> {
        let start = rows.partition_point(|row| row.number < u32::from(number));
        rows.get(start..)?
            .iter()
            .take_while(|row| row.number == u32::from(number))
            .find(|row| row.from_version <= version && version <= row.to_version)
            .map(|row| self.texts.get(row.text))
    }

    /// Whether a discharge status is valid in a version.
    #[must_use]
    pub fn valid_discharge_status(&self, status: u8, version: u16) -> bool {
        let holds = |row: &StatusRow| row.from_version <= version && version <= row.to_version;
        self.statuses.iter().any(|row| row.status == u16::from(status) && holds(row))
    }
}

/// The rows of entry `id` of a table whose entries begin where `first` says.
fn span(first: &[u32], id: u32) -> Range<usize> {
    let id = id as usize;
    match (first.get(id), first.get(id + 1)) {
        (Some(&start), Some(&end)) => start as usize..end as usize,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FlatWriter;
    use crate::plain::PlainTables;
    use crate::test_support::reopen;

    fn tables() -> MsDrgTables {
        let data = PlainTables::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
        let mut writer = FlatWriter::new();
        super::super::compile(&data, &mut writer).unwrap();
        MsDrgTables::open(&reopen(writer)).unwrap()
    }

    fn diagnosis(code: &str) -> DiagnosisCode {
        DiagnosisCode::parse(code).unwrap()
    }

    #[test]
    fn rows_follow_the_version() {
        let tables = tables();
        let id = tables.diagnosis_id(diagnosis("I5020")).unwrap();
        let row = tables.diagnosis(id, 431).unwrap();
        assert_eq!((row.mdc, row.severity()), (5, super::super::SeverityLevel::Cc));
        // E66.813 came with version 42.0.
        let id = tables.diagnosis_id(diagnosis("E66813")).unwrap();
        assert!(tables.diagnosis(id, 411).is_none() && tables.diagnosis(id, 420).is_some());
        let names = tables.names_in(
            AttributeSpace::Diagnosis,
            &tables.diagnosis_pattern(tables.diagnosis(id, 430).unwrap()).unwrap().attributes,
        );
        assert_eq!(names, ["dxc1003", "hac11_pdx"]);
        assert_eq!(tables.diagnosis_pattern(tables.diagnosis(id, 430).unwrap()).unwrap().hacs, 1 << 11);
    }

    #[test]
    fn the_sex_decides_an_mdc_and_a_principal_its_exclusions() {
        let tables = tables();
        let row = tables.diagnosis(tables.diagnosis_id(diagnosis("A568")).unwrap(), 431).unwrap();
        assert_eq!((row.male_mdc, row.female_mdc), (12, 13));
        let group = tables.diagnosis(tables.diagnosis_id(diagnosis("A1809")).unwrap(), 431).unwrap().exclusion_group;
        assert!(tables.excludes(group, tables.diagnosis_id(diagnosis("M86332")).unwrap()));
        assert!(!tables.excludes(group, tables.diagnosis_id(diagnosis("I5020")).unwrap()));
    }

    #[test]
    fn clusters_are_found_from_their_first_choice() {
        let tables = tables();
        let id = tables.procedure_id(ProcedureCode::parse("02HK0KZ").unwrap()).unwrap();
        assert_eq!(tables.procedure(id, 431).unwrap().opens_cluster, 1);
        let clusters: Vec<Cluster<'_>> = tables.clusters_opened_by(id).filter_map(|at| tables.cluster(at)).collect();
        let cluster = clusters.iter().find(|cluster| cluster.name() == "Z@0217").unwrap();
        assert_eq!((cluster.choices().count(), cluster.row.suppressed_lists), (2, 1 << 5 | 1 << 29));
    }

    #[test]
    fn roles_name_the_part_a_code_plays() {
        let tables = tables();
        let role = tables.diagnosis_role(diagnosis("T3140"), 431).unwrap();
        assert_eq!(
            (role.mdc, role.severity, role.hacs.as_slice()),
            (Some(22), super::super::SeverityLevel::Cc, [5].as_slice())
        );
        assert_eq!(tables.diagnosis_role(diagnosis("V0001XA"), 431).unwrap().mdc, None);
        assert_eq!(tables.diagnosis_role(diagnosis("A568"), 431).unwrap().mdc_by_sex, Some([12, 13]));
        assert!(tables.diagnosis_role(diagnosis("G20"), 431).is_none());
        let role = tables.procedure_role(ProcedureCode::parse("02HK0KZ").unwrap(), 431).unwrap();
        assert!(role.operating_room && role.clusters > 0 && role.attributes.contains(&"aicdlead"), "{role:?}");
        assert!(!tables.procedure_role(ProcedureCode::parse("5A1955Z").unwrap(), 431).unwrap().operating_room);
    }

    #[test]
    fn names_and_statuses() {
        let tables = tables();
        assert_eq!(tables.drg_name(291, 431), Some("Heart Failure and Shock with MCC"));
        assert_eq!(tables.mdc_name(5, 431), Some("Diseases and Disorders of the Circulatory System"));
        assert_eq!(tables.hac_name(5, 431), Some("Falls and Trauma"));
        assert_eq!(tables.drg_name(9999, 431), None);
        assert!(tables.valid_discharge_status(1, 431) && !tables.valid_discharge_status(10, 431));
        assert_eq!(tables.versions().len(), 9);
        assert_eq!(tables.formulas(431).len(), 828);
    }
}
