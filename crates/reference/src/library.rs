//! All tables that are loaded.

use crate::embedded;
use openclaim_tables::abbreviations::Abbreviations;
use openclaim_tables::drg_weights::DrgWeights;
use openclaim_tables::icd10cm::Icd10Cm;
use openclaim_tables::icd10pcs::Icd10Pcs;
use openclaim_tables::mce::Mce;
use openclaim_tables::msdrg::MsDrgTables;
use openclaim_tables::{FlatError, FlatFile, TableInfo, info};

/// The opened tables of the embedded release.
///
/// Opening costs microseconds: sections are located, not read.
#[derive(Debug, Clone)]
pub struct Library {
    file: FlatFile,
    icd10cm: Icd10Cm,
    icd10pcs: Icd10Pcs,
    drg_weights: DrgWeights,
    abbreviations: Abbreviations,
    mce: Mce,
    ms_drg: MsDrgTables,
}

impl Library {
    /// The release that is part of the binary.
    ///
    /// # Errors
    /// [`FlatError`] when the binary was damaged after it was built.
    pub fn embedded() -> Result<Self, FlatError> {
        Self::from_file(embedded::open()?)
    }

    fn from_file(file: FlatFile) -> Result<Self, FlatError> {
        Ok(Self {
            icd10cm: Icd10Cm::open(&file)?,
            icd10pcs: Icd10Pcs::open(&file)?,
            drg_weights: DrgWeights::open(&file)?,
            abbreviations: Abbreviations::open(&file)?,
            mce: Mce::open(&file)?,
            ms_drg: MsDrgTables::open(&file)?,
            file,
        })
    }

    /// Where every table comes from and what span of time it covers.
    ///
    /// # Errors
    /// [`FlatError`] when the release does not describe itself.
    pub fn tables(&self) -> Result<Vec<TableInfo>, FlatError> {
        info::read(&self.file)
    }

    /// ICD-10-CM: validity, titles, hierarchy, notes.
    #[must_use]
    pub fn icd10cm(&self) -> &Icd10Cm {
        &self.icd10cm
    }

    /// ICD-10-PCS: validity, titles.
    #[must_use]
    pub fn icd10pcs(&self) -> &Icd10Pcs {
        &self.icd10pcs
    }

    /// Abbreviations and everyday words of the code search.
    #[must_use]
    pub fn abbreviations(&self) -> &Abbreviations {
        &self.abbreviations
    }

    /// IPPS Table 5: relative weights and lengths of stay.
    #[must_use]
    pub fn drg_weights(&self) -> &DrgWeights {
        &self.drg_weights
    }

    /// Medicare Code Editor: edit flags by code, age ranges, discharge statuses.
    #[must_use]
    pub fn mce(&self) -> &Mce {
        &self.mce
    }

    /// MS-DRG: attributes of codes, formulas, exclusions, by grouper version.
    #[must_use]
    pub fn ms_drg(&self) -> &MsDrgTables {
        &self.ms_drg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_release_opens_and_names_its_sources() {
        let tables = Library::embedded().unwrap().tables().unwrap();
        assert!(tables.iter().all(|table| table.sha256.len() == 64), "{tables:?}");
    }
}
