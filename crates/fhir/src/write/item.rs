//! Service lines.

use super::claim::{concept, date, period};
use super::party::CareTeam;
use crate::json::{Node, array, number, object, string};
use openclaim_claim::{Claim, ClaimType, Money, ServiceLine, Unit};

pub(super) const HCPCS: &str = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
const UCUM: &str = "http://unitsofmeasure.org";
const PLACE_OF_SERVICE: &str = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set";

/// An amount of dollars.
pub(super) fn money(amount: Money) -> Node<'static> {
    object([("value", number(amount)), ("currency", string("USD"))])
}

pub(super) fn write(index: usize, line: &ServiceLine, claim: &Claim, team: &CareTeam<'_>) -> Node<'static> {
    let sequence = if line.number == 0 { index as u64 + 1 } else { line.number.into() };
    let mut members = vec![("sequence", number(sequence))];
    let providers: Vec<_> = line.providers.iter().filter_map(|provider| team.sequence(provider)).map(number).collect();
    if !providers.is_empty() {
        members.push(("careTeamSequence", array(providers)));
    }
    let known = |pointer: usize| pointer > 0 && pointer <= claim.diagnoses.len();
    let pointers = line.diagnosis_pointers.iter().filter(|pointer| known(usize::from(pointer.value)));
    let pointers: Vec<_> = pointers.map(|pointer| number(pointer.value)).collect();
    if !pointers.is_empty() {
        members.push(("diagnosisSequence", array(pointers)));
    }
    if let Some(code) = line.revenue_code {
        members.push(("revenue", concept("https://www.nubc.org/CodeSystem/RevenueCodes", code.as_str())));
    }
    members.push(("productOrService", service(line)));
    if !line.modifiers.is_empty() {
        members.push(("modifier", array(line.modifiers.iter().map(|modifier| concept(HCPCS, modifier.as_str())))));
    }
    match (line.dates.from, line.dates.through) {
        (Some(from), Some(through)) if from == through => members.push(("servicedDate", date(from.value))),
        (from, through) => members.extend(period(from, through).map(|period| ("servicedPeriod", period))),
    }
    let place = line.place_of_service.or(claim.place_of_service);
    if let Some(place) = place.filter(|_| claim.claim_type != ClaimType::Institutional) {
        members.push(("locationCodeableConcept", concept(PLACE_OF_SERVICE, place.as_str())));
    }
    members.extend(quantity(line).map(|quantity| ("quantity", quantity)));
    members.push(("net", money(line.charge.value)));
    members.extend(drug(line).map(|detail| ("detail", array([detail]))));
    object(members)
}

fn service(line: &ServiceLine) -> Node<'static> {
    let Some(code) = line.hcpcs else {
        return concept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-applicable");
    };
    let system = match line.code_qualifier.as_str() {
        "HP" => "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/ProspMedicareFeeSvcPmtGen/HIPPSCodes",
        "AD" => "http://www.ada.org/cdt",
        _ => HCPCS,
    };
    let coding = object([("system", string(system)), ("code", string(code.as_str()))]);
    let text = (!line.description.is_empty()).then(|| ("text", string(line.description.as_str())));
    object([("coding", array([coding]))].into_iter().chain(text))
}

fn quantity(line: &ServiceLine) -> Option<Node<'static>> {
    let value = ("value", number(line.units?.value));
    let code = |code: &str| [value.clone(), ("system", string(UCUM)), ("code", string(code))];
    Some(match line.unit {
        Unit::Units => object([value]),
        Unit::Minutes => object(code("min")),
        Unit::Days => object(code("d")),
        Unit::Other => object([value, ("unit", string("other"))]),
    })
}

fn drug(line: &ServiceLine) -> Option<Node<'static>> {
    let drug = line.drug.as_ref()?;
    let ndc = drug.ndc?;
    let mut members =
        vec![("sequence", number(1)), ("productOrService", concept("http://hl7.org/fhir/sid/ndc", ndc.as_str()))];
    if let Some(value) = drug.quantity {
        let unit = (!drug.unit.is_empty()).then(|| ("unit", string(drug.unit.as_str())));
        members.push(("quantity", object([("value", number(value))].into_iter().chain(unit))));
    }
    Some(object(members))
}
