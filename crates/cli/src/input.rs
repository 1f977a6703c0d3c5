//! Input files: what the arguments name, and where in them a span lies.

use anyhow::{Context, Result, bail};
use openclaim_claim::{FileId, Span};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Endings of the files that are taken from a folder.
const CLAIM_FILE_ENDINGS: [&str; 12] =
    ["837", "837i", "837p", "837d", "edi", "x12", "txt", "dat", "json", "ndjson", "csv", "gz"];
/// A line longer than this is shown in part.
const WINDOW: u64 = 4096;

/// One input file.
#[derive(Debug)]
pub(crate) struct Input {
    /// Its number within this run; spans carry it.
    pub(crate) id: FileId,
    /// Its name as people should see it.
    pub(crate) name: String,
    bytes: Bytes,
}

/// Where the bytes of an input are.
#[derive(Debug)]
enum Bytes {
    File(PathBuf),
    /// A file compressed with gzip, whose lines are not shown.
    Packed(PathBuf),
    /// A copy of standard input or of what a compressed file unpacks to, kept until the end of the run.
    Spooled(tempfile::NamedTempFile),
    /// Standard input itself, which can be read once.
    Stdin,
}

impl Input {
    fn new(inputs: &[Self], name: String, bytes: Bytes) -> Self {
        Self { id: FileId(u32::try_from(inputs.len()).unwrap_or(u32::MAX)), name, bytes }
    }

    /// Opens the file for reading from its start, and tells its size where it is known.
    pub(crate) fn open(&self) -> Result<(Box<dyn Read + Send>, Option<u64>)> {
        let unreadable = || format!("cannot read {}", self.name);
        let path = match &self.bytes {
            Bytes::File(path) => path.as_path(),
            Bytes::Spooled(spool) => spool.path(),
            Bytes::Packed(path) => {
                let file = BufReader::new(File::open(path).with_context(unreadable)?);
                return Ok((Box::new(openclaim_fhir::unpacked(file).with_context(unreadable)?), None));
            }
            Bytes::Stdin => {
                let stdin = BufReader::new(std::io::stdin());
                return Ok((Box::new(openclaim_fhir::unpacked(stdin).with_context(unreadable)?), None));
            }
        };
        let file = File::open(path).with_context(unreadable)?;
        let size = file.metadata().ok().map(|metadata| metadata.len());
        Ok((Box::new(file), size))
    }

    /// The file that can be read again, to show its lines.
    fn path(&self) -> Option<&Path> {
        match &self.bytes {
            Bytes::File(path) => Some(path),
            Bytes::Spooled(spool) => Some(spool.path()),
            Bytes::Packed(_) | Bytes::Stdin => None,
        }
    }
}

/// Whether lines of the input will be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// They will, so standard input is copied to a temporary file.
    Shown,
    /// They will not; standard input is read as it comes.
    NotShown,
}

/// Finds the files that the arguments name: files, folders (their claim files, recursively, in order of name), and `-`
/// for standard input.
pub(crate) fn inputs(arguments: &[PathBuf], lines: Lines) -> Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            let bytes = if lines == Lines::Shown { Bytes::Spooled(spool_stdin()?) } else { Bytes::Stdin };
            inputs.push(Input::new(&inputs, "<stdin>".into(), bytes));
        } else if argument.is_dir() {
            let files = claim_files(argument)?;
            if files.is_empty() {
                bail!("{}: the folder holds no claim file ({})", argument.display(), CLAIM_FILE_ENDINGS.join(", "));
            }
            for path in files {
                let name = path.display().to_string();
                inputs.push(Input::new(&inputs, name, file_bytes(path, lines)?));
            }
        } else {
            argument.metadata().with_context(|| format!("cannot read {}", argument.display()))?;
            let bytes = file_bytes(argument.clone(), lines)?;
            inputs.push(Input::new(&inputs, argument.display().to_string(), bytes));
        }
    }
    Ok(inputs)
}

fn spool_stdin() -> Result<tempfile::NamedTempFile> {
    let mut spool = tempfile::NamedTempFile::new().context("cannot keep standard input in a temporary file")?;
    let mut content =
        openclaim_fhir::unpacked(BufReader::new(std::io::stdin())).context("cannot read standard input")?;
    std::io::copy(&mut content, &mut spool).context("cannot copy standard input")?;
    Ok(spool)
}

/// Where the bytes of a file are to be had. One that is compressed is unpacked when its lines will be shown, unless it is
/// damaged: then the reader is to say so.
fn file_bytes(path: PathBuf, lines: Lines) -> Result<Bytes> {
    let unreadable = || format!("cannot read {}", path.display());
    let mut file = BufReader::new(File::open(&path).with_context(unreadable)?);
    if !openclaim_fhir::is_gzip(file.fill_buf().with_context(unreadable)?) {
        return Ok(Bytes::File(path));
    }
    if lines == Lines::NotShown {
        return Ok(Bytes::Packed(path));
    }
    let mut spool = tempfile::NamedTempFile::new().context("cannot unpack into a temporary file")?;
    let unpacked = openclaim_fhir::unpacked(file).and_then(|mut content| std::io::copy(&mut content, &mut spool));
    Ok(if unpacked.is_ok() { Bytes::Spooled(spool) } else { Bytes::Packed(path) })
}

