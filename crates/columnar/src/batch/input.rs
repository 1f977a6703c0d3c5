//! Inputs of a batch: files, folders, archives; what they hold is told by their first bytes.

use super::chunk::{Content, Item};
use super::manifest::InputSummary;
use super::options::{BatchError, BatchOptions};
use super::tuva::{self, Grouper};
use crate::nested::NestedReader;
use arrow_array::RecordBatch;
use openclaim_claim::FileId;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Endings of the files that are taken from a folder.
const ENDINGS: [&str; 14] =
    ["837", "837i", "837p", "837d", "edi", "x12", "txt", "dat", "json", "ndjson", "csv", "gz", "zip", "parquet"];
/// Claims or rows that are decided together.
const CHUNK: usize = 512;
/// First bytes that are looked at. Column names of a CMS file may take several thousand.
const HEAD: u64 = 16 << 10;

/// Which reader an input needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// 837, FHIR, CMS claim files or delimited tables: the content tells.
    Text,
    /// Parquet.
    Parquet,
}

/// A file, or a member of an archive.
#[derive(Debug, Clone)]
pub struct Input {
    path: PathBuf,
    /// Position within the archive.
    member: Option<usize>,
    name: String,
    bytes: u64,
    kind: InputKind,
}

impl Input {
    /// The inputs that paths name: files, the claim files of folders (recursively, in order of name), and the members of zip
    /// archives, in order of name. An archive that cannot be read is an input all the same, for the quarantine to name.
    ///
    /// # Errors
    /// [`BatchError::Read`] for a path that does not exist.
    pub fn find(paths: &[PathBuf]) -> Result<Vec<Self>, BatchError> {
        let mut inputs = Vec::new();
        for path in paths {
            let metadata = path.metadata().map_err(|source| BatchError::Read { path: path.clone(), source })?;
            if metadata.is_dir() {
                for file in files_of(path)? {
                    Self::of_file(file, &mut inputs)?;
                }
            } else {
                Self::of_file(path.clone(), &mut inputs)?;
            }
        }
        Ok(inputs)
    }

