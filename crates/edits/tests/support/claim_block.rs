//! Claims as case files write them.

use openclaim_claim::{
    Claim, ClaimType, Date, Diagnosis, DiagnosisRole, EntityKind, Modifier, Procedure, ProcedureCoding, Provider,
    ProviderRole, ProviderSpecialty, ServiceLine, Spanned, Subscriber, Text,
};
use openclaim_edits::coverage::MacChoice;
use std::sync::Arc;

/// The claims of a run, the last of which is judged, and the tables that are taken away.
pub(crate) struct Case {
    pub(crate) claims: Vec<Claim>,
    pub(crate) without: Vec<String>,
    pub(crate) known_at: Option<Date>,
    pub(crate) mac: MacChoice,
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.trim().parse().map_err(|error: T::Err| format!("`{text}`: {error}"))
}

fn code<T: std::str::FromStr>(text: &str) -> Result<Spanned<T>, String>
where
    T::Err: std::fmt::Display,
{
    parsed(text).map(Spanned::bare)
}

impl Case {
    pub(crate) fn read(block: &str) -> Result<Self, String> {
        let mut case = Self { claims: Vec::new(), without: Vec::new(), known_at: None, mac: MacChoice::OfClaim };
        let mut claim = plain();
        let mut begun = false;
        for line in block.lines().filter(|line| !line.trim().is_empty()) {
            let (key, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is no `key: value`"))?;
            let value = value.trim();
            match key.trim() {
                "without" => case.without = value.split(',').map(|table| table.trim().to_owned()).collect(),
                "mac" if value == "all" => case.mac = MacChoice::All,
                "mac" => case.mac = MacChoice::Number(value.into()),
                "known at" => case.known_at = Some(parsed(value)?),
                "claim" => {
                    if std::mem::replace(&mut begun, true) {
                        case.claims.push(std::mem::replace(&mut claim, plain()));
                    }
                    claim.claim_id = Spanned::bare(value.into());
                }
                key => {
                    begun = true;
                    set(&mut claim, key, value)?;
                }
            }
        }
        case.claims.push(claim);
        case.without.sort();
        Ok(case)
    }
}

/// A professional claim of a woman of 66 whom one physician treats.
fn plain() -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    claim.claim_id = Spanned::bare("C1".into());
    let mut billing = Provider::new(ProviderRole::Billing);
    provider(&mut billing, "1999999984 207Q00000X").unwrap();
    claim.billing_provider = Arc::new(billing);
    let subscriber = Subscriber {
        member_id: Spanned::bare("1EG4TE5MK73".into()),
        claim_filing_indicator: "MB".into(),
        ..Subscriber::default()
    };
    claim.subscriber = Arc::new(subscriber);
    let patient = Arc::make_mut(&mut claim.patient);
    patient.relationship.0 = "18".into();
    patient.birth_date = Some(code("1960-03-05").unwrap());
    patient.sex = Some(Spanned::bare(openclaim_claim::Sex::Female));
    claim.place_of_service = Some(code("11").unwrap());
    claim
}

fn provider(provider: &mut Provider, text: &str) -> Result<(), String> {
    let mut words = text.split_whitespace();
    provider.npi = words.next().filter(|word| *word != "unknown").map(code).transpose()?;
    provider.specialty = match words.next() {
        Some(taxonomy) => Some(ProviderSpecialty { taxonomy: code(taxonomy)? }),
        None => None,
    };
    Ok(())
}

