//! Loop 2300: the claim, and the way from its segments to those of its loops.

use super::{Cursor, Loop, OpenClaim, Part, health_info, line, other_payer, party};
use crate::context::Context;
use crate::envelope::Envelope;
use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::Segment;
use openclaim_claim::{
    Ambulance, Claim, ClaimType, ConditionIndicator, ContractInfo, Date, ExternalReference, List, Purpose, Repricing,
    Spanned, SpinalManipulation, Text, TypeOfBill,
};

/// CLM, into a claim of which nothing but the levels above is known.
pub(super) fn begin(claim: &mut Claim, cx: &mut Context<'_, '_>, envelope: &Envelope) {
    let mut facility = cx.segment.components(5);
    let (place, qualifier, frequency) = (facility.next_or_empty(), facility.next_or_empty(), facility.next_or_empty());
    // Where no guide is known the facility code qualifier tells bills of the UB-04 from those of the CMS-1500.
    let claim_type = envelope.guide.map_or_else(
        || if qualifier.text == "A" { ClaimType::Institutional } else { ClaimType::Professional },
        |guide| guide.claim_type,
    );
    claim.claim_type = claim_type;
    claim.span = Some(cx.span());
    claim.transaction_date = crate::values::date(envelope.date.as_bytes());
    claim.purpose = if cx.element(19).text == "PB" { Purpose::Predetermination } else { envelope.purpose };
    cx.require(1, "claim identifier");
    claim.claim_id = cx.spanned_text(1);
    if cx.require(2, "total charge")
        && let Some(charge) = cx.money(cx.element(2))
    {
        claim.amounts.total_charge = charge;
    }
    if cx.require(5, "facility code, its qualifier and claim frequency") {
        let expected = if claim_type == ClaimType::Institutional { "A" } else { "B" };
        if qualifier.is_empty() {
            let detail = "CLM05-2 (facility code qualifier) is empty".to_owned();
            cx.fault(FaultKind::MissingElement, cx.element(5).span(cx.file), detail);
        } else if !matches!(qualifier.text, "A" | "B") || (envelope.guide.is_some() && qualifier.text != expected) {
            let detail =
                format!("CLM05-2 is `{}`: `{expected}` is expected on this type of claim", quote(qualifier.text));
            cx.fault(FaultKind::UnknownQualifier, qualifier.span(cx.file), detail);
        }
        let letter = |text: &[u8]| match text {
            &[byte] if byte.is_ascii_alphanumeric() => Some(char::from(byte)),
            _ => None,
        };
        claim.frequency = cx.one_of(frequency, letter, "a claim frequency of one character");
        // One fault of the composite is told once.
        if qualifier.is_empty() || (claim.frequency.is_none() && !frequency.is_empty()) {
        } else if claim_type == ClaimType::Institutional {
            match TypeOfBill::from_parts(place.text.as_bytes(), frequency.text.as_bytes()) {
                Ok(bill) => claim.type_of_bill = Some(Spanned::at(bill, cx.element(5).span(cx.file))),
                Err(error) => cx.fault(FaultKind::NotACode, cx.element(5).span(cx.file), error.to_string()),
            }
        } else {
            claim.place_of_service = cx.code(place);
        }
    }
    claim.provider_signature = cx.text(6);
    claim.assignment = cx.text(7);
    claim.benefits_assigned = cx.text(8);
    claim.release_of_information = cx.text(9);
    claim.patient_signature = cx.text(10);
    for (position, component) in cx.segment.components(11).enumerate().filter(|(_, part)| !part.is_empty()) {
        let text = Text::new(component.text);
        match position {
            3 => claim.accident.state = text,
            4 => claim.accident.country = text,
            _ => claim.accident.causes.push(text),
        }
    }
    claim.special_program = cx.text(12);
    claim.delay_reason = cx.text(20);
}

/// The separator that CLM05, the first composite of a claim, is written with, where it is not the one declared.
pub(super) fn component_separator_used(segment: &Segment<'_>) -> Option<u8> {
    let field = segment.element(5);
    match *field.text.as_bytes() {
        [_, _, first, b'A' | b'B', second, frequency]
            if first == second
                && first != segment.delimiters().component
                && first.is_ascii_punctuation()
                && frequency.is_ascii_alphanumeric() =>
        {
            Some(first)
        }
        _ => None,
    }
}

