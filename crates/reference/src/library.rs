//! All tables that are loaded.

use crate::data_folder::{DataFolder, FolderError};
use crate::embedded;
use crate::releases::{LoadedRelease, Lookup, Releases};
use jiff::civil::Date;
use openclaim_tables::abbreviations::Abbreviations;
use openclaim_tables::drg_weights::DrgWeights;
use openclaim_tables::icd10cm::Icd10Cm;
use openclaim_tables::icd10pcs::Icd10Pcs;
use openclaim_tables::mce::Mce;
use openclaim_tables::msdrg::MsDrgTables;
use openclaim_tables::pairs::PairTable;
use openclaim_tables::relation::Relation;
use openclaim_tables::release::Table;
use openclaim_tables::{FlatError, FlatFile, TableInfo, info};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All tables at hand: those of the embedded release and those of a data folder.
///
/// Opening costs microseconds and one mapping per release: sections are located, not read. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Library {
    file: FlatFile,
    icd10cm: Icd10Cm,
    icd10pcs: Icd10Pcs,
    drg_weights: DrgWeights,
    abbreviations: Abbreviations,
    mce: Mce,
    ms_drg: MsDrgTables,
    folder: Arc<Folder>,
}

/// What a data folder brought.
#[derive(Debug, Default)]
struct Folder {
    releases: Releases,
    warnings: Vec<LibraryWarning>,
}

/// A release, or a whole data folder, that could not be opened. The others are there all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryWarning {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: String,
}

impl std::fmt::Display for LibraryWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is left out: {}", self.path.display(), self.problem)
    }
}

impl Library {
    /// The release that is part of the binary.
    ///
    /// # Errors
    /// [`FlatError`] when the binary was damaged after it was built.
    pub fn embedded() -> Result<Self, FlatError> {
        Self::from_file(embedded::open()?)
    }

    /// The embedded release and the releases of a data folder. A folder that does not exist holds none; what cannot be
    /// opened is left out with a [warning](Library::warnings).
    ///
    /// # Errors
    /// [`FlatError`] when the binary was damaged after it was built.
    pub fn open(data_folder: Option<&Path>) -> Result<Self, FlatError> {
        let mut library = Self::embedded()?;
        if let Some(path) = data_folder {
            library.folder = Arc::new(Folder::open(&DataFolder::new(path)));
        }
        Ok(library)
    }

    fn from_file(file: FlatFile) -> Result<Self, FlatError> {
        Ok(Self {
            icd10cm: Icd10Cm::open(&file)?,
            icd10pcs: Icd10Pcs::open(&file)?,
            drg_weights: DrgWeights::open(&file)?,
            abbreviations: Abbreviations::open(&file)?,
            mce: Mce::open(&file)?,
            ms_drg: MsDrgTables::open(&file)?,
            folder: Arc::default(),
            file,
        })
    }

    /// The relation of this name that speaks for `date`. Of the releases whose period holds the date and that were
    /// published by `known_at` (where given), the latest published answers, then the higher version.
    #[must_use]
    pub fn relation(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, Relation> {
        self.folder.releases.relation(table, date, known_at)
    }

    /// The relation of this name in the embedded release, whose rows carry their periods.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when it has no such relation, [`FlatError::Damaged`] when it cannot be read.
    pub fn embedded_relation(&self, table: &str) -> Result<Relation, FlatError> {
        Relation::open(&self.file, table)
    }

    /// The pair table of this name that speaks for `date`; chosen as by [`Library::relation`].
    #[must_use]
    pub fn pairs(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, PairTable> {
        self.folder.releases.pairs(table, date, known_at)
    }

    /// The table of this name, whatever its shape, that speaks for `date`; chosen as by [`Library::relation`].
    #[must_use]
    pub fn table(&self, table: &str, date: Date, known_at: Option<Date>) -> Lookup<'_, Table> {
        self.folder.releases.table(table, date, known_at)
    }

    /// The releases of the data folder, latest published first.
    #[must_use]
    pub fn releases(&self) -> &[LoadedRelease] {
        self.folder.releases.all()
    }

    /// The releases that hold a table, in the order in which they are asked.
    pub fn releases_of(&self, table: &str) -> impl Iterator<Item = &LoadedRelease> {
        self.folder.releases.holding(table)
    }

    /// Names of the tables that the data folder brought, sorted.
    pub fn table_names(&self) -> impl Iterator<Item = &str> {
        self.folder.releases.tables()
    }

    /// What could not be opened.
    #[must_use]
    pub fn warnings(&self) -> &[LibraryWarning] {
        &self.folder.warnings
    }

    /// Where every table of the embedded release comes from and what span of time it covers.
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

impl Folder {
    fn open(folder: &DataFolder) -> Self {
        let mut warnings = Vec::new();
        let listed = folder.list().unwrap_or_else(|error| {
            let problem = match error {
                FolderError::Io { source, .. } => source.to_string(),
                other => other.to_string(),
            };
            warnings.push(LibraryWarning { path: folder.releases(), problem });
            Vec::new()
        });
        let mut releases = Vec::with_capacity(listed.len());
        for entry in listed {
            match entry.release {
                Ok(release) => releases.push(LoadedRelease::new(entry.path, release)),
                Err(error) => {
                    let problem = match error {
                        FlatError::Io { source, .. } => source.to_string(),
                        other => other.to_string(),
                    };
                    warnings.push(LibraryWarning { path: entry.path, problem });
                }
            }
        }
        Self { releases: Releases::new(releases), warnings }
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
