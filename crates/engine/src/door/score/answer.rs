//! The answer of `openclaim score`, written without an intermediate tree: it is most of the work of a large file.

use super::super::write_json;
use openclaim_claim::DiagnosisCode;
use openclaim_risk::cms::payment::PaymentScore;
use openclaim_risk::cms::{FactorKind, Model, Segment, Sheet};
use openclaim_risk::{NotEvaluated, Score};
use serde::Serialize;
use std::io::Write;

/// Appends `,"name":value`.
pub(super) fn member(name: &str, value: &impl Serialize, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    write_json(value, out);
}

/// Appends a score as a number.
fn number(score: Score, out: &mut Vec<u8>) {
    // A vector takes every byte.
    let _ = write!(out, "{score}");
}

/// Appends a text that needs no escape: names of models, populations and variables are letters, digits and blanks.
fn text(text: &str, out: &mut Vec<u8>) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ')) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        write_json(&text, out);
    }
}

/// Appends the members of one model's answer, beginning with `"model"`.
pub(super) fn write(
    model: &Model,
    segment: &Segment,
    sheet: &Sheet,
    payment: Option<PaymentScore>,
    frailty: Score,
    not_evaluated: Option<&NotEvaluated>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(b"\"model\":");
    text(model.name(), out);
    let _ = write!(out, ",\"payment_year\":{}", model.payment_year());
    if !model.calibration().is_empty() {
        member("calibration", &model.calibration(), out);
    }
    out.extend_from_slice(b",\"population\":");
    text(segment.population(), out);
    out.extend_from_slice(b",\"raw\":");
    number(sheet.raw(), out);
    out.extend_from_slice(b",\"hccs\":[");
    for (at, category) in model.categories_of(sheet).enumerate() {
        let _ = write!(out, "{}\"{category}\"", if at == 0 { "" } else { "," });
    }
    out.extend_from_slice(b"],\"interactions\":[");
    let interactions = sheet.factors().iter().filter(|factor| matches!(factor.kind, FactorKind::Interaction(_)));
    for (at, factor) in interactions.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        text(model.variable(segment, factor), out);
    }
    out.extend_from_slice(b"],\"factors\":[");
    for (at, factor) in sheet.factors().iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"{\"variable\":" } else { b",{\"variable\":" });
        text(model.variable(segment, factor), out);
        out.extend_from_slice(b",\"value\":");
        number(factor.value, out);
        out.push(b'}');
    }
    out.push(b']');
    if let Some(payment) = payment {
        out.extend_from_slice(b",\"normalized\":");
        number(payment.normalized, out);
        out.extend_from_slice(b",\"adjusted\":");
        number(payment.adjusted, out);
        out.extend_from_slice(b",\"payment\":");
        number(payment.adjusted + frailty, out);
    }
    if let Some(missing) = not_evaluated {
        member("not_evaluated", &[missing], out);
    }
}

#[derive(Serialize)]
struct Warning {
    code: &'static str,
    message: String,
}

/// Appends what is odd and harmless.
pub(super) fn warnings(duplicates: &[DiagnosisCode], out: &mut Vec<u8>) {
    let warning = |code: &DiagnosisCode| Warning {
        code: "duplicate_diagnosis",
        message: format!("{code} is there more than once, and counts once"),
    };
    member("warnings", &duplicates.iter().map(warning).collect::<Vec<_>>(), out);
}
