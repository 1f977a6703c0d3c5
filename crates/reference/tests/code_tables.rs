//! ICD-10-CM, ICD-10-PCS and IPPS Table 5 as embedded: known codes, the edges of periods, the hierarchy and its notes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::{Date, date};
use openclaim_claim::{DiagnosisCode, ProcedureCode};
use openclaim_reference::{Day, Library};
use openclaim_tables::drg_weights::{DrgType, WeightLookup};
use openclaim_tables::icd10cm::{NoteKind, Place, TitleSource};
use openclaim_tables::{Period, Validity};

fn library() -> Library {
    Library::embedded().unwrap()
}

fn dx(code: &str) -> DiagnosisCode {
    DiagnosisCode::parse(code).unwrap()
}

fn px(code: &str) -> ProcedureCode {
    ProcedureCode::parse(code).unwrap()
}

fn period(from: u32, to: u32) -> Period {
    Period { from: Day(from), to: Day(to) }
}

#[test]
fn a_code_is_valid_from_its_first_day_through_its_last() {
    let library = library();
    let table = library.icd10cm();
    // New on 2025-10-01.
    assert!(matches!(table.valid_on(dx("S3011XA"), date(2025, 9, 30)), Validity::NotValid { .. }));
    assert!(table.valid_on(dx("S3011XA"), date(2025, 10, 1)).is_valid());
    // Retired after 2024-09-30.
    let periods = [period(20_151_001, 20_240_930)];
    assert!(table.valid_on(dx("C8339"), date(2015, 10, 1)).is_valid());
    assert!(table.valid_on(dx("C8339"), date(2024, 9, 30)).is_valid());
    assert_eq!(table.valid_on(dx("C8339"), date(2024, 10, 1)), Validity::NotValid { periods: &periods });
    // Divided further on 2026-10-01.
    assert!(table.valid_on(dx("I420"), date(2026, 9, 30)).is_valid());
    assert!(!table.valid_on(dx("I420"), date(2026, 10, 1)).is_valid());
    assert!(table.valid_on(dx("I4200"), date(2026, 10, 1)).is_valid());
    // Mid-year: COVID-19 came on 2020-04-01, out of turn.
    assert!(!table.valid_on(dx("U071"), date(2020, 3, 31)).is_valid());
    assert!(table.valid_on(dx("U071"), date(2020, 4, 1)).is_valid());
}

#[test]
fn a_day_outside_the_tables_is_unknown_not_invalid() {
    let library = library();
    let coverage = period(20_151_001, 20_270_331);
    assert_eq!(library.icd10cm().coverage(), coverage);
    assert_eq!(library.icd10pcs().coverage(), coverage);
    let outside = Validity::OutsideTables { coverage };
    assert_eq!(library.icd10cm().valid_on(dx("I10"), date(2015, 9, 30)), outside);
    assert!(library.icd10cm().valid_on(dx("I10"), date(2015, 10, 1)).is_valid());
    assert!(library.icd10cm().valid_on(dx("I10"), date(2027, 3, 31)).is_valid());
    assert_eq!(library.icd10cm().valid_on(dx("I10"), date(2027, 4, 1)), outside);
    assert_eq!(library.icd10pcs().valid_on(px("0SR9019"), date(2027, 4, 1)), outside);
}

#[test]
fn what_never_was_a_code_is_unknown() {
    let library = library();
    let on = date(2026, 1, 1);
    for text in ["I50", "ZZZ", "I1", "I109", "S72001", "A", "99999999"] {
        assert_eq!(library.icd10cm().valid_on(dx(text), on), Validity::Unknown, "{text}");
    }
    assert_eq!(library.icd10pcs().valid_on(px("0SR9"), on), Validity::Unknown);
    assert_eq!(library.icd10pcs().valid_on(px("ZZZZZZZ"), on), Validity::Unknown);
}

#[test]
fn procedures_change_in_april_too() {
    let library = library();
    let table = library.icd10pcs();
    assert!(!table.valid_on(px("02HM3JZ"), date(2026, 3, 31)).is_valid());
    assert!(table.valid_on(px("02HM3JZ"), date(2026, 4, 1)).is_valid());
    assert!(table.valid_on(px("30233AZ"), date(2026, 3, 31)).is_valid());
    assert!(!table.valid_on(px("30233AZ"), date(2026, 4, 1)).is_valid());
}

