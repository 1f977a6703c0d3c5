//! The claim edits on professional claims in memory: six lines and four diagnoses each, one core, every claim of another
//! beneficiary. Required are 100,000 claims a second with NCCI, modifier and convention edits on.
//!
//! The tables are the shared ones where they are present; without them every edit says that it lacks its table, and the
//! figure is that of a claim without tables.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench fails by panicking, and criterion writes undocumented functions"
)]

#[path = "support/everyday.rs"]
mod everyday;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use everyday::DIAGNOSES;
use openclaim_claim::{
    Claim, ClaimType, Decimal, Diagnosis, DiagnosisCode, DiagnosisRole, HcpcsCode, Modifier, Npi, Provider,
    ProviderRole, ProviderSpecialty, ServiceLine, Sex, Spanned, Subscriber, Text,
};
use openclaim_edits::Selection;
use openclaim_edits::service::{History, Sentences, Switches, Tables, check};
use openclaim_import::{ImportOptions, prepare};
use openclaim_reference::Library;
use openclaim_reference::data_folder::DataFolder;
use openclaim_testkit::shared;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        // Constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// The day of all services.
const DAY: &str = "2026-05-15";

/// What the shared folder has, imported into `folder`.
fn library(folder: &std::path::Path) -> Library {
    let data = DataFolder::new(folder);
    for path in [
        "cms/ncci/ptp-practitioner-2024q3-tidy.zip",
        "cms/ncci/mue-aoc-2024q3-tidy.zip",
        "cms/mpfs/RVU25D.zip",
        "cms/hcpcs/hcpcs-level-ii-2024-07-tidy.zip",
    ] {
        let Some(path) = shared("bench claim_edits", path) else { continue };
        // Tables of other quarters stand in for those of the quarter for which the tabular list speaks: the work is the same.
        let options = ImportOptions {
            from: Some("2026-04-01".parse().unwrap()),
            to: Some("2026-06-30".parse().unwrap()),
            keep_going: true,
            ..ImportOptions::default()
        };
        let prepared = prepare(&[path], &options).unwrap();
        data.write_access("bench", Duration::from_secs(10)).unwrap().install(&prepared.releases).unwrap();
    }
    Library::open(Some(folder)).unwrap()
}

/// Codes that claims bill: those with a limit of units, or some made-up ones.
fn codes(library: &Library) -> Vec<HcpcsCode> {
    let day = DAY.parse().unwrap();
    if let openclaim_reference::Lookup::Found { table, .. } = library.relation("ncci/mue-practitioner", day, None) {
        let paid = table.rows().filter(|row| row.int(1).is_some_and(|units| units > 0));
        return paid.filter_map(|row| row.code(0)?.as_str().parse().ok()).collect();
    }
    (0..5_000).map(|number| format!("X{number:04}").parse().unwrap()).collect()
}

/// Claims as they are billed: most are right. Of generated claims those are kept that no claim edit stops, and one in ten of
/// the others.
fn billed(library: &Library, tables: &Tables, count: usize) -> Vec<Claim> {
    let mut kept = Vec::with_capacity(count);
    let mut wrong = 0_usize;
    for claim in claims(library, count * 20) {
        let switches = Switches::default();
        let (findings, _) =
            check(&claim, tables, library, &switches, &mut History::with_limit(0), &mut Sentences::default());
        let stopped = findings.iter().any(|finding| finding.disposition.is_error());
        if stopped && wrong * 9 > kept.len() - wrong {
            continue;
        }
        wrong += usize::from(stopped);
        kept.push(claim);
        if kept.len() == count {
            break;
        }
    }
    println!("{} claims, {wrong} of them with an error", kept.len());
    kept
}

