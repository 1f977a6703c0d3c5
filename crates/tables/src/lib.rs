//! The flat, memory-mapped table format, and the layout, compiler and view of every table.
//!
//! One module per table knows three things: the fixed-width row, how the row is compiled from the plain tables under
//! `data/`, and the look-ups over it. The crate stands apart from `openclaim-reference` because the build script of
//! that crate compiles the embedded release with it.

pub mod abbreviations;
mod code_validity;
mod day;
pub mod drg_weights;
mod flat;
pub mod hhs_hcc;
pub mod icd10cm;
pub mod icd10pcs;
pub mod info;
mod key_index;
mod mapped;
pub mod mce;
pub mod msdrg;
pub mod pairs;
pub mod plain;
mod plain_relations;
pub mod relation;
pub mod release;
pub mod risk;
pub mod sides;
mod strings;
#[cfg(test)]
mod test_support;
pub mod word_index;
pub mod words;

pub use code_validity::{Period, Validity};
pub use day::Day;
pub use flat::{FlatError, FlatFile, FlatWriter, Section};
pub use info::TableInfo;
pub use key_index::{KeyIndex, key_text, text_key};
pub use strings::{StrRef, StringPool, Strings};

/// Compiles every plain table into one flat file.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &plain::PlainTables) -> Result<FlatWriter, FlatError> {
    let mut writer = FlatWriter::new();
    info::compile(data, &mut writer)?;
    icd10cm::compile(data, &mut writer)?;
    icd10pcs::compile(data, &mut writer)?;
    abbreviations::compile(data, &mut writer)?;
    drg_weights::compile(data, &mut writer)?;
    mce::compile(data, &mut writer)?;
    msdrg::compile(data, &mut writer)?;
    risk::compile(data, &mut writer)?;
    hhs_hcc::compile(data, &mut writer)?;
    plain_relations::compile(data, &mut writer)?;
    Ok(writer)
}
