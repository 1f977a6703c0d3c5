//! Placing segments in the loops of a guide.

mod recovery;

use super::element;
use super::table::{self, GuideTable, Item, LoopTable, Named, pack, pack_bytes};
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
    /// An item that a segment at fault was taken for: it is not missed.
    excused: u16,
    /// Its first segment is missing or was guessed: what it lacks is not told.
    supposed: bool,
    /// Its first segment is missing, and may yet come where it changed places with the one behind it.
    awaited: bool,
}

/// What the reader is to make of a segment at fault, so that it and what follows are not lost with it.
#[derive(Debug)]
pub(crate) enum Recovery {
    /// Passed over: it begins a loop that its copy before it has begun.
    PassOver,
    /// Read as if this text stood in its place.
    ReadAs(String),
    /// Read behind this first segment of its loop, which is missing.
    ReadBehind(String),
    /// Passed over: it is the segment that was told to be missing at this place.
    Found(Span),
}

/// What a transaction that has ended lacks.
#[derive(Debug)]
pub(crate) struct Lacking {
    guide: &'static GuideTable,
    /// Loop, item, and where it was told.
    items: Vec<(u16, u16, Span)>,
}

impl Lacking {
    /// Whether a segment is something of it: where that was told.
    pub(crate) fn find(&self, segment: &Segment<'_>) -> Option<Span> {
        let is = |item: &Item| Some(item.name) == segment.id() && fits(item, segment);
        let found = self
            .items
            .iter()
            .find(|(table, index, _)| is(&self.guide.loops[usize::from(*table)].items[usize::from(*index)]));
        found.map(|(.., told)| *told)
    }

