//! Placing segments in the loops of a guide.

use super::element;
use super::table::{self, GuideTable, Item, LoopTable, Usage, pack};
use crate::context::FaultLog;
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::Segment;
use openclaim_claim::{ClaimType, FileId, Span};

/// A loop that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    table: u16,
    /// Place of the last segment.
    place: u16,
    /// Where the counts of its items begin.
    counts: usize,
    /// Its first segment.
    span: Span,
}

/// The level that the last HL opened.
#[derive(Debug, Clone, Copy)]
struct LastLevel {
    code: u8,
    says_children: Option<bool>,
    span: Span,
}

/// What is known of the segment at hand once it is placed.
#[derive(Debug, Clone, Copy, Default)]
struct Placed {
    /// Loop and item.
    item: Option<(u16, u16)>,
    /// Whether it is passed over without a word.
    silent: bool,
}

/// Walks one transaction.
#[derive(Debug)]
pub(crate) struct Validator {
    file: FileId,
    guide: &'static GuideTable,
    frames: Vec<Frame>,
    counts: Vec<u16>,
    placed: Placed,
    /// Faults of the placement of the segment at hand, to be told with those of its elements.
    pending: Vec<Fault>,
    /// A loop that has no place here is being passed over.
    astray: bool,
    levels: u32,
    last_level_number: u32,
    last_level: Option<LastLevel>,
    lines: u32,
    last_line_number: u32,
}

impl Validator {
    /// A validator of a transaction that begins at `span`.
    pub(crate) fn new(claim_type: ClaimType, file: FileId, span: Span) -> Self {
        let guide = table::of(claim_type);
        let mut validator = Self {
            file,
            guide,
            frames: Vec::with_capacity(8),
            counts: Vec::with_capacity(256),
            placed: Placed::default(),
            pending: Vec::new(),
            astray: false,
            levels: 0,
            last_level_number: 0,
            last_level: None,
            lines: 0,
            last_line_number: 0,
        };
        validator.push(0, span);
        validator
    }

    fn push(&mut self, table: u16, span: Span) {
        let counts = self.counts.len();
        let items = self.guide.loops.get(usize::from(table)).map_or(0, |known| known.items.len());
        self.counts.resize(counts + items, 0);
        self.frames.push(Frame { table, place: 0, counts, span });
    }

