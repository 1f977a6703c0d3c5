//! Sets of condition categories, drug classes and groups of one model.

/// A set of at most 256 categories, by their position in the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CategorySet([u64; 4]);

impl CategorySet {
    /// Adds a category.
    pub const fn insert(&mut self, category: u8) {
        self.0[(category >> 6) as usize] |= 1 << (category & 63);
    }

    /// Takes a category out.
    pub const fn remove(&mut self, category: u8) {
        self.0[(category >> 6) as usize] &= !(1 << (category & 63));
    }

    /// Whether a category is in the set.
    #[must_use]
    pub const fn contains(&self, category: u8) -> bool {
        self.0[(category >> 6) as usize] >> (category & 63) & 1 == 1
    }

    /// Whether the two have a category in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }

    /// Takes out every category of another set.
    pub fn subtract(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own &= !other;
        }
    }

    /// What both have in common.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut common = *self;
        for (own, other) in common.0.iter_mut().zip(other.0) {
            *own &= other;
        }
        common
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The categories in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().zip(0_u8..).flat_map(|(&word, at)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as u8)?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

impl FromIterator<u8> for CategorySet {
    fn from_iter<I: IntoIterator<Item = u8>>(categories: I) -> Self {
        let mut set = Self::default();
        categories.into_iter().for_each(|category| set.insert(category));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order() {
        let set: CategorySet = [200, 3, 63, 64, 255, 3].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 63, 64, 200, 255]);
        let mut rest = set;
        rest.subtract(&[3, 255].into_iter().collect());
        assert_eq!(rest.iter().collect::<Vec<_>>(), [63, 64, 200]);
        assert!(rest.meets(&set) && !rest.contains(3) && CategorySet::default().is_empty());
    }
}
