//! What acknowledgments say of faults and findings: whether they reject, and by which claim status code.
//!
//! Source of the codes: X12 external code lists 507 (claim status category) and 508 (claim status).

use crate::Adjudication;
use openclaim_claim::{Disposition, Evidence, Finding, Subject};
use openclaim_edits::x12 as intake;
use openclaim_x12::lexer::SegmentId;
use openclaim_x12::write::acknowledgment::{ClaimAnswer, ClaimStatus, LineAnswer, Remark};
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

/// Status codes by edit. Codes that speak of an entity come with its code; those that ask for a second code beside them
/// (21, 402, 510 to 512) are not given.
const BY_EDIT: &[(&str, &str, &str, &str)] = &[
    // edit, category, status, entity
    ("code/npi-check-digit", INVALID, "562", "85"),
    ("code/malformed-taxonomy", INVALID, "145", "85"),
    ("code/pointer-to-no-diagnosis", INVALID, "477", ""),
    ("code/invalid-diagnosis", INVALID, "255", ""),
    ("code/wrong-icd-revision", INVALID, "255", ""),
    ("code/external-cause-first", INVALID, "509", ""),
    ("code/invalid-procedure", INVALID, "465", ""),
    ("code/malformed-hcpcs", INVALID, "454", ""),
    ("code/unknown-hcpcs", INVALID, "454", ""),
    ("code/invalid-place-of-service", INVALID, "249", ""),
    ("code/invalid-revenue-code", INVALID, "455", ""),
    ("code/invalid-type-of-bill", INVALID, "228", ""),
    ("code/invalid-discharge-status", INVALID, "234", ""),
    ("code/invalid-admission-type", INVALID, "231", ""),
    ("code/invalid-point-of-origin", INVALID, "229", ""),
    ("mce/invalid-discharge-status", INVALID, "234", ""),
    ("mce/invalid-admitting-diagnosis", INVALID, "232", ""),
    ("mce/invalid-age", INVALID, "158", "QC"),
    ("mce/invalid-sex", INVALID, "157", "QC"),
    ("x12/duplicate-claim-id", UNPROCESSABLE, "54", ""),
    ("x12/total-charge-mismatch", RELATION, "400", ""),
    ("x12/line-adjudication-out-of-balance", RELATION, "672", ""),
    ("x12/claim-adjudication-out-of-balance", RELATION, "672", ""),
    ("x12/missing-original-reference", MISSING, "464", ""),
    ("x12/missing-admission-date", MISSING, "189", ""),
    ("x12/missing-admission-source", MISSING, "229", ""),
    ("x12/missing-discharge-hour", MISSING, "233", ""),
    ("x12/missing-admitting-diagnosis", MISSING, "232", ""),
    ("x12/missing-present-on-admission", MISSING, "255", ""),
    ("x12/missing-procedure-date", MISSING, "486", ""),
    ("x12/missing-reason-for-visit", MISSING, "673", ""),
    ("x12/missing-line-date", MISSING, "187", ""),
    ("x12/missing-accident-date", MISSING, "187", ""),
    ("x12/missing-accident-state", MISSING, "365", ""),
    ("x12/missing-ambulance-information", MISSING, "337", ""),
    ("x12/missing-member-id", MISSING, "164", "IL"),
    ("x12/missing-patient-demographics", MISSING, "158", "QC"),
    ("x12/missing-other-payer", MISSING, "479", ""),
    ("x12/unknown-other-payer", INVALID, "479", ""),
    ("x12/payer-rank-repeated", INVALID, "550", ""),
    ("x12/missing-prior-placement", MISSING, "201", ""),
    ("x12/missing-attending-provider", MISSING, "26", "71"),
    ("x12/missing-billing-provider", MISSING, "26", "85"),
    ("x12/missing-subscriber", MISSING, "26", "IL"),
    ("x12/missing-patient", MISSING, "26", "QC"),
    ("x12/missing-service", MISSING, "454", ""),
    ("x12/missing-service-line", MISSING, "454", ""),
    ("x12/subscriber-not-patient", INVALID, "156", ""),
    ("x12/malformed-adjustment-reason", INVALID, "521", ""),
    ("x12/impossible-date", INVALID, "158", "QC"),
    ("x12/dates-reversed", RELATION, "187", ""),
    ("x12/negative-amount", INVALID, "178", ""),
    ("x12/units-of-zero", INVALID, "476", ""),
    ("x12/non-covered-above-charge", RELATION, "596", ""),
    ("x12/non-covered-not-total", RELATION, "596", ""),
    ("x12/status-against-frequency", RELATION, "234", ""),
    ("x12/missing-dental-date", MISSING, "187", ""),
    ("x12/missing-adjudication-date", MISSING, "516", "PR"),
    ("x12/incomplete-certificate", MISSING, "335", ""),
    ("x12/equipment-code-mismatch", RELATION, "454", ""),
];

