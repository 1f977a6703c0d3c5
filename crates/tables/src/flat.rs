//! The flat file: one little-endian file per release, viewed where it lies.
//!
//! ```text
//! offset 0   header, 64 bytes: magic "OCLFLAT1", section count (u32), reserved (u32), file length (u64), zeros
//! offset 64  directory: one 64-byte entry per section, sorted by name:
//!            name (40 bytes, zero-padded ASCII), offset (u64), length in bytes (u64), row size (u32), reserved (u32)
//! then       the sections, each beginning on a multiple of 8; of 64, where its rows are as long as a cache line or several
//! ```
//!
//! Sections hold fixed-width rows of plain-old-data types. Opening checks the header, the directory and the bounds and
//! row size of every section, and reads nothing else; a look-up touches only the pages it needs.

use bytemuck::Pod;
use std::fs::File;
use std::io::Write;
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"OCLFLAT1";
const HEADER: usize = 64;
const ENTRY: usize = 64;
const NAME: usize = 40;
const ALIGN: usize = 8;
/// Bytes that a processor fetches at once.
const CACHE_LINE: usize = 64;

/// Why a flat file could not be written, opened or read.
#[derive(Debug, thiserror::Error)]
pub enum FlatError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are no flat file, or a damaged one.
    #[error("not a usable table file: {0}")]
    Damaged(String),
    /// The file holds no such section.
    #[error("the table file has no section `{0}`")]
    NoSection(String),
    /// The section's rows have another width than this version of the program expects.
    #[error("section `{name}` has rows of {found} bytes where {expected} are expected: written by another version?")]
    RowSize {
        /// The section.
        name: String,
        /// Width found.
        found: u32,
        /// Width expected.
        expected: usize,
    },
    /// A plain table under `data/` could not be compiled.
    #[error("{file}, line {line}: {problem}")]
    Source {
        /// The plain table.
        file: String,
        /// 1-based line, 0 when the file as a whole is meant.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

/// Builds a flat file in memory, section by section.
#[derive(Debug, Default)]
pub struct FlatWriter {
    sections: Vec<(String, u32, Vec<u8>)>,
}

impl FlatWriter {
    /// A writer without sections.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section of rows.
    ///
    /// # Errors
    /// [`FlatError::Damaged`] when the name is taken, longer than 40 bytes or not ASCII.
    pub fn put<T: Pod>(&mut self, name: &str, rows: &[T]) -> Result<(), FlatError> {
        let usable = !name.is_empty() && name.len() <= NAME && name.is_ascii();
        if !usable || self.sections.iter().any(|(taken, _, _)| taken == name) {
            return Err(FlatError::Damaged(format!("section name `{name}` is taken, too long or not ASCII")));
        }
        let row_size = u32::try_from(size_of::<T>()).unwrap_or(u32::MAX);
        self.sections.push((name.to_owned(), row_size, bytemuck::cast_slice(rows).to_vec()));
        Ok(())
    }

    /// The finished file as bytes.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.sections.sort();
        let padded = |len: usize, to: usize| len.div_ceil(to) * to;
        // Rows of a cache line's length stand in one each, not in two.
        let align = |row_size: u32| if (row_size as usize).is_multiple_of(CACHE_LINE) { CACHE_LINE } else { ALIGN };
        let mut total = HEADER + ENTRY * self.sections.len();
        let mut offsets = Vec::with_capacity(self.sections.len());
        for (_, row_size, bytes) in &self.sections {
            offsets.push(padded(total, align(*row_size)));
            total = padded(padded(total, align(*row_size)) + bytes.len(), ALIGN);
        }
        let mut file = Vec::with_capacity(total);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        file.extend_from_slice(&0_u32.to_le_bytes());
        file.extend_from_slice(&(total as u64).to_le_bytes());
        file.resize(HEADER, 0);
        for ((name, row_size, bytes), offset) in self.sections.iter().zip(&offsets) {
            let entry = file.len();
            file.extend_from_slice(name.as_bytes());
            file.resize(entry + NAME, 0);
            file.extend_from_slice(&(*offset as u64).to_le_bytes());
            file.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            file.extend_from_slice(&row_size.to_le_bytes());
            file.extend_from_slice(&0_u32.to_le_bytes());
        }
        for ((_, _, bytes), offset) in self.sections.iter().zip(&offsets) {
            file.resize(*offset, 0);
            file.extend_from_slice(bytes);
        }
        file.resize(total, 0);
        file
    }

    /// Writes the finished file beside its destination and renames it into place, so that a reader sees the old file
    /// or the new one and never a part of it.
    ///
    /// # Errors
    /// [`FlatError::Io`] when the folder is not writable or the disk is full; the destination is then untouched.
    pub fn write_to(self, path: &Path) -> Result<(), FlatError> {
        let temporary = path.with_extension("partial");
        let io = |source| FlatError::Io { path: path.to_owned(), source };
        let write = || {
            let mut file = File::create(&temporary)?;
            file.write_all(&self.finish())?;
            file.sync_all()?;
            std::fs::rename(&temporary, path)
        };
        write().map_err(|error| {
            // The half-written copy is of no use; the first error is the one to report.
            let _ = std::fs::remove_file(&temporary);
            io(error)
        })
    }
}

