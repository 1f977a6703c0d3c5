//! Pieces of a line of the manual.

/// Whether a word could be an ICD-10-CM code without dot.
pub(super) fn is_diagnosis(word: &str) -> bool {
    let bytes = word.as_bytes();
    (3..=7).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether a word could be an ICD-10-PCS code: seven characters, no I and no O.
pub(super) fn is_procedure(word: &str) -> bool {
    let character = |byte: &u8| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O'));
    word.len() == 7 && word.as_bytes().iter().all(character)
}

/// A procedure with its marks: `*` for a procedure that needs no operating room, `+` for a member of a cluster.
pub(super) fn procedure(word: &str) -> Option<(&str, bool, bool)> {
    let code = word.get(..7).filter(|code| is_procedure(code))?;
    let marks = &word[7..];
    marks.bytes().all(|byte| matches!(byte, b'*' | b'+')).then(|| (code, marks.contains('*'), marks.contains('+')))
}

/// Whether a word is an MDC as the indexes print it.
pub(super) fn is_mdc(word: &str) -> bool {
    word == "Pre" || (word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a word lists DRGs: `018`, `016-017`, `023-024,094-096`.
pub(super) fn is_drgs(word: &str) -> bool {
    let drg = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    !word.is_empty() && word.split(',').all(|range| range.split('-').all(drg))
}

/// The first word of a line and what follows it, both without blanks around.
pub(super) fn first_word(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim_start()))
}
