//! Places of service of professional and dental claims.

use super::{PLACE_OF_SERVICE, TwoDigits, holds, two_digits};
use crate::claim_edit::{Findings, at, position};
use openclaim_claim::{Claim, ClaimType, Subject};

/// Numbers of the set; those in between are unassigned.
const PLACES: &[&str] = &[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "25", "26", "27", "31", "32", "33", "34", "41", "42", "49", "50", "51", "52", "53",
    "54", "55", "56", "57", "58", "60", "61", "62", "65", "66", "71", "72", "81", "99",
];

/// The numbers of the set, by their two digits.
static ASSIGNED: TwoDigits = two_digits(PLACES);

/// Places of service that are none.
pub(super) fn check(claim: &Claim, report: &mut Findings) {
    let on_lines = claim.lines.iter().enumerate().map(|(index, line)| (Some(index), line.place_of_service));
    for (line, place) in std::iter::once((None, claim.place_of_service)).chain(on_lines) {
        let Some(place) = place.filter(|place| !holds(&ASSIGNED, place.as_str())) else { continue };
        let message = format!("`{}` is no place of service", place.value);
        let (subject, element) = match (line, claim.claim_type) {
            (None, _) => (Subject::Claim, at("2300", "CLM", "CLM05-1")),
            (Some(index), ClaimType::Dental) => (Subject::Line(position(index)), at("2400", "SV3", "SV303")),
            (Some(index), _) => (Subject::Line(position(index)), at("2400", "SV1", "SV105")),
        };
        report.fire(&PLACE_OF_SERVICE, subject, place.span, element, message);
    }
}