/// The bytes of a file: part of the program, or mapped.
#[derive(Debug)]
enum Backing {
    Embedded(&'static [u8]),
    Mapped(crate::mapped::MappedFile),
}

impl Backing {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Embedded(bytes) => bytes,
            Self::Mapped(file) => file.bytes(),
        }
    }
}

/// An opened flat file. Cloning shares it.
#[derive(Debug, Clone)]
pub struct FlatFile {
    backing: Arc<Backing>,
    section_count: usize,
}

impl FlatFile {
    /// Maps a file into memory.
    ///
    /// # Errors
    /// [`FlatError::Io`] when it cannot be opened, [`FlatError::Damaged`] when it is no flat file.
    pub fn open(path: &Path) -> Result<Self, FlatError> {
        let mapped =
            crate::mapped::MappedFile::open(path).map_err(|source| FlatError::Io { path: path.to_owned(), source })?;
        Self::check(Backing::Mapped(mapped))
    }

    /// Views bytes that are part of the program.
    ///
    /// # Errors
    /// [`FlatError::Damaged`] when they are no flat file, or do not begin on a multiple of eight.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, FlatError> {
        Self::check(Backing::Embedded(bytes))
    }

    fn check(backing: Backing) -> Result<Self, FlatError> {
        let damaged = |what: &str| Err(FlatError::Damaged(what.to_owned()));
        let bytes = backing.bytes();
        if cfg!(target_endian = "big") {
            return damaged("table files are little-endian and this machine is not");
        }
        if bytes.as_ptr().align_offset(ALIGN) != 0 {
            return damaged("the bytes do not begin on a multiple of eight");
        }
        if bytes.len() < HEADER || &bytes[..8] != MAGIC {
            return damaged("it does not begin with OCLFLAT1");
        }
        let section_count = u32_at(bytes, 8) as usize;
        if u64_at(bytes, 16) != bytes.len() as u64 {
            return damaged("its length differs from the one in its header; it may be cut short");
        }
        let Some(data_start) = section_count.checked_mul(ENTRY).and_then(|len| len.checked_add(HEADER)) else {
            return damaged("its directory is larger than the file");
        };
        if data_start > bytes.len() {
            return damaged("its directory is larger than the file");
        }
        for entry in bytes[HEADER..data_start].chunks_exact(ENTRY) {
            let (offset, len, row) = (u64_at(entry, 40), u64_at(entry, 48), u64::from(u32_at(entry, 56)));
            let end = offset.checked_add(len);
            let inside = offset >= data_start as u64 && end.is_some_and(|end| end <= bytes.len() as u64);
            if !inside || offset % ALIGN as u64 != 0 || row == 0 || len % row != 0 {
                return damaged("a section lies outside the file or holds part of a row");
            }
        }
        Ok(Self { backing: Arc::new(backing), section_count })
    }

    /// Names of the sections, sorted.
    pub fn section_names(&self) -> impl Iterator<Item = &str> {
        self.entries().map(entry_name)
    }

    fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.backing.bytes()[HEADER..].chunks_exact(ENTRY).take(self.section_count)
    }

    /// The directory entry of a section; the directory is sorted by name.
    fn entry(&self, name: &str) -> Option<&[u8]> {
        let directory = self.backing.bytes().get(HEADER..HEADER + ENTRY * self.section_count)?;
        let (entries, _) = directory.as_chunks::<ENTRY>();
        let at = entries.binary_search_by(|entry| entry_name(entry).cmp(name)).ok()?;
        entries.get(at).map(<[u8; ENTRY]>::as_slice)
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.backing.bytes()
    }

    /// A view of a section's rows.
    ///
    /// # Errors
    /// [`FlatError::NoSection`], or [`FlatError::RowSize`] when the rows are not `T`s.
    pub fn section<T: Pod>(&self, name: &str) -> Result<Section<T>, FlatError> {
        let entry = self.entry(name).ok_or_else(|| FlatError::NoSection(name.to_owned()))?;
        let row = u32_at(entry, 56);
        if row as usize != size_of::<T>() || align_of::<T>() > ALIGN {
            return Err(FlatError::RowSize { name: name.to_owned(), found: row, expected: size_of::<T>() });
        }
        let start = u64_at(entry, 40) as usize;
        let end = start + u64_at(entry, 48) as usize;
        Ok(Section(match *self.backing {
            Backing::Embedded(bytes) => Rows::Embedded(bytemuck::cast_slice(&bytes[start..end])),
            Backing::Mapped(_) => Rows::Mapped { backing: Arc::clone(&self.backing), start, end, rows: PhantomData },
        }))
    }
}

