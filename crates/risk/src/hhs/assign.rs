//! From diagnoses and drugs to categories: the crosswalk and the edits by date, age and sex.
//!
//! Source: V0519F3M, `FIND_CCs` and the checks before it; I0V05ED2.

use super::answer::{FilterReason, FilteredAnswer, SupportAnswer};
use super::model::Crosswalk;
use super::{CategorySet, Member, Model, Population};
use crate::{Date, Diagnosis, ErrorCode, NotEvaluated, NotEvaluatedReason, Provenance, ScoreError};
use openclaim_claim::{DiagnosisCode, Text, Unanswered};
use openclaim_reference::{Day, icd10cm::Icd10Cm};

/// Where one record of a diagnosis leads.
enum Assignment<'m> {
    /// The categories, and the edit by age or sex that changed them.
    Counts { categories: [u8; 3], count: u8, edit: Option<&'m Text> },
    /// It does not count.
    Filtered(FilterReason, Text),
}

/// The categories of a member before hierarchies.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    pub(super) categories: CategorySet,
    /// Category and what supports it, in the order of the input.
    pub(super) support: Vec<(u8, SupportAnswer)>,
    pub(super) filtered: Vec<FilteredAnswer>,
    /// Diagnoses of the bundle lists.
    pub(super) newborn: Option<DiagnosisCode>,
    pub(super) mother: Option<DiagnosisCode>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
}

/// Whether the records of support and filtering are wanted, and the code table that a gap in the crosswalk is held
/// against.
#[derive(Clone, Copy)]
pub(super) struct Detail<'l> {
    pub(super) explain: bool,
    pub(super) codes: Option<&'l Icd10Cm>,
}

/// Completed years between two days; who was born on 29 February has the birthday on the 28th in other years.
fn age_on(born: Date, day: Date) -> i32 {
    let birthday = if (born.month(), born.day()) == (2, 29) && !day.in_leap_year() { 28 } else { born.day() };
    let before = (day.month(), day.day()) < (born.month(), birthday);
    i32::from(day.year()) - i32::from(born.year()) - i32::from(before)
}

impl Model {
    /// Leads every diagnosis and drug of a member to its categories.
    ///
    /// # Errors
    /// [`ErrorCode::BornAfterService`] for the member.
    pub(super) fn assign(
        &self,
        member: &Member,
        population: Population,
        detail: Detail<'_>,
    ) -> Result<Assigned, ScoreError> {
        let mut assigned = Assigned::default();
        for diagnosis in &member.diagnoses {
            if diagnosis.support.is_empty() {
                self.assign_record(member, diagnosis, None, detail, &mut assigned)?;
            }
            for record in &diagnosis.support {
                self.assign_record(member, diagnosis, Some(record), detail, &mut assigned)?;
            }
        }
        self.assign_drugs(member, population, detail, &mut assigned);
        Ok(assigned)
    }

    fn assign_record(
        &self,
        member: &Member,
        diagnosis: &Diagnosis,
        record: Option<&Provenance>,
        detail: Detail<'_>,
        assigned: &mut Assigned,
    ) -> Result<(), ScoreError> {
        let date = record.and_then(|record| record.date);
        let Some(crosswalk) = self.crosswalk(date) else { return Ok(()) };
        let code = diagnosis.code;
        let filtered = |reason, detail: Text| FilteredAnswer {
            system: "icd-10-cm",
            code: code.as_str().into(),
            claim_id: record.map(|record| record.claim_id.clone()),
            date,
            reason,
            detail,
        };
        let age = match self.age_at(member, date)? {
            Ok(age) => age,
            Err((reason, text)) => {
                if detail.explain {
                    assigned.filtered.push(filtered(reason, text));
                }
                return Ok(());
            }
        };
        if let Some((newborns, mothers)) = &self.bundles.codes {
            if member.age_last >= 2 && newborns.contains(&code.key()) {
                assigned.newborn = Some(code);
            }
            if member.age_last == 0 && mothers.contains(&code.key()) {
                assigned.mother = Some(code);
            }
        }
        match look_up(crosswalk, code, member, age) {
            Assignment::Counts { categories, count, edit } => {
                for &category in categories.iter().take(usize::from(count)) {
                    assigned.categories.insert(category);
                    if detail.explain {
                        assigned.support.push((category, support(code, record, edit)));
                    }
                }
            }
            Assignment::Filtered(reason, text) => {
                if let Some(gap) = self.gap(code, date, reason, detail) {
                    assigned.not_evaluated.push(gap);
                }
                if detail.explain {
                    assigned.filtered.push(filtered(reason, text));
                }
            }
        }
        Ok(())
    }