/// Status codes of faults of elements by the segment they stand in.
const BY_SEGMENT: &[(&str, &str, &str)] = &[
    // segment, status, entity
    ("HI", "255", ""),
    ("SV1", "454", ""),
    ("SV2", "455", ""),
    ("SV3", "454", ""),
    ("DTP", "187", ""),
    ("DMG", "158", "QC"),
    ("CL1", "231", ""),
    ("PRV", "145", "85"),
    ("CAS", "521", ""),
    ("SVD", "672", ""),
    ("SBR", "480", "IL"),
    ("PAT", "156", ""),
    ("N3", "503", "85"),
    ("N4", "500", "85"),
    ("NM1", "125", "85"),
    ("PER", "127", "85"),
    ("LIN", "218", ""),
    ("CTP", "216", ""),
];

/// The status of a claim whose segments do not make one: its format.
const FORMAT: &str = "481";

/// The status that says best what a finding says. `21` is never given alone: it asks for a second code.
fn status(finding: &Finding) -> ClaimStatus {
    if let Some(&(_, category, status, entity)) = BY_EDIT.iter().find(|(edit, ..)| *edit == finding.edit) {
        return ClaimStatus { category, status, entity };
    }
    let (family, name) = finding.edit.split_once('/').unwrap_or(("", finding.edit));
    if family == "mce" {
        let status = if name.contains("procedure") { "465" } else { "255" };
        return ClaimStatus { category: INVALID, status, entity: "" };
    }
    let category = if name.starts_with("missing") { MISSING } else { INVALID };
    let segment = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Element { name: "segment", value, .. } => Some(value.as_str()),
        _ => None,
    });
    let of_element = matches!(
        name,
        "missing-element"
            | "unknown-qualifier"
            | "unlisted-code"
            | "post-office-box"
            | "wrong-length"
            | "not-a-code"
            | "not-a-date"
            | "not-a-time"
            | "not-an-amount"
            | "not-a-number"
            | "not-an-identifier"
            | "dotted-code"
    );
    let of_segment = BY_SEGMENT.iter().find(|(known, ..)| of_element && segment == Some(*known));
    let (status, entity) = of_segment.map_or((FORMAT, ""), |&(_, status, entity)| (status, entity));
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
    fn every_edit_with_a_status_is_one() {
        for (edit, ..) in BY_EDIT {
            assert!(openclaim_edits::registry::all().any(|known| known.id == *edit), "{edit}");
        }
    }

    #[test]
    fn a_status_follows_from_the_edit_or_else_the_segment() {
        let of = |edit, segment| {
            let status = status(&finding(edit, segment));
            (status.category, status.status, status.entity)
        };
        assert_eq!(of("code/npi-check-digit", "NM1"), ("A7", "562", "85"));
        assert_eq!(of("x12/missing-element", "CLM"), ("A6", "481", ""));
        assert_eq!(of("x12/not-a-date", "DTP"), ("A7", "187", ""));
        assert_eq!(of("x12/unlisted-code", "N4"), ("A7", "500", "85"));
        assert_eq!(of("x12/post-office-box", "N3"), ("A7", "503", "85"));
        assert_eq!(of("x12/segment-out-of-order", "DTP"), ("A7", "481", ""));
        assert_eq!(of("mce/manifestation-as-principal", "HI"), ("A7", "255", ""));
    }
}
