//! Sets of condition categories.

/// A set of a model's categories, each by its position among the model's categories. No model has more than 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct CategorySet(u128);

impl CategorySet {
    /// How many categories a model may have.
    pub const CAPACITY: usize = 128;

    /// The set of one category. Positions beyond the capacity give the empty set; compiling a model refuses them.
    #[must_use]
    pub const fn of(position: usize) -> Self {
        if position < Self::CAPACITY { Self(1 << position) } else { Self(0) }
    }

    /// Whether it has no member.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many members it has.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether it has this member.
    #[must_use]
    pub const fn contains(self, position: usize) -> bool {
        !Self::of(position).intersection(self).is_empty()
    }

    /// Members of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Members of both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Members of this set alone.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The members' positions, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let position = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                position
            })
        })
    }
}

impl FromIterator<usize> for CategorySet {
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        positions.into_iter().fold(Self::default(), |set, position| set.union(Self::of(position)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order() {
        let set: CategorySet = [127, 3, 64, 3].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 64, 127]);
        assert_eq!((set.len(), set.contains(64), set.contains(65), set.contains(500)), (3, true, false, false));
        assert_eq!(set.without(CategorySet::of(3)).len(), 2);
    }
}