    /// The age at a diagnosis, or why its date rules it out.
    fn age_at(&self, member: &Member, date: Option<Date>) -> Result<Result<i32, (FilterReason, Text)>, ScoreError> {
        let last = i32::from(member.age_last);
        let Some(date) = date else { return Ok(Ok(last)) };
        if member.birth_date.is_some_and(|born| born > date) {
            let message = format!(
                "the member was born on {}, after a service of {date}",
                member.birth_date.map(|born| born.to_string()).unwrap_or_default()
            );
            return Err(ScoreError::new(ErrorCode::BornAfterService, message));
        }
        if date.year() != self.benefit_year {
            let text = Text::from(format!("{date} is not in benefit year {}", self.benefit_year));
            return Ok(Err((FilterReason::OutsideBenefitYear, text)));
        }
        let age = member.birth_date.map_or(last, |born| age_on(born, date));
        if age > last || last - age > 1 {
            let text = Text::from(format!(
                "the member was {age} on {date}, which does not fit age {last} on the last day of enrolment"
            ));
            return Ok(Err((FilterReason::AgeAtDiagnosis, text)));
        }
        Ok(Ok(age))
    }

    /// A diagnosis that became valid after the crosswalk at hand was made may have a category that is not known here.
    fn gap(
        &self,
        code: DiagnosisCode,
        date: Option<Date>,
        reason: FilterReason,
        detail: Detail<'_>,
    ) -> Option<NotEvaluated> {
        let date = date.filter(|date| self.last_is_placeholder && date.month() >= 10)?;
        if reason != FilterReason::NotInCrosswalk {
            return None;
        }
        let october = Day((self.benefit_year.unsigned_abs() as u32) * 10_000 + 1_001);
        let periods = detail.codes?.periods(code);
        let new = !periods.is_empty() && periods.iter().all(|period| period.from >= october);
        new.then(|| NotEvaluated::from(Unanswered {
            rule: "hhs-hcc/crosswalk".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: Text::from(format!(
                "{code} of {date} is new in the fiscal year that began on 1 October; the crosswalk at hand is of the year before"
            )),
            remedy: Some("HHS publishes it with the year's \"Do It Yourself\" software".into()),
        }))
    }

    fn assign_drugs(&self, member: &Member, population: Population, detail: Detail<'_>, assigned: &mut Assigned) {
        let Some(drugs) = &self.drugs else { return };
        let scored = &self.population_model(population).scored;
        let ndcs = member.ndcs.iter().map(|ndc| {
            let key: Option<[u8; 11]> = ndc.as_str().as_bytes().try_into().ok();
            ("ndc", ndc.as_str(), key.and_then(|key| drugs.ndc.get(&key).copied()))
        });
        let hcpcs = member.hcpcs.iter().map(|code| {
            let key = openclaim_reference::text_key(code.as_str().as_bytes());
            ("hcpcs", code.as_str(), drugs.hcpcs.get(&key).copied())
        });
        for (system, code, class) in ndcs.chain(hcpcs) {
            let counts = class.filter(|&class| !self.has_factors || scored.contains(class));
            match counts {
                Some(class) => {
                    assigned.categories.insert(class);
                    if detail.explain {
                        let support = SupportAnswer {
                            system,
                            code: code.into(),
                            claim_id: None,
                            line: None,
                            date: None,
                            edit: None,
                        };
                        assigned.support.push((class, support));
                    }
                }
                None if detail.explain => {
                    let (reason, text) = match class {
                        None => (FilterReason::NotInCrosswalk, "it belongs to no drug class".into()),
                        Some(class) => (
                            FilterReason::NotInModel,
                            Text::from(format!("{} has no part in the {population} model", self.name(class))),
                        ),
                    };
                    let (claim_id, date) = (None, None);
                    assigned.filtered.push(FilteredAnswer {
                        system,
                        code: code.into(),
                        claim_id,
                        date,
                        reason,
                        detail: text,
                    });
                }
                None => {}
            }
        }
    }
}

