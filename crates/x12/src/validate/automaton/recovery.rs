//! The way back after a segment that has no place: one fault is told, and what follows is taken to where it would stand
//! without it.

use super::super::table::{Item, Usage};
use super::{Frame, Placed, Recovery, Validator, fits, value_at};
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::{Segment, SegmentId};

/// Segments that only say more of the one that begins their loop. Behind one that was not understood they are passed
/// over with it.
pub(super) const fn belongs_to_beginning(name: [u8; 3]) -> bool {
    matches!(&name, b"N2\0" | b"N3\0" | b"N4\0" | b"PER" | b"PRV" | b"REF" | b"DMG" | b"FRM")
}

/// A loop whose first segment is missing: the open loop it stands in, its item there, and its own table.
struct Missing {
    depth: usize,
    index: usize,
    table: u16,
}

impl Validator {
    /// A copy of the segment before it, where that began a loop.
    #[cold]
    pub(super) fn doubled(&mut self, segment: &Segment<'_>) -> Box<Recovery> {
        let detail = format!("{} stands here twice, with nothing between", segment.name());
        let fault = Fault::new(FaultKind::RepeatedSegment, segment.span(self.file), detail);
        self.pending.push(fault.in_segment(segment.id()));
        self.placed = Placed { item: None, silent: true };
        Box::new(Recovery::PassOver)
    }

    /// Whether the segment is what the loop before was told to lack: it stands one place too far back.
    #[cold]
    pub(super) fn found_behind(&mut self, segment: &Segment<'_>) -> Option<Box<Recovery>> {
        let mut lacked = std::mem::take(&mut self.lacked);
        let frame = *self.frames.last()?;
        let here = self.table(frame).items.iter().any(|item| {
            Some(item.name) == segment.id()
                && fits(item, segment)
                && item.place > frame.place
                && !self.lacks_before(frame, item.place)
        });
        let found = lacked.iter().position(|(table, index, _)| {
            let item = &self.guide.loops[usize::from(*table)].items[usize::from(*index)];
            Some(item.name) == segment.id() && fits(item, segment)
        });
        let (table, index, told) = lacked.remove(found.filter(|_| !here)?);
        self.lacked = lacked;
        let known = &self.guide.loops[usize::from(table)];
        let item = &known.items[usize::from(index)];
        let last = self.last_of(self.frames.len() - 1);
        let what = if item.begins.is_some() { format!("loop {}", item.label) } else { item.label.to_string() };
        let detail = format!("{what} of loop {} stands behind {last}, which is out of its place", known.words);
        let fault = Fault::new(FaultKind::SegmentOutOfOrder, segment.span(self.file), detail);
        // Several that stand behind the same segment are one fault: that one changed places with them.
        if !self.moved {
            self.pending.push(fault.in_segment(segment.id()));
        }
        self.moved = true;
        self.placed = Placed { item: None, silent: true };
        self.astray |= item.begins.is_some();
        Some(Box::new(Recovery::Found(told)))
    }

    /// Closes a loop that was guessed when the segment begins another one, which the guess may have meant.
    #[cold]
    pub(super) fn is_of_another_loop(&mut self, segment: &Segment<'_>) -> bool {
        let guessed = self.frames.last().and_then(|frame| self.table(*frame).items.first());
        let begins = segment.name() == "NM1" && guessed.is_some_and(|first| &first.name.packed() == b"NM1");
        if begins && let Some(frame) = self.frames.pop() {
            self.counts.truncate(frame.counts);
        }
        begins
    }

