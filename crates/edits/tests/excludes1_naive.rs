//! `code/excludes1` against a second reader of the tabular list that shares no code with the first: it reads NCHS's XML
//! as text, follows the order of the document, and knows nothing of sets or positions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{Claim, ClaimType, Diagnosis, DiagnosisCode, DiagnosisRole, ServiceLine, Spanned};
use openclaim_edits::selection::Selection;
use openclaim_edits::service::{self, History, Sentences, Switches, Tables};
use openclaim_reference::Library;
use openclaim_reference::icd10cm::{CodeSetId, NoteKind};
use std::collections::{BTreeMap, HashMap};

const XML: &str = "reference/icd-10-cm/icd10c-tabular-April-1-2026.xml";
const DAY: jiff::civil::Date = jiff::civil::date(2026, 5, 1);

/// A chapter, section or `diag` element.
#[derive(Default)]
struct Node {
    code: String,
    /// Id of a section: `V00-V99`.
    section: String,
    has_codes: bool,
    parent: Option<usize>,
    excludes: Vec<String>,
}

/// Elements in the order of the document; the place of each, and the Excludes1 notes it carries itself.
fn read_document(xml: &str) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let (mut in_excludes, mut in_name) = (false, false);
    let mut note: Option<String> = None;
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        match tag.split_whitespace().next().unwrap_or_default() {
            "chapter" | "section" | "diag" => {
                if let (true, Some(&above)) = (tag.starts_with("diag"), open.last()) {
                    nodes[above].has_codes = true;
                }
                let section = tag.strip_prefix("section id=\"").and_then(|rest| rest.split('"').next());
                let section = section.unwrap_or_default().to_owned();
                nodes.push(Node { parent: open.last().copied(), section, ..Node::default() });
                open.push(nodes.len() - 1);
            }
            "/chapter" | "/section" | "/diag" => {
                open.pop();
            }
            "name" => in_name = true,
            "excludes1" => in_excludes = true,
            "/excludes1" => in_excludes = false,
            "note" if in_excludes => note = Some(String::new()),
            "/note" => {
                if let (Some(text), Some(&at)) = (note.take(), open.last()) {
                    nodes[at].excludes.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
            _ => {}
        }
        if in_name {
            let at = *open.last().unwrap();
            nodes[at].code = text.trim().replace('.', "");
            in_name = false;
        } else if let Some(note) = note.as_mut() {
            note.push_str(text);
        }
    }
    nodes
}

fn looks_like_code(word: &str) -> bool {
    let bytes = word.as_bytes();
    let category = bytes.len() >= 3
        && bytes[0].is_ascii_uppercase()
        && bytes[1].is_ascii_digit()
        && (bytes[2].is_ascii_digit() || bytes[2].is_ascii_uppercase());
    category && (bytes.len() == 3 || bytes[3] == b'.') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}

/// The codes of a text in the order written, and whether each is the end of a range.
fn codes_in(text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut between = String::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || c == '.' {
            word.push(c);
            continue;
        }
        let bare = word.trim_end_matches('.');
        if looks_like_code(bare) && !found.is_empty() && between.ends_with("to") {
            found.push((bare.replace('.', ""), true));
            between.clear();
        } else if looks_like_code(bare) {
            let joined = between.contains('-') && between.chars().all(|c| matches!(c, '-' | ' '));
            found.push((bare.replace('.', ""), joined && !found.is_empty()));
            between.clear();
        } else {
            between.push_str(&word);
        }
        between.push(c);
        if word == "to" {
            between = "to".to_owned();
        }
        word.clear();
    }
    found
}

/// What a note narrows its codes to.
enum Narrow {
    Nothing,
    Place(usize, String),
    Intent(String),
    End(Vec<String>),
    Rest(Vec<String>),
    NotUnderstood,
}

fn spread(values: &str) -> String {
    let mut all = String::new();
    for value in values.split([',', ' ']).filter(|value| !value.is_empty() && *value != "or") {
        match value.split_once('-') {
            Some((from, to)) if from.len() == 1 && to.len() == 1 => {
                all.extend(from.chars().next().unwrap()..=to.chars().next().unwrap());
            }
            _ if value.len() == 1 => all.push_str(value),
            _ => break,
        }
    }
    all
}

