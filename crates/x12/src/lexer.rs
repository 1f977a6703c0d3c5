//! Segments, elements and components as byte ranges of the text they were read from.
//!
//! Nothing is copied: a [`Segment`] borrows one window of the input and knows its absolute place in the file, so every
//! [`Field`] taken from it knows its own.

use crate::delimiters::Delimiters;
use openclaim_claim::{FileId, Span};
use wide::u8x16;

/// Bytes compared in one step of a segment.
const STEP: usize = 16;

/// Bytes compared in one step of a composite, which is shorter.
const WORD: usize = 8;

/// Every byte of a word set to one.
const ONES: u64 = 0x0101_0101_0101_0101;
/// Every byte of a word without its highest bit.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The highest bit of every byte of `word` that equals the byte repeated in `pattern`.
#[inline(always)]
const fn matches(word: u64, pattern: u64) -> u64 {
    let difference = word ^ pattern;
    !(((difference & LOW) + LOW) | difference | LOW)
}

/// Finds the end of the segment at the start of `bytes` and the element separators before it.
///
/// Returns the length without terminator, or `None` when no terminator is there; `separators` then holds what was found
/// so far. Elements are too short for a search that is set up anew for each, so both bytes are sought in one pass,
/// sixteen bytes at a time.
#[inline]
pub(crate) fn scan(bytes: &[u8], delimiters: &Delimiters, separators: &mut Vec<u32>) -> Option<usize> {
    let mut count = 0;
    let found = scan_into(bytes, delimiters, separators, &mut count);
    separators.truncate(count);
    found
}

/// As [`scan`], with the separators in the first `count` places of a buffer that is as long as it ever needed to be:
/// places are overwritten without growing or shrinking it.
#[inline(always)]
pub(crate) fn scan_into(
    bytes: &[u8],
    delimiters: &Delimiters,
    separators: &mut Vec<u32>,
    count: &mut usize,
) -> Option<usize> {
    let mut filled = 0;
    let element = u8x16::splat(delimiters.element);
    let terminator = u8x16::splat(delimiters.segment);
    let mut chunks = bytes.chunks_exact(STEP);
    let mut at = 0_u32;
    for chunk in chunks.by_ref() {
        let Some(chunk) = chunk.first_chunk::<STEP>() else { break };
        let chunk = u8x16::new(*chunk);
        let ends = chunk.simd_eq(terminator).to_bitmask();
        // Only separators below the first terminator belong to this segment.
        let mut found = chunk.simd_eq(element).to_bitmask() & ends.wrapping_sub(1) & !ends;
        if found != 0 {
            if separators.len() < filled + STEP {
                separators.resize((filled + STEP).max(64) * 2, 0);
            }
            let room = &mut separators[filled..filled + STEP];
            let mut taken = 0;
            while found != 0 {
                room[taken & (STEP - 1)] = at + found.trailing_zeros();
                found &= found - 1;
                taken += 1;
            }
            filled += taken;
        }
        if ends != 0 {
            *count = filled;
            return Some((at + ends.trailing_zeros()) as usize);
        }
        at += STEP as u32;
    }
    for (&byte, at) in chunks.remainder().iter().zip(at..) {
        if byte == delimiters.segment {
            *count = filled;
            return Some(at as usize);
        }
        if byte == delimiters.element {
            if separators.len() <= filled {
                separators.resize((filled + STEP).max(64) * 2, 0);
            }
            separators[filled] = at;
            filled += 1;
        }
    }
    *count = filled;
    None
}

/// The letters that name a segment, packed for matching.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
// Held and copied as one word.
#[repr(align(4))]
pub struct SegmentId([u8; 4]);

impl SegmentId {
    /// Packs a name of two or three letters and digits, starting with a letter; `None` for anything else.
    #[must_use]
    #[inline]
    pub const fn new(name: &[u8]) -> Option<Self> {
        match pack_name(name) {
            0 => None,
            word => Some(Self(word.to_le_bytes())),
        }
    }

    /// The name as one word, for comparing with a few names at once; zero for what cannot be a name.
    pub(crate) const fn word(name: &[u8]) -> u32 {
        pack_name(name)
    }

    /// The name as bytes padded with a zero, for matching against `b"CLM"` or `b"HL\0"`.
    #[must_use]
    #[inline(always)]
    pub const fn packed(self) -> [u8; 3] {
        let [a, b, c, _] = self.0;
        [a, b, c]
    }

