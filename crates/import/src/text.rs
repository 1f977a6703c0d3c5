//! From bytes to text: byte-order marks, UTF-8, and Windows code page 1252, in which CMS writes many of its files.

use std::borrow::Cow;

/// The text of a file.
///
/// A byte-order mark decides; without one, bytes that are valid UTF-8 are UTF-8 and all others are code page 1252, in
/// which every byte has a meaning. UTF-8 without a mark is borrowed, not copied.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// The text of the first `limit` bytes, cut at the last whole line when there are more.
#[must_use]
pub fn decode_head(bytes: &[u8], limit: usize) -> Cow<'_, str> {
    if bytes.len() <= limit {
        return decode(bytes);
    }
    let cut = memchr::memrchr(b'\n', &bytes[..limit]).map_or(limit, |at| at + 1);
    decode(&bytes[..cut])
}

/// Whether the bytes look like text: no zero byte outside UTF-16, and few control characters.
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    if encoding_rs::Encoding::for_bom(head).is_some() {
        return true;
    }
    let control = head.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a)).count();
    !head.contains(&0) && control * 50 <= head.len()
}

/// A header cell or title as it is compared: lower case, letters and digits only, words parted by one space.
///
/// `"HCPCS/\nCPT Code"`, `HCPCS CPT code` and `hcpcs_cpt_code` are the same.
#[must_use]
pub fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for character in name.chars() {
        if character.is_alphanumeric() {
            if gap && !normal.is_empty() {
                normal.push(' ');
            }
            gap = false;
            normal.extend(character.to_lowercase());
        } else {
            gap = true;
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode(b"\xEF\xBB\xBFcode"), "code");
        assert_eq!(decode("Sj\u{f6}gren".as_bytes()), "Sj\u{f6}gren");
        assert_eq!(decode(b"Sj\xf6gren\x92s"), "Sj\u{f6}gren\u{2019}s");
        assert_eq!(decode(b"\xFF\xFEA\0B\0"), "AB");
    }

    #[test]
    fn a_head_ends_with_a_whole_line() {
        assert_eq!(decode_head(b"one\ntwo\nthree", 9), "one\ntwo\n");
        assert_eq!(decode_head(b"one", 9), "one");
    }

    #[test]
    fn names_are_normalised() {
        assert_eq!(normalise("HCPCS/\r\nCPT  Code "), "hcpcs cpt code");
        assert_eq!(normalise("*=in existence"), "in existence");
    }

    #[test]
    fn binaries_are_not_text() {
        assert!(
            is_text(b"a\tb\r\n") && is_text(b"caf\xe9") && !is_text(b"PK\x03\x04\0\0") && !is_text(b"%\x01\x02\x03")
        );
    }
}
