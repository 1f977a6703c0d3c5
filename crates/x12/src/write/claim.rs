//! Loops 2300, 2310, 2320 and 2330: the claim and its other payers.

use super::output::{Day, Number, Output};
use super::{line, party};
use openclaim_claim::{
    Adjustment, AdjustmentGroup, Ambulance, Claim, ClaimType, ConditionIndicator, ContractInfo, Date, Diagnosis,
    DiagnosisRole, ExternalReference, Money, OtherPayer, Poa, ProcedureCoding, Spanned, Text,
};

/// Composites of one HI segment.
const COMPOSITES: usize = 12;

/// Dates that are written as a period when they come in pairs.
const PERIODS: [&str; 5] = ["314", "472", "196", "197", "870"];

/// The claim with everything below it. `predetermination` is said in CLM19 where the guide does not say it.
pub(super) fn write(out: &mut Output, claim: &Claim, predetermination: bool) {
    head(out, claim, predetermination);
    dates(out, claim);
    if claim.claim_type == ClaimType::Institutional {
        admission(out, claim);
    }
    if let Some(months) = &claim.orthodontics {
        out.segment("DN1").decimal(months.0).decimal(months.1).end();
    }
    for (tooth, status) in &claim.tooth_status {
        out.segment("DN2").text(tooth).text(status).skip(3).text("JP").end();
    }
    attachments(out, &claim.attachments);
    contract(out, claim.contract.as_deref());
    for (code, amount) in [("F3", claim.amounts.patient_due), ("F5", claim.amounts.patient_paid)] {
        if let Some(amount) = amount {
            out.segment("AMT").text(code).money(amount.value).end();
        }
    }
    let original = claim.original_reference_number.as_ref().map(|number| ("F8", number.as_str()));
    references(out, &claim.references, original, order_of_references(claim.claim_type));
    texts(out, &claim.file_information, &claim.notes);
    ambulance(out, claim.ambulance.as_deref());
    if let Some(manipulation) = &claim.spinal_manipulation {
        let segment = out.segment("CR2").skip(7).text(&manipulation.condition).skip(1);
        segment.text(&manipulation.description).end();
    }
    conditions(out, &claim.conditions);
    health_information(out, claim);
    repricing(out, claim.repricing.as_deref());
    for provider in &claim.providers {
        party::provider(out, provider);
    }
    for other in &claim.other_payers {
        other_payer(out, other);
    }
    for service in &claim.lines {
        line::write(out, claim.claim_type, service);
    }
}

/// CLM.
fn head(out: &mut Output, claim: &Claim, predetermination: bool) {
    let frequency = claim.frequency.map_or(String::new(), |frequency| frequency.value.to_string());
    let facility: [&str; 3] = match (&claim.type_of_bill, &claim.place_of_service) {
        (Some(bill), _) => [bill.facility(), "A", &frequency],
        (None, Some(place)) => [place.as_str(), "B", &frequency],
        (None, None) if frequency.is_empty() => ["", "", ""],
        (None, None) => ["", if claim.claim_type == ClaimType::Institutional { "A" } else { "B" }, &frequency],
    };
    let mut causes: Vec<&str> = claim.accident.causes.iter().take(3).map(Text::as_str).collect();
    causes.resize(3, "");
    causes.extend([claim.accident.state.as_str(), claim.accident.country.as_str()]);
    let segment = out.segment("CLM").text(&claim.claim_id).money(claim.amounts.total_charge.value).skip(2);
    let segment = segment.composite(&facility).text(&claim.provider_signature).text(&claim.assignment);
    let segment = segment.text(&claim.benefits_assigned).text(&claim.release_of_information);
    let segment = segment.text(&claim.patient_signature).composite(&causes).text(&claim.special_program).skip(6);
    segment.text(if predetermination { "PB" } else { "" }).text(&claim.delay_reason).end();
}

