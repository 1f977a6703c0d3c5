//! What changed between two releases of a table.

use openclaim_tables::relation::{Cell, Schema};
use openclaim_tables::release::Table;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A row that was added, removed or changed. Cells are in the order of their table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    /// Only the later table has a row of this key.
    Added {
        /// The row.
        row: Vec<Cell<'a>>,
    },
    /// Only the earlier table has a row of this key.
    Removed {
        /// The row.
        row: Vec<Cell<'a>>,
    },
    /// Both have it, with other values.
    Changed {
        /// The earlier row.
        before: Vec<Cell<'a>>,
        /// The later row.
        after: Vec<Cell<'a>>,
        /// Positions of the columns that differ: in the earlier, and in the later table.
        columns: Vec<(usize, usize)>,
    },
}

/// How many rows of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffCount {
    /// Rows of the later table only.
    pub added: u64,
    /// Rows of the earlier table only.
    pub removed: u64,
    /// Rows with other values.
    pub changed: u64,
    /// Rows that are the same.
    pub same: u64,
}

/// Columns that only one of the tables has; they are not compared.
#[must_use]
pub fn unshared_columns(before: &Schema, after: &Schema) -> (Vec<String>, Vec<String>) {
    let lacking = |one: &Schema, other: &Schema| {
        let names = one.columns.iter().map(|column| column.name.clone());
        names.filter(|name| other.column(name).is_none()).collect()
    };
    (lacking(before, after), lacking(after, before))
}

/// Hands every difference to `each`, in key order, and counts. Columns are matched by name; the key columns must be the
/// same. Tables without a key are compared by whole rows.
///
/// # Errors
/// A sentence when the key columns differ, or whatever `each` returns.
pub fn diff<'a, E: From<String>>(
    before: &'a Table,
    after: &'a Table,
    mut each: impl FnMut(Change<'a>) -> Result<(), E>,
) -> Result<DiffCount, E> {
    let (one, two) = (before.schema(), after.schema());
    let names = |schema: &Schema| -> Vec<String> {
        schema.identity().iter().filter_map(|&at| schema.columns.get(at)).map(|column| column.name.clone()).collect()
    };
    if names(one) != names(two) {
        let (was, is) = (names(one).join(", "), names(two).join(", "));
        return Err(format!("table {}: rows were identified by {was}, now by {is}", one.table).into());
    }
    let shared: Vec<(usize, usize)> = one
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| two.column(&column.name).map(|there| (at, there)))
        .collect();
    if one.key == 0 {
        return diff_lines(before, after, &shared, each);
    }
    let keys: Vec<(usize, usize)> = one.identity().into_iter().zip(two.identity()).collect();
    let mut count = DiffCount::default();
    let (mut old, mut new) = (0, 0);
    while old < before.len() || new < after.len() {
        let order = match (old < before.len(), new < after.len()) {
            (true, false) => Ordering::Less,
            (false, _) => Ordering::Greater,
            (true, true) => order_by(&keys, &before.cells(old), &after.cells(new)),
        };
        match order {
            Ordering::Less => {
                count.removed += 1;
                each(Change::Removed { row: before.cells(old) })?;
                old += 1;
            }
            Ordering::Greater => {
                count.added += 1;
                each(Change::Added { row: after.cells(new) })?;
                new += 1;
            }
            Ordering::Equal => {
                // A pair of codes may stand in several rows.
                let old_rows = run(before, old, &keys, |&(at, _)| at);
                let new_rows = run(after, new, &keys, |&(_, at)| at);
                (old, new) = (old + old_rows.len(), new + new_rows.len());
                diff_run(old_rows, new_rows, &shared, &mut count, &mut each)?;
            }
        }
    }
    Ok(count)
}

fn order_by(columns: &[(usize, usize)], old: &[Cell<'_>], new: &[Cell<'_>]) -> Ordering {
    let orders = columns.iter().map(|&(a, b)| old[a].order(&new[b]));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The rows from `start` on that share its key.
fn run<'a>(
    table: &'a Table,
    start: usize,
    keys: &[(usize, usize)],
    side: impl Fn(&(usize, usize)) -> usize,
) -> Vec<Vec<Cell<'a>>> {
    let first = table.cells(start);
    let same = |row: &Vec<Cell<'a>>| keys.iter().map(&side).all(|at| row[at].order(&first[at]).is_eq());
    (start..table.len()).map(|at| table.cells(at)).take_while(same).collect()
}