    /// The name as one word, as [`Segment::word`] gives that of a segment.
    pub(crate) const fn as_word(self) -> u32 {
        u32::from_le_bytes(self.0)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

/// A name of two or three letters and digits as a little-endian word; zero for anything else.
#[inline(always)]
const fn pack_name(name: &[u8]) -> u32 {
    match *name {
        [a, b] if a.is_ascii_uppercase() && is_name(b) => a as u32 | (b as u32) << 8,
        [a, b, c] if a.is_ascii_uppercase() && is_name(b) && is_name(c) => {
            a as u32 | (b as u32) << 8 | (c as u32) << 16
        }
        _ => 0,
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

impl std::fmt::Debug for SegmentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A piece of a segment: an element, a repetition or a component, and its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Field<'a> {
    /// The text as it stands, blanks included.
    pub text: &'a str,
    /// Absolute offset of its first byte.
    pub start: u64,
}

impl<'a> Field<'a> {
    /// Whether nothing stands here. Blanks count as nothing: senders of fixed-width systems pad.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        match self.text.as_bytes() {
            [] => true,
            [b' ', rest @ ..] => rest.iter().all(|&byte| byte == b' '),
            _ => false,
        }
    }

    /// The field without trailing blanks.
    #[must_use]
    #[inline(always)]
    pub fn trimmed(self) -> Self {
        if self.text.as_bytes().last() == Some(&b' ') {
            Self { text: self.text.trim_end_matches(' '), start: self.start }
        } else {
            self
        }
    }

    /// Its byte range in `file`.
    #[must_use]
    #[inline(always)]
    pub fn span(&self, file: FileId) -> Span {
        Span::new(file, self.start, u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// The pieces between occurrences of `separator`: components of a composite, repetitions of an element.
    pub fn split(self, separator: u8) -> Split<'a> {
        Split { rest: Some(self), separator }
    }
}

/// Iterator over the pieces of a [`Field`].
#[derive(Debug, Clone)]
pub struct Split<'a> {
    rest: Option<Field<'a>>,
    separator: u8,
}

impl<'a> Split<'a> {
    /// The next piece, empty when there is none: positions in a composite count, trailing ones are left out.
    #[inline]
    pub fn next_or_empty(&mut self) -> Field<'a> {
        self.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        let rest = self.rest?;
        match rest.text.bytes().position(|byte| byte == self.separator) {
            Some(at) => {
                self.rest = Some(Field { text: &rest.text[at + 1..], start: rest.start + at as u64 + 1 });
                Some(Field { text: &rest.text[..at], start: rest.start })
            }
            None => self.rest.take(),
        }
    }
}

/// The components of a composite, found in one pass. No composite of the claim guides has more than twelve; further
/// ones are left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Components<'a> {
    field: Field<'a>,
    /// Ends of the components, as far as there are any.
    ends: [u32; 12],
    count: usize,
}

impl<'a> Components<'a> {
    #[inline]
    pub(crate) fn new(field: Field<'a>, separator: u8) -> Self {
        let mut ends = [0; 12];
        let mut count = 0;
        let bytes = field.text.as_bytes();
        let pattern = u64::from(separator) * ONES;
        let mut chunks = bytes.chunks_exact(WORD);
        let mut at = 0_u32;
        for chunk in chunks.by_ref() {
            let Some(chunk) = chunk.first_chunk::<WORD>() else { break };
            let mut found = matches(u64::from_le_bytes(*chunk), pattern);
            while found != 0 && count < ends.len() {
                ends[count] = at + (found.trailing_zeros() >> 3);
                found &= found - 1;
                count += 1;
            }
            at += WORD as u32;
        }
        for (&byte, at) in chunks.remainder().iter().zip(at..) {
            if byte == separator && count < ends.len() {
                ends[count] = at;
                count += 1;
            }
        }
        if count < ends.len() {
            ends[count] = field.text.len() as u32;
            count += 1;
        }
        Self { field, ends, count }
    }

    /// How many there are, as far as they are counted.
    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Whether there may be more than are counted.
    #[inline(always)]
    pub(crate) const fn may_be_more(&self) -> bool {
        self.count == self.ends.len()
    }

    /// The component at `position`, counted from 1; empty when it is not there.
    #[inline(always)]
    pub(crate) fn get(&self, position: usize) -> Field<'a> {
        if position == 0 || position > self.count {
            return Field { text: "", start: self.field.start + self.field.text.len() as u64 };
        }
        let from = if position == 1 { 0 } else { self.ends[position - 2] as usize + 1 };
        let to = self.ends[position - 1] as usize;
        Field { text: self.field.text.get(from..to).unwrap_or_default(), start: self.field.start + from as u64 }
    }
}

/// One segment of an interchange.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    text: &'a str,
    separators: &'a [u32],
    start: u64,
    delimiters: Delimiters,
    /// The name as one word, zero when it cannot be one. Written and read whole: bytes put together in memory would make
    /// every reader of them wait.
    id: u32,
}

