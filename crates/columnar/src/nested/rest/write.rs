//! Claims to their leftover.

use super::{SHARED, Same};
use crate::build::{cents, thousandths};
use crate::nested::MODIFIERS;
use openclaim_claim::{Claim, Money, Provider, ProviderRole, ServiceLine, Spanned};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// What of a claim stands in no column of its own.
#[derive(Debug)]
pub(in crate::nested) struct Rest {
    /// What it has in common with others; `None` when there is nothing of the kind.
    pub(in crate::nested) shared: Option<String>,
    /// What is its own; `None` when nothing is left over.
    pub(in crate::nested) own: Option<String>,
}

impl Rest {
    pub(in crate::nested) fn of(claim: &Claim) -> Result<Self, serde_json::Error> {
        let mut own = fields_of(&leftover(claim))?;
        // Whoever is named at all is written whole: claims then share what was read of it, and the columns change nothing.
        whole(&mut own, "billing_provider", &claim.billing_provider)?;
        whole(&mut own, "payer", &claim.payer)?;
        let shared: Map<String, Value> = SHARED.iter().filter_map(|name| own.remove_entry(*name)).collect();
        Ok(Self { shared: to_json(shared)?, own: to_json(own)? })
    }
}

/// Writes a part of which something is left over with what the columns hold of it as well.
fn whole(fields: &mut Map<String, Value>, name: &str, part: &impl Serialize) -> Result<(), serde_json::Error> {
    if let Some(leftover) = fields.get_mut(name) {
        *leftover = serde_json::to_value(part)?;
        prune(leftover);
    }
    Ok(())
}

/// An object as JSON; `None` when it is empty.
fn to_json(fields: Map<String, Value>) -> Result<Option<String>, serde_json::Error> {
    if fields.is_empty() { Ok(None) } else { serde_json::to_string(&Value::Object(fields)).map(Some) }
}

/// The claim without what the columns hold. Amounts that do not fit a column stay.
fn leftover(claim: &Claim) -> Claim {
    let mut rest = claim.clone();
    rest.claim_id = Spanned::default();
    rest.frequency = None;
    rest.type_of_bill = None;
    rest.place_of_service = None;
    rest.dates.statement_from = None;
    rest.dates.statement_through = None;
    rest.admission.date = None;
    rest.admission.admission_type = None;
    rest.admission.source = None;
    rest.admission.discharge_status = None;
    rest.billed_drg = None;
    let subscriber = Arc::make_mut(&mut rest.subscriber);
    subscriber.member_id = Spanned::default();
    subscriber.claim_filing_indicator = Default::default();
    Arc::make_mut(&mut rest.payer).id = Default::default();
    let patient = Arc::make_mut(&mut rest.patient);
    for same in Same::in_claim(claim) {
        same.strip(patient, subscriber);
    }
    patient.birth_date = None;
    patient.sex = None;
    let billing = Arc::make_mut(&mut rest.billing_provider);
    billing.npi = None;
    billing.specialty = None;
    if let Some(address) = &mut billing.address {
        address.state = Default::default();
        address.postal_code = Default::default();
    }
    if cents(rest.amounts.total_charge.value).is_some() {
        rest.amounts.total_charge = Spanned::default();
    }
    rest.condition_codes.clear();
    rest.diagnoses.clear();
    rest.procedures.clear();
    if let Some(rendering) = first_of(&mut rest.providers, ProviderRole::Rendering) {
        (rendering.npi, rendering.specialty) = (None, None);
    }
    if let Some(facility) = first_of(&mut rest.providers, ProviderRole::ServiceFacility) {
        facility.npi = None;
    }
    for line in &mut rest.lines {
        strip_line(line);
    }
    rest
}

/// Of several providers of a role, the columns hold the first.
fn first_of(providers: &mut [Provider], role: ProviderRole) -> Option<&mut Provider> {
    providers.iter_mut().find(|provider| provider.role == role)
}

fn strip_line(line: &mut ServiceLine) {
    line.number = 0;
    line.dates.from = None;
    line.dates.through = None;
    line.revenue_code = None;
    line.hcpcs = None;
    line.code_qualifier = Default::default();
    if line.modifiers.len() <= MODIFIERS.len() {
        line.modifiers.clear();
    }
    if line.units.is_some_and(|units| thousandths(units.value).is_some()) {
        line.units = None;
    }
    if cents(line.charge.value).is_some() {
        line.charge = Spanned::bare(Money::ZERO);
    }
    line.place_of_service = None;
    line.diagnosis_pointers.clear();
    if let Some(rendering) = first_of(&mut line.providers, ProviderRole::Rendering) {
        rendering.npi = None;
    }
}

/// The fields of a leftover that are not empty.
fn fields_of(rest: &Claim) -> Result<Map<String, Value>, serde_json::Error> {
    let mut value = serde_json::to_value(rest)?;
    prune(&mut value);
    let Value::Object(mut fields) = value else { return Ok(Map::new()) };
    fields.remove("claim_type");
    if fields.get("purpose").and_then(Value::as_str) == Some("chargeable") {
        fields.remove("purpose");
    }
    drop_if(&mut fields, "amounts", |amounts| amounts == &serde_json::json!({ "total_charge": "0.00" }));
    drop_if(&mut fields, "billing_provider", |it| {
        it == &serde_json::json!({ "role": "billing", "kind": "organization" })
    });
    drop_if(&mut fields, "subscriber", |it| it == &serde_json::json!({ "kind": "organization" }));
    if let Some(lines) = fields.get_mut("lines").and_then(Value::as_array_mut) {
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            line.retain(|name, value| !is_blank_of_line(name, value));
        }
    }
    drop_if(&mut fields, "lines", |lines| {
        lines.as_array().is_some_and(|lines| lines.iter().all(|line| line.as_object().is_some_and(|it| it.is_empty())))
    });
    Ok(fields)
}

fn is_blank_of_line(name: &str, value: &Value) -> bool {
    match name {
        "number" => value == &Value::from(0),
        "charge" => value.as_str() == Some("0.00"),
        "unit" => value.as_str() == Some("UN"),
        _ => false,
    }
}

fn drop_if(fields: &mut Map<String, Value>, name: &str, condition: impl Fn(&Value) -> bool) {
    if fields.get(name).is_some_and(condition) {
        fields.remove(name);
    }
}

/// Takes out what is empty, and the byte spans, which mean nothing without the file. Elements of arrays stay, so that
/// positions do.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for value in fields.values_mut() {
                prune(value);
            }
            fields.retain(|name, value| name != "span" && !is_empty(value));
        }
        Value::Array(values) => values.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
