//! Members as JSON Lines, answered by several threads in the order they came.

use super::ScoreArguments;
use crate::Outcome;
use anyhow::{Context, Result};
use openclaim_engine::door::{LineBlock, ScoreDoor, answer_line};
use openclaim_risk::cms::Catalog;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};
use std::num::NonZero;
use std::path::Path;
use std::thread;

/// Bytes of lines that are answered together; memory does not grow with the input.
const BLOCK: usize = 4 << 20;
/// Fewer lines are not worth a thread.
const SHARE: usize = 256;

/// Answers every line of every file.
pub(super) fn run(arguments: &ScoreArguments, catalog: &Catalog) -> Result<Outcome> {
    let threads = arguments.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let mut workers: Vec<Worker<'_>> =
        (0..threads).map(|_| Worker { door: ScoreDoor::new(catalog, arguments.explain), out: Vec::new() }).collect();
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let mut any_error = false;
    for file in &arguments.files {
        any_error |= serve(&mut workers, open(file)?, &mut output)?;
    }
    output.flush()?;
    Ok(if any_error { Outcome::Findings } else { Outcome::Clean })
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, stdin().lock())));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

struct Worker<'c> {
    door: ScoreDoor<'c>,
    out: Vec<u8>,
}

impl Worker<'_> {
    /// Answers its share of a block; whether any answer was an error.
    fn answer(&mut self, block: &LineBlock, share: std::ops::Range<usize>) -> bool {
        self.out.clear();
        block.lines(share).fold(false, |any, line| any | !answer_line(&mut self.door, line, &mut self.out))
    }
}

fn serve(workers: &mut [Worker<'_>], mut input: impl BufRead, output: &mut impl Write) -> Result<bool> {
    let (mut block, mut any_error) = (LineBlock::default(), false);
    while block.fill(&mut input, BLOCK).context("cannot read the lines")? {
        let block = &block;
        let share = block.len().div_ceil(workers.len()).max(SHARE);
        let shares = |at: usize| (at * share).min(block.len())..((at + 1) * share).min(block.len());
        thread::scope(|scope| {
            let (first, others) = workers.split_first_mut().context("there is at least one thread")?;
            let running: Vec<_> = others
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| !shares(at + 1).is_empty())
                .map(|(at, worker)| scope.spawn(move || worker.answer(block, shares(at + 1))))
                .collect();
            any_error |= first.answer(block, shares(0));
            for thread in running {
                any_error |= thread.join().map_err(|_| anyhow::anyhow!("a thread failed"))?;
            }
            anyhow::Ok(())
        })?;
        for (at, worker) in workers.iter().enumerate() {
            if !shares(at).is_empty() {
                output.write_all(&worker.out)?;
            }
        }
    }
    Ok(any_error)
}
