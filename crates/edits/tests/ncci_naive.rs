//! The edits of NCCI told a second time, from the text of the tables, without their readers and without the edits' code,
//! and both compared on generated pairs of lines: of the shared tables where they are present, and of made-up ones with
//! dates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_claim::{
    Claim, ClaimType, Date, Decimal, Finding, Modifier, NotEvaluated, Npi, Provider, ProviderRole, ProviderSpecialty,
    ServiceLine, Spanned, Subject, Subscriber, Text,
};
use openclaim_edits::Selection;
use openclaim_edits::service::{History, Sentences, Switches, Tables, check};
use openclaim_import::{ImportOptions, prepare, read_bytes};
use openclaim_reference::Library;
use openclaim_reference::data_folder::DataFolder;
use openclaim_reference::release::BuiltRelease;
use openclaim_testkit::shared;
use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Pairs of lines per table.
const PAIRS: usize = 200_000;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // Constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A line as the naive edits see it.
#[derive(Debug, Clone)]
struct Line {
    code: String,
    modifiers: Vec<&'static str>,
    day: &'static str,
    units: i64,
}

/// Who bills.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bill {
    Practitioner,
    Outpatient,
    Supplier,
}

fn claim(bill: Bill, lines: &[Line]) -> Claim {
    let kind = if bill == Bill::Outpatient { ClaimType::Institutional } else { ClaimType::Professional };
    let mut claim = Claim::new(kind);
    if bill == Bill::Outpatient {
        claim.type_of_bill = Some(Spanned::bare("0131".parse().unwrap()));
    }
    let mut billing = Provider::new(ProviderRole::Billing);
    billing.npi = Some(Spanned::bare("1999999984".parse::<Npi>().unwrap()));
    let taxonomy = if bill == Bill::Supplier { "332B00000X" } else { "207Q00000X" };
    billing.specialty = Some(ProviderSpecialty { taxonomy: Spanned::bare(taxonomy.parse().unwrap()) });
    claim.billing_provider = Arc::new(billing);
    claim.subscriber = Arc::new(Subscriber { member_id: Spanned::bare("1EG4TE5MK73".into()), ..Subscriber::default() });
    for (number, line) in (1..).zip(lines) {
        let mut service = ServiceLine::new(number);
        service.hcpcs = Some(Spanned::bare(line.code.parse().unwrap()));
        service.code_qualifier = Text::const_new("HC");
        service.modifiers = line.modifiers.iter().map(|it| Spanned::bare(Modifier::parse(it).unwrap())).collect();
        service.units = Some(Spanned::bare(Decimal::from(line.units)));
        let day: Date = line.day.parse().unwrap();
        service.dates.from = Some(Spanned::bare(day));
        service.dates.through = Some(Spanned::bare(day));
        claim.lines.push(service);
    }
    claim
}

/// What was decided: the edit, the line it is about, and the line it collides with.
type Verdict = (&'static str, u32, Option<u32>);

fn verdicts(findings: &[Finding]) -> BTreeSet<Verdict> {
    let verdict = |finding: &Finding| match finding.subject {
        Subject::Line(line) => (finding.edit, line, None),
        Subject::LinePair(line, other) => (finding.edit, line, Some(other)),
        ref other => panic!("{} is about {other:?}", finding.edit),
    };
    findings.iter().map(verdict).collect()
}

struct Bench {
    _folder: tempfile::TempDir,
    library: Library,
    tables: Tables,
    switches: Switches,
}

impl Bench {
    /// A library of these releases, in which these edits alone are run.
    fn new(releases: &[BuiltRelease], edits: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::new(folder.path());
        data.write_access("naive test", Duration::from_secs(10)).unwrap().install(releases).unwrap();
        let library = Library::open(Some(folder.path())).unwrap();
        let tables = Tables::new(&library);
        let edits: Vec<String> = edits.iter().map(ToString::to_string).collect();
        let switches = Switches { selection: Selection::new(&edits, &[]).unwrap(), ..Switches::default() };
        Self { _folder: folder, library, tables, switches }
    }

    fn check(&self, claim: &Claim) -> (BTreeSet<Verdict>, Vec<NotEvaluated>) {
        let mut history = History::with_limit(0);
        let (findings, cannot) =
            check(claim, &self.tables, &self.library, &self.switches, &mut history, &mut Sentences::default());
        (verdicts(&findings), cannot)
    }

    /// Compares the edits with a naive telling on generated claims; how many verdicts both reached.
    fn compare(
        &self,
        bill: Bill,
        claims: usize,
        mut next: impl FnMut() -> Vec<Line>,
        naive: impl Fn(&[Line]) -> BTreeSet<Verdict>,
    ) -> usize {
        let mut reached = 0;
        for _ in 0..claims {
            let lines = next();
            let (found, _) = self.check(&claim(bill, &lines));
            let told = naive(&lines);
            assert_eq!(found, told, "{bill:?} {lines:?}");
            reached += told.len();
        }
        reached
    }
}

/// The members of a zip, by name.
fn members(path: &Path) -> HashMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let count = archive.len();
    let read = |at| {
        let mut member = archive.by_index(at).unwrap();
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        (member.name().to_owned(), text)
    };
    (0..count).map(read).collect()
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',').map(|cell| cell.trim_matches('"')).collect()
}