/// DTP of loop 2300. Dates keep the order they have; those with a place of their own stand where the guides put them.
fn dates(out: &mut Output, claim: &Claim) {
    let admission = &claim.admission;
    let institutional = claim.claim_type == ClaimType::Institutional;
    let timed_discharge = institutional && !admission.discharge_hour.is_empty();
    let mut other = &claim.dates.other[..];
    if timed_discharge {
        let segment = out.segment("DTP").text("096");
        match other.split_first() {
            Some(((qualifier, date), rest)) if qualifier == "096" => {
                other = rest;
                let value = format!("{}{}", Day(date.value), admission.discharge_hour);
                segment.text("DT").text(&value).end();
            }
            _ => segment.text("TM").text(&admission.discharge_hour).end(),
        }
    }
    if let Some(from) = claim.dates.statement_from {
        let through = claim.dates.statement_through.unwrap_or(from);
        let period = format!("{}-{}", Day(from.value), Day(through.value));
        out.segment("DTP").text("434").text("RD8").text(&period).end();
    }
    // The admission of a professional claim stands before the discharge and what follows it.
    let before = if institutional {
        0
    } else {
        let later = |qualifier: &str| matches!(qualifier, "096" | "090" | "091" | "444" | "050");
        other.iter().position(|(qualifier, _)| later(qualifier)).unwrap_or(other.len())
    };
    other_dates(out, &other[..before]);
    match (admission.date, admission.hour.as_str()) {
        (Some(date), "") => out.segment("DTP").text("435").dated(date.value).end(),
        (Some(date), hour) => {
            let value = format!("{}{hour:0<4}", Day(date.value));
            out.segment("DTP").text("435").text("DT").text(&value).end();
        }
        (None, "") => {}
        (None, hour) => out.segment("DTP").text("435").text("TM").text(hour).end(),
    }
    other_dates(out, &other[before..]);
}

/// Dates by qualifier; two of a qualifier that stands for a period as that period.
pub(super) fn other_dates(out: &mut Output, mut dates: &[(Text, Spanned<Date>)]) {
    loop {
        match dates {
            [] => return,
            [(one, from), (two, through), rest @ ..]
                if one == two && PERIODS.contains(&one.as_str()) && from.value < through.value =>
            {
                let period = format!("{}-{}", Day(from.value), Day(through.value));
                out.segment("DTP").text(one).text("RD8").text(&period).end();
                dates = rest;
            }
            [(qualifier, date), rest @ ..] => {
                out.segment("DTP").text(qualifier).dated(date.value).end();
                dates = rest;
            }
        }
    }
}

/// CL1.
fn admission(out: &mut Output, claim: &Claim) {
    let admission = &claim.admission;
    if admission.admission_type.is_none() && admission.source.is_none() && admission.discharge_status.is_none() {
        return;
    }
    let segment = out.segment("CL1").option(admission.admission_type.map(|code| code.value));
    let segment = segment.option(admission.source.map(|code| code.value));
    segment.option(admission.discharge_status.map(|code| code.value)).end();
}

/// PWK.
pub(super) fn attachments(out: &mut Output, attachments: &[(Text, Text, Text)]) {
    for (report, transmission, number) in attachments {
        let segment = out.segment("PWK").text(report).text(transmission).skip(2);
        segment.text(if number.is_empty() { "" } else { "AC" }).text(number).end();
    }
}

/// CN1.
pub(super) fn contract(out: &mut Output, contract: Option<&ContractInfo>) {
    if let Some(contract) = contract {
        let segment = out.segment("CN1").text(&contract.contract_type).option_money(contract.amount);
        segment.decimal(contract.percent).text(&contract.code).end();
    }
}

fn order_of_references(claim_type: ClaimType) -> &'static [&'static str] {
    match claim_type {
        ClaimType::Professional => {
            &["4N", "F5", "EW", "9F", "G1", "F8", "X4", "9A", "9C", "LX", "D9", "EA", "P4", "1J"]
        }
        ClaimType::Institutional => &["4N", "9F", "G1", "F8", "9A", "9C", "LX", "D9", "LU", "EA", "P4", "G4"],
        ClaimType::Dental => &["G3", "4N", "F8", "9F", "G1", "9A", "9C", "LX", "D9"],
    }
}

/// REF in the order they have, with one that a claim or line keeps elsewhere put where the guide's order has it.
pub(super) fn references(
    out: &mut Output,
    references: &[ExternalReference],
    kept: Option<(&str, &str)>,
    order: &[&str],
) {
    let rank = |qualifier: &str| order.iter().position(|known| *known == qualifier).unwrap_or(usize::MAX);
    let at = kept.map_or(references.len(), |(qualifier, _)| {
        let rank_of_kept = rank(qualifier);
        references.iter().position(|other| rank(&other.qualifier) >= rank_of_kept).unwrap_or(references.len())
    });
    let write = |out: &mut Output, references: &[ExternalReference]| {
        for reference in references {
            out.segment("REF").text(&reference.qualifier).text(&reference.value).end();
        }
    };
    write(out, &references[..at]);
    if let Some((qualifier, value)) = kept {
        out.segment("REF").text(qualifier).text(value).end();
    }
    write(out, &references[at..]);
}

