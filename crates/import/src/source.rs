//! Files as publishers ship them: a file, or a zip of files, or a zip of zips.
//!
//! Archives are unpacked in memory, one member at a time, within [`Limits`]; nothing is written to disk.

use crate::error::ImportError;
use crate::sheet::Workbook;
use crate::text;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{Cursor, Read};
use std::path::Path;

/// How far archives may unpack before they are taken for a zip bomb.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Zips inside zips.
    pub depth: usize,
    /// Members of all archives of one file given.
    pub members: usize,
    /// Bytes of one member, unpacked.
    pub member_bytes: u64,
    /// Bytes of all members of one file given, unpacked.
    pub total_bytes: u64,
    /// Unpacked bytes per packed byte of a member, looked at from 16 MiB on: an order file packs 11 to 1, the densest
    /// publication seen 40 to 1.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 4, members: 20_000, member_bytes: 2 << 30, total_bytes: 8 << 30, ratio: 200 }
    }
}

/// Size from which a member's ratio is looked at.
const RATIO_FROM: u64 = 16 << 20;

/// A file that is no archive: the thing importers read.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    modified: Option<Date>,
    bytes: Vec<u8>,
    workbook: OnceCell<Workbook>,
}

impl SourceFile {
    /// A file from bytes. `path` names it with the archives it lies in, parted by `/`.
    #[must_use]
    pub fn new(path: impl Into<String>, bytes: Vec<u8>, modified: Option<Date>) -> Self {
        Self { path: path.into(), modified, bytes, workbook: OnceCell::new() }
    }

    /// The file with the archives it lies in: `RVU25D.zip/PPRRVU2025_Oct.csv`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The date that the archive gives for it; `None` for a file outside archives, whose date changes when it is copied.
    #[must_use]
    pub fn modified(&self) -> Option<Date> {
        self.modified
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content as text ([`text::decode`]).
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        text::decode(&self.bytes)
    }

    /// The content as a workbook; read once.
    ///
    /// # Errors
    /// [`ImportError::Damaged`] when it is none.
    pub fn workbook(&self) -> Result<&Workbook, ImportError> {
        if let Some(workbook) = self.workbook.get() {
            return Ok(workbook);
        }
        let workbook = Workbook::read(&self.bytes, &self.path)?;
        Ok(self.workbook.get_or_init(|| workbook))
    }

    /// SHA-256 of the content, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a file and hands out what it consists of: itself, or the members of the archive, in the order text, other,
/// workbooks, so that of several renderings of one table the plainest comes first.
///
/// # Errors
/// [`ImportError::Io`], [`ImportError::Damaged`] naming the member, [`ImportError::Bomb`], or the first error of `visit`.
pub fn walk(
    path: &Path,
    limits: Limits,
    visit: &mut dyn FnMut(SourceFile) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    let read = file.by_ref().take(limits.member_bytes + 1).read_to_end(&mut bytes).map_err(io)?;
    if read as u64 > limits.member_bytes {
        return Err(bomb(&name, format!("it is larger than {} bytes", limits.member_bytes)));
    }
    let mut budget = Budget { limits, members: 0, bytes: 0 };
    budget.descend(SourceFile::new(name, bytes, None), 0, visit)
}

fn bomb(file: &str, problem: String) -> ImportError {
    ImportError::Bomb { file: file.to_owned(), problem }
}

struct Budget {
    limits: Limits,
    members: usize,
    bytes: u64,
}

impl Budget {
    fn descend(
        &mut self,
        file: SourceFile,
        depth: usize,
        visit: &mut dyn FnMut(SourceFile) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if !file.bytes.starts_with(b"PK\x03\x04") && !file.bytes.starts_with(b"PK\x05\x06") {
            return visit(file);
        }
        let damaged = |problem: String| ImportError::Damaged { file: file.path.clone(), problem };
        let mut archive =
            zip::ZipArchive::new(Cursor::new(file.bytes.as_slice())).map_err(|error| {
                match last_member(&file.bytes) {
                    Some(member) => {
                        damaged(format!("the archive is damaged or cut short within member `{member}`: {error}"))
                    }
                    None => damaged(format!("not a readable zip archive: {error}")),
                }
            })?;
        if archive.index_for_name("xl/workbook.xml").is_some() {
            return self.admit_workbook(&file, &mut archive).and_then(|()| visit(file));
        }
        if depth >= self.limits.depth {
            return Err(bomb(&file.path, format!("archives nest deeper than {}", self.limits.depth)));
        }
        self.count_members(&file.path, archive.len())?;
        let mut order: Vec<(u8, String, usize)> = (0..archive.len())
            .filter_map(|at| archive.name_for_index(at).map(|name| (rank(name), name.to_owned(), at)))
            .filter(|(_, name, _)| !name.ends_with('/') && !is_clutter(name))
            .collect();
        order.sort();
        for (_, name, at) in order {
            let path = format!("{}/{name}", file.path);
            let member = self.unpack(&mut archive, at, &path)?;
            self.descend(member, depth + 1, visit)?;
        }
        Ok(())
    }

