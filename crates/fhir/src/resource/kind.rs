//! What a resource is a claim for.

use super::coding::{Coding, is_named};
use super::element::Elements;
use crate::json::Node;
use openclaim_claim::ClaimType;

/// What the type of a claim says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A claim this crate turns into a [`Claim`](openclaim_claim::Claim).
    Known(ClaimType),
    /// A claim of another kind, in words.
    Unsupported(&'static str),
    /// Nothing in the resource tells.
    Unknown,
}

/// Tells the kind by the most precise statement there is: CMS's own claim types, then the FHIR claim type, then the
/// profile, then whether the lines have revenue codes.
///
/// Source: CCW data dictionary, `NCH_CLM_TYPE_CD` and `CLM_TYPE_CD`; HL7 `claim-type`; CARIN Blue Button profiles.
pub(crate) fn kind<'t>(resource: &'t Node<'t>, elements: &mut Elements<'t>) -> Kind {
    let codings = elements.concept(resource, "type");
    let find = |name: &str, know: fn(&str) -> Option<Kind>| {
        codings.iter().filter(|coding| coding.of(name)).find_map(|coding: &Coding<'_>| know(coding.code.text))
    };
    find("nch_clm_type_cd", nch_type)
        .or_else(|| find("eob_type", eob_type))
        .or_else(|| find("claim_type", claim_type))
        .or_else(|| find("ex_claimtype", claim_type))
        .or_else(|| find("clm_type_cd", nch_type))
        .or_else(|| by_profile(resource))
        .or_else(|| by_lines(resource))
        .unwrap_or(Kind::Unknown)
}

const INSTITUTIONAL: Kind = Kind::Known(ClaimType::Institutional);
const PROFESSIONAL: Kind = Kind::Known(ClaimType::Professional);
const PHARMACY: Kind = Kind::Unsupported("a pharmacy claim");

fn nch_type(code: &str) -> Option<Kind> {
    match code {
        "10" | "20" | "30" | "40" | "50" | "60" | "61" | "62" | "63" | "64" => Some(INSTITUTIONAL),
        "71" | "72" | "81" | "82" => Some(PROFESSIONAL),
        "1" | "2" | "3" | "4" => Some(PHARMACY),
        _ => None,
    }
}

fn eob_type(code: &str) -> Option<Kind> {
    match code {
        "INPATIENT" | "OUTPATIENT" | "SNF" | "HHA" | "HOSPICE" => Some(INSTITUTIONAL),
        "CARRIER" | "DME" => Some(PROFESSIONAL),
        "PDE" => Some(PHARMACY),
        _ => None,
    }
}

fn claim_type(code: &str) -> Option<Kind> {
    match code {
        "institutional" => Some(INSTITUTIONAL),
        "professional" | "vision" => Some(PROFESSIONAL),
        "oral" => Some(Kind::Known(ClaimType::Dental)),
        "pharmacy" => Some(PHARMACY),
        _ => None,
    }
}

fn by_profile(resource: &Node<'_>) -> Option<Kind> {
    let profiles = resource.get("meta")?.get("profile")?.elements().iter().filter_map(Node::as_str);
    profiles.map(|profile| profile.split('|').next().unwrap_or(profile)).find_map(|profile| {
        let kinds = [
            ("C4BB-ExplanationOfBenefit-Inpatient-Institutional", INSTITUTIONAL),
            ("C4BB-ExplanationOfBenefit-Outpatient-Institutional", INSTITUTIONAL),
            ("C4BB-ExplanationOfBenefit-Professional-NonClinician", PROFESSIONAL),
            ("C4BB-ExplanationOfBenefit-Oral", Kind::Known(ClaimType::Dental)),
            ("C4BB-ExplanationOfBenefit-Pharmacy", PHARMACY),
        ];
        kinds.into_iter().find(|(name, _)| is_named(profile, name)).map(|(_, kind)| kind)
    })
}

fn by_lines(resource: &Node<'_>) -> Option<Kind> {
    let items = resource.get("item")?.elements();
    items.iter().any(|item| item.get("revenue").is_some()).then_some(INSTITUTIONAL)
}