/// K3 and NTE.
pub(super) fn texts(out: &mut Output, file_information: &[Text], notes: &[(Text, Text)]) {
    for text in file_information {
        out.segment("K3").text(text).end();
    }
    for (code, text) in notes {
        out.segment("NTE").text(code).text(text).end();
    }
}

/// CR1.
pub(super) fn ambulance(out: &mut Output, ambulance: Option<&Ambulance>) {
    if let Some(ambulance) = ambulance {
        let weighed = if ambulance.patient_weight.is_some() { "LB" } else { "" };
        let segment = out.segment("CR1").text(weighed).decimal(ambulance.patient_weight).skip(1);
        let measured = if ambulance.miles.is_some() { "DH" } else { "" };
        let segment = segment.text(&ambulance.reason).text(measured).decimal(ambulance.miles).skip(2);
        segment.text(&ambulance.round_trip_purpose).text(&ambulance.stretcher_purpose).end();
    }
}

/// CRC.
pub(super) fn conditions(out: &mut Output, conditions: &[ConditionIndicator]) {
    for condition in conditions {
        let mut segment = out.segment("CRC").text(&condition.category).text(if condition.applies { "Y" } else { "N" });
        for code in condition.conditions.iter().take(5) {
            segment = segment.text(code);
        }
        segment.end();
    }
}

/// HCP.
pub(super) fn repricing(out: &mut Output, repricing: Option<&(Text, Option<Money>, Option<Money>)>) {
    if let Some((method, allowed, saving)) = repricing {
        out.segment("HCP").text(method).option_money(*allowed).option_money(*saving).end();
    }
}

/// The composites of HI segments: as many to a segment as fit, a new segment where another kind of code begins.
fn composites<'a, T: 'a, K: PartialEq>(
    out: &mut Output,
    items: impl IntoIterator<Item = &'a T>,
    kind: impl Fn(&T) -> (K, usize),
    composite: impl Fn(&T) -> Vec<String>,
) {
    let mut open: Option<(K, Vec<Vec<String>>)> = None;
    let end = |out: &mut Output, composites: Vec<Vec<String>>| {
        let mut segment = out.segment("HI");
        for parts in &composites {
            segment = segment.composite(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        }
        segment.end();
    };
    for item in items {
        let (kind, limit) = kind(item);
        match &mut open {
            Some((current, list)) if *current == kind && list.len() < limit => list.push(composite(item)),
            _ => {
                if let Some((_, list)) = open.replace((kind, vec![composite(item)])) {
                    end(out, list);
                }
            }
        }
    }
    if let Some((_, list)) = open {
        end(out, list);
    }
}

/// HI of every kind.
fn health_information(out: &mut Output, claim: &Claim) {
    let split = if claim.claim_type == ClaimType::Institutional {
        // The DRG stands before the other diagnoses.
        claim.diagnoses.iter().position(|diagnosis| diagnosis.role == DiagnosisRole::Other)
    } else {
        None
    };
    let split = split.unwrap_or(claim.diagnoses.len());
    diagnoses(out, claim.claim_type, &claim.diagnoses[..split]);
    if let Some(drg) = claim.billed_drg {
        out.segment("HI").composite(&["DR", drg.as_str()]).end();
    }
    diagnoses(out, claim.claim_type, &claim.diagnoses[split..]);
    composites(
        out,
        &claim.procedures,
        |procedure| (procedure.coding == ProcedureCoding::Hcpcs || !procedure.principal, COMPOSITES),
        |procedure| {
            let qualifier = match (procedure.coding, procedure.principal) {
                (ProcedureCoding::Icd10Pcs, true) => "BBR",
                (ProcedureCoding::Icd10Pcs, false) => "BBQ",
                (ProcedureCoding::Icd9, true) => "BR",
                (ProcedureCoding::Icd9, false) => "BQ",
                (ProcedureCoding::Hcpcs, true) => "BP",
                (ProcedureCoding::Hcpcs, false) => "BO",
            };
            let mut parts = vec![qualifier.to_owned(), procedure.code.to_string()];
            parts.extend(procedure.date.into_iter().flat_map(|date| ["D8".to_owned(), Day(date.value).to_string()]));
            parts
        },
    );
    let one = |_: &_| ((), COMPOSITES);
    composites(out, &claim.occurrence_spans, one, |occurrence| {
        let mut parts = vec!["BI".to_owned(), occurrence.code.to_string()];
        if let (Some(from), through) = (occurrence.from, occurrence.through) {
            let through = through.unwrap_or(from);
            parts.extend(["RD8".to_owned(), format!("{}-{}", Day(from.value), Day(through.value))]);
        }
        parts
    });
    let one = |_: &_| ((), COMPOSITES);
    composites(out, &claim.occurrences, one, |occurrence| {
        let mut parts = vec!["BH".to_owned(), occurrence.code.to_string()];
        parts.extend(occurrence.date.into_iter().flat_map(|date| ["D8".to_owned(), Day(date.value).to_string()]));
        parts
    });
    let one = |_: &_| ((), COMPOSITES);
    composites(out, &claim.values, one, |value| {
        let amount = Number(value.amount.value).to_string();
        vec!["BE".to_owned(), value.code.to_string(), String::new(), String::new(), amount]
    });
    let one = |_: &_| ((), COMPOSITES);
    composites(out, &claim.condition_codes, one, |code| vec!["BG".to_owned(), code.to_string()]);
    let one = |_: &_| ((), COMPOSITES);
    composites(out, &claim.treatment_codes, one, |code| vec!["TC".to_owned(), code.value.to_string()]);
}

/// Diagnoses in their order: on institutional claims one segment for each role, on others all in one.
fn diagnoses(out: &mut Output, claim_type: ClaimType, diagnoses: &[Diagnosis]) {
    let kind = |diagnosis: &Diagnosis| {
        let institutional = claim_type == ClaimType::Institutional;
        let limit = match diagnosis.role {
            DiagnosisRole::Principal | DiagnosisRole::Admitting if institutional => 1,
            DiagnosisRole::ReasonForVisit if institutional => 3,
            _ => COMPOSITES,
        };
        (institutional.then_some(diagnosis.role), limit)
    };
    composites(out, diagnoses, kind, |diagnosis| {
        let qualifier = match (diagnosis.role, diagnosis.icd9) {
            (DiagnosisRole::Principal, false) => "ABK",
            (DiagnosisRole::Other, false) => "ABF",
            (DiagnosisRole::Admitting, false) => "ABJ",
            (DiagnosisRole::ReasonForVisit, false) => "APR",
            (DiagnosisRole::ExternalCause, false) => "ABN",
            (DiagnosisRole::Principal, true) => "BK",
            (DiagnosisRole::Other, true) => "BF",
            (DiagnosisRole::Admitting, true) => "BJ",
            (DiagnosisRole::ReasonForVisit, true) => "PR",
            (DiagnosisRole::ExternalCause, true) => "BN",
        };
        let mut parts = vec![qualifier.to_owned(), diagnosis.code.to_string()];
        if let Some(poa) = diagnosis.poa {
            parts.resize(8, String::new());
            parts.push(Poa::as_str(poa.value).to_owned());
        }
        parts
    });
}

const fn group_code(group: AdjustmentGroup) -> &'static str {
    match group {
        AdjustmentGroup::Contractual => "CO",
        AdjustmentGroup::Patient => "PR",
        AdjustmentGroup::Other => "OA",
        AdjustmentGroup::PayerInitiated => "PI",
        AdjustmentGroup::Correction => "CR",
    }
}