// ---- procedure pairs -------------------------------------------------------------------------------------------------

/// A row of a pair table: first and last day as ISO text, empty where open, and the indicator.
type PairRow = (String, String, char);

/// Column 1, column 2 → rows.
type PairTable = HashMap<(String, String), Vec<PairRow>>;

const SITES: [&str; 33] = [
    "E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4",
    "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI", "", "",
];
const OTHERS: [&str; 13] = ["24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"];
const SET_APART: [&str; 8] = ["58", "59", "78", "79", "XE", "XP", "XS", "XU"];
const NO_BYPASS: [&str; 8] = ["50", "76", "77", "22", "26", "TC", "GA", "51"];

fn is_site(modifier: &str) -> bool {
    !modifier.is_empty() && SITES.contains(&modifier)
}

fn naive_pairs(table: &PairTable, lines: &[Line]) -> BTreeSet<Verdict> {
    let mut verdicts = BTreeSet::new();
    for (at1, one) in lines.iter().enumerate() {
        for (at2, two) in lines.iter().enumerate() {
            if at1 == at2 || one.day != two.day {
                continue;
            }
            let rows = table.get(&(one.code.clone(), two.code.clone())).map_or(&[][..], Vec::as_slice);
            let active = rows.iter().find(|(from, to, indicator)| {
                from.as_str() <= one.day && (to.is_empty() || one.day <= to.as_str()) && *indicator != '9'
            });
            let Some((.., indicator)) = active else { continue };
            let of = |line: &Line, known: &[&str]| line.modifiers.iter().any(|modifier| known.contains(modifier));
            let sited = |line: &Line| line.modifiers.iter().any(|modifier| is_site(modifier));
            let bypassing = |line: &Line| sited(line) || of(line, &OTHERS);
            let one_site = one.modifiers.iter().any(|modifier| is_site(modifier) && two.modifiers.contains(modifier));
            let set_apart = of(one, &SET_APART) || of(two, &SET_APART);
            let denied = *indicator == '0' || !(bypassing(one) || bypassing(two)) || (one_site && !set_apart);
            let (line, other) = (at2 as u32, Some(at1 as u32));
            if denied {
                verdicts.insert(("ncci/procedure-pair", line, other));
            } else if one_site || !(sited(one) && sited(two)) {
                verdicts.insert(("ncci/pair-bypassed", line, other));
            }
        }
    }
    verdicts
}

fn modifiers(dice: &mut Dice) -> Vec<&'static str> {
    let mut modifiers = Vec::new();
    for _ in 0..dice.below(3) {
        let modifier = match dice.below(4) {
            0 => *dice.of(&OTHERS),
            1 => *dice.of(&NO_BYPASS),
            2 => *dice.of(&["LT", "RT"]),
            _ => *dice.of(&SITES),
        };
        if !modifier.is_empty() && !modifiers.contains(&modifier) {
            modifiers.push(modifier);
        }
    }
    modifiers
}

