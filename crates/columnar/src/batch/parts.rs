//! The parts of a run on disk: Parquet files that appear as a whole or not at all.

use super::options::BatchError;
use super::scoring::ScoringResult;
use crate::build::in_files;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

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
///
/// Rows wait in the queue of their table, in order. Whoever finds a table's files free writes what waits there, so that
/// tables are written side by side, and each in order.
pub(super) struct Part {
    folder: PathBuf,
    number: u64,
    tables: Mutex<BTreeMap<String, Arc<Table>>>,
}

#[derive(Default)]
struct Table {
    /// Rows that are to be written, with their partition.
    waiting: Mutex<VecDeque<(String, RecordBatch)>>,
    /// By partition.
    files: Mutex<BTreeMap<String, ArrowWriter<File>>>,
    rows: AtomicU64,
}

/// What a lock guards. A worker that died holding it ends the run before anybody reads what it left behind.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let part = Self { folder: folder.to_owned(), number, tables: Mutex::default() };
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

    fn table(&self, name: &str) -> Arc<Table> {
        let mut tables = locked(&self.tables);
        match tables.get(name) {
            Some(table) => Arc::clone(table),
            None => Arc::clone(tables.entry(name.to_owned()).or_default()),
        }
    }

    fn all_tables(&self) -> Vec<(String, Arc<Table>)> {
        locked(&self.tables).iter().map(|(name, table)| (name.clone(), Arc::clone(table))).collect()
    }

    /// Adds rows to the queue of a table; `partition` is empty, or `name=value`.
    pub(super) fn push(&self, table: &str, partition: String, rows: RecordBatch) {
        let table = self.table(table);
        table.rows.fetch_add(rows.num_rows() as u64, Ordering::Relaxed);
        locked(&table.waiting).push_back((partition, rows));
    }

    /// Writes what waits for tables that nobody else is writing. Where more than `patience` batches wait, their table is
    /// waited for: rows must not come faster than they are written.
    pub(super) fn write_waiting(&self, patience: usize) -> Result<(), BatchError> {
        for (name, table) in self.all_tables() {
            let files = match table.files.try_lock() {
                Ok(files) => Some(files),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if locked(&table.waiting).len() > patience => Some(locked(&table.files)),
                Err(TryLockError::WouldBlock) => None,
            };
            if let Some(mut files) = files {
                self.drain(&name, &table, &mut files)?;
            }
        }
        Ok(())
    }

    fn drain(
        &self,
        name: &str,
        table: &Table,
        files: &mut BTreeMap<String, ArrowWriter<File>>,
    ) -> Result<(), BatchError> {
        loop {
            let Some((partition, rows)) = locked(&table.waiting).pop_front() else { return Ok(()) };
            let path = self.written(name, &partition);
            let writer = match files.entry(partition) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let file = File::create(&path).map_err(failed(&path))?;
                    let schema = in_files(&rows.schema());
                    let properties = properties(&schema).map_err(parquet_failed(&path))?;
                    let writer = ArrowWriter::try_new(file, schema, Some(properties));
                    entry.insert(writer.map_err(parquet_failed(&path))?)
                }
            };
            writer.write(&rows).map_err(parquet_failed(&path))?;
        }
    }

    /// Ends the part: no rows are added behind this. The mark takes its number and rows.
    pub(super) fn count(&self, mark: &mut Mark) {
        mark.part = self.number;
        mark.files.clear();
        for (name, table) in self.all_tables() {
            *mark.rows.entry(name).or_default() += table.rows.load(Ordering::Relaxed);
        }
    }

    /// Writes what still waits and closes the files, as many at once as there are `threads`; their names, as the part will
    /// have them.
    pub(super) fn close(&self, threads: usize) -> Result<Vec<PathBuf>, BatchError> {
        let tables = self.all_tables();
        let next = AtomicUsize::new(0);
        let close = || -> Result<(), BatchError> {
            while let Some((name, table)) = tables.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut files = locked(&table.files);
                self.drain(name, table, &mut files)?;
                for (partition, writer) in files.iter_mut() {
                    let path = self.written(name, partition);
                    writer.finish().map_err(parquet_failed(&path))?;
                    writer.inner().sync_all().map_err(failed(&path))?;
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads.min(tables.len())).map(|_| scope.spawn(close)).collect();
            let closed = close();
            let helped = helpers.into_iter().map(|helper| helper.join().unwrap_or(Err(BatchError::WorkerDied)));
            helped.fold(closed, Result::and)
        })?;
        let places = tables.iter().flat_map(|(name, table)| {
            let partitions: Vec<String> = locked(&table.files).keys().cloned().collect();
            partitions.into_iter().map(move |partition| (name.clone(), partition))
        });
        let file = format!("part-{:06}.parquet", self.number);
        Ok(places.map(|(name, partition)| Path::new(&name).join(partition).join(&file)).collect())
    }

    /// Puts the closed part into place and marks it as whole.
    pub(super) fn put_into_place(&self, mark: &Mark) -> Result<(), BatchError> {
        for (name, table) in self.all_tables() {
            for partition in locked(&table.files).keys() {
                let path = self.written(&name, partition);
                let place = Path::new(&name).join(partition).join(format!("part-{:06}.parquet", self.number));
                let whole = self.folder.join(place);
                if let Some(parent) = whole.parent() {
                    fs::create_dir_all(parent).map_err(failed(parent))?;
                }
                fs::rename(&path, &whole).map_err(failed(&whole))?;
            }
        }
        let beside = self.beside();
        fs::remove_dir_all(&beside).map_err(failed(&beside))?;
        let path = self.folder.join(STATE).join(format!("{:06}.json", self.number));
        let text = serde_json::to_vec(mark).map_err(std::io::Error::other);
        text.and_then(|text| write_whole(&path, &text)).map_err(failed(&path))
    }
}

/// How a table is packed. Columns whose values hardly ever come twice gain nothing from a dictionary, numbers and dates more
/// from their differences, and of texts for people and of words that every part has alike the least and greatest tell
/// nothing; all of it costs time.
fn properties(schema: &Schema) -> Result<WriterProperties, parquet::errors::ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(format!("openclaim {}", openclaim_engine::ENGINE_VERSION));
    for field in schema.fields() {
        let column = || ColumnPath::from(field.name().as_str());
        if field.data_type().is_numeric() || field.data_type().is_temporal() {
            properties = properties.set_column_dictionary_enabled(column(), false);
            properties = properties.set_column_encoding(column(), Encoding::DELTA_BINARY_PACKED);
        }
        match field.name().as_str() {
            "claim_id" => properties = properties.set_column_dictionary_enabled(column(), false),
            "digest" | "rest" => {
                properties = properties.set_column_dictionary_enabled(column(), false);
                properties = properties.set_column_statistics_enabled(column(), EnabledStatistics::None);
            }
            "rest_shared" | "message" | "detail" | "remedy" | "evidence" | "clears" | "inputs" | "formula"
            | "source" | "rule" | "reason" => {
                properties = properties.set_column_statistics_enabled(column(), EnabledStatistics::None);
            }
            _ => {}
        }
    }
    Ok(properties.build())
}
