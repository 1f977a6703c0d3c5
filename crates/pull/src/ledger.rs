//! What earlier pulls brought: `ledger.json` in the folder of downloads.

use crate::PullError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// One file that an earlier pull brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) address: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    /// What the server calls this content, for asking whether it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) validator: Option<String>,
}

/// The files that earlier pulls brought, by their path in the folder.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

impl Ledger {
    pub(crate) fn open(folder: &Path) -> Result<Self, PullError> {
        let path = folder.join("ledger.json");
        let entries = match std::fs::read(&path) {
            // Without a ledger, or with a damaged one, everything is fetched anew: that is safe, only slower.
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(PullError::Io { path, source: error }),
        };
        Ok(Self { path, entries })
    }

    pub(crate) fn get(&self, file: &str) -> Option<&Entry> {
        self.entries.get(file)
    }

    pub(crate) fn record(&mut self, file: &str, entry: Entry) -> Result<(), PullError> {
        self.entries.insert(file.to_owned(), entry);
        write_json(&self.path, &self.entries)
    }
}

/// Writes beside the destination and renames, so that a reader never sees half of it.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), PullError> {
    let temporary = path.with_extension("partial");
    let write = || {
        let mut file = File::create(&temporary)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(PullError::io(path))
}
