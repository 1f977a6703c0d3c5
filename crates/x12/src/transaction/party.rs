//! People and organisations: NM1 and the segments that follow it.

use crate::context::Context;
use crate::fault::{FaultKind, quote};
use openclaim_claim::{
    Address, Contact, Date, EntityKind, Identifier, List, Npi, Patient, Payer, Provider, ProviderRole,
    ProviderSpecialty, Sex, Spanned, Subscriber, Text,
};

/// Secondary identifiers kept for one party. The guides allow a handful; the limit keeps a hostile file from growing it.
const IDENTIFIERS: usize = 64;

/// The role that NM101 names, for providers of claims and lines. `FA`, `LI` and `TL` are the facility of version 4010.
pub(super) fn provider_role(code: &str) -> Option<ProviderRole> {
    Some(match code {
        "71" => ProviderRole::Attending,
        "72" => ProviderRole::Operating,
        "ZZ" => ProviderRole::OtherOperating,
        "82" => ProviderRole::Rendering,
        "DN" => ProviderRole::Referring,
        "P3" => ProviderRole::PrimaryCare,
        "DK" => ProviderRole::Ordering,
        "DQ" => ProviderRole::Supervising,
        "QB" => ProviderRole::PurchasedService,
        "77" | "FA" | "LI" | "TL" => ProviderRole::ServiceFacility,
        "DD" => ProviderRole::AssistantSurgeon,
        "PW" => ProviderRole::AmbulancePickUp,
        "45" => ProviderRole::AmbulanceDropOff,
        "85" => ProviderRole::Billing,
        _ => return None,
    })
}

/// NM102.
pub(super) fn kind(cx: &mut Context<'_, '_>) -> EntityKind {
    if !cx.require(2, "person or organisation") {
        return EntityKind::default();
    }
    let parse = |text: &[u8]| match text {
        b"1" => Some(EntityKind::Person),
        b"2" => Some(EntityKind::Organization),
        _ => None,
    };
    cx.one_of(cx.element(2), parse, "1 (person) or 2 (organisation)").map_or(EntityKind::default(), |kind| kind.value)
}

/// A provider from NM1.
pub(super) fn provider(cx: &mut Context<'_, '_>, role: ProviderRole) -> Provider {
    let mut provider = Provider::new(role);
    provider.kind = kind(cx);
    provider.name = cx.text(3);
    provider.first_name = cx.text(4);
    provider.middle_name = cx.text(5);
    provider.name_suffix = cx.text(7);
    provider.span = Some(cx.span());
    let id = cx.element(9);
    if id.text.is_empty() {
        return provider;
    }
    let qualifier = cx.text(8);
    if qualifier == "XX" {
        if let Ok(npi) = Npi::parse_bytes(id.text.as_bytes()) {
            provider.npi = Some(Spanned::at(npi, id.span(cx.file)));
            return provider;
        }
        let detail = format!("`{}` is no NPI: ten digits are expected", quote(id.text));
        cx.fault(FaultKind::NotAnIdentifier, id.span(cx.file), detail);
    }
    provider.identifiers.push(Identifier { qualifier, value: Text::new(id.text) });
    provider
}

/// N3, N4, REF, PRV behind a provider's NM1; `false` when the segment does not belong there.
pub(super) fn provider_detail(cx: &mut Context<'_, '_>, name: [u8; 3], provider: &mut Provider) -> bool {
    match &name {
        b"N3\0" | b"N4\0" => address(cx, name, &mut provider.address),
        b"REF" => identifier(cx, &mut provider.identifiers),
        b"PRV" => specialty(cx, &mut provider.specialty),
        b"PER" => contact(cx, &mut provider.contacts),
        // A continued name of version 4010 decides nothing.
        b"N2\0" => {}
        _ => return false,
    }
    true
}

/// Contacts kept for one party.
const CONTACTS: usize = 16;

/// PER: a contact and up to three numbers.
pub(super) fn contact(cx: &mut Context<'_, '_>, contacts: &mut List<Contact>) {
    if contacts.len() >= CONTACTS {
        let detail = format!("more than {CONTACTS} contacts of one party; this one is skipped");
        cx.segment_fault(FaultKind::RepeatedSegment, detail);
        return;
    }
    let number = |first: usize| (cx.text(first), cx.text(first + 1));
    let numbers = [3, 5, 7].map(number).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    contacts.push(Contact { name: cx.text(2), numbers });
}

/// PRV: the taxonomy, with qualifier `PXC` (`ZZ` in version 4010).
pub(super) fn specialty(cx: &mut Context<'_, '_>, specialty: &mut Option<ProviderSpecialty>) {
    if let Some(taxonomy) = cx.code(cx.element(3)) {
        *specialty = Some(ProviderSpecialty { taxonomy });
    }
}

