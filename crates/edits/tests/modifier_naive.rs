//! Global periods and sides of the body, held against second implementations that share no code with the edits: they read
//! the made-up fee schedule and the plain tables of titles as text, and ask every question the slow way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/files.rs"]
mod files;

use files::Libraries;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use openclaim_claim::{
    Claim, ClaimType, Decimal, Diagnosis, DiagnosisRole, Disposition, Provider, ProviderRole, ProviderSpecialty,
    ServiceLine, Spanned, Subject, Subscriber, Text,
};
use openclaim_edits::Selection;
use openclaim_edits::service::{self, History, Sentences, Switches};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A stream of numbers that is the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/files")
}

fn only(edit: &str) -> Switches {
    Switches { selection: Selection::new(&[edit.to_owned()], &[]).unwrap(), ..Switches::default() }
}

fn spanned<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Spanned<T> {
    Spanned::bare(text.parse().unwrap())
}

// ---- Global periods -------------------------------------------------------------------------------------------------

/// A service as the second implementation keeps it.
#[derive(Debug, Clone)]
struct Plain {
    code: &'static str,
    modifiers: Vec<&'static str>,
    date: Date,
    /// Person, group, specialty.
    provider: (&'static str, &'static str, Option<&'static str>),
    denied: bool,
}

impl Plain {
    fn has(&self, modifiers: &[&str]) -> bool {
        self.modifiers.iter().any(|it| modifiers.contains(it))
    }

    fn is_visit(&self) -> bool {
        self.code.starts_with("99")
    }
}

/// Global days by code, read from the file as text.
fn global_days() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(cases().join("PPRRVU2026_Apr_nonQPP.csv")).unwrap();
    let header = text.lines().find(|line| line.starts_with("HCPCS,")).unwrap();
    let at = header.split(',').position(|cell| cell == "GLOB DAYS").unwrap();
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|cells| cells.len() > at && cells[1].is_empty())
        .map(|cells| (cells[0].to_owned(), cells[at].to_owned()))
        .collect()
}

/// The fee schedule speaks for one quarter.
fn in_quarter(day: Date) -> bool {
    date(2026, 4, 1) <= day && day <= date(2026, 6, 30)
}

fn same_provider(one: &Plain, two: &Plain) -> bool {
    let ((person, group, specialty), (other_person, other_group, other_specialty)) = (one.provider, two.provider);
    person == other_person || (group == other_group && specialty.is_some() && specialty == other_specialty)
}

/// Whether the payment of `surgery` includes `service`: every day of the period is written out.
fn is_included(service: &Plain, surgery: &Plain, days: &BTreeMap<String, String>) -> bool {
    let global = |it: &Plain| days.get(it.code).filter(|_| in_quarter(it.date)).map_or("", String::as_str);
    let assistant = ["80", "AS"];
    let length: i64 = match global(surgery) {
        "000" => 0,
        "010" => 10,
        "090" => 90,
        _ => return false,
    };
    if surgery.has(&assistant) || surgery.has(&["78"]) || !same_provider(service, surgery) {
        return false;
    }
    let is_procedure = ["000", "010", "090"].contains(&global(service)) && !service.has(&assistant);
    if !service.is_visit() && !is_procedure {
        return false;
    }
    let mut after = BTreeSet::new();
    let mut day = surgery.date;
    for _ in 0..length {
        day = day.tomorrow().unwrap();
        after.insert(day);
    }
    if after.contains(&service.date) {
        if surgery.has(&["54", "56"]) {
            return false;
        }
        if service.is_visit() {
            let critical_care = service.code == "99291" && service.has(&["FT"]);
            return !(critical_care || service.has(&["24"]));
        }
        return !service.has(&["58", "78", "79"]);
    }
    if !service.is_visit() || surgery.has(&["55"]) {
        return false;
    }
    if service.date == surgery.date {
        let decision = length == 90 && service.has(&["57"]);
        return !decision && !service.has(&["25"]);
    }
    length == 90 && service.date == surgery.date.yesterday().unwrap() && !service.has(&["57"])
}