fn shared_pairs(test: &str, service: &str, bill: Bill) {
    let Some(path) = shared(test, &format!("cms/ncci/ptp-{service}-2024q3-tidy.zip")) else { return };
    let prepared = prepare(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    let bench = Bench::new(&prepared.releases, &["ncci/procedure-pair", "ncci/pair-bypassed"]);
    let text = members(&path).into_values().next().unwrap();
    let mut table = PairTable::new();
    let mut keys: Vec<(String, String)> = Vec::new();
    for line in text.lines().skip(1) {
        let cells = cells(line);
        let key = (cells[0].to_owned(), cells[1].to_owned());
        let row = (String::new(), cells[2].to_owned(), cells[3].chars().next().unwrap());
        if keys.last() != Some(&key) {
            keys.push(key.clone());
        }
        table.entry(key).or_default().push(row);
    }
    let mut dice = Dice(1);
    let next = || {
        let key = dice.of(&keys).clone();
        let other = dice.of(&keys).1.clone();
        let (one, two) = match dice.below(8) {
            0 => (key.0, other),
            1 => (key.0.clone(), key.0),
            2 => (key.1, key.0),
            _ => key,
        };
        let day = *dice.of(&["2024-07-01", "2024-08-15", "2024-09-30"]);
        let second_day = if dice.below(10) == 0 { "2024-08-16" } else { day };
        let line = |dice: &mut Dice, code, day| Line { code, modifiers: modifiers(dice), day, units: 1 };
        vec![line(&mut dice, one, day), line(&mut dice, two, second_day)]
    };
    let reached = bench.compare(bill, PAIRS, next, |lines| naive_pairs(&table, lines));
    eprintln!("{test}: {PAIRS} pairs of lines, {} pairs of codes, {reached} verdicts", keys.len());
    assert!(reached > PAIRS / 4);
    // Outside the quarter nothing is decided, and it is said.
    let (one, two) = keys[0].clone();
    for day in ["2024-06-30", "2024-10-01"] {
        let lines = [one.clone(), two.clone()].map(|code| Line { code, modifiers: Vec::new(), day, units: 1 });
        let (found, cannot) = bench.check(&claim(bill, &lines));
        assert!(found.is_empty() && cannot.len() == 1 && cannot[0].detail.contains(day), "{found:?} {cannot:?}");
    }
}

#[test]
fn practitioner_pairs_are_those_of_the_table() {
    shared_pairs("practitioner_pairs_are_those_of_the_table", "practitioner", Bill::Practitioner);
}

#[test]
fn outpatient_pairs_are_those_of_the_table() {
    shared_pairs("outpatient_pairs_are_those_of_the_table", "outpatient", Bill::Outpatient);
}

/// Days around which made-up pairs begin and end, each with the day before and after.
const DAYS: [[&str; 3]; 4] = [
    ["2019-12-31", "2020-01-01", "2020-01-02"],
    ["2024-02-28", "2024-02-29", "2024-03-01"],
    ["2025-06-30", "2025-07-01", "2025-07-02"],
    ["2026-08-31", "2026-09-01", "2026-09-02"],
];

#[test]
fn pairs_hold_from_their_first_to_their_last_day() {
    let mut dice = Dice(2);
    let mut text =
        String::from("Made-up\t\t\t\t\t\t\nColumn 1\tColumn 2\t*\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n");
    let mut table = PairTable::new();
    for number in 0..400 {
        let (one, two) = (format!("X{:04}", number % 20), format!("Y{:04}", number / 20));
        // Up to two periods, the second behind the first.
        for _ in 0..=dice.below(2) {
            let first = dice.below(DAYS.len());
            let last = first + dice.below(DAYS.len() - first);
            let (from, to) = (DAYS[first][1], DAYS[last][1]);
            let to = if dice.below(3) == 0 { "" } else { to };
            let indicator = if from == to { '9' } else { *dice.of(&['0', '1']) };
            let rows = table.entry((one.clone(), two.clone())).or_default();
            if rows
                .iter()
                .any(|row| to.is_empty() || row.1.is_empty() || row.1.as_str() >= from || row.0.as_str() >= from)
            {
                continue;
            }
            rows.push((from.to_owned(), to.to_owned(), indicator));
            let ended = if to.is_empty() { "*".to_owned() } else { to.replace('-', "") };
            text += &format!("{one}\t{two}\t\t{}\t{ended}\t{indicator}\tMade-up\n", from.replace('-', ""));
        }
    }
    let releases = read_bytes("ccipra-v323r0-f1.txt", text.as_bytes(), &ImportOptions::default()).unwrap();
    let bench = Bench::new(&releases, &["ncci/procedure-pair", "ncci/pair-bypassed"]);
    let keys: Vec<(String, String)> = {
        let mut keys: Vec<_> = table.keys().cloned().collect();
        keys.sort();
        keys
    };
    let next = || {
        let (one, two) = dice.of(&keys).clone();
        let around = dice.of(&DAYS);
        let day = *dice.of(around);
        let mut lines = vec![
            Line { code: one, modifiers: modifiers(&mut dice), day, units: 1 },
            Line { code: two, modifiers: modifiers(&mut dice), day, units: 1 },
        ];
        if dice.below(2) == 0 {
            lines.reverse();
        }
        lines
    };
    let naive = |lines: &[Line]| {
        // 59 and the X modifiers count on column 1 since 2019-07-01, before any of these days.
        naive_pairs(&table, lines)
    };
    let reached = bench.compare(Bill::Practitioner, PAIRS, next, naive);
    assert!(reached > PAIRS / 8, "{reached}");
}

// ---- unlikely units --------------------------------------------------------------------------------------------------

fn naive_units(table: &HashMap<String, (i64, char)>, lines: &[Line]) -> BTreeSet<Verdict> {
    let mut verdicts = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(&(limit, indicator)) = table.get(&line.code) else { continue };
        let day = lines.iter().filter(|it| it.code == line.code && it.day == line.day).map(|it| it.units).sum::<i64>();
        let (edit, units) = match indicator {
            '1' => ("ncci/units-per-line", line.units),
            '2' => ("ncci/units-per-day", day),
            _ => ("ncci/units-per-day-clinical", day),
        };
        if units > limit {
            verdicts.insert((edit, at as u32, None));
        }
    }
    verdicts
}

