//! Why a publication could not be fetched.

use crate::Terms;
use std::path::PathBuf;

/// Why a publication could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The manifest is not readable.
    #[error("manifest {file}: {problem}")]
    Manifest {
        /// The manifest file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// The user has not accepted the terms under which the publisher gives the file.
    #[error("{title} is given under the terms of the {terms}; read them at {page} and acknowledge them to go on")]
    TermsNotAcknowledged {
        /// Title of the publication.
        title: String,
        /// Whose terms.
        terms: Terms,
        /// The publisher's page.
        page: String,
    },
    /// No address answered with a file.
    #[error("the publisher has no file at {}", addresses.join(" nor at "))]
    NotFound {
        /// The addresses tried.
        addresses: Vec<String>,
    },
    /// The server refused.
    #[error("{address} answered with status {status}")]
    Status {
        /// The address.
        address: String,
        /// HTTP status.
        status: u16,
    },
    /// The server sent a page instead of a file: a licence page, or the file has moved.
    #[error("{address} answered with {found}, not the file; the publisher may have moved it")]
    NotAFile {
        /// The address.
        address: String,
        /// What came instead.
        found: String,
    },
    /// The content differs from what was known of it.
    #[error("{address} has SHA-256 {found}, but {known_from} says {expected}")]
    Checksum {
        /// The address.
        address: String,
        /// What was known.
        expected: String,
        /// What came.
        found: String,
        /// Who knew: "the manifest" or "an earlier download".
        known_from: &'static str,
    },
    /// The network failed, again and again.
    #[error("{address}: {problem} ({attempts} attempts; what came so far is kept and the next pull continues)")]
    Network {
        /// The address.
        address: String,
        /// Attempts without progress.
        attempts: u32,
        /// The last failure.
        problem: String,
    },
    /// The file is larger than allowed.
    #[error("{address} is larger than {limit} bytes")]
    TooLarge {
        /// The address.
        address: String,
        /// The limit.
        limit: u64,
    },
    /// Another pull is writing into the folder.
    #[error("another pull is writing into {folder}")]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl PullError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
