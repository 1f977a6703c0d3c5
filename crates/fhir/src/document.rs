//! Lines and documents of JSON, and the resources in them.

use crate::fault::{Fault, FaultKind, quote};
use crate::json::{Exceeded, Node, SyntaxError, Value, fhir_path, parse};
use crate::lines::{Line, Lines};
use crate::reader::Outbox;
use crate::record::{Record, ResourceType, Source};
use crate::resource::{Elements, Kind, Neighbours, Resource, kind, read};
use openclaim_claim::Span;
use std::io::{self, BufRead};

/// Where in a file of JSON the reader is.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    begun: bool,
}

/// Takes resources apart and hands out what was found.
pub(crate) struct Sink<'o> {
    pub(crate) outbox: &'o mut Outbox,
}

impl Documents {
    /// Reads the next line; `false` at the end of the file.
    ///
    /// The file is one document when its first line is the beginning of a value and the second line does not begin another
    /// one. Otherwise every line is a document, and a bad one costs no neighbour.
    pub(crate) fn advance<R: BufRead>(&mut self, lines: &mut Lines<R>, sink: &mut Sink<'_>) -> io::Result<bool> {
        let limit = sink.outbox.limits.text_bytes;
        let Some(line) = lines.next(limit)? else { return Ok(false) };
        match line {
            Line::TooLong { start, len } => {
                let detail = format!("the line has {len} bytes, more than the {limit} that are read; it is skipped");
                sink.outbox.file_fault(FaultKind::TooLarge, start, len, detail);
            }
            Line::Text { start } => {
                if lines.text.trim_ascii().is_empty() {
                    return Ok(true);
                }
                let first = !std::mem::replace(&mut self.begun, true);
                if first && goes_on(&lines.text) && !matches!(lines.peek()?.first(), None | Some(b'{')) {
                    lines.text.push(b'\n');
                    if !lines.append_rest(limit)? {
                        let len = lines.offset() - start;
                        let detail = format!("the document has {len} bytes, more than the {limit} that are read");
                        sink.outbox.file_fault(FaultKind::TooLarge, start, len, detail);
                        return Ok(true);
                    }
                }
                sink.document(&lines.text, start);
            }
        }
        Ok(true)
    }
}

/// Whether a line is the beginning of a longer JSON value.
fn goes_on(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    match std::str::from_utf8(line).map(str::trim_end) {
        Ok(text) => parse(text).is_err_and(|error| error.at >= text.len()),
        Err(_) => false,
    }
}

impl Sink<'_> {
    fn document(&mut self, bytes: &[u8], start: u64) {
        let mark = if start == 0 && bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let (bytes, start) = (&bytes[mark..], start + mark as u64);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = start + error.valid_up_to() as u64;
                self.outbox.file_fault(FaultKind::NotUtf8, at, 1, "the text is not UTF-8 here; the line is skipped");
                return;
            }
        };
        match parse(text) {
            Ok(root) => self.root(&root, text, start),
            Err(SyntaxError { at, what, limit }) => {
                let kind = match limit {
                    None => FaultKind::MalformedJson,
                    Some(Exceeded::Depth) => FaultKind::NestedTooDeep,
                    Some(Exceeded::Values) => FaultKind::TooLarge,
                };
                let len = u64::from(at < text.len());
                self.outbox.file_fault(kind, start + at as u64, len, format!("no JSON from here on: {what}"));
            }
        }
    }

    fn root(&mut self, root: &Node<'_>, text: &str, start: u64) {
        match &root.value {
            Value::Array(resources) => {
                for resource in resources {
                    self.resource(resource, root, None, text, start);
                }
            }
            _ => self.resource(root, root, None, text, start),
        }
    }

    /// Hands out a resource that is a claim, or the claims of a bundle.
    fn resource<'t>(
        &mut self,
        node: &'t Node<'t>,
        root: &'t Node<'t>,
        bundle: Option<&Neighbours<'t>>,
        text: &str,
        start: u64,
    ) {
        let Some(name) = node.str("resourceType") else {
            let detail = format!("{} without `resourceType` stands where a resource is expected", node.kind());
            self.fault(FaultKind::NotAResource, node, root, start, detail);
            return;
        };
        match name {
            "Claim" => self.claim(&Resource::new(node, ResourceType::Claim, bundle), root, text, start),
            "ExplanationOfBenefit" => {
                self.claim(&Resource::new(node, ResourceType::ExplanationOfBenefit, bundle), root, text, start);
            }
            "Bundle" if bundle.is_none() => self.bundle(node, root, text, start),
            // What claims refer to is read with them.
            "Patient" | "Coverage" | "Organization" | "Practitioner" | "PractitionerRole" if bundle.is_some() => {}
            _ => {
                let detail = format!("a resource of type `{}` holds no claim; it is skipped", quote(name));
                self.fault(FaultKind::UnsupportedResource, node, root, start, detail);
            }
        }
    }

    fn bundle<'t>(&mut self, bundle: &'t Node<'t>, root: &'t Node<'t>, text: &str, start: u64) {
        let entries = bundle.get("entry").map(Node::elements).unwrap_or_default();
        let neighbours = Neighbours::of(bundle);
        for entry in entries {
            match entry.get("resource") {
                Some(resource) => self.resource(resource, root, Some(&neighbours), text, start),
                None => {
                    let detail = "the entry of the bundle holds no resource";
                    self.fault(FaultKind::NotAResource, entry, root, start, detail);
                }
            }
        }
    }

    fn claim<'t>(&mut self, resource: &Resource<'t, '_>, root: &'t Node<'t>, text: &str, start: u64) {
        let limits = self.outbox.limits;
        let node = resource.node;
        let mut elements = Elements::new(root, start, self.outbox.file, limits.faults_per_claim);
        let kind = kind(node, &mut elements);
        match kind {
            Kind::Unsupported(what) => {
                let at = node.get("type").unwrap_or(node);
                let detail = format!("{what} is not read; the resource is skipped");
                self.fault(FaultKind::UnsupportedClaimType, at, root, start, detail);
                return;
            }
            Kind::Unknown => {
                let detail =
                    "nothing tells whether the claim is professional or institutional; it is read as professional";
                elements.fault(FaultKind::UnknownClaimType, node.get("type").unwrap_or(node), detail);
            }
            Kind::Known(_) => {}
        }
        let claim = read(resource, &kind, limits.lines_per_claim, &mut elements);
        let mut faults = elements.faults;
        faults.sort_by_key(|fault| fault.span.start);
        let original = self.outbox.keep_originals.then(|| text.get(node.start as usize..node.end as usize)).flatten();
        let source = Source::Fhir { resource_type: resource.resource_type, original: original.map(Into::into) };
        self.outbox.claim(Record { claim, faults, source });
    }

    fn fault(&mut self, kind: FaultKind, node: &Node<'_>, root: &Node<'_>, start: u64, detail: impl Into<Box<str>>) {
        let span = Span::new(self.outbox.file, start + u64::from(node.start), node.end - node.start);
        let path = fhir_path(root, node.start).into();
        self.outbox.fault(Fault { kind, span, path, detail: detail.into() });
    }
}
