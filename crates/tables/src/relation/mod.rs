//! Relations: tables with a schema, as official publications bring them, stored by column.
//!
//! An importer declares a [`Schema`], pushes rows in any order into a [`RelationBuilder`], and hands the builder to a
//! [`ReleaseWriter`](crate::release::ReleaseWriter). A reader opens a [`Relation`] and looks rows up by code.
//!
//! ```
//! use openclaim_tables::relation::{Cell, ColumnSpec, RelationBuilder, Schema};
//!
//! let schema = Schema::new(
//!     "mpfs/pprrvu",
//!     2, // the first two columns identify a row
//!     [
//!         ColumnSpec::code("hcpcs"),
//!         ColumnSpec::code("modifier"),
//!         ColumnSpec::flag("status"),
//!         ColumnSpec::decimal("work_rvu", 2),
//!         ColumnSpec::text("description"),
//!     ],
//! );
//! let mut builder = RelationBuilder::new(schema)?;
//! builder.origin("PPRRVU25_OCT.csv");
//! // Texts are read as the column's kind says; blanks stay blank and differ from 0.
//! builder.push(12, &[Cell::Text("G0008"), Cell::Blank, Cell::Flag(b'X'), Cell::Text("0.17"), Cell::Text("…")])?;
//! builder.push_texts(13, &["G0009", "", "X", "0.00", "…"])?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Columns of kind [`ColumnKind::Day`] that are named `from` and `to` are the inclusive period of a row; `from` then
//! belongs to the key, and a row whose `to` precedes its `from` is refused.
//!
//! Sections of a relation, where `T` is the table's name: `T:schema` (JSON), `T:c0`, `T:c1` … (one per column), `T:text`
//! (the pooled texts), and, when the first key column is a code, `T:k.keys`, `T:k.slots` ([`KeyIndex`](crate::KeyIndex)
//! over its distinct codes) and `T:k.rows` (the first row of every code, and the number of rows). Blank is 0 in code,
//! day and flag columns, the empty reference in text columns, and `i64::MIN` in number columns.

mod build;
mod cell;
mod schema;
mod view;

#[cfg(test)]
mod tests;

pub use build::{BuildError, Built, Conflict, RelationBuilder, RowFault};
pub use cell::{Cell, Fixed, ShortCode};
pub use schema::{ColumnKind, ColumnSpec, Schema};
pub use view::{Relation, Row, Rows};
