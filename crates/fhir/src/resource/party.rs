//! People and organisations: billing provider, care team, patient, subscriber and payer.

use super::Resource;
use super::coding::{Coding, is_named};
use super::element::{Elements, Str};
use crate::fault::{FaultKind, quote};
use crate::json::Node;
use openclaim_claim::{
    Address, Claim, ClaimType, EntityKind, Identifier, OtherPayer, Patient, Payer, Provider, ProviderRole,
    ProviderSpecialty, Relationship, Sex, Spanned, Subscriber, Taxonomy, Text,
};
use std::sync::Arc;

/// The system of identifiers that are kept under their X12 qualifier (REF01).
pub(crate) const QUALIFIER: &str = "urn:openclaim:x12-qualifier";

/// Most identifiers of a provider that are kept.
const IDENTIFIERS: usize = 50;
/// Most members of a care team, and other payers, that are read.
const PEOPLE: usize = 1_000;

/// Reads everybody but the care team.
pub(super) fn read<'t>(resource: &Resource<'t, '_>, claim: &mut Claim, elements: &mut Elements<'t>) {
    claim.billing_provider = Arc::new(billing(resource, elements));
    if let Some(facility) = elements.object(resource.node, "facility") {
        let place = provider(resource, facility, ProviderRole::ServiceFacility, elements);
        let known = place.npi.is_some() && place.npi == claim.billing_provider.npi;
        if !known && (place.npi.is_some() || !place.name.is_empty() || !place.identifiers.is_empty()) {
            claim.providers.push(place);
        }
    }
    for (name, role) in [("referral", ProviderRole::Referring), ("enterer", ProviderRole::Ordering)] {
        if let Some(reference) = elements.object(resource.node, name) {
            let found = provider(resource, reference, role, elements);
            if found.npi.is_some() {
                claim.providers.push(found);
            }
        }
    }
    let mut patient = patient(resource, elements);
    patient.relationship = Relationship(insurance(resource, &patient, claim, elements));
    claim.patient = Arc::new(patient);
}

fn billing<'t>(resource: &Resource<'t, '_>, elements: &mut Elements<'t>) -> Provider {
    let mut billing = match elements.object(resource.node, "provider") {
        Some(reference) => provider(resource, reference, ProviderRole::Billing, elements),
        None => Provider::new(ProviderRole::Billing),
    };
    // STU3 separates the number of the provider from its organisation.
    if let Some(reference) = elements.object(resource.node, "organization") {
        let organization = provider(resource, reference, ProviderRole::Billing, elements);
        billing.npi = billing.npi.or(organization.npi);
        billing.identifiers.extend(organization.identifiers);
        if billing.name.is_empty() {
            billing.name = organization.name;
        }
    }
    billing
}

/// A provider from a reference: what the reference itself says, and what the resource it leads to says.
fn provider<'t>(
    resource: &Resource<'t, '_>,
    reference: &'t Node<'t>,
    role: ProviderRole,
    elements: &mut Elements<'t>,
) -> Provider {
    let mut provider = Provider::new(role);
    provider.span = Some(elements.span(reference));
    provider.name = elements.kept(reference, "display");
    if reference.str("type") == Some("Practitioner") {
        provider.kind = EntityKind::Person;
    }
    if let Some(node) = elements.object(reference, "identifier") {
        identify(&mut provider, node, elements);
    }
    if let Some(found) = target(resource, reference, elements) {
        for node in elements.objects(found, "identifier") {
            identify(&mut provider, node, elements);
        }
        if let Some(address) = elements.objects(found, "address").first() {
            provider.address = Some(Box::new(self::address(address, elements)));
        }
        if found.str("resourceType") == Some("Practitioner") {
            provider.kind = EntityKind::Person;
            if let Some(name) = elements.objects(found, "name").first() {
                let parts = Name::read(name, elements);
                provider.name = parts.family;
                provider.first_name = parts.given;
                provider.middle_name = parts.middle;
                provider.name_suffix = parts.suffix;
            }
        } else if found.get("name").is_some_and(|name| name.as_str().is_some()) {
            provider.name = elements.kept(found, "name");
        }
        if found.str("resourceType") == Some("Organization") {
            specialty(&mut provider, &elements.concepts(found, "type"), elements);
        }
        for qualification in elements.objects(found, "qualification") {
            specialty(&mut provider, &elements.concept(qualification, "code"), elements);
        }
    }
    provider
}

