//! Releases in time: the library of tables and the release embedded in the binary.
//!
//! A [`Library`] opens every table once; look-ups take the date of service. The embedded release needs no set-up, no
//! file and no network; a [data folder](data_folder) adds the releases that a user imported.

mod by_code;
pub mod code_search;
pub mod data_folder;
mod dated;
pub mod diff;
mod embedded;
mod library;
pub mod mentions;
mod releases;

pub use by_code::ByCode;
pub use dated::{Dated, Source, Spoken, Version};
pub use library::{Library, LibraryWarning};
pub use openclaim_tables::{
    Day, FlatError, Period, TableInfo, Validity, drg_weights, hhs_hcc, icd10cm, icd10pcs, mce, msdrg, pairs, relation,
    release, risk, sides, text_key,
};
pub use releases::{LoadedRelease, Lookup};
