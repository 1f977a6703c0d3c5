//! Faults of single elements.

super::faults! {
    shared {
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, data element notes; acknowledgment 999
        /// (005010X231), IK403, whose codes are named here.
        ///
        /// ## Bypass
        /// None.
    }

    /// An element that may not be empty is empty.
    ///
    /// ## What it checks
    /// Elements the guides require in every use of their segment.
    ///
    /// ## Why
    /// The claim does not say what it must.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 1).
    ///
    /// ## Example
    /// `CLM**125.5`: no claim identifier.
    MissingElement: "missing-element", "Missing element", RejectClaim;

    /// A qualifier is not known; what it qualifies was skipped.
    ///
    /// ## What it checks
    /// Qualifiers against the guides' lists.
    ///
    /// ## Why
    /// Without it nobody can tell what the value is.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 7).
    ///
    /// ## Example
    /// `HI*ZZZ:I5020`.
    UnknownQualifier: "unknown-qualifier", "Unknown qualifier", RejectClaim;

    /// A value is none of those the guide allows in its place.
    ///
    /// ## What it checks
    /// Qualifiers and codes that the guide lists, and elements that it does not use.
    ///
    /// ## Why
    /// A receiver that knows the guide cannot tell what the value means.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 7 or I10).
    ///
    /// ## Example
    /// `CLM` with `X` as release of information.
    UnlistedCode: "unlisted-code", "Value the guide does not allow", RejectClaim;

    /// A billing provider's address is a post office box.
    ///
    /// ## What it checks
    /// N301 and N302 of loop 2010AA for a post office box, lockbox or lock bin, however it is written. The pay-to address
    /// (loop 2010AB) may be one.
    ///
    /// ## Why
    /// The billing address says where the provider is; payers match it to their enrolment files and to the place that
    /// prices the claim.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code I12).
    ///
    /// ## Example
    /// `N3*PO BOX 77` below `NM1*85`.
    PostOfficeBox: "post-office-box", "Post office box as billing address", RejectClaim;

    /// An element is shorter or longer than it may be.
    ///
    /// ## What it checks
    /// The least and most characters of every element; sign and point of numbers do not count.
    ///
    /// ## Why
    /// Receivers cut what is too long.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 4 or 5).
    ///
    /// ## Example
    /// A claim identifier of 40 characters.
    WrongLength: "wrong-length", "Wrong length", RejectClaim;

    /// An element stands behind the last one its segment has.
    ///
    /// ## What it checks
    /// Elements and components against the segment's definition.
    ///
    /// ## Why
    /// Everything behind a separator too many is read in the wrong place.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 3).
    ///
    /// ## Example
    /// `N3*1 MAIN ST**X`.
    TooManyElements: "too-many-elements", "Too many elements", RejectClaim;

    /// An element that may not be repeated holds a repetition separator.
    ///
    /// ## What it checks
    /// Text elements, where the interchange declares a separator.
    ///
    /// ## Why
    /// Receivers see two elements for one.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 12).
    ///
    /// ## Example
    /// `N3*1 MAIN^ST`.
    UnexpectedRepetition: "unexpected-repetition", "Unexpected repetition", RejectClaim;

    /// A text holds a control character.
    ///
    /// ## What it checks
    /// Text elements; the line breaks of files that are wrapped at a width are let pass.
    ///
    /// ## Why
    /// Receivers drop such characters, cut the text at them, or take them for separators.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 6).
    ///
    /// ## Example
    /// A tabulator in `NTE02`.
    InvalidCharacter: "invalid-character", "Control character", RejectClaim;

    /// A code is written with its dot.
    ///
    /// ## What it checks
    /// Codes of HI segments.
    ///
    /// ## Why
    /// X12 carries codes without dots, and receivers compare them as they stand.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 7). Here the code is read as if the dot were not there.
    ///
    /// ## Example
    /// `HI*ABK:I50.20`.
    DottedCode: "dotted-code", "Code with a dot", RejectClaim;

    /// A text is no time of day.
    ///
    /// ## What it checks
    /// BHT05, ISA10, GS05 and times of DTP.
    ///
    /// ## Why
    /// Admission and discharge hours decide about stays.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 9).
    ///
    /// ## Example
    /// `DTP*096*TM*2561`.
    NotATime: "not-a-time", "Not a time", RejectClaim;

    /// A text cannot be a code of the set that stands there; it was left out.
    ///
    /// ## What it checks
    /// Length and characters of diagnosis, procedure, revenue and other codes. Whether the code exists is for other
    /// edits.
    ///
    /// ## Why
    /// A code with a blank or a sign in it is damaged.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 7).
    ///
    /// ## Example
    /// `HI*ABK:I50 20`.
    NotACode: "not-a-code", "Not a code", RejectClaim;

    /// A text is no date of the announced format; it was left out, unless the message says otherwise.
    ///
    /// ## What it checks
    /// `D8` and `RD8` dates against the calendar.
    ///
    /// ## Why
    /// Every look-up takes a date.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 8).
    ///
    /// ## Example
    /// `DTP*434*D8*20260231`.
    NotADate: "not-a-date", "Not a date", RejectClaim;

    /// A text is no amount of money; it was left out.
    ///
    /// ## What it checks
    /// Charges and payments: digits, a sign and a decimal point.
    ///
    /// ## Why
    /// The claim cannot be priced or balanced.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 6).
    ///
    /// ## Example
    /// `CLM*A1*$125`.
    NotAnAmount: "not-an-amount", "Not an amount", RejectClaim;

    /// A text is no number, or is out of range; it was left out.
    ///
    /// ## What it checks
    /// Counts, quantities and measurements.
    ///
    /// ## Why
    /// Units decide payment.
    ///
    /// ## Action
    /// A payer rejects the claim (IK403 code 6).
    ///
    /// ## Example
    /// `SV1*HC:99213*125*UN*one`.
    NotANumber: "not-a-number", "Not a number", RejectClaim;

    /// A text is no identifier of the kind that stands there; it is kept as text.
    ///
    /// ## What it checks
    /// The ten digits of an NPI, for one.
    ///
    /// ## Why
    /// The provider cannot be found.
    ///
    /// ## Action
    /// A payer rejects the claim.
    ///
    /// ## Example
    /// `NM1*85*2*CLINIC*****XX*17380`: an NPI has ten digits.
    NotAnIdentifier: "not-an-identifier", "Not an identifier", RejectClaim;
}
