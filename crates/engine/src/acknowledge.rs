//! What acknowledgments say of faults and findings: whether they reject, and by which claim status code.
//!
//! Source of the codes: X12 external code lists 507 (claim status category) and 508 (claim status).

use crate::Adjudication;
use openclaim_claim::{Disposition, Evidence, Finding, Subject};
use openclaim_edits::x12 as intake;
use openclaim_x12::write::acknowledgment::{ClaimAnswer, ClaimStatus, LineAnswer, Remark};
use openclaim_x12::lexer::SegmentId;
use openclaim_x12::{ClaimRecord, Fault, FaultKind};

/// A fault as a 999 or TA1 tells it: kinds that the edits only warn about do not reject.
#[must_use]
pub fn remark(fault: &Fault) -> Remark {
    let rejects = intake::edit(fault.kind).is_none_or(|edit| edit.disposition.is_error());
    Remark { fault: fault.clone(), rejects }
}

/// Edits of code sets that the guides name as the values of one element; a 999 tells of them as the guide's own codes.
const EXTERNAL_CODES: &[&str] = &[
    "code/invalid-place-of-service",
    "code/invalid-type-of-bill",
    "code/invalid-revenue-code",
    "code/invalid-admission-type",
    "code/invalid-point-of-origin",
    "code/invalid-discharge-status",
    "code/invalid-diagnosis",
    "code/invalid-procedure",
    "code/unknown-hcpcs",
    "code/malformed-hcpcs",
];

/// What a 999 tells of codes that are none of the set that the guide names for their element.
pub fn code_remarks(adjudication: &Adjudication) -> impl Iterator<Item = Remark> + '_ {
    let codes = adjudication.findings.iter().filter(|finding| EXTERNAL_CODES.contains(&finding.edit));
    codes.filter_map(|finding| {
        let segment = finding.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Element { name: "segment", value, .. } => SegmentId::new(value.as_bytes()),
            _ => None,
        });
        let fault = Fault {
            kind: FaultKind::UnlistedCode,
            span: finding.span?,
            segment,
            within: None,
            detail: finding.message.to_string().into(),
        };
        Some(Remark { fault, rejects: finding.disposition.is_error() })
    })
}

/// The answer of a 277CA about a claim. What rejects or returns a claim rejects it here; denials and suspensions come
/// after acceptance and are not told.
#[must_use]
pub fn claim_answer<'c>(record: &'c ClaimRecord, adjudication: &Adjudication) -> ClaimAnswer<'c> {
    let mut statuses: Vec<ClaimStatus> = Vec::new();
    let mut lines: Vec<LineAnswer> = Vec::new();
    for finding in &adjudication.findings {
        let stops = matches!(
            finding.disposition,
            Disposition::RejectClaim | Disposition::ReturnToProvider | Disposition::RejectLine
        );
        if !stops {
            continue;
        }
        let status = status(finding);
        let line = match finding.subject {
            Subject::Line(line) | Subject::LinePair(line, _) => usize::try_from(line).ok(),
            _ => line_at(record, finding),
        };
        let list = match line {
            Some(line) => {
                let at = lines.iter().position(|answer| answer.line == line).unwrap_or_else(|| {
                    lines.push(LineAnswer { line, statuses: Vec::new() });
                    lines.len() - 1
                });
                &mut lines[at].statuses
            }
            None => &mut statuses,
        };
        if !list.contains(&status) {
            list.push(status);
        }
    }
    lines.sort_by_key(|answer| answer.line);
    ClaimAnswer { claim: &record.claim, envelope: &record.envelope, statuses, lines }
}

/// The line whose text a finding points into.
fn line_at(record: &ClaimRecord, finding: &Finding) -> Option<usize> {
    let at = finding.span?;
    record.claim.lines.iter().position(|line| {
        line.span.is_some_and(|span| span.file == at.file && span.start <= at.start && at.end() <= span.end())
    })
}

/// `A6`: the claim is rejected because something is missing.
const MISSING: &str = "A6";
/// `A7`: because something is invalid.
const INVALID: &str = "A7";
/// `A8`: because parts of it do not fit each other.
const RELATION: &str = "A8";
/// `A3`: returned as unprocessable.
const UNPROCESSABLE: &str = "A3";

