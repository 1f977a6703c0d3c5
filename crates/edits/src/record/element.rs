//! Faults of single elements.

super::record_faults! {
    shared {
        ///
        /// ## Source
        /// HL7 FHIR R4 on data types, the CARIN Blue Button guide on code systems, and the data dictionary of the Chronic
        /// Conditions Warehouse on variables.
        ///
        /// ## Bypass
        /// None.
    }

    /// An element that every claim needs is absent.
    ///
    /// ## What it checks
    /// An identifier, a patient, and the code of each diagnosis and procedure; the claim number of each record.
    ///
    /// ## Why
    /// The claim cannot be told apart, or not be judged.
    ///
    /// ## Action
    /// The claim is read without it.
    ///
    /// ## Example
    /// A `Claim` that names no patient.
    MissingElement: "missing-element", "Missing element", RejectClaim;

    /// A text cannot be a code of the set that stands here; it was left out.
    ///
    /// ## What it checks
    /// Length and characters of codes: diagnoses, procedures, HCPCS, modifiers, revenue codes, type of bill, NDC and
    /// others.
    ///
    /// ## Why
    /// Whatever depends on the code cannot be judged.
    ///
    /// ## Action
    /// The element counts as absent. Whether a well-formed code exists is another question.
    ///
    /// ## Example
    /// A HCPCS code of three characters.
    NotACode: "not-a-code", "Not a code", RejectClaim;

    /// A text is no day of the calendar; it was left out.
    ///
    /// ## What it checks
    /// Dates of FHIR down to the day, with or without a time; dates of CMS files such as `30-May-2015`.
    ///
    /// ## Why
    /// Which rules apply depends on the day.
    ///
    /// ## Action
    /// The element counts as absent.
    ///
    /// ## Example
    /// `2026-02-31`, or `2026-05` where a day is needed.
    NotADate: "not-a-date", "Not a date", RejectClaim;

    /// A number is no amount of dollars and cents; it was left out.
    ///
    /// ## What it checks
    /// Digits, at most two of them behind the point that are not zero, at most sixteen before it.
    ///
    /// ## Why
    /// Amounts are exact here; rounding would change them.
    ///
    /// ## Action
    /// The amount counts as zero.
    ///
    /// ## Example
    /// `12.345`.
    NotAnAmount: "not-an-amount", "Not an amount", RejectClaim;

    /// A text is no number, or one out of range; it was left out.
    ///
    /// ## What it checks
    /// Quantities and sequence numbers.
    ///
    /// ## Why
    /// A quantity decides payment, a sequence number what belongs together.
    ///
    /// ## Action
    /// The element counts as absent.
    ///
    /// ## Example
    /// `"sequence": 0`.
    NotANumber: "not-a-number", "Not a number", RejectClaim;

    /// A text is no identifier of the kind that stands here.
    ///
    /// ## What it checks
    /// National Provider Identifiers: ten digits.
    ///
    /// ## Why
    /// Made-up and masked data is full of shorter ones.
    ///
    /// ## Action
    /// The text is kept as another identifier of the provider.
    ///
    /// ## Example
    /// An NPI of nine digits.
    NotAnIdentifier: "not-an-identifier", "Not an identifier", Warn;

    /// The claim has more service lines or diagnoses than the reader takes; the rest was skipped.
    ///
    /// ## What it checks
    /// Counts against the reader's limit, 10,000 unless set otherwise.
    ///
    /// ## Why
    /// Without a limit a single claim could use up the memory of the machine.
    ///
    /// ## Action
    /// What was skipped is not judged.
    ///
    /// ## Example
    /// A resource with a million items.
    TooManyLines: "too-many-lines", "Too many lines", RejectClaim;
}
