//! A release: one publication, as one flat file that says where it comes from.
//!
//! ```
//! use openclaim_tables::relation::{ColumnSpec, RelationBuilder, Schema};
//! use openclaim_tables::release::{ReleaseMeta, ReleaseWriter, SourceFile, Warning};
//! use jiff::civil::date;
//!
//! let mut meta = ReleaseMeta::new("pos", "CMS", "Place of service codes", "2024-05", date(2024, 5, 1));
//! meta.published = Some(date(2024, 4, 15)); // when the publication names the day
//! meta.to = None; // holds until something newer
//! meta.importer = "pos 1".into(); // name and version of the importer
//! meta.sources.push(SourceFile { file: "pos.zip/pos.csv".into(), sha256: "…".into() });
//!
//! let mut table = RelationBuilder::new(Schema::new("pos", 1, [ColumnSpec::code("pos"), ColumnSpec::text("name")]))?;
//! table.push_texts(2, &["11", "Office"])?;
//!
//! let mut release = ReleaseWriter::new(meta);
//! release.relation(table)?; // and release.pairs(…), as many tables as the publication has
//! release.warn(Warning::new("pos.zip/pos.csv", "the file names no year").row(1).column("effective"));
//! let built = release.finish()?;
//! assert!(built.file_name().starts_with("pos-2024-05-"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same tables and the same description give the same bytes, so importing a file twice gives one release. Section
//! `release.json` is the [`ReleaseMeta`]; section `release.sha256` is the SHA-256 of the whole file with those 32 bytes
//! taken as zeros.

mod meta;
mod read;
mod table;
mod write;

pub use meta::{ReleaseMeta, SourceFile, TableRows, TableShape, Warning};
pub use read::Release;
pub use table::Table;
pub use write::{BuiltRelease, ReleaseWriter};

/// Section of the description.
const META: &str = "release.json";
/// Section of the file's own digest.
const DIGEST: &str = "release.sha256";

/// A digest in hexadecimal digits.
fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
