//! What is wrong with the text of a resource or record, as distinct from what is wrong with the claim it carries.

use openclaim_claim::{Span, named_kinds};
use std::fmt;

pub(crate) use openclaim_claim::quote;

macro_rules! fault_kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal, $issue:literal, $severity:ident;)+) => {
        named_kinds! {
            /// The kinds of fault a reader can meet. Names are stable.
            pub enum FaultKind {
                $($(#[doc = $doc])+ $kind = $name,)+
            }
        }

        impl FaultKind {
            /// The FHIR issue type (`OperationOutcome.issue.code`) it is reported as.
            #[must_use]
            pub const fn issue_type(self) -> &'static str {
                match self {
                    $(Self::$kind => $issue,)+
                }
            }

            /// How grave it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$kind => Severity::$severity,)+
                }
            }
        }
    };
}

/// Severity of a fault, as FHIR grades issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// What was to be read could not be.
    Fatal,
    /// Part of it could not be read, or cannot be right.
    Error,
    /// Nothing is lost that a claim needs.
    Warning,
    /// Nothing is wrong; something was passed over on purpose.
    Information,
}

impl Severity {
    /// The FHIR code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

fault_kinds! {
    // The file.
    /// The operating system could not read on, or the compressed file is damaged; what follows is unread.
    ReadFailed = "read-failed", "transient", Fatal;
    /// The file holds nothing, or nothing but blanks.
    EmptyFile = "empty-file", "required", Fatal;
    /// The file is in none of the formats that this reader knows.
    UnknownFormat = "unknown-format", "structure", Fatal;
    /// No claim was found in a whole file.
    NoClaims = "no-claims", "not-found", Warning;
    /// A resource, line or claim that is larger than the reader's limit; skipped, or cut at the limit.
    TooLarge = "too-large", "too-long", Fatal;
    /// More faults than the reader keeps; later ones are not listed.
    TooManyFaults = "too-many-faults", "too-costly", Warning;
    /// Bytes that are not UTF-8.
    NotUtf8 = "not-utf8", "invalid", Fatal;
    // FHIR.
    /// A text that is no JSON; the line, or the file when it is one document, is skipped.
    MalformedJson = "malformed-json", "structure", Fatal;
    /// JSON nested deeper than any resource.
    NestedTooDeep = "nested-too-deep", "too-costly", Fatal;
    /// A value of another type than the element has; left out.
    WrongType = "wrong-type", "structure", Error;
    /// A resource without `resourceType`, or a value that is no resource.
    NotAResource = "not-a-resource", "structure", Error;
    /// A resource that is neither claim nor explanation of benefit; skipped.
    UnsupportedResource = "unsupported-resource", "not-supported", Information;
    /// A claim of a type this reader does not turn into claims, such as a pharmacy's; skipped.
    UnsupportedClaimType = "unsupported-claim-type", "not-supported", Warning;
    /// A claim whose type cannot be told; read as a professional claim.
    UnknownClaimType = "unknown-claim-type", "required", Error;
    /// A reference or sequence number that leads nowhere.
    DanglingReference = "dangling-reference", "not-found", Error;
    // CMS records.
    /// The first line is no header of a claim file: a column that every claim needs is missing.
    MissingColumn = "missing-column", "structure", Fatal;
    /// A line with more or fewer fields than the header; read as far as it goes.
    FieldCountMismatch = "field-count-mismatch", "structure", Error;
    /// A file of CMS data that holds no claims: beneficiaries, drug events, a summary.
    NotAClaimFile = "not-a-claim-file", "not-supported", Warning;
    /// Lines of one claim that disagree about the claim itself; the first is followed.
    InconsistentClaim = "inconsistent-claim", "conflict", Error;
    // The elements.
    /// An element that a claim needs is absent.
    MissingElement = "missing-element", "required", Error;
    /// A text that cannot be a code of the set that stands here; left out.
    NotACode = "not-a-code", "code-invalid", Error;
    /// A text that is no date of the calendar, or not a whole day; left out.
    NotADate = "not-a-date", "value", Error;
    /// A number that is no amount of dollars and cents; left out.
    NotAnAmount = "not-an-amount", "value", Error;
    /// A text or number that is no number in range; left out.
    NotANumber = "not-a-number", "value", Error;
    /// A text that is no identifier of the kind that stands here (an NPI of ten digits, say). Kept as text.
    NotAnIdentifier = "not-an-identifier", "value", Warning;
    /// More service lines or diagnoses than the reader's limit; the rest are skipped.
    TooManyLines = "too-many-lines", "too-long", Error;
}

/// Something wrong with the text of a file. Displays as a plain sentence that quotes what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// Where it stands. In a compressed file, bytes are counted in what it unpacks to.
    pub span: Span,
    /// The element: a FHIRPath such as `Claim.item[0].net.value`, or the column of a record. Empty for faults of a file.
    pub path: Box<str>,
    /// The sentence.
    pub detail: Box<str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        match &*self.path {
            "" => write!(f, " (byte {})", self.span.start),
            path => write!(f, " ({path}, byte {})", self.span.start),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::FileId;

    #[test]
    fn names_are_kebab_case_and_unique() {
        let mut names: Vec<_> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'8')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FaultKind::ALL.len());
    }

    #[test]
    fn a_fault_is_a_sentence_with_its_place() {
        let span = Span::new(FileId(0), 17, 8);
        let mut fault = Fault { kind: FaultKind::NotADate, span, path: "".into(), detail: "`2026` is no day".into() };
        assert_eq!(fault.to_string(), "`2026` is no day (byte 17)");
        fault.path = "Claim.created".into();
        assert_eq!(fault.to_string(), "`2026` is no day (Claim.created, byte 17)");
    }
}
