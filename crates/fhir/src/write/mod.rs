//! From a claim back to FHIR.

mod claim;
mod item;
mod merge;
mod party;

use crate::json::{Node, Value, array, object, parse, string};
use crate::record::{Record, ResourceType, Source};
use crate::resource::{EXTENSION, Elements, Resource, difference, kind, read};
use openclaim_claim::{Claim, FileId};
use std::borrow::Cow;

/// Lines that are read back of what was written; a claim has what it has.
const NO_LIMIT: usize = usize::MAX;

/// A claim as an R4 `Claim` resource, JSON on one line. Patient, subscriber, payer, coverage and providers are contained.
///
/// What a FHIR claim has no element for (home of an ambulance, other payers' adjustments …) stands in an extension
/// `urn:openclaim:claim-remainder`, as the claim's own JSON, so that reading the resource gives the same claim again.
#[must_use]
pub fn write_claim(claim: &Claim) -> String {
    with_remainder(claim::write(claim), claim, ResourceType::Claim).to_string()
}

/// A claim as it is now, in the resource it was read from.
///
/// A claim that was not changed since gives the original text, byte for byte, with all that was not understood. Where it
/// was changed, the elements that changed are written anew, and all others are kept. A claim that was read from no
/// resource, or without [`Reader::keep_originals`](crate::Reader::keep_originals), becomes a `Claim` of its own.
#[must_use]
pub fn write_record(record: &Record) -> String {
    let Source::Fhir { resource_type, original: Some(original) } = &record.source else {
        return write_claim(&record.claim);
    };
    let Ok(node) = parse(original) else { return write_claim(&record.claim) };
    let before = read_back(&node, *resource_type);
    // Surroundings that the original alone does not show, such as the patient in the same bundle, are no change.
    if content(&before) == content(&record.claim) || record_is_as_read(record, &before) {
        return original.to_string();
    }
    let merged = merge::merge(&claim::write(&before), &claim::write(&record.claim), &node);
    with_remainder(merged, &record.claim, *resource_type).to_string()
}

/// Whether a claim from a bundle differs from what its resource alone says only in people that stand beside it.
fn record_is_as_read(record: &Record, alone: &Claim) -> bool {
    let mut alone = alone.clone();
    alone.patient = record.claim.patient.clone();
    alone.subscriber = record.claim.subscriber.clone();
    alone.payer = record.claim.payer.clone();
    alone.billing_provider = record.claim.billing_provider.clone();
    let beside = record.claim.patient.birth_date.is_some_and(|date| {
        // A person of another resource stands outside of this one.
        record
            .claim
            .span
            .zip(date.span)
            .is_some_and(|(claim, date)| date.start < claim.start || date.end() > claim.end())
    });
    beside && content(&alone) == content(&record.claim)
}

/// Everything a claim says, without the places it was read from.
fn content(claim: &Claim) -> serde_json::Value {
    fn without_spans(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.remove("span");
                members.values_mut().for_each(without_spans);
            }
            serde_json::Value::Array(elements) => elements.iter_mut().for_each(without_spans),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(claim).unwrap_or_default();
    without_spans(&mut value);
    value
}

fn read_back(node: &Node<'_>, resource_type: ResourceType) -> Claim {
    let mut elements = Elements::new(node, 0, FileId(0), 0);
    let kind = kind(node, &mut elements);
    read(&Resource::new(node, resource_type, None), &kind, NO_LIMIT, &mut elements)
}

/// Adds what the resource does not say of the claim.
fn with_remainder<'a>(mut node: Node<'a>, claim: &Claim, resource_type: ResourceType) -> Node<'a> {
    remove_remainder(&mut node);
    let read = read_back(&node, resource_type);
    let Some(difference) = difference(&content(claim), &content(&read)) else { return node };
    let extension = object([("url", string(EXTENSION)), ("valueString", string(difference.to_string()))]);
    if let Value::Object(members) = &mut node.value {
        match members.iter_mut().find(|(name, _)| name == "extension") {
            Some((_, Node { value: Value::Array(extensions), .. })) => extensions.push(extension),
            _ => members.push((Cow::Borrowed("extension"), array([extension]))),
        }
    }
    node
}

fn remove_remainder(node: &mut Node<'_>) {
    let Value::Object(members) = &mut node.value else { return };
    for (_, extensions) in members.iter_mut().filter(|(name, _)| name == "extension") {
        if let Value::Array(extensions) = &mut extensions.value {
            extensions.retain(|extension| extension.str("url") != Some(EXTENSION));
        }
    }
    members.retain(|(name, node)| name != "extension" || !node.elements().is_empty());
}
