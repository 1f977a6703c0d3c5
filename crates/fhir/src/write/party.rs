//! People and organisations, contained in the claim.

use super::claim::{concept, date, reference};
use crate::json::{Node, Value, array, number, object, string};
use crate::resource::QUALIFIER;
use openclaim_claim::{
    Address, Claim, EntityKind, Identifier, Patient, Provider, ProviderRole, Relationship, Sex, Subscriber,
};

pub(super) const PATIENT: &str = "patient";
pub(super) const BILLING: &str = "billing";
pub(super) const PAYER: &str = "payer";
const SUBSCRIBER: &str = "subscriber";
const COVERAGE: &str = "coverage";
const TAXONOMY: &str = "http://nucc.org/provider-taxonomy";

/// Everybody who did something on the claim or a line, each once for the claim and once for the lines.
pub(super) struct CareTeam<'c> {
    of_claim: usize,
    members: Vec<&'c Provider>,
}

impl<'c> CareTeam<'c> {
    pub(super) fn of(claim: &'c Claim) -> Self {
        let mut team = Self { of_claim: claim.providers.len(), members: claim.providers.iter().collect() };
        for provider in claim.lines.iter().flat_map(|line| &line.providers) {
            if team.sequence(provider).is_none() {
                team.members.push(provider);
            }
        }
        team
    }

    /// Sequence number of a provider of a line.
    pub(super) fn sequence(&self, provider: &Provider) -> Option<usize> {
        let of_lines = self.members.iter().skip(self.of_claim);
        of_lines.clone().position(|member| is_same(member, provider)).map(|at| self.of_claim + at + 1)
    }

    pub(super) fn written(&self) -> Vec<Node<'static>> {
        self.members
            .iter()
            .enumerate()
            .map(|(index, provider)| {
                let mut members = vec![("sequence", number(index + 1)), ("provider", reference(&member_id(index)))];
                members.push(("role", role(provider.role)));
                if let Some(specialty) = &provider.specialty {
                    members.push(("qualification", concept(TAXONOMY, specialty.taxonomy.as_str())));
                }
                object(members)
            })
            .collect()
    }
}

/// Two providers that differ in nothing but where they were read.
fn is_same(a: &Provider, b: &Provider) -> bool {
    Provider { span: None, ..a.clone() } == Provider { span: None, ..b.clone() }
}

fn member_id(index: usize) -> String {
    format!("team-{}", index + 1)
}

fn role(role: ProviderRole) -> Node<'static> {
    let code = match role {
        ProviderRole::Attending => "attending",
        ProviderRole::Operating => "operating",
        ProviderRole::OtherOperating => "otheroperating",
        ProviderRole::Referring => "referring",
        ProviderRole::Supervising => "supervising",
        ProviderRole::AssistantSurgeon => "assist",
        ProviderRole::PrimaryCare => "pcp",
        ProviderRole::Ordering => "ordering",
        ProviderRole::ServiceFacility => "site",
        ProviderRole::PurchasedService => "purchased",
        ProviderRole::Rendering
        | ProviderRole::Billing
        | ProviderRole::PayTo
        | ProviderRole::AmbulancePickUp
        | ProviderRole::AmbulanceDropOff => "rendering",
    };
    concept("http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimCareTeamRole", code)
}

/// The contained resources of a claim.
pub(super) fn contained(claim: &Claim, team: &CareTeam<'_>) -> Vec<Node<'static>> {
    let mut resources = vec![patient(&claim.patient), provider(BILLING, &claim.billing_provider), payer(claim)];
    if !is_self(claim) {
        resources.push(subscriber(&claim.subscriber));
    }
    resources.push(coverage(claim));
    resources.extend(team.members.iter().enumerate().map(|(index, member)| provider(&member_id(index), member)));
    resources
}

/// Whether the patient is the subscriber.
fn is_self(claim: &Claim) -> bool {
    claim.subscriber.relationship.is_self()
}

fn resource(resource_type: &str, id: &str) -> Vec<(&'static str, Node<'static>)> {
    vec![("resourceType", string(resource_type)), ("id", string(id))]
}

fn provider(id: &str, provider: &Provider) -> Node<'static> {
    let person = provider.kind == EntityKind::Person;
    let mut members = resource(if person { "Practitioner" } else { "Organization" }, id);
    let npi = provider
        .npi
        .map(|npi| object([("system", string("http://hl7.org/fhir/sid/us-npi")), ("value", string(npi.as_str()))]));
    let identifiers: Vec<_> = npi.into_iter().chain(provider.identifiers.iter().map(identifier)).collect();
    if !identifiers.is_empty() {
        members.push(("identifier", array(identifiers)));
    }
    if person {
        let names = [&provider.name, &provider.first_name, &provider.middle_name, &provider.name_suffix];
        members.extend(name(names.map(|part| part.as_str())));
    } else if !provider.name.is_empty() {
        members.push(("name", string(provider.name.as_str())));
    }
    members.extend(provider.address.as_deref().map(|found| ("address", array([address(found)]))));
    if let Some(specialty) = &provider.specialty {
        let taxonomy = concept(TAXONOMY, specialty.taxonomy.as_str());
        let element =
            if person { ("qualification", array([object([("code", taxonomy)])])) } else { ("type", array([taxonomy])) };
        members.push(element);
    }
    object(members)
}

fn identifier(identifier: &Identifier) -> Node<'static> {
    object([("type", concept(QUALIFIER, &identifier.qualifier)), ("value", string(identifier.value.as_str()))])
}

