//! Many people and their claims, scored for one payment year.

use super::catalog::Catalog;
use super::compile::ModelKey;
use super::encounter::{self, EligibleProcedures, EncounterDiagnosis, Filtered};
use super::explain::Explanation;
use super::payment::{self, PaymentScore};
use super::person::{Dual, Orec, Person};
use super::population::Enrolment;
use super::score::Sheet;
use crate::{Diagnosis, ErrorCode, NotEvaluated, NotEvaluatedReason, Score, ScoreError};
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
    catalog: &'c Catalog,
    payment_year: i16,
    eligible: EligibleProcedures,
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
        let eligible = EligibleProcedures::of_year(catalog.library(), payment_year.saturating_sub(1))?;
        let (people, strangers) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { catalog, payment_year, eligible, people, claims: 0, strangers })
    }

    /// Adds a person. Of several rows of one person, the one whose coverage begins last says how things stand, and the
    /// spans of all count.
    pub fn enroll(&mut self, enrollee: Enrollee) {
        let begins = |enrollee: &Enrollee| enrollee.spans.iter().map(|(first, _)| *first).max();
        match self.people.entry(enrollee.id.clone()) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert((enrollee, Vec::new()));
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let known = &mut entry.get_mut().0;
                let mut spans = std::mem::take(&mut known.spans);
                let later = begins(&enrollee) >= spans.iter().map(|(first, _)| *first).max();
                spans.extend(enrollee.spans.iter().copied());
                if later {
                    *known = enrollee;
                }
                known.spans = spans;
            }
        }
    }

    /// Adds the diagnoses of a claim to the person it names. A claim of someone who is not in the membership file is
    /// counted, and lost.
    pub fn add(&mut self, claim: &Claim) {
        self.claims += 1;
        let patient = &claim.patient;
        let subscriber = &claim.subscriber.member_id.value;
        // A dependent without an identifier of their own is nobody in the membership file, and not the subscriber.
        let dependent = !patient.relationship.0.is_empty() && !patient.relationship.is_self();
        if patient.member_id.is_empty() && dependent {
            self.strangers.insert(format!("dependent of {subscriber}").into());
            return;
        }
        let id = if patient.member_id.is_empty() { subscriber } else { &patient.member_id };
        match self.people.get_mut(id) {
            Some((_, diagnoses)) => diagnoses.extend(encounter::diagnoses(claim, &self.eligible)),
            None => {
                self.strangers.insert(id.clone());
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
        self.people.get(id).and_then(|(enrollee, _)| months(&enrollee.spans, self.eligible.year()))
    }

    /// Months of coverage in the payment year; `None` when no spans are known.
    #[must_use]
    pub fn member_months(&self, id: &Text) -> Option<u8> {
        self.people.get(id).and_then(|(enrollee, _)| months(&enrollee.spans, self.payment_year))
    }

    /// Scores a person under a model.
    ///
    /// # Errors
    /// As [`super::Model::score`] and [`Catalog::get`]; [`ErrorCode::BornAfterService`] when a service precedes the birth.
    pub fn score(&self, id: &Text, key: &ModelKey, explain: bool) -> Result<PersonScore, ScoreError> {
        let Some((enrollee, found)) = self.people.get(id) else {
            return Err(ScoreError::new(ErrorCode::MissingField, format!("`{id}` is not in the membership file")));
        };
        let (person, enrolment, defaults) = self.person(enrollee)?;
        born_before_service(enrollee, found)?;
        let model = self.catalog.get(key)?;
        let segment = model.segment_for(&person, enrolment)?;
        let diagnoses = counting(found);
        let codes: Vec<DiagnosisCode> = diagnoses.iter().map(|diagnosis| diagnosis.code).collect();
        let mut sheet = Sheet::default();
        model.score(&person, segment, &codes, &mut sheet)?;
        let constants =
            payment::factors(self.catalog.library(), self.payment_year, model.name(), segment.payment_scope())?;
        let mut not_evaluated: Vec<NotEvaluated> = self.undecided(found).into_iter().collect();
        let payment = match constants {
            Ok(factors) => Some(factors.apply(sheet.raw())?),
            Err(missing) => {
                not_evaluated.push(missing);
                None
            }
        };
        Ok(PersonScore {
            model: model.name().to_owned(),
            population: segment.population().to_owned(),
            raw: sheet.raw(),
            hccs: model.categories_of(&sheet).collect(),
            factors: model.risk_factors(segment, &sheet),
            payment,
            not_evaluated,
            defaults,
            explanation: explain.then(|| model.explain(&person, segment, &diagnoses)).transpose()?,
        })
    }

    fn person(&self, enrollee: &Enrollee) -> Result<(Person, Enrolment, Defaults), ScoreError> {
        let age = Person::age_for(enrollee.birth_date, self.payment_year).ok_or_else(|| {
            ScoreError::new(ErrorCode::InvalidField, format!("{} is not a payment year", self.payment_year))
        })?;
        let by_age = if age >= 65 { Orec::Age } else { Orec::Disability };
        let orec = enrollee.orec.unwrap_or(by_age);
        let mut person = Person::new(age, enrollee.sex, orec);
        person.dual = enrollee.dual.unwrap_or_default();
        person.institutional = enrollee.institutional.unwrap_or_default();
        person.graft_months = enrollee.graft_months;
        person.esrd = enrollee.esrd.unwrap_or(person.esrd);
        let covered = months(&enrollee.spans, self.eligible.year());
        let new_enrollee = enrollee.new_enrollee.or_else(|| covered.map(|months| months < 12));
        let enrolment = Enrolment {
            new_enrollee: new_enrollee.unwrap_or_default(),
            chronic_special_needs: enrollee.chronic_special_needs,
            low_income: enrollee.low_income,
        };
        let defaults = Defaults {
            enrollment_status_default: new_enrollee.is_none(),
            medicaid_dual_status_default: enrollee.dual.is_none(),
            orec_default: enrollee.orec.is_none(),
            institutional_status_default: enrollee.institutional.is_none(),
        };
        Ok((person, enrolment, defaults))
    }

    /// What is said when it cannot be told whether diagnoses count.
    fn undecided(&self, found: &[EncounterDiagnosis]) -> Option<NotEvaluated> {
        let codes: BTreeSet<&str> = found
            .iter()
            .filter(|diagnosis| diagnosis.filtered == Some(Filtered::CannotTell))
            .map(|diagnosis| diagnosis.code.as_str())
            .collect();
        (!codes.is_empty()).then(|| NotEvaluated {
            rule: "risk-eligible-encounter".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: format!(
                "whether {} count cannot be told: their claims have CPT codes alone, and CMS's list of eligible codes of {} is \
                 not imported",
                codes.into_iter().collect::<Vec<_>>().join(", "),
                self.eligible.year()
            )
            .into(),
            remedy: Some("openclaim data import FILE, with CMS's list of eligible CPT/HCPCS codes of the year".into()),
        })
    }
}

/// Each counting diagnosis with its places.
fn counting(found: &[EncounterDiagnosis]) -> Vec<Diagnosis> {
    let mut by_code: BTreeMap<DiagnosisCode, Diagnosis> = BTreeMap::new();
    for diagnosis in found.iter().filter(|diagnosis| diagnosis.filtered.is_none()) {
        let entry = by_code.entry(diagnosis.code).or_insert_with(|| diagnosis.code.into());
        entry.support.push(diagnosis.provenance.clone());
    }
    by_code.into_values().collect()
}

fn born_before_service(enrollee: &Enrollee, found: &[EncounterDiagnosis]) -> Result<(), ScoreError> {
    let before = found.iter().find(|diagnosis| diagnosis.provenance.date.is_some_and(|day| day < enrollee.birth_date));
    let Some(before) = before else { return Ok(()) };
    let message = format!("claim {} is dated before the birth on {}", before.provenance.claim_id, enrollee.birth_date);
    Err(ScoreError::new(ErrorCode::BornAfterService, message))
}

/// Calendar months of a year in which coverage held for at least a day; an open end lasts.
fn months(spans: &[(Date, Option<Date>)], year: i16) -> Option<u8> {
    if spans.is_empty() {
        return None;
    }
    let covers = |month: i8| {
        let Ok(first) = Date::new(year, month, 1) else { return false };
        let last = first.last_of_month();
        spans.iter().any(|(from, to)| *from <= last && to.is_none_or(|to| to >= first))
    };
    u8::try_from((1..=12).filter(|month| covers(*month)).count()).ok()
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
