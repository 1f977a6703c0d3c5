//! The guide tables: plain text compiled into what the automaton walks. `guides/common.txt` tells how they are written.

mod names;

use crate::lexer::SegmentId;
use names::Names;
use openclaim_claim::ClaimType;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) use names::Named;

const SEGMENTS: &str = include_str!("../../guides/segments.txt");
const COMMON: &str = include_str!("../../guides/common.txt");
const PROFESSIONAL: &str = include_str!("../../guides/professional.txt");
const INSTITUTIONAL: &str = include_str!("../../guides/institutional.txt");
const DENTAL: &str = include_str!("../../guides/dental.txt");

/// What an element may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Code,
    Whole,
    Decimal,
    Date,
    Time,
    Composite,
}

/// One element or component.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) kind: Kind,
    pub(super) min: u16,
    pub(super) max: u16,
    pub(super) required: bool,
    pub(super) not_used: bool,
    /// The values allowed, packed; all when empty.
    pub(super) codes: Box<[u64]>,
    pub(super) components: Box<[Self]>,
}

/// What is looked at in a segment beyond its elements one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Together {
    #[default]
    Nothing,
    /// HI.
    HealthInformation,
    /// DTP.
    Time,
    /// N4.
    Place,
    /// NM1.
    Party,
    /// PWK.
    Attachment,
    /// TOO and DN2: the element that names a tooth.
    Tooth(u8),
    /// REF.
    Reference,
    /// PER.
    Contact,
    /// PRV.
    Specialty,
    /// SV1, SV2 and SV3: the element of the procedure code and that of the quantity.
    Service(u8, u8),
    /// CAS.
    Adjustments,
    /// FRM.
    Answer,
}

impl Together {
    fn of(name: &str) -> Self {
        match name {
            "HI" => Self::HealthInformation,
            "DTP" => Self::Time,
            "N4" => Self::Place,
            "NM1" => Self::Party,
            "PWK" => Self::Attachment,
            "TOO" => Self::Tooth(2),
            "DN2" => Self::Tooth(1),
            "REF" => Self::Reference,
            "PER" => Self::Contact,
            "PRV" => Self::Specialty,
            "SV1" => Self::Service(1, 4),
            "SV2" => Self::Service(2, 5),
            "SV3" => Self::Service(1, 6),
            "CAS" => Self::Adjustments,
            "FRM" => Self::Answer,
            _ => Self::Nothing,
        }
    }
}

/// The elements of a segment and the pairs of which both or neither must be there.
#[derive(Debug, Clone, Default)]
pub(super) struct Elements {
    pub(super) elements: Vec<Element>,
    pub(super) pairs: Vec<(u8, u8)>,
    /// How many elements to look at even when the segment has fewer: up to the last one that is required.
    pub(super) least: usize,
    /// Qualifiers allowed in the second and later composites of HI; `Some` of none for a single composite.
    pub(super) further: Option<Box<[u64]>>,
    pub(super) together: Together,
}

/// How the guide uses a segment or loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Required,
    /// Required, and missed by the reader itself.
    Reported,
    Situational,
}

/// A segment or loop at a place of a loop.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: SegmentId,
    /// Element and component whose value tells this use apart, and the values.
    pub(super) at: Option<(u8, u8)>,
    pub(super) values: Box<[u64]>,
    pub(super) usage: Usage,
    pub(super) max: u16,
    /// Place in the order; equal for lines that may come in any order.
    pub(super) place: u16,
    /// The loop it begins, for a loop within this one.
    pub(super) begins: Option<u16>,
    pub(super) elements: Elements,
    /// Segment with the value that tells it apart, for messages: `REF*EI`.
    pub(super) label: Box<str>,
    /// For a loop, the label of its first segment.
    pub(super) begun_by: Box<str>,
}

/// A use of a segment in a loop: one value of the element that tells uses apart, and the item it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    /// The value, packed.
    value: u64,
    /// Element and component; element 0 where the name alone tells.
    pub(super) at: (u8, u8),
    pub(super) item: u16,
    /// Place and repetitions of the item, close to what is compared first.
    pub(super) place: u16,
    pub(super) max: u16,
}

