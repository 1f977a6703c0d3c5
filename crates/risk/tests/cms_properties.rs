//! What holds for every person and every list of diagnoses.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use openclaim_reference::{Library, risk};
use openclaim_risk::cms::{Family, Model, ModelKey, Orec, Person, Sheet};
use openclaim_risk::{Diagnosis, DiagnosisCode, Score, Sex};
use proptest::prelude::*;
use std::sync::LazyLock;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::embedded().unwrap());

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    [
        ("CMS-HCC V22", 2026, ""),
        ("CMS-HCC V24", 2025, ""),
        ("CMS-HCC V28", 2026, ""),
        ("ESRD V21", 2026, ""),
        ("ESRD V24", 2026, ""),
        ("RxHCC V08", 2025, "1"),
    ]
    .into_iter()
    .map(|(name, year, calibration)| {
        Model::compile(&LIBRARY, &ModelKey::new(name, year).calibration(calibration)).unwrap()
    })
    .collect()
});

static CODES: LazyLock<Vec<DiagnosisCode>> = LazyLock::new(|| {
    let table = LIBRARY.embedded_relation(risk::CMS_DIAGNOSES).unwrap();
    table.rows().map(|row| row.code(0).unwrap().as_str().parse().unwrap()).collect()
});

fn person() -> impl Strategy<Value = Person> {
    let orec = prop::sample::select(vec![Orec::Age, Orec::Disability, Orec::Esrd, Orec::DisabilityAndEsrd]);
    (0_u16..110, any::<bool>(), orec, 4_u16..30).prop_map(|(age, female, orec, months)| Person {
        graft_months: Some(months),
        ..Person::new(age, if female { Sex::Female } else { Sex::Male }, orec)
    })
}

fn codes() -> impl Strategy<Value = Vec<DiagnosisCode>> {
    prop::collection::vec(0_usize..usize::MAX, 0..12)
        .prop_map(|picks| picks.into_iter().map(|pick| CODES[pick % CODES.len()]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn scores_are_sums_and_do_not_depend_on_order_or_repetition(person in person(), codes in codes()) {
        for model in MODELS.iter() {
            for segment in model.segments() {
                let person = segment.implied(person);
                let (mut sheet, mut again) = (Sheet::default(), Sheet::default());
                if model.score(&person, segment, &codes, &mut sheet).is_err() {
                    continue;
                }
                let sum: Score = sheet.factors().iter().map(|factor| factor.value).sum();
                prop_assert_eq!(sum, sheet.raw());
                let mut shuffled: Vec<DiagnosisCode> = codes.iter().rev().copied().collect();
                shuffled.extend(codes.first().copied());
                model.score(&person, segment, &shuffled, &mut again).unwrap();
                prop_assert_eq!(sheet.factors(), again.factors());
                // Exactly one age and sex cell applies, except in the month of a transplant.
                let cells = sheet.factors().iter().map(|factor| model.variable(segment, factor));
                let is_cell = |name: &&str| {
                    let last = name.rsplit_once("NE").map_or(*name, |(_, cell)| cell);
                    let cell = last.rsplit("x_").next().unwrap_or(last);
                    !name.ends_with("OD") && cell.starts_with(['F', 'M']) && cell.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
                };
                let expected = usize::from(!segment.population().starts_with("TRANSPLANT"));
                prop_assert_eq!(cells.filter(is_cell).count(), expected, "{} {} {:?}", model.name(), segment.population(), person);
            }
        }
    }

    #[test]
    fn an_explanation_accounts_for_every_category_and_diagnosis(person in person(), codes in codes()) {
        for model in MODELS.iter().filter(|model| model.family() == Family::CmsHcc) {
            let Ok(segment) = model.segment("INS") else { continue };
            let person = segment.implied(person);
            let mut sheet = Sheet::default();
            model.score(&person, segment, &codes, &mut sheet).unwrap();
            let diagnoses: Vec<Diagnosis> = codes.iter().map(|&code| code.into()).collect();
            let explanation = model.explain(&person, segment, &diagnoses).unwrap();
            let counted: Vec<u16> = model.categories_of(&sheet).collect();
            prop_assert_eq!(explanation.hccs.iter().map(|hcc| hcc.hcc).collect::<Vec<_>>(), counted);
            prop_assert!(explanation.dropped.iter().all(|hcc| !hcc.dropped_by.is_empty() || !hcc.needs_one_of.is_empty()));
            for code in &codes {
                let named = |diagnoses: &[openclaim_risk::cms::SupportingDiagnosis]| diagnoses.iter().any(|d| d.code == *code);
                let somewhere = explanation.unmapped.contains(code)
                    || explanation.edited.iter().any(|edited| edited.code == *code)
                    || explanation.hccs.iter().any(|hcc| named(&hcc.diagnoses))
                    || explanation.dropped.iter().any(|hcc| named(&hcc.diagnoses));
                prop_assert!(somewhere, "{code} is not accounted for");
            }
            // What a category is worth is what the score loses with the diagnoses that alone give it.
            for hcc in &explanation.hccs {
                let gives = |code: &DiagnosisCode| hcc.diagnoses.iter().any(|diagnosis| diagnosis.code == *code);
                let alone = codes.iter().filter(|code| gives(code)).all(|code| model.mapped(*code).count() == 1);
                if !alone {
                    continue;
                }
                let rest: Vec<DiagnosisCode> = codes.iter().copied().filter(|code| !gives(code)).collect();
                let mut without = Sheet::default();
                model.score(&person, segment, &rest, &mut without).unwrap();
                prop_assert_eq!(sheet.raw() - without.raw(), hcc.marginal);
            }
        }
    }
}