fn set(claim: &mut Claim, key: &str, value: &str) -> Result<(), String> {
    let stated = Some(value).filter(|value| *value != "not stated");
    let listed = || value.split(',').map(str::trim).filter(|item| !item.is_empty());
    match key {
        "bill" => {
            claim.claim_type = ClaimType::Institutional;
            claim.place_of_service = None;
            claim.type_of_bill = Some(code(value)?);
        }
        "frequency" => claim.frequency = value.chars().next().map(Spanned::bare),
        "place" => claim.place_of_service = Some(code(value)?),
        "member" => Arc::make_mut(&mut claim.subscriber).member_id = Spanned::bare(value.into()),
        "payer" => Arc::make_mut(&mut claim.subscriber).claim_filing_indicator = value.into(),
        "born" => Arc::make_mut(&mut claim.patient).birth_date = stated.map(code).transpose()?,
        "died" => Arc::make_mut(&mut claim.patient).death_date = stated.map(code).transpose()?,
        "sex" => {
            Arc::make_mut(&mut claim.patient).sex = stated.map(|text| {
                Spanned::bare(match text {
                    "M" => openclaim_claim::Sex::Male,
                    "F" => openclaim_claim::Sex::Female,
                    _ => openclaim_claim::Sex::Unknown,
                })
            });
        }
        "state" => address(claim).state = value.into(),
        "zip" => address(claim).postal_code = value.into(),
        "billing" => provider(Arc::make_mut(&mut claim.billing_provider), value)?,
        "rendering" => {
            let mut rendering = Provider::new(ProviderRole::Rendering);
            rendering.kind = EntityKind::Person;
            provider(&mut rendering, value)?;
            claim.providers.push(rendering);
        }
        "period" => {
            let (from, through) = value.split_once("..").unwrap_or((value, value));
            claim.dates.statement_from = Some(code(from)?);
            claim.dates.statement_through = Some(code(through)?);
        }
        "admitted" => claim.admission.date = Some(code(value)?),
        "status" => claim.admission.discharge_status = Some(code(value)?),
        "condition codes" => {
            for item in listed() {
                claim.condition_codes.push(code(item)?);
            }
        }
        "diagnoses" => diagnoses(claim, listed(), DiagnosisRole::Principal, DiagnosisRole::Other)?,
        "admitting" => diagnoses(claim, listed(), DiagnosisRole::Admitting, DiagnosisRole::Admitting)?,
        "reasons" => diagnoses(claim, listed(), DiagnosisRole::ReasonForVisit, DiagnosisRole::ReasonForVisit)?,
        "external causes" => diagnoses(claim, listed(), DiagnosisRole::ExternalCause, DiagnosisRole::ExternalCause)?,
        "procedures" => {
            for item in listed() {
                let (text, date) = item.split_once(' ').map_or((item, None), |(text, date)| (text, Some(date)));
                let principal = claim.procedures.is_empty();
                let date = date.map(code).transpose()?;
                claim.procedures.push(Procedure {
                    code: code(text)?,
                    principal,
                    coding: ProcedureCoding::Icd10Pcs,
                    date,
                });
            }
        }
        "line" => {
            let number = u32::try_from(claim.lines.len()).unwrap() + 1;
            claim.lines.push(line(number, value)?);
        }
        other => return Err(format!("`{other}` is no key of a claim block")),
    }
    Ok(())
}

fn address(claim: &mut Claim) -> &mut openclaim_claim::Address {
    Arc::make_mut(&mut claim.billing_provider).address.get_or_insert_default()
}

fn diagnoses<'t>(
    claim: &mut Claim,
    items: impl Iterator<Item = &'t str>,
    first: DiagnosisRole,
    others: DiagnosisRole,
) -> Result<(), String> {
    for (position, item) in items.enumerate() {
        let (text, poa) = item.split_once(':').map_or((item, None), |(text, poa)| (text, Some(poa)));
        let role = if position == 0 { first } else { others };
        let poa = poa.and_then(|poa| openclaim_claim::Poa::from_bytes(poa.as_bytes())).map(Spanned::bare);
        claim.diagnoses.push(Diagnosis { code: code(text)?, role, poa, icd9: false });
    }
    Ok(())
}

/// `2026-05-01 99213-25 x2 dx1,2 $100 pos 11 rev 0510 by 1730000006 207R00000X`; a date may be a range `from..through`, or
/// `undated`.
fn line(number: u32, text: &str) -> Result<ServiceLine, String> {
    let mut line = ServiceLine::new(number);
    line.units = Some(Spanned::bare(openclaim_claim::Decimal::ONE));
    let mut words = text.split_whitespace();
    let dates = words.next().ok_or("a line needs a date")?;
    if dates != "undated" {
        let (from, through) = dates.split_once("..").unwrap_or((dates, dates));
        line.dates.from = Some(code(from)?);
        line.dates.through = Some(code(through)?);
    }
    while let Some(word) = words.next() {
        let mut argument = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        if let Some(units) = word.strip_prefix('x').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            line.units = Some(code(units)?);
        } else if word == "minutes" {
            line.unit = openclaim_claim::Unit::Minutes;
            line.units = Some(code(argument()?)?);
        } else if let Some(charge) = word.strip_prefix('$') {
            line.charge = code(charge)?;
        } else if let Some(pointers) = word.strip_prefix("dx") {
            for pointer in pointers.split(',') {
                line.diagnosis_pointers.push(code(pointer)?);
            }
        } else if word == "pos" {
            line.place_of_service = Some(code(argument()?)?);
        } else if word == "rev" {
            line.revenue_code = Some(code(argument()?)?);
        } else if word == "by" {
            let mut rendering = Provider::new(ProviderRole::Rendering);
            rendering.kind = EntityKind::Person;
            let npi = argument()?;
            let rest = words.clone().next().filter(|word| word.len() == 10 && word.ends_with('X'));
            if rest.is_some() {
                words.next();
            }
            provider(&mut rendering, &format!("{npi} {}", rest.unwrap_or_default()))?;
            line.providers.push(rendering);
        } else {
            let mut parts = word.split('-');
            line.hcpcs = Some(code(parts.next().unwrap_or_default())?);
            line.code_qualifier = Text::const_new("HC");
            for modifier in parts {
                line.modifiers.push(code::<Modifier>(modifier)?);
            }
        }
    }
    Ok(line)
}