/// The subscriber from NM1*IL.
pub(super) fn subscriber(cx: &mut Context<'_, '_>, subscriber: &mut Subscriber) {
    subscriber.kind = kind(cx);
    subscriber.last_name = cx.text(3);
    subscriber.first_name = cx.text(4);
    subscriber.middle_name = cx.text(5);
    subscriber.name_suffix = cx.text(7);
    subscriber.member_id = cx.spanned_text(9);
}

/// N3, N4, DMG, REF behind a subscriber's NM1.
pub(super) fn subscriber_detail(cx: &mut Context<'_, '_>, name: [u8; 3], subscriber: &mut Subscriber) -> bool {
    match &name {
        b"N3\0" | b"N4\0" => address(cx, name, &mut subscriber.address),
        b"DMG" => (subscriber.birth_date, subscriber.sex) = demographics(cx),
        b"REF" => identifier(cx, &mut subscriber.identifiers),
        b"PER" | b"N2\0" => {}
        _ => return false,
    }
    true
}

/// The patient from NM1*QC.
pub(super) fn patient(cx: &mut Context<'_, '_>, patient: &mut Patient) {
    kind(cx);
    patient.last_name = cx.text(3);
    patient.first_name = cx.text(4);
    patient.middle_name = cx.text(5);
    patient.name_suffix = cx.text(7);
    patient.member_id = cx.text(9);
    patient.span = Some(cx.span());
}

/// N3, N4, DMG, REF behind a patient's NM1.
pub(super) fn patient_detail(cx: &mut Context<'_, '_>, name: [u8; 3], patient: &mut Patient) -> bool {
    match &name {
        b"N3\0" | b"N4\0" => address(cx, name, &mut patient.address),
        b"DMG" => (patient.birth_date, patient.sex) = demographics(cx),
        b"REF" => identifier(cx, &mut patient.identifiers),
        b"PER" | b"N2\0" => {}
        _ => return false,
    }
    true
}

/// PAT: relationship, death, weight and pregnancy.
pub(super) fn patient_information(cx: &mut Context<'_, '_>, patient: &mut Patient) {
    patient.relationship.0 = cx.text(1);
    patient.death_date = cx.period(cx.element(5), cx.element(6)).from;
    patient.weight_pounds = cx.decimal(cx.element(8));
    patient.pregnant = cx.yes(9);
}

/// A payer from NM1*PR (or NM1*PE, a plan to pay to).
pub(super) fn payer(cx: &mut Context<'_, '_>) -> Payer {
    kind(cx);
    Payer { name: cx.text(3), id: cx.text(9), span: Some(cx.span()), ..Payer::default() }
}

/// N3, N4, REF behind a payer's NM1.
pub(super) fn payer_detail(cx: &mut Context<'_, '_>, name: [u8; 3], payer: &mut Payer) -> bool {
    match &name {
        b"N3\0" | b"N4\0" => address(cx, name, &mut payer.address),
        b"REF" => identifier(cx, &mut payer.identifiers),
        b"PER" | b"N2\0" => {}
        _ => return false,
    }
    true
}

fn address(cx: &Context<'_, '_>, name: [u8; 3], address: &mut Option<Box<Address>>) {
    let address = address.get_or_insert_default();
    if &name == b"N3\0" {
        address.line1 = cx.text(1);
        address.line2 = cx.text(2);
    } else {
        address.city = cx.text(1);
        address.state = cx.text(2);
        address.postal_code = cx.text(3);
        address.country = cx.text(4);
    }
}

fn identifier(cx: &mut Context<'_, '_>, identifiers: &mut List<Identifier>) {
    if identifiers.len() >= IDENTIFIERS {
        let detail = format!("more than {IDENTIFIERS} identifiers of one party; this one is skipped");
        cx.segment_fault(FaultKind::RepeatedSegment, detail);
    } else if cx.require(1, "qualifier") && cx.require(2, "identifier") {
        identifiers.push(Identifier { qualifier: cx.text(1), value: cx.text(2) });
    }
}

fn demographics(cx: &mut Context<'_, '_>) -> (Option<Spanned<Date>>, Option<Spanned<Sex>>) {
    let birth = cx.period(cx.element(1), cx.element(2)).from;
    let sex = |text: &[u8]| match text {
        b"M" => Some(Sex::Male),
        b"F" => Some(Sex::Female),
        b"U" => Some(Sex::Unknown),
        _ => None,
    };
    (birth, cx.one_of(cx.element(3), sex, "M, F or U"))
}