    fn of_file(path: PathBuf, inputs: &mut Vec<Self>) -> Result<(), BatchError> {
        let unreadable = |source| BatchError::Read { path: path.clone(), source };
        let mut file = File::open(&path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut magic = [0; 4];
        let read = file.read(&mut magic).map_err(unreadable)?;
        let name = path.display().to_string();
        if read == 4
            && magic == *b"PK\x03\x04"
            && let Ok(archive) = zip::ZipArchive::new(BufReader::new(File::open(&path).map_err(unreadable)?))
        {
            let mut members: Vec<(String, usize)> = (0..archive.len())
                .filter_map(|at| archive.name_for_index(at).map(|name| (name.to_owned(), at)))
                .filter(|(name, _)| !name.ends_with('/'))
                .collect();
            members.sort();
            // Progress counts the archive's own bytes; its members share them.
            let share = bytes / (members.len() as u64).max(1);
            for (member, at) in members {
                let name = format!("{name}/{member}");
                inputs.push(Self { path: path.clone(), member: Some(at), name, bytes: share, kind: InputKind::Text });
            }
            return Ok(());
        }
        let kind = if magic == *b"PAR1" { InputKind::Parquet } else { InputKind::Text };
        inputs.push(Self { path, member: None, name, bytes, kind });
        Ok(())
    }

    /// Name and size.
    #[must_use]
    pub fn summary(&self) -> InputSummary {
        InputSummary { name: self.name.clone(), bytes: self.bytes }
    }

    /// Which reader it needs.
    #[must_use]
    pub fn kind(&self) -> InputKind {
        self.kind
    }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, BatchError> {
    let failed = |source| BatchError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(files_of(&path)?);
        } else {
            let ending = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
            if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// Takes chunks with the bytes that were read for them; `false` when no more are wanted.
pub(super) type Send<'s> = &'s mut dyn FnMut(Content, u64) -> bool;

/// Reads an input behind its first `skip` items. What cannot be read is an item as well. `false` when the run has ended.
pub(super) fn read(input: &Input, skip: u64, options: &BatchOptions, send: Send<'_>) -> bool {
    let broken = |code: &'static str, problem: String, send: Send<'_>| {
        // A file that was given up before needs no second word.
        skip > 0 || send(Content::Items(vec![Item::Broken { code, problem }]), 0)
    };
    match input.kind {
        InputKind::Parquet => match File::open(&input.path) {
            Ok(file) => parquet(input, file, skip, options, send),
            Err(error) => broken("read_failed", error.to_string(), send),
        },
        InputKind::Text => match open(input) {
            Ok(bytes) => text(bytes, skip, options, send),
            Err(error) => broken("read_failed", error.to_string(), send),
        },
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The bytes of a file or member, unpacked, and a count of those read from disk.
fn open(input: &Input) -> std::io::Result<(Box<dyn BufRead + std::marker::Send>, Arc<AtomicU64>)> {
    let count = Arc::new(AtomicU64::new(0));
    let file = File::open(&input.path)?;
    let Some(member) = input.member else {
        let counted = BufReader::with_capacity(1 << 16, Counted { inner: file, bytes: Arc::clone(&count) });
        return Ok((openclaim_fhir::unpacked(counted)?, count));
    };
    // A member borrows its archive, which cannot leave this function; members are unpacked into memory piece by piece by a
    // thread of their own.
    let (to_reader, pieces) = std::sync::mpsc::sync_channel::<std::io::Result<Vec<u8>>>(4);
    let counting = Arc::clone(&count);
    std::thread::spawn(move || {
        let unpack = || -> std::io::Result<()> {
            let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
            let mut member = archive.by_index(member)?;
            loop {
                let mut piece = vec![0; 1 << 16];
                let read = member.read(&mut piece)?;
                if read == 0 {
                    return Ok(());
                }
                piece.truncate(read);
                if to_reader.send(Ok(piece)).is_err() {
                    return Ok(());
                }
            }
        };
        if let Err(error) = unpack() {
            // Nobody listens any more when the run has ended.
            let _ = to_reader.send(Err(error));
        }
    });
    let pieces = Pieces { pieces, current: Cursor::new(Vec::new()), bytes: counting };
    Ok((openclaim_fhir::unpacked(BufReader::new(pieces))?, count))
}

/// Bytes that come in pieces from another thread.
struct Pieces {
    pieces: std::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>,
    current: Cursor<Vec<u8>>,
    bytes: Arc<AtomicU64>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.pieces.recv() {
                Ok(piece) => {
                    let piece = piece?;
                    self.bytes.fetch_add(piece.len() as u64, Ordering::Relaxed);
                    self.current = Cursor::new(piece);
                }
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Sends items in chunks, and passes over those of a sitting before.
struct Chunks<'s> {
    items: Vec<Item>,
    skip: u64,
    reported: u64,
    bytes: Arc<AtomicU64>,
    send: Send<'s>,
}

impl Chunks<'_> {
    fn push(&mut self, item: Item) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return true;
        }
        self.items.push(item);
        self.items.len() < CHUNK || self.flush()
    }

    fn flush(&mut self) -> bool {
        let read = self.bytes.load(Ordering::Relaxed);
        let since = read.saturating_sub(std::mem::replace(&mut self.reported, read));
        let items = std::mem::take(&mut self.items);
        items.is_empty() || (self.send)(Content::Items(items), since)
    }
}

fn text(
    (mut bytes, count): (Box<dyn BufRead + std::marker::Send>, Arc<AtomicU64>),
    skip: u64,
    options: &BatchOptions,
    send: Send<'_>,
) -> bool {
    let mut chunks = Chunks { items: Vec::with_capacity(CHUNK), skip, reported: 0, bytes: count, send };
    let mut head = Vec::new();
    if let Err(error) = (&mut bytes).take(HEAD).read_to_end(&mut head) {
        return chunks.push(Item::Broken { code: "read_failed", problem: error.to_string() }) && chunks.flush();
    }
    if head.starts_with(b"PK\x03\x04") {
        let problem = "it begins as a zip archive, and has no directory of one at its end, or is one within another";
        return chunks.push(Item::Broken { code: "damaged_archive", problem: problem.to_owned() }) && chunks.flush();
    }
    let (is_record, is_flat) = (openclaim_fhir::sniff(&head).is_some(), tuva::is_flat(&head, &options.columns));
    let whole: Box<dyn BufRead + std::marker::Send> = Box::new(Cursor::new(head).chain(bytes));
    let on = if is_flat {
        flat_text(whole, options, &mut chunks)
    } else if is_record {
        openclaim_fhir::Reader::new(whole, FileId(0)).all(|event| match event {
            openclaim_fhir::Event::Claim(record) => chunks.push(Item::Record(record)),
            openclaim_fhir::Event::Fault(fault) => chunks.push(Item::RecordFault(Box::new(fault))),
        })
    } else {
        openclaim_x12::Reader::new(whole, FileId(0)).validating().all(|event| match event {
            openclaim_x12::Event::Claim(record) => chunks.push(Item::X12(record)),
            openclaim_x12::Event::Fault(fault) => chunks.push(Item::X12Fault(Box::new(fault))),
        })
    };
    on && chunks.flush()
}

fn flat_text(bytes: Box<dyn BufRead + std::marker::Send>, options: &BatchOptions, chunks: &mut Chunks<'_>) -> bool {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut grouper = match reader.headers() {
        Ok(header) => Grouper::new(header.iter().map(str::to_owned), &options.columns),
        Err(error) => return chunks.push(Item::Broken { code: "read_failed", problem: error.to_string() }),
    };
    if let Some(missing) = grouper.missing() {
        let problem = format!("the table has no column `{missing}`");
        return chunks.push(Item::Broken { code: "missing_column", problem });
    }
    let mut row = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut row) {
            Ok(true) => {
                if let Some(claim) = grouper.push(row.iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty())))
                    && !chunks.push(Item::Flat(claim))
                {
                    return false;
                }
            }
            Ok(false) => break,
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                if let Some(claim) = grouper.unreadable(error.to_string())
                    && !chunks.push(Item::Flat(claim))
                {
                    return false;
                }
            }
            Err(error) => {
                let problem = error.to_string();
                return grouper.finish().is_none_or(|claim| chunks.push(Item::Flat(claim)))
                    && chunks.push(Item::Broken { code: "invalid_row", problem });
            }
        }
    }
    grouper.finish().is_none_or(|claim| chunks.push(Item::Flat(claim)))
}

