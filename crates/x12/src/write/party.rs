//! People and organisations: NM1 and the segments that follow it.

use super::output::{Day, Output};
use crate::envelope::TradingPartner;
use openclaim_claim::{
    Address, Contact, Date, EntityKind, Identifier, Patient, Payer, Provider, ProviderRole, Sex, Spanned, Subscriber,
};

/// Qualifiers of identifiers that stand in NM108, not in a REF of their own.
const NAME_QUALIFIERS: [&str; 5] = ["24", "34", "FI", "XV", "XX"];

const fn kind(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "1",
        EntityKind::Organization => "2",
    }
}

/// NM101 of a provider.
pub(crate) const fn role_code(role: ProviderRole) -> &'static str {
    match role {
        ProviderRole::Billing => "85",
        ProviderRole::PayTo => "87",
        ProviderRole::Attending => "71",
        ProviderRole::Operating => "72",
        ProviderRole::OtherOperating => "ZZ",
        ProviderRole::Rendering => "82",
        ProviderRole::Referring => "DN",
        ProviderRole::PrimaryCare => "P3",
        ProviderRole::Ordering => "DK",
        ProviderRole::Supervising => "DQ",
        ProviderRole::PurchasedService => "QB",
        ProviderRole::ServiceFacility => "77",
        ProviderRole::AssistantSurgeon => "DD",
        ProviderRole::AmbulancePickUp => "PW",
        ProviderRole::AmbulanceDropOff => "45",
    }
}

/// PRV01 of a provider.
const fn specialty_code(role: ProviderRole) -> &'static str {
    match role {
        ProviderRole::Billing => "BI",
        ProviderRole::Attending => "AT",
        ProviderRole::AssistantSurgeon => "AS",
        _ => "PE",
    }
}

/// Submitter (`41`) or receiver (`40`) of the transaction.
pub(super) fn trading_partner(out: &mut Output, code: &str, partner: &TradingPartner) {
    let segment = out.segment("NM1").text(code).text(kind(partner.kind)).text(&partner.name).text(&partner.first_name);
    segment.skip(3).text(if partner.id.is_empty() { "" } else { "46" }).text(&partner.id).end();
    contacts(out, &partner.contacts);
}

fn contacts(out: &mut Output, contacts: &[Contact]) {
    for contact in contacts {
        let mut segment = out.segment("PER").text("IC").text(&contact.name);
        for (qualifier, number) in contact.numbers.iter().take(3) {
            segment = segment.text(qualifier).text(number);
        }
        segment.end();
    }
}

/// PRV.
pub(super) fn specialty(out: &mut Output, provider: &Provider) {
    if let Some(specialty) = &provider.specialty {
        let code = specialty_code(provider.role);
        out.segment("PRV").text(code).text("PXC").text(specialty.taxonomy.as_str()).end();
    }
}

/// A provider below the claims: NM1, PRV, N3, N4, REF, PER.
pub(super) fn provider(out: &mut Output, provider: &Provider) {
    let rest = provider_name(out, provider);
    specialty(out, provider);
    provider_rest(out, provider, rest);
}

/// The billing or pay-to provider, whose PRV stands before it: NM1, N3, N4, REF, PER.
pub(super) fn billing_provider(out: &mut Output, provider: &Provider) {
    let rest = provider_name(out, provider);
    provider_rest(out, provider, rest);
}

/// NM1; how many identifiers it carries.
fn provider_name(out: &mut Output, provider: &Provider) -> usize {
    let named = provider.identifiers.first().filter(|id| NAME_QUALIFIERS.contains(&id.qualifier.as_str()));
    let (qualifier, id, taken) = match (&provider.npi, named) {
        (Some(npi), _) => ("XX", npi.as_str(), 0),
        (None, Some(named)) => (named.qualifier.as_str(), named.value.as_str(), 1),
        (None, None) => ("", "", 0),
    };
    let segment = out.segment("NM1").text(role_code(provider.role)).text(kind(provider.kind)).text(&provider.name);
    let segment = segment.text(&provider.first_name).text(&provider.middle_name).skip(1).text(&provider.name_suffix);
    segment.text(qualifier).text(id).end();
    taken
}

