//! Which segment a person belongs to, when nobody says.

use super::model::{Family, Model, Segment};
use super::person::{Dual, Person};
use crate::ScoreError;

/// How a person is enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Enrolment {
    /// Fewer than twelve months of Part B in the year of service.
    pub new_enrollee: bool,
    /// In a special needs plan for people with chronic conditions.
    pub chronic_special_needs: bool,
    /// Entitled to the Part D low-income subsidy.
    pub low_income: bool,
}

impl Model {
    /// The segment of a person.
    ///
    /// - CMS-HCC: new enrollees in `NE` or, in a chronic special needs plan, `SNPNE`; long-term institutional ones in
    ///   `INS`; others by Medicaid and age.
    /// - ESRD: by months since a transplant: none is dialysis, one to three the month of the transplant, more a
    ///   functioning graft.
    /// - RxHCC: by institution, low income and age.
    ///
    /// # Errors
    /// [`crate::ErrorCode::UnknownPopulation`] when the model lacks the segment.
    pub fn segment_for(&self, person: &Person, enrolment: Enrolment) -> Result<&Segment, ScoreError> {
        let aged = self.age_when_continuing(person) >= 65;
        let population = match self.family() {
            Family::CmsHcc => cms_hcc(person, enrolment, aged),
            Family::Esrd => self.esrd(person, enrolment, aged),
            Family::RxHcc => rx_hcc(person, enrolment, aged),
        };
        self.segment(population)
    }

    fn esrd(&self, person: &Person, enrolment: Enrolment, aged: bool) -> &'static str {
        // Version 21 has one segment for grafts in the community, version 24 four.
        let one_community_segment = self.segments().iter().any(|segment| segment.population() == "GC");
        match (person.graft_months, enrolment.new_enrollee) {
            (None | Some(0), true) => "DNE",
            (None | Some(0), false) => "DI",
            (Some(1), _) => "TRANSPLANT_KIDNEY_ONLY_1M",
            (Some(2), _) => "TRANSPLANT_KIDNEY_ONLY_2M",
            (Some(3), _) => "TRANSPLANT_KIDNEY_ONLY_3M",
            (_, true) => "GNE",
            _ if person.institutional => "GI",
            _ if one_community_segment => "GC",
            _ => match (person.dual == Dual::Full, aged) {
                (true, true) => "GFA",
                (true, false) => "GFN",
                (false, true) => "GNPA",
                (false, false) => "GNPN",
            },
        }
    }
}

fn cms_hcc(person: &Person, enrolment: Enrolment, aged: bool) -> &'static str {
    if enrolment.new_enrollee {
        return if enrolment.chronic_special_needs { "SNPNE" } else { "NE" };
    }
    if person.institutional {
        return "INS";
    }
    match (person.dual, aged) {
        (Dual::None, true) => "CNA",
        (Dual::None, false) => "CND",
        (Dual::Full, true) => "CFA",
        (Dual::Full, false) => "CFD",
        (Dual::Partial, true) => "CPA",
        (Dual::Partial, false) => "CPD",
    }
}

fn rx_hcc(person: &Person, enrolment: Enrolment, aged: bool) -> &'static str {
    match (enrolment.new_enrollee, person.institutional, enrolment.low_income) {
        (true, true, _) => "Rx_NE_LTI",
        (true, false, true) => "Rx_NE_Lo",
        (true, false, false) => "Rx_NE_NoLo",
        (false, true, _) => "Rx_CE_LTI",
        (false, false, true) if aged => "Rx_CE_LowAged",
        (false, false, true) => "Rx_CE_LowNoAged",
        (false, false, false) if aged => "Rx_CE_NoLowAged",
        (false, false, false) => "Rx_CE_NoLowNoAged",
    }
}