    /// Whether a fault tells that something is missing there.
    pub(crate) fn is_told_by(&self, fault: &Fault, told: Span) -> bool {
        fault.span == told && matches!(fault.kind, FaultKind::MissingSegment | FaultKind::MissingLoop)
    }
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
    /// HL01 of the billing provider's and the subscriber's level that are open.
    open_levels: [u32; 2],
    /// The segment before this one, where it is of the kind that begins a loop.
    beginning: String,
    /// A segment of the claim stood behind its lines.
    behind_lines: bool,
    /// A claim without CLM is being passed over.
    lost: bool,
    /// The segment before this one was told to stand behind its place.
    moved: bool,
    /// The item of a claim that stands right in front of its CLM.
    before_claim: u16,
    /// What the loops lack that the segment before this one closed: loop, item, and where it was told.
    lacked: Vec<(u16, u16, Span)>,
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
            open_levels: [0; 2],
            beginning: String::new(),
            behind_lines: false,
            lost: false,
            moved: false,
            before_claim: u16::MAX,
            lacked: Vec::new(),
        };
        validator.push(0, span);
        validator
    }

    fn push(&mut self, table: u16, span: Span) {
        let counts = self.counts.len();
        let items = self.guide.loops.get(usize::from(table)).map_or(0, |known| known.items.len());
        self.counts.resize(counts + items, 0);
        self.frames.push(Frame { table, place: 0, counts, span, excused: u16::MAX, supposed: false, awaited: false });
    }

    fn table(&self, frame: Frame) -> &'static LoopTable {
        &self.guide.loops[usize::from(frame.table)]
    }

    /// Whether something that a loop lacks may still be found behind it.
    pub(crate) const fn is_looking_behind(&self) -> bool {
        self.moved && !self.lacked.is_empty()
    }

    /// Whether a claim is being passed over because its CLM is missing.
    pub(crate) const fn is_claim_lost(&self) -> bool {
        self.lost
    }

    /// The loop that is open.
    pub(crate) fn within(&self) -> &'static str {
        self.frames.last().map_or("header", |frame| self.table(*frame).words)
    }

    /// Takes a segment to its place. Loops that end before it are closed, and what they lack is told to `close`.
    pub(crate) fn place(&mut self, segment: &Segment<'_>, mut close: impl FnMut(Fault)) -> Option<Box<Recovery>> {
        let Some(id) = segment.id() else {
            self.placed = Placed { item: None, silent: true };
            return None;
        };
        let packed = id.packed();
        let name = self.guide.names.find(id.as_word());
        if name.begins {
            if self.beginning == segment.text() {
                return Some(self.doubled(segment));
            }
            self.beginning.clear();
            self.beginning.push_str(segment.text());
        } else {
            self.beginning.clear();
        }
        if self.astray && recovery::belongs_to_beginning(packed) {
            self.placed = Placed { item: None, silent: true };
            return None;
        }
        if self.lost && !matches!(&packed, b"HL\0" | b"CLM") {
            self.before_claim = u16::MAX;
            self.placed = Placed { item: None, silent: true };
            return Some(Box::new(Recovery::PassOver));
        }
        if !self.lacked.is_empty()
            && let Some(found) = self.found_behind(segment)
        {
            return Some(found);
        }
        self.moved = false;
        let mut late = false;
        if let Some(frame) = self.frames.last_mut()
            && frame.awaited
        {
            frame.awaited = false;
            if self.is_awaited(segment) {
                self.placed = Placed { item: None, silent: true };
                return Some(Box::new(Recovery::PassOver));
            }
            late = self.is_of_another_loop(segment);
        }
        let mut recovered = None;
        if let Some((depth, index)) = self.find_named(name, segment, true) {
            self.close_to(depth + 1, &mut close);
            self.enter(depth, index, segment, None);
            self.astray = false;
            if late && let Some(frame) = self.frames.last_mut() {
                frame.supposed = true;
            }
        } else {
            recovered = self.recover(segment, packed, &mut close);
        }
        match &packed {
            b"HL\0" => {
                (self.behind_lines, self.lost) = (false, false);
                self.level(segment);
            }
            b"CLM" => {
                (self.lines, self.last_line_number) = (0, 0);
                (self.behind_lines, self.lost) = (false, false);
                if let Some(frame) = self.frames.last_mut() {
                    frame.excused = std::mem::replace(&mut self.before_claim, u16::MAX);
                }
            }
            b"LX\0" => self.line(segment),
            _ => {}
        }
        recovered
    }

    /// The deepest open loop in which the segment has a place, not before the last one when `ahead`.
    fn find(&self, segment: &Segment<'_>, ahead: bool) -> Option<(usize, usize)> {
        self.find_named(self.guide.names.find(segment.id()?.as_word()), segment, ahead)
    }

    /// As [`Self::find`], of a segment whose name is known.
    #[inline(always)]
    fn find_named(&self, name: Named, segment: &Segment<'_>, ahead: bool) -> Option<(usize, usize)> {
        // The value that tells uses apart is nearly always that of one element in all loops.
        let (mut at, mut value) = ((0, 0), 0);
        for (depth, frame) in self.frames.iter().enumerate().rev() {
            let uses = self.guide.loops[usize::from(frame.table)].uses(name);
            let from = if ahead { frame.place } else { 0 };
            let mut full = None;
            for known in uses {
                // The first segment of an open loop begins the loop anew, which is for the loop above to say.
                if known.place < from || (known.item == 0 && frame.table != 0) {
                    continue;
                }
                if known.at != at {
                    at = known.at;
                    value = pack_value(segment, at);
                }
                if !known.is(value) {
                    continue;
                }
                let index = usize::from(known.item);
                if self.counts[frame.counts + index] < known.max {
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
    #[inline]
    fn enter(&mut self, depth: usize, index: usize, segment: &Segment<'_>, out_of_order: Option<Fault>) {
        let frame = &mut self.frames[depth];
        let (of, counts) = (frame.table, frame.counts);
        let item = &self.guide.loops[usize::from(of)].items[index];
        // A segment out of its place sets the place back, so that those behind it are not blamed for it.
        frame.place = item.place;
        let count = &mut self.counts[counts + index];
        *count = count.saturating_add(1);
        let count = *count;
        if let Some(fault) = out_of_order {
            self.pending.push(fault.in_segment(segment.id()));
        } else if count > item.max {
            self.too_many(item, count, segment);
        }
        self.placed = Placed { item: Some((of, index as u16)), silent: false };
        if let Some(table) = item.begins {
            let first = self.counts.len();
            self.push(table, segment.span(self.file));
            if let Some(frame) = self.frames.last_mut() {
                frame.place = 1;
            }
            self.counts[first] = 1;
            self.placed.item = Some((table, 0));
        }
    }

    /// An item stands more often than the guide allows. A thousand repetitions are one fault.
    #[cold]
    fn too_many(&mut self, item: &Item, count: u16, segment: &Segment<'_>) {
        if count != item.max + 1 {
            return;
        }
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
        let fault = Fault::new(FaultKind::TooManyRepetitions, segment.span(self.file), detail);
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
        if !frame.supposed {
            let lacks = |index: u16| counts[usize::from(index)] == 0 && frame.excused != index;
            for index in table.required.iter().copied().filter(|index| lacks(*index)) {
                self.lacked.push((frame.table, index, frame.span));
                close(lacking(table, index, frame.span));
            }
        }
        self.counts.truncate(frame.counts);
    }

    /// The end of the transaction: everything open is closed.
    pub(crate) fn finish(mut self, mut close: impl FnMut(Fault)) -> Option<Lacking> {
        self.lacked.clear();
        self.check_children(None, &mut close);
        while !self.frames.is_empty() {
            self.close_last(&mut close);
        }
        (!self.lacked.is_empty()).then_some(Lacking { guide: self.guide, items: self.lacked })
    }

    /// Whether the claim that has just begun had a segment in front of its CLM.
    pub(crate) fn is_claim_late(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.excused != u16::MAX)
    }

    /// HL: numbered through from 1, and as its parent announced.
    fn level(&mut self, segment: &Segment<'_>) {
        let code = match segment.element(3).trimmed().text {
            "20" => 20,
            "22" => 22,
            "23" => 23,
            _ => self.likely_level(segment),
        };
        self.level_as(segment, code);
    }

    fn level_as(&mut self, segment: &Segment<'_>, code: u8) {
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
        match code {
            20 => self.open_levels[0] = self.last_level_number,
            22 => self.open_levels[1] = self.last_level_number,
            _ => {}
        }
        let mut found = Vec::new();
        self.check_children(Some(code), &mut |fault| found.push(fault));
        self.pending.append(&mut found);
        let children = segment.element(4).trimmed();
        // A value that the guide allows at no such level is told of by itself.
        let says_children = match (code, children.text) {
            (22, "1") => Some(true),
            (22, "0") => Some(false),
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
            if segment.name() == "N3" && self.guide.loops[usize::from(table)].name == "2010AA" {
                element::street(segment, self.file, &mut self.pending);
            }
        }
        if self.pending.is_empty() {
            return;
        }
        let within = self.within();
        let start = segment.start();
        for mut fault in self.pending.drain(..) {
            // An empty element takes the place of its separator.
            let end = |fault: &Fault| fault.span.end().max(fault.span.start + 1);
            let told = |known: &Fault| {
                known.span.start >= start && known.span.start < end(&fault) && fault.span.start < end(known)
            };
            if !log.faults.iter().rev().take_while(|known| known.span.start >= start).any(told) {
                fault.within = fault.within.or(Some(within));
                if fault.kind == FaultKind::UnlistedCode && matches!(segment.name(), "DTP" | "DMG" | "PAT") {
                    // A format that may not stand here is why the date is none.
                    log.faults.retain(|known| known.span.start < start || known.kind != FaultKind::NotADate);
                }
                log.push(fault, limit);
            }
        }
    }
}

/// The fault of a loop that lacks one of its items.
#[cold]
fn lacking(table: &LoopTable, index: u16, span: Span) -> Fault {
    let item = &table.items[usize::from(index)];
    let (kind, detail) = match item.begins {
        Some(_) => {
            (FaultKind::MissingLoop, format!("loop {} lacks loop {} ({})", table.words, item.label, item.begun_by))
        }
        None => (FaultKind::MissingSegment, format!("loop {} lacks {}", table.words, item.label)),
    };
    let mut fault = Fault::new(kind, span, detail);
    fault.segment = Some(item.name);
    fault.within = Some(table.words);
    fault
}

/// The value of an element or component, packed; of its first byte on, without trailing blanks.
#[inline(always)]
fn pack_value(segment: &Segment<'_>, at: (u8, u8)) -> u64 {
    let bytes = segment.bytes(usize::from(at.0));
    match (bytes, at.1) {
        ([], _) => 0,
        ([.., b' '], _) => pack(value_at(segment, at.0, at.1).text),
        (_, 0) => pack_bytes(bytes),
        (_, 1) => {
            let separator = segment.delimiters().component;
            let end = bytes.iter().position(|byte| *byte == separator);
            match end.map_or(bytes, |end| &bytes[..end]) {
                [.., b' '] => pack(value_at(segment, at.0, at.1).text),
                first => pack_bytes(first),
            }
        }
        _ => pack(value_at(segment, at.0, at.1).text),
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
