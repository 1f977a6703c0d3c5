//! Which diagnoses of claims count: CMS's filter of encounter data.
//!
//! - Professional claims: every diagnosis of the claim counts when a line carries an eligible procedure.
//! - Hospital inpatient bills (11x, 41x): every diagnosis counts.
//! - Hospital outpatient bills (12x, 13x, 43x, 71x, 73x, 76x, 77x, 85x): as professional claims.
//!
//! The last day of service must lie in the year of service, the one before the payment year. The admitting diagnosis and
//! the patient's reason for the visit do not count. Source: CMS, *Final Encounter Data Diagnosis Filtering Logic*
//! (22 December 2015), and its yearly lists of eligible CPT/HCPCS codes.
//!
//! The lists' HCPCS Level II codes are embedded. Their CPT codes are the American Medical Association's and are imported
//! by the user; without them, a claim whose only procedures are CPT codes is `not_evaluated`.

use crate::diagnosis::{EncounterType, Provenance};
use crate::{ErrorCode, ScoreError};
use jiff::civil::Date;
use openclaim_claim::{Claim, ClaimType, DiagnosisCode, DiagnosisRole, HcpcsCode, ServiceLine};
use openclaim_reference::{Library, risk};
use serde::Serialize;
use std::collections::HashSet;

const IMPORTED: &str = "risk/eligible-procedures";
/// Types of bill, as facility type and classification.
const INPATIENT: [&str; 2] = ["11", "41"];
const OUTPATIENT: [&str; 8] = ["12", "13", "43", "71", "73", "76", "77", "85"];

/// Why a diagnosis does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filtered {
    /// The claim has no eligible procedure.
    NoEligibleProcedure,
    /// The type of bill is not one that counts.
    TypeOfBill,
    /// Dental claims do not count.
    Dental,
    /// The claim voids another, or is voided.
    Void,
    /// The service ended outside the year of service.
    OutsideYear,
    /// The claim states no date of service.
    NoDate,
    /// Admitting diagnosis, or the patient's reason for the visit.
    Role,
    /// An ICD-9 code.
    Icd9,
    /// Whether a CPT code is eligible cannot be told: the list of the year is not imported.
    CannotTell,
}

/// A diagnosis of a claim, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncounterDiagnosis {
    /// The code.
    pub code: DiagnosisCode,
    /// Where it was recorded.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// Why it does not count; `None` when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filtered: Option<Filtered>,
}

/// The procedures that make an encounter count, of one year of service.
#[derive(Debug, Clone)]
pub struct EligibleProcedures {
    year: i16,
    codes: HashSet<HcpcsCode>,
    cpt_listed: bool,
}

impl EligibleProcedures {
    /// The list of a year of service: embedded HCPCS Level II codes, and the imported list where there is one.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`] when the tables cannot be read.
    pub fn of_year(library: &Library, year: i16) -> Result<Self, ScoreError> {
        let internal = |message: String| ScoreError::new(ErrorCode::Internal, message);
        let mut codes = HashSet::new();
        let table = library.embedded_relation(risk::CMS_ELIGIBLE).map_err(|error| internal(error.to_string()))?;
        for row in table.rows() {
            let (first, last) = (row.int(1).unwrap_or(i64::MAX), row.int(2).unwrap_or_default());
            if (first..=last).contains(&i64::from(year)) {
                codes.extend(row.code(0).and_then(|code| HcpcsCode::parse(code.as_str()).ok()));
            }
        }
        let day = Date::new(year, 1, 1).map_err(|_| internal(format!("{year} is not a year")))?;
        let imported = library.relation(IMPORTED, day, None).found();
        if let Some((relation, _)) = imported {
            let listed = relation.rows().filter_map(|row| row.code(0));
            codes.extend(listed.filter_map(|code| HcpcsCode::parse(code.as_str()).ok()));
        }
        Ok(Self { year, codes, cpt_listed: imported.is_some() })
    }