fn parquet(input: &Input, file: File, skip: u64, options: &BatchOptions, send: Send<'_>) -> bool {
    let broken = |code, problem: String, send: Send<'_>| send(Content::Items(vec![Item::Broken { code, problem }]), 0);
    let builder = match ParquetRecordBatchReaderBuilder::try_new(file) {
        Ok(builder) => builder,
        Err(error) => return skip > 0 || broken("damaged_parquet", error.to_string(), send),
    };
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let schema = Arc::clone(builder.schema());
    let is_nested = schema.column_with_name("lines").is_some() || schema.column_with_name("diagnoses").is_some();
    let builder = builder.with_batch_size(CHUNK);
    if !is_nested {
        return flat_parquet(input, builder, skip, options, send);
    }
    // What is wrong with the columns is wrong with every row: it is said once.
    if let Err(error) = NestedReader::new(&RecordBatch::new_empty(schema)) {
        return skip > 0 || broken(error.code(), error.to_string(), send);
    }
    if skip >= rows && skip > 0 {
        return true;
    }
    let reader = match builder.with_offset(usize::try_from(skip).unwrap_or(usize::MAX)).build() {
        Ok(reader) => reader,
        Err(error) => return broken("damaged_parquet", error.to_string(), send),
    };
    let mut row = skip;
    for batch in reader {
        match batch {
            Ok(batch) => {
                let len = batch.num_rows() as u64;
                let bytes = input.bytes.saturating_mul(len).checked_div(rows).unwrap_or(0);
                if !send(Content::Rows(batch, row), bytes) {
                    return false;
                }
                row += len;
            }
            Err(error) => return broken("damaged_parquet", format!("behind row {row}: {error}"), send),
        }
    }
    true
}

fn flat_parquet(
    input: &Input,
    builder: ParquetRecordBatchReaderBuilder<File>,
    skip: u64,
    options: &BatchOptions,
    send: Send<'_>,
) -> bool {
    let count = Arc::new(AtomicU64::new(0));
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let mut chunks = Chunks { items: Vec::new(), skip, reported: 0, bytes: Arc::clone(&count), send };
    let broken = |code, problem| Item::Broken { code, problem };
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let mut grouper = Grouper::new(names.into_iter(), &options.columns);
    if let Some(missing) = grouper.missing() {
        let item = broken("missing_column", format!("the table has no column `{missing}`"));
        return chunks.push(item) && chunks.flush();
    }
    let reader = match builder.build() {
        Ok(reader) => reader,
        Err(error) => {
            let item = broken("damaged_parquet", error.to_string());
            return chunks.push(item) && chunks.flush();
        }
    };
    for batch in reader {
        let texts = batch.map_err(|error| ("damaged_parquet", error.to_string()));
        let texts = texts.and_then(|batch| tuva::texts(&batch).map_err(|error| (error.code(), error.to_string())));
        let (columns, len) = match texts {
            Ok(texts) => texts,
            Err((code, problem)) => {
                let last = grouper.finish().is_none_or(|claim| chunks.push(Item::Flat(claim)));
                return last && chunks.push(broken(code, problem)) && chunks.flush();
            }
        };
        for row in 0..len {
            let cells = columns.iter().map(|column| tuva::cell(column, row));
            if let Some(claim) = grouper.push(cells)
                && !chunks.push(Item::Flat(claim))
            {
                return false;
            }
        }
        count.fetch_add(input.bytes.saturating_mul(len as u64).checked_div(rows).unwrap_or(0), Ordering::Relaxed);
    }
    grouper.finish().is_none_or(|claim| chunks.push(Item::Flat(claim))) && chunks.flush()
}
