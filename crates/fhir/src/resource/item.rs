//! Service lines.

use super::Resource;
use super::coding::Coding;
use super::element::Elements;
use super::party::Member;
use crate::fault::{FaultKind, quote};
use crate::json::Node;
use openclaim_claim::{
    Claim, ClaimType, DrugDetail, HcpcsCode, Modifier, Ndc, ProviderRole, RevenueCode, ServiceLine, Spanned, Text, Unit,
};
use std::collections::BTreeSet;

/// Most providers of a line that are kept.
const PROVIDERS: usize = 20;

/// What the lines of a claim refer to.
pub(super) struct Surroundings<'s> {
    /// Sequence numbers of the claim's diagnoses, in order.
    pub(super) sequences: &'s [u32],
    /// The care team.
    pub(super) team: &'s [Member],
    /// Most lines that are read.
    pub(super) limit: usize,
}

/// Reads the lines, and returns the sequence numbers of the care team members that belong to lines.
pub(super) fn read<'t>(
    resource: &Resource<'t, '_>,
    claim: &mut Claim,
    surroundings: &Surroundings<'_>,
    elements: &mut Elements<'t>,
) -> BTreeSet<u32> {
    let mut referenced = BTreeSet::new();
    for item in elements.objects(resource.node, "item") {
        if claim.lines.len() == surroundings.limit {
            let detail = format!("more than {} service lines; the rest are skipped", surroundings.limit);
            elements.fault(FaultKind::TooManyLines, item, detail);
            break;
        }
        let number = u32::try_from(claim.lines.len() + 1).unwrap_or(u32::MAX);
        let number = elements.whole(item, "sequence").unwrap_or(number);
        let mut line = ServiceLine::new(number);
        line.span = Some(elements.span(item));
        codes(item, claim.claim_type, &mut line, elements);
        quantity(item, &mut line, elements);
        charges(item, &mut line, elements);
        dates(item, &mut line, elements);
        place(item, claim, &mut line, elements);
        pointers(item, surroundings, &mut line, elements);
        team(item, surroundings, &mut line, &mut referenced, elements);
        drug(item, &mut line, elements);
        claim.lines.push(line);
    }
    referenced
}

const HCPCS: [&str; 5] = ["hcpcs", "HCPCSReleaseCodeSets", "cpt", "hcpcs_cd", "clm_line_hcpcs_cd"];

fn codes<'t>(item: &'t Node<'t>, claim_type: ClaimType, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    let revenue = elements.concept(item, "revenue");
    let found = revenue.iter().find(|coding| coding.of_any(&["rev_cntr", "clm_rev_cntr_cd", "rev_cd"]));
    if let Some(coding) = found.or_else(|| revenue.iter().find(|coding| coding.of("RevenueCodes"))).or(revenue.first())
    {
        line.revenue_code = elements.code_of::<RevenueCode>(coding.code, &format!("{:0>4}", coding.code.text));
    }
    let name = if item.get("service").is_some() { "service" } else { "productOrService" };
    let services = elements.concept(item, name);
    if let Some((coding, qualifier)) = services.iter().find_map(|coding| Some((coding, qualifier(coding, claim_type)?)))
    {
        line.hcpcs = elements.code::<HcpcsCode>(coding.code);
        if line.hcpcs.is_some() {
            line.code_qualifier = Text::const_new(qualifier);
        }
    }
    line.description = elements.object(item, name).map_or_else(Text::default, |concept| elements.kept(concept, "text"));
    for coding in elements.concepts(item, "modifier") {
        // One generation of CMS's servers lists a unit of measure among the modifiers.
        if !coding.of("unitsofmeasure.org") {
            line.modifiers.extend(elements.code::<Modifier>(coding.code));
        }
    }
}

/// Qualifier of a service code by its system, as an 837 would send it; `None` for what is no service code.
fn qualifier(coding: &Coding<'_>, claim_type: ClaimType) -> Option<&'static str> {
    if coding.of_any(&["hipps", "HIPPSCodes", "rev_cntr_apc_hipps_cd"]) {
        Some("HP")
    } else if coding.of("cdt") || claim_type == ClaimType::Dental && coding.system.is_empty() {
        Some("AD")
    } else if coding.of_any(&HCPCS) || coding.system.is_empty() {
        Some("HC")
    } else {
        None
    }
}

fn quantity<'t>(item: &'t Node<'t>, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    // Where the units stand in an extension of their own, `quantity` is that of the drug.
    let of_units =
        elements.extension(item, "rev_cntr_unit_cnt").and_then(|found| elements.object(found, "valueQuantity"));
    let Some(quantity) = of_units.or_else(|| elements.object(item, "quantity")) else { return };
    line.units = elements.decimal(quantity, "value");
    let unit = elements.text(quantity, "code").or_else(|| elements.text(quantity, "unit"));
    line.unit = match unit.map(|unit| unit.text) {
        None | Some("UN" | "1" | "{unit}") => Unit::Units,
        Some("min" | "MJ") => Unit::Minutes,
        Some("d" | "DA") => Unit::Days,
        Some(_) => Unit::Other,
    };
}

const CHARGE: [&str; 3] = ["rev_cntr_tot_chrg_amt", "line_sbmtd_chrg_amt", "clm_line_sbmt_chrg_amt"];
const NON_COVERED: [&str; 2] = ["rev_cntr_ncvrd_chrg_amt", "clm_line_ncvrd_chrg_amt"];

