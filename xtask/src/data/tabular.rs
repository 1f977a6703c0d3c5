//! Reads the ICD-10-CM tabular list as NCHS publishes it (XML).

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::encoding::Decoder;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::collections::BTreeMap;

/// Chapters, sections and codes of one edition of the tabular list.
#[derive(Debug, Default)]
pub(super) struct Tabular {
    /// Chapters and sections, chapters first, each in code order.
    pub(super) headings: Vec<Heading>,
    /// Categories, subcategories and codes, by code without its dot.
    pub(super) nodes: BTreeMap<String, Node>,
    /// Categories, subcategories and codes in the order of the document.
    pub(super) order: Vec<String>,
}

/// A chapter (`01`) or a section (`A00-A09`).
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) id: String,
    /// The chapter or wider section of a section, empty for a chapter.
    pub(super) parent: String,
    pub(super) title: String,
    pub(super) notes: Vec<Note>,
}

/// A category, subcategory or code.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: String,
    pub(super) title: String,
    pub(super) notes: Vec<Note>,
    pub(super) seventh: Vec<SeventhCharacter>,
}

/// One line of an instructional note.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

/// A 7th character, what it says, and what else it covers.
#[derive(Debug)]
pub(super) struct SeventhCharacter {
    pub(super) character: char,
    pub(super) text: String,
    pub(super) also: String,
}

impl Tabular {
    /// The title of a code that the list holds only as its six leading characters and a 7th character.
    pub(super) fn compose(&self, code: &str) -> Option<String> {
        if code.len() != 7 {
            return None;
        }
        let (base, seventh) = (self.base(code)?, code.chars().next_back()?);
        let title = &self.nodes.get(base)?.title;
        let mut at = base;
        while let Some(node) = self.nodes.get(at) {
            if let Some(found) = node.seventh.iter().find(|c| c.character == seventh) {
                return Some(format!("{title}, {}", found.text));
            }
            at = &node.parent;
        }
        None
    }

    /// The node a 7th character hangs on: the first six characters, less the placeholders that fill them up.
    fn base<'c>(&self, code: &'c str) -> Option<&'c str> {
        let mut base = code.get(..6)?;
        while !self.nodes.contains_key(base) {
            base = base.strip_suffix('X')?;
        }
        Some(base)
    }

    /// The node or heading right above a code; for a code the list no longer holds, the longest of its beginnings it holds.
    pub(super) fn parent(&self, code: &str) -> Option<&str> {
        if let Some(node) = self.nodes.get(code) {
            return Some(&node.parent);
        }
        (3..code.len()).rev().find_map(|n| self.nodes.get_key_value(code.get(..n)?)).map(|(key, _)| key.as_str())
    }
}

/// An element of the document; the list is small enough to be held whole.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    fn text_of(&self, name: &str) -> Result<String> {
        let found = self.first(name).with_context(|| format!("<{}> without <{name}>", self.name))?;
        Ok(tidy(&found.text))
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// One line, single spaces.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn read(xml: &str) -> Result<Tabular> {
    let root = parse(xml)?;
    let mut tabular = Tabular::default();
    let (mut chapters, mut sections) = (Vec::new(), Vec::new());
    for chapter in root.all("chapter") {
        let number: u8 = chapter.text_of("name")?.parse().context("chapter number")?;
        let id = format!("{number:02}");
        chapters.push(Heading {
            id: id.clone(),
            parent: String::new(),
            title: without_range(&chapter.text_of("desc")?),
            notes: notes(chapter)?,
        });
        for section in chapter.all("section") {
            // A section of one category bears that category's name; `C50-C50` tells the two apart.
            let section_id = match section.attribute("id").context("a section without id")? {
                range if range.contains('-') => range.to_owned(),
                single => format!("{single}-{single}"),
            };
            sections.push(Heading {
                id: section_id.clone(),
                parent: id.clone(),
                title: without_range(&section.text_of("desc")?),
                notes: notes(section)?,
            });
            for category in section.all("diag") {
                read_node(category, &section_id, &mut tabular)?;
            }
        }
    }
    chapters.sort_by(|a, b| a.id.cmp(&b.id));
    sections.sort_by(|a, b| a.id.cmp(&b.id));
    nest(&mut sections);
    chapters.extend(sections);
    tabular.headings = chapters;
    Ok(tabular)
}

/// Puts a section under the narrowest section that spans it: the document lists them side by side.
fn nest(sections: &mut [Heading]) {
    let spans: Vec<(String, String)> = sections
        .iter()
        .map(|section| {
            let (first, last) = section.id.split_once('-').unwrap_or((&section.id, &section.id));
            (first.to_owned(), last.to_owned())
        })
        .collect();
    // `C7A` sorts between `C76` and `C80` without belonging there: a lettered block is spanned from the start of its decade.
    let start = |first: &str| match first.as_bytes() {
        [a, b, c] if c.is_ascii_uppercase() => format!("{}{}0", *a as char, *b as char),
        _ => first.to_owned(),
    };
    let spans_other = |a: usize, b: usize| a != b && spans[a].0 <= start(&spans[b].0) && spans[a].1 >= spans[b].1;
    for inner in 0..sections.len() {
        // Of all that span it, the narrowest is the one that spans none of the others.
        let outer: Vec<usize> = (0..spans.len()).filter(|&outer| spans_other(outer, inner)).collect();
        let narrowest = outer.iter().find(|&&a| outer.iter().all(|&b| a == b || !spans_other(a, b)));
        if let Some(&narrowest) = narrowest {
            sections[inner].parent = sections[narrowest].id.clone();
        }
    }
}