fn claim_of(number: usize, services: &[Plain]) -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    claim.claim_id = Spanned::bare(Text::from(format!("C{number}")));
    claim.place_of_service = Some(spanned("11"));
    claim.subscriber = Arc::new(Subscriber {
        member_id: Spanned::bare("1EG4TE5MK73".into()),
        claim_filing_indicator: "MB".into(),
        ..Subscriber::default()
    });
    let provider = |role, npi: &str, specialty: Option<&str>| {
        let mut provider = Provider::new(role);
        provider.npi = Some(spanned(npi));
        provider.specialty = specialty.map(|taxonomy| ProviderSpecialty { taxonomy: spanned(taxonomy) });
        provider
    };
    claim.billing_provider = Arc::new(provider(ProviderRole::Billing, services[0].provider.1, None));
    for (at, service) in services.iter().enumerate() {
        let mut line = ServiceLine::new(u32::try_from(at).unwrap() + 1);
        line.hcpcs = Some(spanned(service.code));
        line.code_qualifier = Text::const_new("HC");
        line.units = Some(Spanned::bare(Decimal::ONE));
        line.dates.from = Some(Spanned::bare(service.date));
        line.dates.through = Some(Spanned::bare(service.date));
        for modifier in &service.modifiers {
            line.modifiers.push(spanned(modifier));
        }
        let (person, _, specialty) = service.provider;
        line.providers.push(provider(ProviderRole::Rendering, person, specialty));
        claim.lines.push(line);
    }
    claim
}

#[test]
fn global_periods_equal_a_second_implementation() {
    const CODES: [&str; 10] =
        ["99213", "99213", "99291", "X5000", "X5000", "X5001", "X5010", "X5050", "X5099", "X5100"];
    const MODIFIERS: [&str; 20] =
        ["", "", "", "", "", "", "", "24", "25", "57", "58", "78", "79", "54", "55", "56", "80", "AS", "FT", "LT"];
    const PEOPLE: [(&str, &str, Option<&str>); 5] = [
        ("1730000006", "1999999984", Some("207X00000X")),
        ("1306000054", "1999999984", Some("207X00000X")),
        ("1306000054", "1999999984", Some("207R00000X")),
        ("1003000126", "1999999984", None),
        ("1730000006", "1003000126", Some("207X00000X")),
    ];
    let mut libraries = Libraries::new(&cases());
    let (library, tables) = libraries.without(&[]);
    let switches = only("modifier/service-in-global-period");
    let days = global_days();
    let mut numbers = Numbers(20_260_501);
    let (mut denied, mut warned, mut judged) = (0, 0, 0);
    for _ in 0..1_500 {
        let mut history = History::default();
        let mut seen: Vec<Plain> = Vec::new();
        for number in 0..8 {
            let group = *numbers.pick(&PEOPLE);
            let count = 1 + numbers.below(3);
            let services: Vec<Plain> = (0..count)
                .map(|_| {
                    let person = *numbers.pick(&PEOPLE);
                    let modifiers = [*numbers.pick(&MODIFIERS), *numbers.pick(&MODIFIERS)];
                    // Close together, so that the edges of every period are met.
                    let offset = *numbers.pick(&[0, 1, 2, 9, 10, 11, 12, 30, 60, 89, 90, 91, 92, 93]);
                    Plain {
                        code: CODES[numbers.below(CODES.len())],
                        modifiers: modifiers.into_iter().filter(|it| !it.is_empty()).collect(),
                        date: date(2026, 4, 1).checked_add(i64::from(offset).days()).unwrap(),
                        provider: (person.0, group.1, person.2),
                        denied: false,
                    }
                })
                .collect();
            let claim = claim_of(number, &services);
            let (findings, _) =
                service::check(&claim, tables, library, &switches, &mut history, &mut Sentences::default());
            let (mut found, mut found_warnings) = (BTreeSet::new(), BTreeMap::new());
            for finding in &findings {
                let (Subject::Line(at) | Subject::LinePair(at, _)) = finding.subject else { panic!("{finding:?}") };
                match finding.disposition {
                    Disposition::DenyLine => assert!(found.insert(at), "{finding:?}"),
                    _ => *found_warnings.entry(at).or_insert(0) += 1,
                }
            }
            let (mut expected, mut expected_warnings) = (BTreeSet::new(), BTreeMap::new());
            for (at, one) in services.iter().enumerate() {
                let others = services.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
                let at = u32::try_from(at).unwrap();
                if others.chain(&seen).any(|surgery| !surgery.denied && is_included(one, surgery, &days)) {
                    expected.insert(at);
                }
                let before = seen.iter().filter(|earlier| !earlier.denied && is_included(earlier, one, &days)).count();
                if before > 0 {
                    expected_warnings.insert(at, before);
                }
            }
            assert_eq!(found, expected, "{services:#?} after {seen:#?}");
            assert_eq!(found_warnings, expected_warnings, "{services:#?} after {seen:#?}");
            denied += expected.len();
            warned += expected_warnings.len();
            judged += services.len();
            seen.extend(
                services
                    .into_iter()
                    .enumerate()
                    .map(|(at, service)| Plain { denied: expected.contains(&u32::try_from(at).unwrap()), ..service }),
            );
        }
    }
    println!("{judged} services judged, {denied} denied, {warned} surgeries with a warning");
    assert!(denied > 1_000 && warned > 300, "{denied} denied, {warned} warned: the generator meets too few periods");
}