fn claim_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        let path = entry.path();
        // Links to folders are not followed, so that a cycle of links cannot trap the walk.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(claim_files(&path)?);
        } else if path.extension().is_some_and(|ending| {
            let ending = ending.to_string_lossy().to_ascii_lowercase();
            CLAIM_FILE_ENDINGS.contains(&ending.as_str())
        }) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The line of a file that holds a span.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text of the line, invalid UTF-8 replaced.
    pub(crate) text: String,
    /// Byte range of the span within `text`, cut at the end of the line.
    pub(crate) range: std::ops::Range<usize>,
    /// 1-based number of the line; of the segment in a file without line breaks.
    pub(crate) number: usize,
}

/// Finds the lines of spans, counting on from the last one, since findings come in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Locator {
    files: HashMap<FileId, Position>,
}

#[derive(Debug)]
struct Position {
    file: File,
    /// What ends a line: a line feed, or the segment terminator in a file without line breaks.
    line_end: u8,
    /// Bytes counted so far, and lines ended in them.
    counted: u64,
    lines: usize,
}

impl Locator {
    /// The line that holds `span`; `None` when the file can no longer be read.
    pub(crate) fn excerpt(&mut self, inputs: &[Input], span: Span) -> Option<Excerpt> {
        let position = match self.files.entry(span.file) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let input = inputs.get(span.file.0 as usize)?;
                entry.insert(Position::start(File::open(input.path()?).ok()?)?)
            }
        };
        position.excerpt(span)
    }
}

impl Position {
    fn start(mut file: File) -> Option<Self> {
        let head = read_at(&mut file, 0, WINDOW)?;
        // ISA is of fixed length; its last byte is the segment terminator.
        let terminator = head.get(105).copied().filter(|_| head.starts_with(b"ISA"));
        let line_end = if head.contains(&b'\n') { b'\n' } else { terminator.unwrap_or(b'\n') };
        Some(Self { file, line_end, counted: 0, lines: 0 })
    }

    fn excerpt(&mut self, span: Span) -> Option<Excerpt> {
        self.count_to(span.start)?;
        let before_start = span.start.saturating_sub(WINDOW);
        let before = read_at(&mut self.file, before_start, span.start - before_start)?;
        let line_start = memchr::memrchr(self.line_end, &before).map_or(0, |at| at + 1);
        let after = read_at(&mut self.file, span.start, WINDOW)?;
        let line_len = memchr::memchr(self.line_end, &after).unwrap_or(after.len());
        let lead = String::from_utf8_lossy(&before[line_start..]).into_owned();
        let marked_len = (span.len as usize).min(line_len);
        let marked = String::from_utf8_lossy(&after[..marked_len]).into_owned();
        let rest = String::from_utf8_lossy(&after[marked_len..line_len]).into_owned();
        let range = lead.len()..lead.len() + marked.len();
        let text = (lead + &marked + &rest).replace(['\r', '\t'], " ");
        Some(Excerpt { text, range, number: self.lines + 1 })
    }

    fn count_to(&mut self, offset: u64) -> Option<()> {
        if offset < self.counted {
            (self.counted, self.lines) = (0, 0);
        }
        self.file.seek(SeekFrom::Start(self.counted)).ok()?;
        let mut buffer = [0; 64 * 1024];
        while self.counted < offset {
            let wanted = usize::try_from(offset - self.counted).unwrap_or(usize::MAX).min(buffer.len());
            let read = self.file.read(&mut buffer[..wanted]).ok().filter(|&read| read > 0)?;
            self.lines += memchr::memchr_iter(self.line_end, &buffer[..read]).count();
            self.counted += read as u64;
        }
        Some(())
    }
}

fn read_at(file: &mut File, offset: u64, len: u64) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    file.take(len).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str) -> Input {
        let spool = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(spool.path(), text).unwrap();
        Input::new(&[], "t".into(), Bytes::Spooled(spool))
    }

    fn excerpt(text: &str, start: u64, len: u32) -> Option<Excerpt> {
        Locator::default().excerpt(&[input(text)], Span::new(FileId(0), start, len))
    }

    #[test]
    fn a_span_is_found_in_its_line() {
        let found = excerpt("ab~\ncdef~\ngh~\n", 5, 2).unwrap();
        assert_eq!(found, Excerpt { text: "cdef~".into(), range: 1..3, number: 2 });
    }

    #[test]
    fn a_span_over_several_lines_is_cut_at_the_first() {
        assert_eq!(excerpt("ab\ncd\n", 1, 4).unwrap(), Excerpt { text: "ab".into(), range: 1..2, number: 1 });
    }

    #[test]
    fn a_file_without_line_breaks_counts_segments() {
        let isa = format!("ISA{}~", "*".repeat(102));
        let found = excerpt(&format!("{isa}GS*HC~ST*837~"), 115, 3).unwrap();
        assert_eq!((found.text.as_str(), found.number), ("ST*837", 3));
        assert_eq!(&found.text[found.range], "837");
    }

    #[test]
    fn earlier_spans_are_found_after_later_ones() {
        let inputs = [input("a\nb\nc\n")];
        let mut locator = Locator::default();
        let mut number = |start| locator.excerpt(&inputs, Span::new(FileId(0), start, 1)).unwrap().number;
        assert_eq!((number(4), number(0), number(2)), (3, 1, 2));
    }

    #[test]
    fn a_span_past_the_end_is_no_excerpt() {
        assert_eq!(excerpt("a\n", 50, 1), None);
    }
}
