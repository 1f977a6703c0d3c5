//! Pooled texts.

use crate::{FlatError, FlatFile, FlatWriter, Section};
use bytemuck::{Pod, Zeroable};
use std::collections::HashMap;

/// A text of a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct StrRef {
    /// Offset of the first byte in the pool.
    pub offset: u32,
    /// Length in bytes.
    pub len: u32,
}

/// Collects texts, each distinct one once.
#[derive(Debug, Default)]
pub struct StringPool {
    bytes: Vec<u8>,
    known: HashMap<String, StrRef>,
}

impl StringPool {
    /// An empty pool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The reference of a text, added when new.
    pub fn add(&mut self, text: &str) -> StrRef {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let reference = StrRef { offset: self.bytes.len() as u32, len: text.len() as u32 };
        self.bytes.extend_from_slice(text.as_bytes());
        self.known.insert(text.to_owned(), reference);
        reference
    }

    /// Writes the pool as a section.
    ///
    /// # Errors
    /// [`FlatError::Damaged`] when the name is taken or the pool passes 4 GiB.
    pub fn write(self, writer: &mut FlatWriter, name: &str) -> Result<(), FlatError> {
        if self.bytes.len() > u32::MAX as usize {
            return Err(FlatError::Damaged(format!("the texts of `{name}` pass 4 GiB")));
        }
        writer.put(name, &self.bytes)
    }
}

/// An opened pool.
#[derive(Debug, Clone)]
pub struct Strings(Section<u8>);

impl Strings {
    /// Opens the section.
    ///
    /// # Errors
    /// [`FlatError::NoSection`] when it is missing.
    pub fn open(file: &FlatFile, name: &str) -> Result<Self, FlatError> {
        file.section(name).map(Self)
    }

    /// The text of a reference; empty when the reference does not lie in the pool, as only in a damaged file.
    #[must_use]
    pub fn get(&self, reference: StrRef) -> &str {
        let start = reference.offset as usize;
        let bytes = start.checked_add(reference.len as usize).and_then(|end| self.0.get(start..end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::reopen;

    #[test]
    fn equal_texts_share_their_bytes() {
        let mut pool = StringPool::new();
        let (a, b, again) = (pool.add("fever"), pool.add("cough"), pool.add("fever"));
        assert_eq!(a, again);
        let mut writer = FlatWriter::new();
        pool.write(&mut writer, "texts").unwrap();
        let strings = Strings::open(&reopen(writer), "texts").unwrap();
        assert_eq!((strings.get(a), strings.get(b)), ("fever", "cough"));
        assert_eq!(strings.get(StrRef { offset: 8, len: 99 }), "");
    }
}
