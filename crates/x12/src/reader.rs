//! The reader: bytes in, claims and faults out.

use crate::envelope::Envelope;
use crate::fault::{Fault, FaultKind};
use crate::interchange::Interchanges;
use crate::source::{SliceSource, Source, StreamSource};
use openclaim_claim::{Claim, FileId};
use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

/// Limits that keep one bad file from exhausting memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one segment.
    pub segment_bytes: usize,
    /// Bytes of one claim, from CLM to its last segment.
    pub claim_bytes: u64,
    /// Service lines of one claim. The guides allow 50 (professional, dental) and 999 (institutional).
    pub lines_per_claim: usize,
    /// Faults kept for one claim.
    pub faults_per_claim: usize,
    /// Faults reported for a file beside those of its claims.
    pub faults_per_file: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 20,
            claim_bytes: 64 << 20,
            lines_per_claim: 10_000,
            faults_per_claim: 1_000,
            faults_per_file: 10_000,
        }
    }
}

/// A claim with what was wrong in its text and the headers above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRecord {
    /// The claim.
    pub claim: Claim,
    /// Faults between the claim and the one before it that concern this claim: of its subscriber, patient and itself.
    pub faults: Vec<Fault>,
    /// Interchange, group and transaction; shared by all claims of the transaction.
    pub envelope: Arc<Envelope>,
}

/// What a reader meets, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A claim.
    Claim(Box<ClaimRecord>),
    /// A fault that belongs to no single claim.
    Fault(Fault),
}

/// Events that wait to be given out.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    events: VecDeque<Event>,
    /// How many of them may be given out. Those of the last segment wait for the next, which may take a fault back: what
    /// is given out must not depend on how far the file happens to be in view.
    ripe: usize,
    /// How many there were before the segment at hand.
    before: usize,
    claims: u64,
    lost: bool,
}

impl Outbox {
    /// The next event that may be given out.
    fn take(&mut self) -> Option<Event> {
        self.ripe = self.ripe.checked_sub(1)?;
        self.before = self.before.saturating_sub(1);
        self.events.pop_front()
    }

    /// A segment is about to be read.
    #[inline]
    pub(crate) fn begin_segment(&mut self) {
        self.before = self.events.len();
    }

    /// A segment has been read: what was there before it may be given out.
    #[inline]
    pub(crate) const fn end_segment(&mut self) {
        self.ripe = self.before;
    }

    /// Everything may be given out.
    pub(crate) fn ripen(&mut self) {
        self.ripe = self.events.len();
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        self.events.push_back(Event::Fault(fault));
    }

    pub(crate) fn claim(&mut self, record: Box<ClaimRecord>) {
        self.claims += 1;
        self.events.push_back(Event::Claim(record));
    }

