//! Telling that two codes make no pair, without searching the pairs.
//!
//! Of the codes that stand together on a claim few make a pair, and a search through the column-2 codes of a column-1 code
//! waits for memory at every step. A screen is a set of bits, eight or more for each column-2 code, two of them set for
//! each, in one word: where a bit of a code is not set, there is no pair; where both are, the pairs are searched, and one
//! code in thirty that makes none gets as far. Screens are made when a column-1 code is first asked about, and take one to two bytes a pair.

use std::sync::OnceLock;

/// Bits for each code.
const BITS: usize = 8;

/// The bits for the column-2 codes of a column-1 code, in a number of words that is a power of two, or none.
type Screen = Box<[u64]>;

/// The screens of all column-1 codes.
#[derive(Debug, Default)]
pub(super) struct Screens(OnceLock<Box<[OnceLock<Screen>]>>);

impl Screens {
    /// Whether a pair of two codes, given by their dense ids, may be there. `codes` is how many codes the table has,
    /// `seconds` the column-2 codes of the column-1 code.
    #[inline]
    pub(super) fn may_hold<'s>(
        &self,
        codes: usize,
        column1: u32,
        column2: u32,
        seconds: impl FnOnce() -> &'s [u32],
    ) -> bool {
        let all = self.0.get_or_init(|| (0..codes).map(|_| OnceLock::new()).collect());
        let Some(screen) = all.get(column1 as usize) else { return false };
        let bits = screen.get_or_init(|| make(seconds()));
        let (word, mask) = place(column2, bits.len());
        bits.get(word).is_some_and(|bits| bits & mask == mask)
    }
}

fn make(seconds: &[u32]) -> Screen {
    if seconds.is_empty() {
        return Box::default();
    }
    let mut bits = vec![0; (seconds.len() * BITS).next_power_of_two().div_ceil(64)];
    let words = bits.len();
    for &second in seconds {
        let (word, mask) = place(second, words);
        if let Some(bits) = bits.get_mut(word) {
            *bits |= mask;
        }
    }
    bits.into_boxed_slice()
}

/// The bits of a code in a screen of so many words, a power of two: their word and its mask.
#[inline]
fn place(code: u32, words: usize) -> (usize, u64) {
    // Fibonacci hashing: the high bits of the product are well mixed.
    let hash = u64::from(code).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((hash >> 44) as usize & words.wrapping_sub(1), 1 << (hash >> 32 & 63) | 1 << (hash >> 38 & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_lets_all_its_codes_through_and_few_others() {
        let spans: [Vec<u32>; 3] = [vec![], (0..900).map(|at| at * 7).collect(), vec![11]];
        let screens = Screens::default();
        for (column1, span) in (0..).zip(&spans) {
            let through = |code| screens.may_hold(spans.len(), column1, code, || span);
            assert!(span.iter().all(|&code| through(code)));
            let others = (0..16_000).filter(|code| !span.contains(code));
            let (total, wrong) =
                others.fold((0, 0), |(total, wrong), code| (total + 1, wrong + usize::from(through(code))));
            assert!(wrong * 14 < total, "{wrong} of {total} come through");
        }
        assert!(!screens.may_hold(spans.len(), 3, 11, || &[11]));
    }
}
