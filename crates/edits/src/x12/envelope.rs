//! Faults of the envelope: interchange, group and transaction.

super::faults! {
    shared {
        ///
        /// ## Source
        /// ASC X12.5 and X12.6; ASC X12N 837 implementation guides 005010X222, X223 and X224, appendix on control segments;
        /// acknowledgments TA1 and 999 (005010X231), whose codes are named here where one fits.
        ///
        /// ## Bypass
        /// None.
    }

    /// A group, a transaction or a segment of its body does not follow its header.
    ///
    /// ## What it checks
    /// Whether `GS` follows `ISA`, `ST` follows `GS`, and the body follows `ST`.
    ///
    /// ## Why
    /// Version and control number stand in the headers.
    ///
    /// ## Action
    /// A payer rejects the group. What can be read is read.
    ///
    /// ## Example
    /// `ST*837*0001` straight behind `ISA`.
    MissingHeader: "missing-header", "Missing group or transaction header", RejectClaim;

    /// A transaction, group or interchange ends without its trailer (`SE`, `GE`, `IEA`).
    ///
    /// ## What it checks
    /// Whether a trailer comes before the next header or trailer of the same or a higher level.
    ///
    /// ## Why
    /// Without the trailer nobody can tell whether all of it arrived.
    ///
    /// ## Action
    /// A payer rejects it (IK502 code 2, AK905 code 3). Its claims are read.
    ///
    /// ## Example
    /// `ST*837*0002` before the `SE` of 0001.
    MissingTrailer: "missing-trailer", "Missing trailer", RejectClaim;

    /// A trailer stands where nothing is open, or behind the trailer of what encloses it; it was skipped.
    ///
    /// ## What it checks
    /// Whether every trailer has its header, and SE stands before GE, GE before IEA.
    ///
    /// ## Why
    /// A header was lost, or two trailers changed places.
    ///
    /// ## Action
    /// A payer rejects the interchange.
    ///
    /// ## Example
    /// `SE*12*0001` twice in a row.
    UnexpectedTrailer: "unexpected-trailer", "Trailer that closes nothing", RejectClaim;

    /// The control number of a trailer is not that of its header.
    ///
    /// ## What it checks
    /// ISA13 and IEA02, GS06 and GE02, ST02 and SE02.
    ///
    /// ## Why
    /// Parts of two files may have been joined.
    ///
    /// ## Action
    /// A payer rejects it (TA105 code 001, AK905 code 4, IK502 code 3).
    ///
    /// ## Example
    /// `ST*837*0001` closed by `SE*24*0002`.
    ControlNumberMismatch: "control-number-mismatch", "Control numbers differ", RejectClaim;

    /// `SE01` is not the number of segments from `ST` to `SE`.
    ///
    /// ## What it checks
    /// The count, both headers and trailers included.
    ///
    /// ## Why
    /// Segments were lost or added on the way.
    ///
    /// ## Action
    /// A payer rejects the transaction (IK502 code 4).
    ///
    /// ## Example
    /// `SE*24*0001` behind 25 segments.
    SegmentCountMismatch: "segment-count-mismatch", "Wrong number of segments", RejectClaim;

    /// `GE01` is not the number of transactions in the group.
    ///
    /// ## What it checks
    /// The count of transactions between `GS` and `GE`.
    ///
    /// ## Why
    /// Transactions were lost or added on the way.
    ///
    /// ## Action
    /// A payer rejects the group (AK905 code 5).
    ///
    /// ## Example
    /// `GE*2*1` behind a single transaction.
    TransactionCountMismatch: "transaction-count-mismatch", "Wrong number of transactions", RejectClaim;

    /// `IEA01` is not the number of groups in the interchange.
    ///
    /// ## What it checks
    /// The count of groups between `ISA` and `IEA`.
    ///
    /// ## Why
    /// Groups were lost or added on the way.
    ///
    /// ## Action
    /// A payer rejects the interchange (TA105 code 021).
    ///
    /// ## Example
    /// `IEA*3*000000001` behind two groups.
    GroupCountMismatch: "group-count-mismatch", "Wrong number of groups", RejectClaim;

    /// A control number is that of an earlier header of the same file, interchange or group.
    ///
    /// ## What it checks
    /// ISA13 of one sender and receiver within a file, GS06 within an interchange, ST02 within a group; ISA13 across the
    /// files of a run as a warning.
    ///
    /// ## Why
    /// Acknowledgments name what they answer by these numbers, and receivers take a second use for a duplicate.
    ///
    /// ## Action
    /// A payer rejects it (TA105 code 025, AK905 code 19, IK502 code 23).
    ///
    /// ## Example
    /// Two transactions `ST*837*0001` in one group.
    ControlNumberReused: "control-number-reused", "Control number used again", RejectClaim;

    /// Neither `GS08` nor `ST03` names an implementation guide that is known here.
    ///
    /// ## What it checks
    /// Both against the 837 guides of version 005010 and their errata.
    ///
    /// ## Why
    /// HIPAA names the guides that payers must take; others are read as well as may be.
    ///
    /// ## Action
    /// A payer rejects the group (AK905 code 2). Claims are read all the same.
    ///
    /// ## Example
    /// `004010X098A1`, in force until 2011.
    UnknownVersion: "unknown-version", "Unknown version", RejectClaim;

    /// `GS08` and `ST03` name different guides; `ST03` is followed.
    ///
    /// ## What it checks
    /// Both elements.
    ///
    /// ## Why
    /// An institutional transaction in a professional group is read by the wrong rules.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `005010X222A1` in GS08 and `005010X223A2` in ST03.
    VersionMismatch: "version-mismatch", "Versions differ", RejectClaim;

    /// A transaction is no 837; it was skipped.
    ///
    /// ## What it checks
    /// ST01.
    ///
    /// ## Why
    /// It holds no claim.
    ///
    /// ## Action
    /// A payer's claim system rejects it (IK502 code 1).
    ///
    /// ## Example
    /// `ST*835*0001`, a remittance advice.
    UnsupportedTransaction: "unsupported-transaction", "Not a claim transaction", RejectClaim;
}