fn provider_rest(out: &mut Output, provider: &Provider, taken: usize) {
    address(out, provider.address.as_deref());
    identifiers(out, &provider.identifiers[taken..]);
    contacts(out, &provider.contacts);
}

/// N3 and N4.
pub(crate) fn address(out: &mut Output, address: Option<&Address>) {
    let Some(address) = address else { return };
    if !address.line1.is_empty() || !address.line2.is_empty() {
        out.segment("N3").text(&address.line1).text(&address.line2).end();
    }
    let place = [&address.city, &address.state, &address.postal_code, &address.country];
    if place.iter().any(|text| !text.is_empty()) {
        let segment = out.segment("N4");
        place.into_iter().fold(segment, |segment, text| segment.text(text)).end();
    }
}

fn identifiers(out: &mut Output, identifiers: &[Identifier]) {
    for identifier in identifiers {
        out.segment("REF").text(&identifier.qualifier).text(&identifier.value).end();
    }
}

/// DMG.
fn demographics(out: &mut Output, birth: Option<Spanned<Date>>, sex: Option<Spanned<Sex>>) {
    if birth.is_none() && sex.is_none() {
        return;
    }
    let segment = out.segment("DMG");
    let segment = match birth {
        Some(birth) => segment.dated(birth.value),
        None => segment.skip(2),
    };
    segment.text(sex.map_or("", |sex| sex.as_str())).end();
}

/// SBR.
pub(super) fn insurance(out: &mut Output, subscriber: &Subscriber) {
    let segment = out.segment("SBR").text(&subscriber.payer_responsibility).text(&subscriber.relationship.0);
    let segment = segment.text(&subscriber.group_number).text(&subscriber.group_name).text(&subscriber.insurance_type);
    segment.skip(3).text(&subscriber.claim_filing_indicator).end();
}

/// The subscriber: NM1*IL, N3, N4, DMG, REF.
pub(super) fn subscriber(out: &mut Output, subscriber: &Subscriber) {
    let id = subscriber.member_id.as_str();
    let segment = out.segment("NM1").text("IL").text(kind(subscriber.kind)).text(&subscriber.last_name);
    let segment = segment.text(&subscriber.first_name).text(&subscriber.middle_name).skip(1);
    let segment = segment.text(&subscriber.name_suffix);
    segment.text(if id.is_empty() { "" } else { "MI" }).text(id).end();
    address(out, subscriber.address.as_deref());
    demographics(out, subscriber.birth_date, subscriber.sex);
    identifiers(out, &subscriber.identifiers);
}

/// PAT.
pub(super) fn patient_information(out: &mut Output, patient: &Patient, relationship: &str) {
    let segment = out.segment("PAT").text(relationship).skip(3);
    let segment = match patient.death_date {
        Some(date) => segment.dated(date.value),
        None => segment.skip(2),
    };
    let weight = patient.weight_pounds.map(|weight| weight.value);
    segment.text(if weight.is_some() { "01" } else { "" }).decimal(weight).yes(patient.pregnant).end();
}

/// A dependent: NM1*QC, N3, N4, DMG, REF.
pub(super) fn patient(out: &mut Output, patient: &Patient) {
    let segment = out.segment("NM1").text("QC").text("1").text(&patient.last_name).text(&patient.first_name);
    let segment = segment.text(&patient.middle_name).skip(1).text(&patient.name_suffix);
    segment.text(if patient.member_id.is_empty() { "" } else { "MI" }).text(&patient.member_id).end();
    address(out, patient.address.as_deref());
    demographics(out, patient.birth_date, patient.sex);
    identifiers(out, &patient.identifiers);
}

/// NM1 of a payer (`PR`) or of a plan to pay to (`PE`), N3, N4, the date of its decision, REF.
pub(super) fn payer(out: &mut Output, code: &str, payer: &Payer, adjudicated: Option<Date>) {
    let segment = out.segment("NM1").text(code).text("2").text(&payer.name).skip(4);
    segment.text(if payer.id.is_empty() { "" } else { "PI" }).text(&payer.id).end();
    address(out, payer.address.as_deref());
    if let Some(date) = adjudicated {
        out.segment("DTP").text("573").text("D8").display(Day(date)).end();
    }
    identifiers(out, &payer.identifiers);
}
