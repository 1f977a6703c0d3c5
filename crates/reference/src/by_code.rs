//! What a table says of each of its codes, worked out once.

use openclaim_tables::relation::{Relation, Rows};
use std::sync::OnceLock;

/// A relation whose rows of one code come to one small value: worked out from the cells of the rows when the code is first
/// asked for, and kept. A look-up that repeats then reads one place instead of a row's every column.
#[derive(Debug)]
pub struct ByCode<V> {
    rows: Relation,
    known: OnceLock<Values<V>>,
}

/// Per dense id of a code its value.
type Values<V> = Box<[OnceLock<V>]>;

impl<V: Copy> ByCode<V> {
    /// Nothing is worked out yet.
    #[must_use]
    pub fn new(rows: Relation) -> Self {
        Self { rows, known: OnceLock::new() }
    }

    /// The relation.
    #[must_use]
    pub fn rows(&self) -> &Relation {
        &self.rows
    }

    /// The value of the code with this key ([`text_key`](openclaim_tables::text_key)); `None` when the table does not have
    /// the code. `work_out` must depend on the rows alone.
    #[inline]
    pub fn of(&self, key: u64, work_out: impl FnOnce(Rows<'_>) -> V) -> Option<V> {
        let id = self.rows.code_id(key)?;
        let known = self.known.get_or_init(|| (0..self.rows.code_count()).map(|_| OnceLock::new()).collect());
        known.get(id).map(|cell| *cell.get_or_init(|| work_out(self.rows.rows_of_id(id))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;
    use std::cell::Cell;

    #[test]
    fn every_code_is_worked_out_once_from_its_own_rows() {
        let rows = Library::embedded().unwrap().embedded_relation("mpfs/gpci").unwrap();
        let by_code = ByCode::new(rows.clone());
        let worked_out = Cell::new(0);
        let count = |rows: Rows<'_>| {
            worked_out.set(worked_out.get() + 1);
            rows.len()
        };
        assert!(rows.code_count() > 0);
        for _ in 0..2 {
            for code in rows.codes() {
                assert_eq!(by_code.of(code.key(), count), Some(rows.rows_of_key(code.key()).len()), "{code}");
            }
            assert_eq!(worked_out.get(), rows.code_count());
        }
        assert_eq!(by_code.of(u64::MAX, count), None);
    }
}
