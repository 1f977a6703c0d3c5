//! Where in a file an element was read.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::{Deref, DerefMut};

/// Number of an input file within one run; the face that opened the file knows its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A byte range of an input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte, counted from the start of the file.
    pub start: u64,
    /// Length in bytes.
    pub len: u32,
    /// The file.
    pub file: FileId,
}

impl Span {
    /// The span of `len` bytes from `start` in `file`.
    #[must_use]
    pub const fn new(file: FileId, start: u64, len: u32) -> Self {
        Self { start, len, file }
    }

    /// Offset just past the last byte.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.start.saturating_add(self.len as u64)
    }

    /// The smallest span that covers both; `self` when the other lies in another file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        let start = self.start.min(other.start);
        let end = self.end().max(other.end());
        Self { start, len: u32::try_from(end - start).unwrap_or(u32::MAX), file: self.file }
    }
}

/// A value and, when it came from a file, where it stood.
///
/// Equality, ordering by value, hashing and serialisation look at the value alone: the same claim read from two files
/// is the same claim.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was read; `None` for values that came from no file.
    pub span: Option<Span>,
}

impl<T> Spanned<T> {
    /// A value read at `span`.
    #[must_use]
    pub const fn at(value: T, span: Span) -> Self {
        Self { value, span: Some(span) }
    }

    /// A value that came from no file.
    #[must_use]
    pub const fn bare(value: T) -> Self {
        Self { value, span: None }
    }

    /// Converts the value and keeps the span.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: convert(self.value), span: self.span }
    }
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Self::bare(value)
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Spanned<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: std::hash::Hash> std::hash::Hash for Spanned<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::bare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covering_span_joins_both_ends() {
        let file = FileId(1);
        let joined = Span::new(file, 10, 5).to(Span::new(file, 2, 3));
        assert_eq!(joined, Span::new(file, 2, 13));
        assert_eq!(Span::new(file, 10, 5).to(Span::new(FileId(2), 0, 1)), Span::new(file, 10, 5));
    }

    #[test]
    fn equality_ignores_the_span() {
        assert_eq!(Spanned::at(7, Span::new(FileId(0), 1, 1)), Spanned::bare(7));
    }
}