/// The resource that a reference leads to. One within the resource must be there; others may be elsewhere.
fn target<'t>(
    resource: &Resource<'t, '_>,
    reference: &'t Node<'t>,
    elements: &mut Elements<'t>,
) -> Option<&'t Node<'t>> {
    let address = elements.text(reference, "reference")?;
    let found = resource.resolve(address.text);
    if found.is_none() && address.text.starts_with('#') {
        let detail = format!("`{}` names no resource that is contained here", quote(address.text));
        elements.fault(FaultKind::DanglingReference, address.node, detail);
    }
    found
}

/// Files an identifier: as NPI, or under the qualifier an 837 would send it with.
fn identify<'t>(provider: &mut Provider, node: &'t Node<'t>, elements: &mut Elements<'t>) {
    let Some(value) = elements.text(node, "value") else { return };
    let system = elements.text(node, "system").map_or("", |system| system.text);
    let types = elements.concept(node, "type");
    let is = |code: &str| types.iter().any(|coding| coding.code.text.eq_ignore_ascii_case(code));
    if is_named(system, "us_npi") || is_named(system, "carr_clm_blg_npi_num") || is("npi") {
        if provider.npi.is_none() {
            provider.npi = elements.npi(value);
        }
        if provider.npi.is_some() {
            return;
        }
    }
    let qualifier = match types.iter().find(|coding| coding.system == QUALIFIER) {
        Some(coding) => coding.code.text,
        None if is("PRN") || is_named(system, "CCN") || is_named(system, "prvdr_num") => "1C",
        None if is("TAX") || system.ends_with("2.16.840.1.113883.4.4") || is_named(system, "tax_num") => "EI",
        None if is("SS") || is_named(system, "us_ssn") => "SY",
        None if is("UPIN") => "1G",
        None => "G2",
    };
    if provider.identifiers.len() < IDENTIFIERS {
        let qualifier = elements.short(Str { text: qualifier, ..value });
        provider.identifiers.push(Identifier { qualifier, value: elements.short(value) });
    } else {
        elements.fault(
            FaultKind::TooManyLines,
            node,
            format!("more than {IDENTIFIERS} identifiers; the rest are skipped"),
        );
    }
}

fn specialty<'t>(provider: &mut Provider, codings: &[Coding<'t>], elements: &mut Elements<'t>) {
    if let Some(coding) = codings.iter().find(|coding| coding.of("provider_taxonomy") || coding.of("provider-taxonomy"))
    {
        let taxonomy = elements.code::<Taxonomy>(coding.code);
        provider.specialty = taxonomy.map(|taxonomy| ProviderSpecialty { taxonomy }).or(provider.specialty.take());
    }
}

/// A member of the care team.
pub(super) struct Member {
    pub(super) sequence: u32,
    pub(super) provider: Provider,
}

/// Reads the care team. Members without a role did the work of the lines that name them.
pub(super) fn care_team<'t>(
    resource: &Resource<'t, '_>,
    claim_type: ClaimType,
    elements: &mut Elements<'t>,
) -> Vec<Member> {
    let stu3 = resource.node.get("information").is_some() || resource.node.get("totalCost").is_some();
    let mut members = Vec::new();
    for node in elements.objects(resource.node, "careTeam") {
        if members.len() == PEOPLE {
            elements.fault(FaultKind::TooManyLines, node, format!("more than {PEOPLE} members; the rest are skipped"));
            break;
        }
        let roles = elements.concept(node, "role");
        let role = roles.iter().find_map(|coding| role(coding.code.text, claim_type, stu3));
        let role = role.unwrap_or(ProviderRole::Rendering);
        let mut provider = match elements.object(node, "provider") {
            Some(reference) => provider(resource, reference, role, elements),
            None => Provider::new(role),
        };
        provider.span = Some(elements.span(node));
        specialty(&mut provider, &elements.concept(node, "qualification"), elements);
        let sequence = elements.whole(node, "sequence").unwrap_or(0);
        members.push(Member { sequence, provider });
    }
    members
}