/// A segment of a claim, behind CLM.
pub(super) fn read(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>, name: [u8; 3]) {
    match &name {
        b"LX\0" => return line::begin(cursor, claim, cx),
        b"SBR" => {
            if *cursor.part == Part::Lines {
                let detail = "SBR stands behind service lines; it is read as another payer all the same".to_owned();
                cx.segment_fault(FaultKind::UnexpectedSegment, detail);
            }
            return other_payer::begin(cursor, claim, cx);
        }
        b"NM1" => return begin_party(cursor, claim, cx),
        _ => {}
    }
    let read = match *cursor.part {
        Part::Claim => detail(*cursor.place, claim, cx, name) || line::begins_without_number(cursor, claim, cx, name),
        Part::OtherPayers => {
            other_payer::detail(*cursor.place, claim, cx, name)
                || line::begins_without_number(cursor, claim, cx, name)
                // Senders put claim segments behind the other payers; they are understood there as well.
                || (!matches!(&name, b"REF" | b"DTP" | b"AMT") && detail(Loop::Claim, claim, cx, name))
        }
        Part::Lines => line::detail(cursor, claim, cx, name),
    };
    if !read && (*cursor.place != Loop::PassedOver || !belongs_to_party(name)) {
        let detail = format!("{} does not belong in loop {}; it is skipped", cx.segment.name(), cx.within);
        cx.segment_fault(FaultKind::UnexpectedSegment, detail);
    }
}

/// Whether a segment describes the party of the NM1 before it.
pub(super) const fn belongs_to_party(name: [u8; 3]) -> bool {
    matches!(&name, b"N2\0" | b"N3\0" | b"N4\0" | b"PER" | b"PRV" | b"REF" | b"DMG")
}

/// NM1 within a claim: a provider of the claim or line, or a party of another payer.
fn begin_party(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>) {
    if !cx.require(1, "entity") {
        *cursor.place = Loop::PassedOver;
        return;
    }
    let code = cx.element(1);
    if *cursor.part == Part::OtherPayers
        && let Some(place) = other_payer::party(claim, cx, code.text)
    {
        *cursor.place = place;
        return;
    }
    let Some(role) = party::provider_role(code.text) else {
        cx.unknown_qualifier(code, "entity");
        *cursor.place = Loop::PassedOver;
        return;
    };
    let provider = party::provider(cx, role);
    match (*cursor.part, claim.lines.last_mut(), claim.other_payers.last_mut()) {
        (Part::Lines, Some(line), _) => {
            *cursor.place = Loop::LineProvider;
            line.providers.push(provider);
        }
        (Part::OtherPayers, _, Some(other)) => {
            *cursor.place = Loop::OtherPayerProvider;
            other.providers.push(provider);
        }
        _ => {
            *cursor.place = Loop::ClaimProvider;
            claim.providers.push(provider);
        }
    }
}

/// A segment of loop 2300 or of a provider of loop 2310; `false` when it is neither.
fn detail(place: Loop, claim: &mut Claim, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    if place == Loop::ClaimProvider
        && let Some(provider) = claim.providers.last_mut()
        && party::provider_detail(cx, name, provider)
    {
        return true;
    }
    if place == Loop::PassedOver && belongs_to_party(name) {
        return true;
    }
    match &name {
        b"HI\0" => health_info::read(claim, cx),
        b"DTP" => date(claim, cx),
        b"REF" => claim_reference(claim, cx),
        b"CL1" => admission(claim, cx),
        b"AMT" => amount(claim, cx),
        b"PWK" => claim.attachments.push((cx.text(1), cx.text(2), cx.text(6))),
        b"NTE" => claim.notes.push((cx.text(1), cx.text(2))),
        b"K3\0" => claim.file_information.push(cx.text(1)),
        b"CRC" => claim.conditions.push(condition(cx)),
        b"CN1" => once(cx, &mut claim.contract, |cx| Box::new(contract(cx))),
        b"HCP" => once(cx, &mut claim.repricing, |cx| Box::new(repricing(cx))),
        b"CR1" => once(cx, &mut claim.ambulance, |cx| Box::new(ambulance(cx))),
        b"CR2" => {
            let manipulation = |cx: &mut Context<'_, '_>| {
                Box::new(SpinalManipulation { condition: cx.text(8), description: joined(cx, 10) })
            };
            once(cx, &mut claim.spinal_manipulation, manipulation);
        }
        b"DN1" => {
            let months = |cx: &mut Context<'_, '_>| {
                let total = cx.decimal(cx.element(1)).map(|number| number.value);
                Box::new((total, cx.decimal(cx.element(2)).map(|number| number.value)))
            };
            once(cx, &mut claim.orthodontics, months);
        }
        b"DN2" => claim.tooth_status.push((cx.text(1), cx.text(2))),
        _ => return false,
    }
    true
}

/// Fills a place that may be filled once.
pub(super) fn once<T>(cx: &mut Context<'_, '_>, place: &mut Option<T>, read: impl FnOnce(&mut Context<'_, '_>) -> T) {
    if place.is_some() {
        let detail = format!("{} stands here a second time; the first is kept", cx.segment.name());
        cx.segment_fault(FaultKind::RepeatedSegment, detail);
    } else {
        *place = Some(read(cx));
    }
}

fn joined(cx: &Context<'_, '_>, number: usize) -> Text {
    let (mut first, second) = (cx.text(number), cx.element(number + 1));
    if !second.text.is_empty() {
        first.push(' ');
        first.push_str(second.text);
    }
    first
}