impl<'a> Segment<'a> {
    #[inline]
    pub(crate) fn new(text: &'a str, separators: &'a [u32], start: u64, delimiters: Delimiters) -> Self {
        let end = separators.first().map_or(text.len(), |&end| end as usize);
        let id = text.as_bytes().get(..end).map_or(0, pack_name);
        Self { text, separators, start, delimiters, id }
    }

    /// The same segment, its composites separated by another byte.
    pub(crate) const fn with_component_separator(mut self, component: u8) -> Self {
        self.delimiters.component = component;
        self
    }

    /// The whole segment without its terminator.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The separators of its interchange.
    #[must_use]
    pub const fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// The name as written, e.g. `CLM`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let end = self.separators.first().map_or(self.text.len(), |&end| end as usize);
        self.text.get(..end).unwrap_or_default()
    }

    /// The name, packed; `None` when it cannot be the name of a segment.
    #[must_use]
    #[inline(always)]
    pub const fn id(&self) -> Option<SegmentId> {
        if self.id == 0 { None } else { Some(SegmentId(self.id.to_le_bytes())) }
    }

    /// The name as [`SegmentId::word`] gives it; zero when it cannot be the name of a segment.
    #[inline(always)]
    pub(crate) const fn word(&self) -> u32 {
        self.id
    }

    /// How many elements follow the name.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.separators.len()
    }

    /// Whether no element follows the name.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.separators.is_empty()
    }

    /// The element at position `number`, counted from 1 as the implementation guides do; empty when it is not there.
    #[must_use]
    #[inline(always)]
    pub fn element(&self, number: usize) -> Field<'a> {
        let Some(&before) = number.checked_sub(1).and_then(|index| self.separators.get(index)) else {
            return Field { text: "", start: self.start + self.text.len() as u64 };
        };
        let from = before as usize + 1;
        let to = self.separators.get(number).map_or(self.text.len(), |&end| end as usize);
        Field { text: self.text.get(from..to).unwrap_or_default(), start: self.start + from as u64 }
    }

    /// The bytes of the element at `number`, blanks included; none when it is not there.
    #[inline(always)]
    pub(crate) fn bytes(&self, number: usize) -> &'a [u8] {
        let Some(&before) = number.checked_sub(1).and_then(|index| self.separators.get(index)) else { return &[] };
        let end = self.separators.get(number).map_or(self.text.len(), |&end| end as usize);
        self.text.as_bytes().get(before as usize + 1..end).unwrap_or_default()
    }

    /// Whether the segment is printable ASCII throughout and repeats no element, as nearly every one is and does.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        let repetition = self.delimiters.repetition;
        let bytes = self.text.as_bytes();
        // What is no separator here is looked for as a byte that ASCII does not have.
        let repeated = u8x16::splat(repetition.unwrap_or(0xff));
        // Control characters have none of the three upper bits.
        let upper = u8x16::splat(0xe0);
        let is_odd = |chunk: u8x16| {
            (chunk | chunk.simd_eq(repeated) | (chunk & upper).simd_eq(u8x16::splat(0))).to_bitmask() != 0
        };
        let Some(last) = bytes.last_chunk::<STEP>() else {
            return !bytes.iter().any(|&byte| !(b' '..0x80).contains(&byte) || Some(byte) == repetition);
        };
        // The last step overlaps the one before it.
        let odd = is_odd(u8x16::new(*last));
        !(odd
            || bytes
                .chunks_exact(STEP)
                .any(|chunk| chunk.first_chunk().is_some_and(|chunk| is_odd(u8x16::new(*chunk)))))
    }

    /// Whether element `number` starts with something else than a blank, as any that is there does in a clean file.
    #[inline(always)]
    pub(crate) fn has(&self, number: usize) -> bool {
        let Some(&before) = number.checked_sub(1).and_then(|index| self.separators.get(index)) else { return false };
        let first = before as usize + 1;
        let end = self.separators.get(number).map_or(self.text.len(), |&end| end as usize);
        first < end && self.text.as_bytes().get(first).is_some_and(|&byte| byte != b' ')
    }

    /// The component at `position` (from 1) of the element at `number`.
    #[must_use]
    pub fn component(&self, number: usize, position: usize) -> Field<'a> {
        self.components(number).nth(position.saturating_sub(1)).unwrap_or_default()
    }

    /// The components of the element at `number`.
    #[must_use]
    #[inline]
    pub fn components(&self, number: usize) -> Split<'a> {
        self.element(number).split(self.delimiters.component)
    }

    /// The repetitions of the element at `number`.
    #[must_use]
    pub fn repetitions(&self, number: usize) -> Split<'a> {
        let element = self.element(number);
        // Without a repetition separator the whole element is the one repetition; NUL separates nothing.
        element.split(self.delimiters.repetition.unwrap_or(0))
    }

    /// The elements from `number` on.
    pub fn elements_from(&self, number: usize) -> impl Iterator<Item = Field<'a>> + use<'a, '_> {
        (number..=self.len()).map(move |number| self.element(number))
    }

    /// The byte range of the segment without its terminator.
    #[must_use]
    #[inline(always)]
    pub fn span(&self, file: FileId) -> Span {
        Span::new(file, self.start, u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// Absolute offset of the first byte.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }
}

/// The segments of a text, one after the other; for those who look for something else than claims.
///
/// ```
/// use openclaim_x12::{Delimiters, lexer::Segments};
///
/// let mut segments = Segments::new("ST*997*0001~\nSE*2*0001~", 0, Delimiters::USUAL);
/// assert_eq!(segments.next_segment().unwrap().element(1).text, "997");
/// assert_eq!(segments.next_segment().unwrap().name(), "SE");
/// assert!(segments.next_segment().is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Segments<'a> {
    text: &'a str,
    start: u64,
    delimiters: Delimiters,
    separators: Vec<u32>,
}