/// Billable codes per edition, as published: 74,260 in FY 2025, 74,719 and 79,115 in FY 2026.
#[test]
fn counts_per_day_are_those_of_the_editions() {
    let library = library();
    let diagnoses = |on: Date| library.icd10cm().iter().filter(|entry| entry.valid_on(on).is_valid()).count();
    let procedures = |on: Date| library.icd10pcs().iter().filter(|entry| entry.valid_on(on).is_valid()).count();
    assert_eq!(diagnoses(date(2024, 10, 1)), 74_260);
    assert_eq!(diagnoses(date(2025, 9, 30)), 74_260);
    assert_eq!(diagnoses(date(2025, 10, 1)), 74_719);
    assert_eq!(diagnoses(date(2026, 9, 30)), 74_719);
    assert_eq!(procedures(date(2025, 10, 1)), 79_115);
    assert_eq!(procedures(date(2026, 4, 1)), 79_193);
}

#[test]
fn titles_say_where_they_come_from() {
    let library = library();
    let title = |code: &str| {
        let entry = library.icd10cm().get(dx(code)).unwrap();
        (entry.title(), entry.title_source())
    };
    assert_eq!(title("I10"), (Some("Essential (primary) hypertension"), TitleSource::Fy2025List));
    assert_eq!(title("I50"), (Some("Heart failure"), TitleSource::Tabular));
    // New since FY 2025: composed of the tabular list's title and the 7th character.
    let new = "Contusion of abdominal wall, initial encounter";
    assert_eq!(title("S3011XA"), (Some(new), TitleSource::TabularSeventh));
    // Published with a misprint in FY 2025 and corrected since.
    let corrected = "Injury of cutaneous sensory nerve at hip and thigh level, right leg, initial encounter";
    assert_eq!(title("S7421XA").0, Some(corrected));
    // Later than every publication at hand.
    assert_eq!(title("I4200"), (None, TitleSource::None));

    let procedure = |code: &str| {
        let entry = library.icd10pcs().get(px(code)).unwrap();
        (entry.title(), entry.title_source())
    };
    let bypass = "Bypass Cerebral Ventricle to Mastoid Sinus with Autologous Tissue Substitute, Open Approach";
    assert_eq!(procedure("0016071"), (Some(bypass), TitleSource::Fy2025List));
    assert_eq!(procedure("00H033J").1, TitleSource::DefinitionsManual);
}

#[test]
fn a_code_lies_below_its_category_section_and_chapter() {
    let library = library();
    let path =
        |code: &str| -> Vec<String> { library.icd10cm().get(dx(code)).unwrap().path().map(Place::label).collect() };
    assert_eq!(path("I5021"), ["I50.21", "I50.2", "I50", "I30-I5A", "09"]);
    assert_eq!(path("C50912"), ["C50.912", "C50.91", "C50.9", "C50", "C50-C50", "C00-C75", "C00-C96", "02"]);
    assert_eq!(path("W11XXXA"), ["W11.XXXA", "W11", "W00-W19", "W00-X58", "V00-X58", "20"]);
    let category = library.icd10cm().get(dx("I502")).unwrap();
    let below: Vec<String> = category.children().map(|entry| entry.code().dotted()).collect();
    assert_eq!(below, ["I50.20", "I50.21", "I50.22", "I50.23"]);
    assert!(!category.ever_billable());
    assert_eq!(library.icd10cm().headings().filter(|heading| heading.is_chapter()).count(), 22);
}

#[test]
fn every_path_ends_at_a_chapter() {
    let library = library();
    let stray: Vec<String> = library
        .icd10cm()
        .iter()
        .filter(|entry| !matches!(entry.path().last(), Some(Place::Heading(heading)) if heading.is_chapter()))
        .map(|entry| entry.code().dotted())
        .collect();
    // New on 2026-10-01 in categories that the tabular list of April 2026 does not have yet.
    assert_eq!(stray, ["J4B", "K6A.01", "K6A.09", "K6A.8", "QA1.71", "QA1.790", "QA1.791", "QA1.792", "QA1.798"]);
}

