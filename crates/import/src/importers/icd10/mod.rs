//! ICD-10-CM (NCHS) and ICD-10-PCS (CMS).

pub(crate) mod addenda;
pub(crate) mod conversion;
mod edition;
pub(crate) mod index;
pub(crate) mod order;
pub(crate) mod poa_exempt;
pub(crate) mod tabular;
pub(crate) mod titles;

/// The two classifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    /// Diagnoses.
    Cm,
    /// Inpatient procedures.
    Pcs,
}

impl System {
    /// Which classification codes are of. Procedure codes have seven characters, and the headings of their tables three;
    /// many begin with a digit, which no diagnosis code does. `None` when one of them can be neither.
    fn of<'a>(codes: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut any, mut second_letter) = (false, false);
        let mut decided = None;
        for code in codes {
            let bytes = code.as_bytes();
            let plain = bytes.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
            if !plain || !(3..=7).contains(&bytes.len()) {
                return None;
            }
            any = true;
            second_letter |= bytes[1].is_ascii_uppercase();
            if decided.is_none() && bytes[0].is_ascii_digit() {
                decided = Some(Self::Pcs);
            } else if decided.is_none() && !matches!(bytes.len(), 3 | 7) {
                decided = Some(Self::Cm);
            }
        }
        let likelier = if second_letter { Self::Pcs } else { Self::Cm };
        any.then(|| decided.unwrap_or(likelier))
    }

    /// Prefix of table names.
    fn prefix(self) -> &'static str {
        match self {
            Self::Cm => "icd10cm",
            Self::Pcs => "icd10pcs",
        }
    }
}
