//! JSON as it stands in a file: every value with its place, numbers as they are written.
//!
//! A claim's amounts are exact and its faults point into the file, so numbers stay text and values keep their offsets.

mod parse;
mod path;
mod print;

pub(crate) use parse::{Exceeded, SyntaxError, parse};
pub(crate) use path::fhir_path;

use std::borrow::Cow;

/// A value and where it stands, in bytes from the start of the text it was parsed from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) value: Value<'a>,
}

/// Two values are the same when their content is, wherever they stand.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// A JSON value. Members keep their order, and names that stand twice stay twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Value<'a> {
    #[default]
    Null,
    Bool(bool),
    Number(Cow<'a, str>),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// A member by name; the first when the name stands twice.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The members of an object; none for any other value.
    pub(crate) fn members(&self) -> &[(Cow<'a, str>, Self)] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for any other value.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A member's text.
    pub(crate) fn str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

impl<'a> From<Value<'a>> for Node<'a> {
    fn from(value: Value<'a>) -> Self {
        Self { start: 0, end: 0, value }
    }
}

/// A string that came from no file.
pub(crate) fn string(text: impl Into<String>) -> Node<'static> {
    Value::String(Cow::Owned(text.into())).into()
}

/// A number that came from no file.
pub(crate) fn number(value: impl std::fmt::Display) -> Node<'static> {
    Value::Number(Cow::Owned(value.to_string())).into()
}

/// An object that came from no file.
pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'static str, Node<'a>)>) -> Node<'a> {
    Value::Object(members.into_iter().map(|(name, node)| (Cow::Borrowed(name), node)).collect()).into()
}

/// An array that came from no file.
pub(crate) fn array<'a>(elements: impl IntoIterator<Item = Node<'a>>) -> Node<'a> {
    Value::Array(elements.into_iter().collect()).into()
}
