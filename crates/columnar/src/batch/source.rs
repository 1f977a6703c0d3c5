//! The chunks of a run, in order, for whichever worker asks next.

use super::chunk::{Chunk, Content, Item};
use super::guarded::guarded;
use super::input::{self, Bytes, Input, InputKind};
use super::options::BatchOptions;
use super::parts::Mark;
use super::run::Progress;
use super::tuva::{self, Grouper};
use crate::nested::{self, NestedReader};
use arrow_array::{RecordBatch, StringArray};
use openclaim_claim::FileId;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Claims or rows that are decided together.
const CHUNK: usize = 512;
/// First bytes that are looked at. Column names of a CMS file may take several thousand.
const HEAD: u64 = 16 << 10;

/// Reads the inputs behind a mark.
pub(super) struct Source<'a> {
    inputs: &'a [Input],
    options: &'a BatchOptions,
    progress: &'a dyn Progress,
    /// The input that is read, and how.
    at: usize,
    open: Option<Open>,
    /// What was taken of it.
    taken: u64,
    /// Number of the next chunk, and position of its first claim in the run.
    number: u64,
    position: u64,
}

/// An input that is being read.
enum Open {
    Items(Items),
    Rows(Rows),
}

impl<'a> Source<'a> {
    pub(super) fn new(inputs: &'a [Input], options: &'a BatchOptions, progress: &'a dyn Progress, from: &Mark) -> Self {
        inputs.iter().take(from.input).for_each(|input| progress.read(input.bytes));
        Self {
            inputs,
            options,
            progress,
            at: from.input,
            open: None,
            taken: from.taken,
            number: 0,
            position: from.positions,
        }
    }

    /// The next chunk; `None` when all inputs are read.
    pub(super) fn next_chunk(&mut self) -> Option<Chunk> {
        loop {
            let input = self.inputs.get(self.at)?;
            let open = match &mut self.open {
                Some(open) => open,
                None => self.open.insert(open(input, self.taken, self.options)),
            };
            let read = match open {
                Open::Items(items) => items.chunk(),
                Open::Rows(rows) => rows.chunk(),
            };
            let Some(Taken { content, bytes, last }) = read else {
                (self.at, self.taken, self.open) = (self.at + 1, 0, None);
                continue;
            };
            self.progress.read(bytes);
            let len = content.len();
            self.taken += len;
            let goes_on = if last { (self.at + 1, 0) } else { (self.at, self.taken) };
            let chunk = Chunk { number: self.number, input: self.at, goes_on, first_claim: self.position, content };
            self.number += 1;
            self.position += len;
            return Some(chunk);
        }
    }
}

/// What was read of an input.
struct Taken {
    content: Content,
    /// Bytes that were read for it; of tables, the share of their file that the rows make up.
    bytes: u64,
    /// Whether nothing more can be read of the input.
    last: bool,
}

/// Claims of a text file or flat table, and what cannot be read of it.
struct Items {
    items: Box<dyn Iterator<Item = Item> + Send>,
    /// What was read from disk so far, and how much of it was told.
    read: Arc<AtomicU64>,
    told: u64,
}

impl Items {
    fn new(items: impl Iterator<Item = Item> + Send + 'static, read: Arc<AtomicU64>) -> Self {
        Self { items: Box::new(items), read, told: 0 }
    }

    /// An input that cannot be read.
    fn broken(code: &'static str, problem: String) -> Self {
        Self::new(std::iter::once(Item::Broken { code, problem }), Arc::default())
    }

    fn chunk(&mut self) -> Option<Taken> {
        let items: Vec<Item> = self.items.by_ref().take(CHUNK).collect();
        let read = self.read.load(Ordering::Relaxed);
        let bytes = read.saturating_sub(std::mem::replace(&mut self.told, read));
        (!items.is_empty()).then_some(Taken { content: Content::Items(items), bytes, last: false })
    }
}