/// Where a section lies in the bytes of a well-formed file.
pub(crate) fn section_place(bytes: &[u8], name: &str) -> Option<std::ops::Range<usize>> {
    let count = u32_at(bytes, 8) as usize;
    let mut entries = bytes.get(HEADER..)?.chunks_exact(ENTRY).take(count);
    let entry = entries.find(|entry| entry_name(entry) == name)?;
    let start = usize::try_from(u64_at(entry, 40)).ok()?;
    let end = start.checked_add(usize::try_from(u64_at(entry, 48)).ok()?)?;
    (end <= bytes.len()).then_some(start..end)
}

fn entry_name(entry: &[u8]) -> &str {
    let len = entry[..NAME].iter().position(|&b| b == 0).unwrap_or(NAME);
    std::str::from_utf8(&entry[..len]).unwrap_or_default()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// The rows of one section, a slice that keeps its file open.
#[derive(Debug)]
pub struct Section<T: 'static>(Rows<T>);

/// Rows of the embedded release are looked at for every code of every claim; they are a plain slice.
#[derive(Debug)]
enum Rows<T: 'static> {
    Embedded(&'static [T]),
    Mapped { backing: Arc<Backing>, start: usize, end: usize, rows: PhantomData<T> },
}

impl<T> Clone for Section<T> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Rows::Embedded(rows) => Rows::Embedded(rows),
            Rows::Mapped { backing, start, end, .. } => {
                Rows::Mapped { backing: Arc::clone(backing), start: *start, end: *end, rows: PhantomData }
            }
        })
    }
}

impl<T: Pod> Deref for Section<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Rows::Embedded(rows) => rows,
            // Bounds, alignment and row size were checked when the section was taken.
            Rows::Mapped { backing, start, end, .. } => bytemuck::cast_slice(&backing.bytes()[*start..*end]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = FlatWriter::new();
        writer.put::<u32>("numbers", &[1, 2, 3]).unwrap();
        writer.put::<u8>("bytes", b"hello").unwrap();
        writer.put::<u64>("none", &[]).unwrap();
        writer.finish()
    }

    fn leak(bytes: &[u8]) -> &'static [u8] {
        let words: Vec<u64> = bytes
            .chunks(8)
            .map(|chunk| {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                u64::from_le_bytes(word)
            })
            .collect();
        &bytemuck::cast_slice(Vec::leak(words))[..bytes.len()]
    }

    #[test]
    fn sections_come_back() {
        let file = FlatFile::from_static(leak(&sample())).unwrap();
        assert_eq!(&*file.section::<u32>("numbers").unwrap(), &[1, 2, 3]);
        assert_eq!(&*file.section::<u8>("bytes").unwrap(), b"hello");
        assert!(file.section::<u64>("none").unwrap().is_empty());
        assert_eq!(file.section_names().collect::<Vec<_>>(), ["bytes", "none", "numbers"]);
    }

    #[test]
    fn wrong_names_and_widths_are_errors() {
        let file = FlatFile::from_static(leak(&sample())).unwrap();
        assert!(matches!(file.section::<u8>("absent"), Err(FlatError::NoSection(_))));
        assert!(matches!(file.section::<u64>("numbers"), Err(FlatError::RowSize { found: 4, .. })));
    }

    #[test]
    fn damage_is_noticed() {
        let whole = sample();
        assert!(FlatFile::from_static(leak(&whole[..whole.len() - 8])).is_err(), "cut short");
        for (at, value) in [(0, b'X'), (8, 255), (HEADER + 47, 1), (HEADER + 55, 1)] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            assert!(FlatFile::from_static(leak(&damaged)).is_err(), "byte {at}");
        }
    }

    #[test]
    fn rows_of_a_cache_line_stand_in_one() {
        let mut writer = FlatWriter::new();
        writer.put::<u8>("a", b"hello").unwrap();
        writer.put::<[u64; 8]>("b", &[[1; 8], [2; 8]]).unwrap();
        writer.put::<u32>("c", &[3]).unwrap();
        let bytes = writer.finish();
        assert_eq!(section_place(&bytes, "b").unwrap().start % CACHE_LINE, 0);
        assert_eq!(bytes.len() % ALIGN, 0);
        let file = FlatFile::from_static(leak(&bytes)).unwrap();
        assert_eq!(&*file.section::<[u64; 8]>("b").unwrap(), &[[1; 8], [2; 8]]);
        assert_eq!(
            (&*file.section::<u8>("a").unwrap(), &*file.section::<u32>("c").unwrap()),
            (&b"hello"[..], &[3][..])
        );
    }

    #[test]
    fn a_name_is_taken_once() {
        let mut writer = FlatWriter::new();
        writer.put::<u8>("a", &[]).unwrap();
        assert!(writer.put::<u8>("a", &[]).is_err());
    }
}
