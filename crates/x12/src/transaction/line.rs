//! Loop 2400 and the loops below it: service lines.

use super::claim::{belongs_to_party, condition, contract, once, other_dates, reference, repricing};
use super::{Cursor, Loop, Part, claim as claim_level, other_payer, party};
use crate::context::Context;
use crate::fault::{Fault, FaultKind, quote};
use openclaim_claim::{
    Claim, ClaimType, DrugDetail, EquipmentCertification, EquipmentService, FormAnswer, LineAdjudication, Measurement,
    Modifier, ServiceLine, Span, SupportingForm, Text, Unit,
};

/// LX: the next line.
pub(super) fn begin(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>) {
    if claim.lines.len() >= cursor.line_limit {
        let limit = cursor.line_limit;
        let detail = format!("the claim has more than {limit} service lines; the rest of it is skipped");
        cx.segment_fault(FaultKind::TooManyLines, detail);
        *cursor.full = true;
        return;
    }
    if !*cursor.has_service
        && let Some(line) = claim.lines.last()
    {
        let fault = missing_service(line, cx.span());
        cx.log.push(fault, cx.fault_limit);
    }
    let number = if cx.require(1, "line number") { cx.whole(cx.element(1)) } else { None };
    let ordinal = u32::try_from(claim.lines.len() + 1).unwrap_or(u32::MAX);
    push(cursor, claim, number.map_or(ordinal, |number| number.value), cx.span());
}

fn push(cursor: &mut Cursor<'_>, claim: &mut Claim, number: u32, span: Span) {
    let mut line = ServiceLine::new(number);
    line.span = Some(span);
    claim.lines.push(line);
    *cursor.part = Part::Lines;
    *cursor.place = Loop::Line;
    *cursor.has_service = false;
}

/// A service segment that no LX introduces: reported, and read as a line of its own.
pub(super) fn begins_without_number(
    cursor: &mut Cursor<'_>,
    claim: &mut Claim,
    cx: &mut Context<'_, '_>,
    name: [u8; 3],
) -> bool {
    if !matches!(&name, b"SV1" | b"SV2" | b"SV3") {
        return false;
    }
    let detail = format!("{} stands without LX before it; a line is begun", cx.segment.name());
    cx.segment_fault(FaultKind::UnexpectedSegment, detail);
    let number = u32::try_from(claim.lines.len() + 1).unwrap_or(u32::MAX);
    push(cursor, claim, number, cx.span());
    detail_of_line(cursor, claim, cx, name)
}

/// The fault of a line without SV1, SV2 or SV3.
pub(super) fn missing_service(line: &ServiceLine, otherwise: Span) -> Fault {
    let detail = format!("line {} has no service segment (SV1, SV2 or SV3)", line.number);
    let mut fault = Fault::new(FaultKind::MissingService, line.span.unwrap_or(otherwise), detail);
    fault.within = Some(Loop::Line.name());
    fault
}

/// A segment behind LX; `false` when it has no place there.
pub(super) fn detail(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    if let Some(line) = claim.lines.last_mut()
        && let Some(span) = &mut line.span
    {
        *span = span.to(cx.span());
    }
    detail_of_line(cursor, claim, cx, name)
}