/// Status codes by what the name of an edit speaks of; the first that fits is taken.
const BY_EDIT: &[(&str, &str, &str, &str)] = &[
    // part of the name, category, status, entity
    ("npi", INVALID, "562", "85"),
    ("duplicate", UNPROCESSABLE, "54", ""),
    ("balance", RELATION, "400", ""),
    ("total-charge", RELATION, "400", ""),
    ("original-reference", MISSING, "464", ""),
    ("pointer", INVALID, "477", ""),
    ("missing-billing-provider", MISSING, "26", "85"),
    ("missing-subscriber", MISSING, "26", "IL"),
    ("missing-patient", MISSING, "26", "QC"),
    ("missing-service", MISSING, "122", ""),
    ("present-on-admission", MISSING, "255", ""),
    ("poa", MISSING, "255", ""),
    ("admitting", INVALID, "232", ""),
    ("principal", INVALID, "254", ""),
    ("discharge-status", INVALID, "234", ""),
    ("type-of-bill", INVALID, "228", ""),
    ("place-of-service", INVALID, "249", ""),
    ("revenue", INVALID, "455", ""),
    ("value-code", INVALID, "463", ""),
    ("occurrence", INVALID, "461", ""),
    ("condition-code", INVALID, "460", ""),
    ("taxonomy", INVALID, "145", "85"),
    ("modifier", INVALID, "453", ""),
    ("units", INVALID, "476", ""),
    ("age", INVALID, "158", "QC"),
    ("sex", INVALID, "157", "QC"),
    ("diagnosis", INVALID, "255", ""),
    ("procedure", INVALID, "454", ""),
    ("admission", INVALID, "189", ""),
    ("date", INVALID, "187", ""),
];

/// Status codes of faults by the segment they stand in.
const BY_SEGMENT: &[(&str, &str, &str)] = &[
    // segment, status, entity
    ("HI", "255", ""),
    ("SV1", "454", ""),
    ("SV2", "455", ""),
    ("SV3", "454", ""),
    ("DTP", "187", ""),
    ("DMG", "158", "QC"),
    ("CLM", "122", ""),
    ("CL1", "231", ""),
    ("PRV", "145", "85"),
    ("CAS", "400", ""),
    ("SVD", "400", ""),
];

/// The status that says best what a finding says.
fn status(finding: &Finding) -> ClaimStatus {
    let name = finding.edit.split_once('/').map_or(finding.edit, |(_, name)| name);
    let speaks_of =
        |part: &str| name.split('-').any(|word| word == part) || (part.contains('-') && name.contains(part));
    if let Some(&(_, category, status, entity)) = BY_EDIT.iter().find(|(part, ..)| speaks_of(part)) {
        return ClaimStatus { category, status, entity };
    }
    let category = if name.starts_with("missing") { MISSING } else { INVALID };
    let segment = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Element { name: "segment", value, .. } => Some(value.as_str()),
        _ => None,
    });
    let of_segment = BY_SEGMENT.iter().find(|(known, ..)| segment == Some(*known));
    let (status, entity) = of_segment.map_or(("21", ""), |&(_, status, entity)| (status, entity));
    ClaimStatus { category, status, entity }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::Message;

    fn finding(edit: &'static str, segment: &'static str) -> Finding {
        Finding {
            edit,
            disposition: Disposition::RejectClaim,
            snip: None,
            subject: Subject::Claim,
            message: Message::new("something"),
            span: None,
            evidence: vec![Evidence::element("segment", segment, None)],
            carc: None,
            rarc: None,
            clears: Vec::new(),
        }
    }

    #[test]
    fn a_status_follows_from_the_edit_or_else_the_segment() {
        let of = |edit, segment| {
            let status = status(&finding(edit, segment));
            (status.category, status.status, status.entity)
        };
        assert_eq!(of("x12/npi-check-digit", "NM1"), ("A7", "562", "85"));
        assert_eq!(of("x12/missing-element", "CLM"), ("A6", "122", ""));
        assert_eq!(of("x12/not-a-date", "DTP"), ("A7", "187", ""));
        assert_eq!(of("x12/unlisted-code", "N3"), ("A7", "21", ""));
    }
}
