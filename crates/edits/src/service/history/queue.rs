//! A queue whose elements are found by number, also after those before them have left.

use std::collections::VecDeque;

/// Elements of one block: a queue grows by blocks of modest size, so that nothing is moved when it does.
const BLOCK: usize = 256;

/// Elements in the order put; the first ones leave first.
#[derive(Debug)]
pub(super) struct Queue<T> {
    /// All full but the last.
    blocks: VecDeque<Vec<T>>,
    /// How many elements were put before those of the first block.
    before: u64,
    /// How many have left.
    left: u64,
}

/// Elements that were put together: the number of the first, counted from the beginning, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    first: u64,
    len: u32,
}

impl Stretch {
    pub(super) fn len(self) -> usize {
        self.len as usize
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { blocks: VecDeque::new(), before: 0, left: 0 }
    }
}

impl<T> Queue<T> {
    /// How many elements were put, those included that have left.
    pub(super) fn put_so_far(&self) -> u64 {
        let held = self.blocks.back().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.len());
        self.before + held as u64
    }

    /// Puts elements behind the others.
    pub(super) fn put(&mut self, elements: impl IntoIterator<Item = T>) -> Stretch {
        let first = self.put_so_far();
        let mut elements = elements.into_iter().peekable();
        while elements.peek().is_some() {
            match self.blocks.back_mut() {
                Some(last) if last.len() < BLOCK => last.extend(elements.by_ref().take(BLOCK - last.len())),
                _ => self.blocks.push_back(Vec::with_capacity(BLOCK)),
            }
        }
        // No claim has four thousand million lines.
        let len = u32::try_from(self.put_so_far() - first).unwrap_or(u32::MAX);
        Stretch { first, len }
    }

    /// Block and place of an element that has not left.
    fn place(&self, number: u64) -> Option<(usize, usize)> {
        let at = usize::try_from(number.checked_sub(self.before)?).ok()?;
        (number >= self.left).then_some((at / BLOCK, at % BLOCK))
    }

    /// The element with a number; `None` when it has left.
    pub(super) fn get(&self, number: u64) -> Option<&T> {
        let (block, place) = self.place(number)?;
        self.blocks.get(block)?.get(place)
    }

    /// The element with a number, to be changed.
    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let (block, place) = self.place(number)?;
        self.blocks.get_mut(block)?.get_mut(place)
    }

    /// The elements of a stretch that have not left.
    pub(super) fn of(&self, stretch: Stretch) -> impl Iterator<Item = &T> {
        (stretch.first..stretch.first + u64::from(stretch.len)).filter_map(|number| self.get(number))
    }

    /// The first element that has not left.
    pub(super) fn first(&self) -> Option<&T> {
        self.get(self.left)
    }

    /// Lets the first so many leave.
    pub(super) fn drop_first(&mut self, count: usize) {
        self.left = self.left.saturating_add(count as u64).min(self.put_so_far());
        while self.blocks.len() > 1 && self.left >= self.before + BLOCK as u64 {
            self.blocks.pop_front();
            self.before += BLOCK as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_keep_their_elements_until_they_leave() {
        let mut queue = Queue::default();
        let stretches: Vec<(Stretch, Vec<usize>)> = (0..90)
            .map(|size| {
                let elements: Vec<usize> = (0..size).map(|it| size * 100 + it).collect();
                (queue.put(elements.clone()), elements)
            })
            .collect();
        let mut left = 0;
        for leaving in 0..90 {
            for (at, (stretch, elements)) in stretches.iter().enumerate() {
                let held: Vec<usize> = queue.of(*stretch).copied().collect();
                assert!(if at < leaving { held.is_empty() } else { held == *elements });
            }
            let first = stretches[leaving..].iter().find_map(|(_, elements)| elements.first());
            assert_eq!(queue.first(), first);
            queue.drop_first(leaving);
            left += leaving;
            assert!(queue.blocks.len() <= (90 * 89 / 2 - left) / BLOCK + 2, "what has left is let go");
        }
        let last = queue.put([1, 2]);
        assert_eq!(queue.of(last).copied().collect::<Vec<_>>(), [1, 2]);
        queue.drop_first(usize::MAX);
        assert_eq!((queue.of(last).count(), queue.first()), (0, None));
        assert_eq!(queue.put_so_far(), 90 * 89 / 2 + 2);
    }
}
