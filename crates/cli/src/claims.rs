//! Claims of an input in any format that is read, told by the first bytes.

use anyhow::{Context, Result};
use openclaim_claim::{Claim, FileId};
use std::io::{BufRead, BufReader, Cursor, Read};

/// First bytes that are looked at. Column names of a CMS file may take several thousand.
const HEAD: usize = 16 << 10;

/// A reader of claims.
pub(crate) enum Claims<'r> {
    /// X12, and whatever is no other format: that reader says what it misses.
    X12(Box<openclaim_x12::Reader<'r>>),
    /// FHIR, or a CMS claim file.
    Records(openclaim_fhir::Reader<Box<dyn BufRead + Send + 'r>>),
}

impl<'r> Claims<'r> {
    /// Opens the reader of the format that the first bytes are in.
    pub(crate) fn open(mut reader: Box<dyn Read + Send + 'r>, file: FileId) -> Result<Self> {
        let mut head = Vec::new();
        (&mut reader).take(HEAD as u64).read_to_end(&mut head).context("cannot read the file")?;
        let format = openclaim_fhir::sniff(&head);
        let whole = Cursor::new(head).chain(BufReader::with_capacity(1 << 16, reader));
        Ok(match format {
            Some(_) => Self::Records(openclaim_fhir::Reader::new(Box::new(whole), file)),
            None => Self::X12(Box::new(openclaim_x12::Reader::new(whole, file).validating())),
        })
    }

    /// Shows every claim; what belongs to no claim is passed over.
    pub(crate) fn each(self, mut see: impl FnMut(&Claim)) {
        match self {
            Self::X12(reader) => {
                for event in *reader {
                    if let openclaim_x12::Event::Claim(record) = event {
                        see(&record.claim);
                    }
                }
            }
            Self::Records(reader) => {
                for event in reader {
                    if let openclaim_fhir::Event::Claim(record) = event {
                        see(&record.claim);
                    }
                }
            }
        }
    }
}