    fn count_members(&mut self, path: &str, more: usize) -> Result<(), ImportError> {
        self.members += more;
        if self.members > self.limits.members {
            return Err(bomb(path, format!("it holds more than {} members", self.limits.members)));
        }
        Ok(())
    }

    /// A workbook is unpacked by its reader; its declared sizes are checked beforehand.
    fn admit_workbook(
        &mut self,
        file: &SourceFile,
        archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    ) -> Result<(), ImportError> {
        for at in 0..archive.len() {
            let path = format!("{}/{}", file.path, archive.name_for_index(at).unwrap_or_default());
            // Read through, since a declared size may be a lie; nothing is kept.
            let mut member = archive
                .by_index(at)
                .map_err(|error| ImportError::Damaged { file: path.clone(), problem: error.to_string() })?;
            let packed = member.compressed_size();
            let mut sink = Metered { budget: self, path: &path, packed, count: 0, refused: None };
            let copied = std::io::copy(&mut member, &mut sink);
            let refused = sink.refused;
            if let Some(refused) = refused {
                return Err(refused);
            }
            copied.map_err(|error| ImportError::Damaged { file: path.clone(), problem: error.to_string() })?;
        }
        Ok(())
    }

    fn unpack(
        &mut self,
        archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
        at: usize,
        path: &str,
    ) -> Result<SourceFile, ImportError> {
        let damaged = |problem: String| ImportError::Damaged { file: path.to_owned(), problem };
        let mut member = archive.by_index(at).map_err(|error| damaged(error.to_string()))?;
        let modified = member.last_modified().and_then(|stamp| {
            let (year, month, day) = (i16::try_from(stamp.year()).ok()?, stamp.month(), stamp.day());
            // Archivers without a clock write 1980.
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| date.year() > 1990)
        });
        let packed = member.compressed_size();
        let mut bytes = Vec::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            let read = member
                .read(&mut chunk)
                .map_err(|error| damaged(format!("the member is damaged or cut short: {error}")))?;
            if read == 0 {
                break;
            }
            bytes.extend_from_slice(&chunk[..read]);
            self.admit(path, packed, bytes.len() as u64, read as u64)?;
        }
        Ok(SourceFile::new(path, bytes, modified))
    }

    /// Counts `more` bytes of a member that has `so_far` now.
    fn admit(&mut self, path: &str, packed: u64, so_far: u64, more: u64) -> Result<(), ImportError> {
        self.bytes += more;
        if so_far > self.limits.member_bytes {
            return Err(bomb(path, format!("it unpacks to more than {} bytes", self.limits.member_bytes)));
        }
        if so_far > RATIO_FROM && so_far / packed.max(1) > self.limits.ratio {
            return Err(bomb(path, format!("it unpacks to more than {} times its size", self.limits.ratio)));
        }
        if self.bytes > self.limits.total_bytes {
            return Err(bomb(path, format!("the archive unpacks to more than {} bytes", self.limits.total_bytes)));
        }
        Ok(())
    }
}

struct Metered<'a> {
    budget: &'a mut Budget,
    path: &'a str,
    packed: u64,
    count: u64,
    refused: Option<ImportError>,
}

