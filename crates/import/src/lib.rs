//! Importers: official publications as they are shipped, turned into releases of a data folder.
//!
//! # How a file becomes a release
//! 1. [`source::walk`] opens a file, or the members of a zip, or of zips inside it, within limits.
//! 2. Each member is looked at ([`Sniff`]): text, delimited text, XML or workbook, and its first lines.
//! 3. Every [`Importer`] says how sure it is, by content alone; the surest reads the file. A file that nobody knows, or two
//!    know equally well, is refused with the reason.
//! 4. The importer names the release the file belongs to ([`Identity`]) and fills its tables ([`Table`]). Files that name
//!    the same release fill it together.
//! 5. When all files are read, the releases are built ([`prepare`]). Who called puts them into the data folder together
//!    (`WriteAccess::install` of `openclaim-reference`), so that a faulty file leaves the folder as it was.
//!
//! # How to add an importer
//! Write `importers/<area>/<name>.rs` and add one line to `importers/mod.rs`. The whole of a simple importer, a table whose
//! columns are copied, is [`Layout`] with the columns and an [`Identity`]; `importers/codes/place_of_service.rs` is the
//! example. Tools for the rest:
//!
//! - [`delimited::Delimited`] (csv, tab, pipe; titles before the header; quoted line breaks), [`sheet::SheetTable`] (xlsx)
//!   and [`layout::each_row`] (either) find the header by column names and hand out [`Row`]s; headers written downwards over
//!   several rows are [`HeaderStyle::Stacked`]. A missing column is an error that names it and what was found.
//! - [`fixed::FixedWidth`] reads lines by 1-based positions, as record layouts print them. Same [`Row`].
//! - [`xml::parse`] gives a small tree with line numbers.
//! - [`Row::cell`] reads a column as a relation's cell; [`Row::day`], [`Row::decimal`], [`Row::code`] … read single values.
//!   Errors carry file, sheet, row, column and value.
//! - [`Sniff::columns`], [`Layout::recognise`], [`Sniff::mentions`], [`Sniff::root`] recognise. Return
//!   [`Confidence::Certain`] when the content has the publication's own marks. Two importers that share columns must tell
//!   each other apart by a column or phrase that the other lacks.
//! - `out.release(identity)?.table(schema, Completeness::Whole)?.push(&row, &cells)?` stores. Use
//!   [`Completeness::Part`] when the publication is split over files, [`ReleaseDraft::pairs`] for NCCI pairs, and
//!   [`ReleaseDraft::warn`] for what the user should know.
//! - Version, period and day of publication come from the content. What the content lacks may be taken from the file's name
//!   or its archive's ([`SourceFile::path`]) with a warning; the user's options win over all.
//!
//! Tests of an importer write their own tiny files and call [`read_bytes`] (`test_support::rows` shows a table as text).

pub mod delimited;
pub mod error;
pub mod fixed;
pub mod header;
mod importer;
mod importers;
pub mod layout;
pub mod mapping;
pub mod naming;
mod release;
mod row;
mod run;
pub mod sheet;
mod sniff;
pub mod source;
#[cfg(test)]
pub(crate) mod test_support;
pub mod text;
pub mod values;
pub mod xml;

pub use error::{ImportError, Place};
pub use header::{Column, HeaderStyle};
pub use importer::Importer;
pub use importers::all as importers;
pub use layout::Layout;
pub use release::{Completeness, Identity, Imported, ReleaseDraft, Releases, Table};
pub use row::Row;
pub use run::{FileOutcome, FileReport, ImportOptions, Prepared, prepare, read_bytes};
pub use sniff::{Confidence, Shape, Sniff};
pub use source::{Limits, SourceFile};
