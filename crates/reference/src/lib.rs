//! Releases in time: the library of tables and the release embedded in the binary.
//!
//! A [`Library`] opens every table once; look-ups take the date of service. The embedded release needs no set-up, no
//! file and no network.

pub mod code_search;
mod embedded;
mod library;

pub use library::Library;
pub use openclaim_tables::{Day, FlatError, Period, TableInfo, Validity, drg_weights, icd10cm, icd10pcs, mce, msdrg};
