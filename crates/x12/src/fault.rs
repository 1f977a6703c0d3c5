//! What is wrong with the text of a file, as distinct from what is wrong with the claim it carries.

use crate::lexer::SegmentId;
use openclaim_claim::{Span, named_kinds};
use std::fmt;

pub(crate) use openclaim_claim::quote;

named_kinds! {
    /// The kinds of fault a reader can meet. Names are stable.
    pub enum FaultKind {
    // The file.
    /// The operating system could not read on; what follows in the file is unread.
    ReadFailed = "read-failed",
    /// The file holds nothing, or nothing but blanks.
    EmptyFile = "empty-file",
    /// The file is no text: binary, compressed or in a two-byte encoding. Skipped up to the next interchange header.
    NotText = "not-text",
    /// A segment holds bytes that are not UTF-8; each is read as `?`.
    NotUtf8 = "not-utf8",
    /// No interchange header (`ISA`) where one is due. Group and transaction headers are still read, with the usual
    /// separators assumed; other text is skipped up to the next interchange header.
    MissingInterchangeHeader = "missing-interchange-header",
    /// An interchange header whose elements have not their fixed widths, or that cannot be taken apart.
    MalformedInterchangeHeader = "malformed-interchange-header",
    /// Composite elements of a transaction are written with another separator than ISA16 declares. The one found is
    /// used up to the end of the transaction.
    ComponentSeparatorMismatch = "component-separator-mismatch",
    /// Text between or behind interchanges that is not part of any; skipped.
    TextOutsideInterchange = "text-outside-interchange",
    /// A segment longer than the reader's limit, or one that lacks its terminator and runs on; skipped.
    SegmentTooLong = "segment-too-long",
    /// A segment that a new interchange header interrupts before its terminator; skipped.
    UnterminatedSegment = "unterminated-segment",
    /// The file ends inside a segment or before the trailers of what it began.
    UnexpectedEndOfFile = "unexpected-end-of-file",
    /// Two terminators with nothing between them; skipped.
    EmptySegment = "empty-segment",
    /// A segment whose name is not two or three capitals and digits; skipped.
    MalformedSegmentName = "malformed-segment-name",
    /// No claim was found in a whole file.
    NoClaims = "no-claims",
    // The envelope.
    /// A group (`GS`), transaction (`ST`) or body segment that does not follow its header.
    MissingHeader = "missing-header",
    /// A transaction, group or interchange that another begins or ends before its own trailer (`SE`, `GE`, `IEA`).
    MissingTrailer = "missing-trailer",
    /// A trailer that closes nothing, or stands behind that of what encloses it; skipped.
    UnexpectedTrailer = "unexpected-trailer",
    /// The control number of a trailer is not that of its header.
    ControlNumberMismatch = "control-number-mismatch",
    /// `SE01` is not the number of segments from `ST` to `SE`.
    SegmentCountMismatch = "segment-count-mismatch",
    /// `GE01` is not the number of transactions in the group.
    TransactionCountMismatch = "transaction-count-mismatch",
    /// `IEA01` is not the number of groups in the interchange.
    GroupCountMismatch = "group-count-mismatch",
    /// A control number that another header of the same file, interchange or group has already.
    ControlNumberReused = "control-number-reused",
    /// Neither `GS08` nor `ST03` names an implementation guide this reader knows. Claims are read all the same.
    UnknownVersion = "unknown-version",
    /// `GS08` and `ST03` name different guides; `ST03` is followed.
    VersionMismatch = "version-mismatch",
    /// A transaction that is no 837 claim; skipped up to its trailer.
    UnsupportedTransaction = "unsupported-transaction",
    // The hierarchy and its loops.
    /// An `HL` segment whose number, parent or level cannot be understood.
    MalformedHierarchy = "malformed-hierarchy",
    /// `HL02` names no earlier level that can be the parent of this one. The last one that can is taken.
    UnknownHierarchicalParent = "unknown-hierarchical-parent",
    /// `HL01` does not number the levels of the transaction through.
    LevelOutOfSequence = "level-out-of-sequence",
    /// `HL04` announces levels below that do not follow, or denies those that do.
    WrongChildCode = "wrong-child-code",
    /// A claim under no billing provider.
    MissingBillingProvider = "missing-billing-provider",
    /// A claim under no subscriber.
    MissingSubscriber = "missing-subscriber",
    /// A claim below a dependent's level that names no patient.
    MissingPatient = "missing-patient",
    /// A claim without a service line.
    MissingServiceLine = "missing-service-line",
    /// A service line without its service segment (`SV1`, `SV2`, `SV3`).
    MissingService = "missing-service",
    /// A segment that does not belong where it stands; skipped, unless the detail says otherwise.
    UnexpectedSegment = "unexpected-segment",
    /// A segment, or a loop's first segment, that may stand once and stands again. The first is kept.
    RepeatedSegment = "repeated-segment",
    /// A segment, or a loop's first segment, that belongs to the loop but stands too late in it.
    SegmentOutOfOrder = "segment-out-of-order",
    /// A segment that the guide requires in its loop is not there.
    MissingSegment = "missing-segment",
    /// A loop that the guide requires is not there.
    MissingLoop = "missing-loop",
    /// A segment or loop that stands more often than the guide allows.
    TooManyRepetitions = "too-many-repetitions",
    /// `LX01` does not number the lines of the claim through.
    LineOutOfSequence = "line-out-of-sequence",
    /// A claim that a broken-off transaction leaves without its end; what was read of it is kept.
    IncompleteClaim = "incomplete-claim",
    /// A claim with more service lines than the reader's limit; the rest of its lines are skipped.
    TooManyLines = "too-many-lines",
    /// A claim longer than the reader's limit; the rest of it is skipped.
    ClaimTooLarge = "claim-too-large",
    /// More faults than the reader keeps for one claim; later ones are not listed.
    TooManyFaults = "too-many-faults",
    // The elements.
    /// An element that may not be empty is empty.
    MissingElement = "missing-element",
    /// A qualifier this reader does not know; what it qualifies is skipped.
    UnknownQualifier = "unknown-qualifier",
    /// A value that the guide does not allow in its place.
    UnlistedCode = "unlisted-code",
    /// A post office box or lockbox where the guide asks for a street: the address of a billing provider.
    PostOfficeBox = "post-office-box",
    /// An element shorter or longer than it may be.
    WrongLength = "wrong-length",
    /// An element behind the last one that its segment or composite has.
    TooManyElements = "too-many-elements",
    /// A repetition separator in an element that may not be repeated.
    UnexpectedRepetition = "unexpected-repetition",
    /// A control character within an element.
    InvalidCharacter = "invalid-character",
    /// A code that is written with a dot, which X12 leaves out.
    DottedCode = "dotted-code",
    /// A text that is no time of day.
    NotATime = "not-a-time",
    /// A text that cannot be a code of the set that stands here; left out.
    NotACode = "not-a-code",
    /// A text that is no date of the format that is announced; left out, unless the detail says otherwise.
    NotADate = "not-a-date",
    /// A text that is no amount of money; left out.
    NotAnAmount = "not-an-amount",
    /// A text that is no number, or a number out of range; left out.
    NotANumber = "not-a-number",
    /// A text that is no identifier of the kind that stands here (an NPI of ten digits, say). Kept as text.
    NotAnIdentifier = "not-an-identifier",
    }
}

