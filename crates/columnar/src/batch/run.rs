//! Reading, deciding and writing at the same time.

use super::chunk::{Chunk, Content, Decided, decide};
use super::input::{self, Input};
use super::manifest::Manifest;
use super::options::{BatchError, BatchOptions};
use super::parts::{self, Mark, Part};
use super::quarantine::{self, Refused};
use openclaim_engine::Engine;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Chunks that wait to be decided, per worker. With chunks of some hundred claims this bounds memory.
const WAITING: usize = 4;

/// What decides about a chunk: [`decide`], or what a test puts in its place.
type Deciding = fn(&Engine, &BatchOptions, Chunk) -> Result<Decided, BatchError>;

/// Somebody who wants to know how far a run is.
pub trait Progress: Sync {
    /// A run begins or goes on: size of all inputs, and what was done before.
    fn begin(&self, bytes: u64, claims_done: u64);
    /// Bytes were read; of tables, the share of their file that the rows make up.
    fn read(&self, bytes: u64);
    /// Claims were decided and written.
    fn decided(&self, claims: u64);
    /// Milliseconds since the run began.
    fn milliseconds(&self) -> u64;
}

/// Runs a batch into a folder. A folder that holds parts of the same run is gone on with.
///
/// # Errors
/// [`BatchError`]; whole parts stay. Inputs that cannot be read are no error: they land in the table `quarantine`.
pub fn run(
    engine: &Engine,
    inputs: &[Input],
    folder: &Path,
    options: &BatchOptions,
    progress: &dyn Progress,
) -> Result<Manifest, BatchError> {
    run_with(engine, inputs, folder, options, progress, decide)
}

fn run_with(
    engine: &Engine,
    inputs: &[Input],
    folder: &Path,
    options: &BatchOptions,
    progress: &dyn Progress,
    deciding: Deciding,
) -> Result<Manifest, BatchError> {
    std::fs::create_dir_all(folder).map_err(|source| BatchError::Write { path: folder.to_owned(), source })?;
    let mut manifest = Manifest::new(engine, inputs, options);
    if let Some(found) = Manifest::read(folder)? {
        if let Some(difference) = manifest.difference(&found) {
            return Err(BatchError::AnotherRun { path: folder.to_owned(), difference });
        }
        if found.finished {
            return Ok(found);
        }
    }
    manifest.write(folder)?;
    let mark = parts::last_whole(folder)?;
    progress.begin(inputs.iter().map(|input| input.summary().bytes).sum(), mark.claims);
    let before = mark.milliseconds;
    let mut mark = pipeline(engine, inputs, folder, options, progress, mark, deciding)?;
    if let (Some(scoring), None) = (&options.scoring, &mark.scored) {
        scoring.score(folder, &mut mark, |mark| mark.milliseconds = before + progress.milliseconds())?;
    }
    if let Some(summary) = &mut manifest.scoring {
        summary.result.clone_from(&mark.scored);
    }
    manifest.rows.clone_from(&mark.rows);
    manifest.claims = mark.claims;
    manifest.refused = mark.refused;
    manifest.parts = mark.part;
    manifest.milliseconds = mark.milliseconds;
    manifest.finished = true;
    manifest.write(folder)?;
    Ok(manifest)
}

fn pipeline(
    engine: &Engine,
    inputs: &[Input],
    folder: &Path,
    options: &BatchOptions,
    progress: &dyn Progress,
    mark: Mark,
    deciding: Deciding,
) -> Result<Mark, BatchError> {
    let workers = options.threads.max(1);
    let (to_workers, chunks) = sync_channel::<Chunk>(workers * WAITING);
    let (to_writer, decided) = sync_channel::<Result<Decided, BatchError>>(workers * WAITING);
    let chunks = Mutex::new(chunks);
    let stopped = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let from = mark.clone();
        let stopped = &stopped;
        scope.spawn(move || {
            read(inputs, &from, options, progress, &|chunk| {
                !stopped.load(Ordering::Relaxed) && to_workers.send(chunk).is_ok()
            })
        });
        for _ in 0..workers {
            let (chunks, to_writer) = (&chunks, to_writer.clone());
            scope.spawn(move || work(engine, options, chunks, &to_writer, deciding));
        }
        drop(to_writer);
        let written = Writer::new(folder, inputs, options, progress, mark).write(&decided);
        // Workers and reader end when nobody takes their results any more.
        stopped.store(true, Ordering::Relaxed);
        drop(decided);
        written
    })
}