    /// A segment that has no place in front of what was read last.
    #[cold]
    pub(super) fn recover(
        &mut self,
        segment: &Segment<'_>,
        packed: [u8; 3],
        close: &mut impl FnMut(Fault),
    ) -> Option<Box<Recovery>> {
        let behind = self.find(segment, false);
        if behind.is_none() && belongs_to_beginning(packed) && self.frames.last().is_some_and(|frame| frame.supposed) {
            // The loop was guessed from less than this.
            self.placed = Placed { item: None, silent: true };
            return None;
        }
        if let Some(missing) = self.loop_without_beginning(segment, behind) {
            return Some(self.imply(&missing, segment, close));
        }
        if let Some((depth, index)) = behind {
            if self.begins_another_claim(depth, index) {
                if !self.is_known_to_line(segment) {
                    return Some(self.claim_without_beginning(segment));
                }
                self.behind_lines = true;
                return self.misplaced(segment, close);
            }
            return self.out_of_order(depth, index, segment, close);
        }
        if !matches!(&packed, b"CLM" | b"HL\0") && self.belongs_to_claim(segment) {
            return Some(self.claim_without_beginning(segment));
        }
        match &packed {
            // The reader says what is missing above; the rest is looked at as if it were there.
            b"CLM" => {
                self.force(segment, pack_code(""), close);
                None
            }
            b"HL\0" => self.unknown_level(segment, close),
            _ => self.misplaced(segment, close),
        }
    }

    /// Whether a segment behind the lines of a claim is one that the claim has already, as the next claim would.
    fn begins_another_claim(&self, depth: usize, index: usize) -> bool {
        let frame = self.frames[depth];
        let table = self.table(frame);
        if table.name != "2300" || !self.is_behind_lines(frame.place, depth) || table.items[index].begins.is_some() {
            return false;
        }
        self.counts[frame.counts + index] >= table.items[index].max
    }

    /// Whether an amount or a note stands where the open line may have another one: its qualifier is the likelier fault
    /// than a claim that begins with it.
    fn is_known_to_line(&self, segment: &Segment<'_>) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let here = |item: &Item| Some(item.name) == segment.id() && item.place >= frame.place;
        matches!(segment.name(), "NTE" | "AMT") && self.table(*frame).items.iter().skip(1).any(here)
    }

    /// Whether a segment below a subscriber or patient without a claim is one that a claim has.
    fn belongs_to_claim(&self, segment: &Segment<'_>) -> bool {
        let open = |name: &str| self.frames.iter().any(|frame| self.table(*frame).name == name);
        let Some(claim) = self.guide.loops.iter().find(|table| table.name == "2300") else { return false };
        (open("2000B") || open("2000C"))
            && !open("2300")
            && claim.items.iter().any(|item| Some(item.name) == segment.id() && fits(item, segment))
    }

    /// A claim whose CLM is missing: told once, and passed over up to the next claim or level.
    fn claim_without_beginning(&mut self, segment: &Segment<'_>) -> Box<Recovery> {
        if !self.behind_lines {
            let detail = format!("{} stands without CLM before it, which begins a claim", segment.name());
            let fault = Fault::new(FaultKind::MissingSegment, segment.span(self.file), detail);
            self.pending.push(fault.in_segment(SegmentId::new(b"CLM")));
        }
        // What stands in front of a CLM that comes after all is not missed behind it.
        let first = !self.lost;
        self.lost = true;
        let claim = self.guide.loops.iter().find(|table| table.name == "2300");
        self.before_claim = claim.filter(|_| first).map_or(u16::MAX, |table| {
            let at = |item: &Item| Some(item.name) == segment.id() && fits(item, segment);
            table.items.iter().position(at).map_or(u16::MAX, |at| at as u16)
        });
        let level = self.frames.iter().rposition(|frame| matches!(self.table(*frame).name, "2000B" | "2000C"));
        if let Some(level) = level {
            let items = &self.table(self.frames[level]).items;
            let claim = items.iter().position(|item| &*item.label == "2300");
            self.frames[level].excused = claim.map_or(u16::MAX, |claim| claim as u16);
        }
        self.placed = Placed { item: None, silent: true };
        Box::new(Recovery::PassOver)
    }

