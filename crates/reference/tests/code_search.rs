//! Searching by code and by its beginning, the options, and queries that mean nothing.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use openclaim_reference::Library;
use openclaim_reference::code_search::{CodeSystem, MatchedOn, Options, search};

fn codes(query: &str, options: &Options) -> Vec<String> {
    let library = Library::embedded().unwrap();
    search(&library, query, options).iter().map(|hit| hit.display_code()).collect()
}

#[test]
fn a_code_is_found_dotted_or_not_in_any_case() {
    for query in ["I50.21", "i50.21", "I5021", " i5021 "] {
        assert_eq!(codes(query, &Options::default()), ["I50.21"], "{query}");
    }
    assert_eq!(codes("0sr9019", &Options::default()), ["0SR9019"]);
}

#[test]
fn a_beginning_lists_the_codes_in_order() {
    let options = Options { limit: 4, ..Options::default() };
    assert_eq!(codes("I50.2", &options), ["I50.2", "I50.20", "I50.21", "I50.22"]);
    assert_eq!(codes("I50", &options), ["I50", "I50.1", "I50.2", "I50.20"]);
    let procedures = codes("0SR9", &Options { limit: 100, ..Options::default() });
    assert!(procedures.len() > 20 && procedures.iter().all(|code| code.starts_with("0SR9")), "{procedures:?}");
}

#[test]
fn both_systems_are_searched_unless_one_is_asked_for() {
    // B20 is HIV disease, and the beginning of heart fluoroscopy.
    let library = Library::embedded().unwrap();
    let hits = search(&library, "B20", &Options { limit: 3, ..Options::default() });
    assert_eq!((hits[0].system, hits[0].matched_on), (CodeSystem::Icd10Cm, MatchedOn::Code));
    assert_eq!((hits[1].system, hits[1].matched_on), (CodeSystem::Icd10Pcs, MatchedOn::Beginning));
    let only = Options { system: Some(CodeSystem::Icd10Cm), ..Options::default() };
    assert_eq!(codes("B20", &only), ["B20"]);
}

#[test]
fn words_match_inclusion_terms_of_the_category_too() {
    let library = Library::embedded().unwrap();
    let options = Options { at: Some(date(2026, 3, 1)), limit: 1, ..Options::default() };
    let hits = search(&library, "hip fracture left", &options);
    assert_eq!(hits[0].display_code(), "S72.002A");
    assert!(matches!(hits[0].matched_on, MatchedOn::Note { text: "Fracture of hip NOS", .. }), "{:?}", hits[0]);
    assert!(hits[0].billable && hits[0].valid.unwrap().is_valid());
}

#[test]
fn codes_valid_on_the_day_come_first() {
    let at = |day| Options { at: Some(day), limit: 1, system: Some(CodeSystem::Icd10Cm) };
    assert_eq!(codes("other cardiomyopathies", &at(date(2026, 9, 30))), ["I42.8"]);
    // Titles of the codes that took its place are in no publication at hand; the retired code still is the best answer.
    let library = Library::embedded().unwrap();
    let options = at(date(2026, 10, 1));
    let hits = search(&library, "I42.8", &options);
    assert_eq!(hits[0].valid.map(|valid| valid.is_valid()), Some(false));
}

#[test]
fn queries_that_mean_nothing_find_nothing() {
    let library = Library::embedded().unwrap();
    for query in ["I50.日", "é.é", "é50", "....", "a'b's'"] {
        assert!(search(&library, query, &Options::default()).len() <= 20, "{query:?}");
    }
    let long = "fracture ".repeat(100_000);
    for query in ["", "   ", ".", "of the", "\u{1F600}", "qqqqq xxxxx", "日本語", "\0\0\0"] {
        assert!(search(&library, query, &Options::default()).is_empty(), "{query:?}");
    }
    assert!(search(&library, &long, &Options::default()).len() <= 20);
    assert!(search(&library, "fracture", &Options { limit: 0, ..Options::default() }).is_empty());
}