/// The name of a person: family, given, middle, suffix.
fn name([family, given, middle, suffix]: [&str; 4]) -> Option<(&'static str, Node<'static>)> {
    let mut members = Vec::new();
    if !family.is_empty() {
        members.push(("family", string(family)));
    }
    if !given.is_empty() {
        members.push(("given", array([given, middle].into_iter().filter(|part| !part.is_empty()).map(string))));
    }
    if !suffix.is_empty() {
        members.push(("suffix", array([string(suffix)])));
    }
    (!members.is_empty()).then(|| ("name", array([object(members)])))
}

fn address(address: &Address) -> Node<'static> {
    let mut members = Vec::new();
    if !address.line1.is_empty() {
        let lines = [&address.line1, &address.line2];
        members
            .push(("line", array(lines.into_iter().filter(|line| !line.is_empty()).map(|line| string(line.as_str())))));
    }
    let parts = [
        ("city", &address.city),
        ("state", &address.state),
        ("postalCode", &address.postal_code),
        ("country", &address.country),
    ];
    members.extend(
        parts.into_iter().filter(|(_, part)| !part.is_empty()).map(|(name, part)| (name, string(part.as_str()))),
    );
    object(members)
}

fn member_identifier(id: &str) -> Node<'static> {
    object([("type", concept("http://terminology.hl7.org/CodeSystem/v2-0203", "MB")), ("value", string(id))])
}

fn gender(sex: Sex) -> Node<'static> {
    string(match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => "unknown",
    })
}

fn patient(patient: &Patient) -> Node<'static> {
    let mut members = resource("Patient", PATIENT);
    let member = (!patient.member_id.is_empty()).then(|| member_identifier(&patient.member_id));
    let identifiers: Vec<_> = member.into_iter().chain(patient.identifiers.iter().map(identifier)).collect();
    if !identifiers.is_empty() {
        members.push(("identifier", array(identifiers)));
    }
    let names = [&patient.last_name, &patient.first_name, &patient.middle_name, &patient.name_suffix];
    members.extend(name(names.map(|part| part.as_str())));
    members.extend(patient.sex.map(|sex| ("gender", gender(sex.value))));
    members.extend(patient.birth_date.map(|birth| ("birthDate", date(birth.value))));
    members.extend(patient.death_date.map(|death| ("deceasedDateTime", date(death.value))));
    members.extend(patient.address.as_deref().map(|found| ("address", array([address(found)]))));
    object(members)
}

fn subscriber(subscriber: &Subscriber) -> Node<'static> {
    let mut members = resource("Patient", SUBSCRIBER);
    let names = [&subscriber.last_name, &subscriber.first_name, &subscriber.middle_name, &subscriber.name_suffix];
    members.extend(name(names.map(|part| part.as_str())));
    members.extend(subscriber.sex.map(|sex| ("gender", gender(sex.value))));
    members.extend(subscriber.birth_date.map(|birth| ("birthDate", date(birth.value))));
    members.extend(subscriber.address.as_deref().map(|found| ("address", array([address(found)]))));
    object(members)
}

fn payer(claim: &Claim) -> Node<'static> {
    let mut members = resource("Organization", PAYER);
    if !claim.payer.id.is_empty() {
        members.push(("identifier", array([object([("value", string(claim.payer.id.as_str()))])])));
    }
    if !claim.payer.name.is_empty() {
        members.push(("name", string(claim.payer.name.as_str())));
    }
    members.extend(claim.payer.address.as_deref().map(|found| ("address", array([address(found)]))));
    object(members)
}

fn coverage(claim: &Claim) -> Node<'static> {
    let subscriber = &claim.subscriber;
    let mut members = resource("Coverage", COVERAGE);
    members.push(("status", string("active")));
    if !subscriber.claim_filing_indicator.is_empty() {
        members.push(("type", concept(QUALIFIER, &subscriber.claim_filing_indicator)));
    }
    members.push(("subscriber", reference(if is_self(claim) { PATIENT } else { SUBSCRIBER })));
    if !subscriber.member_id.is_empty() {
        members.push(("subscriberId", string(subscriber.member_id.as_str())));
    }
    members.push(("beneficiary", reference(PATIENT)));
    let stated = if is_self(claim) { &subscriber.relationship } else { &claim.patient.relationship };
    members.extend(
        relationship(stated).map(|code| {
            ("relationship", concept("http://terminology.hl7.org/CodeSystem/subscriber-relationship", code))
        }),
    );
    members.push(("payor", array([reference(PAYER)])));
    if !subscriber.group_number.is_empty() {
        let mut class = vec![
            ("type", concept("http://terminology.hl7.org/CodeSystem/coverage-class", "group")),
            ("value", string(subscriber.group_number.as_str())),
        ];
        if !subscriber.group_name.is_empty() {
            class.push(("name", string(subscriber.group_name.as_str())));
        }
        members.push(("class", array([object(class)])));
    }
    object(members)
}

fn relationship(relationship: &Relationship) -> Option<&'static str> {
    Some(match relationship.0.as_str() {
        "" => return None,
        "18" => "self",
        "01" => "spouse",
        "19" => "child",
        _ => "other",
    })
}

/// The insurances: that of the claim first, then those of other payers.
pub(super) fn insurance(claim: &Claim) -> Vec<Node<'static>> {
    let insurance = |sequence: usize, focal: bool, coverage: Node<'static>| {
        object([("sequence", number(sequence)), ("focal", Value::Bool(focal).into()), ("coverage", coverage)])
    };
    let mut insurances = vec![insurance(1, true, reference(COVERAGE))];
    for (index, other) in claim.other_payers.iter().enumerate() {
        let name = if other.payer.name.is_empty() { &other.payer.id } else { &other.payer.name };
        let coverage = object([("identifier", object([("value", string(name.as_str()))]))]);
        insurances.push(insurance(index + 2, false, coverage));
    }
    insurances
}