impl std::io::Write for Metered<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.count += bytes.len() as u64;
        if let Err(error) = self.budget.admit(self.path, self.packed, self.count, bytes.len() as u64) {
            self.refused = Some(error);
            return Err(std::io::Error::other("refused"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Text before other things before workbooks.
fn rank(name: &str) -> u8 {
    let lower = name.to_ascii_lowercase();
    match lower.rsplit('.').next() {
        Some("csv") => 0,
        Some("txt") => 1,
        Some("xlsx" | "xls") => 3,
        _ => 2,
    }
}

/// Files that archivers of desktop systems leave behind.
fn is_clutter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") || name.ends_with("Thumbs.db")
}

/// Name of the last member whose local header is in the bytes: the one within which a cut archive ends.
fn last_member(bytes: &[u8]) -> Option<String> {
    let header = memchr::memmem::rfind(bytes, b"PK\x03\x04")?;
    let length = bytes.get(header + 26..header + 28).map(|len| usize::from(u16::from_le_bytes([len[0], len[1]])))?;
    let name = bytes.get(header + 30..header + 30 + length)?;
    let name = std::str::from_utf8(name).ok()?;
    (!name.is_empty() && !name.contains('\0')).then(|| name.to_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write;

    pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn walk_bytes(bytes: &[u8], limits: Limits) -> Result<Vec<(String, usize)>, ImportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outer.zip");
        std::fs::write(&path, bytes).unwrap();
        let mut seen = Vec::new();
        walk(&path, limits, &mut |file| {
            seen.push((file.path().to_owned(), file.bytes().len()));
            Ok(())
        })?;
        Ok(seen)
    }

    /// Bytes that do not compress.
    fn noise() -> Vec<u8> {
        let step = |state: &mut u32| {
            *state ^= *state << 13;
            *state ^= *state >> 17;
            *state ^= *state << 5;
            Some(*state as u8)
        };
        let mut state = 1_u32;
        (0..5000).filter_map(|_| step(&mut state)).collect()
    }

    #[test]
    fn archives_in_archives_are_walked() {
        let inner = zip_of(&[("deep.txt", b"deep")]);
        let outer = zip_of(&[("b.xlsx", b"not really"), ("z.txt", b"last"), ("inner.zip", &inner), ("a.csv", b"a,b")]);
        let seen = walk_bytes(&outer, Limits::default()).unwrap();
        let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["outer.zip/a.csv", "outer.zip/z.txt", "outer.zip/inner.zip/deep.txt", "outer.zip/b.xlsx"]);
    }

    #[test]
    fn a_cut_archive_names_its_member() {
        let noise = noise();
        let whole = zip_of(&[("first.txt", b"first"), ("second.txt", &noise)]);
        let error = walk_bytes(&whole[..whole.len() - 2000], Limits::default()).unwrap_err().to_string();
        assert!(
            error.starts_with("outer.zip: the archive is damaged or cut short within member `second.txt`"),
            "{error}"
        );
    }

    #[test]
    fn a_damaged_member_is_named() {
        let noise = noise();
        let mut whole = zip_of(&[("only.txt", &noise)]);
        for byte in &mut whole[300..400] {
            *byte ^= 0x55;
        }
        let error = walk_bytes(&whole, Limits::default()).unwrap_err().to_string();
        assert!(error.starts_with("outer.zip/only.txt: "), "{error}");
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = vec![0; 20 << 20];
        let bomb = zip_of(&[("zeros.txt", &zeros)]);
        let refused = |bytes: &[u8], limits| matches!(walk_bytes(bytes, limits), Err(ImportError::Bomb { .. }));
        assert!(refused(&bomb, Limits::default()), "ratio");
        let small = zip_of(&[("a.txt", b"12345"), ("b.txt", b"12345")]);
        assert!(refused(&small, Limits { members: 1, ..Limits::default() }), "members");
        assert!(refused(&small, Limits { total_bytes: 7, ..Limits::default() }), "total");
        assert!(refused(&small, Limits { member_bytes: 4, ..Limits::default() }), "member");
        let nested = (0..6).fold(small, |inner, _| zip_of(&[("inner.zip", &inner)]));
        assert!(refused(&nested, Limits::default()), "depth");
    }
}
