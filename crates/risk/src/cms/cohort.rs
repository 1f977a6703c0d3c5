//! Many people and their claims, scored for one payment year.

use super::catalog::Catalog;
use super::compile::ModelKey;
use super::encounter::{self, EncounterDiagnosis, Filtered};
use super::explain::Explanation;
use super::payment::PaymentScore;
use super::person::{Dual, Orec};
use super::scorer::{Evidence, Scorer};
use crate::{Diagnosis, ErrorCode, NotEvaluated, Score, ScoreError};
use jiff::civil::Date;
use openclaim_claim::{Claim, DiagnosisCode, Sex, Text};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A person of a membership file. What the file leaves open is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollee {
    /// The identifier by which claims name the person.
    pub id: Text,
    /// Date of birth.
    pub birth_date: Date,
    /// Sex.
    pub sex: Sex,
    /// Original reason for entitlement.
    pub orec: Option<Orec>,
    /// Entitlement to Medicaid.
    pub dual: Option<Dual>,
    /// Long-term institutional.
    pub institutional: Option<bool>,
    /// Whether the person is a new enrollee; `None` lets the spans decide.
    pub new_enrollee: Option<bool>,
    /// In a special needs plan for people with chronic conditions.
    pub chronic_special_needs: bool,
    /// Entitled to the Part D low-income subsidy.
    pub low_income: bool,
    /// In end-stage renal disease status; `None` lets the reason for entitlement decide.
    pub esrd: Option<bool>,
    /// Completed months since a kidney transplant.
    pub graft_months: Option<u16>,
    /// Spans of coverage, first and last day.
    pub spans: Vec<(Date, Option<Date>)>,
}

/// What was assumed because the membership file does not say. Named as in Tuva's `patient_risk_factors`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Defaults {
    /// Continuing enrollee.
    pub enrollment_status_default: bool,
    /// Not entitled to Medicaid.
    pub medicaid_dual_status_default: bool,
    /// Entitled by age from 65 on, else by disability.
    pub orec_default: bool,
    /// In the community.
    pub institutional_status_default: bool,
}

/// A factor as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskFactor {
    /// `demographic`, `disease`, `interaction`, `payment_hcc_count`.
    pub factor_type: &'static str,
    /// CMS's name of the variable.
    pub variable: String,
    /// The category's label, for diseases.
    pub description: String,
    /// The relative factor.
    pub coefficient: Score,
    /// The diagnoses that give the category, ascending; empty for other factors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnoses: Vec<DiagnosisCode>,
}

/// A person's score under one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonScore {
    /// The model.
    pub model: String,
    /// The segment.
    pub population: String,
    /// The raw score.
    pub raw: Score,
    /// Categories that count.
    pub hccs: Vec<u16>,
    /// The factors.
    pub factors: Vec<RiskFactor>,
    /// Normalized and adjusted, where the constants of the year are at hand.
    pub payment: Option<PaymentScore>,
    /// What could not be decided.
    pub not_evaluated: Vec<NotEvaluated>,
    /// What was assumed.
    pub defaults: Defaults,
    /// Why, where asked for.
    pub explanation: Option<Explanation>,
}

/// The members and diagnoses of one payment year.
#[derive(Debug)]
pub struct Cohort<'c> {
    scorer: Scorer<'c>,
    people: BTreeMap<Text, (Enrollee, Vec<EncounterDiagnosis>)>,
    claims: u64,
    strangers: BTreeSet<Text>,
}

