//! The names of the segments of a guide, numbered.

use crate::lexer::SegmentId;

/// Slots of the table; several times the names of any guide, so that nearly every look-up ends at its first slot.
const SLOTS: usize = 256;

/// A segment's name in a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Named {
    /// Its number; that of no loop's segment where the guide does not know the name.
    pub(super) number: u8,
    /// The segment begins something, so that its copy right behind it says nothing.
    pub(in super::super) begins: bool,
}

/// The names of a guide.
#[derive(Debug)]
pub(in super::super) struct Names {
    slots: Box<[(u32, Named); SLOTS]>,
    len: usize,
}

/// The first slot of a name: its letters lie in the lower bytes, and the product mixes them into the highest.
#[inline(always)]
const fn first_slot(word: u32) -> usize {
    (word.wrapping_mul(0x9e37_79b1) >> 24) as usize
}

impl Names {
    const UNKNOWN: Named = Named { number: u8::MAX, begins: false };

    pub(super) fn new(names: impl Iterator<Item = SegmentId>) -> Self {
        let mut known = Self { slots: Box::new([(0, Self::UNKNOWN); SLOTS]), len: 0 };
        for name in names {
            let word = name.as_word();
            let mut slot = first_slot(word);
            // No guide has as many names as half of the slots; a look-up always meets an empty one.
            while known.slots[slot].0 != 0 && known.slots[slot].0 != word {
                slot = (slot + 1) % SLOTS;
            }
            if known.slots[slot].0 == 0 && known.len < SLOTS / 2 {
                let begins = matches!(name.as_str(), "NM1" | "LX" | "HL" | "CLM" | "SBR" | "SVD" | "LIN" | "HI");
                known.slots[slot] = (word, Named { number: known.len as u8, begins });
                known.len += 1;
            }
        }
        known
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// A name, by [`SegmentId::as_word`].
    #[inline(always)]
    pub(in super::super) fn find(&self, word: u32) -> Named {
        let mut slot = first_slot(word);
        loop {
            match self.slots[slot] {
                (found, named) if found == word => return named,
                (0, _) => return Self::UNKNOWN,
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_others_are_not() {
        let id = |name: &str| SegmentId::new(name.as_bytes()).unwrap();
        let all = ["NM1", "N3", "N4", "REF", "HL", "NM1", "CLM"];
        let names = Names::new(all.iter().map(|name| id(name)));
        assert_eq!(names.len(), 6);
        assert_eq!(names.find(id("NM1").as_word()), Named { number: 0, begins: true });
        assert_eq!(names.find(id("CLM").as_word()), Named { number: 5, begins: true });
        assert_eq!(names.find(id("N4").as_word()), Named { number: 2, begins: false });
        assert_eq!(names.find(id("ZZ9").as_word()), Names::UNKNOWN);
    }
}