impl<'a> Segments<'a> {
    /// Segments of `text`, which starts at absolute offset `start`.
    #[must_use]
    pub const fn new(text: &'a str, start: u64, delimiters: Delimiters) -> Self {
        Self { text, start, delimiters, separators: Vec::new() }
    }

    /// The next segment; a last one without terminator is given out too.
    pub fn next_segment(&mut self) -> Option<Segment<'_>> {
        let blanks = self.text.len() - self.text.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let rest = &self.text[blanks..];
        if rest.is_empty() {
            return None;
        }
        let start = self.start + blanks as u64;
        let len = scan(rest.as_bytes(), &self.delimiters, &mut self.separators).unwrap_or(rest.len());
        let content = &rest[..len];
        self.text = rest.get(len + 1..).unwrap_or_default();
        self.start = start + len as u64 + 1;
        Some(Segment::new(content, &self.separators, start, self.delimiters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment<'a>(text: &'a str, separators: &'a mut Vec<u32>) -> Segment<'a> {
        let len = scan(text.as_bytes(), &Delimiters::USUAL, separators).unwrap_or(text.len());
        Segment::new(&text[..len], separators, 100, Delimiters::USUAL)
    }

    #[test]
    fn elements_and_components_know_their_place() {
        let mut separators = Vec::new();
        let segment = segment("HI*ABK:I5020:::::::Y*ABF:E119~LX*1~", &mut separators);
        assert_eq!((segment.name(), segment.len()), ("HI", 2));
        assert_eq!(segment.component(1, 9), Field { text: "Y", start: 119 });
        assert_eq!(segment.element(2), Field { text: "ABF:E119", start: 121 });
        assert!(segment.element(3).is_empty() && segment.component(1, 30).is_empty());
    }

    #[test]
    fn scan_agrees_with_a_naive_split() {
        let text = "A*~BC**D*EFGHIJKLMNOPQ*R~*~~LAST*1";
        let mut separators = Vec::new();
        for start in 0..text.len() {
            let rest = &text[start..];
            let naive = rest.find('~');
            let upto = naive.unwrap_or(rest.len());
            assert_eq!(scan(rest.as_bytes(), &Delimiters::USUAL, &mut separators), naive);
            let expected: Vec<u32> = rest[..upto].match_indices('*').map(|(at, _)| at as u32).collect();
            assert_eq!(separators, expected, "{rest}");
        }
    }

    #[test]
    fn bytes_beyond_ascii_are_never_mistaken() {
        let mut separators = Vec::new();
        let text = "N3*\u{aa}\u{fe}\u{ff}~";
        assert_eq!(scan(text.as_bytes(), &Delimiters::USUAL, &mut separators), Some(text.len() - 1));
        assert_eq!(separators, [2]);
    }

    #[test]
    fn repetitions_split_where_a_separator_is_declared() {
        let mut separators = Vec::new();
        let segment = segment("EB*1*IND*30^98~", &mut separators);
        assert_eq!(segment.repetitions(3).map(|field| field.text).collect::<Vec<_>>(), ["30", "98"]);
    }

    #[test]
    fn names_are_two_or_three_capitals() {
        assert_eq!(&SegmentId::new(b"HL").unwrap().packed(), b"HL\0");
        assert_eq!(SegmentId::new(b"NM1").unwrap().as_str(), "NM1");
        for name in [&b""[..], b"H", b"NM31", b"nm1", b"1MN", b"A*"] {
            assert_eq!(SegmentId::new(name), None);
        }
    }
}