impl<'c> Cohort<'c> {
    /// An empty cohort for a payment year; services of the year before count.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the tables cannot be read.
    pub fn new(catalog: &'c Catalog, payment_year: i16) -> Result<Self, ScoreError> {
        let (people, strangers) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { scorer: Scorer::new(catalog, payment_year)?, people, claims: 0, strangers })
    }

    /// Adds a person. Several rows of one person are put together by [`Enrollee::join`].
    pub fn enroll(&mut self, enrollee: Enrollee) {
        match self.people.entry(enrollee.id.clone()) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert((enrollee, Vec::new()));
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => entry.get_mut().0.join(enrollee),
        }
    }

    /// Adds the diagnoses of a claim to the person it names. A claim of someone who is not in the membership file is
    /// counted, and lost.
    pub fn add(&mut self, claim: &Claim) {
        self.claims += 1;
        match person_of(claim) {
            Ok(id) => match self.people.get_mut(id) {
                Some((_, diagnoses)) => diagnoses.extend(encounter::diagnoses(claim, self.scorer.eligible())),
                None => {
                    self.strangers.insert(id.clone());
                }
            },
            Err(subscriber) => {
                self.strangers.insert(format!("dependent of {subscriber}").into());
            }
        }
    }

    /// Everyone's identifier, in order.
    pub fn ids(&self) -> impl Iterator<Item = &Text> {
        self.people.keys()
    }

    /// How many claims were added.
    #[must_use]
    pub fn claims(&self) -> u64 {
        self.claims
    }

    /// Identifiers that claims name and the membership file does not.
    #[must_use]
    pub fn strangers(&self) -> &BTreeSet<Text> {
        &self.strangers
    }

    /// A person's diagnoses with whether each counts and why not.
    #[must_use]
    pub fn diagnoses(&self, id: &Text) -> &[EncounterDiagnosis] {
        self.people.get(id).map(|(_, diagnoses)| diagnoses.as_slice()).unwrap_or_default()
    }

    /// Months of coverage in the year of service; `None` when no spans are known.
    #[must_use]
    pub fn months_of_service_year(&self, id: &Text) -> Option<u8> {
        self.people.get(id).and_then(|(enrollee, _)| self.scorer.months_of_service_year(enrollee))
    }

    /// Months of coverage in the payment year; `None` when no spans are known.
    #[must_use]
    pub fn member_months(&self, id: &Text) -> Option<u8> {
        self.people.get(id).and_then(|(enrollee, _)| self.scorer.member_months(enrollee))
    }

    /// Scores a person under a model.
    ///
    /// # Errors
    /// As [`super::Model::score`] and [`Catalog::get`]; [`ErrorCode::BornAfterService`] when a service precedes the birth.
    pub fn score(&self, id: &Text, key: &ModelKey, explain: bool) -> Result<PersonScore, ScoreError> {
        let Some((enrollee, found)) = self.people.get(id) else {
            return Err(ScoreError::new(ErrorCode::MissingField, format!("`{id}` is not in the membership file")));
        };
        self.scorer.score(enrollee, &evidence(enrollee, found), key, explain)
    }
}

impl Enrollee {
    /// Puts another row about the same person to this one: the row whose coverage begins last says how things stand, and
    /// the spans of all count.
    pub fn join(&mut self, other: Self) {
        let begins = |spans: &[(Date, Option<Date>)]| spans.iter().map(|(first, _)| *first).max();
        let mut spans = std::mem::take(&mut self.spans);
        let later = begins(&other.spans) >= begins(&spans);
        spans.extend(other.spans.iter().copied());
        if later {
            *self = other;
        }
        self.spans = spans;
    }
}

/// The identifier of the person that a claim is about.
///
/// # Errors
/// The subscriber's identifier, for a dependent without one of their own: nobody in a membership file, and not the
/// subscriber.
pub fn person_of(claim: &Claim) -> Result<&Text, &Text> {
    let (patient, subscriber) = (&claim.patient, &claim.subscriber.member_id.value);
    let dependent = !patient.relationship.0.is_empty() && !patient.relationship.is_self();
    match (patient.member_id.is_empty(), dependent) {
        (false, _) => Ok(&patient.member_id),
        (true, false) => Ok(subscriber),
        (true, true) => Err(subscriber),
    }
}

