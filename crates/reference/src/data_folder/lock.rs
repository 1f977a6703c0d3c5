//! Writing to the data folder, one import at a time.

use super::{DataFolder, FolderError, Installed};
use openclaim_tables::release::{BuiltRelease, Release, ReleaseMeta};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The right to write to a data folder; others wait until it is dropped.
#[derive(Debug)]
pub struct WriteAccess<'a> {
    folder: &'a DataFolder,
    // The operating system frees the lock when the file is closed, also when the process dies.
    lock: File,
}

/// How a release is written; tests put a full disk here.
pub(super) type WriteFile<'a> = &'a dyn Fn(&Path, &[u8]) -> std::io::Result<()>;

impl<'a> WriteAccess<'a> {
    pub(super) fn take(folder: &'a DataFolder, holder: &str, patience: Duration) -> Result<Self, FolderError> {
        let releases = folder.releases();
        std::fs::create_dir_all(&releases).map_err(io("make the folder", &releases))?;
        let path = folder.path().join("lock");
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut lock = options.map_err(io("open for writing", &path))?;
        let begin = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begin.elapsed() < patience => {
                    std::thread::sleep(Duration::from_millis(50).min(patience));
                }
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Who holds it is a courtesy; that it is held is the message.
                    let _ = lock.read_to_string(&mut holder);
                    let holder = if holder.trim().is_empty() { "another import" } else { holder.trim() }.to_owned();
                    return Err(FolderError::Locked { path: folder.path().to_owned(), holder });
                }
                Err(TryLockError::Error(error)) => return Err(io("lock", &path)(error)),
            }
        }
        let access = Self { folder, lock };
        access.sign(holder).map_err(io("write", &path))?;
        access.sweep()?;
        Ok(access)
    }

    fn sign(&self, holder: &str) -> std::io::Result<()> {
        let mut lock = &self.lock;
        lock.set_len(0)?;
        lock.rewind()?;
        writeln!(lock, "{holder}")
    }

    /// Removes what an interrupted import left.
    fn sweep(&self) -> Result<(), FolderError> {
        for path in self.folder.files(".partial")? {
            remove(&path)?;
        }
        Ok(())
    }

    /// Puts releases into the folder: all of them or, when one cannot be written, none.
    ///
    /// # Errors
    /// [`FolderError::Io`] when the disk is full or the folder read-only; [`FolderError::NotAsWritten`] when a release
    /// does not read back. The folder is then as it was.
    pub fn install(&mut self, releases: &[BuiltRelease]) -> Result<Vec<Installed>, FolderError> {
        self.install_with(releases, &write_synced)
    }

    pub(super) fn install_with(
        &mut self,
        releases: &[BuiltRelease],
        write: WriteFile<'_>,
    ) -> Result<Vec<Installed>, FolderError> {
        let written = self.write_beside(releases, write);
        if written.is_err() {
            // The half-written copies are of no use; the first error is the one to report.
            let _ = self.sweep();
        }
        let present = self.present()?;
        let mut installed = Vec::with_capacity(releases.len());
        for (built, temporary) in releases.iter().zip(written?) {
            let path = self.folder.releases().join(built.file_name());
            if let Some(temporary) = &temporary {
                std::fs::rename(temporary, &path).map_err(io("rename into place", &path))?;
            }
            let others = present.iter().filter(|(other, _)| *other != path);
            let (mut replaced, mut supersedes) = (Vec::new(), Vec::new());
            for (other, meta) in others.filter(|(_, meta)| same_publication(meta, &built.meta)) {
                if meta.published == built.meta.published && meta.sources == built.meta.sources {
                    remove(other)?;
                    replaced.push(other.clone());
                } else if meta.known_from() < built.meta.known_from() {
                    supersedes.push(other.clone());
                }
            }
            installed.push(Installed { path, already_there: temporary.is_none(), replaced, supersedes });
        }
        sync_folder(&self.folder.releases());
        Ok(installed)
    }

    /// Writes every release under a temporary name; `None` for one that is there already.
    fn write_beside(
        &self,
        releases: &[BuiltRelease],
        write: WriteFile<'_>,
    ) -> Result<Vec<Option<PathBuf>>, FolderError> {
        let mut written = Vec::with_capacity(releases.len());
        for built in releases {
            let path = self.folder.releases().join(built.file_name());
            // A damaged copy of the same name is written anew.
            if Release::open(&path).is_ok_and(|there| there.verify().is_ok()) {
                written.push(None);
                continue;
            }
            let temporary = path.with_extension("flat.partial");
            write(&temporary, &built.bytes).map_err(io("write", &temporary))?;
            let read_back = Release::open(&temporary).and_then(|release| release.sha256());
            match read_back {
                Ok(sha256) if sha256 == built.sha256 => written.push(Some(temporary)),
                Ok(sha256) => {
                    let problem = format!("its digest is {sha256} instead of {}", built.sha256);
                    let source = openclaim_tables::FlatError::Damaged(problem);
                    return Err(FolderError::NotAsWritten { path: temporary, source });
                }
                Err(source) => return Err(FolderError::NotAsWritten { path: temporary, source }),
            }
        }
        Ok(written)
    }

    fn present(&self) -> Result<Vec<(PathBuf, ReleaseMeta)>, FolderError> {
        let listed = self.folder.list()?;
        let usable = listed.into_iter().filter_map(|listed| {
            let meta = listed.release.ok()?.meta().clone();
            Some((listed.path, meta))
        });
        Ok(usable.collect())
    }
}

fn same_publication(one: &ReleaseMeta, two: &ReleaseMeta) -> bool {
    (&one.family, &one.version) == (&two.family, &two.version)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn remove(path: &Path) -> Result<(), FolderError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Makes the renames last through a power failure, where the system can.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(folder)
    {
        // The releases themselves are synced; a file system that cannot sync a folder loses at most their names.
        let _ = folder.sync_all();
    }
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError::Io { action, path, source }
}