/// `Cholera (A00-A09)` → `Cholera`: the range is the heading's own id or follows from its sections.
fn without_range(title: &str) -> String {
    match title.rsplit_once(" (") {
        Some((head, range))
            if range.ends_with(')') && range.len() <= 9 && range.contains(|c: char| c.is_ascii_digit()) =>
        {
            head.to_owned()
        }
        _ => title.to_owned(),
    }
}

fn read_node(element: &Element, parent: &str, tabular: &mut Tabular) -> Result<()> {
    let code = element.text_of("name")?.replace('.', "");
    tabular.order.push(code.clone());
    let mut node = Node {
        parent: parent.to_owned(),
        title: element.text_of("desc")?,
        notes: notes(element)?,
        seventh: Vec::new(),
    };
    if let Some(definition) = element.first("sevenChrDef") {
        for part in &definition.children {
            let text = tidy(&part.text);
            match (part.attribute("char").and_then(|c| c.chars().next()), part.name.as_str()) {
                (Some(character), "extension") => {
                    node.seventh.push(SeventhCharacter { character, text, also: String::new() });
                }
                // An indented note carries on the character above it; one that is not indented stands for itself.
                (None, "note") => match node.seventh.last_mut() {
                    Some(above) if part.text.starts_with('\t') => above.also = text,
                    _ => node.notes.push(Note { kind: "seventh_character_note", text }),
                },
                _ => bail!("{code}: <{}> in a 7th character definition", part.name),
            }
        }
    }
    if tabular.nodes.insert(code.clone(), node).is_some() {
        bail!("{code} stands twice in the tabular list");
    }
    for child in element.all("diag") {
        read_node(child, &code, tabular)?;
    }
    Ok(())
}

fn notes(element: &Element) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for child in &element.children {
        let kind = match child.name.as_str() {
            "includes" => "includes",
            "inclusionTerm" => "inclusion_term",
            "excludes1" => "excludes1",
            "excludes2" => "excludes2",
            "codeFirst" => "code_first",
            "useAdditionalCode" => "use_additional_code",
            "codeAlso" => "code_also",
            "notes" => "note",
            "sevenChrNote" => "seventh_character_note",
            "visualImpairment" => {
                notes.extend(visual_impairment(child)?.into_iter().map(|text| Note { kind: "note", text }));
                continue;
            }
            "name" | "desc" | "diag" | "section" | "sectionIndex" | "sevenChrDef" => continue,
            other => bail!("<{}> holds <{other}>, which this reader does not know", element.name),
        };
        notes.extend(child.all("note").map(|note| Note { kind, text: tidy(&note.text) }));
    }
    Ok(notes)
}

/// The one table of the list (H54), a line for each category of visual impairment.
fn visual_impairment(table: &Element) -> Result<Vec<String>> {
    let values = |category: &Element, bound: &str| -> String {
        let found = category.all("visRange").filter_map(|range| range.first(bound)?.first("value"));
        found.map(|v| tidy(&v.text)).collect::<Vec<_>>().join(" or ")
    };
    let mut lines = Vec::new();
    for category in table.all("visCategory") {
        let Some(number) = category.first("value") else { continue };
        let (below, from) = (values(category, "visMax"), values(category, "visMin"));
        let number = tidy(&number.text);
        lines.push(match (below.starts_with(|c: char| c.is_ascii_digit()), from.is_empty()) {
            (true, true) => format!("Category {number}: visual acuity with best possible correction less than {below}"),
            (true, false) => {
                format!("Category {number}: visual acuity with best possible correction less than {below}, equal to or better than {from}")
            }
            (false, _) => format!("Category {number}: {below}"),
        });
    }
    Ok(lines)
}

fn parse(xml: &str) -> Result<Element> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event()? {
            Event::Start(start) => open.push(element(&start, reader.decoder())?),
            Event::Empty(start) => {
                let child = element(&start, reader.decoder())?;
                open.last_mut().context("no open element")?.children.push(child);
            }
            Event::End(_) => {
                let child = open.pop().context("an end tag too many")?;
                open.last_mut().context("an end tag too many")?.children.push(child);
            }
            Event::Text(text) => open.last_mut().context("text outside")?.text.push_str(&text.decode()?),
            Event::GeneralRef(entity) => {
                let text = resolve(&entity)?;
                open.last_mut().context("text outside")?.text.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut document = open.pop().context("no document")?;
    document.children.pop().context("an empty document")
}

fn resolve(entity: &BytesRef<'_>) -> Result<String> {
    if let Some(c) = entity.resolve_char_ref()? {
        return Ok(c.to_string());
    }
    let name = entity.decode()?;
    let text =
        quick_xml::escape::resolve_predefined_entity(&name).with_context(|| format!("unknown entity &{name};"))?;
    Ok(text.to_owned())
}

fn element(start: &BytesStart<'_>, decoder: Decoder) -> Result<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        attributes.push((
            String::from_utf8(attribute.key.as_ref().to_vec())?,
            attribute.decode_and_unescape_value(decoder)?.into_owned(),
        ));
    }
    Ok(Element { name: String::from_utf8(start.name().as_ref().to_vec())?, attributes, ..Element::default() })
}
