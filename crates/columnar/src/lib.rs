//! Claims and adjudications as Arrow tables, Parquet and CSV in and out, the batch runner.
//!
//! Three kinds of tables: [`nested`] holds claims, one row each with their lines as a list, and is read and written; the
//! [`answers`] hold what the engine decided, and those of [`risk`] the scores of members; both are written alone. Column
//! names are those of the Tuva Project's input layer where it has one. Codes are strings with their leading zeros, money is
//! `decimal128(12, 2)`, dates are `date32`, and what is not known is null, never an empty string.

pub mod answers;
pub mod batch;
mod build;
mod error;
pub mod nested;
mod parties;
pub mod reference;
pub mod risk;

pub use error::ColumnarError;

/// Version of the schemas in this crate, part of every file's metadata. A change that readers would notice raises it.
pub const SCHEMA_VERSION: &str = "3";