/// Source: CARIN Blue Button `C4BBClaimCareTeamRole`, HL7 `claimcareteamrole`; CMS's STU3 resources name the attending
/// physician of a bill `primary`, the operating one `assist`, the other one `other`.
fn role(code: &str, claim_type: ClaimType, stu3: bool) -> Option<ProviderRole> {
    let of_bill = stu3 && claim_type == ClaimType::Institutional;
    Some(match code {
        "attending" => ProviderRole::Attending,
        "operating" => ProviderRole::Operating,
        "otheroperating" => ProviderRole::OtherOperating,
        "primary" if of_bill => ProviderRole::Attending,
        "assist" if of_bill => ProviderRole::Operating,
        "other" if of_bill => ProviderRole::OtherOperating,
        "performing" | "rendering" | "primary" => ProviderRole::Rendering,
        "referring" => ProviderRole::Referring,
        "supervising" | "supervisor" => ProviderRole::Supervising,
        "assist" => ProviderRole::AssistantSurgeon,
        "pcp" => ProviderRole::PrimaryCare,
        "ordering" => ProviderRole::Ordering,
        "site" => ProviderRole::ServiceFacility,
        "purchased" => ProviderRole::PurchasedService,
        _ => return None,
    })
}

/// A human name.
struct Name {
    family: Text,
    given: Text,
    middle: Text,
    suffix: Text,
}

impl Name {
    fn read<'t>(node: &'t Node<'t>, elements: &mut Elements<'t>) -> Self {
        let list = |name: &str| node.get(name).map(Node::elements).unwrap_or_default();
        let part = |name: &str, index: usize| list(name).get(index).and_then(Node::as_str).unwrap_or_default().into();
        let middle: Vec<&str> = list("given").iter().skip(1).filter_map(Node::as_str).collect();
        Self {
            family: elements.kept(node, "family"),
            given: part("given", 0),
            middle: middle.join(" ").into(),
            suffix: part("suffix", 0),
        }
    }
}

fn address<'t>(node: &'t Node<'t>, elements: &mut Elements<'t>) -> Address {
    let lines = node.get("line").map(Node::elements).unwrap_or_default();
    let line = |index: usize| lines.get(index).and_then(Node::as_str).unwrap_or_default().into();
    let country = elements.kept(node, "country");
    Address {
        line1: line(0),
        line2: line(1),
        city: elements.kept(node, "city"),
        state: elements.kept(node, "state"),
        postal_code: elements.kept(node, "postalCode").replace('-', "").into(),
        country: if matches!(country.as_str(), "US" | "USA") { Text::default() } else { country },
    }
}

fn patient<'t>(resource: &Resource<'t, '_>, elements: &mut Elements<'t>) -> Patient {
    let mut patient = Patient::default();
    let Some(reference) = elements.object(resource.node, "patient") else {
        elements.fault(FaultKind::MissingElement, resource.node, "the claim names no patient");
        return patient;
    };
    patient.span = Some(elements.span(reference));
    if let Some(identifier) = elements.object(reference, "identifier") {
        patient.member_id = elements.kept(identifier, "value");
    }
    match target(resource, reference, elements) {
        Some(found) => person(found, &mut patient, elements),
        None if patient.member_id.is_empty() => {
            let address = elements.kept(reference, "reference");
            patient.member_id = address.rsplit('/').next().unwrap_or_default().trim_start_matches('#').into();
        }
        None => {}
    }
    patient
}

