//! From a 64-bit key to its dense id: sorted keys with a hash index over them.

use crate::{FlatError, FlatFile, FlatWriter, Section};

const EMPTY: u32 = u32::MAX;

/// Sorted distinct keys, found by hash in constant time and by order for prefixes.
///
/// The dense id of a key is its position in the sorted order. Two sections: `<name>.keys` and `<name>.slots`.
#[derive(Debug, Clone)]
pub struct KeyIndex {
    keys: Section<u64>,
    slots: Section<u32>,
}

impl KeyIndex {
    /// Writes the two sections.
    ///
    /// # Errors
    /// [`FlatError::Damaged`] when the keys are not strictly ascending or a name is taken.
    pub fn write(writer: &mut FlatWriter, name: &str, keys: &[u64]) -> Result<(), FlatError> {
        if !keys.is_sorted_by(|a, b| a < b) {
            return Err(FlatError::Damaged(format!("keys of `{name}` are not strictly ascending")));
        }
        let slot_count = (keys.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![EMPTY; slot_count];
        for (id, &key) in keys.iter().enumerate() {
            let mut slot = home(key, slot_count);
            while slots[slot] != EMPTY {
                slot = (slot + 1) % slot_count;
            }
            slots[slot] = id as u32;
        }
        writer.put(&format!("{name}.keys"), keys)?;
        writer.put(&format!("{name}.slots"), &slots)
    }

    /// Opens the two sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or the slots are not a power of two with room to spare.
    pub fn open(file: &FlatFile, name: &str) -> Result<Self, FlatError> {
        let keys = file.section::<u64>(&format!("{name}.keys"))?;
        let slots = file.section::<u32>(&format!("{name}.slots"))?;
        // An empty slot ends every search, so there must be one.
        if !slots.len().is_power_of_two() || slots.len() <= keys.len() {
            return Err(FlatError::Damaged(format!("the hash slots of `{name}` do not fit its keys")));
        }
        Ok(Self { keys, slots })
    }

    /// The dense id of a key.
    #[must_use]
    #[inline]
    pub fn find(&self, key: u64) -> Option<usize> {
        let keys: &[u64] = &self.keys;
        self.find_where(key, |id| keys.get(id).copied())
    }

    /// As [`KeyIndex::find`], with keys read from where the caller looks next anyway: a key is then one cache line less.
    #[inline]
    pub(crate) fn find_where(&self, key: u64, key_of: impl Fn(usize) -> Option<u64>) -> Option<usize> {
        let slots: &[u32] = &self.slots;
        let mask = slots.len() - 1;
        let mut slot = home(key, slots.len());
        // Bounded, so that a damaged file cannot hang a search.
        for _ in 0..slots.len() {
            let id = *slots.get(slot)?;
            if id == EMPTY {
                return None;
            }
            if key_of(id as usize) == Some(key) {
                return Some(id as usize);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// The dense ids of several keys. Memory is asked for all of them before any is awaited, so that the codes of a claim,
    /// which stand all over the table, cost little more than one.
    #[must_use]
    pub fn find_all<const N: usize>(&self, keys: [Option<u64>; N]) -> [Option<usize>; N] {
        let own: &[u64] = &self.keys;
        self.find_all_where(keys, |id| own.get(id).copied())
    }

    /// As [`KeyIndex::find_all`], with keys read from where the caller looks next anyway.
    #[inline]
    pub(crate) fn find_all_where<const N: usize>(
        &self,
        keys: [Option<u64>; N],
        key_of: impl Fn(usize) -> Option<u64>,
    ) -> [Option<usize>; N] {
        let slots: &[u32] = &self.slots;
        // Most keys stand in their home slot.
        let guesses = keys.map(|key| slots.get(home(key?, slots.len())).map(|id| *id as usize));
        let right: [bool; N] =
            std::array::from_fn(|at| keys[at].is_some() && guesses[at].and_then(&key_of) == keys[at]);
        std::array::from_fn(|at| if right[at] { guesses[at] } else { self.find_where(keys[at]?, &key_of) })
    }

    /// The keys in ascending order; position is dense id.
    #[must_use]
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// Dense ids of the keys in `from..=to`.
    #[must_use]
    pub fn range(&self, from: u64, to: u64) -> std::ops::Range<usize> {
        let keys = self.keys();
        let start = keys.partition_point(|&key| key < from);
        start..keys.partition_point(|&key| key <= to).max(start)
    }

    /// Dense ids of the keys whose text (at most eight bytes, as [`text_key`] packs it) begins with `prefix`.
    #[must_use]
    pub fn prefix(&self, prefix: &[u8]) -> std::ops::Range<usize> {
        if prefix.len() > 8 {
            return 0..0;
        }
        let from = text_key(prefix);
        let rest = (8 - prefix.len()) as u32 * 8;
        let to = if rest == 64 { u64::MAX } else { from | ((1_u64 << rest) - 1) };
        self.range(from, to)
    }
}

#[inline]
fn home(key: u64, slot_count: usize) -> usize {
    // Fibonacci hashing: the high bits of the product are well mixed.
    let shift = 64 - slot_count.trailing_zeros();
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize
}

/// The key of a short text: its bytes, zero-padded to eight, as a big-endian number. Keys sort as the texts do.
/// Texts longer than eight bytes are cut.
#[must_use]
#[inline]
pub fn text_key(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes.iter_mut().zip(text) {
        *slot = *byte;
    }
    u64::from_be_bytes(bytes)
}

/// The text of a key made by [`text_key`], up to its first zero byte.
#[must_use]
pub fn key_text(key: u64) -> String {
    key.to_be_bytes().iter().take_while(|&&b| b != 0).map(|&b| b as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::reopen;

    fn index(texts: &[&str]) -> KeyIndex {
        let mut keys: Vec<u64> = texts.iter().map(|text| text_key(text.as_bytes())).collect();
        keys.sort_unstable();
        let mut writer = FlatWriter::new();
        KeyIndex::write(&mut writer, "t", &keys).unwrap();
        KeyIndex::open(&reopen(writer), "t").unwrap()
    }

    #[test]
    fn finds_every_key_and_no_other() {
        let index = index(&["A00", "A000", "A001", "Z999"]);
        for (id, &key) in index.keys().iter().enumerate() {
            assert_eq!(index.find(key), Some(id));
            assert_eq!(index.find_all([Some(key), Some(1), None, Some(key)]), [Some(id), None, None, Some(id)]);
        }
        assert_eq!(index.find(text_key(b"A002")), None);
    }

    #[test]
    fn prefixes_are_ranges() {
        let index = index(&["A00", "A000", "A001", "A01", "B00"]);
        assert_eq!(index.prefix(b"A00"), 0..3);
        assert_eq!(index.prefix(b""), 0..5);
        assert_eq!(index.prefix(b"C"), 5..5);
        assert_eq!(index.prefix(b"A00000000"), 0..0);
    }

    #[test]
    fn no_keys_is_fine() {
        assert_eq!(index(&[]).find(0), None);
    }

    #[test]
    fn unsorted_keys_are_refused() {
        assert!(KeyIndex::write(&mut FlatWriter::new(), "t", &[2, 1]).is_err());
    }
}