impl Use {
    /// Whether a packed value of its element is the one that it stands for.
    #[inline(always)]
    pub(super) const fn is(&self, value: u64) -> bool {
        self.at.0 == 0 || self.value == value
    }
}

/// A loop.
#[derive(Debug, Clone)]
pub(super) struct LoopTable {
    pub(super) name: &'static str,
    /// The name in sentences.
    pub(super) words: &'static str,
    pub(super) items: Vec<Item>,
    /// The items that must be there and that the reader does not miss itself.
    pub(super) required: Box<[u16]>,
    /// The uses of all segments, segment by segment, each in the order of the items.
    uses: Box<[Use]>,
    /// By the number of a segment's name, where its uses begin; one more for the end of the last.
    by_name: Box<[u16]>,
}

impl LoopTable {
    fn empty(name: &'static str) -> Self {
        let words = if name == "HEADER" { "header" } else { name };
        Self { name, words, items: Vec::new(), required: Box::default(), uses: Box::default(), by_name: Box::default() }
    }

    /// The uses that the loop has for a segment, in the order of its items.
    #[inline(always)]
    pub(super) fn uses(&self, name: Named) -> &[Use] {
        let at = usize::from(name.number);
        match self.by_name.get(at..at + 2) {
            Some(&[from, to]) if from < to => self.uses.get(usize::from(from)..usize::from(to)).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Prepares the look-ups, when all items have their place.
    fn index(&mut self, names: &Names) {
        let required = self.items.iter().zip(0..).filter(|(item, _)| item.usage == Usage::Required);
        self.required = required.map(|(_, index)| index).collect();
        let mut by_name = Vec::with_capacity(names.len() + 1);
        let mut uses = Vec::new();
        for number in 0..names.len() {
            by_name.push(uses.len() as u16);
            for (item, index) in self.items.iter().zip(0..) {
                if usize::from(names.find(item.name.as_word()).number) != number {
                    continue;
                }
                let one = |value| {
                    let at = item.at.unwrap_or((0, 0));
                    Use { value, at, item: index, place: item.place, max: item.max }
                };
                match item.at {
                    Some(_) => uses.extend(item.values.iter().copied().map(one)),
                    None => uses.push(one(0)),
                }
            }
        }
        by_name.push(uses.len() as u16);
        (self.by_name, self.uses) = (by_name.into(), uses.into());
    }
}

/// The loops of one guide; the first is the transaction as a whole.
#[derive(Debug)]
pub(super) struct GuideTable {
    pub(super) loops: Vec<LoopTable>,
    pub(super) names: Names,
}

/// The table of a guide.
pub(super) fn of(claim_type: ClaimType) -> &'static GuideTable {
    static TABLES: LazyLock<[GuideTable; 3]> =
        LazyLock::new(|| [PROFESSIONAL, INSTITUTIONAL, DENTAL].map(|text| compile(&[COMMON, text])));
    &TABLES[match claim_type {
        ClaimType::Professional => 0,
        ClaimType::Institutional => 1,
        ClaimType::Dental => 2,
    }]
}

/// A short code as a number: at most eight bytes, zero-padded. Longer texts never equal a code.
#[inline]
pub(super) fn pack(text: &str) -> u64 {
    pack_bytes(text.as_bytes())
}

/// As [`pack`], of bytes.
#[inline(always)]
pub(super) fn pack_bytes(text: &[u8]) -> u64 {
    match text {
        &[a] => u64::from(a),
        &[a, b] => u64::from(u16::from_le_bytes([a, b])),
        &[a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        bytes if bytes.len() <= 8 => {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(word)
        }
        _ => u64::MAX,
    }
}

fn codes(text: &str) -> Box<[u64]> {
    text.split(',').filter(|code| *code != "none").map(pack).collect()
}

/// An element of the dictionary: `ID2-3!`.
fn element(text: &str) -> Element {
    let (text, required) = text.strip_suffix('!').map_or((text, false), |text| (text, true));
    let (text, not_used) = text.strip_suffix('x').map_or((text, false), |text| (text, true));
    let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (kind, length) = text.split_at(digits);
    let kind = match kind {
        "AN" => Kind::Text,
        "ID" => Kind::Code,
        "N" => Kind::Whole,
        "R" => Kind::Decimal,
        "DT" => Kind::Date,
        "TM" => Kind::Time,
        "C" => Kind::Composite,
        _ => Kind::Any,
    };
    let (min, max) = length.split_once('-').unwrap_or((length, length));
    let (min, max) = (min.parse().unwrap_or(0), max.parse().unwrap_or(u16::MAX));
    Element { kind, min, max, required, not_used, codes: Box::default(), components: Box::default() }
}

/// The dictionary of segments.
fn dictionary() -> HashMap<&'static str, Elements> {
    let mut segments = HashMap::new();
    for line in SEGMENTS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut parts = line.split_ascii_whitespace();
        let name = parts.next().unwrap_or_default();
        let mut entry = Elements { together: Together::of(name), ..Elements::default() };
        for part in parts {
            if let Some(pair) = part.strip_prefix('/') {
                let (first, second) = pair.split_once(',').unwrap_or_default();
                entry.pairs.push((first.parse().unwrap_or(0), second.parse().unwrap_or(0)));
            } else if let Some(components) = part.strip_prefix("C+") {
                let components = components.split('+').map(element).collect();
                entry.elements.push(Element { components, ..element("C") });
            } else {
                entry.elements.push(element(part));
            }
        }
        segments.insert(name, entry);
    }
    segments
}

