//! One person of a membership file and what claims say about them, scored for one payment year.

use super::catalog::Catalog;
use super::cohort::{Defaults, Enrollee, PersonScore};
use super::compile::ModelKey;
use super::encounter::EligibleProcedures;
use super::payment;
use super::person::{Orec, Person};
use super::population::Enrolment;
use super::score::Sheet;
use crate::{Diagnosis, ErrorCode, NotEvaluated, NotEvaluatedReason, ScoreError};
use jiff::civil::Date;
use openclaim_claim::{DiagnosisCode, Text, Unanswered};
use std::collections::BTreeSet;

/// What claims say about a person, as far as a score depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Diagnoses that count, each once, ascending.
    pub counting: Vec<Diagnosis>,
    /// Diagnoses of which it cannot be told whether they count.
    pub undecided: BTreeSet<DiagnosisCode>,
    /// The first claim with a service before the person was born.
    pub before_birth: Option<Text>,
}

/// Scores the people of one payment year. [`super::Cohort`] keeps every diagnosis of its people; whoever keeps less, because the
/// claims are many, hands the [`Evidence`] over.
#[derive(Debug)]
pub struct Scorer<'c> {
    catalog: &'c Catalog,
    payment_year: i16,
    eligible: EligibleProcedures,
}

impl<'c> Scorer<'c> {
    /// A scorer for a payment year; services of the year before count.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the tables cannot be read.
    pub fn new(catalog: &'c Catalog, payment_year: i16) -> Result<Self, ScoreError> {
        let eligible = EligibleProcedures::of_year(catalog.library(), payment_year.saturating_sub(1))?;
        Ok(Self { catalog, payment_year, eligible })
    }

    /// The procedures that make an encounter count.
    #[must_use]
    pub fn eligible(&self) -> &EligibleProcedures {
        &self.eligible
    }

    /// The payment year.
    #[must_use]
    pub fn payment_year(&self) -> i16 {
        self.payment_year
    }

    /// Scores a person under a model.
    ///
    /// # Errors
    /// As [`super::Model::score`] and [`Catalog::get`]; [`ErrorCode::BornAfterService`] when a service precedes the birth.
    pub fn score(
        &self,
        enrollee: &Enrollee,
        evidence: &Evidence,
        key: &ModelKey,
        explain: bool,
    ) -> Result<PersonScore, ScoreError> {
        let (person, enrolment, defaults) = self.person(enrollee)?;
        if let Some(claim) = &evidence.before_birth {
            let message = format!("claim {claim} is dated before the birth on {}", enrollee.birth_date);
            return Err(ScoreError::new(ErrorCode::BornAfterService, message));
        }
        let model = self.catalog.get(key)?;
        let segment = model.segment_for(&person, enrolment)?;
        let codes: Vec<DiagnosisCode> = evidence.counting.iter().map(|diagnosis| diagnosis.code).collect();
        let mut sheet = Sheet::default();
        model.score(&person, segment, &codes, &mut sheet)?;
        let constants =
            payment::factors(self.catalog.library(), self.payment_year, model.name(), segment.payment_scope())?;
        let mut not_evaluated: Vec<NotEvaluated> = self.undecided(&evidence.undecided).into_iter().collect();
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
            factors: model.risk_factors(&person, segment, &codes, &sheet),
            payment,
            not_evaluated,
            defaults,
            explanation: explain.then(|| model.explain(&person, segment, &evidence.counting)).transpose()?,
        })
    }

    /// Calendar months of the year of service in which a person was covered; `None` when no spans are known.
    #[must_use]
    pub fn months_of_service_year(&self, enrollee: &Enrollee) -> Option<u8> {
        months(&enrollee.spans, self.eligible.year())
    }

    /// Calendar months of the payment year in which a person was covered; `None` when no spans are known.
    #[must_use]
    pub fn member_months(&self, enrollee: &Enrollee) -> Option<u8> {
        months(&enrollee.spans, self.payment_year)
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
        let covered = self.months_of_service_year(enrollee);
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
    fn undecided(&self, codes: &BTreeSet<DiagnosisCode>) -> Option<NotEvaluated> {
        (!codes.is_empty()).then(|| NotEvaluated::from(Unanswered {
            rule: "risk-eligible-encounter".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: format!(
                "whether {} count cannot be told: their claims have CPT codes alone, and CMS's list of eligible codes of {} is \
                 not imported",
                codes.iter().map(DiagnosisCode::as_str).collect::<Vec<_>>().join(", "),
                self.eligible.year()
            )
            .into(),
            remedy: Some("openclaim data import FILE, with CMS's list of eligible CPT/HCPCS codes of the year".into()),
        }))
    }
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
