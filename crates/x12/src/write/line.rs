//! Loop 2400 and the loops below it: service lines.

use super::claim::{
    adjustments, ambulance, attachments, conditions, contract, other_dates, references, repricing, texts,
};
use super::output::{Day, Output};
use super::party;
use openclaim_claim::{ClaimType, LineAdjudication, ServiceLine, SupportingForm, Text, Unit};

/// A line with everything below it.
pub(super) fn write(out: &mut Output, claim_type: ClaimType, line: &ServiceLine) {
    out.segment("LX").display(line.number).end();
    match claim_type {
        ClaimType::Professional => professional(out, line),
        ClaimType::Institutional => institutional(out, line),
        ClaimType::Dental => dental(out, line),
    }
    if let Some(equipment) = &line.equipment {
        let code = equipment.hcpcs.map(|code| code.value);
        let code = code.as_ref().map_or("", |code| code.as_str());
        let segment = out.segment("SV5").composite(&["HC", code]);
        let segment = segment.text(if equipment.days.is_some() { "DA" } else { "" }).decimal(equipment.days);
        let segment = segment.option_money(equipment.rental_price).option_money(equipment.purchase_price);
        segment.text(&equipment.rental_unit).end();
    }
    attachments(out, &line.attachments);
    ambulance(out, line.ambulance.as_deref());
    if let Some(certification) = &line.equipment_certification {
        let months = certification.months;
        let segment = out.segment("CR3").text(&certification.certification_type);
        segment.text(if months.is_some() { "MO" } else { "" }).decimal(months).end();
    }
    conditions(out, &line.conditions);
    match (line.dates.from, line.dates.through) {
        (Some(from), Some(through)) if from != through => {
            let period = format!("{}-{}", Day(from.value), Day(through.value));
            out.segment("DTP").text("472").text("RD8").text(&period).end();
        }
        (Some(from), _) => out.segment("DTP").text("472").dated(from.value).end(),
        (None, _) => {}
    }
    other_dates(out, &line.dates.other);
    for (qualifier, quantity) in &line.quantities {
        out.segment("QTY").text(qualifier).decimal(Some(*quantity)).end();
    }
    for measured in &line.measurements {
        let segment = out.segment("MEA").text(&measured.reference).text(&measured.qualifier);
        segment.decimal(Some(measured.value)).end();
    }
    contract(out, line.contract.as_deref());
    let order: &[&str] = match claim_type {
        ClaimType::Professional => &["9B", "9D", "G1", "6R", "EW", "X4", "F4", "BT", "9F"],
        ClaimType::Institutional => &["6R", "9B", "9D"],
        ClaimType::Dental => &["G3", "G1", "6R", "9B", "9D", "9F"],
    };
    let number = (!line.control_number.is_empty()).then(|| ("6R", line.control_number.as_str()));
    references(out, &line.references, number, order);
    for (qualifier, amount) in &line.amounts {
        out.segment("AMT").text(qualifier).money(*amount).end();
    }
    texts(out, &line.file_information, &line.notes);
    if let Some(purchase) = &line.purchased_service {
        out.segment("PS1").text(&purchase.0).option_money(purchase.1).end();
    }
    repricing(out, line.repricing.as_deref());
    drug(out, line);
    for provider in &line.providers {
        party::provider(out, provider);
    }
    for adjudication in &line.adjudications {
        decision(out, claim_type, adjudication);
    }
    for form in &line.forms {
        supporting_form(out, form);
    }
}

/// The procedure composite: qualifier, code, four modifiers, description.
fn procedure(line: &ServiceLine) -> [&str; 7] {
    let mut parts = [""; 7];
    if line.hcpcs.is_some() || !line.modifiers.is_empty() || !line.description.is_empty() {
        parts[0] = &line.code_qualifier;
    }
    parts[1] = line.hcpcs.as_ref().map_or("", |code| code.as_str());
    for (part, modifier) in parts[2..6].iter_mut().zip(&line.modifiers) {
        *part = modifier.as_str();
    }
    parts[6] = &line.description;
    parts
}