// ---- Sides of the body ----------------------------------------------------------------------------------------------

/// Titles of the codes that can be billed on a day, read from the plain tables as text.
fn titles(on: &str) -> BTreeMap<String, String> {
    let data = openclaim_testkit::workspace_root().join("data/icd-10-cm");
    let mut billable = BTreeSet::new();
    for line in std::fs::read_to_string(data.join("periods.csv")).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[1] <= on && on <= cells[2] {
            billable.insert(cells[0].to_owned());
        }
    }
    let mut titles = BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(data.join("titles")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines().skip(1) {
            let cells: Vec<&str> = line.splitn(4, ',').collect();
            let title = cells[3].trim_matches('"').replace("\"\"", "\"");
            if billable.contains(cells[0]) && !title.is_empty() {
                titles.insert(cells[0].to_owned(), title.to_lowercase());
            }
        }
    }
    titles
}

/// Text behind `left ` or `right ` that makes it no side of the body.
fn phrases() -> Vec<String> {
    let file = openclaim_testkit::workspace_root().join("data/modifier/not_a_side.csv");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
}

/// `L`, `R`, `B` (both) or nothing, by scanning the text for the words.
fn letter(title: &str, phrases: &[String]) -> Option<char> {
    let spaced = format!(" {} ", title.replace(|c: char| !c.is_ascii_alphanumeric(), " "));
    let says = |side: &str| {
        spaced.match_indices(&format!(" {side} ")).any(|(at, found)| {
            let rest = spaced[at + found.len()..].trim_start();
            !phrases.iter().any(|phrase| rest.starts_with(&format!("{phrase} ")))
        })
    };
    match (says("left"), says("right"), spaced.contains(" bilateral ")) {
        (false, false, false) => None,
        (true, false, false) => Some('L'),
        (false, true, false) => Some('R'),
        _ => Some('B'),
    }
}

#[test]
fn sides_equal_a_second_implementation() {
    let titles = titles("2026-05-01");
    let phrases = phrases();
    let sides: BTreeMap<&str, Option<char>> =
        titles.iter().map(|(code, title)| (code.as_str(), letter(title, &phrases))).collect();
    let of = |wanted: Option<char>| -> Vec<&str> {
        sides.iter().filter(|(_, side)| **side == wanted).map(|(code, _)| *code).collect()
    };
    let pools = [of(Some('L')), of(Some('R')), of(Some('B')), of(None)];
    let mut libraries = Libraries::new(&cases());
    let (library, tables) = libraries.without(&[]);
    let switches = only("modifier/side-conflict");
    let mut numbers = Numbers(17);
    let mut fired = 0;
    for round in 0..20_000 {
        let chosen: Vec<&str> = (0..1 + numbers.below(4)).map(|_| *numbers.pick(numbers_pool(&pools, round))).collect();
        let modifier = *numbers.pick(&["LT", "RT"]);
        let mut claim = claim_of(
            1,
            &[Plain {
                code: "99213",
                modifiers: vec![modifier],
                date: date(2026, 5, 1),
                provider: ("1730000006", "1999999984", None),
                denied: false,
            }],
        );
        let mut pointed = Vec::new();
        for (at, code) in chosen.iter().enumerate() {
            let role = if at == 0 { DiagnosisRole::Principal } else { DiagnosisRole::Other };
            claim.diagnoses.push(Diagnosis { code: spanned(code), role, poa: None, icd9: false });
            if at == 0 || numbers.below(2) == 0 {
                claim.lines[0].diagnosis_pointers.push(Spanned::bare(u8::try_from(at).unwrap() + 1));
                pointed.push(sides[code]);
            }
        }
        let own = modifier.chars().next();
        let expected = pointed.iter().any(|side| side.is_some() && *side != Some('B'))
            && pointed.iter().all(|side| *side != own && *side != Some('B'));
        let (findings, _) =
            service::check(&claim, tables, library, &switches, &mut History::with_limit(0), &mut Sentences::default());
        assert_eq!(
            findings.len(),
            usize::from(expected),
            "{modifier} with {chosen:?}, pointing to {pointed:?}: {findings:?}"
        );
        fired += findings.len();
    }
    println!("{} codes name a side; {fired} of 20,000 lines are in conflict", pools[0].len() + pools[1].len());
    assert!(fired > 5_000);
}