impl FaultKind {
    /// Whether reading had to leave something out of the claims because of a fault of this kind.
    #[must_use]
    pub const fn loses_content(self) -> bool {
        matches!(
            self,
            Self::ReadFailed
                | Self::NotText
                | Self::NotUtf8
                | Self::TextOutsideInterchange
                | Self::SegmentTooLong
                | Self::UnterminatedSegment
                | Self::UnexpectedEndOfFile
                | Self::MalformedSegmentName
                | Self::UnsupportedTransaction
                | Self::UnexpectedSegment
                | Self::RepeatedSegment
                | Self::TooManyLines
                | Self::ClaimTooLarge
                | Self::TooManyFaults
                | Self::UnknownQualifier
                | Self::NotACode
                | Self::NotADate
                | Self::NotAnAmount
                | Self::NotANumber
        )
    }
}

/// Something wrong with the text of a file. Displays as a plain sentence that quotes what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// Where it stands: the element where one is to blame, else the segment.
    pub span: Span,
    /// The segment it was met in.
    pub segment: Option<SegmentId>,
    /// The loop of the implementation guide it was met in, e.g. `2010BA`.
    pub within: Option<&'static str>,
    /// The sentence.
    pub detail: Box<str>,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, span: Span, detail: impl Into<Box<str>>) -> Self {
        Self { kind, span, segment: None, within: None, detail: detail.into() }
    }

    pub(crate) fn in_segment(mut self, segment: Option<SegmentId>) -> Self {
        self.segment = segment;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        match (self.segment, self.within) {
            (Some(segment), Some(within)) => {
                write!(f, " ({} in loop {within}, byte {})", segment.as_str(), self.span.start)
            }
            (Some(segment), None) => write!(f, " ({}, byte {})", segment.as_str(), self.span.start),
            _ => write!(f, " (byte {})", self.span.start),
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
        assert!(
            names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()))
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FaultKind::ALL.len());
    }

    #[test]
    fn a_fault_is_a_sentence_with_its_place() {
        let mut fault = Fault::new(FaultKind::NotADate, Span::new(FileId(0), 17, 8), "`20261341` is no date");
        assert_eq!(fault.to_string(), "`20261341` is no date (byte 17)");
        fault.segment = SegmentId::new(b"DTP");
        fault.within = Some("2300");
        assert_eq!(fault.to_string(), "`20261341` is no date (DTP in loop 2300, byte 17)");
    }
}