#[test]
fn units_are_held_against_the_table() {
    let test = "units_are_held_against_the_table";
    let Some(path) = shared(test, "cms/ncci/mue-aoc-2024q3-tidy.zip") else { return };
    let prepared = prepare(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    let bench =
        Bench::new(&prepared.releases, &["ncci/units-per-line", "ncci/units-per-day", "ncci/units-per-day-clinical"]);
    let members = members(&path);
    for (name, bill) in [("prac", Bill::Practitioner), ("out", Bill::Outpatient), ("dme", Bill::Supplier)] {
        let (_, text) = members.iter().find(|(member, _)| member.contains(&format!("mue_{name}"))).unwrap();
        let mut table = HashMap::new();
        let mut codes = Vec::new();
        let mut by_line = Vec::new();
        for line in text.lines().skip(1) {
            let cells = cells(line);
            let indicator = cells[2].chars().next().unwrap();
            table.insert(cells[0].to_owned(), (cells[1].parse::<i64>().unwrap(), indicator));
            codes.push(cells[0].to_owned());
            if indicator == '1' {
                by_line.push(cells[0].to_owned());
            }
        }
        let mut dice = Dice(3);
        let next = || {
            let code = match dice.below(8) {
                0 => dice.of(&by_line).clone(),
                // A code without a limit.
                1 => "ZZ999".to_owned(),
                _ => dice.of(&codes).clone(),
            };
            let second = if dice.below(3) == 0 { dice.of(&codes).clone() } else { code.clone() };
            let limit = table.get(&code).map_or(1, |it| it.0);
            let day = *dice.of(&["2024-07-01", "2024-09-30"]);
            let other_day = if dice.below(5) == 0 { "2024-08-01" } else { day };
            let units = |dice: &mut Dice| match dice.below(4) {
                0 => limit.max(1),
                1 => limit + 1,
                2 => (limit / 2).max(1),
                _ => 1 + dice.below(usize::try_from(limit).unwrap() + 2) as i64,
            };
            vec![
                Line { code, modifiers: modifiers(&mut dice), day, units: units(&mut dice) },
                Line { code: second, modifiers: modifiers(&mut dice), day: other_day, units: units(&mut dice) },
            ]
        };
        let reached = bench.compare(bill, PAIRS, next, |lines| naive_units(&table, lines));
        eprintln!("{test}: {bill:?}: {PAIRS} pairs of lines, {} codes, {reached} verdicts", codes.len());
        assert!(reached > PAIRS / 4);
    }
}

// ---- add-on codes ----------------------------------------------------------------------------------------------------

fn naive_add_ons(
    edit: &'static str,
    table: &HashMap<String, Vec<(String, char)>>,
    lines: &[Line],
) -> BTreeSet<Verdict> {
    let mut verdicts: BTreeSet<Verdict> = BTreeSet::new();
    // What is denied serves no other code, so everything is told again until nothing is added.
    loop {
        let before = verdicts.len();
        for (at, line) in lines.iter().enumerate() {
            let Some(rows) = table.get(&line.code) else { continue };
            let denied = |position: usize| verdicts.iter().any(|verdict| verdict.1 as usize == position);
            let beside: Vec<&Line> = lines
                .iter()
                .enumerate()
                .filter(|(position, other)| *position != at && other.day == line.day && !denied(*position))
                .map(|(_, other)| other)
                .collect();
            let listed = beside.iter().any(|other| rows.iter().any(|(primary, _)| *primary == other.code));
            let other = beside.iter().any(|other| !table.contains_key(&other.code));
            let (its_edit, fires) = match rows.iter().map(|row| row.1).max().unwrap() {
                '1' => ("ncci/add-on-without-primary", !listed),
                '2' => ("ncci/add-on-contractor-primary", !other),
                _ => ("ncci/add-on-listed-or-contractor", !listed && !other),
            };
            if fires && its_edit == edit {
                verdicts.insert((edit, at as u32, None));
            }
        }
        if verdicts.len() == before {
            return verdicts;
        }
    }
}

#[test]
fn add_on_codes_need_their_primary_codes() {
    let test = "add_on_codes_need_their_primary_codes";
    let Some(path) = shared(test, "cms/ncci/mue-aoc-2024q3-tidy.zip") else { return };
    let prepared = prepare(std::slice::from_ref(&path), &ImportOptions::default()).unwrap();
    let edits = ["ncci/add-on-without-primary", "ncci/add-on-contractor-primary", "ncci/add-on-listed-or-contractor"];
    let members = members(&path);
    let (_, text) = members.iter().find(|(member, _)| member.contains("aoc")).unwrap();
    let mut table: HashMap<String, Vec<(String, char)>> = HashMap::new();
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let cells = cells(line);
        let kind = cells[2].chars().next().unwrap();
        table.entry(cells[1].to_owned()).or_default().push((cells[0].to_owned(), kind));
        rows.push((cells[1].to_owned(), cells[0].to_owned(), kind));
    }
    let mut add_ons: Vec<String> = table.keys().cloned().collect();
    add_ons.sort();
    let partly: Vec<_> = rows.iter().filter(|row| row.2 != '1').cloned().collect();
    for (edit, seed) in edits.into_iter().zip(4..) {
        let bench = Bench::new(&prepared.releases, &[edit]);
        let mut dice = Dice(seed);
        let next = || {
            let (add_on, primary, _) = if dice.below(3) == 0 { dice.of(&partly) } else { dice.of(&rows) }.clone();
            let beside = match dice.below(5) {
                0 => dice.of(&add_ons).clone(),
                1 => "99213".to_owned(),
                _ => primary,
            };
            let day = *dice.of(&["2024-07-01", "2024-09-30"]);
            let other_day = if dice.below(6) == 0 { "2024-07-02" } else { day };
            let mut lines = vec![
                Line { code: add_on, modifiers: Vec::new(), day, units: 1 },
                Line { code: beside, modifiers: Vec::new(), day: other_day, units: 1 },
            ];
            if dice.below(2) == 0 {
                lines.reverse();
            }
            lines
        };
        let reached = bench.compare(Bill::Practitioner, PAIRS, next, |lines| naive_add_ons(edit, &table, lines));
        eprintln!("{test}: {edit}: {PAIRS} pairs of lines, {} add-on codes, {reached} verdicts", add_ons.len());
        assert!(reached > 1_000);
    }
}