/// CAS: up to six adjustments of one group to a segment.
pub(crate) fn adjustments(out: &mut Output, adjustments: &[Adjustment]) {
    for group in adjustments.chunk_by(|one, other| one.group == other.group) {
        for part in group.chunks(6) {
            let Some(first) = part.first() else { continue };
            let mut segment = out.segment("CAS").text(group_code(first.group));
            for adjustment in part {
                segment = segment.text(&adjustment.reason).money(adjustment.amount.value).decimal(adjustment.quantity);
            }
            segment.end();
        }
    }
}

/// Loops 2320 and 2330.
fn other_payer(out: &mut Output, other: &OtherPayer) {
    party::insurance(out, &other.subscriber);
    adjustments(out, &other.adjustments);
    for (qualifier, amount) in &other.amounts {
        out.segment("AMT").text(qualifier).money(amount.value).end();
    }
    if [&other.benefits_assigned, &other.patient_signature, &other.release_of_information]
        .iter()
        .any(|text| !text.is_empty())
    {
        let segment = out.segment("OI").skip(2).text(&other.benefits_assigned).text(&other.patient_signature);
        segment.skip(1).text(&other.release_of_information).end();
    }
    for codes in other.remark_codes.chunks(5) {
        let segment = out.segment("MOA").skip(2);
        codes.iter().fold(segment, |segment, code| segment.text(code)).end();
    }
    party::subscriber(out, &other.subscriber);
    party::payer(out, "PR", &other.payer, other.adjudication_date.map(|date| date.value));
    for provider in &other.providers {
        party::provider(out, provider);
    }
}
