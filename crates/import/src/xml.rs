//! XML as a small tree: names without prefixes, attributes, text, children, and the line each element begins on.

use crate::error::{ImportError, Place};
use quick_xml::encoding::Decoder;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may nest.
const MAX_DEPTH: usize = 200;

/// An element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// Local name.
    pub name: String,
    /// Attributes by local name, in their order.
    pub attributes: Vec<(String, String)>,
    /// The text directly inside, children's text left out; runs of blanks become one, none at the ends.
    pub text: String,
    /// Child elements in their order.
    pub children: Vec<Element>,
    /// 1-based line of the start tag.
    pub line: u64,
}

impl Element {
    /// An attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first child of a name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name; empty when there is none.
    #[must_use]
    pub fn child_text(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| &child.text)
    }

    /// The element's text and that of all inside it, in document order as far as text precedes children.
    #[must_use]
    pub fn all_text(&self) -> String {
        let mut parts = vec![self.text.clone()];
        parts.extend(self.children.iter().map(Element::all_text));
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }
}

/// Parses a document into its root element.
///
/// # Errors
/// [`ImportError::Content`] with the line where the document is not well-formed, ends early or nests too deep.
pub fn parse(text: &str, file: &str) -> Result<Element, ImportError> {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut line, mut counted) = (1_u64, 0_usize);
    let mut stack: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let start = (reader.buffer_position() as usize).min(text.len());
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted.min(start)..start]).count() as u64;
        counted = start;
        let fault = |problem: String| {
            ImportError::content(Place { row: line, ..Place::file(file) }, format!("is no well-formed XML: {problem}"))
        };
        let event = reader.read_event().map_err(|error| fault(error.to_string()))?;
        match event {
            Event::Start(tag) => {
                if stack.len() >= MAX_DEPTH {
                    return Err(fault(format!("elements nest deeper than {MAX_DEPTH}")));
                }
                stack.push(element(&tag, reader.decoder(), line).map_err(fault)?);
            }
            Event::Empty(tag) => close(element(&tag, reader.decoder(), line).map_err(fault)?, &mut stack, &mut root),
            Event::End(_) => {
                if let Some(done) = stack.pop() {
                    close(done, &mut stack, &mut root);
                }
            }
            Event::Text(piece) => {
                if let Some(open) = stack.last_mut() {
                    let piece = piece.decode().map_err(|error| fault(error.to_string()))?;
                    open.text.push_str(&piece);
                }
            }
            Event::CData(piece) => {
                if let Some(open) = stack.last_mut() {
                    let piece = piece.decode().map_err(|error| fault(error.to_string()))?;
                    open.text.push_str(&piece);
                }
            }
            Event::GeneralRef(entity) => {
                if let Some(open) = stack.last_mut() {
                    let name = entity.decode().map_err(|error| fault(error.to_string()))?;
                    let written = format!("&{name};");
                    let meant = quick_xml::escape::unescape(&written).map_err(|error| fault(error.to_string()))?;
                    open.text.push_str(&meant);
                }
            }
            Event::Eof => break,
            // Declarations, comments, processing instructions and document types carry no content; external
            // entities are never fetched.
            _ => {}
        }
    }
    let place = Place { row: line, ..Place::file(file) };
    match root {
        Some(root) if stack.is_empty() => Ok(root),
        _ => Err(ImportError::content(place, "is no well-formed XML: it ends inside an element")),
    }
}

fn element(tag: &BytesStart<'_>, decoder: Decoder, line: u64) -> Result<Element, String> {
    let local = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.decode_and_unescape_value(decoder).map_err(|error| error.to_string())?;
        attributes.push((local(attribute.key.local_name().as_ref()), value.into_owned()));
    }
    Ok(Element { name: local(tag.local_name().as_ref()), attributes, line, ..Element::default() })
}

fn close(mut done: Element, stack: &mut [Element], root: &mut Option<Element>) {
    done.text = done.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match stack.last_mut() {
        Some(parent) => parent.children.push(done),
        None => *root = Some(done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_with_lines() {
        let root =
            parse("<?xml version=\"1.0\"?>\n<a>\n <b id=\"1\">x &amp;\n y &#233;</b><c/>\n</a>\n", "f.xml").unwrap();
        assert_eq!((root.name.as_str(), root.children.len()), ("a", 2));
        let b = root.child("b").unwrap();
        assert_eq!((b.attribute("id"), b.text.as_str(), b.line), (Some("1"), "x & y \u{e9}", 3));
    }

    #[test]
    fn a_cut_document_is_an_error() {
        for text in ["<a><b>", "<a></b>", "", "<a>&nonsense;</a>"] {
            assert!(parse(text, "f.xml").is_err(), "{text}");
        }
    }
}
