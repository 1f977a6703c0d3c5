//! Which format a file is in, by its first bytes.

use crate::cms;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader};

/// A format this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// FHIR in JSON: a resource, a bundle, an array of them, or NDJSON.
    Fhir,
    /// A CMS file: records of pipe-separated fields under a line of column names, or a CCLF summary.
    Cms,
    /// A file of CMS's Claim and Claim Line Feed, which is recognised and not read.
    Cclf,
}

/// Tells the format by the first bytes of a file; `None` when it is none that this crate reads.
///
/// JSON begins with a brace or bracket, a CMS file with a line of column names.
#[must_use]
pub fn sniff(head: &[u8]) -> Option<Format> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first()? {
        b'{' | b'[' => Some(Format::Fhir),
        _ if cms::is_cms(text) => Some(Format::Cms),
        _ => cms::cclf::recognise(text).map(|_| Format::Cclf),
    }
}

/// Whether the first bytes are those of a gzip file.
#[must_use]
pub fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b])
}

/// The content of a file, unpacked when it is compressed with gzip.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn unpacked<'r>(mut reader: impl BufRead + Send + 'r) -> io::Result<Box<dyn BufRead + Send + 'r>> {
    if is_gzip(reader.fill_buf()?) {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(sniff(b"\xef\xbb\xbf\n {\"resourceType\""), Some(Format::Fhir));
        assert_eq!(sniff(b"[{"), Some(Format::Fhir));
        assert_eq!(sniff(b"DML_IND|BENE_ID|CLM_ID|CLM_GRP_ID"), Some(Format::Cms));
        for text in ["", "ISA*00*", "GS|HC|A|B", "BENE_ID,CARRIER_CLAIMS"] {
            assert_eq!(sniff(text.as_bytes()), None, "{text}");
        }
    }
}