/// Reads a Patient resource.
fn person<'t>(node: &'t Node<'t>, patient: &mut Patient, elements: &mut Elements<'t>) {
    if let Some(name) = elements.objects(node, "name").first() {
        let name = Name::read(name, elements);
        patient.last_name = name.family;
        patient.first_name = name.given;
        patient.middle_name = name.middle;
        patient.name_suffix = name.suffix;
    }
    patient.birth_date = elements.date(node, "birthDate");
    patient.death_date = elements.date(node, "deceasedDateTime");
    patient.sex = elements.text(node, "gender").map(|gender| {
        let sex = match gender.text {
            "male" => Sex::Male,
            "female" => Sex::Female,
            _ => Sex::Unknown,
        };
        Spanned::at(sex, elements.span(gender.node))
    });
    if let Some(found) = elements.objects(node, "address").first() {
        patient.address = Some(Box::new(address(found, elements)));
    }
    for identifier in elements.objects(node, "identifier") {
        let Some(value) = elements.text(identifier, "value") else { continue };
        let types = elements.concept(identifier, "type");
        let system = elements.text(identifier, "system").map_or("", |system| system.text);
        let member = types.iter().any(|coding| matches!(coding.code.text, "MC" | "MB" | "memid"));
        if member || is_named(system, "us_mbi") {
            patient.member_id = value.text.into();
        } else if let Some(coding) = types.iter().find(|coding| coding.system == QUALIFIER) {
            let qualifier = coding.code.text.into();
            patient.identifiers.push(Identifier { qualifier, value: value.text.into() });
        }
    }
}

/// Reads the insurances: the one in focus becomes subscriber and payer, the others other payers. Returns the relationship of
/// the patient to the subscriber, empty when it is not stated.
fn insurance<'t>(
    resource: &Resource<'t, '_>,
    patient: &Patient,
    claim: &mut Claim,
    elements: &mut Elements<'t>,
) -> Text {
    let mut subscriber = Subscriber { kind: EntityKind::Person, ..Subscriber::default() };
    let mut payer = Payer::default();
    if let Some(reference) = elements.object(resource.node, "insurer") {
        read_payer(resource, reference, &mut payer, elements);
    }
    let insurances = elements.one_or_more(resource.node, "insurance");
    let focal = insurances.iter().position(|insurance| {
        insurance.get("focal").is_some_and(|focal| focal.value == crate::json::Value::Bool(true))
    });
    let mut relationship = Text::default();
    for (index, insurance) in insurances.into_iter().enumerate() {
        elements.flag(insurance, "focal");
        let Some(coverage) = elements.object(insurance, "coverage") else { continue };
        if index == focal.unwrap_or(0) {
            relationship = read_coverage(resource, coverage, &mut subscriber, &mut payer, elements);
        } else if claim.other_payers.len() < PEOPLE {
            let mut other = OtherPayer { span: Some(elements.span(insurance)), ..OtherPayer::default() };
            read_coverage(resource, coverage, &mut other.subscriber, &mut other.payer, elements);
            claim.other_payers.push(other);
        }
    }
    if relationship == "18" {
        own_coverage(patient, &mut subscriber);
    }
    claim.subscriber = Arc::new(subscriber);
    claim.payer = Arc::new(payer);
    relationship
}

/// The subscriber is the patient.
fn own_coverage(patient: &Patient, subscriber: &mut Subscriber) {
    subscriber.relationship = Relationship(Text::const_new("18"));
    subscriber.last_name.clone_from(&patient.last_name);
    subscriber.first_name.clone_from(&patient.first_name);
    subscriber.middle_name.clone_from(&patient.middle_name);
    subscriber.name_suffix.clone_from(&patient.name_suffix);
    subscriber.birth_date = patient.birth_date;
    subscriber.sex = patient.sex;
    subscriber.address.clone_from(&patient.address);
    if subscriber.member_id.is_empty() {
        subscriber.member_id = Spanned { value: patient.member_id.clone(), span: patient.span };
    }
}