/// Opens an input behind its first `taken` items. What cannot be read is an item as well.
fn open(input: &Input, taken: u64, options: &BatchOptions) -> Open {
    let mut items = match input.kind {
        InputKind::Parquet => match File::open(&input.path) {
            Ok(file) => match table(input, file, taken, options) {
                Table::Nested(rows) => return Open::Rows(rows),
                Table::Flat(items) => items,
            },
            Err(error) => Items::broken("read_failed", error.to_string()),
        },
        InputKind::Text => match input::open(input).and_then(|(bytes, read)| text(bytes, read, options)) {
            Ok(items) => items,
            Err(error) => Items::broken("read_failed", error.to_string()),
        },
    };
    // What a sitting before has taken is passed over; it told of an input that cannot be read.
    for _ in 0..taken {
        if items.items.next().is_none() {
            break;
        }
    }
    Open::Items(items)
}

fn text(mut bytes: Bytes, read: Arc<AtomicU64>, options: &BatchOptions) -> std::io::Result<Items> {
    let mut head = Vec::new();
    (&mut bytes).take(HEAD).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") {
        let problem = "it begins as a zip archive, and has no directory of one at its end, or is one within another";
        return Ok(Items::broken("damaged_archive", problem.to_owned()));
    }
    let (is_record, is_flat) = (openclaim_fhir::sniff(&head).is_some(), tuva::is_flat(&head, &options.columns));
    let whole: Bytes = Box::new(Cursor::new(head).chain(bytes));
    Ok(if is_flat {
        FlatText::items(whole, read, options)
    } else if is_record {
        let events = openclaim_fhir::Reader::new(whole, FileId(0)).map(|event| match event {
            openclaim_fhir::Event::Claim(record) => Item::Record(record),
            openclaim_fhir::Event::Fault(fault) => Item::RecordFault(Box::new(fault)),
        });
        Items::new(events, read)
    } else {
        let events = openclaim_x12::Reader::new(whole, FileId(0)).validating().map(|event| match event {
            openclaim_x12::Event::Claim(record) => Item::X12(record),
            openclaim_x12::Event::Fault(fault) => Item::X12Fault(Box::new(fault)),
        });
        Items::new(events, read)
    })
}

/// What ends a flat table: the claim of its last rows, then what kept it from being read to its end.
#[derive(Default)]
struct End {
    reached: bool,
    problem: Option<Item>,
}

impl End {
    fn reach(&mut self, grouper: &mut Grouper, problem: Option<Item>) -> Option<Item> {
        (self.reached, self.problem) = (true, problem);
        grouper.finish().map(Item::Flat).or_else(|| self.problem.take())
    }
}

/// Claims of a delimited table.
struct FlatText {
    reader: csv::Reader<Bytes>,
    row: csv::StringRecord,
    grouper: Grouper,
    end: End,
}

impl FlatText {
    fn items(bytes: Bytes, read: Arc<AtomicU64>, options: &BatchOptions) -> Items {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let grouper = match reader.headers() {
            Ok(header) => Grouper::new(header.iter().map(str::to_owned), &options.columns),
            Err(error) => return Items::broken("read_failed", error.to_string()),
        };
        if let Some(missing) = grouper.missing() {
            return Items::broken("missing_column", format!("the table has no column `{missing}`"));
        }
        Items::new(Self { reader, row: csv::StringRecord::new(), grouper, end: End::default() }, read)
    }
}

impl Iterator for FlatText {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.end.reached {
            let problem = match self.reader.read_record(&mut self.row) {
                Ok(true) => {
                    let cells = self.row.iter().map(|cell| Some(cell).filter(|cell| !cell.is_empty()));
                    match self.grouper.push(cells) {
                        Some(claim) => return Some(Item::Flat(claim)),
                        None => continue,
                    }
                }
                Ok(false) => None,
                Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                    match self.grouper.unreadable(error.to_string()) {
                        Some(claim) => return Some(Item::Flat(claim)),
                        None => continue,
                    }
                }
                Err(error) => Some(Item::Broken { code: "invalid_row", problem: error.to_string() }),
            };
            return self.end.reach(&mut self.grouper, problem);
        }
        self.end.problem.take()
    }
}

/// A Parquet file, by what its columns say that it is.
enum Table {
    Nested(Rows),
    Flat(Items),
}