const fn unit(line: &ServiceLine) -> &'static str {
    match line.unit {
        Unit::Units => "UN",
        Unit::Minutes => "MJ",
        Unit::Days => "DA",
        Unit::Other if line.units.is_some() => "F2",
        Unit::Other => "",
    }
}

fn pointers(line: &ServiceLine) -> Vec<String> {
    line.diagnosis_pointers.iter().map(|pointer| pointer.value.to_string()).collect()
}

fn as_texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// SV1.
fn professional(out: &mut Output, line: &ServiceLine) {
    let segment = out.segment("SV1").composite(&procedure(line)).money(line.charge.value).text(unit(line));
    let segment = segment.decimal(line.units.map(|units| units.value));
    let segment = segment.option(line.place_of_service.map(|place| place.value)).skip(1);
    let segment = segment.composite(&as_texts(&pointers(line))).skip(1).yes(line.emergency).skip(1);
    segment.yes(line.epsdt).yes(line.family_planning).end();
}

/// SV2.
fn institutional(out: &mut Output, line: &ServiceLine) {
    let segment = out.segment("SV2").option(line.revenue_code.map(|code| code.value)).composite(&procedure(line));
    let segment = segment.money(line.charge.value).text(unit(line)).decimal(line.units.map(|units| units.value));
    segment.skip(1).option_money(line.non_covered.map(|amount| amount.value)).end();
}

/// SV3 and TOO.
fn dental(out: &mut Output, line: &ServiceLine) {
    let detail = line.dental.as_deref();
    let areas: Vec<&str> = detail.map_or_else(Vec::new, |detail| detail.oral_cavity.iter().map(Text::as_str).collect());
    let segment = out.segment("SV3").composite(&procedure(line)).money(line.charge.value);
    let segment = segment.option(line.place_of_service.map(|place| place.value)).composite(&areas);
    let segment = segment.text(detail.map_or("", |detail| &detail.prosthesis));
    let segment = segment.decimal(line.units.map(|units| units.value)).skip(4);
    segment.composite(&as_texts(&pointers(line))).end();
    for (tooth, surfaces) in detail.into_iter().flat_map(|detail| &detail.teeth) {
        let surfaces: Vec<String> = surfaces.chars().map(String::from).collect();
        out.segment("TOO").text("JP").text(tooth.as_str()).composite(&as_texts(&surfaces)).end();
    }
}

/// LIN, CTP and REF of loop 2410.
fn drug(out: &mut Output, line: &ServiceLine) {
    let Some(drug) = &line.drug else { return };
    out.segment("LIN").skip(1).text("N4").option(drug.ndc.map(|ndc| ndc.value)).end();
    if drug.quantity.is_some() || !drug.unit.is_empty() {
        out.segment("CTP").skip(3).decimal(drug.quantity).composite(&[&drug.unit]).end();
    }
    if !drug.prescription_number.is_empty() {
        out.segment("REF").text("XZ").text(&drug.prescription_number).end();
    }
}

/// SVD, CAS, DTP and AMT of loop 2430.
fn decision(out: &mut Output, claim_type: ClaimType, decision: &LineAdjudication) {
    let mut parts = vec![];
    if let Some(code) = &decision.hcpcs {
        parts.push(if claim_type == ClaimType::Dental { "AD" } else { "HC" });
        parts.push(code.as_str());
        parts.extend(decision.modifiers.iter().take(4).map(|modifier| modifier.as_str()));
    }
    let segment = out.segment("SVD").text(&decision.payer_id).money(decision.paid.value).composite(&parts);
    segment.option(decision.revenue_code).decimal(decision.quantity).option(decision.bundled_into).end();
    adjustments(out, &decision.adjustments);
    if let Some(date) = decision.date {
        out.segment("DTP").text("573").dated(date.value).end();
    }
    if let Some(amount) = decision.remaining_patient_liability {
        out.segment("AMT").text("EAF").money(amount).end();
    }
}

/// LQ and FRM.
fn supporting_form(out: &mut Output, form: &SupportingForm) {
    out.segment("LQ").text(&form.qualifier).text(&form.code).end();
    for answer in &form.answers {
        let segment = out.segment("FRM").text(&answer.question).text(&answer.yes_no).text(&answer.text);
        segment.option(answer.date.map(Day)).decimal(answer.percent).end();
    }
}
