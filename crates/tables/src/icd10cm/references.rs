//! Codes in the text of a note: `pulmonary hypertension (I27.0, I27.2-)`.
//!
//! Codes in parentheses are what a note refers to. A note without any may name codes in its sentence (`conditions
//! classified to Q67.0-Q67.4`); those count then. A narrowing that is not understood (`see categories E08-E13 with
//! ketoacidosis`) makes the text refer to nothing: the note is then one for people to read.

/// Codes from one prefix to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Prefix of the first codes, without a dot.
    pub(super) from: String,
    /// Prefix of the last codes.
    pub(super) to: String,
    /// Which of them.
    pub(super) narrow: Narrow,
}

/// Which codes of a range are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Narrow {
    /// All.
    All,
    /// `with fifth or sixth character 5`: the character that tells the intent, the sixth unless it is a placeholder.
    Intent(Vec<u8>),
    /// `with fifth character 9`: 1-based position, characters.
    Character(usize, Vec<u8>),
    /// `with final characters -23`.
    Ends(Vec<String>),
    /// `with .51-.52`: what follows the category, first and last.
    After(Vec<(String, String)>),
}

impl Narrow {
    /// Whether a code of the range, without its dot, is meant.
    pub(super) fn takes(&self, code: &str) -> bool {
        let at = |position: usize| code.as_bytes().get(position - 1).copied();
        match self {
            Self::All => true,
            Self::Intent(wanted) => {
                let intent = at(6).filter(|&it| it != b'X').or_else(|| at(6).and_then(|_| at(5)));
                intent.is_some_and(|it| wanted.contains(&it))
            }
            Self::Character(position, wanted) => at(*position).is_some_and(|it| wanted.contains(&it)),
            Self::Ends(wanted) => code.len() > 3 && wanted.iter().any(|end| code.ends_with(end.as_str())),
            Self::After(wanted) => {
                let rest = code.get(3..).unwrap_or_default();
                wanted.iter().any(|(first, last)| {
                    rest.get(..last.len()).is_some_and(|start| first.as_str() <= start && start <= last.as_str())
                })
            }
        }
    }
}

/// The codes that a text refers to.
pub(super) fn references(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let inside = &rest[open + 1..];
        let end = inside.find(['(', ')']).unwrap_or(inside.len());
        if inside[end..].starts_with(')') {
            found.extend(segment(&inside[..end]));
        }
        rest = &inside[end..];
    }
    // `for codes G31.0-G31.83, to identify` says where the note holds, not what it asks for.
    if found.is_empty() && !text.contains("for codes") && !has_codes_in_parentheses(text) {
        found = segment(text);
    }
    found
}

/// Whether a parenthesis holds codes, understood or not.
fn has_codes_in_parentheses(text: &str) -> bool {
    text.split('(').skip(1).filter_map(|part| part.split_once(')')).any(|(inside, _)| find_code(inside, 0).is_some())
}

/// The references of one parenthesis, or of a sentence without parentheses.
fn segment(text: &str) -> Vec<Reference> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    while let Some((start, end)) = find_code(text, at) {
        let first = plain(&text[start..end]);
        let (last, next) = range_end(text, end).unwrap_or((first.clone(), end));
        found.push((first, last));
        at = next;
    }
    if found.is_empty() {
        return Vec::new();
    }
    let Some(narrow) = narrow(&text[at..]) else { return Vec::new() };
    found.into_iter().map(|(from, to)| Reference { from, to, narrow: narrow.clone() }).collect()
}

/// The next code at or after a position: a letter, a digit, a digit or letter, and what follows a dot.
fn find_code(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
    let alphanumeric = |at: usize| is(at, |b| b.is_ascii_digit() || b.is_ascii_uppercase());
    (from..bytes.len()).find_map(|start| {
        let begins = start == 0 || !is(start - 1, |b| b.is_ascii_alphanumeric() || *b == b'.');
        if !(begins
            && is(start, u8::is_ascii_uppercase)
            && is(start + 1, u8::is_ascii_digit)
            && alphanumeric(start + 2))
        {
            return None;
        }
        let mut end = start + 3;
        if is(end, |b| *b == b'.') && alphanumeric(end + 1) {
            end += 1;
            while alphanumeric(end) {
                end += 1;
            }
        }
        (!is(end, u8::is_ascii_alphanumeric)).then_some((start, end))
    })
}

/// The last code of a range that a code begins, and where the text goes on: `-T40.2-`, ` to S06.6-`, `.- -Q70.3-`.
fn range_end(text: &str, end: usize) -> Option<(String, usize)> {
    let rest = &text[end..];
    let marks = rest.len() - rest.trim_start_matches([' ', '-', '.']).len();
    let joined = rest[..marks].contains('-');
    let (marks, joined) = match rest[marks..].strip_prefix("to ") {
        Some(_) => (marks + 3, true),
        None => (marks, joined),
    };
    let (start, stop) = find_code(text, end + marks).filter(|(start, _)| joined && *start == end + marks)?;
    Some((plain(&text[start..stop]), stop))
}

