//! A run: paths in, releases out.

use crate::error::ImportError;
use crate::importer::{self, Importer};
use crate::mapping;
use crate::release::Releases;
use crate::sniff::Sniff;
use crate::source::{self, Limits, SourceFile};
use jiff::civil::Date;
use openclaim_tables::release::BuiltRelease;
use std::path::{Path, PathBuf};

/// What the user may add to what the files say.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Replaces the version of every release of the run.
    pub version: Option<String>,
    /// Replaces the day of publication.
    pub published: Option<Date>,
    /// Replaces the first day of the period.
    pub from: Option<Date>,
    /// Replaces the last day of the period.
    pub to: Option<Date>,
    /// A mapping file for tidy csv tables of the user's own.
    pub mapping: Option<PathBuf>,
    /// Import what can be imported although other files are faulty. Releases that a faulty file belongs to are given up
    /// all the same.
    pub keep_going: bool,
    /// How far archives may unpack.
    pub limits: Limits,
}

/// What became of a file.
#[derive(Debug)]
pub enum FileOutcome {
    /// An importer read it.
    Read {
        /// The importer's name.
        importer: String,
    },
    /// It is part of an archive other members of which were read, and is itself no table: a PDF, a readme.
    PassedOver {
        /// What it is.
        reason: String,
    },
    /// It was refused: nobody knows it, or it is faulty.
    Refused {
        /// Why.
        error: ImportError,
    },
}

/// A file, or member of an archive, and what became of it.
#[derive(Debug)]
pub struct FileReport {
    /// The file with the archives it lies in.
    pub file: String,
    /// What became of it.
    pub outcome: FileOutcome,
}

/// Releases built but not yet stored.
#[derive(Debug)]
pub struct Prepared {
    /// The releases, in order of family, version and period.
    pub releases: Vec<BuiltRelease>,
    /// Every file met, in the order read.
    pub files: Vec<FileReport>,
}

impl Prepared {
    /// The files that were refused, with the reason.
    pub fn refused(&self) -> impl Iterator<Item = (&str, &ImportError)> {
        self.files.iter().filter_map(|report| match &report.outcome {
            FileOutcome::Refused { error } => Some((report.file.as_str(), error)),
            _ => None,
        })
    }
}

/// Reads files, folders and archives into releases, without storing them.
///
/// # Errors
/// The first fault of a file that an importer had recognised, or of an archive, unless [`ImportOptions::keep_going`]; a file
/// that nobody recognises is no error but [`FileOutcome::Refused`].
pub fn prepare(paths: &[PathBuf], options: &ImportOptions) -> Result<Prepared, ImportError> {
    let mut extra: Vec<Box<dyn Importer>> = Vec::new();
    if let Some(path) = &options.mapping {
        extra.extend(mapping::load(path)?.into_iter().map(|table| Box::new(table) as Box<dyn Importer>));
    }
    let mut run = Run { options, extra, releases: Releases::default(), files: Vec::new() };
    for path in files_under(paths)? {
        run.path(&path)?;
    }
    Ok(Prepared { releases: run.releases.finish()?, files: run.files })
}

/// Reads one file given as bytes; for tests of importers.
///
/// # Errors
/// As [`prepare`], and [`ImportError::Unrecognised`].
pub fn read_bytes(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Vec<BuiltRelease>, ImportError> {
    let mut run = Run { options, extra: Vec::new(), releases: Releases::default(), files: Vec::new() };
    run.file(SourceFile::new(name, bytes.to_vec(), None))?;
    match run.files.pop().map(|report| report.outcome) {
        Some(FileOutcome::Refused { error }) => Err(error),
        _ => run.releases.finish(),
    }
}

/// The files of the paths; folders are walked, in order of name.
fn files_under(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let mut files = Vec::new();
    for path in paths {
        let io = |source| ImportError::Io { path: path.clone(), source };
        if std::fs::metadata(path).map_err(io)?.is_dir() {
            let entries = std::fs::read_dir(path).map_err(io)?;
            let mut inside: Vec<PathBuf> =
                entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(io)?;
            inside.sort();
            // Hidden files are an editor's or a desktop's.
            inside.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
            files.extend(files_under(&inside)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

struct Run<'a> {
    options: &'a ImportOptions,
    extra: Vec<Box<dyn Importer>>,
    releases: Releases,
    files: Vec<FileReport>,
}

impl Run<'_> {
    fn path(&mut self, path: &Path) -> Result<(), ImportError> {
        let first = self.files.len();
        let options = self.options;
        let walked = source::walk(path, options.limits, &mut |file| self.file(file));
        if let Err(error) = walked {
            if !options.keep_going {
                return Err(error);
            }
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.files.push(FileReport { file, outcome: FileOutcome::Refused { error } });
        }
        self.pass_over(first);
        Ok(())
    }

    /// Turns refusals of unknown members into mere notes when other members of the same path were read.
    fn pass_over(&mut self, first: usize) {
        let reports = &mut self.files[first..];
        if !reports.iter().any(|report| matches!(report.outcome, FileOutcome::Read { .. })) {
            return;
        }
        for report in reports {
            if let FileOutcome::Refused { error: ImportError::Unrecognised { reason, .. } } = &report.outcome {
                report.outcome = FileOutcome::PassedOver { reason: reason.clone() };
            }
        }
    }

    fn file(&mut self, file: SourceFile) -> Result<(), ImportError> {
        let sniff = Sniff::new(&file);
        let outcome = match importer::choose(&sniff, &self.extra) {
            Err(reason) => {
                FileOutcome::Refused { error: ImportError::Unrecognised { file: file.path().to_owned(), reason } }
            }
            Ok(importer) => match self.releases.read(importer, &file, self.options) {
                Ok(()) => FileOutcome::Read { importer: importer.name().to_owned() },
                // An importer that knows what the file is may know that it holds no table.
                Err(error) if self.options.keep_going || matches!(error, ImportError::Unrecognised { .. }) => {
                    FileOutcome::Refused { error }
                }
                Err(error) => return Err(error),
            },
        };
        self.files.push(FileReport { file: file.path().to_owned(), outcome });
        Ok(())
    }
}
