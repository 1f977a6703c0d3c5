//! Faults of the file as a whole.

super::faults! {
    shared {
        ///
        /// ## Source
        /// ASC X12.5 and X12.6 on interchanges and segments; the TA1 segment of 005010X231, where a payer reports such
        /// faults. The limits on length are the reader's own.
        ///
        /// ## Bypass
        /// None.
    }

    /// The operating system refused to read on; what follows in the file was not looked at.
    ///
    /// ## What it checks
    /// Every read from the file or stream.
    ///
    /// ## Why
    /// Claims behind the fault are not lost, but nobody has seen them.
    ///
    /// ## Action
    /// Read the file again.
    ///
    /// ## Example
    /// A network drive that goes away halfway through a file.
    ReadFailed: "read-failed", "File could not be read to its end", RejectClaim;

    /// The file holds nothing but blanks.
    ///
    /// ## What it checks
    /// Whether anything but white space stands in the file.
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

    /// The file is binary, compressed or written in a two-byte encoding.
    ///
    /// ## What it checks
    /// Bytes that no X12 file holds. Reading goes on at the next interchange header, if there is one.
    ///
    /// ## Why
    /// X12 is text; what was skipped may have held claims.
    ///
    /// ## Action
    /// Nothing before the next interchange header is processed.
    ///
    /// ## Example
    /// A zip archive whose name ends in `.837`.
    NotText: "not-text", "Not a text file", RejectClaim;

    /// A segment holds bytes that are not UTF-8; each is read as `?`.
    ///
    /// ## What it checks
    /// The bytes of every element that is read as text.
    ///
    /// ## Why
    /// Names and addresses written in another encoding come out wrong.
    ///
    /// ## Action
    /// The claim is read on.
    ///
    /// ## Example
    /// `MU\xD1OZ` written in Latin-1.
    NotUtf8: "not-utf8", "Not UTF-8", Warn;

    /// No interchange header (`ISA`) stands where one is due.
    ///
    /// ## What it checks
    /// What stands at the beginning of the file and behind every interchange trailer.
    ///
    /// ## Why
    /// The header declares the separators; without it they are assumed.
    ///
    /// ## Action
    /// A payer rejects the interchange. Groups and transactions that stand there are read all the same.
    ///
    /// ## Example
    /// A file that begins with `GS*HC*`.
    MissingInterchangeHeader: "missing-interchange-header", "Missing interchange header", RejectClaim;

    /// The elements of the interchange header have not their fixed widths.
    ///
    /// ## What it checks
    /// The sixteen elements of `ISA` and the terminator behind them.
    ///
    /// ## Why
    /// The separators are taken by position, so a shifted header misleads every reader.
    ///
    /// ## Action
    /// A payer rejects the interchange.
    ///
    /// ## Example
    /// A sender identifier of ten characters that was not filled up to fifteen.
    MalformedInterchangeHeader: "malformed-interchange-header", "Malformed interchange header", RejectClaim;

    /// Composite elements are written with another separator than the interchange header declares.
    ///
    /// ## What it checks
    /// The separator in ISA16 against the one that composites are written with. The one found is used up to the end of
    /// the transaction.
    ///
    /// ## Why
    /// A reader that trusts the header takes a whole composite for one code.
    ///
    /// ## Action
    /// The claims are read on. A payer may reject the transaction.
    ///
    /// ## Example
    /// ISA16 is `>`, and service lines say `HC:99213`.
    ComponentSeparatorMismatch: "component-separator-mismatch", "Undeclared component separator", Warn;

    /// Text between or behind the interchanges was skipped.
    ///
    /// ## What it checks
    /// What stands between an interchange trailer and the next header.
    ///
    /// ## Why
    /// It may be a broken interchange.
    ///
    /// ## Action
    /// The interchanges around it are processed.
    ///
    /// ## Example
    /// A banner of the mail system behind the last `IEA`.
    TextOutsideInterchange: "text-outside-interchange", "Text outside any interchange", Warn;

    /// A segment is longer than the reader's limit and was skipped.
    ///
    /// ## What it checks
    /// The length of every segment.
    ///
    /// ## Why
    /// Nearly always a terminator is missing; without a limit the rest of the file would be taken for one segment.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// A file whose segment terminators were stripped.
    SegmentTooLong: "segment-too-long", "Segment too long", RejectClaim;

    /// A new interchange header begins before the segment has ended.
    ///
    /// ## What it checks
    /// Whether `ISA` stands inside a segment.
    ///
    /// ## Why
    /// Two files were joined and the first was cut short.
    ///
    /// ## Action
    /// The segment is lost; a payer rejects the interchange it stands in.
    ///
    /// ## Example
    /// `SE*24*00ISA*00*`.
    UnterminatedSegment: "unterminated-segment", "Unterminated segment", RejectClaim;

    /// The file ends inside a segment, or before the trailers of what it began.
    ///
    /// ## What it checks
    /// What is still open at the end of the file.
    ///
    /// ## Why
    /// A transmission was cut short; claims may be missing.
    ///
    /// ## Action
    /// A payer rejects the interchange.
    ///
    /// ## Example
    /// A file that ends with `NM1*IL*1*DO`.
    UnexpectedEndOfFile: "unexpected-end-of-file", "File ends too early", RejectClaim;

    /// Two segment terminators stand together.
    ///
    /// ## What it checks
    /// What stands between two terminators.
    ///
    /// ## Why
    /// Harmless for reading, but against the standard.
    ///
    /// ## Action
    /// Reading goes on.
    ///
    /// ## Example
    /// `~~`.
    EmptySegment: "empty-segment", "Empty segment", Warn;

    /// A segment's name is not two or three capitals and digits; the segment was skipped.
    ///
    /// ## What it checks
    /// The characters before the first element separator.
    ///
    /// ## Why
    /// Nobody can know what the segment says.
    ///
    /// ## Action
    /// A payer rejects the transaction.
    ///
    /// ## Example
    /// `nm1*85*2*`.
    MalformedSegmentName: "malformed-segment-name", "Malformed segment name", RejectClaim;

    /// The file holds no claim.
    ///
    /// ## What it checks
    /// The count of claims at the end of the file.
    ///
    /// ## Why
    /// A claim file without claims is a mistake of the sender.
    ///
    /// ## Action
    /// There is nothing to process.
    ///
    /// ## Example
    /// An interchange with a group, and no transaction in it.
    NoClaims: "no-claims", "No claims", Warn;
}