fn plain(code: &str) -> String {
    code.replace('.', "")
}

/// What follows the last code: `with sixth character 1-4`. `None` when it narrows in a way that is not understood.
fn narrow(rest: &str) -> Option<Narrow> {
    let Some((_, with)) = rest.split_once("with") else { return Some(Narrow::All) };
    let with = with.trim_start_matches([',', ' ']);
    if with.starts_with('.') {
        let ranges = with.replace('.', " ").replace([','], " ").replace("or", " ").replace("- ", "-");
        let ranges = ranges.split_whitespace().map(|item| {
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            (first.to_owned(), if last.is_empty() { first } else { last }.to_owned())
        });
        return Some(Narrow::After(ranges.collect()));
    }
    let (place, values) = with.split_once("character")?;
    let values = values.trim_start_matches('s').trim();
    let place = place.replace('-', " ");
    if place.contains("final") {
        let ends = values.split([',', ' ']).map(|end| end.trim_matches(['-', '.', ' ']));
        return Some(Narrow::Ends(ends.filter(|end| !end.is_empty() && *end != "or").map(str::to_owned).collect()));
    }
    let characters = characters(values);
    if characters.is_empty() {
        return values.starts_with("to indicate").then_some(Narrow::All);
    }
    match place.trim() {
        "fifth or sixth" | "fifth or six" => Some(Narrow::Intent(characters)),
        "fifth" | "5th" => Some(Narrow::Character(5, characters)),
        "sixth" | "6th" => Some(Narrow::Character(6, characters)),
        "seventh" | "7th" => Some(Narrow::Character(7, characters)),
        _ => None,
    }
}

/// `5`, `1-4`, `A or B`.
fn characters(values: &str) -> Vec<u8> {
    let mut characters = Vec::new();
    for item in values.split([',', ' ']).filter(|item| !item.is_empty() && *item != "or") {
        match item.as_bytes() {
            [one] if one.is_ascii_alphanumeric() => characters.push(*one),
            [first, b'-', last] => characters.extend(*first..=*last),
            _ => break,
        }
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let shown = references(text).into_iter().map(|it| match it.narrow {
            Narrow::All => format!("{}..{}", it.from, it.to),
            narrow => format!("{}..{} {narrow:?}", it.from, it.to),
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn codes_in_parentheses_are_what_a_note_refers_to() {
        assert_eq!(read("pulmonary hypertension (I27.0, I27.2-)"), "I270..I270; I272..I272");
        assert_eq!(read("any type in A15 (J65)"), "J65..J65");
        assert_eq!(read("a (I97.190), or b (I97.790)"), "I97190..I97190; I97790..I97790");
        assert_eq!(read("conditions classified to Q67.0-Q67.4"), "Q670..Q674");
        assert_eq!(read("congenital torticollis Q68.0"), "Q680..Q680");
        assert_eq!(read("influenza A/H1N1"), "");
        assert_eq!(read("codes, for codes G31.0-G31.83, to identify:"), "");
    }

    #[test]
    fn ranges_are_written_in_many_ways() {
        for text in ["(I70.2-I70.7)", "(I70.2--I70.7-)", "(I70.2- - I70.7-)", "(I70.2 -I70.7)", "(I70.2 to I70.7)"] {
            assert_eq!(read(text), "I702..I707", "{text}");
        }
        assert_eq!(read("(G35-)"), "G35..G35");
        assert_eq!(read("(I60.-. I61.-, I62.-)"), "I60..I61; I62..I62");
        assert_eq!(read("subcategories S06.1- to S06.6-, and S06.81-"), "S061..S066; S0681..S0681");
    }

    #[test]
    fn narrowed_ranges_take_some_codes() {
        let takes = |text: &str, code: &str| references(text).iter().any(|it| it.narrow.takes(code));
        assert!(takes("(T36-T50 with fifth or sixth character 5)", "T360X5A"));
        assert!(takes("(T36-T50 with fifth or sixth character 5)", "T3695XA"));
        assert!(!takes("(T36-T50 with fifth or sixth character 5)", "T43651A"));
        assert!(takes("(T36-T65 with fifth or sixth character 1-4)", "T43651A"));
        assert!(
            takes("(I69. with final characters -23)", "I69323") && !takes("(I69. with final characters -23)", "I69322")
        );
        assert!(takes("(E08-E13 with .51-.52)", "E1152") && !takes("(E08-E13 with .51-.52)", "E1159"));
        assert!(takes("(E08-E13 with .62-)", "E11621") && takes("(F11-F19 with .15. .25, .95)", "F11251"));
        assert!(takes("(S02.- with 7th character B)", "S0200XB") && !takes("(S02.- with 7th character B)", "S0200XA"));
        assert_eq!(read("see categories E08-E10, E11, E13 with ketoacidosis"), "");
    }
}
