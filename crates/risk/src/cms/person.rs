//! Whom a model scores.

use openclaim_claim::{Date, Sex};
use serde::{Deserialize, Serialize};

/// Original reason for entitlement to Medicare (OREC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Orec {
    /// `0`: old age and survivors insurance.
    #[default]
    #[serde(rename = "0")]
    Age,
    /// `1`: disability.
    #[serde(rename = "1")]
    Disability,
    /// `2`: end-stage renal disease.
    #[serde(rename = "2")]
    Esrd,
    /// `3`: disability and end-stage renal disease.
    #[serde(rename = "3")]
    DisabilityAndEsrd,
}

impl Orec {
    /// Reads the code, one digit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "0" => Some(Self::Age),
            "1" => Some(Self::Disability),
            "2" => Some(Self::Esrd),
            "3" => Some(Self::DisabilityAndEsrd),
            _ => None,
        }
    }

    /// Whether end-stage renal disease was among the reasons.
    #[must_use]
    pub const fn is_esrd(self) -> bool {
        matches!(self, Self::Esrd | Self::DisabilityAndEsrd)
    }
}

/// Entitlement to Medicaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dual {
    /// Not entitled.
    #[default]
    None,
    /// Partial benefits: QMB only, SLMB only, QDWI, QI.
    Partial,
    /// Full benefits: QMB plus, SLMB plus, other full benefit.
    Full,
}

impl Dual {
    /// Reads Medicare's dual status code: `02`, `04` and `08` are full benefit; `01`, `03`, `05` and `06` partial;
    /// `00`, `09`, `10`, `99` and `NA` none.
    #[must_use]
    pub fn of_status_code(code: &str) -> Option<Self> {
        match code.trim().to_ascii_uppercase().as_str() {
            "02" | "2" | "04" | "4" | "08" | "8" => Some(Self::Full),
            "01" | "1" | "03" | "3" | "05" | "5" | "06" | "6" => Some(Self::Partial),
            "" | "NA" | "N" | "00" | "0" | "07" | "7" | "09" | "9" | "10" | "99" => Some(Self::None),
            _ => None,
        }
    }
}

/// What a model reads of a person besides diagnoses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Person {
    /// Age in completed years on 1 February of the payment year.
    pub age: u16,
    /// Sex; the models know two, and refuse an unknown one.
    pub sex: Sex,
    /// Original reason for entitlement.
    pub orec: Orec,
    /// Entitlement to Medicaid.
    pub dual: Dual,
    /// Long-term institutional: in a facility for more than 90 days.
    pub institutional: bool,
    /// In end-stage renal disease status; read by the RxHCC models for new enrollees.
    pub esrd: bool,
    /// Completed months since a kidney transplant; read by the segments of the ESRD models with a functioning graft.
    pub graft_months: Option<u16>,
}

impl Person {
    /// A person in the community, without Medicaid and without a graft.
    #[must_use]
    pub const fn new(age: u16, sex: Sex, orec: Orec) -> Self {
        Self { age, sex, orec, dual: Dual::None, institutional: false, esrd: orec.is_esrd(), graft_months: None }
    }

    /// The age that CMS's software reads: completed years on 1 February of the payment year, never below 0.
    #[must_use]
    pub fn age_for(birth: Date, payment_year: i16) -> Option<u16> {
        let on = Date::new(payment_year, 2, 1).ok()?;
        let before_birthday = (on.month(), on.day()) < (birth.month(), birth.day());
        let years = i32::from(on.year()) - i32::from(birth.year()) - i32::from(before_birthday);
        u16::try_from(years.max(0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn age_is_reckoned_on_the_first_of_february() {
        let age = |birth| Person::age_for(birth, 2026);
        assert_eq!(age(date(1961, 2, 1)), Some(65));
        assert_eq!(age(date(1961, 2, 2)), Some(64));
        assert_eq!(age(date(1960, 2, 29)), Some(65));
        assert_eq!(age(date(2026, 3, 1)), Some(0));
    }

    #[test]
    fn dual_status_codes() {
        assert_eq!(["02", "08"].map(Dual::of_status_code), [Some(Dual::Full); 2]);
        assert_eq!(["01", "06"].map(Dual::of_status_code), [Some(Dual::Partial); 2]);
        assert_eq!(["NA", "00", "09"].map(Dual::of_status_code), [Some(Dual::None); 3]);
        assert_eq!(Dual::of_status_code("X"), None);
    }
}