    /// The year of service.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.year
    }

    /// Whether the list of the year was imported, so that CPT codes can be told.
    #[must_use]
    pub fn lists_cpt(&self) -> bool {
        self.cpt_listed
    }

    /// Whether a procedure makes an encounter count; `None` when it cannot be told.
    #[must_use]
    pub fn is_eligible(&self, code: HcpcsCode) -> Option<bool> {
        let level_two = code.as_str().starts_with(|first: char| first.is_ascii_alphabetic());
        match self.codes.contains(&code) {
            true => Some(true),
            false if level_two || self.cpt_listed => Some(false),
            false => None,
        }
    }
}

/// Every diagnosis of a claim once per place where it is recorded, with whether it counts.
#[must_use]
pub fn diagnoses(claim: &Claim, eligible: &EligibleProcedures) -> Vec<EncounterDiagnosis> {
    let encounter = encounter_type(claim);
    let through = last_day(claim);
    let of_claim = verdict(claim, encounter, through, eligible);
    let mut found = Vec::new();
    for (at, diagnosis) in claim.diagnoses.iter().enumerate() {
        let filtered = match (diagnosis.icd9, diagnosis.role) {
            (true, _) => Some(Filtered::Icd9),
            (false, DiagnosisRole::Admitting | DiagnosisRole::ReasonForVisit) => Some(Filtered::Role),
            _ => of_claim,
        };
        let place = |line: Option<&ServiceLine>| EncounterDiagnosis {
            code: diagnosis.code.value,
            provenance: Provenance {
                claim_id: claim.claim_id.value.clone(),
                line: line.map(|line| line.number),
                date: line.and_then(line_day).or(through),
                encounter,
            },
            filtered,
        };
        let points =
            |line: &&ServiceLine| line.diagnosis_pointers.iter().any(|pointer| usize::from(pointer.value) == at + 1);
        let counts = |line: &&ServiceLine| {
            filtered.is_some() || line.hcpcs.as_ref().is_some_and(|code| eligible.is_eligible(code.value) == Some(true))
        };
        let before = found.len();
        found.extend(claim.lines.iter().filter(points).filter(counts).map(|line| place(Some(line))));
        if found.len() == before {
            found.push(place(None));
        }
    }
    found
}

fn encounter_type(claim: &Claim) -> Option<EncounterType> {
    match claim.claim_type {
        ClaimType::Professional => Some(EncounterType::Professional),
        ClaimType::Dental => None,
        ClaimType::Institutional => {
            let facility = claim.type_of_bill.as_ref()?.value;
            match facility.facility() {
                facility if INPATIENT.contains(&facility) => Some(EncounterType::Inpatient),
                facility if OUTPATIENT.contains(&facility) => Some(EncounterType::Outpatient),
                _ => None,
            }
        }
    }
}

/// Whether the claim as a whole counts.
fn verdict(
    claim: &Claim,
    encounter: Option<EncounterType>,
    through: Option<Date>,
    eligible: &EligibleProcedures,
) -> Option<Filtered> {
    if is_void(claim) {
        return Some(Filtered::Void);
    }
    let Some(encounter) = encounter else {
        return Some(if claim.claim_type == ClaimType::Dental { Filtered::Dental } else { Filtered::TypeOfBill });
    };
    match through {
        None => return Some(Filtered::NoDate),
        Some(day) if day.year() != eligible.year => return Some(Filtered::OutsideYear),
        Some(_) => {}
    }
    if encounter == EncounterType::Inpatient {
        return None;
    }
    let answers: Vec<Option<bool>> = claim
        .lines
        .iter()
        .filter_map(|line| line.hcpcs.as_ref())
        .map(|code| eligible.is_eligible(code.value))
        .collect();
    if answers.contains(&Some(true)) {
        None
    } else if answers.contains(&None) {
        Some(Filtered::CannotTell)
    } else {
        Some(Filtered::NoEligibleProcedure)
    }
}

/// Frequency 8 takes a claim back.
fn is_void(claim: &Claim) -> bool {
    let of_bill = claim.type_of_bill.as_ref().map(|bill| bill.value.frequency());
    let frequency = of_bill.or_else(|| claim.frequency.as_ref().map(|frequency| frequency.value));
    frequency == Some('8')
}

fn line_day(line: &ServiceLine) -> Option<Date> {
    let day = line.dates.through.as_ref().or(line.dates.from.as_ref());
    day.map(|day| day.value)
}