#[test]
fn notes_of_the_category_hold_for_its_codes() {
    let library = library();
    let entry = library.icd10cm().get(dx("J4550")).unwrap();
    let excludes1: Vec<(String, &str)> = entry
        .notes_inherited()
        .filter(|inherited| inherited.note.kind == NoteKind::Excludes1)
        .map(|inherited| (inherited.at.label(), inherited.note.text))
        .collect();
    assert!(
        excludes1.contains(&("J45".to_owned(), "lung diseases due to external agents (J60-J70)"))
            || excludes1.iter().any(|(at, _)| at == "J45"),
        "{excludes1:?}"
    );
    // Chapter 10's instruction reaches the code, and says that it is the chapter's.
    let uses: Vec<String> = entry
        .notes_inherited()
        .filter(|inherited| inherited.note.kind == NoteKind::UseAdditionalCode)
        .map(|inherited| inherited.at.label())
        .collect();
    assert!(uses.contains(&"10".to_owned()), "{uses:?}");
    // Code first, at the category of a manifestation.
    let manifestation = library.icd10cm().get(dx("F0280")).unwrap();
    assert!(manifestation.notes_inherited().any(|inherited| inherited.note.kind == NoteKind::CodeFirst));
    // Inclusion terms are the code's own.
    let terms: Vec<&str> = library
        .icd10cm()
        .get(dx("I219"))
        .unwrap()
        .notes()
        .filter(|note| note.kind == NoteKind::InclusionTerm)
        .map(|note| note.text)
        .collect();
    assert!(terms.contains(&"Myocardial infarction (acute) NOS"), "{terms:?}");
}

#[test]
fn seventh_characters_come_from_the_nearest_place_above() {
    let library = library();
    let entry = library.icd10cm().get(dx("S72001A")).unwrap();
    let characters: Vec<(char, &str)> = entry.seventh_characters().map(|c| (c.character, c.text)).collect();
    assert_eq!(characters.len(), 16);
    assert_eq!(characters[0], ('A', "initial encounter for closed fracture"));
    let also = entry.seventh_characters().find(|c| c.character == 'B').unwrap().also;
    assert_eq!(also, "initial encounter for open fracture NOS");
    assert_eq!(library.icd10cm().get(dx("I10")).unwrap().seventh_characters().count(), 0);
}

#[test]
fn prefixes_are_ranges_of_codes() {
    let library = library();
    let codes: Vec<String> =
        library.icd10cm().with_prefix("I50.2".replace('.', "").as_str()).map(|e| e.code().dotted()).collect();
    assert_eq!(codes, ["I50.2", "I50.20", "I50.21", "I50.22", "I50.23"]);
    assert!(library.icd10pcs().with_prefix("0SR9").all(|e| e.code().as_str().starts_with("0SR9")));
    assert!(library.icd10pcs().with_prefix("0SR9").count() > 20);
    assert_eq!(library.icd10cm().with_prefix("I5020XXXX").count(), 0);
}

#[test]
fn table_5_holds_for_fiscal_year_2026() {
    let library = library();
    let weights = library.drg_weights();
    let row = weights.at(1, date(2025, 10, 1)).found().unwrap();
    assert_eq!((row.weight_e4, row.gmlos_e1, row.amlos_e1), (Some(280_239), Some(258), Some(362)));
    assert_eq!((row.mdc, row.kind, row.post_acute_transfer), ("PRE", DrgType::Surgical, false));
    // A cap on the decrease lifts the weight.
    let capped = weights.at(10, date(2026, 9, 30)).found().unwrap();
    assert_eq!((capped.weight_e4, capped.weight_before_cap_e4), (Some(71_757), Some(30_699)));
    assert_eq!(capped.weight_text().as_deref(), Some("7.1757"));
    let craniotomy = weights.at(23, date(2026, 1, 1)).found().unwrap();
    assert!(craniotomy.post_acute_transfer && craniotomy.special_pay);
    let ungroupable = weights.at(999, date(2026, 1, 1)).found().unwrap();
    assert_eq!((ungroupable.weight_e4, ungroupable.kind), (None, DrgType::Neither));
    assert_eq!(weights.at(9, date(2026, 1, 1)), WeightLookup::NoSuchDrg);
    for outside in [date(2025, 9, 30), date(2026, 10, 1)] {
        assert!(matches!(weights.at(1, outside), WeightLookup::OutsideTables { .. }), "{outside}");
    }
    assert_eq!(weights.iter().count(), 772);
}
