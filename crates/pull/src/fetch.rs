//! Fetching one download: terms, what is there already, the transfer, the check.

use crate::ledger::{Entry, Ledger};
use crate::transfer::{Transfer, Transferred};
use crate::{Download, PullError, Terms};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to fetch.
#[derive(Debug, Clone)]
pub struct PullOptions {
    /// Terms that the user has accepted.
    pub acknowledged: Vec<Terms>,
    /// Whether content that differs from an earlier download of the same address is taken, as when a publisher
    /// corrects a file in place. Never against a checksum of the manifest.
    pub accept_changed: bool,
    /// Attempts without progress before giving up.
    pub attempts: u32,
    /// Pause before the second attempt; it doubles with each further one.
    pub first_pause: Duration,
    /// Largest file taken, in bytes.
    pub largest: u64,
}

impl Default for PullOptions {
    fn default() -> Self {
        Self {
            acknowledged: Vec::new(),
            accept_changed: false,
            attempts: 5,
            first_pause: Duration::from_secs(2),
            largest: 4 << 30,
        }
    }
}

/// What happens during a transfer, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A transfer begins, or continues, at `at` of `total` bytes.
    Start {
        /// Bytes there already.
        at: u64,
        /// Bytes in all, where the server says.
        total: Option<u64>,
    },
    /// So many more bytes came.
    Received(u64),
    /// The connection failed; the next attempt follows after the pause.
    Waiting(Duration),
}

/// How a file came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was there, whole.
    AlreadyHere,
    /// It was fetched; `resumed_from` bytes of it lay there from an interrupted pull.
    Fetched {
        /// Bytes that did not have to be fetched again.
        resumed_from: u64,
    },
    /// The server says that the content has not changed since the last pull.
    NotModified,
}

/// A file on the disk, whole and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Where it lies.
    pub path: PathBuf,
    /// The address it came from.
    pub address: String,
    /// SHA-256 of its content in lower-case hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// How it came to be there.
    pub outcome: Outcome,
}

/// Fetches into one folder, one connection at a time.
#[derive(Debug)]
pub struct Puller {
    folder: PathBuf,
    options: PullOptions,
    ledger: Ledger,
    /// Held while this puller lives, so that two pulls do not write into one file.
    _lock: File,
}

impl Puller {
    /// Opens the folder of downloads, creating it where it is missing.
    ///
    /// # Errors
    /// [`PullError::Busy`] when another pull works in it, [`PullError::Io`] when it is not writable.
    pub fn open(folder: &Path, options: PullOptions) -> Result<Self, PullError> {
        std::fs::create_dir_all(folder).map_err(PullError::io(folder))?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(PullError::io(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(PullError::Busy { folder: folder.to_owned() }),
            Err(std::fs::TryLockError::Error(source)) => return Err(PullError::Io { path: lock_path, source }),
        }
        Ok(Self { folder: folder.to_owned(), options, ledger: Ledger::open(folder)?, _lock: lock })
    }

    /// Brings one file onto the disk.
    ///
    /// # Errors
    /// [`PullError`]. After a failed transfer what came is kept, and the next call continues there.
    pub fn fetch(&mut self, download: &Download, watch: &mut dyn FnMut(Event)) -> Result<Pulled, PullError> {
        if let Some(&terms) = download.terms.iter().find(|terms| !self.options.acknowledged.contains(terms)) {
            let (title, page) = (download.title.clone(), download.page.clone());
            return Err(PullError::TermsNotAcknowledged { title, terms, page });
        }
        let mut whole = None;
        for (address, place) in places(download) {
            let path = self.folder.join(&place);
            if let Some(entry) = self.ledger.get(&place).filter(|entry| is_whole(&path, entry, download)) {
                if !download.rolling {
                    return Ok(pulled(path, entry.clone(), Outcome::AlreadyHere));
                }
                whole = Some((address.to_owned(), entry.clone()));
                break;
            }
        }
        for (address, place) in places(download) {
            let path = self.folder.join(&place);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(PullError::io(parent))?;
            }
            let whole = whole.as_ref().filter(|(at, _)| at == address).map(|(_, entry)| entry);
            let unchanged = whole.and_then(|entry| entry.validator.as_deref());
            let transfer = Transfer::new(&path, &self.options);
            match transfer.run(address, download.acceptance.as_deref(), unchanged, watch)? {
                Transferred::NotThere => {}
                Transferred::NotModified => {
                    let entry = whole.cloned().unwrap_or_default();
                    return Ok(pulled(path, entry, Outcome::NotModified));
                }
                Transferred::Complete { resumed_from, validator } => {
                    let (sha256, bytes) = sha256_of(transfer.part())?;
                    let entry = Entry { address: address.to_owned(), sha256, bytes, validator };
                    let known = self.ledger.get(&place);
                    self.check(&entry, known, download).inspect_err(|_| transfer.discard())?;
                    transfer.finish()?;
                    self.ledger.record(&place, entry.clone())?;
                    return Ok(pulled(path, entry, Outcome::Fetched { resumed_from }));
                }
            }
        }
        Err(PullError::NotFound { addresses: download.addresses.iter().map(|known| known.address.clone()).collect() })
    }

    fn check(&self, came: &Entry, known: Option<&Entry>, download: &Download) -> Result<(), PullError> {
        let differs = |expected: &str, known_from| PullError::Checksum {
            address: came.address.clone(),
            expected: expected.to_owned(),
            found: came.sha256.clone(),
            known_from,
        };
        if let Some(expected) = &download.sha256 {
            return if *expected == came.sha256 { Ok(()) } else { Err(differs(expected, "the manifest")) };
        }
        match known {
            Some(known)
                if known.address == came.address
                    && known.sha256 != came.sha256
                    && !download.rolling
                    && !self.options.accept_changed =>
            {
                Err(differs(&known.sha256, "an earlier download"))
            }
            _ => Ok(()),
        }
    }
}

/// The addresses of a download, each with its place in the folder.
fn places(download: &Download) -> impl Iterator<Item = (&str, String)> {
    let place = |name: &str| format!("{}/{}/{name}", download.family, download.release);
    download.addresses.iter().map(move |known| (known.address.as_str(), place(&known.file_name)))
}

fn pulled(path: PathBuf, entry: Entry, outcome: Outcome) -> Pulled {
    Pulled { path, address: entry.address, sha256: entry.sha256, bytes: entry.bytes, outcome }
}

/// Whether the file lies there as the ledger has it, and as the manifest wants it.
fn is_whole(path: &Path, entry: &Entry, download: &Download) -> bool {
    let wanted = download.sha256.as_ref().is_none_or(|sha256| *sha256 == entry.sha256);
    wanted && sha256_of(path).is_ok_and(|(sha256, _)| sha256 == entry.sha256)
}

/// SHA-256 and length of a file.
fn sha256_of(path: &Path) -> Result<(String, u64), PullError> {
    let mut file = File::open(path).map_err(PullError::io(path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(PullError::io(path))?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hasher.update(&buffer[..read]);
    }
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((sha256, bytes))
}