/// Rows of one key: the same ones are taken out, the rest is paired in order.
fn diff_run<'a, E>(
    mut old: Vec<Vec<Cell<'a>>>,
    mut new: Vec<Vec<Cell<'a>>>,
    shared: &[(usize, usize)],
    count: &mut DiffCount,
    each: &mut impl FnMut(Change<'a>) -> Result<(), E>,
) -> Result<(), E> {
    old.retain(|row| {
        let twin = new.iter().position(|other| order_by(shared, row, other).is_eq());
        count.same += u64::from(twin.is_some());
        twin.map(|at| new.remove(at)).is_none()
    });
    let mut new = new.into_iter();
    for before in old {
        let Some(after) = new.next() else {
            count.removed += 1;
            each(Change::Removed { row: before })?;
            continue;
        };
        let differ = |&(a, b): &(usize, usize)| before[a].order(&after[b]).is_ne();
        let columns = shared.iter().copied().filter(differ).collect();
        count.changed += 1;
        each(Change::Changed { before, after, columns })?;
    }
    for row in new {
        count.added += 1;
        each(Change::Added { row })?;
    }
    Ok(())
}

/// Compares tables whose rows have no key: a row is there as often as it is.
fn diff_lines<'a, E>(
    before: &'a Table,
    after: &'a Table,
    shared: &[(usize, usize)],
    mut each: impl FnMut(Change<'a>) -> Result<(), E>,
) -> Result<DiffCount, E> {
    let mut rows: BTreeMap<Vec<String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in 0..before.len() {
        let cells = before.cells(at);
        let key = shared.iter().map(|&(column, _)| cells[column].to_string()).collect();
        rows.entry(key).or_default().0.push(at);
    }
    for at in 0..after.len() {
        let cells = after.cells(at);
        let key = shared.iter().map(|&(_, column)| cells[column].to_string()).collect();
        rows.entry(key).or_default().1.push(at);
    }
    let mut count = DiffCount::default();
    for (old, new) in rows.values() {
        let same = old.len().min(new.len());
        count.same += same as u64;
        for &at in &old[same..] {
            count.removed += 1;
            each(Change::Removed { row: before.cells(at) })?;
        }
        for &at in &new[same..] {
            count.added += 1;
            each(Change::Added { row: after.cells(at) })?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use openclaim_tables::relation::{ColumnSpec, RelationBuilder};
    use openclaim_tables::release::{Release, ReleaseMeta, ReleaseWriter};

    fn table(schema: Schema, rows: &[&[&str]]) -> Table {
        let mut builder = RelationBuilder::new(schema).unwrap();
        for row in rows {
            builder.push_texts(1, row).unwrap();
        }
        let mut release = ReleaseWriter::new(ReleaseMeta::new("t", "CMS", "T", "1", date(2025, 1, 1)));
        release.relation(builder).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.flat");
        std::fs::write(&path, release.finish().unwrap().bytes).unwrap();
        Release::open(&path).unwrap().table("t").unwrap()
    }

    fn lines(before: &Table, after: &Table) -> (Vec<String>, DiffCount) {
        let mut lines = Vec::new();
        let show = |row: &[Cell<'_>]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
        let count = diff(before, after, |change| {
            lines.push(match change {
                Change::Added { row } => format!("+{}", show(&row)),
                Change::Removed { row } => format!("-{}", show(&row)),
                Change::Changed { before, after, columns } => {
                    format!("~{} -> {} {columns:?}", show(&before), show(&after))
                }
            });
            Ok::<(), String>(())
        });
        (lines, count.unwrap())
    }

    #[test]
    fn rows_are_matched_by_key_and_columns_by_name() {
        let old = Schema::new("t", 1, [ColumnSpec::code("c"), ColumnSpec::decimal("fee", 1), ColumnSpec::text("gone")]);
        let new = Schema::new("t", 1, [ColumnSpec::code("c"), ColumnSpec::text("new"), ColumnSpec::decimal("fee", 2)]);
        let old = table(old, &[&["A", "1.0", "x"], &["B", "2.0", ""], &["C", "3.0", ""]]);
        let new = table(new, &[&["A", "y", "1.00"], &["C", "", "3.01"], &["D", "", ""]]);
        let (lines, count) = lines(&old, &new);
        assert_eq!(lines, ["-B|2.0|", "~C|3.0| -> C||3.01 [(1, 2)]", "+D||"]);
        assert_eq!(count, DiffCount { added: 1, removed: 1, changed: 1, same: 1 });
        assert_eq!(unshared_columns(old.schema(), new.schema()), (vec!["gone".into()], vec!["new".into()]));
    }

    #[test]
    fn without_a_key_whole_rows_are_compared() {
        let schema = || Schema::new("t", 0, [ColumnSpec::text("line")]);
        let (lines, count) = lines(&table(schema(), &[&["a"], &["b"], &["a"]]), &table(schema(), &[&["a"], &["c"]]));
        assert_eq!(lines, ["-a", "-b", "+c"]);
        assert_eq!(count.same, 1);
    }

    #[test]
    fn another_key_is_an_error() {
        let old = table(Schema::new("t", 1, [ColumnSpec::code("a"), ColumnSpec::code("b")]), &[&["A", "B"]]);
        let new = table(Schema::new("t", 2, [ColumnSpec::code("a"), ColumnSpec::code("b")]), &[&["A", "B"]]);
        assert!(diff(&old, &new, |_| Ok::<(), String>(())).is_err());
    }
}
