//! Abbreviations and everyday words that coders type, and the words of titles they stand for.

use crate::plain::PlainTables;
use crate::{FlatError, FlatFile, FlatWriter, Section, StrRef, StringPool, Strings, words};
use bytemuck::{Pod, Zeroable};

const FILE: &str = "search/abbreviations.csv";

#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Row {
    short: StrRef,
    long: StrRef,
}

/// The list, sorted by the short form.
#[derive(Debug, Clone)]
pub struct Abbreviations {
    rows: Section<Row>,
    strings: Strings,
}

impl Abbreviations {
    /// Words of the longest short form.
    pub const LONGEST: usize = 4;

    /// Locates the list's sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another width.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        Ok(Self { rows: file.section("abbreviations.rows")?, strings: Strings::open(file, "abbreviations.strings")? })
    }

    /// What `short` stands for: lower-case words with single spaces; several when it has several meanings.
    pub fn meanings<'a>(&'a self, short: &'a str) -> impl Iterator<Item = &'a str> {
        let start = self.rows.partition_point(|row| self.strings.get(row.short) < short);
        let rows = self.rows.get(start..).unwrap_or_default();
        rows.iter().take_while(move |row| self.strings.get(row.short) == short).map(|row| self.strings.get(row.long))
    }
}

/// Compiles `search/abbreviations.csv`.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    data.rows(FILE, ["short", "long"], |[short, long]| {
        let words = words::split(short);
        if words.is_empty() || words.len() > Abbreviations::LONGEST {
            return Err(format!("`{short}` has no word or more than {}", Abbreviations::LONGEST));
        }
        pairs.push((words.join(" "), words::split(long).join(" ")));
        Ok(())
    })?;
    pairs.sort();
    let mut pool = StringPool::new();
    let rows: Vec<Row> =
        pairs.iter().map(|(short, long)| Row { short: pool.add(short), long: pool.add(long) }).collect();
    writer.put("abbreviations.rows", &rows)?;
    pool.write(writer, "abbreviations.strings")
}