/// Looks a diagnosis up. Splits go by the age on the last day of enrolment, the Medicare Code Editor's bounds by the age
/// at diagnosis; a split's category replaces all that the crosswalk gives.
fn look_up<'m>(crosswalk: &'m Crosswalk, code: DiagnosisCode, member: &Member, age: i32) -> Assignment<'m> {
    let Some(entry) = crosswalk.entries.get(&code.key()) else {
        return Assignment::Filtered(FilterReason::NotInCrosswalk, "it leads to no payment category".into());
    };
    let splits = crosswalk.splits.get(entry.splits.0 as usize..entry.splits.1 as usize).unwrap_or_default();
    let split = splits.iter().find(|split| {
        (split.min_age..=split.max_age).contains(&member.age_last) && split.sex.is_none_or(|sex| sex == member.sex)
    });
    let bounds = crosswalk.bounds.get(entry.bounds.0 as usize..entry.bounds.1 as usize).unwrap_or_default();
    for bound in bounds {
        if !(i32::from(bound.min_age)..=i32::from(bound.max_age)).contains(&age) {
            let (min, max) = (bound.min_age, bound.max_age);
            let range = if max > 150 { format!("from {min} years") } else { format!("from {min} to {max} years") };
            let text = Text::from(format!("it is admitted {range} of age, and the member was {age}"));
            return Assignment::Filtered(FilterReason::AgeEdit, text);
        }
        if let Some(sex) = bound.sex.filter(|&sex| sex != member.sex) {
            let text = Text::from(format!("it is admitted for sex {} only", sex.as_str()));
            return Assignment::Filtered(FilterReason::SexEdit, text);
        }
    }
    match split {
        None => Assignment::Counts { categories: entry.categories, count: entry.count, edit: None },
        Some(split) => match split.category {
            Some(category) => Assignment::Counts { categories: [category, 0, 0], count: 1, edit: Some(&split.source) },
            None => {
                let text = Text::from(format!("age {} takes it out of the model ({})", member.age_last, split.source));
                Assignment::Filtered(FilterReason::AgeSexSplit, text)
            }
        },
    }
}

fn support(code: DiagnosisCode, record: Option<&Provenance>, edit: Option<&Text>) -> SupportAnswer {
    SupportAnswer {
        system: "icd-10-cm",
        code: code.as_str().into(),
        claim_id: record.map(|record| record.claim_id.clone()),
        line: record.and_then(|record| record.line),
        date: record.and_then(|record| record.date),
        edit: edit.cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_are_completed_years() {
        assert_eq!(age_on(date(1980, 6, 15), date(2022, 6, 14)), 41);
        assert_eq!(age_on(date(1980, 6, 15), date(2022, 6, 15)), 42);
        assert_eq!(age_on(date(2000, 2, 29), date(2022, 2, 27)), 21);
        assert_eq!(age_on(date(2000, 2, 29), date(2022, 2, 28)), 22);
        assert_eq!(age_on(date(2000, 2, 29), date(2024, 2, 28)), 23);
    }
}
