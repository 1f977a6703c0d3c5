//! A query in words: what each part of it may mean.

use openclaim_tables::abbreviations::Abbreviations;
use openclaim_tables::words;

/// Words beyond this many are not looked at; no title is longer.
const LONGEST_QUERY: usize = 40;

/// A part of a query: one word, or several that stand for something together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Folded words; any one of the alternatives will do.
    pub(super) alternatives: Vec<Vec<String>>,
}

/// A query in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) parts: Vec<Part>,
}

impl Query {
    /// Splits a query, longest abbreviation first: `heart attack` is one part, not two.
    pub(super) fn read(text: &str, abbreviations: &Abbreviations) -> Self {
        let mut words = words::split(text);
        words.truncate(LONGEST_QUERY);
        let mut parts = Vec::new();
        let mut rest = words.as_slice();
        let mut denied = false;
        while let [first, after @ ..] = rest {
            if let Some((count, denies)) = denial(rest) {
                denied = denies;
                rest = rest.get(count..).unwrap_or_default();
                continue;
            }
            let known = (1..=Abbreviations::LONGEST.min(rest.len())).rev().find_map(|count| {
                let (words, after) = rest.split_at(count);
                let meanings = meanings(words, abbreviations);
                (!meanings.is_empty()).then_some((words, after, meanings))
            });
            let (words, remaining, meanings) = known.unwrap_or((std::slice::from_ref(first), after, Vec::new()));
            let mut alternatives: Vec<Vec<String>> = vec![fold(words)];
            alternatives.extend(meanings);
            alternatives.retain(|alternative| !alternative.is_empty());
            if denied {
                alternatives.iter_mut().flatten().for_each(|word| *word = words::deny(word));
            }
            if !alternatives.is_empty() {
                parts.push(Part { alternatives });
            }
            rest = remaining;
        }
        Self { parts }
    }
}

/// How many words at the front begin or end a denial, and which of the two.
fn denial(words: &[String]) -> Option<(usize, bool)> {
    match words {
        [w, o, ..] if w == "w" && o == "o" => Some((2, true)),
        [word, ..] if matches!(word.as_str(), "without" | "wo") => Some((1, true)),
        [word, ..] if matches!(word.as_str(), "with" | "w") => Some((1, false)),
        _ => None,
    }
}

fn meanings(words: &[String], abbreviations: &Abbreviations) -> Vec<Vec<String>> {
    abbreviations.meanings(&words.join(" ")).map(|long| fold(&words::split(long))).collect()
}

fn fold(words: &[String]) -> Vec<String> {
    words.iter().filter(|word| !words::is_binding(word)).map(|word| words::stem(word)).collect()
}
