//! What a reader gives out.

use crate::cms::FileKind;
use crate::fault::Fault;
use openclaim_claim::Claim;

/// Limits that keep one bad file from exhausting memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line of NDJSON or of a CMS file, and of a document that is not NDJSON.
    pub text_bytes: usize,
    /// Service lines, and diagnoses, of one claim.
    pub lines_per_claim: usize,
    /// Faults kept for one claim.
    pub faults_per_claim: usize,
    /// Faults reported for a file beside those of its claims.
    pub faults_per_file: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text_bytes: 64 << 20, lines_per_claim: 10_000, faults_per_claim: 1_000, faults_per_file: 10_000 }
    }
}

/// The FHIR resource a claim was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceType {
    /// What a provider sends.
    Claim,
    /// What a payer made of it.
    ExplanationOfBenefit,
}

impl ResourceType {
    /// The name of the resource.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "Claim",
            Self::ExplanationOfBenefit => "ExplanationOfBenefit",
        }
    }
}

/// Where a claim comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A FHIR resource.
    Fhir {
        /// Its type.
        resource_type: ResourceType,
        /// The resource as it stood in the file; kept on request
        /// ([`Reader::keep_originals`](crate::Reader::keep_originals)).
        original: Option<Box<str>>,
    },
    /// Lines of a CMS file.
    Cms(FileKind),
}

/// A claim with what was wrong in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The claim.
    pub claim: Claim,
    /// Faults in its text, in order of place.
    pub faults: Vec<Fault>,
    /// Where it comes from.
    pub source: Source,
}

/// What a reader meets, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A claim.
    Claim(Box<Record>),
    /// A fault that belongs to no single claim.
    Fault(Fault),
}