fn detail_of_line(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    let claim_type = claim.claim_type;
    let Some(line) = claim.lines.last_mut() else { return false };
    // First what belongs to the loop below the line that is open, then what belongs to the line itself.
    let read = match *cursor.place {
        Loop::LineProvider => {
            line.providers.last_mut().is_some_and(|provider| party::provider_detail(cx, name, provider))
        }
        Loop::Drug => drug_detail(line, cx, name),
        Loop::LineAdjudication => adjudication_detail(line, cx, name),
        Loop::PassedOver => belongs_to_party(name),
        _ => false,
    };
    if read {
        return true;
    }
    match &name {
        b"SV1" | b"SV2" | b"SV3" => {
            if *cursor.has_service {
                let detail = format!("{} is a second service of one line; the first is kept", cx.segment.name());
                cx.segment_fault(FaultKind::RepeatedSegment, detail);
                return true;
            }
            *cursor.has_service = true;
            let expected = match claim_type {
                ClaimType::Professional => b"SV1",
                ClaimType::Institutional => b"SV2",
                ClaimType::Dental => b"SV3",
            };
            if name != *expected {
                let detail =
                    format!("{} is no segment of this type of claim; it is read all the same", cx.segment.name());
                cx.segment_fault(FaultKind::UnexpectedSegment, detail);
            }
            match &name {
                b"SV1" => professional(line, cx),
                b"SV2" => institutional(line, cx),
                _ => dental(line, cx),
            }
        }
        b"DTP" => date(line, cx),
        b"REF" => line_reference(line, cx),
        b"LIN" => {
            *cursor.place = Loop::Drug;
            once(cx, &mut line.drug, |cx| Box::new(drug(cx)));
        }
        b"SVD" => {
            *cursor.place = Loop::LineAdjudication;
            let adjudication = adjudication(cx);
            line.adjudications.push(adjudication);
        }
        b"LQ\0" => {
            *cursor.place = Loop::Form;
            line.forms.push(SupportingForm { qualifier: cx.text(1), code: cx.text(2), answers: Vec::new() });
        }
        b"FRM" => match line.forms.last_mut() {
            Some(form) => form.answers.push(answer(cx)),
            None => return false,
        },
        b"TOO" => tooth(line, cx),
        b"PWK" => line.attachments.push((cx.text(1), cx.text(2), cx.text(6))),
        b"AMT" => {
            if let Some(amount) = cx.money(cx.element(2)) {
                line.amounts.push((cx.text(1), amount.value));
            }
        }
        b"QTY" => {
            if let Some(quantity) = cx.decimal(cx.element(2)) {
                line.quantities.push((cx.text(1), quantity.value));
            }
        }
        b"MEA" => {
            if let Some(value) = cx.decimal(cx.element(3)) {
                let (reference, qualifier) = (cx.text(1), cx.text(2));
                line.measurements.push(Measurement { reference, qualifier, value: value.value });
            }
        }
        b"NTE" => line.notes.push((cx.text(1), cx.text(2))),
        b"K3\0" => line.file_information.push(cx.text(1)),
        b"CRC" => line.conditions.push(condition(cx)),
        b"CN1" => once(cx, &mut line.contract, |cx| Box::new(contract(cx))),
        b"HCP" => once(cx, &mut line.repricing, |cx| Box::new(repricing(cx))),
        b"CR1" => once(cx, &mut line.ambulance, |cx| Box::new(claim_level::ambulance(cx))),
        b"CR3" => once(cx, &mut line.equipment_certification, |cx| {
            let months = cx.decimal(cx.element(3)).map(|number| number.value);
            Box::new(EquipmentCertification { certification_type: cx.text(1), months })
        }),
        b"SV5" => once(cx, &mut line.equipment, |cx| Box::new(equipment(cx))),
        b"PS1" => {
            once(cx, &mut line.purchased_service, |cx| {
                Box::new((cx.text(1), cx.money(cx.element(2)).map(|amount| amount.value)))
            });
        }
        _ => return false,
    }
    true
}

/// The procedure composite C003: qualifier, code, up to four modifiers, description.
fn procedure(line: &mut ServiceLine, cx: &mut Context<'_, '_>, number: usize) {
    if cx.segment.element(number).text.is_empty() {
        return;
    }
    let mut parts = cx.segment.components(number);
    line.code_qualifier = Text::new(parts.next_or_empty().text);
    line.hcpcs = cx.code(parts.next_or_empty());
    for part in parts.by_ref().take(4) {
        line.modifiers.extend(cx.code(part));
    }
    line.description = Text::new(parts.next_or_empty().text);
}

fn charge(line: &mut ServiceLine, cx: &mut Context<'_, '_>, number: usize) {
    if cx.require(number, "charge")
        && let Some(charge) = cx.money(cx.element(number))
    {
        line.charge = charge;
    }
}

fn unit(code: &str) -> Unit {
    match code {
        "UN" => Unit::Units,
        "MJ" => Unit::Minutes,
        "DA" => Unit::Days,
        _ => Unit::Other,
    }
}

fn pointers(line: &mut ServiceLine, cx: &mut Context<'_, '_>, number: usize) {
    for field in cx.segment.components(number).filter(|field| !field.is_empty()) {
        let Some(pointer) = cx.whole(field) else { continue };
        match u8::try_from(pointer.value) {
            Ok(value) => line.diagnosis_pointers.push(pointer.map(|_| value)),
            Err(_) => {
                let detail = format!("`{}` points to no diagnosis a claim can have", quote(field.text));
                cx.fault(FaultKind::NotANumber, field.span(cx.file), detail);
            }
        }
    }
}

/// SV1.
fn professional(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    cx.require(1, "procedure");
    procedure(line, cx, 1);
    charge(line, cx, 2);
    line.unit = unit(cx.element(3).text);
    line.units = cx.decimal(cx.element(4));
    line.place_of_service = cx.code(cx.element(5));
    pointers(line, cx, 7);
    line.emergency = cx.yes(9);
    line.epsdt = cx.yes(11);
    line.family_planning = cx.yes(12);
}

/// SV2.
fn institutional(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    if cx.require(1, "revenue code") {
        line.revenue_code = cx.code(cx.element(1));
    }
    procedure(line, cx, 2);
    charge(line, cx, 3);
    line.unit = unit(cx.element(4).text);
    line.units = cx.decimal(cx.element(5));
    line.non_covered = cx.money(cx.element(7));
}

