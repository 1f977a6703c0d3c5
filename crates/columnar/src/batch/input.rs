//! Inputs of a batch: files, folders, archives; what they hold is told by their first bytes.

use super::manifest::InputSummary;
use super::options::BatchError;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Endings of the files that are taken from a folder.
const ENDINGS: [&str; 14] =
    ["837", "837i", "837p", "837d", "edi", "x12", "txt", "dat", "json", "ndjson", "csv", "gz", "zip", "parquet"];

/// Which reader an input needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// 837, FHIR, CMS claim files or delimited tables: the content tells.
    Text,
    /// Parquet.
    Parquet,
}

/// A file, or a member of an archive.
#[derive(Debug, Clone)]
pub struct Input {
    pub(super) path: PathBuf,
    /// Position within the archive.
    member: Option<usize>,
    name: String,
    pub(super) bytes: u64,
    pub(super) kind: InputKind,
}

impl Input {
    /// The inputs that paths name: files, the claim files of folders (recursively, in order of name), and the members of zip
    /// archives, in order of name. An archive that cannot be read is an input all the same, for the quarantine to name.
    ///
    /// # Errors
    /// [`BatchError::Read`] for a path that does not exist.
    pub fn find(paths: &[PathBuf]) -> Result<Vec<Self>, BatchError> {
        let mut inputs = Vec::new();
        for path in paths {
            let metadata = path.metadata().map_err(|source| BatchError::Read { path: path.clone(), source })?;
            if metadata.is_dir() {
                for file in files_of(path)? {
                    Self::of_file(file, &mut inputs)?;
                }
            } else {
                Self::of_file(path.clone(), &mut inputs)?;
            }
        }
        Ok(inputs)
    }

    fn of_file(path: PathBuf, inputs: &mut Vec<Self>) -> Result<(), BatchError> {
        let unreadable = |source| BatchError::Read { path: path.clone(), source };
        let mut file = File::open(&path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut magic = [0; 4];
        let read = file.read(&mut magic).map_err(unreadable)?;
        let name = path.display().to_string();
        if read == 4
            && magic == *b"PK\x03\x04"
            && let Ok(archive) = zip::ZipArchive::new(BufReader::new(File::open(&path).map_err(unreadable)?))
        {
            let mut members: Vec<(String, usize)> = (0..archive.len())
                .filter_map(|at| archive.name_for_index(at).map(|name| (name.to_owned(), at)))
                .filter(|(name, _)| !name.ends_with('/'))
                .collect();
            members.sort();
            // Progress counts the archive's own bytes; its members share them.
            let share = bytes / (members.len() as u64).max(1);
            for (member, at) in members {
                let name = format!("{name}/{member}");
                inputs.push(Self { path: path.clone(), member: Some(at), name, bytes: share, kind: InputKind::Text });
            }
            return Ok(());
        }
        let kind = if magic == *b"PAR1" { InputKind::Parquet } else { InputKind::Text };
        inputs.push(Self { path, member: None, name, bytes, kind });
        Ok(())
    }

    /// Name and size.
    #[must_use]
    pub fn summary(&self) -> InputSummary {
        InputSummary { name: self.name.clone(), bytes: self.bytes }
    }

    /// Which reader it needs.
    #[must_use]
    pub fn kind(&self) -> InputKind {
        self.kind
    }
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, BatchError> {
    let failed = |source| BatchError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(files_of(&path)?);
        } else {
            let ending = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
            if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// The bytes of an input.
pub(super) type Bytes = Box<dyn BufRead + Send>;

/// Counts what is read.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The bytes of a file or member, unpacked, and a count of those read from disk.
pub(super) fn open(input: &Input) -> std::io::Result<(Bytes, Arc<AtomicU64>)> {
    let count = Arc::new(AtomicU64::new(0));
    let file = File::open(&input.path)?;
    let Some(member) = input.member else {
        let counted = BufReader::with_capacity(1 << 16, Counted { inner: file, bytes: Arc::clone(&count) });
        return Ok((openclaim_fhir::unpacked(counted)?, count));
    };
    // A member borrows its archive, which cannot leave this function; members are unpacked into memory piece by piece by a
    // thread of their own.
    let (to_reader, pieces) = std::sync::mpsc::sync_channel::<std::io::Result<Vec<u8>>>(4);
    let counting = Arc::clone(&count);
    std::thread::spawn(move || {
        let unpack = || -> std::io::Result<()> {
            let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
            let mut member = archive.by_index(member)?;
            loop {
                let mut piece = vec![0; 1 << 16];
                let read = member.read(&mut piece)?;
                if read == 0 {
                    return Ok(());
                }
                piece.truncate(read);
                if to_reader.send(Ok(piece)).is_err() {
                    return Ok(());
                }
            }
        };
        if let Err(error) = unpack() {
            // Nobody listens any more when the run has ended.
            let _ = to_reader.send(Err(error));
        }
    });
    let pieces = Pieces { pieces, current: Cursor::new(Vec::new()), bytes: counting };
    Ok((openclaim_fhir::unpacked(BufReader::new(pieces))?, count))
}

/// Bytes that come in pieces from another thread.
struct Pieces {
    pieces: std::sync::mpsc::Receiver<std::io::Result<Vec<u8>>>,
    current: Cursor<Vec<u8>>,
    bytes: Arc<AtomicU64>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.pieces.recv() {
                Ok(piece) => {
                    let piece = piece?;
                    self.bytes.fetch_add(piece.len() as u64, Ordering::Relaxed);
                    self.current = Cursor::new(piece);
                }
                Err(_) => return Ok(0),
            }
        }
    }
}
