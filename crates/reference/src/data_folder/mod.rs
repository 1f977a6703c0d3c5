//! The data folder: where a user's releases lie, and how new ones are put there.
//!
//! ```text
//! DIR/releases/<family>-<version>-<digest>.flat   one file per release
//! DIR/releases/*.partial                          left by an import that was interrupted; swept by the next
//! DIR/lock                                        locked while an import writes; names the holder
//! ```
//!
//! Releases are written under a temporary name, synced and renamed, all of an import before the first is renamed. An
//! import that fails or is interrupted therefore leaves the folder as it was, and readers need no lock.

mod lock;
#[cfg(test)]
mod tests;

pub use lock::WriteAccess;

use openclaim_tables::FlatError;
use openclaim_tables::release::Release;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the data folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The operating system refused: the folder is read-only, the disk is full …
    #[error("cannot {action} {}: {source}; the data folder is as it was", path.display())]
    Io {
        /// What was tried, `write`.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another import is writing.
    #[error("{} is locked by {holder}; wait for it to finish, or try again later", path.display())]
    Locked {
        /// The data folder.
        path: PathBuf,
        /// Who holds the lock, as far as it says.
        holder: String,
    },
    /// A release that was just written does not read back.
    #[error("{} does not read back as it was written: {source}; the data folder is as it was", path.display())]
    NotAsWritten {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FlatError,
    },
}

/// A release of the folder, and where it lies.
#[derive(Debug)]
pub struct Listed {
    /// The file.
    pub path: PathBuf,
    /// The release, or why it cannot be used.
    pub release: Result<Release, FlatError>,
}

/// What became of a release that was put into the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its file.
    pub path: PathBuf,
    /// Whether it was there already, byte for byte.
    pub already_there: bool,
    /// Files that were removed, because they were read from the same source files for the same publication: an earlier
    /// version of the importer, or other options.
    pub replaced: Vec<PathBuf>,
    /// Releases of the same family and version that were published earlier, and answer only when the day of knowledge
    /// lies before this one's publication.
    pub supersedes: Vec<PathBuf>,
}

/// A user's data folder. It need not exist; it is made when the first release is put there.
#[derive(Debug, Clone)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The data folder at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its releases lie.
    #[must_use]
    pub fn releases(&self) -> PathBuf {
        self.path.join("releases")
    }

    /// Its releases by file name; empty when the folder does not exist.
    ///
    /// # Errors
    /// [`FolderError::Io`] when the folder cannot be listed. A release that cannot be opened is listed with the reason.
    pub fn list(&self) -> Result<Vec<Listed>, FolderError> {
        let files = self.files(".flat")?;
        Ok(files.into_iter().map(|path| Listed { release: Release::open(&path), path }).collect())
    }

    /// Reads every release and compares it with its own digest ([`Release::verify`]).
    ///
    /// # Errors
    /// As [`DataFolder::list`].
    pub fn verify(&self) -> Result<Vec<Listed>, FolderError> {
        let mut listed = self.list()?;
        for entry in &mut listed {
            if let Ok(release) = &entry.release
                && let Err(error) = release.verify()
            {
                entry.release = Err(error);
            }
        }
        Ok(listed)
    }

    /// Takes the folder for writing, making it where it does not exist. Waits up to `patience` for another import; the
    /// lock ends with the returned value, also when the process dies. `holder` is what others are told.
    ///
    /// # Errors
    /// [`FolderError::Locked`] when another import is still writing, [`FolderError::Io`] when the folder cannot be
    /// written.
    pub fn write_access(&self, holder: &str, patience: Duration) -> Result<WriteAccess<'_>, FolderError> {
        WriteAccess::take(self, holder, patience)
    }

    /// Files of the releases folder whose name ends with `suffix`, sorted.
    fn files(&self, suffix: &str) -> Result<Vec<PathBuf>, FolderError> {
        let folder = self.releases();
        let io = |source| FolderError::Io { action: "list", path: folder.clone(), source };
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(io)?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(suffix)) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}