fn narrowing(text: &str) -> Narrow {
    let after_codes = text.rfind(|c: char| c == '.' || c.is_ascii_digit());
    let Some(at) = text.find("with ").filter(|_| after_codes.is_some()) else { return Narrow::Nothing };
    let rest = text[at + 5..].trim();
    if codes_in(&text[..at]).is_empty() {
        return Narrow::Nothing;
    }
    if let Some(first) = rest.find('.').filter(|dot| *dot == 0) {
        let mut all = Vec::new();
        for item in rest[first..].split(['.', ',', ' ']).filter(|item| !item.is_empty() && *item != "or") {
            all.push(item.trim_end_matches('-').to_owned());
        }
        // `.51-.52` came apart at its dots; both ends stand here, and no note spans more than two.
        return Narrow::Rest(all);
    }
    let Some((which, values)) = rest.split_once(" character").or_else(|| rest.split_once("-character")) else {
        return Narrow::NotUnderstood;
    };
    let values = values.trim_start_matches('s').trim();
    match which {
        "fifth or sixth" | "fifth or six" => Narrow::Intent(spread(values)),
        "fifth" | "5th" => Narrow::Place(5, spread(values)),
        "sixth" => Narrow::Place(6, spread(values)),
        "seventh" | "7th" => Narrow::Place(7, spread(values)),
        "final" => Narrow::End(
            values
                .split([',', ' '])
                .map(|v| v.trim_matches(['-', '.']).to_owned())
                .filter(|v| !v.is_empty() && v != "or")
                .collect(),
        ),
        _ => Narrow::NotUnderstood,
    }
}

fn is_meant(narrow: &Narrow, code: &str) -> bool {
    let at = |place: usize| code.chars().nth(place - 1);
    match narrow {
        Narrow::Nothing => true,
        Narrow::NotUnderstood => false,
        Narrow::Place(place, wanted) => at(*place).is_some_and(|c| wanted.contains(c)),
        Narrow::Intent(wanted) => {
            let intent = if at(6) == Some('X') { at(5) } else { at(6) };
            intent.is_some_and(|c| wanted.contains(c))
        }
        Narrow::End(ends) => code.len() > 3 && ends.iter().any(|end| code.ends_with(end.as_str())),
        Narrow::Rest(starts) => starts.iter().any(|start| code[3..].starts_with(start.as_str())),
    }
}

/// The tabular list as the naive reader has it.
struct Naive {
    nodes: Vec<Node>,
    /// Billable codes with the element each hangs on.
    codes: Vec<(String, usize)>,
    /// Sections without codes of their own.
    spanning: Vec<usize>,
}

impl Naive {
    fn read(xml: &str, billable: Vec<String>) -> Self {
        let nodes = read_document(xml);
        let by_code: HashMap<&str, usize> = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.code.len() >= 3)
            .map(|(at, node)| (node.code.as_str(), at))
            .collect();
        let element = |code: &str| {
            let mut stem = code.to_owned();
            while stem.len() >= 3 {
                if let Some(&at) = by_code.get(stem.as_str()) {
                    return Some(at);
                }
                stem.pop();
            }
            None
        };
        let codes = billable.into_iter().filter_map(|code| element(&code).map(|at| (code, at))).collect();
        drop(by_code);
        let spanning =
            (0..nodes.len()).filter(|at| !nodes[*at].has_codes && nodes[*at].section.contains('-')).collect();
        Self { nodes, codes, spanning }
    }

    /// An element and everything above it: also the sections without codes of their own, which the document puts beside
    /// those that they span.
    fn above(&self, element: usize) -> Vec<usize> {
        let mut path: Vec<usize> = std::iter::successors(Some(element), |at| self.nodes[*at].parent).collect();
        let category = &self.nodes[element].code[..3];
        path.extend(self.spanning.iter().copied().filter(|at| {
            let (from, to) = self.nodes[*at].section.split_once('-').unwrap_or_default();
            from <= category && category <= to
        }));
        path
    }

    /// Positions of the elements at or below a code, in the order of the document.
    fn elements_of(&self, prefix: &str) -> (usize, usize) {
        let mut all = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.code.len() >= 3 && !node.code.contains('-') && node.code.starts_with(prefix));
        let first = all.next().map_or(usize::MAX, |(at, _)| at);
        let last = all.next_back().map_or(first, |(at, _)| at);
        if first != usize::MAX {
            return (first, last);
        }
        // A code that is not there (`R10.4-`): the last one before it in the same category.
        let before = self.nodes.iter().enumerate().filter(|(_, node)| {
            node.code.len() > 3 && node.code.starts_with(&prefix[..3]) && node.code.as_str() < prefix
        });
        (usize::MAX, before.map(|(at, _)| at).max().unwrap_or(0))
    }

    /// The codes that a note names.
    fn named(&self, text: &str) -> Vec<bool> {
        let mut parts: Vec<&str> = Vec::new();
        for piece in text.split('(').skip(1) {
            if let Some((inside, _)) = piece.split_once(')') {
                parts.push(inside);
            }
        }
        parts.retain(|part| !codes_in(part).is_empty());
        if parts.is_empty() {
            parts.push(text);
        }
        let mut named = vec![false; self.codes.len()];
        for part in parts {
            let narrow = narrowing(part);
            let written = codes_in(part);
            for (at, (code, ends_range)) in written.iter().enumerate() {
                if *ends_range {
                    continue;
                }
                let range_end = written.get(at + 1).filter(|(_, ends)| *ends).map(|(code, _)| code);
                let span = range_end.map(|end| (self.elements_of(code).0, self.elements_of(end).1));
                for (index, (billable, element)) in self.codes.iter().enumerate() {
                    let within = match span {
                        Some((first, last)) => (first..=last).contains(element),
                        None => billable.starts_with(code.as_str()),
                    };
                    named[index] |= within && is_meant(&narrow, billable);
                }
            }
        }
        named
    }
}