    /// A segment that would fit further up. Within a claim nothing leads back to the loops above it.
    fn out_of_order(
        &mut self,
        depth: usize,
        index: usize,
        segment: &Segment<'_>,
        close: &mut impl FnMut(Fault),
    ) -> Option<Box<Recovery>> {
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
        let claim = self.frames.iter().position(|frame| self.table(*frame).name == "2300");
        // A party that comes too late ends nothing; it is passed over with what belongs to it.
        let above = claim.is_some_and(|claim| depth < claim) && !matches!(segment.name(), "HL" | "CLM");
        if above || (segment.name() == "NM1" && item.begins.is_some()) {
            self.pending.push(fault.in_segment(segment.id()));
            self.placed = Placed { item: None, silent: true };
            self.astray = item.begins.is_some();
            let count = &mut self.counts[self.frames[depth].counts + index];
            *count = count.saturating_add(1);
            return Some(Box::new(Recovery::PassOver));
        }
        let place = self.frames[depth].place;
        let begins = item.begins.is_some();
        if begins {
            self.close_to(depth + 1, close);
        } else if let Some(last) = self.frames.get_mut(depth + 1).filter(|frame| frame.place == 1) {
            // A loop that consists of its first segment changed places with this one: it may well stand elsewhere.
            last.supposed = true;
        }
        self.enter(depth, index, segment, Some(fault));
        if claim == Some(depth) && !begins && self.is_behind_lines(place, depth) {
            // What comes next may be of a claim whose CLM is missing.
            self.behind_lines = true;
            self.frames[depth].place = place;
        }
        self.astray = false;
        None
    }

    /// Whether a place of a claim's loop is at its lines or behind them.
    fn is_behind_lines(&self, place: u16, depth: usize) -> bool {
        let items = &self.table(self.frames[depth]).items;
        items.iter().any(|item| &*item.label == "2400" && item.place <= place)
    }