/// SV3.
fn dental(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    cx.require(1, "procedure");
    procedure(line, cx, 1);
    charge(line, cx, 2);
    line.place_of_service = cx.code(cx.element(3));
    let detail = line.dental.get_or_insert_default();
    detail.oral_cavity =
        cx.segment.components(4).filter(|area| !area.is_empty()).map(|area| Text::new(area.text)).collect();
    detail.prosthesis = cx.text(5);
    line.units = cx.decimal(cx.element(6));
    pointers(line, cx, 11);
}

/// TOO: a tooth and its surfaces.
fn tooth(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    if let Some(tooth) = cx.code(cx.element(2)) {
        let surfaces = cx.segment.components(3).map(|surface| surface.text).collect();
        line.dental.get_or_insert_default().teeth.push((tooth.value, surfaces));
    }
}

/// SV5.
fn equipment(cx: &mut Context<'_, '_>) -> EquipmentService {
    EquipmentService {
        hcpcs: cx.code(cx.segment.component(1, 2)),
        days: cx.decimal(cx.element(3)).map(|number| number.value),
        rental_price: cx.money(cx.element(4)).map(|amount| amount.value),
        purchase_price: cx.money(cx.element(5)).map(|amount| amount.value),
        rental_unit: cx.text(6),
    }
}

/// DTP of loop 2400.
fn date(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    if !cx.require(3, "date") {
        return;
    }
    let period = cx.period(cx.element(2), cx.element(3));
    match cx.element(1).text {
        "472" => {
            line.dates.from = period.from;
            line.dates.through = period.through;
        }
        qualifier => other_dates(&mut line.dates.other, qualifier, &period),
    }
}

fn line_reference(line: &mut ServiceLine, cx: &mut Context<'_, '_>) {
    if let Some(reference) = reference(cx) {
        if reference.qualifier == "6R" && line.control_number.is_empty() {
            line.control_number = reference.value.value;
        } else {
            line.references.push(reference);
        }
    }
}

/// LIN.
fn drug(cx: &mut Context<'_, '_>) -> DrugDetail {
    let qualifier = cx.element(2);
    let ndc = if qualifier.text == "N4" {
        cx.code(cx.element(3))
    } else {
        cx.unknown_qualifier(qualifier, "drug code");
        None
    };
    DrugDetail { ndc, quantity: None, unit: Text::default(), prescription_number: Text::default() }
}

/// CTP and REF of loop 2410.
fn drug_detail(line: &mut ServiceLine, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    let Some(drug) = &mut line.drug else { return false };
    match &name {
        b"CTP" => {
            drug.quantity = cx.decimal(cx.element(4)).map(|number| number.value);
            drug.unit = Text::new(cx.segment.component(5, 1).text);
        }
        b"REF" if matches!(cx.element(1).text, "XZ" | "VY") => drug.prescription_number = cx.text(2),
        _ => return false,
    }
    true
}

/// SVD.
fn adjudication(cx: &mut Context<'_, '_>) -> LineAdjudication {
    cx.require(2, "paid amount");
    let mut procedure = cx.segment.components(3).skip(1);
    let hcpcs = cx.code(procedure.next().unwrap_or_default()).map(|code| code.value);
    let mut modifiers: Vec<Modifier> = Vec::new();
    for part in procedure.take(4) {
        modifiers.extend(cx.code(part).map(|code| -> Modifier { code.value }));
    }
    LineAdjudication {
        payer_id: cx.text(1),
        paid: cx.money(cx.element(2)).unwrap_or_default(),
        hcpcs,
        modifiers,
        revenue_code: cx.code(cx.element(4)).map(|code| code.value),
        quantity: cx.decimal(cx.element(5)).map(|number| number.value),
        bundled_into: cx.whole(cx.element(6)).map(|number| number.value),
        adjustments: Vec::new(),
        date: None,
        remaining_patient_liability: None,
        span: Some(cx.span()),
    }
}

/// CAS, DTP and AMT of loop 2430.
fn adjudication_detail(line: &mut ServiceLine, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    let Some(adjudication) = line.adjudications.last_mut() else { return false };
    match &name {
        b"CAS" => other_payer::adjustments(&mut adjudication.adjustments, cx),
        b"DTP" if cx.element(1).text == "573" => {
            adjudication.date = cx.period(cx.element(2), cx.element(3)).from;
        }
        b"AMT" if cx.element(1).text == "EAF" => {
            adjudication.remaining_patient_liability = cx.money(cx.element(2)).map(|amount| amount.value);
        }
        _ => return false,
    }
    true
}

/// FRM.
fn answer(cx: &mut Context<'_, '_>) -> FormAnswer {
    FormAnswer {
        question: cx.text(1),
        yes_no: cx.text(2),
        text: cx.text(3),
        date: cx.date(cx.element(4)).map(|date| date.value),
        percent: cx.decimal(cx.element(5)).map(|number| number.value),
    }
}
