//! The parts of a run on disk: Parquet files that appear as a whole or not at all.

use super::options::BatchError;
use super::scoring::ScoringResult;
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Folder of what is being written and of the marks of whole parts.
const STATE: &str = "_parts";

/// Where a run stands behind a whole part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Number of the part, from 1.
    pub(super) part: u64,
    /// The input that comes next or goes on.
    pub(super) input: usize,
    /// What was taken of it: claims and refusals of a file, rows of a table.
    pub(super) taken: u64,
    /// Positions of the run that are used up: claims, and what was refused.
    pub(super) positions: u64,
    /// Claims decided so far.
    pub(super) claims: u64,
    /// Refusals so far.
    pub(super) refused: u64,
    /// Rows written so far, by table.
    pub(super) rows: BTreeMap<String, u64>,
    /// Milliseconds spent so far.
    pub(super) milliseconds: u64,
    /// What became of the members, in the mark of the last part of a run that scores them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scored: Option<ScoringResult>,
    /// The files of the part, from the folder of the results.
    pub(super) files: Vec<PathBuf>,
}

/// Writes a file beside its place, and renames it there.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("tmp");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// The part that is being written.
pub(super) struct Part {
    folder: PathBuf,
    number: u64,
    /// By table and partition.
    open: BTreeMap<(String, String), ArrowWriter<File>>,
    rows: BTreeMap<String, u64>,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> BatchError + '_ {
    move |source| BatchError::Write { path: path.to_owned(), source }
}

fn parquet_failed(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> BatchError + '_ {
    move |error| {
        let source = match error {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(io) => *io,
                Err(other) => std::io::Error::other(other.to_string()),
            },
            other => std::io::Error::other(other.to_string()),
        };
        BatchError::Write { path: path.to_owned(), source }
    }
}

/// The last whole part, and the removal of what a stopped run left behind it.
pub(super) fn last_whole(folder: &Path) -> Result<Mark, BatchError> {
    let state = folder.join(STATE);
    fs::create_dir_all(&state).map_err(failed(&state))?;
    let mut marks: Vec<Mark> = Vec::new();
    for entry in fs::read_dir(&state).map_err(failed(&state))? {
        let path = entry.map_err(failed(&state))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = fs::read(&path).map_err(failed(&path))?;
            let mark = serde_json::from_slice(&text).map_err(|error| BatchError::AnotherRun {
                path: path.clone(),
                difference: format!("the mark of a part cannot be read: {error}"),
            })?;
            marks.push(mark);
        } else {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(failed(&path))?;
        }
    }
    marks.sort_by_key(|mark| mark.part);
    let last = marks.pop().unwrap_or_default();
    remove_beyond(folder, last.part)?;
    Ok(last)
}

/// Takes away the files of parts that have no mark: the run was stopped while they were put into place.
fn remove_beyond(folder: &Path, part: u64) -> Result<(), BatchError> {
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(failed(&next))? {
            let path = entry.map_err(failed(&next))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if number_of(&path).is_some_and(|number| number > part) {
                fs::remove_file(&path).map_err(failed(&path))?;
            }
        }
    }
    Ok(())
}

/// The number of a part, from the name of one of its files.
pub(super) fn number_of(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("part-")?.strip_suffix(".parquet")?.parse().ok()
}

impl Part {
    pub(super) fn begin(folder: &Path, number: u64) -> Result<Self, BatchError> {
        let part = Self { folder: folder.to_owned(), number, open: BTreeMap::new(), rows: BTreeMap::new() };
        let beside = part.beside();
        fs::create_dir_all(&beside).map_err(failed(&beside))?;
        Ok(part)
    }

    /// Where the part is written until it is whole.
    fn beside(&self) -> PathBuf {
        self.folder.join(STATE).join(format!("{:06}", self.number))
    }

    fn written(&self, table: &str, partition: &str) -> PathBuf {
        let name = if partition.is_empty() { table.to_owned() } else { format!("{table}@{partition}") };
        self.beside().join(name).with_extension("parquet")
    }

    /// Adds rows to a table; `partition` is empty, or `name=value`.
    pub(super) fn write(&mut self, table: &str, partition: &str, rows: &RecordBatch) -> Result<(), BatchError> {
        *self.rows.entry(table.to_owned()).or_default() += rows.num_rows() as u64;
        let path = self.written(table, partition);
        let key = (table.to_owned(), partition.to_owned());
        if !self.open.contains_key(&key) {
            let file = File::create(&path).map_err(failed(&path))?;
            let level = ZstdLevel::try_new(1).map_err(parquet_failed(&path))?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(level))
                .set_created_by(format!("openclaim {}", openclaim_engine::ENGINE_VERSION))
                .build();
            let writer = ArrowWriter::try_new(file, rows.schema(), Some(properties)).map_err(parquet_failed(&path))?;
            self.open.insert(key.clone(), writer);
        }
        match self.open.get_mut(&key) {
            Some(writer) => writer.write(rows).map_err(parquet_failed(&path)),
            None => Ok(()),
        }
    }

    /// Puts the part into place and marks it as whole.
    pub(super) fn finish(mut self, mark: &mut Mark) -> Result<(), BatchError> {
        mark.part = self.number;
        mark.files.clear();
        for ((table, partition), writer) in std::mem::take(&mut self.open) {
            let path = self.written(&table, &partition);
            let file = writer.into_inner().map_err(parquet_failed(&path))?;
            file.sync_all().map_err(failed(&path))?;
            let place = Path::new(&table).join(&partition).join(format!("part-{:06}.parquet", self.number));
            let whole = self.folder.join(&place);
            if let Some(parent) = whole.parent() {
                fs::create_dir_all(parent).map_err(failed(parent))?;
            }
            fs::rename(&path, &whole).map_err(failed(&whole))?;
            mark.files.push(place);
        }
        for (table, rows) in &self.rows {
            *mark.rows.entry(table.clone()).or_default() += rows;
        }
        let beside = self.beside();
        fs::remove_dir_all(&beside).map_err(failed(&beside))?;
        let path = self.folder.join(STATE).join(format!("{:06}.json", self.number));
        let text = serde_json::to_vec(mark).map_err(std::io::Error::other);
        text.and_then(|text| write_whole(&path, &text)).map_err(failed(&path))
    }
}
