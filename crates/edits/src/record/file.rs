//! Faults of the file as a whole.

super::record_faults! {
    shared {
        ///
        /// ## Source
        /// The formats: RFC 8259 (JSON), NDJSON, RFC 1952 (gzip), and the record layouts of the Chronic Conditions Warehouse.
        /// The limits are the reader's own.
        ///
        /// ## Bypass
        /// None.
    }

    /// The operating system refused to read on, or the compressed file is damaged; what follows was not looked at.
    ///
    /// ## What it checks
    /// Every read from the file or stream, and the checksums of a compressed one.
    ///
    /// ## Why
    /// Claims before the fault stand; nobody has seen those behind it.
    ///
    /// ## Action
    /// Fetch or read the file again.
    ///
    /// ## Example
    /// A `.ndjson.gz` whose download broke off.
    ReadFailed: "read-failed", "File could not be read to its end", RejectClaim;

    /// The file holds no byte.
    ///
    /// ## What it checks
    /// The length of the file.
    ///
    /// ## Why
    /// An empty file is nearly always a failed export.
    ///
    /// ## Action
    /// Nothing can be processed.
    ///
    /// ## Example
    /// A file of 0 bytes.
    EmptyFile: "empty-file", "Empty file", RejectClaim;

    /// The file is neither JSON nor a CMS file with a line of column names.
    ///
    /// ## What it checks
    /// The first bytes of the file.
    ///
    /// ## Why
    /// Guessing at a format would give claims that nobody sent.
    ///
    /// ## Action
    /// Nothing is processed.
    ///
    /// ## Example
    /// A CCLF file, whose fields have fixed positions and no names.
    UnknownFormat: "unknown-format", "Unknown format", RejectClaim;

    /// The file holds no claim.
    ///
    /// ## What it checks
    /// The count of claims at the end of the file.
    ///
    /// ## Why
    /// A claim file without claims is a mistake of the sender, or an empty page of a search.
    ///
    /// ## Action
    /// There is nothing to process.
    ///
    /// ## Example
    /// A `Bundle` without entries.
    NoClaims: "no-claims", "No claims", Warn;

    /// A line, or a document that is not NDJSON, is longer than the reader takes; it was skipped.
    ///
    /// ## What it checks
    /// Length against the reader's limit, 64 MiB unless set otherwise.
    ///
    /// ## Why
    /// Without a limit a single line could use up the memory of the machine.
    ///
    /// ## Action
    /// What was skipped is not processed. Send a large bundle as NDJSON.
    ///
    /// ## Example
    /// A bundle of a whole year as one document.
    TooLarge: "too-large", "Line or document too long", RejectClaim;

    /// There are more faults than are listed.
    ///
    /// ## What it checks
    /// The count of faults per claim and per file.
    ///
    /// ## Why
    /// Nobody reads ten thousand messages of one kind; the first tell what is wrong.
    ///
    /// ## Action
    /// Correct what is listed first.
    ///
    /// ## Example
    /// A file of another kind under the name of a claim file.
    TooManyFaults: "too-many-faults", "Too many faults", Warn;

    /// A line holds bytes that are not UTF-8; it was skipped.
    ///
    /// ## What it checks
    /// The encoding of every line.
    ///
    /// ## Why
    /// JSON is UTF-8; what was meant by other bytes is a guess.
    ///
    /// ## Action
    /// The line is not processed.
    ///
    /// ## Example
    /// A name written in Latin-1.
    NotUtf8: "not-utf8", "Not UTF-8", RejectClaim;

    /// The file is one of CMS's, but holds no claims.
    ///
    /// ## What it checks
    /// The names of the columns.
    ///
    /// ## Why
    /// Beneficiaries, drug events and summaries travel along with the claims.
    ///
    /// ## Action
    /// The file is passed over.
    ///
    /// ## Example
    /// A beneficiary summary file, or the summary `CCLF0`.
    NotAClaimFile: "not-a-claim-file", "No claim file", Warn;

    /// A column without which no claim can be read is not named.
    ///
    /// ## What it checks
    /// Whether `CLM_ID`, `BENE_ID`, the claim's dates and either `REV_CNTR` or `LINE_NUM` are among the names.
    ///
    /// ## Why
    /// Without them lines cannot be put together to claims.
    ///
    /// ## Action
    /// Nothing is processed.
    ///
    /// ## Example
    /// A file cut down to a few columns for a study.
    MissingColumn: "missing-column", "Missing column", RejectClaim;
}