/// Applies what a line of a guide says of an element: `3!=A,B`, `5.1!`, `2-`, `*.9-`, `H=ABF`.
fn constrain(elements: &mut Elements, text: &str) {
    if let Some(rest) = text.strip_prefix('*') {
        (1..=elements.elements.len()).for_each(|number| constrain(elements, &format!("{number}{rest}")));
        return;
    }
    if let Some(list) = text.strip_prefix("H=") {
        elements.further = Some(codes(list));
        return;
    }
    let end = text.find(['!', '=', '-']).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let (number, component) = number.split_once('.').unwrap_or((number, ""));
    let number: usize = number.parse().unwrap_or(0);
    let Some(mut element) = number.checked_sub(1).and_then(|index| elements.elements.get_mut(index)) else { return };
    if let Some(component) = component.parse::<usize>().ok().and_then(|component| component.checked_sub(1)) {
        // A component that is required makes its composite required.
        element.required |= rest.starts_with('!') && component == 0;
        let Some(found) = element.components.get_mut(component) else { return };
        element = found;
    }
    element.required |= rest.starts_with('!');
    element.not_used = rest == "-";
    if let Some((_, list)) = rest.split_once('=') {
        element.codes = codes(list);
    }
}

/// A segment line of a guide; several items when each value counts for itself (`e`).
fn items(line: &str, dictionary: &HashMap<&'static str, Elements>) -> Vec<Item> {
    let mut parts = line.split_ascii_whitespace();
    let (name, at) = match parts.next().unwrap_or_default().split_once('@') {
        Some((name, at)) => (name, Some(at)),
        None => (line.split_ascii_whitespace().next().unwrap_or_default(), None),
    };
    let Some(id) = SegmentId::new(name.as_bytes()) else { return Vec::new() };
    let mut elements = dictionary.get(name).cloned().unwrap_or_default();
    let (usage, max, each) = usage(parts.next().unwrap_or_default());
    parts.for_each(|part| constrain(&mut elements, part));
    elements.least = elements.elements.iter().rposition(|element| element.required).map_or(0, |last| last + 1);
    let item = Item {
        name: id,
        at: None,
        values: Box::default(),
        usage,
        max,
        place: 0,
        begins: None,
        elements,
        label: name.into(),
        begun_by: Box::default(),
    };
    let Some((place, values)) = at.and_then(|at| at.split_once('=')) else { return vec![item] };
    let (element, component) = place.split_once('.').unwrap_or((place, "0"));
    let at = Some((element.parse().unwrap_or(0), component.parse().unwrap_or(0)));
    let one = |list: &str| {
        let empty = "*".repeat(element.parse::<usize>().unwrap_or(1));
        let label = format!("{name}{empty}{}", list.replace(',', "/"));
        Item { at, values: codes(list), label: label.into(), ..item.clone() }
    };
    if each { values.split(',').map(one).collect() } else { vec![one(values)] }
}

