//! Reading, deciding and writing at the same time.

use super::chunk::{Chunk, Decided, Work};
use super::input::Input;
use super::manifest::Manifest;
use super::options::{BatchError, BatchOptions};
use super::output::Output;
use super::parts::{self, Mark, locked};
use super::source::Source;
use openclaim_engine::Engine;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;

/// What decides about a chunk: [`Work::decide`], or what a test puts in its place.
type Deciding = fn(&mut Work<'_>, Chunk) -> Result<Decided, BatchError>;

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
    run_with(engine, inputs, folder, options, progress, |work, chunk| work.decide(chunk))
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

/// Runs the workers, of which this thread is one. Each reads a chunk, decides about it and writes what is ready, so that
/// there is nothing that a worker more would not share; only reading the next chunk and putting chunks in order are done by
/// one at a time.
fn pipeline(
    engine: &Engine,
    inputs: &[Input],
    folder: &Path,
    options: &BatchOptions,
    progress: &dyn Progress,
    mark: Mark,
    deciding: Deciding,
) -> Result<Mark, BatchError> {
    let source = Mutex::new(Source::new(inputs, options, progress, &mark));
    let output = Output::new(folder, inputs, options, progress, mark);
    let worker = || {
        // A fault of this program in one claim must not take the finished parts with it.
        let ended =
            catch_unwind(AssertUnwindSafe(|| work(&mut Work::new(engine, options), &source, &output, deciding)));
        if let Err(error) = ended.unwrap_or(Err(BatchError::WorkerDied)) {
            output.give_up(error);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..options.threads {
            scope.spawn(worker);
        }
        worker();
    });
    output.finish()
}

/// Takes chunks until there are none.
fn work(
    work: &mut Work<'_>,
    source: &Mutex<Source<'_>>,
    output: &Output<'_>,
    deciding: Deciding,
) -> Result<(), BatchError> {
    while output.goes_on() {
        let chunk = locked(source).next_chunk();
        let Some(chunk) = chunk else { break };
        output.take(deciding(work, chunk)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