/// Time on the processor so far, where the system tells; a machine that does other work spoils the time of day.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Claims of a visit and five other services by one of two hundred physicians, each line on the same day; every tenth
/// line carries a modifier.
fn claims(library: &Library, count: usize) -> Vec<Claim> {
    let codes = codes(library);
    let visits = ["99213", "99214", "99203", "G0463"].map(|code| code.parse::<HcpcsCode>().unwrap());
    let common = ["25", "59", "LT", "RT", "26", "76"].map(|modifier| Modifier::parse(modifier).unwrap());
    let mut dice = Dice(7);
    let physicians: Vec<Arc<Provider>> = (0..200)
        .map(|number| {
            let mut provider = Provider::new(ProviderRole::Billing);
            provider.npi = npi(100_000_000 + number).map(Spanned::bare);
            let taxonomy = Spanned::bare("207Q00000X".parse().unwrap());
            provider.specialty = Some(ProviderSpecialty { taxonomy });
            Arc::new(provider)
        })
        .collect();
    (0..count)
        .map(|number| {
            let mut claim = Claim::new(ClaimType::Professional);
            claim.claim_id = Spanned::bare(format!("C{number}").into());
            claim.place_of_service = Some(Spanned::bare("11".parse().unwrap()));
            claim.billing_provider = Arc::clone(&physicians[dice.below(200)]);
            let subscriber = Subscriber {
                member_id: Spanned::bare(format!("M{number:09}").into()),
                claim_filing_indicator: Text::const_new("MB"),
                ..Subscriber::default()
            };
            claim.subscriber = Arc::new(subscriber);
            let patient = Arc::make_mut(&mut claim.patient);
            patient.relationship.0 = Text::const_new("18");
            patient.birth_date = Some(Spanned::bare("1950-03-05".parse().unwrap()));
            patient.sex = Some(Spanned::bare(Sex::Female));
            let diagnoses = dice.of(&DIAGNOSES);
            for (position, code) in diagnoses.into_iter().enumerate() {
                let role = if position == 0 { DiagnosisRole::Principal } else { DiagnosisRole::Other };
                let code = Spanned::bare(code.parse::<DiagnosisCode>().unwrap());
                claim.diagnoses.push(Diagnosis { code, role, poa: None, icd9: false });
            }
            let day = Some(Spanned::bare(DAY.parse().unwrap()));
            for number in 1..=6 {
                let mut line = ServiceLine::new(number);
                line.hcpcs = Some(Spanned::bare(if number == 1 { dice.of(&visits) } else { dice.of(&codes) }));
                line.code_qualifier = Text::const_new("HC");
                line.units = Some(Spanned::bare(Decimal::ONE));
                (line.dates.from, line.dates.through) = (day, day);
                if dice.below(10) == 0 {
                    line.modifiers.push(Spanned::bare(dice.of(&common)));
                }
                line.diagnosis_pointers.push(Spanned::bare(1 + u8::try_from(dice.below(4)).unwrap()));
                claim.lines.push(line);
            }
            claim
        })
        .collect()
}

/// The NPI of nine digits and their check digit, the first that fits.
fn npi(nine: u32) -> Option<Npi> {
    (0..10).find_map(|check| format!("1{:08}{check}", nine % 100_000_000).parse().ok())
}

fn edit(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let tables = Tables::new(&library);
    let claims = billed(&library, &tables, 5_000);
    let mut group = criterion.benchmark_group("claim-edits");
    group.throughput(Throughput::Elements(claims.len() as u64));
    for selected in [&["ncci", "modifier", "code"][..], &["ncci"], &["modifier"], &["code"]] {
        let names: Vec<String> = selected.iter().map(ToString::to_string).collect();
        let switches = Switches { selection: Selection::new(&names, &[]).unwrap(), ..Switches::default() };
        let pass = || {
            let (mut history, mut sentences) = (History::default(), Sentences::default());
            let mut counted = (0, 0);
            for claim in &claims {
                let (findings, cannot) =
                    check(black_box(claim), &tables, &library, &switches, &mut history, &mut sentences);
                counted = (counted.0 + findings.len(), counted.1 + cannot.len());
            }
            counted
        };
        let (findings, notes) = pass();
        print!("{}: {findings} findings and {notes} notes", names.join("+"));
        if let Some(begun) = processor_time() {
            let passes: u32 = 20;
            for _ in 0..passes {
                black_box(pass());
            }
            let spent = processor_time().unwrap_or_default().saturating_sub(begun);
            print!(", {} ns of processor time a claim", spent.as_nanos() / u128::from(passes) / claims.len() as u128);
        }
        println!();
        group.bench_function(names.join("+"), |bencher| bencher.iter(pass));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = edit
}
criterion_main!(benches);