/// `R1`, `S10`, `S*`, `S1e`.
fn usage(text: &str) -> (Usage, u16, bool) {
    let (text, each) = text.strip_suffix('e').map_or((text, false), |text| (text, true));
    let usage = match text.chars().next() {
        Some('R') => Usage::Required,
        Some('r') => Usage::Reported,
        _ => Usage::Situational,
    };
    (usage, text.get(1..).and_then(|max| max.parse().ok()).unwrap_or(u16::MAX), each)
}

fn compile(texts: &[&'static str]) -> GuideTable {
    let dictionary = dictionary();
    let lines = || texts.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#'));
    let names: Vec<&'static str> = lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
    let mut loops: Vec<LoopTable> = names.iter().map(|name| LoopTable::empty(name)).collect();
    // Loops within loops: where they stand, to be given the first segment of their loop.
    let mut within: Vec<(usize, usize, usize)> = Vec::new();
    let mut open = 0;
    for line in lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            open = names.iter().position(|known| *known == name).unwrap_or(0);
        } else if let Some((name, use_)) = line.strip_prefix("> ").and_then(|rest| rest.split_once(' ')) {
            let Some(child) = names.iter().position(|known| *known == name) else { continue };
            let (usage, max, _) = usage(use_);
            within.push((open, loops[open].items.len(), child));
            let Some(id) = SegmentId::new(b"HL") else { continue };
            loops[open].items.push(Item {
                name: id,
                at: None,
                values: Box::default(),
                usage,
                max,
                place: 0,
                begins: u16::try_from(child).ok(),
                elements: Elements::default(),
                label: name.into(),
                begun_by: Box::default(),
            });
        } else {
            loops[open].items.extend(items(line, &dictionary));
        }
    }
    for (parent, place, child) in within {
        let Some(first) = loops[child].items.first().cloned() else { continue };
        let item = &mut loops[parent].items[place];
        (item.name, item.at, item.values, item.elements) = (first.name, first.at, first.values, first.elements);
        item.begun_by = first.label;
    }
    for table in &mut loops {
        let mut place = 0;
        for index in 0..table.items.len() {
            let same = index > 0 && {
                let (before, item) = (&table.items[index - 1], &table.items[index]);
                before.name == item.name && before.begins.is_some() == item.begins.is_some()
            };
            // The first segment of a loop, and each of its levels, has a place of its own.
            place += u16::from(!same || item_is_level(&table.items[index]));
            table.items[index].place = place;
        }
    }
    let names = Names::new(loops.iter().flat_map(|table| &table.items).map(|item| item.name));
    for table in &mut loops {
        table.index(&names);
    }
    GuideTable { loops, names }
}

fn item_is_level(item: &Item) -> bool {
    &item.name.packed() == b"HL\0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loop_of_the_guides_has_segments_and_a_place() {
        for claim_type in [ClaimType::Professional, ClaimType::Institutional, ClaimType::Dental] {
            let table = of(claim_type);
            for (index, known) in table.loops.iter().enumerate() {
                assert!(!known.items.is_empty(), "{} is empty", known.name);
                let used = table
                    .loops
                    .iter()
                    .any(|parent| parent.items.iter().any(|item| item.begins.map(usize::from) == Some(index)));
                // A loop of one guide alone stands unused in the others.
                assert!(used || index == 0 || matches!(known.name, "2410"), "{} is in no loop", known.name);
            }
        }
    }

    #[test]
    fn every_segment_of_the_guides_is_in_the_dictionary() {
        for claim_type in [ClaimType::Professional, ClaimType::Institutional, ClaimType::Dental] {
            for table in &of(claim_type).loops {
                for item in &table.items {
                    assert!(!item.elements.elements.is_empty(), "{} in {}", item.label, table.name);
                }
            }
        }
    }

    #[test]
    fn codes_are_packed_without_loss() {
        assert_ne!(pack("A"), pack("AB"));
        assert_eq!(pack("ABC"), u64::from_le_bytes(*b"ABC\0\0\0\0\0"));
        assert_eq!(pack("ABCD"), u64::from_le_bytes(*b"ABCD\0\0\0\0"));
    }
}