/// What a person's diagnoses say, each counting one with its places.
fn evidence(enrollee: &Enrollee, found: &[EncounterDiagnosis]) -> Evidence {
    let before_birth = |found: &&EncounterDiagnosis| found.provenance.date.is_some_and(|day| day < enrollee.birth_date);
    let undecided = found.iter().filter(|diagnosis| diagnosis.filtered == Some(Filtered::CannotTell));
    let mut by_code: BTreeMap<DiagnosisCode, Diagnosis> = BTreeMap::new();
    for diagnosis in found.iter().filter(|diagnosis| diagnosis.filtered.is_none()) {
        let entry = by_code.entry(diagnosis.code).or_insert_with(|| diagnosis.code.into());
        entry.support.push(diagnosis.provenance.clone());
    }
    Evidence {
        counting: by_code.into_values().collect(),
        undecided: undecided.map(|diagnosis| diagnosis.code).collect(),
        before_birth: found.iter().find(before_birth).map(|found| found.provenance.claim_id.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use openclaim_claim::{ClaimType, DiagnosisRole, HcpcsCode, ServiceLine, Spanned};
    use openclaim_reference::Library;
    use std::sync::Arc;

    fn enrollee(id: &str, birth: Date) -> Enrollee {
        Enrollee {
            id: id.into(),
            birth_date: birth,
            sex: Sex::Female,
            orec: Some(Orec::Age),
            dual: None,
            institutional: None,
            new_enrollee: None,
            chronic_special_needs: false,
            low_income: false,
            esrd: None,
            graft_months: None,
            spans: vec![(date(2020, 1, 1), None)],
        }
    }

    fn visit(member: &str, claim_id: &str, code: &str, hcpcs: &str, day: Date) -> Claim {
        let mut claim = Claim::new(ClaimType::Professional);
        claim.claim_id = Spanned::from(Text::from(claim_id));
        Arc::make_mut(&mut claim.subscriber).member_id = Spanned::from(Text::from(member));
        claim.diagnoses.push(openclaim_claim::Diagnosis {
            code: Spanned::from(DiagnosisCode::parse(code).unwrap()),
            role: DiagnosisRole::Principal,
            poa: None,
            icd9: false,
        });
        let mut line = ServiceLine::new(1);
        line.hcpcs = Some(Spanned::from(HcpcsCode::parse(hcpcs).unwrap()));
        line.dates.from = Some(Spanned::from(day));
        line.diagnosis_pointers.push(Spanned::from(1));
        claim.lines.push(line);
        claim
    }

    #[test]
    fn claims_of_the_year_count_and_the_rest_is_accounted_for() {
        let catalog = Catalog::new(Library::embedded().unwrap());
        let mut cohort = Cohort::new(&catalog, 2026).unwrap();
        cohort.enroll(enrollee("A", date(1950, 5, 5)));
        let day = date(2025, 5, 1);
        cohort.add(&visit("A", "1", "E1122", "G0438", day));
        cohort.add(&visit("A", "2", "I5022", "G0438", date(2024, 5, 1)));
        cohort.add(&visit("A", "3", "C3490", "99213", day));
        cohort.add(&visit("B", "4", "C3490", "G0438", day));
        let id = Text::from("A");
        let score = cohort.score(&id, &ModelKey::new("CMS-HCC V28", 2026), true).unwrap();
        assert_eq!((score.population.as_str(), score.hccs.as_slice()), ("CNA", [37].as_slice()));
        let reasons: Vec<_> = cohort.diagnoses(&id).iter().map(|diagnosis| diagnosis.filtered).collect();
        assert_eq!(reasons, [None, Some(Filtered::OutsideYear), Some(Filtered::CannotTell)]);
        assert!(score.not_evaluated[0].detail.contains("C3490"), "{:?}", score.not_evaluated);
        let support = &score.explanation.unwrap().hccs[0].diagnoses[0].support[0];
        assert_eq!((support.claim_id.as_str(), support.line, support.date), ("1", Some(1), Some(day)));
        assert_eq!((cohort.claims(), cohort.strangers().len()), (4, 1));
        assert!(score.defaults.medicaid_dual_status_default && !score.defaults.orec_default);
    }

    #[test]
    fn less_than_a_year_of_coverage_makes_a_new_enrollee() {
        let catalog = Catalog::new(Library::embedded().unwrap());
        let mut cohort = Cohort::new(&catalog, 2026).unwrap();
        let mut late = enrollee("A", date(1950, 5, 5));
        late.spans = vec![(date(2025, 3, 1), None)];
        cohort.enroll(late.clone());
        let id = Text::from("A");
        let population =
            |cohort: &Cohort<'_>| cohort.score(&id, &ModelKey::new("CMS-HCC V28", 2026), false).unwrap().population;
        assert_eq!(population(&cohort), "NE");
        late.spans = vec![(date(2024, 1, 1), Some(date(2025, 2, 10)))];
        cohort.enroll(late);
        assert_eq!((population(&cohort).as_str(), cohort.months_of_service_year(&id)), ("CNA", Some(12)));
    }

    #[test]
    fn a_service_before_birth_is_an_error_of_that_person() {
        let catalog = Catalog::new(Library::embedded().unwrap());
        let mut cohort = Cohort::new(&catalog, 2026).unwrap();
        cohort.enroll(enrollee("A", date(2025, 5, 5)));
        cohort.add(&visit("A", "1", "E1122", "G0438", date(2025, 5, 4)));
        let error = cohort.score(&Text::from("A"), &ModelKey::new("CMS-HCC V28", 2026), false).unwrap_err();
        assert_eq!(error.code, ErrorCode::BornAfterService);
    }
}
