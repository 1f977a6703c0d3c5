//! Faults of a resource, bundle or record.

super::record_faults! {
    shared {
        ///
        /// ## Source
        /// HL7 FHIR R4 (`Claim`, `ExplanationOfBenefit`, `Bundle`), the CARIN Blue Button guide, and the data dictionary of the
        /// Chronic Conditions Warehouse.
        ///
        /// ## Bypass
        /// None.
    }

    /// The text is no JSON from some byte on; the line, or the whole document, was skipped.
    ///
    /// ## What it checks
    /// The grammar of JSON; the byte is the first that cannot be part of it.
    ///
    /// ## Why
    /// What the rest means is a guess.
    ///
    /// ## Action
    /// What was skipped is not processed; other lines are.
    ///
    /// ## Example
    /// A line of NDJSON that was cut short.
    MalformedJson: "malformed-json", "Malformed JSON", RejectClaim;

    /// Values are nested deeper than in any resource; the line, or the document, was skipped.
    ///
    /// ## What it checks
    /// Depth against 64.
    ///
    /// ## Why
    /// Such text is made to exhaust a reader.
    ///
    /// ## Action
    /// What was skipped is not processed.
    ///
    /// ## Example
    /// A thousand opening brackets.
    NestedTooDeep: "nested-too-deep", "Nested too deep", RejectClaim;

    /// A value stands where a resource is expected, and is none.
    ///
    /// ## What it checks
    /// Whether the value is an object with `resourceType`, and whether each entry of a bundle has a `resource`.
    ///
    /// ## Why
    /// Nobody can tell what it is.
    ///
    /// ## Action
    /// It is skipped.
    ///
    /// ## Example
    /// `{"fileName": "part-2.json"}` as entry of a bundle.
    NotAResource: "not-a-resource", "No resource", RejectClaim;

    /// A resource is neither a claim nor an explanation of benefit.
    ///
    /// ## What it checks
    /// `resourceType`.
    ///
    /// ## Why
    /// Exports hold patients and coverages beside the claims.
    ///
    /// ## Action
    /// It is passed over.
    ///
    /// ## Example
    /// A `ClaimResponse`.
    UnsupportedResource: "unsupported-resource", "Resource that is no claim", Warn;

    /// The claim is of a kind that this program does not judge.
    ///
    /// ## What it checks
    /// `type`: CMS's claim types first, then the FHIR claim type.
    ///
    /// ## Why
    /// Pharmacy claims follow other rules.
    ///
    /// ## Action
    /// It is passed over.
    ///
    /// ## Example
    /// An explanation of benefit of type `PDE`.
    UnsupportedClaimType: "unsupported-claim-type", "Claim of another kind", Warn;

    /// Nothing tells whether the claim is professional, institutional or dental.
    ///
    /// ## What it checks
    /// `type`, the profiles of `meta`, and whether lines have revenue codes.
    ///
    /// ## Why
    /// Which rules apply depends on it.
    ///
    /// ## Action
    /// The claim is read as professional.
    ///
    /// ## Example
    /// A `Claim` without `type`.
    UnknownClaimType: "unknown-claim-type", "Unknown kind of claim", RejectClaim;

    /// A value is of another JSON type than the element has; it was left out.
    ///
    /// ## What it checks
    /// Object, array, text, number or truth value, by the definition of the element.
    ///
    /// ## Why
    /// What was meant cannot be told.
    ///
    /// ## Action
    /// The element counts as absent.
    ///
    /// ## Example
    /// `"item": {}` where a list is expected.
    WrongType: "wrong-type", "Wrong type of value", RejectClaim;

    /// A contained resource, diagnosis or member of the care team is referred to and does not exist.
    ///
    /// ## What it checks
    /// References beginning with `#`, and the sequence numbers of `diagnosisSequence` and `careTeamSequence`.
    ///
    /// ## Why
    /// What the line was for, or who did it, is lost.
    ///
    /// ## Action
    /// The reference counts as absent.
    ///
    /// ## Example
    /// `"diagnosisSequence": [3]` on a claim of two diagnoses.
    DanglingReference: "dangling-reference", "Reference that leads nowhere", RejectClaim;

    /// A record has more or fewer fields than there are columns.
    ///
    /// ## What it checks
    /// The count of separators. One more at the end of each record is usual and accepted.
    ///
    /// ## Why
    /// Fields behind the missing one stand in the wrong columns.
    ///
    /// ## Action
    /// The record is read as far as it goes.
    ///
    /// ## Example
    /// A line that was cut short.
    FieldCountMismatch: "field-count-mismatch", "Wrong count of fields", RejectClaim;

    /// Two records of one claim state different dates or principal diagnoses.
    ///
    /// ## What it checks
    /// The claim's dates and its principal diagnosis, on each of its records.
    ///
    /// ## Why
    /// The file repeats the claim on every line; lines that disagree were not written together.
    ///
    /// ## Action
    /// The first record is followed.
    ///
    /// ## Example
    /// Two versions of a claim in one file, under one number.
    InconsistentClaim: "inconsistent-claim", "Records of a claim that disagree", RejectClaim;
}
