//! Writing a release.

use super::{DIGEST, META, ReleaseMeta, TableRows, TableShape, Warning, hex};
use crate::pairs::PairTableBuilder;
use crate::relation::{BuildError, Built, RelationBuilder};
use crate::{FlatError, FlatWriter};
use sha2::{Digest, Sha256};

/// Warnings kept with a release; a file that is wrong throughout need not say so in every row.
const WARNINGS: usize = 1000;

/// Collects the tables of a release; see the [module](super) for an example.
#[derive(Debug)]
pub struct ReleaseWriter {
    meta: ReleaseMeta,
    flat: FlatWriter,
}

impl ReleaseWriter {
    /// A release without tables.
    #[must_use]
    pub fn new(meta: ReleaseMeta) -> Self {
        Self { meta, flat: FlatWriter::new() }
    }

    /// The description, to be completed while the sources are read.
    pub fn meta(&mut self) -> &mut ReleaseMeta {
        &mut self.meta
    }

    /// Notes what a user should know. After a thousand warnings only their number is kept.
    pub fn warn(&mut self, warning: Warning) {
        if self.meta.warnings.len() < WARNINGS {
            self.meta.warnings.push(warning);
        } else {
            self.meta.more_warnings += 1;
        }
    }

    /// Adds a table.
    ///
    /// # Errors
    /// As [`RelationBuilder::write`].
    pub fn relation(&mut self, builder: RelationBuilder) -> Result<Built, BuildError> {
        let built = builder.write(&mut self.flat)?;
        self.added(&built, TableShape::Relation);
        Ok(built)
    }

    /// Adds a pair table.
    ///
    /// # Errors
    /// As [`PairTableBuilder::write`].
    pub fn pairs(&mut self, builder: PairTableBuilder) -> Result<Built, BuildError> {
        let built = builder.write(&mut self.flat)?;
        self.added(&built, TableShape::Pairs);
        Ok(built)
    }

    fn added(&mut self, built: &Built, shape: TableShape) {
        let Built { table, rows, repeated } = built.clone();
        self.meta.tables.push(TableRows { table, rows, repeated, shape });
    }

    /// The finished release.
    ///
    /// # Errors
    /// [`BuildError::Schema`] when family or version cannot be part of a file name, when the period ends before it
    /// begins, or when there is no table.
    pub fn finish(mut self) -> Result<BuiltRelease, BuildError> {
        let meta = &mut self.meta;
        let family = meta.family.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if meta.family.is_empty() || !family {
            return Err(BuildError::Schema(format!("`{}` is no name for a family of releases", meta.family)));
        }
        if meta.version.trim().is_empty() {
            return Err(BuildError::Schema(format!("the release of `{}` has no version", meta.publication)));
        }
        if let Some(to) = meta.to.filter(|&to| to < meta.from) {
            return Err(BuildError::Schema(format!("the release ends on {to} before it begins on {}", meta.from)));
        }
        if meta.tables.is_empty() {
            return Err(BuildError::Schema(format!("the release of `{}` has no table", meta.publication)));
        }
        meta.tables.sort_by(|a, b| a.table.cmp(&b.table));
        meta.sources.sort();
        let json = serde_json::to_vec(meta).map_err(|error| BuildError::Schema(error.to_string()))?;
        self.flat.put(META, &json)?;
        self.flat.put(DIGEST, &[0_u8; 32])?;
        let mut bytes = self.flat.finish();
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let place = crate::flat::section_place(&bytes, DIGEST).and_then(|place| bytes.get_mut(place));
        let Some(place) = place.filter(|place| place.len() == digest.len()) else {
            return Err(FlatError::NoSection(DIGEST.to_owned()).into());
        };
        place.copy_from_slice(&digest);
        Ok(BuiltRelease { meta: self.meta, bytes, sha256: hex(&digest) })
    }
}

/// A finished release, ready to be put into a data folder.
#[derive(Debug, Clone)]
pub struct BuiltRelease {
    /// Its description.
    pub meta: ReleaseMeta,
    /// The file.
    pub bytes: Vec<u8>,
    /// The digest in section `release.sha256`, in hexadecimal digits.
    pub sha256: String,
}

impl BuiltRelease {
    /// Name under which it is kept: family, version and the first twelve digits of its digest.
    #[must_use]
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let version: String = self.meta.version.trim().chars().map(plain).take(40).collect();
        format!("{}-{version}-{}.flat", self.meta.family, self.sha256.get(..12).unwrap_or_default())
    }
}
