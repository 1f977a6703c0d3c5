//! Puts what was decided in order and into parts, and has the workers write it.

use super::chunk::Decided;
use super::input::Input;
use super::options::{BatchError, BatchOptions};
use super::parts::{Mark, Part, locked};
use super::quarantine::{self, Refused};
use super::run::Progress;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Chunks per worker that wait for one before them, and batches per worker that wait for a table. This bounds memory.
const WAITING: usize = 4;

/// What all workers write to.
pub(super) struct Output<'a> {
    folder: &'a Path,
    inputs: &'a [Input],
    options: &'a BatchOptions,
    progress: &'a dyn Progress,
    order: Mutex<Order>,
    /// Told when the order has gone on, and when the run is given up.
    gone_on: Condvar,
    /// The last part that is in place; told when it changes, and when the run is given up.
    in_place: Mutex<u64>,
    put: Condvar,
    given_up: AtomicBool,
    error: Mutex<Option<BatchError>>,
    /// Milliseconds of the sittings before.
    before: u64,
}

/// Where the run stands.
struct Order {
    /// Chunks that were decided before one that comes before them.
    early: BTreeMap<u64, Decided>,
    next: u64,
    mark: Mark,
    part: Option<Arc<Part>>,
    in_part: u64,
}

impl<'a> Output<'a> {
    pub(super) fn new(
        folder: &'a Path,
        inputs: &'a [Input],
        options: &'a BatchOptions,
        progress: &'a dyn Progress,
        mark: Mark,
    ) -> Self {
        Self {
            folder,
            inputs,
            options,
            progress,
            in_place: Mutex::new(mark.part),
            before: mark.milliseconds,
            order: Mutex::new(Order { early: BTreeMap::new(), next: 0, mark, part: None, in_part: 0 }),
            gone_on: Condvar::new(),
            put: Condvar::new(),
            given_up: AtomicBool::new(false),
            error: Mutex::default(),
        }
    }

    fn patience(&self) -> usize {
        self.options.threads.max(1) * WAITING
    }

    /// Whether the run goes on.
    pub(super) fn goes_on(&self) -> bool {
        !self.given_up.load(Ordering::Relaxed)
    }

    /// Ends the run; of several errors, the first is told.
    pub(super) fn give_up(&self, error: BatchError) {
        locked(&self.error).get_or_insert(error);
        self.given_up.store(true, Ordering::Relaxed);
        // Whoever is about to wait has looked before this or will see it: the locks tell which.
        drop(locked(&self.order));
        self.gone_on.notify_all();
        drop(locked(&self.in_place));
        self.put.notify_all();
    }

    /// Takes a decided chunk, and writes what can be written. Waits while too many chunks wait for one before them.
    pub(super) fn take(&self, done: Decided) -> Result<(), BatchError> {
        let mut whole = Vec::new();
        let mut order = locked(&self.order);
        order.early.insert(done.number, done);
        loop {
            let next = order.next;
            let Some(done) = order.early.remove(&next) else { break };
            order.next += 1;
            whole.extend(self.append(&mut order, done)?);
        }
        let current = order.part.clone();
        drop(order);
        self.gone_on.notify_all();
        for (part, mark) in whole {
            self.put_into_place(&part, mark, 1)?;
        }
        if let Some(part) = current {
            part.write_waiting(self.patience())?;
        }
        let mut order = locked(&self.order);
        while order.early.len() > self.patience() && self.goes_on() {
            order = self.gone_on.wait(order).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Adds the next chunk of the run to its part; the part with its mark when that is full.
    fn append(&self, order: &mut Order, done: Decided) -> Result<Option<(Arc<Part>, Mark)>, BatchError> {
        let part = match &order.part {
            Some(part) => part,
            None => order.part.insert(Arc::new(Part::begin(self.folder, order.mark.part + 1)?)),
        };
        for (table, partition, rows) in done.tables {
            part.push(table, partition, rows);
        }
        if !done.refused.is_empty() {
            let name = |input: usize| self.inputs.get(input).map(|it| it.summary().name).unwrap_or_default();
            let refused: &[Refused] = &done.refused;
            part.push(quarantine::NAME, String::new(), quarantine::rows(refused, name)?);
        }
        (order.mark.input, order.mark.taken) = done.goes_on;
        order.mark.positions = done.positions;
        order.mark.claims += done.claims;
        order.mark.refused += done.refused.len() as u64;
        order.in_part += done.claims;
        self.progress.decided(done.claims);
        Ok(if order.in_part >= self.options.part_claims { Self::end_part(order) } else { None })
    }

    fn end_part(order: &mut Order) -> Option<(Arc<Part>, Mark)> {
        order.in_part = 0;
        let part = order.part.take()?;
        part.count(&mut order.mark);
        Some((part, order.mark.clone()))
    }

    /// Closes a part, on so many threads, and puts it behind the one before it.
    fn put_into_place(&self, part: &Part, mut mark: Mark, threads: usize) -> Result<(), BatchError> {
        mark.files = part.close(threads)?;
        let mut last = locked(&self.in_place);
        while *last + 1 < mark.part && self.goes_on() {
            last = self.put.wait(last).unwrap_or_else(PoisonError::into_inner);
        }
        if !self.goes_on() {
            return Ok(());
        }
        mark.milliseconds = self.before + self.progress.milliseconds();
        part.put_into_place(&mark)?;
        *last = mark.part;
        drop(last);
        self.put.notify_all();
        Ok(())
    }

    /// Ends the run when all workers have ended: the last part is put into place.
    pub(super) fn finish(self) -> Result<Mark, BatchError> {
        if let Some(error) = locked(&self.error).take() {
            return Err(error);
        }
        let mut order = locked(&self.order);
        if !order.early.is_empty() {
            return Err(BatchError::WorkerDied);
        }
        if let Some((part, mark)) = Self::end_part(&mut order) {
            self.put_into_place(&part, mark, self.options.threads)?;
        }
        order.mark.milliseconds = self.before + self.progress.milliseconds();
        Ok(std::mem::take(&mut order.mark))
    }
}