    /// The loop that the segment belongs to and that has not begun. `behind` is a place in an open loop that the
    /// segment would fit if it came earlier; it is the likelier one unless that place is taken, or the segment is what
    /// must come first in the loop that has not begun.
    fn loop_without_beginning(&self, segment: &Segment<'_>, behind: Option<(usize, usize)>) -> Option<Missing> {
        let id = segment.id()?;
        let in_claim = self.frames.iter().any(|frame| self.table(*frame).name == "2300");
        let rival = behind.map_or(usize::MAX, |(depth, _)| depth);
        let (floor, taken) = behind.map_or((0, true), |(depth, index)| {
            let frame = self.frames[depth];
            let taken = self.counts[frame.counts + index] >= self.table(frame).items[index].max;
            (if taken { 0 } else { depth }, taken)
        });
        for (depth, frame) in self.frames.iter().enumerate().skip(floor).rev() {
            let mut found: Option<Missing> = None;
            for (index, item) in self.table(*frame).items.iter().enumerate() {
                let (Some(table), count) = (item.begins, self.counts[frame.counts + index]) else { continue };
                let level = &item.name.packed() == b"HL\0";
                if item.place < frame.place
                    || count >= item.max
                    || &item.name.packed() == b"CLM"
                    || (level && (in_claim || behind.is_some_and(|_| segment.name() != "PAT")))
                {
                    continue;
                }
                let within = &self.guide.loops[usize::from(table)].items;
                let inner = within.iter().skip(1).find(|inner| inner.name == id && fits(inner, segment));
                // A loop within it is no sign of a loop that would lack more than its first segment.
                let bare = |inner: &&Item| {
                    let before = |item: &Item| item.place < inner.place && item.usage != Usage::Situational;
                    inner.begins.is_none() || !within.iter().skip(1).any(before)
                };
                let inner = inner.filter(bare);
                let due = item.usage != Usage::Situational && count == 0;
                if !due && self.lacks_before(*frame, item.place) {
                    continue;
                }
                let fits = inner.is_some_and(|inner| {
                    behind.is_none()
                        || (inner.place == 2 && (taken || inner.usage != Usage::Situational))
                        || (due && depth > rival)
                });
                if fits && (due || found.is_none()) {
                    found = Some(Missing { depth, index, table });
                    if due {
                        break;
                    }
                }
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether something that an open loop must have stands before a place and is still to come.
    fn lacks_before(&self, frame: Frame, place: u16) -> bool {
        self.table(frame).items.iter().enumerate().any(|(index, item)| {
            item.place > frame.place && item.place < place && is_due(item, self.counts[frame.counts + index])
        })
    }

    /// Begins a loop whose first segment is missing, and takes the segment to its place in it.
    fn imply(&mut self, missing: &Missing, segment: &Segment<'_>, close: &mut impl FnMut(Fault)) -> Box<Recovery> {
        self.close_to(missing.depth + 1, close);
        let frame = self.frames[missing.depth];
        let item = &self.table(frame).items[missing.index];
        let first = if item.begun_by.is_empty() { item.name.as_str() } else { &*item.begun_by };
        let detail = format!("{} stands without {first} before it, which begins loop {}", segment.name(), item.label);
        let fault = Fault::new(FaultKind::MissingSegment, segment.span(self.file), detail);
        self.pending.push(fault.in_segment(Some(item.name)));
        let element = char::from(segment.delimiters().element);
        let text = match (&item.name.packed(), item.at) {
            (b"HL\0", _) => {
                let level = item.values.first().copied().map(unpack).unwrap_or_default();
                self.levels = self.levels.saturating_add(1);
                self.last_level_number = self.last_level_number.saturating_add(1);
                let code = level.parse().unwrap_or(0);
                let mut found = Vec::new();
                self.check_children(Some(code), &mut |fault| found.push(fault));
                self.pending.append(&mut found);
                match code {
                    20 => self.open_levels[0] = self.last_level_number,
                    22 => self.open_levels[1] = self.last_level_number,
                    _ => {}
                }
                format!("HL{element}{}{element}{element}{level}", self.last_level_number)
            }
            (b"LX\0", _) => {
                self.lines = self.lines.saturating_add(1);
                self.last_line_number = self.last_line_number.saturating_add(1);
                format!("LX{element}{}", self.last_line_number)
            }
            (_, Some((number, 0))) => {
                let code = item.values.first().copied().map(unpack).unwrap_or_default();
                format!("{}{}{code}", item.name.as_str(), element.to_string().repeat(usize::from(number)))
            }
            _ => item.name.as_str().to_owned(),
        };
        self.count(missing.depth, missing.index);
        self.open(missing.table, segment, true);
        if let Some(frame) = self.frames.last_mut() {
            frame.awaited = true;
        }
        if let Some((depth, index)) = self.find(segment, true) {
            self.enter(depth, index, segment, None);
        }
        self.astray = false;
        Box::new(Recovery::ReadBehind(text))
    }

    /// Whether a segment is the first one of the open loop, which was taken for missing.
    #[cold]
    pub(super) fn is_awaited(&self, segment: &Segment<'_>) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let Some(first) = self.table(*frame).items.first() else { return false };
        let number = crate::values::whole(segment.element(1).trimmed().text.as_bytes());
        Some(first.name) == segment.id()
            && fits(first, segment)
            && match &first.name.packed() {
                b"LX\0" => number == Some(self.last_line_number),
                b"HL\0" => number == Some(self.last_level_number),
                _ => true,
            }
    }

    fn count(&mut self, depth: usize, index: usize) {
        let frame = self.frames[depth];
        let count = &mut self.counts[frame.counts + index];
        *count = count.saturating_add(1);
        self.frames[depth].place = self.table(frame).items[index].place;
    }

    /// Opens a loop at a segment that is its first, or stands for it.
    fn open(&mut self, table: u16, segment: &Segment<'_>, supposed: bool) {
        self.push(table, segment.span(self.file));
        if let Some(frame) = self.frames.last_mut() {
            (frame.place, frame.supposed) = (1, supposed);
            self.counts[frame.counts] = 1;
        }
    }

    /// Opens the loop of a level or claim that has no loop to stand in. `level` is HL03, packed.
    fn force(&mut self, segment: &Segment<'_>, level: u64, close: &mut impl FnMut(Fault)) {
        let found = self.guide.loops.iter().position(|table| {
            table.items.first().is_some_and(|item| {
                Some(item.name) == segment.id()
                    && if level == 0 { fits(item, segment) } else { item.values.contains(&level) }
            })
        });
        let Some(table) = found else {
            self.placed = Placed { item: None, silent: true };
            self.astray = true;
            return;
        };
        // A claim stays below the level that is open; a level below those above it.
        let keep = match unpack(level).as_str() {
            "22" => 2,
            "23" => 3,
            _ if segment.name() == "HL" => 1,
            _ => 3,
        };
        self.close_to(keep.min(self.frames.len()), close);
        // A level that is recognised only now counts where it stands.
        let parent = self.frames.len() - 1;
        let at = self.table(self.frames[parent]).items.iter().position(|item| item.begins == Some(table as u16));
        if let Some(index) = at {
            self.count(parent, index);
        }
        self.open(table as u16, segment, false);
        self.placed = Placed { item: Some((table as u16, 0)), silent: false };
        self.astray = false;
    }

    /// The level that an HL without a level of its own likely is, by its parent.
    pub(super) fn likely_level(&self, segment: &Segment<'_>) -> u8 {
        let parent = segment.element(2).trimmed();
        match crate::values::whole(parent.text.as_bytes()) {
            None => 20,
            Some(parent) if parent == self.open_levels[1] && self.open_levels[1] != 0 => 23,
            Some(_) => 22,
        }
    }

    /// HL with a level that is none, or in a place where no level above it is open.
    fn unknown_level(&mut self, segment: &Segment<'_>, close: &mut impl FnMut(Fault)) -> Option<Box<Recovery>> {
        let field = segment.element(3).trimmed();
        if matches!(field.text, "20" | "22" | "23") {
            self.force(segment, pack_code(field.text), close);
            return None;
        }
        let level = self.likely_level(segment).to_string();
        let detail = format!(
            "HL03 is `{}`: 20 (billing provider), 22 (subscriber) or 23 (dependent) is expected; the level is read as \
             {level}, which its parent suggests",
            quote(field.text)
        );
        Some(self.read_as_level(segment, &level, detail, close))
    }

    /// HL whose level is not what follows it shows it to be.
    #[cold]
    pub(crate) fn other_level(
        &mut self,
        segment: &Segment<'_>,
        level: &str,
        mut close: impl FnMut(Fault),
    ) -> Option<Box<Recovery>> {
        let field = segment.element(3).trimmed();
        let detail =
            format!("HL03 is `{}`, but what follows belongs to level {level}, as which it is read", field.text);
        self.beginning.clear();
        let recovery = self.read_as_level(segment, level, detail, &mut close);
        self.level_as(segment, level.parse().unwrap_or(0));
        Some(recovery)
    }

    fn read_as_level(
        &mut self,
        segment: &Segment<'_>,
        level: &str,
        detail: String,
        close: &mut impl FnMut(Fault),
    ) -> Box<Recovery> {
        let field = segment.element(3).trimmed();
        let span = if field.text.is_empty() { segment.span(self.file) } else { field.span(self.file) };
        let fault = Fault::new(FaultKind::MalformedHierarchy, span, detail);
        self.pending.push(fault.in_segment(segment.id()));
        self.force(segment, pack_code(level), close);
        Box::new(Recovery::ReadAs(with_value(segment, 3, 0, level)))
    }

    /// A segment that has no place in any open loop. Where only the value that tells its uses apart is wrong, the fault
    /// is that value, and the segment is taken for the use that is due.
    fn misplaced(&mut self, segment: &Segment<'_>, close: &mut impl FnMut(Fault)) -> Option<Box<Recovery>> {
        self.placed = Placed { item: None, silent: true };
        let begins_loop = matches!(segment.name(), "NM1" | "LX" | "SBR" | "SVD" | "LIN" | "LQ");
        if self.astray && !begins_loop {
            return None;
        }
        let was_astray = self.astray;
        let known = self.likely_use(segment);
        if was_astray && known.is_none() && !matches!(segment.name(), "SBR" | "LX") {
            return None;
        }
        self.astray |= begins_loop;
        let Some((depth, index)) = known else {
            let detail = format!("{} does not belong in loop {}", segment.name(), self.within());
            let fault = Fault::new(FaultKind::UnexpectedSegment, segment.span(self.file), detail);
            self.pending.push(fault.in_segment(segment.id()));
            return None;
        };
        let frame = self.frames[depth];
        let name = self.table(frame).name;
        let item = &self.table(frame).items[index];
        let (element, component) = item.at.unwrap_or_default();
        let field = value_at(segment, element, component);
        let place = if component == 0 { String::new() } else { format!("-{component}") };
        let span = if field.text.is_empty() { segment.span(self.file) } else { field.span(self.file) };
        let (kind, what) = if field.text.is_empty() {
            (FaultKind::MissingElement, format!("is empty in loop {name}"))
        } else {
            let what = format!("is `{}`, which the guide does not allow in loop {name}", quote(field.text));
            (FaultKind::UnlistedCode, what)
        };
        let detail = format!("{}{element:02}{place} {what}", segment.name());
        self.pending.push(Fault::new(kind, span, detail).in_segment(segment.id()));
        if !is_due(item, self.counts[frame.counts + index]) {
            return None;
        }
        // It is not missed, and if it comes after all it is not one too many.
        self.frames[depth].excused = index as u16;
        let value = item.values.first().copied().map(unpack)?;
        if let Some(table) = item.begins {
            let place = item.place;
            self.close_to(depth + 1, close);
            self.frames[depth].place = place;
            self.open(table, segment, true);
            self.astray = false;
        }
        let taken_for = begins_loop || segment.name() == "HI";
        taken_for.then(|| Box::new(Recovery::ReadAs(with_value(segment, element, component, &value))))
    }

    /// The use of the segment's name that is due, else any that an open loop knows.
    fn likely_use(&self, segment: &Segment<'_>) -> Option<(usize, usize)> {
        let uses = |frame: &Frame| {
            let table = self.table(*frame);
            let first = usize::from(frame.table != 0);
            let items = table.items.iter().enumerate().skip(first);
            items.filter(|(_, item)| Some(item.name) == segment.id() && item.at.is_some())
        };
        for (depth, frame) in self.frames.iter().enumerate().rev() {
            let due = uses(frame)
                .find(|(index, item)| item.place >= frame.place && is_due(item, self.counts[frame.counts + index]));
            if let Some((index, _)) = due.or_else(|| uses(frame).next()) {
                return Some((depth, index));
            }
        }
        None
    }
}

/// Whether an item must be there and is not yet.
fn is_due(item: &Item, count: u16) -> bool {
    item.usage != Usage::Situational && count == 0
}

fn pack_code(text: &str) -> u64 {
    super::pack(text)
}

/// A packed code as text.
fn unpack(code: u64) -> String {
    code.to_le_bytes().iter().filter(|byte| **byte != 0).map(|byte| char::from(*byte)).collect()
}

/// The text of a segment with another value of one element or component.
fn with_value(segment: &Segment<'_>, number: u8, component: u8, value: &str) -> String {
    let delimiters = segment.delimiters();
    let mut text = segment.name().to_owned();
    for position in 1..=segment.len().max(usize::from(number)) {
        text.push(char::from(delimiters.element));
        let field = segment.element(position);
        if position != usize::from(number) {
            text.push_str(field.text);
        } else if component <= 1 {
            text.push_str(value);
            if component == 1
                && let Some(at) = field.text.bytes().position(|byte| byte == delimiters.component)
            {
                text.push_str(field.text.get(at..).unwrap_or_default());
            }
        }
    }
    text
}
