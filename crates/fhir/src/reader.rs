//! The reader: bytes in, claims and faults out.

use crate::cms::CmsReader;
use crate::document::{Documents, Sink};
use crate::fault::{Fault, FaultKind};
use crate::format::{Format, sniff};
use crate::lines::Lines;
use crate::record::{Event, Limits};
use openclaim_claim::{FileId, Span};
use std::collections::VecDeque;
use std::io::BufRead;

/// Reads claims from a file; an iterator over [`Event`]s that ends with the file.
///
/// Memory does not grow with the file: one line of NDJSON, or one claim of a CMS file, is held at a time. JSON that is
/// not NDJSON is one document, and held as a whole.
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    state: State,
    outbox: Outbox,
}

#[derive(Debug)]
enum State {
    Start,
    Fhir(Documents),
    Cms(Box<CmsReader>),
    Done,
}

/// Events that wait to be given out, and what has been counted.
#[derive(Debug)]
pub(crate) struct Outbox {
    events: VecDeque<Event>,
    claims: u64,
    /// Things that were recognised and passed over on purpose.
    passed_over: u64,
    faults: usize,
    pub(crate) file: FileId,
    pub(crate) limits: Limits,
    pub(crate) keep_originals: bool,
}

impl Outbox {
    pub(crate) fn claim(&mut self, record: crate::Record) {
        self.claims += 1;
        self.events.push_back(Event::Claim(Box::new(record)));
    }

    /// A fault that belongs to no claim.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults += 1;
        if fault.kind == FaultKind::UnsupportedResource || fault.kind == FaultKind::NotAClaimFile {
            self.passed_over += 1;
        }
        if self.faults <= self.limits.faults_per_file {
            self.events.push_back(Event::Fault(fault));
        } else if self.faults == self.limits.faults_per_file + 1 {
            let detail = format!("more than {} faults; the rest is not listed", self.limits.faults_per_file);
            let fault = Fault { kind: FaultKind::TooManyFaults, path: "".into(), detail: detail.into(), ..fault };
            self.events.push_back(Event::Fault(fault));
        }
    }

    pub(crate) fn file_fault(&mut self, kind: FaultKind, start: u64, len: u64, detail: impl Into<Box<str>>) {
        let span = Span::new(self.file, start, u32::try_from(len).unwrap_or(u32::MAX));
        self.fault(Fault { kind, span, path: "".into(), detail: detail.into() });
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads from anything buffered; the format is told by the first bytes.
    pub fn new(reader: R, file: FileId) -> Self {
        Self::with_limits(reader, file, Limits::default())
    }

    /// Reads with limits of one's own.
    pub fn with_limits(reader: R, file: FileId, limits: Limits) -> Self {
        // Places within a line are numbers of 32 bits.
        let limits = Limits { text_bytes: limits.text_bytes.min(u32::MAX as usize - 1), ..limits };
        let outbox = Outbox {
            events: VecDeque::new(),
            claims: 0,
            passed_over: 0,
            faults: 0,
            file,
            limits,
            keep_originals: false,
        };
        Self { lines: Lines::new(reader), state: State::Start, outbox }
    }

    /// Keeps the text of every resource with its claim, so that [`write_record`](crate::write_record) can give back all of
    /// it, understood or not.
    #[must_use]
    pub fn keep_originals(mut self) -> Self {
        self.outbox.keep_originals = true;
        self
    }

    fn start(&mut self) -> std::io::Result<State> {
        let head = self.lines.peek()?;
        if head.is_empty() {
            self.outbox.file_fault(FaultKind::EmptyFile, 0, 0, "the file is empty");
            return Ok(State::Done);
        }
        Ok(match sniff(head) {
            Some(Format::Fhir) => State::Fhir(Documents::default()),
            Some(Format::Cms) => State::Cms(Box::default()),
            Some(Format::Cclf) => {
                let detail = crate::cms::cclf::recognise(head).unwrap_or_default();
                self.outbox.file_fault(FaultKind::UnknownFormat, 0, 1, detail);
                State::Done
            }
            None if head.trim_ascii().is_empty() => State::Fhir(Documents::default()),
            None => {
                let detail = "the file is neither JSON nor a CMS claim file with column names";
                self.outbox.file_fault(FaultKind::UnknownFormat, 0, 1, detail);
                State::Done
            }
        })
    }

    /// Brings at least one event into the outbox, unless the file has ended; `false` when it has.
    fn advance(&mut self) -> std::io::Result<bool> {
        match &mut self.state {
            State::Start => {
                self.state = self.start()?;
                Ok(true)
            }
            State::Fhir(documents) => documents.advance(&mut self.lines, &mut Sink { outbox: &mut self.outbox }),
            State::Cms(reader) => reader.advance(&mut self.lines, &mut self.outbox),
            State::Done => Ok(false),
        }
    }

    fn finish(&mut self) {
        self.state = State::Done;
        let Outbox { claims: 0, passed_over: 0, faults: 0, .. } = self.outbox else { return };
        let detail = "the file holds no claim";
        self.outbox.file_fault(FaultKind::NoClaims, 0, self.lines.offset().min(1), detail);
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.outbox.events.pop_front() {
                return Some(event);
            }
            if matches!(self.state, State::Done) {
                return None;
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => self.finish(),
                Err(error) => {
                    let detail = format!("the file could not be read on: {error}");
                    self.outbox.file_fault(FaultKind::ReadFailed, self.lines.offset(), 0, detail);
                    self.finish();
                }
            }
        }
    }
}
