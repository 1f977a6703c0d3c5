//! Where the pairs of two codes stand, without searching the pairs.
//!
//! Of the codes that stand together on a claim few make a pair, and a search through the column-2 codes of a column-1 code
//! waits for memory at every step. So the column-2 codes of a column-1 code are kept a second time, by hash, in buckets of
//! one cache line: a look-up reads one line, which tells that there is no pair, or where the pair is. Buckets are made when
//! a column-1 code is first asked about, and take some ten bytes a pair.

use std::sync::OnceLock;

/// Slots of a bucket.
const SLOTS: usize = 16;

/// Codes for each bucket, on average: one bucket in some three hundred then has more codes than slots.
const CODES: usize = 8;

/// Column-2 codes of one column-1 code. A slot is empty (0) or holds a part of a code's hash, never 0, above one more than
/// the code's first place among the column-2 codes; the last one is [`SEARCH`] where that does not tell all codes apart.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bucket([u32; SLOTS]);

/// The last slot of a bucket that holds too many codes, or two of the same hash.
const SEARCH: u32 = u32::MAX;

/// The buckets of a column-1 code.
type Screen = Box<[Bucket]>;

/// The screens of all column-1 codes.
#[derive(Debug, Default)]
pub(super) struct Screens(OnceLock<Box<[OnceLock<Screen>]>>);

/// What a screen tells of two codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// They make no pair.
    Nothing,
    /// Their pairs, if they make any, begin at this place among those of the column-1 code.
    At(usize),
    /// They are to be searched for.
    Search,
}

impl Screens {
    /// The bucket of a column-2 code and its mark there. `codes` tells how many codes the table has, `seconds` the column-2
    /// codes of the column-1 code.
    #[inline]
    fn bucket<'s>(
        &self,
        codes: impl FnOnce() -> usize,
        (column1, column2): (u32, u32),
        seconds: impl FnOnce() -> &'s [u32],
    ) -> Option<(&[u32; SLOTS], u32)> {
        let all = self.0.get_or_init(|| (0..codes()).map(|_| OnceLock::new()).collect());
        let screen = all.get(column1 as usize)?.get_or_init(|| make(seconds()));
        let (at, mark) = place(column2, screen.len());
        screen.get(at).map(|bucket| (&bucket.0, mark))
    }

    /// Whether a pair of two codes, given by their dense ids, may be there.
    #[inline]
    pub(super) fn may_hold<'s>(
        &self,
        codes: impl FnOnce() -> usize,
        columns: (u32, u32),
        seconds: impl FnOnce() -> &'s [u32],
    ) -> bool {
        let Some((slots, mark)) = self.bucket(codes, columns, seconds) else { return false };
        // No slot ends the loop early, so that all are compared at once.
        let found = slots.iter().fold(false, |found, slot| found | (slot >> 16 == mark));
        found | (slots[SLOTS - 1] == SEARCH)
    }

    /// Where the pairs of two codes, given by their dense ids, are.
    #[inline]
    pub(super) fn tell<'s>(
        &self,
        codes: impl FnOnce() -> usize,
        columns: (u32, u32),
        seconds: impl FnOnce() -> &'s [u32],
    ) -> Told {
        let Some((slots, mark)) = self.bucket(codes, columns, seconds) else { return Told::Nothing };
        if slots[SLOTS - 1] == SEARCH {
            return Told::Search;
        }
        let found = slots.iter().find(|slot| *slot >> 16 == mark);
        found.map_or(Told::Nothing, |slot| Told::At((slot & 0xFFFF) as usize - 1))
    }
}

fn make(seconds: &[u32]) -> Screen {
    let mut screen = vec![Bucket([0; SLOTS]); seconds.len().div_ceil(CODES)];
    let buckets = screen.len();
    for (at, &second) in seconds.iter().enumerate() {
        // A pair may stand in several rows, one after the other.
        if at > 0 && seconds[at - 1] == second {
            continue;
        }
        let (bucket, mark) = place(second, buckets);
        if let Some(Bucket(slots)) = screen.get_mut(bucket) {
            put(slots, mark, at);
        }
    }
    screen.into_boxed_slice()
}

fn put(slots: &mut [u32; SLOTS], mark: u32, at: usize) {
    let is_known = slots.iter().any(|slot| slot >> 16 == mark);
    let place = u32::try_from(at + 1).ok().filter(|place| *place < 0xFFFF);
    match (slots.iter_mut().find(|slot| **slot == 0), place) {
        (Some(slot), Some(place)) if !is_known => *slot = (mark << 16) | place,
        _ => slots[SLOTS - 1] = SEARCH,
    }
}

/// The bucket of a code among so many, and its mark there: sixteen bits, never 0.
#[inline]
fn place(code: u32, buckets: usize) -> (usize, u32) {
    // Fibonacci hashing: the high bits of the product are well mixed.
    let hash = u64::from(code).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let bucket = ((hash >> 32) * buckets as u64) >> 32;
    (bucket as usize, ((hash >> 16) as u32 & 0xFFFF) | 0x8000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_at_its_first_place_and_few_others_are_looked_for() {
        let twice = (0..40_000).map(|at| at / 2 * 3).collect();
        let spans: [Vec<u32>; 5] =
            [vec![], (0..900).map(|at| at * 7).collect(), vec![11], twice, (0..70_000).collect()];
        let screens = Screens::default();
        for (column1, span) in (0..).zip(&spans) {
            let told = |code| screens.tell(|| spans.len(), (column1, code), || span);
            let through = |code| screens.may_hold(|| spans.len(), (column1, code), || span);
            let mut searched = 0;
            for (at, &code) in span.iter().enumerate() {
                let first = if at > 0 && span[at - 1] == code { at - 1 } else { at };
                assert!(through(code));
                match told(code) {
                    Told::At(place) => assert_eq!(place, first),
                    Told::Search => searched += 1,
                    Told::Nothing => panic!("{code} is lost"),
                }
            }
            assert!(span.len() > 0xFFFF || searched * 50 <= span.len(), "{searched} of {} are searched", span.len());
            let others = (0..16_000).filter(|code| span.binary_search(code).is_err());
            let (total, wrong) =
                others.fold((0, 0), |(total, wrong), code| (total + 1, wrong + usize::from(through(code))));
            assert!(wrong * 50 <= total, "{wrong} of {total} come through");
        }
        assert_eq!(screens.tell(|| spans.len(), (5, 11), || &[11]), Told::Nothing);
    }
}
