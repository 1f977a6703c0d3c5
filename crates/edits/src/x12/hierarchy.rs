//! Faults of the hierarchy and its loops.

super::faults! {
    shared {
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, sections on loops and segments;
        /// acknowledgment 999 (005010X231), whose codes are named here where one fits. The limits on size are the reader's
        /// own.
        ///
        /// ## Bypass
        /// None.
    }

    /// An `HL` segment cannot be understood.
    ///
    /// ## What it checks
    /// Its number, its parent and its level code.
    ///
    /// ## Why
    /// The levels tell whose claim it is.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `HL*2*1*99*0`: there is no level 99.
    MalformedHierarchy: "malformed-hierarchy", "Malformed hierarchical level", RejectClaim;

    /// `HL02` names no earlier level that can be the parent.
    ///
    /// ## What it checks
    /// HL02 against the levels that came before. The last fitting one is taken.
    ///
    /// ## Why
    /// The claim may be billed for the wrong provider or subscriber.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `HL*3*7*22*0` where no level 7 came before.
    UnknownHierarchicalParent: "unknown-hierarchical-parent", "Unknown parent level", RejectClaim;

    /// `HL01` does not number the levels of the transaction through.
    ///
    /// ## What it checks
    /// HL01 from 1 on, by one, in every transaction.
    ///
    /// ## Why
    /// Levels point at each other by these numbers.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `HL*5*1*22*0` as the third level.
    LevelOutOfSequence: "level-out-of-sequence", "Level number out of sequence", RejectClaim;

    /// `HL04` announces levels below that do not follow, or denies those that do.
    ///
    /// ## What it checks
    /// HL04 against the level that follows.
    ///
    /// ## Why
    /// A dependent may have been lost, or belongs to another subscriber.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `HL*2*1*22*0` followed by `HL*3*2*23*0`.
    WrongChildCode: "wrong-child-code", "Wrong hierarchical child code", RejectClaim;

    /// A segment, or the first of a loop, stands too late in its loop.
    ///
    /// ## What it checks
    /// The order of segments and loops in the guide. Uses of one segment may come in any order.
    ///
    /// ## Why
    /// Receivers read by order and take it for part of something else.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 7).
    ///
    /// ## Example
    /// `DTP*472` behind `REF*6R`.
    SegmentOutOfOrder: "segment-out-of-order", "Segment out of order", RejectClaim;

    /// A segment that the guide requires is not there.
    ///
    /// ## What it checks
    /// Required segments of every loop that is there.
    ///
    /// ## Why
    /// The claim does not say what it must.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// `NM1*85` without `N3`.
    MissingSegment: "missing-segment", "Missing segment", RejectClaim;

    /// A loop that the guide requires is not there.
    ///
    /// ## What it checks
    /// Required loops of every loop that is there.
    ///
    /// ## Why
    /// The claim does not say what it must.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code I7).
    ///
    /// ## Example
    /// A subscriber's level without a payer (2010BB).
    MissingLoop: "missing-loop", "Missing loop", RejectClaim;

    /// A segment or loop stands more often than the guide allows.
    ///
    /// ## What it checks
    /// The repetitions of every segment and loop.
    ///
    /// ## Why
    /// Receivers keep as many as the guide says.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 4 or 5).
    ///
    /// ## Example
    /// `NM1*IL` twice in one subscriber's level.
    TooManyRepetitions: "too-many-repetitions", "Too many repetitions", RejectClaim;

    /// `LX01` does not number the lines of the claim through.
    ///
    /// ## What it checks
    /// LX01 from 1 on, by one, in every claim.
    ///
    /// ## Why
    /// Remittances and claim status name lines by number.
    ///
    /// ## Action
    /// A payer rejects the claim.
    ///
    /// ## Example
    /// `LX*3` as the second line.
    LineOutOfSequence: "line-out-of-sequence", "Line number out of sequence", RejectClaim;

    /// A claim stands under no billing provider.
    ///
    /// ## What it checks
    /// Loop 2010AA before the claim.
    ///
    /// ## Why
    /// Nobody could be paid.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// A subscriber level without a level 20 above it.
    MissingBillingProvider: "missing-billing-provider", "Missing billing provider", RejectClaim;

    /// A claim stands under no subscriber.
    ///
    /// ## What it checks
    /// Loop 2010BA before the claim.
    ///
    /// ## Why
    /// Nobody's coverage can be looked up.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// `CLM` straight behind the billing provider.
    MissingSubscriber: "missing-subscriber", "Missing subscriber", RejectClaim;

    /// A claim under a dependent's level names no patient.
    ///
    /// ## What it checks
    /// Loop 2010CA where level 23 is open.
    ///
    /// ## Why
    /// The patient is not the subscriber, and nobody says who it is.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// `HL*3*2*23*0` and `PAT`, without `NM1*QC`.
    MissingPatient: "missing-patient", "Missing patient", RejectClaim;

    /// A claim has no service line.
    ///
    /// ## What it checks
    /// Loop 2400 of every claim.
    ///
    /// ## Why
    /// Nothing was billed.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// `CLM` followed by the next `CLM`.
    MissingServiceLine: "missing-service-line", "Missing service line", RejectClaim;

    /// A service line lacks the segment that says what was done.
    ///
    /// ## What it checks
    /// `SV1`, `SV2` or `SV3` behind every `LX`.
    ///
    /// ## Why
    /// The line has neither code nor charge.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 3).
    ///
    /// ## Example
    /// `LX*2` followed by `DTP*472`.
    MissingService: "missing-service", "Missing service segment", RejectClaim;

    /// A segment does not belong where it stands; it was skipped, unless the message says otherwise.
    ///
    /// ## What it checks
    /// Every segment against the loops of the guide.
    ///
    /// ## Why
    /// What it says cannot be attributed.
    ///
    /// ## Action
    /// A payer rejects the transaction (IK304 code 2).
    ///
    /// ## Example
    /// `SV2` on a professional claim.
    UnexpectedSegment: "unexpected-segment", "Unexpected segment", RejectClaim;

    /// A segment that may stand once stands again; the first is kept.
    ///
    /// ## What it checks
    /// Segments and loops that occur once.
    ///
    /// ## Why
    /// Which of the two is meant, nobody can tell.
    ///
    /// ## Action
    /// A payer rejects the transaction (IK304 code 4 or 5).
    ///
    /// ## Example
    /// Two `CL1` segments on a claim.
    RepeatedSegment: "repeated-segment", "Segment repeated too often", RejectClaim;

    /// The transaction broke off inside a claim; what was read of it is kept.
    ///
    /// ## What it checks
    /// Whether a claim was open when reading had to resume elsewhere.
    ///
    /// ## Why
    /// Lines may be missing.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// A file cut short inside loop 2400.
    IncompleteClaim: "incomplete-claim", "Incomplete claim", RejectClaim;

    /// A claim has more service lines than the reader's limit; the rest were skipped.
    ///
    /// ## What it checks
    /// The count of `LX` of a claim.
    ///
    /// ## Why
    /// The guides allow 50 professional and 999 institutional lines; endless claims are attacks or accidents.
    ///
    /// ## Action
    /// A payer rejects the claim (IK304 code 4).
    ///
    /// ## Example
    /// A claim into which a whole month's file was merged.
    TooManyLines: "too-many-lines", "Too many service lines", RejectClaim;

    /// A claim is longer than the reader's limit; the rest of it was skipped.
    ///
    /// ## What it checks
    /// The bytes from `CLM` to the next claim.
    ///
    /// ## Why
    /// Memory must stay flat.
    ///
    /// ## Action
    /// A payer rejects the claim.
    ///
    /// ## Example
    /// A claim with thousands of notes.
    ClaimTooLarge: "claim-too-large", "Claim too large", RejectClaim;

    /// A claim has more faults than are listed; later ones were left out.
    ///
    /// ## What it checks
    /// The count of faults of one claim.
    ///
    /// ## Why
    /// A list without end helps nobody.
    ///
    /// ## Action
    /// Correct what is listed and read again.
    ///
    /// ## Example
    /// A claim written with the wrong element separator.
    TooManyFaults: "too-many-faults", "Too many faults", Warn;
}
