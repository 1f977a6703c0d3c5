//! CPT, HCPCS and CDT codes: form and existence.

use super::procedure_list::{Existence, ProcedureLists};
use super::{Codes, MALFORMED_HCPCS, UNKNOWN_HCPCS};
use crate::claim_edit::{Findings, at, position};
use openclaim_claim::{Claim, ClaimType, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Subject, Text, Unanswered};

/// Procedure codes that cannot be one, or that no list has on the day.
pub(super) fn exist(claim: &Claim, codes: &Codes<'_>, report: &mut Findings, not_evaluated: &mut Vec<NotEvaluated>) {
    let segment = match claim.claim_type {
        ClaimType::Professional => ("SV1", "SV101-2"),
        ClaimType::Institutional => ("SV2", "SV202-2"),
        ClaimType::Dental => ("SV3", "SV301-2"),
    };
    let place = at("2400", segment.0, segment.1);
    let mut lists = ProcedureLists::new(codes);
    let mut missing: Option<(&'static str, String)> = None;
    for (index, line) in claim.lines.iter().enumerate() {
        let Some(code) = line.hcpcs else { continue };
        let subject = || Subject::Line(position(index));
        match line.code_qualifier.as_str() {
            "HC" if is_hcpcs(code.as_str().as_bytes()) => {}
            "AD" if is_cdt(code.as_str().as_bytes()) => {
                let detail = "no list of CDT codes can be loaded: they are licensed";
                missing.get_or_insert_with(|| ("", detail.to_owned()));
                continue;
            }
            qualifier @ ("HC" | "AD") => {
                let kind = if qualifier == "HC" { "CPT or HCPCS" } else { "CDT" };
                let message = format!("`{}` cannot be a {kind} code", code.value);
                report.fire(&MALFORMED_HCPCS, subject(), code.span, place, message);
                continue;
            }
            _ => continue,
        }
        let date = line.dates.from.map(|date| date.value).or_else(|| claim.service_from());
        match lists.look_up(code.value, date) {
            Existence::Exists => {}
            Existence::Unknown(list) => {
                let message = format!("`{}` is not in force by {list}", code.value);
                report.fire(&UNKNOWN_HCPCS, subject(), code.span, place, message);
            }
            Existence::NoList { table, detail } => {
                missing.get_or_insert_with(|| (table, detail.into_owned()));
            }
        }
    }
    for (index, procedure) in claim.procedures.iter().enumerate() {
        if procedure.coding == ProcedureCoding::Hcpcs && !is_hcpcs(procedure.code.as_str().as_bytes()) {
            let message = format!("`{}` cannot be a CPT or HCPCS code", *procedure.code);
            let subject = Subject::Procedure(position(index));
            report.fire(&MALFORMED_HCPCS, subject, procedure.code.span, at("2300", "HI", ""), message);
        }
    }
    if let Some((table, detail)) = missing {
        let remedy = match table {
            "" => None,
            "hcpcs/codes" => Some("openclaim data pull --only hcpcs, or check --hcpcs FILE"),
            _ => Some("openclaim data pull --only mpfs, or check --hcpcs FILE"),
        };
        not_evaluated.push(NotEvaluated::from(Unanswered {
            rule: Text::const_new(UNKNOWN_HCPCS.id),
            reason: NotEvaluatedReason::MissingTable,
            detail: detail.into(),
            remedy: remedy.map(Text::const_new),
        }));
    }
}

/// `D0120`.
fn is_cdt(code: &[u8]) -> bool {
    matches!(code, [b'D', digits @ ..] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit))
}

/// `99213`, `0001F`, `J1885`.
fn is_hcpcs(code: &[u8]) -> bool {
    let &[first, ref middle @ .., last] = code else { return false };
    let digits = middle.len() == 3 && middle.iter().all(u8::is_ascii_digit);
    digits
        && first.is_ascii_alphanumeric()
        && (last.is_ascii_digit() || (first.is_ascii_digit() && last.is_ascii_uppercase()))
}