    fn table(&self, frame: Frame) -> &'static LoopTable {
        &self.guide.loops[usize::from(frame.table)]
    }

    /// The loop that is open.
    pub(crate) fn within(&self) -> &'static str {
        self.frames.last().map_or("header", |frame| match self.table(*frame).name {
            "HEADER" => "header",
            name => name,
        })
    }

    /// Takes a segment to its place. Loops that end before it are closed, and what they lack is told to `close`.
    pub(crate) fn place(&mut self, segment: &Segment<'_>, mut close: impl FnMut(Fault)) {
        let Some(id) = segment.id() else {
            self.placed = Placed { item: None, silent: true };
            return;
        };
        let packed = id.packed();
        if let Some((depth, index)) = self.find(segment, true) {
            self.close_to(depth + 1, &mut close);
            self.enter(depth, index, segment, None);
            self.astray = false;
        } else if let Some((depth, index)) = self.find(segment, false) {
            let item = &self.table(self.frames[depth]).items[index];
            let detail = match item.begins {
                Some(_) => format!(
                    "{} begins loop {} out of its place: {} stands before it",
                    segment.name(),
                    item.label,
                    self.last_of(depth)
                ),
                None => format!("{} is out of its place in loop {}", item.label, self.table(self.frames[depth]).name),
            };
            let fault = Fault::new(FaultKind::SegmentOutOfOrder, segment.span(self.file), detail);
            if item.begins.is_some() {
                self.close_to(depth + 1, &mut close);
            }
            self.enter(depth, index, segment, Some(fault));
            self.astray = false;
        } else if matches!(&packed, b"CLM" | b"HL\0") {
            // The reader says what is missing above; the rest is looked at as if it were there.
            self.force(segment, &mut close);
        } else {
            self.misplaced(segment);
        }
        match &packed {
            b"HL\0" => self.level(segment),
            b"CLM" => (self.lines, self.last_line_number) = (0, 0),
            b"LX\0" => self.line(segment),
            _ => {}
        }
    }

    /// The deepest open loop in which the segment has a place, not before the last one when `ahead`.
    #[inline]
    fn find(&self, segment: &Segment<'_>, ahead: bool) -> Option<(usize, usize)> {
        let id = segment.id()?;
        for (depth, frame) in self.frames.iter().enumerate().rev() {
            let table = &self.guide.loops[usize::from(frame.table)];
            // The first segment of an open loop begins the loop anew, which is for the loop above to say.
            let first = usize::from(frame.table != 0);
            let mut full = None;
            for (index, _) in table.names.iter().enumerate().skip(first).filter(|(_, name)| **name == id) {
                let item = &table.items[index];
                if (ahead && item.place < frame.place) || !fits(item, segment) {
                    continue;
                }
                if self.counts[frame.counts + index] < item.max {
                    return Some((depth, index));
                }
                full = full.or(Some(index));
            }
            if let Some(index) = full {
                return Some((depth, index));
            }
        }
        None
    }

    /// What stood last in a loop, in words.
    fn last_of(&self, depth: usize) -> String {
        let frame = self.frames[depth];
        let item = self.table(frame).items.iter().rev().find(|item| item.place == frame.place);
        item.map_or_else(String::new, |item| match item.begins {
            Some(_) => format!("loop {}", item.label),
            None => item.label.to_string(),
        })
    }

    /// Counts the item, opens its loop, and says when it stands too often.
    fn enter(&mut self, depth: usize, index: usize, segment: &Segment<'_>, out_of_order: Option<Fault>) {
        let frame = self.frames[depth];
        let item = &self.table(frame).items[index];
        let count = &mut self.counts[frame.counts + index];
        *count = count.saturating_add(1);
        // A segment out of its place sets the place back, so that those behind it are not blamed for it.
        self.frames[depth].place = item.place;
        let mut fault = out_of_order;
        if *count > item.max && fault.is_none() {
            let detail = match item.begins {
                Some(_) => format!(
                    "loop {} ({}) stands here {} times; the guide allows {}",
                    item.label,
                    segment.name(),
                    count,
                    item.max
                ),
                None => format!("{} stands here {} times; the guide allows {}", item.label, count, item.max),
            };
            // A thousand repetitions are one fault.
            if *count == item.max + 1 {
                fault = Some(Fault::new(FaultKind::TooManyRepetitions, segment.span(self.file), detail));
            }
        }
        self.pending.extend(fault.map(|fault| fault.in_segment(segment.id())));
        self.placed = Placed { item: Some((frame.table, index as u16)), silent: false };
        if let Some(table) = item.begins {
            self.push(table, segment.span(self.file));
            let opened = self.frames.len() - 1;
            let frame = &mut self.frames[opened];
            frame.place = 1;
            let first = frame.counts;
            self.counts[first] = 1;
            self.placed.item = Some((table, 0));
        }
    }

    /// Opens the loop of a level or claim that has no loop to stand in.
    fn force(&mut self, segment: &Segment<'_>, close: &mut impl FnMut(Fault)) {
        let found = self.guide.loops.iter().position(|table| {
            table.items.first().is_some_and(|item| Some(item.name) == segment.id() && fits(item, segment))
        });
        let Some(table) = found else {
            self.placed = Placed { item: None, silent: true };
            self.astray = true;
            return;
        };
        // A claim stays below the level that is open; a level begins below the transaction.
        let keep = if segment.name() == "HL" { 1 } else { self.frames.len().min(3) };
        self.close_to(keep, close);
        self.push(table as u16, segment.span(self.file));
        if let Some(frame) = self.frames.last_mut() {
            frame.place = 1;
            self.counts[frame.counts] = 1;
        }
        self.placed = Placed { item: Some((table as u16, 0)), silent: false };
        self.astray = false;
    }

    /// A segment that has no place in any open loop.
    #[cold]
    fn misplaced(&mut self, segment: &Segment<'_>) {
        self.placed = Placed { item: None, silent: true };
        let begins_loop = matches!(segment.name(), "NM1" | "LX" | "SBR" | "SVD" | "LIN" | "LQ");
        if self.astray && !begins_loop {
            return;
        }
        let was_astray = self.astray;
        self.astray |= begins_loop;
        if was_astray && !matches!(segment.name(), "SBR" | "LX") {
            return;
        }
        let known = self.frames.iter().rev().find_map(|frame| {
            let table = self.table(*frame);
            let item = table.items.iter().find(|item| Some(item.name) == segment.id() && item.at.is_some())?;
            Some((table.name, item))
        });
        let within = self.within();
        let fault = match known {
            Some((name, item)) => {
                let (element, component) = item.at.unwrap_or_default();
                let field = value_at(segment, element, component);
                let place = if component == 0 { String::new() } else { format!("-{component}") };
                let detail = format!(
                    "{}{element:02}{place} is `{}`, which the guide does not allow in loop {name}",
                    segment.name(),
                    quote(field.text)
                );
                let span = if field.text.is_empty() { segment.span(self.file) } else { field.span(self.file) };
                Fault::new(FaultKind::UnlistedCode, span, detail)
            }
            None => {
                let detail = format!("{} does not belong in loop {within}", segment.name());
                Fault::new(FaultKind::UnexpectedSegment, segment.span(self.file), detail)
            }
        };
        self.pending.push(fault.in_segment(segment.id()));
    }

    /// Closes loops until `depth` are open.
    fn close_to(&mut self, depth: usize, close: &mut impl FnMut(Fault)) {
        while self.frames.len() > depth.max(1) {
            self.close_last(close);
        }
    }

    fn close_last(&mut self, close: &mut impl FnMut(Fault)) {
        let Some(frame) = self.frames.pop() else { return };
        let table = self.table(frame);
        let counts = &self.counts[frame.counts..];
        for (item, _) in
            table.items.iter().zip(counts).filter(|(item, count)| **count == 0 && item.usage == Usage::Required)
        {
            let (kind, detail) = match item.begins {
                Some(_) => (
                    FaultKind::MissingLoop,
                    format!("loop {} lacks loop {} ({})", words(table.name), item.label, item.begun_by),
                ),
                None => (FaultKind::MissingSegment, format!("loop {} lacks {}", words(table.name), item.label)),
            };
            let mut fault = Fault::new(kind, frame.span, detail);
            fault.segment = Some(item.name);
            fault.within = Some(words(table.name));
            close(fault);
        }
        self.counts.truncate(frame.counts);
    }

    /// The end of the transaction: everything open is closed.
    pub(crate) fn finish(&mut self, mut close: impl FnMut(Fault)) {
        self.check_children(None, &mut close);
        while !self.frames.is_empty() {
            self.close_last(&mut close);
        }
    }

    /// HL: numbered through from 1, and as its parent announced.
    fn level(&mut self, segment: &Segment<'_>) {
        self.levels = self.levels.saturating_add(1);
        let number = segment.element(1).trimmed();
        let said = crate::values::whole(number.text.as_bytes());
        // One wrong number, or an offset that all levels behind it share, is one fault.
        if said.is_some_and(|said| said != self.levels && said != self.last_level_number.saturating_add(1)) {
            let detail = format!(
                "HL01 is `{}`, but this is level {} of the transaction; levels are numbered through from 1",
                quote(number.text),
                self.levels
            );
            let fault = Fault::new(FaultKind::LevelOutOfSequence, number.span(self.file), detail);
            self.pending.push(fault.in_segment(segment.id()));
        }
        self.last_level_number = said.unwrap_or(self.levels);
        let code = match segment.element(3).trimmed().text {
            "20" => 20,
            "22" => 22,
            "23" => 23,
            _ => 0,
        };
        let mut found = Vec::new();
        self.check_children(Some(code), &mut |fault| found.push(fault));
        self.pending.append(&mut found);
        let children = segment.element(4).trimmed();
        let says_children = match children.text {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        self.last_level = Some(LastLevel { code, says_children, span: children.span(self.file) });
    }

    /// Compares what the last level says of its children with what follows it.
    fn check_children(&mut self, next: Option<u8>, report: &mut impl FnMut(Fault)) {
        let Some(last) = self.last_level.take() else { return };
        let has = next.is_some_and(|next| next == last.code + 1 || (last.code == 20 && next == 22));
        let detail = match (last.says_children, has) {
            (Some(true), false) if last.code != 20 || next != Some(23) => {
                "HL04 is `1`, but no level below this one follows"
            }
            (Some(false), true) => "HL04 is `0`, but a level below this one follows",
            _ => return,
        };
        let mut fault = Fault::new(FaultKind::WrongChildCode, last.span, detail);
        fault.segment = crate::lexer::SegmentId::new(b"HL");
        report(fault);
    }

    /// LX: numbered through from 1.
    fn line(&mut self, segment: &Segment<'_>) {
        self.lines = self.lines.saturating_add(1);
        let number = segment.element(1).trimmed();
        let Some(said) = crate::values::whole(number.text.as_bytes()) else { return };
        if said != self.lines && said != self.last_line_number.saturating_add(1) && !self.placed.silent {
            let detail = format!("LX01 is `{}`, but this is line {} of the claim", quote(number.text), self.lines);
            let fault = Fault::new(FaultKind::LineOutOfSequence, number.span(self.file), detail);
            self.pending.push(fault.in_segment(segment.id()));
        }
        self.last_line_number = said;
    }

    /// Looks at the elements of the segment placed last, and tells its faults to `log` unless the reader has told of the
    /// same text already.
    pub(crate) fn elements(&mut self, segment: &Segment<'_>, log: &mut FaultLog, limit: usize) {
        let placed = std::mem::take(&mut self.placed);
        if let Some((table, index)) = placed.item {
            let item = &self.guide.loops[usize::from(table)].items[usize::from(index)];
            element::check(segment, &item.elements, self.file, &mut self.pending);
        }
        if self.pending.is_empty() {
            return;
        }
        let within = self.within();
        let start = segment.start();
        for mut fault in self.pending.drain(..) {
            let told = |known: &Fault| {
                known.span.start >= start && known.span.start < fault.span.end() && fault.span.start < known.span.end()
            };
            if !log.faults.iter().rev().take_while(|known| known.span.start >= start).any(told) {
                fault.within = fault.within.or(Some(within));
                log.push(fault, limit);
            }
        }
    }
}

/// The name of a loop in sentences.
const fn words(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"HEADER" => "header",
        _ => name,
    }
}

/// The element or component that tells uses of a segment apart.
#[inline]
fn value_at<'s>(segment: &Segment<'s>, element: u8, component: u8) -> crate::lexer::Field<'s> {
    let field = if component == 0 {
        segment.element(usize::from(element))
    } else {
        segment.component(usize::from(element), usize::from(component))
    };
    field.trimmed()
}

/// Whether the segment is this use of its name.
#[inline]
fn fits(item: &Item, segment: &Segment<'_>) -> bool {
    item.at.is_none_or(|(element, component)| {
        let value = pack(value_at(segment, element, component).text);
        item.values.contains(&value)
    })
}