/// Mostly codes of one side.
fn numbers_pool<'t>(pools: &'t [Vec<&'t str>; 4], round: usize) -> &'t [&'t str] {
    &pools[[0, 1, 0, 1, 0, 1, 2, 3][round % 8]]
}

#[test]
fn unspecified_sides_equal_a_second_implementation() {
    let titles = titles("2026-05-01");
    // Codes that say the same but for the side share a key; those that differ in one character are siblings.
    let words = |title: &str| -> Vec<String> {
        let split = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut words: Vec<String> = split
            .filter(|word| !["side", "dominant", "non", "nondominant"].contains(word))
            .map(str::to_owned)
            .collect();
        words.sort();
        words
    };
    let without = |words: &[String], word: &str| -> Option<Vec<String>> {
        let at = words.iter().position(|it| it == word)?;
        let mut rest = words.to_vec();
        rest.remove(at);
        Some(rest)
    };
    let mut sided: BTreeMap<(String, usize, Vec<String>), Vec<&str>> = BTreeMap::new();
    for (code, title) in &titles {
        let words = words(title);
        let sides = words.iter().filter(|word| ["left", "right"].contains(&word.as_str())).count();
        if let (1, Some(rest)) = (sides, without(&words, "left").or_else(|| without(&words, "right"))) {
            sided.entry((code[..3].to_owned(), code.len(), rest)).or_default().push(code);
        }
    }
    let phrases = phrases();
    let differ_once = |one: &str, two: &str| one.bytes().zip(two.bytes()).filter(|(a, b)| a != b).count() == 1;
    let expected: BTreeSet<&str> = titles
        .iter()
        .filter(|(code, title)| {
            let Some(rest) = without(&words(title), "unspecified") else { return false };
            let beside = sided.get(&(code[..3].to_owned(), code.len(), rest));
            letter(title, &phrases).is_none() && beside.is_some_and(|list| list.iter().any(|it| differ_once(code, it)))
        })
        .map(|(code, _)| code.as_str())
        .collect();
    let mut libraries = Libraries::new(&cases());
    let (library, tables) = libraries.without(&[]);
    let switches = only("modifier/unspecified-side");
    let mut found = BTreeSet::new();
    let codes: Vec<&str> = titles.keys().map(String::as_str).collect();
    for codes in codes.chunks(12) {
        let mut claim = Claim::new(ClaimType::Professional);
        for code in codes {
            claim.diagnoses.push(Diagnosis { code: spanned(code), role: DiagnosisRole::Other, poa: None, icd9: false });
        }
        claim.dates.statement_through = Some(Spanned::bare(date(2026, 5, 1)));
        let (findings, _) =
            service::check(&claim, tables, library, &switches, &mut History::with_limit(0), &mut Sentences::default());
        for finding in findings {
            let Subject::Diagnosis(at) = finding.subject else { panic!("{finding:?}") };
            found.insert(codes[at as usize]);
        }
    }
    let only_found: Vec<_> = found.difference(&expected).take(5).collect();
    let only_expected: Vec<_> = expected.difference(&found).take(5).collect();
    println!("{} codes leave the side open", found.len());
    assert!(only_found.is_empty() && only_expected.is_empty(), "found {only_found:?}, expected {only_expected:?}");
    assert!(found.len() > 10_000, "{}", found.len());
}
