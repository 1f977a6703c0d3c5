//! Cases whose input is a file: what the lines of a `file` block change in it, how it is read, and how findings are shown.

use openclaim_claim::Finding;
use std::fmt::Write as _;
use std::io::{self, Read};

/// Where a text stands in a file.
pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let at = bytes.windows(wanted.len()).position(|window| window == wanted);
    at.unwrap_or_else(|| panic!("`{}` does not stand in the file", String::from_utf8_lossy(wanted)))
}

/// Text between backticks, with `\xHH` and `\n` made bytes.
pub(crate) fn quoted(line: &str) -> Vec<Vec<u8>> {
    let unescape = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('\\') {
            bytes.extend_from_slice(before.as_bytes());
            let (byte, len) = match behind.as_bytes() {
                [b'n', ..] => (b'\n', 1),
                _ => (u8::from_str_radix(&behind[1..3], 16).unwrap(), 3),
            };
            bytes.push(byte);
            rest = &behind[len..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    };
    line.split('`').skip(1).step_by(2).map(unescape).collect()
}

/// Applies a line that changes the bytes of a file or says where reading fails; `false` when it is another line.
pub(crate) fn change(line: &str, bytes: &mut Vec<u8>, fails_at: &mut Option<usize>) -> bool {
    let texts = quoted(line);
    if line.starts_with("replace ") {
        let at = find(bytes, &texts[0]);
        bytes.splice(at..at + texts[0].len(), texts[1].iter().copied());
    } else if line.starts_with("cut behind ") {
        bytes.truncate(find(bytes, &texts[0]) + texts[0].len());
    } else if line.starts_with("stop reading behind ") {
        *fails_at = Some(find(bytes, &texts[0]) + texts[0].len());
    } else if line.starts_with("only ") {
        bytes.clone_from(&texts[0]);
    } else {
        return false;
    }
    true
}

/// Name and value of a line `limit NAME to N`.
pub(crate) fn limit(line: &str) -> Option<(&str, usize)> {
    let (name, limit) = line.strip_prefix("limit ")?.split_once(" to ")?;
    Some((name, limit.trim().parse().unwrap()))
}

/// A stream that fails behind its last byte.
pub(crate) struct Failing<'a>(pub(crate) &'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("the drive went away"));
        }
        self.0.read(buffer)
    }
}

/// The findings of an edit, one a line, with the text that each points at.
pub(crate) fn shown(edit: &str, findings: &[Finding], bytes: &[u8]) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.edit == edit) {
        let span = finding.span.unwrap();
        let start = usize::try_from(span.start).unwrap().min(bytes.len());
        let end = usize::try_from(span.end()).unwrap().min(bytes.len());
        let pointed: String = String::from_utf8_lossy(&bytes[start..end]).chars().take(60).collect();
        let pointed = pointed.replace('\n', "\\n").replace(|c: char| c.is_control(), "\u{fffd}");
        writeln!(text, "{} at `{pointed}`: {}", finding.disposition, finding.message).unwrap();
    }
    text
}

/// What is wrong with the cases of an edit as a whole.
pub(crate) fn lacking(edit: &str, answers: &[((), String)]) -> Option<String> {
    let any = |passes: bool| answers.iter().any(|(_, answer)| (answer == "passes\n") == passes);
    (!any(true) || !any(false)).then(|| format!("{edit} lacks a case that fires or one that passes"))
}
