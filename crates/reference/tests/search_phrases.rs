//! Phrases as coders and clinicians type them, and the codes they would accept.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use openclaim_reference::Library;
use openclaim_reference::code_search::{CodeSystem, Options, search};

/// Phrases found first and among the first five, in per mille; raised as the search improves, never lowered.
const FIRST_AT_LEAST: usize = 930;
const FIRST_FIVE_AT_LEAST: usize = 980;

fn accepts(acceptable: &str, code: &str) -> bool {
    acceptable.split('|').any(|one| one.strip_suffix('*').map_or(one == code, |beginning| code.starts_with(beginning)))
}

#[test]
fn phrases_find_their_codes() {
    let library = Library::embedded().unwrap();
    let mut reader = csv::Reader::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search_phrases.csv")).unwrap();
    let (mut all, mut first, mut first_five, mut slowest) = (0, 0, 0, std::time::Duration::ZERO);
    for record in reader.records() {
        let record = record.unwrap();
        let (phrase, system, acceptable) = (&record[0], &record[1], &record[2]);
        let system = if system == "ICD-10-PCS" { CodeSystem::Icd10Pcs } else { CodeSystem::Icd10Cm };
        let options = Options { at: Some(date(2026, 3, 1)), limit: 5, system: Some(system) };
        let start = std::time::Instant::now();
        let hits = search(&library, phrase, &options);
        slowest = slowest.max(start.elapsed());
        let place = hits.iter().position(|hit| accepts(acceptable, &hit.code));
        all += 1;
        first += usize::from(place == Some(0));
        first_five += usize::from(place.is_some());
        if place != Some(0) {
            println!("{phrase}: wanted {acceptable}, found at {place:?}");
            for hit in &hits {
                println!("    {:>5} {} {}", hit.score, hit.display_code(), hit.title.unwrap_or_default());
            }
        }
    }
    println!("{all} phrases: {first} first, {first_five} among the first five; slowest search {slowest:?}");
    assert!(first * 1000 >= FIRST_AT_LEAST * all, "{first} of {all} first");
    assert!(first_five * 1000 >= FIRST_FIVE_AT_LEAST * all, "{first_five} of {all} among the first five");
}

#[test]
fn the_same_query_gives_the_same_list() {
    let library = Library::embedded().unwrap();
    let list = |query: &str| -> Vec<(String, u32)> {
        let options = Options { limit: 50, ..Options::default() };
        search(&library, query, &options).into_iter().map(|hit| (hit.code, hit.score)).collect()
    };
    assert_eq!(list("fracture of left femur"), list("Fracture of LEFT femur"));
    assert_eq!(list("chf"), list("CHF "));
}