/// Reads what is said of a coverage, and returns the relationship of the patient to its subscriber.
fn read_coverage<'t>(
    resource: &Resource<'t, '_>,
    reference: &'t Node<'t>,
    subscriber: &mut Subscriber,
    payer: &mut Payer,
    elements: &mut Elements<'t>,
) -> Text {
    let medicare = medicare_part(reference.str("reference").or(reference.str("display")).unwrap_or_default());
    if let Some(indicator) = medicare {
        subscriber.claim_filing_indicator = Text::const_new(indicator);
    }
    if let Some(value) = elements.object(reference, "identifier").and_then(|node| elements.text(node, "value"))
        && payer.name.is_empty()
    {
        payer.name = value.text.into();
    }
    let Some(coverage) = target(resource, reference, elements) else {
        // Medicare insures each person for themself.
        return if medicare.is_some() || payer.id == "CMS" { Text::const_new("18") } else { Text::default() };
    };
    if let Some(id) = elements.text(coverage, "subscriberId") {
        subscriber.member_id = elements.spanned(id);
    }
    for class in elements.objects(coverage, "class") {
        if elements.concept(class, "type").iter().any(|coding| coding.code.text == "group") {
            subscriber.group_number = elements.kept(class, "value");
            subscriber.group_name = elements.kept(class, "name");
        }
    }
    for coding in elements.concept(coverage, "type") {
        if coding.system == QUALIFIER {
            subscriber.claim_filing_indicator = coding.code.text.into();
        }
    }
    if let Some(payor) = elements.objects(coverage, "payor").first() {
        read_payer(resource, payor, payer, elements);
    }
    if let Some(reference) = elements.object(coverage, "subscriber")
        && let Some(found) = target(resource, reference, elements)
        && found.str("resourceType") == Some("Patient")
    {
        let mut insured = Patient::default();
        person(found, &mut insured, elements);
        own_coverage(&insured, subscriber);
    }
    let relationship = elements.concept(coverage, "relationship").first().map(|coding| match coding.code.text {
        "self" => Text::const_new("18"),
        "spouse" => Text::const_new("01"),
        "child" => Text::const_new("19"),
        _ => Text::const_new("G8"),
    });
    let relationship = relationship.unwrap_or_default();
    // The relationship of a dependent stands with the patient, that of the subscriber with the subscriber.
    subscriber.relationship = Relationship(if relationship == "18" { relationship.clone() } else { Text::default() });
    relationship
}

/// The claim filing indicator of a part of Medicare, by how CMS names its coverages.
fn medicare_part(coverage: &str) -> Option<&'static str> {
    let name = coverage.rsplit('/').next().unwrap_or(coverage);
    match name.get(..6)?.to_ascii_lowercase().as_str() {
        "part-a" | "part a" => Some("MA"),
        "part-b" | "part b" => Some("MB"),
        _ => None,
    }
}

fn read_payer<'t>(
    resource: &Resource<'t, '_>,
    reference: &'t Node<'t>,
    payer: &mut Payer,
    elements: &mut Elements<'t>,
) {
    payer.span = Some(elements.span(reference));
    let take = |payer: &mut Payer, value: Option<Str<'_>>| {
        if let Some(value) = value {
            payer.id = value.text.into();
        }
    };
    if let Some(identifier) = elements.object(reference, "identifier") {
        let value = elements.text(identifier, "value");
        take(payer, value);
    }
    if let Some(name) = elements.text(reference, "display") {
        payer.name = name.text.into();
    }
    if let Some(found) = target(resource, reference, elements) {
        if let Some(identifier) = elements.objects(found, "identifier").first() {
            let value = elements.text(identifier, "value");
            take(payer, value);
        }
        payer.name = elements.kept(found, "name");
        if let Some(address) = elements.objects(found, "address").first() {
            payer.address = Some(Box::new(self::address(address, elements)));
        }
    }
}
