//! Elements by name and type. What is of another type, or says something it cannot, becomes a fault and is left out.

use crate::fault::{Fault, FaultKind, quote};
use crate::json::{Node, Value, fhir_path};
use openclaim_claim::code::CodeSet;
use openclaim_claim::{Date, Decimal, FileId, Money, Npi, Span, Spanned, Text};
use std::str::FromStr;

/// Longest text of a name or identifier, in bytes.
const LONGEST: usize = 1_000;

/// Most sequence numbers of a line that are followed.
const REFERENCES: usize = 1_000;

/// A text and where it stands, without its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Str<'t> {
    pub(crate) text: &'t str,
    pub(crate) node: &'t Node<'t>,
}

/// Reads elements and collects faults.
#[derive(Debug)]
pub(crate) struct Elements<'t> {
    root: &'t Node<'t>,
    /// Where the text of the root begins in the file.
    base: u64,
    file: FileId,
    pub(crate) faults: Vec<Fault>,
    limit: usize,
}

impl<'t> Elements<'t> {
    pub(crate) fn new(root: &'t Node<'t>, base: u64, file: FileId, limit: usize) -> Self {
        Self { root, base, file, faults: Vec::new(), limit }
    }

    pub(crate) fn fault(&mut self, kind: FaultKind, node: &Node<'_>, detail: impl Into<Box<str>>) {
        if self.faults.len() > self.limit {
            return;
        }
        let fault = if self.faults.len() == self.limit {
            let detail = format!("more than {} faults; the rest is not listed", self.limit);
            Fault { kind: FaultKind::TooManyFaults, span: self.span(node), path: "".into(), detail: detail.into() }
        } else {
            Fault { kind, span: self.span(node), path: fhir_path(self.root, node.start).into(), detail: detail.into() }
        };
        self.faults.push(fault);
    }

    /// Place of a value in the file; of a string's text within its quotes.
    pub(crate) fn span(&self, node: &Node<'_>) -> Span {
        let quotes = u32::from(matches!(node.value, Value::String(_)) && node.end >= node.start + 2);
        Span::new(self.file, self.base + u64::from(node.start + quotes), node.end - node.start - 2 * quotes)
    }

    fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        self.fault(FaultKind::WrongType, node, format!("{} stands where {expected} is expected", node.kind()));
    }

    /// An object by name.
    pub(crate) fn object(&mut self, parent: &'t Node<'t>, name: &str) -> Option<&'t Node<'t>> {
        let node = parent.get(name)?;
        match node.value {
            Value::Object(_) => Some(node),
            Value::Null => None,
            _ => {
                self.wrong_type(node, "an object");
                None
            }
        }
    }

    /// The objects of an array by name; what is no object among them is left out.
    pub(crate) fn objects(&mut self, parent: &'t Node<'t>, name: &str) -> Vec<&'t Node<'t>> {
        let Some(node) = parent.get(name) else { return Vec::new() };
        match &node.value {
            Value::Array(elements) => {
                for element in elements.iter().filter(|element| !matches!(element.value, Value::Object(_))) {
                    self.wrong_type(element, "an object");
                }
                elements.iter().filter(|element| matches!(element.value, Value::Object(_))).collect()
            }
            Value::Null => Vec::new(),
            _ => {
                self.wrong_type(node, "an array");
                Vec::new()
            }
        }
    }

    /// The objects of an array by name, or the one object that an older release has instead.
    pub(crate) fn one_or_more(&mut self, parent: &'t Node<'t>, name: &str) -> Vec<&'t Node<'t>> {
        match parent.get(name) {
            Some(node @ Node { value: Value::Object(_), .. }) => vec![node],
            _ => self.objects(parent, name),
        }
    }

    /// A text by name; `None` when it is empty.
    pub(crate) fn text(&mut self, parent: &'t Node<'t>, name: &str) -> Option<Str<'t>> {
        let node = parent.get(name)?;
        match &node.value {
            Value::String(text) => Some(Str { text: text.trim(), node }).filter(|found| !found.text.is_empty()),
            Value::Null => None,
            _ => {
                self.wrong_type(node, "a string");
                None
            }
        }
    }

    /// A text by name, kept as it is; empty when absent.
    pub(crate) fn kept(&mut self, parent: &'t Node<'t>, name: &str) -> Text {
        self.text(parent, name).map_or_else(Text::default, |found| self.short(found))
    }

    /// A text as a claim keeps it: no longer than a thousand bytes, since many lines may repeat it.
    pub(crate) fn short(&mut self, found: Str<'t>) -> Text {
        if found.text.len() <= LONGEST {
            return found.text.into();
        }
        let detail = format!("the text has {} bytes; the first {LONGEST} are kept", found.text.len());
        self.fault(FaultKind::TooLarge, found.node, detail);
        found.text[..found.text.floor_char_boundary(LONGEST)].into()
    }

    /// A truth value by name.
    pub(crate) fn flag(&mut self, parent: &'t Node<'t>, name: &str) -> Option<bool> {
        let node = parent.get(name)?;
        match node.value {
            Value::Bool(flag) => Some(flag),
            Value::Null => None,
            _ => {
                self.wrong_type(node, "true or false");
                None
            }
        }
    }

    /// The digits of a number by name.
    fn number(&mut self, parent: &'t Node<'t>, name: &str) -> Option<Str<'t>> {
        let node = parent.get(name)?;
        match &node.value {
            Value::Number(text) => Some(Str { text, node }),
            Value::Null => None,
            _ => {
                self.wrong_type(node, "a number");
                None
            }
        }
    }

    /// A whole number above zero: a sequence number.
    pub(crate) fn whole(&mut self, parent: &'t Node<'t>, name: &str) -> Option<u32> {
        let found = self.number(parent, name)?;
        self.positive(found)
    }

    fn positive(&mut self, found: Str<'t>) -> Option<u32> {
        let number = found.text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            let detail = format!("`{}` is no whole number above zero", quote(found.text));
            self.fault(FaultKind::NotANumber, found.node, detail);
        }
        number
    }

    /// The sequence numbers of an array of references, with their places.
    pub(crate) fn sequences(&mut self, parent: &'t Node<'t>, name: &str) -> Vec<Spanned<u32>> {
        let Some(node) = parent.get(name) else { return Vec::new() };
        let Value::Array(elements) = &node.value else {
            self.wrong_type(node, "an array");
            return Vec::new();
        };
        let mut found = Vec::new();
        if elements.len() > REFERENCES {
            self.fault(
                FaultKind::TooManyLines,
                node,
                format!("more than {REFERENCES} references; the rest are skipped"),
            );
        }
        for element in elements.iter().take(REFERENCES) {
            match &element.value {
                Value::Number(text) => {
                    let span = self.span(element);
                    found.extend(self.positive(Str { text, node: element }).map(|number| Spanned::at(number, span)));
                }
                _ => self.wrong_type(element, "a number"),
            }
        }
        found
    }

    /// A quantity's value by name.
    pub(crate) fn decimal(&mut self, parent: &'t Node<'t>, name: &str) -> Option<Spanned<Decimal>> {
        let found = self.number(parent, name)?;
        let decimal = decimal(found.text);
        if decimal.is_none() {
            self.fault(FaultKind::NotANumber, found.node, format!("`{}` is out of range", quote(found.text)));
        }
        Some(Spanned::at(decimal?, self.span(found.node)))
    }

    /// The `value` of an amount of money.
    pub(crate) fn amount(&mut self, money: &'t Node<'t>) -> Option<Spanned<Money>> {
        if !matches!(money.value, Value::Object(_)) {
            self.wrong_type(money, "an amount with value and currency");
            return None;
        }
        let found = self.number(money, "value")?;
        match amount(found.text) {
            Some(amount) => Some(Spanned::at(amount, self.span(found.node))),
            None => {
                let detail = format!("`{}` is no amount of dollars and cents", quote(found.text));
                self.fault(FaultKind::NotAnAmount, found.node, detail);
                None
            }
        }
    }

    /// A day by name. Of a date with time, the day counts.
    pub(crate) fn date(&mut self, parent: &'t Node<'t>, name: &str) -> Option<Spanned<Date>> {
        let found = self.text(parent, name)?;
        let day = found.text.get(..10).filter(|_| matches!(found.text.as_bytes().get(10), None | Some(b'T')));
        match day.and_then(|day| Date::from_str(day).ok()) {
            Some(date) => Some(Spanned::at(date, self.span(found.node))),
            None => {
                let detail = format!("`{}` is no day; a date like 2026-05-08 is expected", quote(found.text));
                self.fault(FaultKind::NotADate, found.node, detail);
                None
            }
        }
    }

    /// A code of a set.
    pub(crate) fn code<C: CodeSet>(&mut self, found: Str<'t>) -> Option<Spanned<C>> {
        self.code_of(found, found.text)
    }

    /// A code of a set, after it was brought to its usual form.
    pub(crate) fn code_of<C: CodeSet>(&mut self, found: Str<'t>, text: &str) -> Option<Spanned<C>> {
        match C::parse_bytes(text.as_bytes()) {
            Ok(code) => Some(Spanned::at(code, self.span(found.node))),
            Err(error) => {
                self.fault(FaultKind::NotACode, found.node, error.to_string());
                None
            }
        }
    }

    /// A National Provider Identifier.
    pub(crate) fn npi(&mut self, found: Str<'t>) -> Option<Spanned<Npi>> {
        match Npi::parse_bytes(found.text.as_bytes()) {
            Ok(npi) => Some(Spanned::at(npi, self.span(found.node))),
            Err(error) => {
                self.fault(FaultKind::NotAnIdentifier, found.node, error.to_string());
                None
            }
        }
    }

    /// A text with its place.
    pub(crate) fn spanned(&self, found: Str<'_>) -> Spanned<Text> {
        Spanned::at(found.text.into(), self.span(found.node))
    }
}

/// An exact decimal, exponent or not.
fn decimal(text: &str) -> Option<Decimal> {
    if text.len() > 40 {
        return None;
    }
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Dollars and cents. Zeros beyond the cents are dropped; exponents are resolved.
fn amount(text: &str) -> Option<Money> {
    Money::parse_bytes(text.as_bytes()).ok().or_else(|| {
        let plain = decimal(text)?.normalize().to_string();
        Money::parse_bytes(plain.as_bytes()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let cents = |text| amount(text).map(Money::cents);
        assert_eq!(cents("1234.32"), Some(123_432));
        assert_eq!(cents("60.0"), Some(6_000));
        assert_eq!(cents("1.5e2"), Some(15_000));
        assert_eq!(cents("9999999999999999999999999999999999"), None);
        assert_eq!(cents("1e400"), None);
        assert_eq!(cents("0.001"), None);
    }
}