    /// Takes back the last fault that is such, of those that wait; claims that wait are looked into as well.
    pub(crate) fn retract(&mut self, is_it: impl Fn(&Fault) -> bool) {
        for at in (self.ripe..self.events.len()).rev() {
            match self.events.get_mut(at) {
                Some(Event::Fault(fault)) if is_it(fault) => {
                    self.events.remove(at);
                    if at < self.before {
                        self.before -= 1;
                    }
                    return;
                }
                Some(Event::Claim(record)) => {
                    if let Some(found) = record.faults.iter().rposition(&is_it) {
                        record.faults.remove(found);
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// A claim was passed over because it does not begin; that has been told.
    pub(crate) const fn claim_lost(&mut self) {
        self.lost = true;
    }

    /// Whether that no claim was found has still to be told.
    pub(crate) const fn is_without_claims(&self) -> bool {
        self.claims == 0 && !self.lost
    }

    /// Claims given out or waiting.
    pub(crate) const fn claims(&self) -> u64 {
        self.claims
    }
}

/// What a reader has counted so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Interchange headers.
    pub interchanges: u64,
    /// Group headers.
    pub groups: u64,
    /// Transaction headers, claims or not.
    pub transactions: u64,
    /// Segments, envelope included.
    pub segments: u64,
    /// Claims.
    pub claims: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Reads claims from a file; an iterator over [`Event`]s that ends with the file.
///
/// The same bytes give the same events, whether they come from memory or from a stream, and however the stream cuts
/// them.
pub struct Reader<'a> {
    source: Box<dyn Source + Send + 'a>,
    interchanges: Interchanges,
    limits: Limits,
    faults: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Reading,
    Ended,
}

impl<'a> Reader<'a> {
    /// Reads from a stream, with memory that does not grow with it. The stream need not be buffered.
    pub fn new(reader: impl Read + Send + 'a, file: FileId) -> Self {
        Self::with_limits(reader, file, Limits::default())
    }

    /// As [`Reader::new`], with other limits.
    pub fn with_limits(reader: impl Read + Send + 'a, file: FileId, limits: Limits) -> Self {
        Self::over(Box::new(StreamSource::new(reader)), file, limits)
    }

    /// Reads from bytes in memory, or mapped into it.
    #[must_use]
    pub fn from_slice(bytes: &'a [u8], file: FileId) -> Self {
        Self::from_slice_with_limits(bytes, file, Limits::default())
    }

    /// As [`Reader::from_slice`], with other limits.
    #[must_use]
    pub fn from_slice_with_limits(bytes: &'a [u8], file: FileId, limits: Limits) -> Self {
        Self::over(Box::new(SliceSource::new(bytes)), file, limits)
    }

    fn over(source: Box<dyn Source + Send + 'a>, file: FileId, limits: Limits) -> Self {
        let interchanges = Interchanges::new(file, limits);
        Self { source, interchanges, limits, faults: 0, state: State::Fresh }
    }

    /// Holds every segment against the implementation guide of its transaction as well: loops, order, repetitions,
    /// elements, control numbers. Guides other than 005010X222, X223 and X224 with their errata are read without.
    #[must_use]
    pub fn validating(mut self) -> Self {
        self.interchanges.validate();
        self
    }

    /// What has been counted up to the event last given out. It may run ahead by what one block of the file holds.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        Totals { claims: self.interchanges.out.claims(), ..self.interchanges.totals }
    }

    /// Reads a block and queues what it holds.
    fn pump(&mut self) {
        let consumed = if self.state == State::Fresh {
            self.state = State::Reading;
            0
        } else {
            let (window, last) = self.source.window();
            let consumed = self.interchanges.run(window, self.source.offset(), last);
            if last {
                self.interchanges.finish(self.source.offset() + window.len() as u64);
                self.state = State::Ended;
                return;
            }
            consumed
        };
        if let Err(error) = self.source.advance(consumed) {
            self.interchanges.read_failed(self.source.offset(), &error);
        }
    }

    /// Counts a fault of the file; what is given out in its place.
    fn admit(&mut self, fault: Fault) -> Option<Event> {
        self.faults += 1;
        match self.faults.cmp(&(self.limits.faults_per_file + 1)) {
            std::cmp::Ordering::Less => Some(Event::Fault(fault)),
            std::cmp::Ordering::Equal => {
                let limit = self.limits.faults_per_file;
                let detail = format!("more than {limit} faults outside of claims: later ones are not listed");
                Some(Event::Fault(Fault { kind: FaultKind::TooManyFaults, detail: detail.into(), ..fault }))
            }
            std::cmp::Ordering::Greater => None,
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            match self.interchanges.out.take() {
                Some(Event::Fault(fault)) => {
                    if let Some(event) = self.admit(fault) {
                        return Some(event);
                    }
                }
                Some(claim) => return Some(claim),
                None if self.state == State::Ended => return None,
                None => self.pump(),
            }
        }
    }
}

impl std::iter::FusedIterator for Reader<'_> {}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("limits", &self.limits).field("totals", &self.totals()).finish_non_exhaustive()
    }
}
