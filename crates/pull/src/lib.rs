//! Fetches the publications named in the manifest from their publishers' sites into a folder of downloads.
//!
//! The manifest is data (`data/manifest/*.toml`): per publication its publisher, family, page, cycle, terms and address
//! patterns. [`Manifest::downloads`] turns it and a day into [`Download`]s; [`Puller::fetch`] brings one onto the disk.
//! A cut transfer continues where it stopped, a file whose SHA-256 is known is checked against it, and a publication
//! under licence terms is fetched only when the caller says that the user accepted them.

mod error;
mod fetch;
mod ledger;
mod manifest;
mod period;
mod transfer;

pub use error::PullError;
pub use fetch::{Event, Outcome, PullOptions, Pulled, Puller};
pub use manifest::{Address, Download, Manifest, Publication, Terms};
pub use period::Cycle;
