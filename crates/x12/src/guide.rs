//! The implementation guides of the 837 transaction, named by GS08 and ST03.

use openclaim_claim::ClaimType;

/// An 837 implementation guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Guide {
    /// Professional, institutional or dental.
    pub claim_type: ClaimType,
    /// Whether what it carries is asked about in advance, not billed.
    pub predetermination: bool,
    /// Whether it is version 005010, which this reader is written for. Claims of other versions are read by the same
    /// rules as far as they fit.
    pub current: bool,
}

impl Guide {
    /// The version text of the current guide of a type of claim.
    #[must_use]
    pub const fn current_version(claim_type: ClaimType) -> &'static str {
        match claim_type {
            ClaimType::Professional => "005010X222A2",
            ClaimType::Institutional => "005010X223A3",
            ClaimType::Dental => "005010X224A3",
        }
    }

    /// The guide of a version text such as `005010X223A3`, errata included.
    #[must_use]
    pub fn from_version(version: &str) -> Option<Self> {
        let (release, guide) = version.split_at_checked(6)?;
        let (guide, errata) = guide.split_at_checked(4)?;
        if !matches!(errata.as_bytes(), [] | [b'A', b'1'..=b'9']) {
            return None;
        }
        let (claim_type, predetermination, current) = match (release, guide) {
            ("005010", "X222") => (ClaimType::Professional, false, true),
            ("005010", "X223") => (ClaimType::Institutional, false, true),
            ("005010", "X224") => (ClaimType::Dental, false, true),
            ("005010", "X291") => (ClaimType::Professional, true, true),
            ("005010", "X292") => (ClaimType::Institutional, true, true),
            ("005010", "X293") => (ClaimType::Dental, true, true),
            ("004010", "X098") => (ClaimType::Professional, false, false),
            ("004010", "X096") => (ClaimType::Institutional, false, false),
            ("004010", "X097") => (ClaimType::Dental, false, false),
            _ => return None,
        };
        Some(Self { claim_type, predetermination, current })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errata_name_the_same_guide() {
        for version in ["005010X223", "005010X223A1", "005010X223A2", "005010X223A3"] {
            let guide = Guide::from_version(version).unwrap();
            assert!(guide.claim_type == ClaimType::Institutional && guide.current && !guide.predetermination);
        }
        assert!(Guide::from_version("005010X291").unwrap().predetermination);
        assert!(!Guide::from_version("004010X096A1").unwrap().current);
        for version in ["", "005010", "005010X221A1", "005010X222A", "005010X222A1B", "99É999X222"] {
            assert_eq!(Guide::from_version(version), None, "{version}");
        }
    }
}
