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
        while let [first, after @ ..] = rest {
            let known = (1..=Abbreviations::LONGEST.min(rest.len())).rev().find_map(|count| {
                let (words, after) = rest.split_at(count);
                let meanings = meanings(words, abbreviations);
                (!meanings.is_empty()).then_some((words, after, meanings))
            });
            let (words, remaining, meanings) = known.unwrap_or((std::slice::from_ref(first), after, Vec::new()));
            let mut alternatives: Vec<Vec<String>> = vec![fold(words)];
            alternatives.extend(meanings);
            alternatives.retain(|alternative| !alternative.is_empty());
            if !alternatives.is_empty() {
                parts.push(Part { alternatives });
            }
            rest = remaining;
        }
        Self { parts }
    }
}

fn meanings(words: &[String], abbreviations: &Abbreviations) -> Vec<Vec<String>> {
    abbreviations.meanings(&words.join(" ")).map(words::folded).collect()
}

fn fold(words: &[String]) -> Vec<String> {
    words.iter().filter(|word| !words::is_binding(word)).map(|word| words::stem(word)).collect()
}