fn table(input: &Input, file: File, taken: u64, options: &BatchOptions) -> Table {
    let broken = |code, problem| Table::Flat(Items::broken(code, problem));
    let metadata = match guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())) {
        Ok(metadata) => metadata,
        Err(problem) => return broken("damaged_parquet", problem),
    };
    let rows = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let schema = Arc::clone(metadata.schema());
    let is_nested = schema.column_with_name("lines").is_some() || schema.column_with_name("diagnoses").is_some();
    if !is_nested {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_batch_size(CHUNK);
        return Table::Flat(FlatRows::items(input, builder, rows, options));
    }
    // What is wrong with the columns is wrong with every row: it is said once.
    if let Err(error) = NestedReader::new(&RecordBatch::new_empty(schema)) {
        return broken(error.code(), error.to_string());
    }
    let first = usize::try_from(taken).unwrap_or(usize::MAX);
    match guarded(|| nested::rows(file, &metadata, first, CHUNK)) {
        Ok(reader) => Table::Nested(Rows { reader, row: taken, rows, bytes: input.bytes }),
        Err(problem) => broken("damaged_parquet", problem),
    }
}

/// Rows of nested claims.
struct Rows {
    reader: ParquetRecordBatchReader,
    /// Position of the next row; how many there are; the size of the file.
    row: u64,
    rows: u64,
    bytes: u64,
}

impl Rows {
    fn chunk(&mut self) -> Option<Taken> {
        if self.row >= self.rows {
            return None;
        }
        match guarded(|| self.reader.next().transpose()) {
            Ok(None) => None,
            Ok(Some(batch)) => {
                let (first, len) = (self.row, batch.num_rows() as u64);
                self.row += len;
                let bytes = self.bytes.saturating_mul(len).checked_div(self.rows).unwrap_or(0);
                Some(Taken { content: Content::Rows(batch, first), bytes, last: false })
            }
            Err(problem) => {
                let problem = format!("behind row {}: {problem}", self.row);
                self.row = self.rows;
                let item = Item::Broken { code: "damaged_parquet", problem };
                Some(Taken { content: Content::Items(vec![item]), bytes: 0, last: true })
            }
        }
    }
}

/// Claims of a flat table in Parquet.
struct FlatRows {
    reader: ParquetRecordBatchReader,
    /// The columns of the current batch as text, the next row of it and their number.
    columns: Vec<StringArray>,
    row: usize,
    len: usize,
    grouper: Grouper,
    end: End,
    read: Arc<AtomicU64>,
    /// Size of the file and number of its rows.
    bytes: u64,
    rows: u64,
}

impl FlatRows {
    fn items(
        input: &Input,
        builder: ParquetRecordBatchReaderBuilder<File>,
        rows: u64,
        options: &BatchOptions,
    ) -> Items {
        let names: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let grouper = Grouper::new(names.into_iter(), &options.columns);
        if let Some(missing) = grouper.missing() {
            return Items::broken("missing_column", format!("the table has no column `{missing}`"));
        }
        let reader = match guarded(|| builder.build()) {
            Ok(reader) => reader,
            Err(problem) => return Items::broken("damaged_parquet", problem),
        };
        let (read, end, bytes) = (Arc::default(), End::default(), input.bytes);
        let items =
            Self { reader, columns: Vec::new(), row: 0, len: 0, grouper, end, read: Arc::clone(&read), bytes, rows };
        Items::new(items, read)
    }

    /// Takes the next batch up; `Some` with what is wrong when there is none.
    fn next_batch(&mut self) -> Result<(), Option<Item>> {
        let broken = |code, problem| Some(Item::Broken { code, problem });
        let batch = guarded(|| self.reader.next().transpose());
        let batch = batch.map_err(|problem| broken("damaged_parquet", problem))?.ok_or(None)?;
        let texts = tuva::texts(&batch).map_err(|error| broken(error.code(), error.to_string()))?;
        (self.columns, self.len) = texts;
        self.row = 0;
        let share = self.bytes.saturating_mul(self.len as u64).checked_div(self.rows).unwrap_or(0);
        self.read.fetch_add(share, Ordering::Relaxed);
        Ok(())
    }
}

impl Iterator for FlatRows {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.end.reached {
            if self.row < self.len {
                let cells = self.columns.iter().map(|column| tuva::cell(column, self.row));
                let claim = self.grouper.push(cells);
                self.row += 1;
                if let Some(claim) = claim {
                    return Some(Item::Flat(claim));
                }
            } else if let Err(problem) = self.next_batch() {
                return self.end.reach(&mut self.grouper, problem);
            }
        }
        self.end.problem.take()
    }
}
