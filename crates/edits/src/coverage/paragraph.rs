//! What the paragraphs of articles say in the parts that a rule can read: which procedure codes a group of diagnoses is
//! for, and which other group or code it must come with.

/// The text of a paragraph without markup, blanks folded.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            _ if inside => {}
            '\u{2013}' | '\u{2014}' => text.push('-'),
            other => text.push(other),
        }
    }
    for (entity, meaning) in
        [("&nbsp;", " "), ("&#160;", " "), ("&ndash;", "-"), ("&#8211;", "-"), ("&mdash;", "-"), ("&amp;", "&")]
    {
        text = text.replace(entity, meaning);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words of the text in upper case, without what stands around them. A dash is a word of its own.
fn words(text: &str) -> Vec<String> {
    text.replace('-', " - ")
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-').to_ascii_uppercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// `99213`, `0001F`, `J1885`.
fn is_procedure_code(word: &str) -> bool {
    let &[first, ref middle @ .., last] = word.as_bytes() else { return false };
    middle.len() == 3
        && middle.iter().all(u8::is_ascii_digit)
        && ((first.is_ascii_digit() && last.is_ascii_alphanumeric())
            || (first.is_ascii_uppercase() && last.is_ascii_digit()))
}

/// Which procedure codes a paragraph is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It names the code, alone or in a range.
    TheCode,
    /// It names other codes.
    OtherCodes,
    /// It names none.
    AnyCode,
}

/// Whether a paragraph speaks of a procedure code.
pub(super) fn about(text: &str, code: &str) -> About {
    let words = words(text);
    let mut named = false;
    for (at, word) in words.iter().enumerate() {
        if !is_procedure_code(word) {
            continue;
        }
        named = true;
        if word == code {
            return About::TheCode;
        }
        let until = |skip: usize| words.get(at + skip).filter(|word| is_procedure_code(word));
        let last = match words.get(at + 1).map(String::as_str) {
            Some("-" | "THROUGH" | "THRU" | "TO") => until(2),
            _ => None,
        };
        if last.is_some_and(|last| word.as_str() <= code && code <= last.as_str()) {
            return About::TheCode;
        }
    }
    if named { About::OtherCodes } else { About::AnyCode }
}

/// Words that make a mention of another group a demand.
const DEMANDS: [&str; 9] =
    ["BOTH", "TOGETHER", "ADDITION", "SECONDARY", "DUAL", "COMBINATION", "ACCOMPANIED", "ACCOMPANY", "ALONG"];

/// The other groups that a paragraph of group `own` demands a diagnosis from as well.
pub(super) fn demanded_groups(text: &str, own: i64) -> Vec<i64> {
    let words = words(text);
    if !words.iter().any(|word| DEMANDS.contains(&word.as_str())) {
        return Vec::new();
    }
    let after = |(at, word): (usize, &String)| {
        (word == "GROUP" || word == "LIST").then(|| words.get(at + 1)?.parse::<i64>().ok()).flatten()
    };
    let mut groups: Vec<i64> = words.iter().enumerate().filter_map(after).filter(|group| *group != own).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The diagnosis codes of which one must come with an asterisked code: those behind `with` in the sentence that names it.
/// Empty when the text demands nothing that can be read.
pub(super) fn companions(text: &str, code: &str) -> Vec<String> {
    let upper = text.to_ascii_uppercase();
    let sentences = upper.split("*").filter(|sentence| sentence.contains(code));
    let demanded = sentences.filter_map(|sentence| {
        let demand = ["MUST BE BILLED WITH", "MUST BE REPORTED WITH", "MUST BE CODED WITH", "MUST BE ACCOMPANIED BY"];
        demand.iter().find_map(|words| sentence.split_once(words)).map(|(_, rest)| rest.to_owned())
    });
    let is_diagnosis = |word: &str| {
        let bytes = word.as_bytes();
        bytes.len() >= 3
            && bytes[0].is_ascii_uppercase()
            && bytes[1].is_ascii_digit()
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
            && (bytes.len() == 3 || bytes[3] == b'.')
    };
    let trimmed = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
    demanded
        .flat_map(|rest| rest.split_whitespace().map(trimmed).collect::<Vec<_>>())
        .filter(|word| is_diagnosis(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        assert_eq!(plain("<p>Codes&nbsp;A &#8211; <b>B</b></p>\n<p>C</p>"), "Codes A - B C");
    }

    #[test]
    fn codes_are_found_alone_and_in_ranges() {
        let text = "For CPT codes 11042-11047 and G0281 (see Group 1).";
        assert_eq!(about(text, "11044"), About::TheCode);
        assert_eq!(about(text, "G0281"), About::TheCode);
        assert_eq!(about(text, "11048"), About::OtherCodes);
        assert_eq!(about("Codes of Group 1 support coverage.", "11048"), About::AnyCode);
        assert_eq!(about("codes 11042 through 11047", "11047"), About::TheCode);
    }

    #[test]
    fn a_second_group_is_demanded_in_so_many_words() {
        let text = "A diagnosis from Group 1 must be reported together with one from Group 2.";
        assert_eq!(demanded_groups(text, 1), [2]);
        assert_eq!(demanded_groups("See also Group 2.", 1), Vec::<i64>::new());
    }

    #[test]
    fn companions_stand_behind_the_demand() {
        let text = "*ICD-10-CM code G96.89 must be billed with ICD-10-CM code T66.XXXA, T66.XXXD or T66.XXXS. *K52.89 is rib pain";
        assert_eq!(companions(text, "G96.89"), ["T66.XXXA", "T66.XXXD", "T66.XXXS"]);
        assert_eq!(companions(text, "K52.89"), Vec::<String>::new());
    }
}