/// The last day of service: of the statement, else of the lines.
fn last_day(claim: &Claim) -> Option<Date> {
    let statement = claim.dates.statement_through.as_ref().or(claim.dates.statement_from.as_ref());
    statement.map(|day| day.value).or_else(|| claim.lines.iter().filter_map(line_day).max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use openclaim_claim::{Diagnosis, Spanned, TypeOfBill};

    fn claim(kind: ClaimType, bill: Option<&str>, hcpcs: &[&str], day: Date) -> Claim {
        let mut claim = Claim::new(kind);
        claim.claim_id = Spanned::from(openclaim_claim::Text::from("C1"));
        claim.type_of_bill = bill.map(|bill| Spanned::from(TypeOfBill::parse(bill).unwrap()));
        for (code, role) in [("E1122", DiagnosisRole::Principal), ("R0600", DiagnosisRole::Admitting)] {
            let code = Spanned::from(DiagnosisCode::parse(code).unwrap());
            claim.diagnoses.push(Diagnosis { code, role, poa: None, icd9: false });
        }
        for (at, code) in hcpcs.iter().enumerate() {
            let mut line = ServiceLine::new(at as u32 + 1);
            line.hcpcs = Some(Spanned::from(HcpcsCode::parse(code).unwrap()));
            line.dates.from = Some(Spanned::from(day));
            line.diagnosis_pointers.push(Spanned::from(1));
            claim.lines.push(line);
        }
        claim.dates.statement_through = bill.map(|_| Spanned::from(day));
        claim
    }

    fn first(claim: &Claim) -> Option<Filtered> {
        let eligible = EligibleProcedures::of_year(&Library::embedded().unwrap(), 2025).unwrap();
        let found = diagnoses(claim, &eligible);
        assert_eq!(found.last().unwrap().filtered, Some(Filtered::Role), "the admitting diagnosis never counts");
        found[0].filtered
    }

    #[test]
    fn kinds_of_claims() {
        let day = date(2025, 6, 1);
        let professional = |codes: &[&str]| first(&claim(ClaimType::Professional, None, codes, day));
        assert_eq!(professional(&["G0438"]), None, "an annual wellness visit");
        assert_eq!(professional(&["A0428"]), Some(Filtered::NoEligibleProcedure), "an ambulance");
        assert_eq!(professional(&["99213"]), Some(Filtered::CannotTell), "CPT lists are imported");
        assert_eq!(professional(&["99213", "G0438"]), None);
        let bill = |bill, codes: &[&str]| first(&claim(ClaimType::Institutional, Some(bill), codes, day));
        assert_eq!(bill("0111", &[]), None);
        assert_eq!(bill("0131", &["G0438"]), None);
        assert_eq!(bill("0131", &["A0428"]), Some(Filtered::NoEligibleProcedure));
        assert_eq!(bill("0211", &["G0438"]), Some(Filtered::TypeOfBill), "skilled nursing");
        assert_eq!(bill("0118", &[]), Some(Filtered::Void));
        assert_eq!(first(&claim(ClaimType::Dental, None, &["D0120"], day)), Some(Filtered::Dental));
    }

    #[test]
    fn the_last_day_decides_about_the_year() {
        let bill = |day| first(&claim(ClaimType::Institutional, Some("0111"), &[], day));
        assert_eq!(bill(date(2024, 12, 31)), Some(Filtered::OutsideYear));
        assert_eq!(bill(date(2025, 1, 1)), None);
        assert_eq!(first(&claim(ClaimType::Professional, None, &[], date(2025, 1, 1))), Some(Filtered::NoDate));
    }

    #[test]
    fn support_names_claim_line_and_date() {
        let eligible = EligibleProcedures::of_year(&Library::embedded().unwrap(), 2025).unwrap();
        let found = diagnoses(&claim(ClaimType::Professional, None, &["A0428", "G0438"], date(2025, 3, 4)), &eligible);
        let place = &found[0].provenance;
        assert_eq!((place.claim_id.as_str(), place.line, place.date), ("C1", Some(2), Some(date(2025, 3, 4))));
        assert_eq!(place.encounter, Some(EncounterType::Professional));
    }
}
