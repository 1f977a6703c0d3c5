//! Writers of plain tables: csv, a header line, LF.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The largest plain table that is still pleasant to diff and review.
const LIMIT: u64 = 3_000_000;

/// A csv writer with LF line ends that creates the folder it needs.
pub(super) fn csv_writer(path: &Path) -> Result<csv::Writer<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(path).with_context(|| path.display().to_string())?;
    Ok(csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(file))
}

/// Makes `folder`, rid of the csv files an earlier derivation left there.
pub(super) fn empty_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "csv") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// One table in several files of a folder, a file per key.
pub(super) struct SplitWriter {
    folder: PathBuf,
    header: Vec<String>,
    files: BTreeMap<String, csv::Writer<File>>,
    rows: u64,
}

impl SplitWriter {
    pub(super) fn new(folder: &Path, header: &[&str]) -> Self {
        Self {
            folder: folder.to_owned(),
            header: header.iter().map(|&h| h.to_owned()).collect(),
            files: BTreeMap::new(),
            rows: 0,
        }
    }

    /// Appends a row to the file of `key`.
    pub(super) fn write(&mut self, key: &str, row: &[&str]) -> Result<()> {
        if !self.files.contains_key(key) {
            let mut writer = csv_writer(&self.folder.join(format!("{key}.csv")))?;
            writer.write_record(&self.header)?;
            self.files.insert(key.to_owned(), writer);
        }
        self.files.get_mut(key).context("a file just opened")?.write_record(row)?;
        self.rows += 1;
        Ok(())
    }

    /// Flushes every file, refuses one that has grown too large to review, and counts the rows of all.
    pub(super) fn finish(self) -> Result<u64> {
        for (key, mut writer) in self.files {
            writer.flush()?;
            let path = self.folder.join(format!("{key}.csv"));
            if fs::metadata(&path)?.len() > LIMIT {
                bail!("{} is over {LIMIT} bytes: split it further", path.display());
            }
        }
        Ok(self.rows)
    }
}