/// `net` of a claim, the submitted amount among the adjudications of an explanation of benefit.
fn charges<'t>(item: &'t Node<'t>, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    let (mut charge, mut submitted, mut non_covered) = (None, None, None);
    for adjudication in elements.objects(item, "adjudication") {
        let category = elements.concept(adjudication, "category");
        let says = |names: &[&str]| category.iter().any(|coding| names.iter().any(|name| coding.says(name)));
        let amount = adjudication.get("amount");
        if says(&CHARGE) {
            charge = charge.or(amount);
        } else if says(&NON_COVERED) || category.len() == 1 && says(&["noncovered"]) {
            non_covered = non_covered.or(amount);
        } else if category.len() == 1 && says(&["submitted"]) {
            submitted = submitted.or(amount);
        }
    }
    if let Some(money) = charge.or(submitted).or_else(|| item.get("net")) {
        line.charge = elements.amount(money).unwrap_or_default();
    }
    line.non_covered = non_covered.and_then(|money| elements.amount(money));
}

fn dates<'t>(item: &'t Node<'t>, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    if let Some(period) = elements.object(item, "servicedPeriod") {
        line.dates.from = elements.date(period, "start");
        line.dates.through = elements.date(period, "end");
    } else {
        line.dates.from = elements.date(item, "servicedDate");
        line.dates.through = line.dates.from;
    }
}

/// The place of the first line is the claim's; lines state theirs where it differs.
fn place<'t>(item: &'t Node<'t>, claim: &mut Claim, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    if claim.claim_type == ClaimType::Institutional {
        return;
    }
    let codings = elements.concept(item, "locationCodeableConcept");
    let Some(coding) = codings.first() else { return };
    let place = elements.code(coding.code);
    if claim.place_of_service.is_none() && claim.lines.is_empty() {
        claim.place_of_service = place;
    } else if place != claim.place_of_service {
        line.place_of_service = place;
    }
}

fn pointers<'t>(
    item: &'t Node<'t>,
    surroundings: &Surroundings<'_>,
    line: &mut ServiceLine,
    elements: &mut Elements<'t>,
) {
    for name in ["diagnosisSequence", "diagnosisLinkId"] {
        for sequence in elements.sequences(item, name) {
            // More pointers than there are numbers to point with say nothing.
            let room = line.diagnosis_pointers.len() < usize::from(u8::MAX);
            let known = surroundings.sequences.iter().take(usize::from(u8::MAX)).filter(|_| room);
            let position = known.into_iter().position(|known| *known == sequence.value);
            match position.and_then(|position| u8::try_from(position + 1).ok()) {
                Some(pointer) => line.diagnosis_pointers.push(sequence.map(|_| pointer)),
                None => {
                    let detail = format!("no diagnosis has the sequence number {}", sequence.value);
                    elements.fault(FaultKind::DanglingReference, item.get(name).unwrap_or(item), detail);
                }
            }
        }
    }
}

fn team<'t>(
    item: &'t Node<'t>,
    surroundings: &Surroundings<'_>,
    line: &mut ServiceLine,
    referenced: &mut BTreeSet<u32>,
    elements: &mut Elements<'t>,
) {
    for name in ["careTeamSequence", "careTeamLinkId"] {
        for sequence in elements.sequences(item, name) {
            match surroundings.team.iter().find(|member| member.sequence == sequence.value) {
                // Roles of the whole stay stay with the claim, even where every line names them.
                Some(member) if !matches!(member.provider.role, ProviderRole::Attending) => {
                    referenced.insert(sequence.value);
                    if line.providers.len() < PROVIDERS {
                        line.providers.push(member.provider.clone());
                    }
                }
                Some(_) => {}
                None => {
                    let detail = format!("nobody of the care team has the sequence number {}", sequence.value);
                    elements.fault(FaultKind::DanglingReference, item.get(name).unwrap_or(item), detail);
                }
            }
        }
    }
}

/// The drug of a line: a detail with an NDC, an extension of the service, or the service itself.
fn drug<'t>(item: &'t Node<'t>, line: &mut ServiceLine, elements: &mut Elements<'t>) {
    for detail in elements.objects(item, "detail") {
        let services = elements.concept(detail, "productOrService");
        let Some(coding) = services.iter().find(|coding| coding.of("ndc")) else { continue };
        let ndc = ndc(coding, elements);
        let quantity = elements.object(detail, "quantity");
        let unit =
            quantity.and_then(|quantity| elements.text(quantity, "unit").or_else(|| elements.text(quantity, "code")));
        line.drug = Some(Box::new(DrugDetail {
            ndc,
            quantity: quantity.and_then(|quantity| elements.decimal(quantity, "value")).map(|value| value.value),
            unit: unit.map_or_else(Text::default, |unit| drug_unit(unit.text)),
            prescription_number: Text::default(),
        }));
        return;
    }
    let services = elements.concept(item, "productOrService");
    if let Some(coding) = services.iter().find(|coding| coding.of("ndc")) {
        let ndc = ndc(coding, elements);
        line.drug = Some(Box::new(DrugDetail {
            ndc,
            quantity: None,
            unit: Text::default(),
            prescription_number: Text::default(),
        }));
    }
}

fn ndc<'t>(coding: &Coding<'t>, elements: &mut Elements<'t>) -> Option<Spanned<Ndc>> {
    let digits: String = coding.code.text.chars().filter(|c| *c != '-').collect();
    if digits.len() != 11 {
        let detail = format!("`{}` is not an NDC of eleven digits", quote(coding.code.text));
        elements.fault(FaultKind::NotACode, coding.code.node, detail);
        return None;
    }
    elements.code_of(coding.code, &digits)
}

/// The unit as an 837 sends it.
fn drug_unit(text: &str) -> Text {
    match text {
        "mL" | "ml" => Text::const_new("ML"),
        "g" => Text::const_new("GR"),
        "mg" => Text::const_new("ME"),
        "[iU]" => Text::const_new("F2"),
        "1" | "{unit}" => Text::const_new("UN"),
        other => other.into(),
    }
}