/// DTP of loop 2300.
fn date(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    let qualifier = cx.element(1);
    let (format, value) = (cx.element(2), cx.element(3));
    if !cx.require(3, "date") {
        return;
    }
    let period = cx.period(format, value);
    match qualifier.text {
        "434" => {
            claim.dates.statement_from = period.from;
            claim.dates.statement_through = period.through;
        }
        "435" => {
            claim.admission.date = period.from;
            claim.admission.hour = Text::new(period.time);
        }
        "096" if claim.claim_type == ClaimType::Institutional => {
            claim.admission.discharge_hour = Text::new(period.time);
            other_dates(&mut claim.dates.other, qualifier.text, &period);
        }
        _ => other_dates(&mut claim.dates.other, qualifier.text, &period),
    }
}

/// Keeps a date under its qualifier; a period as two dates, its first and its last day.
pub(super) fn other_dates(
    dates: &mut List<(Text, Spanned<Date>)>,
    qualifier: &str,
    period: &crate::context::Period<'_>,
) {
    dates.extend(period.from.map(|date| (Text::new(qualifier), date)));
    if period.through != period.from {
        dates.extend(period.through.map(|date| (Text::new(qualifier), date)));
    }
}

/// REF of a claim or line, as qualifier and value.
pub(super) fn reference(cx: &mut Context<'_, '_>) -> Option<ExternalReference> {
    if !cx.require(1, "qualifier") || !cx.require(2, "reference") {
        return None;
    }
    Some(ExternalReference { qualifier: cx.text(1), value: cx.spanned_text(2) })
}

fn claim_reference(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    if let Some(reference) = reference(cx) {
        if reference.qualifier == "F8" && claim.original_reference_number.is_none() {
            claim.original_reference_number = Some(reference.value);
        } else {
            claim.references.push(reference);
        }
    }
}

/// CL1.
fn admission(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    let admission = &mut claim.admission;
    if admission.admission_type.is_some() || admission.source.is_some() || admission.discharge_status.is_some() {
        cx.segment_fault(FaultKind::RepeatedSegment, "CL1 stands here a second time; the first is kept".to_owned());
        return;
    }
    admission.admission_type = cx.code(cx.element(1));
    admission.source = cx.code(cx.element(2));
    admission.discharge_status = cx.code(cx.element(3));
}

/// AMT of loop 2300.
fn amount(claim: &mut Claim, cx: &mut Context<'_, '_>) {
    let amount = cx.money(cx.element(2));
    match cx.element(1).text {
        "F5" => claim.amounts.patient_paid = amount,
        "F3" => claim.amounts.patient_due = amount,
        _ => cx.unknown_qualifier(cx.element(1), "amount of a claim"),
    }
}

/// CRC.
pub(super) fn condition(cx: &Context<'_, '_>) -> ConditionIndicator {
    let conditions = (3..=7).map(|number| cx.text(number)).filter(|code| !code.is_empty()).collect();
    ConditionIndicator { category: cx.text(1), applies: cx.yes(2), conditions }
}

/// CN1.
pub(super) fn contract(cx: &mut Context<'_, '_>) -> ContractInfo {
    ContractInfo {
        contract_type: cx.text(1),
        amount: cx.money(cx.element(2)).map(|amount| amount.value),
        percent: cx.decimal(cx.element(3)).map(|number| number.value),
        code: cx.text(4),
    }
}

/// HCP: pricing method, allowed amount, saving.
pub(super) fn repricing(cx: &mut Context<'_, '_>) -> Repricing {
    let allowed = cx.money(cx.element(2)).map(|amount| amount.value);
    (cx.text(1), allowed, cx.money(cx.element(3)).map(|amount| amount.value))
}

/// CR1.
pub(super) fn ambulance(cx: &mut Context<'_, '_>) -> Ambulance {
    Ambulance {
        patient_weight: cx.decimal(cx.element(2)).map(|number| number.value),
        reason: cx.text(4),
        miles: cx.decimal(cx.element(6)).map(|number| number.value),
        round_trip_purpose: cx.text(9),
        stretcher_purpose: cx.text(10),
    }
}

/// What only shows when the claim is over.
pub(super) fn finish(open: &mut OpenClaim, fault_limit: usize) {
    let claim = &open.record.claim;
    let Some(span) = claim.span else { return };
    if claim.lines.is_empty() && !open.full {
        let detail = format!("claim `{}` has no service line", quote(&claim.claim_id));
        let mut fault = Fault::new(FaultKind::MissingServiceLine, span, detail);
        fault.within = Some(Loop::Claim.name());
        open.log.push(fault, fault_limit);
    }
    if !open.has_service
        && let Some(line) = claim.lines.last()
    {
        let fault = line::missing_service(line, span);
        open.log.push(fault, fault_limit);
    }
}