/// Takes chunks and decides about them until there are none.
fn work(
    engine: &Engine,
    options: &BatchOptions,
    chunks: &Mutex<Receiver<Chunk>>,
    to_writer: &SyncSender<Result<Decided, BatchError>>,
    deciding: Deciding,
) {
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(chunk) = next else { return };
        // A fault of this program in one claim must not take the finished parts with it.
        let done = catch_unwind(AssertUnwindSafe(|| deciding(engine, options, chunk)));
        if to_writer.send(done.unwrap_or(Err(BatchError::WorkerDied))).is_err() {
            // Nobody writes any more; what is waiting would keep the reader waiting.
            while chunks.lock().unwrap_or_else(PoisonError::into_inner).recv().is_ok() {}
            return;
        }
    }
}

/// Reads the inputs behind a mark.
fn read(
    inputs: &[Input],
    from: &Mark,
    options: &BatchOptions,
    progress: &dyn Progress,
    to_workers: &dyn Fn(Chunk) -> bool,
) {
    let (mut number, mut position) = (0, from.positions);
    for (at, input) in inputs.iter().enumerate() {
        if at < from.input {
            progress.read(input.summary().bytes);
            continue;
        }
        let skip = if at == from.input { from.taken } else { 0 };
        let mut taken = skip;
        let mut send = |content: Content, bytes: u64| {
            progress.read(bytes);
            let len = content.len();
            taken += len;
            let chunk = Chunk { number, input: at, taken, first_claim: position, content };
            number += 1;
            position += len;
            to_workers(chunk)
        };
        if !input::read(input, skip, options, &mut send) {
            return;
        }
    }
}

/// Writes what was decided, in order, part by part.
struct Writer<'a> {
    folder: &'a Path,
    inputs: &'a [Input],
    options: &'a BatchOptions,
    progress: &'a dyn Progress,
    mark: Mark,
    part: Option<Part>,
    in_part: u64,
    /// Milliseconds of the sittings before.
    before: u64,
}

impl<'a> Writer<'a> {
    fn new(
        folder: &'a Path,
        inputs: &'a [Input],
        options: &'a BatchOptions,
        progress: &'a dyn Progress,
        mark: Mark,
    ) -> Self {
        let before = mark.milliseconds;
        Self { folder, inputs, options, progress, mark, part: None, in_part: 0, before }
    }

    fn write(mut self, decided: &Receiver<Result<Decided, BatchError>>) -> Result<Mark, BatchError> {
        let mut early: BTreeMap<u64, Decided> = BTreeMap::new();
        let mut next = 0;
        for done in decided {
            let done = done?;
            early.insert(done.number, done);
            while let Some(done) = early.remove(&next) {
                self.chunk(done)?;
                next += 1;
            }
        }
        if !early.is_empty() {
            return Err(BatchError::WorkerDied);
        }
        self.end_part()?;
        Ok(self.mark)
    }

    fn chunk(&mut self, done: Decided) -> Result<(), BatchError> {
        let part = match &mut self.part {
            Some(part) => part,
            None => self.part.insert(Part::begin(self.folder, self.mark.part + 1)?),
        };
        for (table, partition, rows) in &done.tables {
            part.write(table, partition, rows)?;
        }
        if !done.refused.is_empty() {
            let name = |input: usize| self.inputs.get(input).map(|it| it.summary().name).unwrap_or_default();
            let refused: &[Refused] = &done.refused;
            part.write(quarantine::NAME, "", &quarantine::rows(refused, name)?)?;
        }
        self.mark.input = done.input;
        self.mark.taken = done.taken;
        self.mark.positions = done.positions;
        self.mark.claims += done.claims;
        self.mark.refused += done.refused.len() as u64;
        self.in_part += done.claims;
        self.progress.decided(done.claims);
        if self.in_part >= self.options.part_claims {
            self.end_part()?;
        }
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), BatchError> {
        if let Some(part) = self.part.take() {
            self.mark.milliseconds = self.before + self.progress.milliseconds();
            part.finish(&mut self.mark)?;
        }
        self.in_part = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
