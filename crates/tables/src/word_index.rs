//! Which titles and notes hold a word: an inverted index in flat sections.
//!
//! A *line* is a title or one line of a note; it belongs to the code that carries it. Words are those of
//! [`crate::words`]. Five sections under `<name>.words`: the texts of the words in order, their offsets and weights, and for
//! each word the lines that hold it (offsets and line numbers), besides the lines themselves.

use crate::words::WordReader;
use crate::{FlatError, FlatFile, FlatWriter, Section};
use bytemuck::{Pod, Zeroable};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Set in a posting whose line holds the word as a free one.
const FREE: u32 = 1 << 31;
/// The least weight of `other`.
const OTHER: u32 = 72;
/// Number of a note for a line that is a title.
const TITLE: u32 = u32::MAX;

/// A title or a line of a note.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Line {
    /// Position of the code that carries it, in its table.
    pub code: u32,
    /// Weight of its words all told, those that are free aside.
    pub weight: u32,
    /// Its first word that is not free.
    pub first_word: u32,
    note: u32,
}

impl Line {
    /// Position of the note in its table, `None` for a title.
    #[must_use]
    pub fn note(self) -> Option<usize> {
        (self.note != TITLE).then_some(self.note as usize)
    }
}

/// A text to be indexed.
pub(crate) struct LineText<'t> {
    pub(crate) code: u32,
    /// `None` for a title.
    pub(crate) note: Option<u32>,
    pub(crate) text: Cow<'t, str>,
    /// Whether the line counts when the rarity of words is measured: variants of one title by 7th character do not.
    pub(crate) counts: bool,
}

/// The index of one code system.
#[derive(Debug, Clone)]
pub struct WordIndex {
    texts: Section<u8>,
    offsets: Section<u32>,
    weights: Section<u32>,
    starts: Section<u32>,
    postings: Section<u32>,
    lines: Section<Line>,
}

impl WordIndex {
    /// Locates the index's sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another width.
    pub fn open(file: &FlatFile, name: &str) -> Result<Self, FlatError> {
        Ok(Self {
            texts: file.section(&format!("{name}.words.texts"))?,
            offsets: file.section(&format!("{name}.words.offsets"))?,
            weights: file.section(&format!("{name}.words.weights"))?,
            starts: file.section(&format!("{name}.words.starts"))?,
            postings: file.section(&format!("{name}.words.postings"))?,
            lines: file.section(&format!("{name}.words.lines"))?,
        })
    }

