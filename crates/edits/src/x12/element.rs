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