fn claim(codes: [&str; 2]) -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    let roles = [DiagnosisRole::Principal, DiagnosisRole::Other];
    claim.diagnoses = codes
        .iter()
        .zip(roles)
        .map(|(code, role)| Diagnosis {
            code: Spanned::bare(DiagnosisCode::parse(code).unwrap()),
            role,
            poa: None,
            icd9: false,
        })
        .collect();
    let mut line = ServiceLine::new(1);
    line.dates.from = Some(Spanned::bare(DAY));
    line.dates.through = Some(Spanned::bare(DAY));
    claim.lines.push(line);
    claim
}

#[test]
fn every_pair_of_the_tabular_list_is_found_and_no_other() {
    let Some(path) = openclaim_testkit::shared("every_pair_of_the_tabular_list_is_found_and_no_other", XML) else {
        return;
    };
    let library = Library::embedded().unwrap();
    let table = library.icd10cm();
    let valid: Vec<_> = table.iter().filter(|entry| entry.valid_on(DAY).is_valid()).collect();
    let billable = valid.iter().map(|entry| entry.code().as_str().to_owned()).collect();
    let naive = Naive::read(&std::fs::read_to_string(path).unwrap(), billable);
    assert_eq!(naive.codes.len(), valid.len(), "a billable code hangs on no element");

    // What each note names, once per wording.
    let mut wordings: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for text in naive.nodes.iter().flat_map(|node| &node.excludes) {
        wordings.entry(text).or_insert_with(|| naive.named(text));
    }
    let notes = naive.nodes.iter().map(|node| node.excludes.len()).sum::<usize>();
    let naming = naive
        .nodes
        .iter()
        .flat_map(|node| &node.excludes)
        .filter(|text| wordings[text.as_str()].contains(&true))
        .count();

    // The naive answer for a code is the union over its element and those above it, each distinct union made once.
    let position: HashMap<usize, usize> = valid.iter().enumerate().map(|(at, entry)| (entry.id(), at)).collect();
    let mut by_element: HashMap<usize, usize> = HashMap::new();
    let mut unions: Vec<Vec<bool>> = Vec::new();
    let mut known: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut union_of: Vec<usize> = Vec::new();
    for (_, element) in &naive.codes {
        let union = *by_element.entry(*element).or_insert_with(|| {
            let path = naive.above(*element).into_iter();
            let mut texts: Vec<&str> =
                path.flat_map(|at| naive.nodes[at].excludes.iter().map(String::as_str)).collect();
            texts.sort_unstable();
            texts.dedup();
            *known.entry(texts.clone()).or_insert_with(|| {
                let mut union = vec![false; valid.len()];
                for text in &texts {
                    union.iter_mut().zip(&wordings[text]).for_each(|(all, one)| *all |= one);
                }
                unions.push(union);
                unions.len() - 1
            })
        });
        union_of.push(union);
    }

    // The table's answer, each distinct list of sets once, against it.
    let mut tables: HashMap<Vec<CodeSetId>, Vec<bool>> = HashMap::new();
    let mut compared: HashMap<(Vec<CodeSetId>, usize), ()> = HashMap::new();
    let mut problems = Vec::new();
    for (entry, union) in valid.iter().zip(&union_of) {
        let sets: Vec<CodeSetId> = entry
            .notes_inherited()
            .filter(|it| it.note.kind == NoteKind::Excludes1 && !it.note.codes.is_empty())
            .map(|it| it.note.codes)
            .collect();
        if compared.insert((sets.clone(), *union), ()).is_some() {
            continue;
        }
        let ours = tables.entry(sets.clone()).or_insert_with(|| {
            let mut ours = vec![false; valid.len()];
            for id in sets.iter().flat_map(|set| table.ids_of(*set)) {
                if let Some(&at) = position.get(&id) {
                    ours[at] = true;
                }
            }
            ours
        });
        for (at, (ours, naive)) in ours.iter().zip(&unions[*union]).enumerate() {
            if ours != naive {
                let (code, other) = (entry.code(), valid[at].code());
                problems.push(format!("{code} and {other}: the edit says {ours}, the document {naive}"));
            }
        }
    }
    assert!(problems.is_empty(), "{} differences, first {:#?}", problems.len(), &problems[..problems.len().min(40)]);

    let excludes = |a: usize, b: usize| a != b && unions[union_of[a]][b];
    let sizes: Vec<usize> = unions.iter().map(|union| union.iter().filter(|it| **it).count()).collect();
    let stated: usize =
        union_of.iter().enumerate().map(|(a, &union)| sizes[union] - usize::from(unions[union][a])).sum();
    println!("{notes} Excludes1 notes, {naming} name codes; they state {stated} ordered pairs of billable codes");
    assert!(stated > 1_000_000, "{stated}");

    // Single pairs, and claims: of every note, and drawn at random.
    let (tables, switches) = (
        Tables::new(&library),
        Switches { selection: Selection::of(|edit| edit.id == "code/excludes1"), ..Switches::default() },
    );
    let fires = |one: &str, other: &str| {
        let (findings, _) = service::check(
            &claim([one, other]),
            &tables,
            &library,
            &switches,
            &mut History::default(),
            &mut Sentences::default(),
        );
        findings.iter().filter(|finding| finding.edit == "code/excludes1").count()
    };
    let (mut asked, mut claims) = (0, 0);
    let mut ask = |a: usize, b: usize| {
        let (one, other) = (naive.codes[a].0.as_str(), naive.codes[b].0.as_str());
        let stated = one != other && (excludes(a, b) || excludes(b, a));
        let found = valid[a].excludes1(valid[b]).or_else(|| valid[b].excludes1(valid[a]));
        assert_eq!(one != other && found.is_some(), stated, "{one} and {other}");
        asked += 1;
        // A claim costs more than a look-up: one in fifty is judged as a claim, in both orders.
        if asked % 50 == 0 {
            claims += 1;
            assert_eq!(fires(one, other), usize::from(stated), "{one} before {other}");
            assert_eq!(fires(other, one), usize::from(stated), "{other} before {one}");
        }
    };
    // The first and the last code below each element.
    let mut below: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut paths: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, (_, element)) in naive.codes.iter().enumerate() {
        for at in paths.entry(*element).or_insert_with(|| naive.above(*element)) {
            below.entry(*at).or_insert((index, index)).1 = index;
        }
    }
    for (at, node) in naive.nodes.iter().enumerate() {
        let Some(&(first, last)) = below.get(&at) else { continue };
        for text in &node.excludes {
            let named = &wordings[text.as_str()];
            let ends = [named.iter().position(|it| *it), named.iter().rposition(|it| *it)];
            for b in ends.into_iter().flatten() {
                ask(first, b);
                ask(last, b);
            }
        }
    }
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..50_000 {
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % valid.len()
        };
        let (a, b) = (draw(), draw());
        // Neighbours share notes; pairs across the list seldom do.
        let b = if state & 1 == 0 { b } else { (a + b % 300) % valid.len() };
        ask(a, b);
    }
    println!("asked about {asked} pairs, {claims} of them on claims in both orders");
}