    /// The number of a folded word.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<u32> {
        let id = self.lower_bound(word);
        (self.text(id) == Some(word.as_bytes())).then_some(id as u32)
    }

    /// The numbers of the folded words that begin with `beginning`.
    #[must_use]
    pub fn beginning_with(&self, beginning: &str) -> Range<u32> {
        let start = self.lower_bound(beginning);
        let more = (start..self.len())
            .take_while(|&id| self.text(id).is_some_and(|text| text.starts_with(beginning.as_bytes())));
        start as u32..(start + more.count()) as u32
    }

    /// Number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether it holds no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// How much a word tells, sixteen times the binary logarithm of its rarity; at least 16.
    #[must_use]
    pub fn weight(&self, word: u32) -> u32 {
        self.weights.get(word as usize).copied().unwrap_or_default()
    }

    /// The lines that hold a word, ascending, and whether it is free there (see [`crate::words::Term`]).
    pub fn lines_with(&self, word: u32) -> impl Iterator<Item = (u32, bool)> {
        let bound = |at: usize| self.starts.get(at).map(|&start| start as usize);
        let range = bound(word as usize).zip(bound(word as usize + 1));
        let postings = range.and_then(|(start, end)| self.postings.get(start..end)).unwrap_or_default();
        postings.iter().map(|posting| (posting & !FREE, posting & FREE != 0))
    }

    /// A line.
    #[must_use]
    pub fn line(&self, id: u32) -> Option<Line> {
        self.lines.get(id as usize).copied()
    }

    /// The line of a code's title, `None` for a code without one.
    #[must_use]
    pub fn title_of(&self, code: u32) -> Option<Line> {
        // Lines stand in the order of codes, the title before the notes.
        let line = self.lines.get(self.lines.partition_point(|line| line.code < code))?;
        (line.code == code && line.note == TITLE).then_some(*line)
    }

    /// Number of lines.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The folded text of a word, empty for a number that is none.
    #[must_use]
    pub fn word(&self, id: u32) -> &str {
        self.text(id as usize).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    fn text(&self, id: usize) -> Option<&[u8]> {
        let (start, end) = (*self.offsets.get(id)?, *self.offsets.get(id + 1)?);
        self.texts.get(start as usize..end as usize)
    }

    fn lower_bound(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.text(middle).unwrap_or_default() < word.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Builds the index over `texts`, in their order.
pub(crate) fn write(writer: &mut FlatWriter, name: &str, texts: &[LineText<'_>]) -> Result<(), FlatError> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut words_of_lines: Vec<Vec<(usize, bool)>> = Vec::with_capacity(texts.len());
    let mut reader = WordReader::default();
    for line in texts {
        let mut ids: Vec<(usize, bool)> = Vec::new();
        for term in reader.terms(&line.text) {
            let fresh = known.len();
            let id = *known.entry(term.word).or_insert(fresh);
            match ids.iter_mut().find(|(other, _)| *other == id) {
                Some((_, free)) => *free &= term.free,
                None => ids.push((id, term.free)),
            }
        }
        words_of_lines.push(ids);
    }

    let mut sorted: Vec<(String, usize)> = known.into_iter().collect();
    sorted.sort_unstable();
    let mut rank = vec![0_u32; sorted.len()];
    for (new, (_, old)) in sorted.iter().enumerate() {
        rank[*old] = new as u32;
    }
    let mut counted = vec![0_u64; sorted.len()];
    let mut postings: Vec<Vec<u32>> = vec![Vec::new(); sorted.len()];
    for (line, ids) in words_of_lines.iter().enumerate() {
        for &(id, free) in ids {
            let word = rank[id] as usize;
            postings[word].push(line as u32 | if free { FREE } else { 0 });
            counted[word] += u64::from(texts[line].counts);
        }
    }
    let all = texts.iter().filter(|line| line.counts).count() as u64;
    let weights: Vec<u32> = sorted
        .iter()
        .zip(&counted)
        .map(|((word, _), &count)| {
            // Common, yet it sets a code apart: "other" conditions are those without a code of their own.
            let least = if word == "other" { OTHER } else { 0 };
            rarity(all, count).max(least)
        })
        .collect();
    let lines: Vec<Line> = words_of_lines
        .iter()
        .zip(texts)
        .map(|(ids, line)| Line {
            code: line.code,
            weight: ids.iter().filter(|(_, free)| !free).map(|&(id, _)| weights[rank[id] as usize]).sum(),
            first_word: ids.iter().find(|(_, free)| !free).map_or(u32::MAX, |&(id, _)| rank[id]),
            note: line.note.unwrap_or(TITLE),
        })
        .collect();

    let mut bytes = Vec::new();
    let mut offsets = vec![0_u32];
    for (text, _) in &sorted {
        bytes.extend_from_slice(text.as_bytes());
        offsets.push(bytes.len() as u32);
    }
    let mut starts = vec![0_u32];
    let mut flat = Vec::new();
    for lines in &postings {
        flat.extend_from_slice(lines);
        starts.push(flat.len() as u32);
    }
    writer.put(&format!("{name}.words.texts"), &bytes)?;
    writer.put(&format!("{name}.words.offsets"), &offsets)?;
    writer.put(&format!("{name}.words.weights"), &weights)?;
    writer.put(&format!("{name}.words.starts"), &starts)?;
    writer.put(&format!("{name}.words.postings"), &flat)?;
    writer.put(&format!("{name}.words.lines"), &lines)
}

/// Sixteen times the binary logarithm of `all / count`, in whole numbers, at least 16.
fn rarity(all: u64, count: u64) -> u32 {
    let ratio = (all << 16) / count.max(1);
    let ratio = ratio.max(1 << 16);
    let whole = ratio.ilog2();
    // The four bits behind the leading one, read as a fraction: near enough to the logarithm between powers of two.
    let fraction = (ratio >> (whole - 4)) as u32 & 15;
    ((whole - 16) * 16 + fraction).max(16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::reopen;

    #[test]
    fn words_lead_to_their_lines() {
        let text = |code, text| LineText { code, note: None, text: Cow::Borrowed(text), counts: true };
        let mut writer = FlatWriter::new();
        let texts = [text(0, "Fracture of hip"), text(1, "Fractures of femur, unspecified"), text(2, "Fever")];
        write(&mut writer, "t", &texts).unwrap();
        let index = WordIndex::open(&reopen(writer), "t").unwrap();
        let fracture = index.find("fractur").unwrap();
        assert_eq!(index.lines_with(fracture).collect::<Vec<_>>(), [(0, false), (1, false)]);
        assert_eq!(index.find("of"), None);
        assert_eq!(index.beginning_with("fe").map(|id| index.word(id)).collect::<Vec<_>>(), ["femur", "fever"]);
        assert!(index.weight(index.find("hip").unwrap()) > index.weight(fracture));
        assert_eq!(index.line(2).map(|line| (line.code, line.note())), Some((2, None)));
        assert_eq!(index.lines_with(999).count(), 0);
        assert_eq!(index.title_of(2), index.line(2));
        assert_eq!(index.title_of(3), None);
    }

    #[test]
    fn rarity_grows_with_every_halving() {
        assert_eq!((rarity(1024, 1024), rarity(1024, 512), rarity(1024, 1)), (16, 16, 160));
        assert_eq!(rarity(0, 0), 16);
    }
}
