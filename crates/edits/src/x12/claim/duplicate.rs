//! Claims and services that come twice in one run.

mod key;

use crate::claim_edit::{Findings, at, claim_edits, position};
use key::{Key, Keyed};
use openclaim_claim::{
    Claim, ClaimType, Evidence, FileId, Provider, ProviderRole, Purpose, ServiceLine, Span, Subject, Text,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// A service sent twice is paid twice or denied, and a claim identifier used twice leads remittances astray.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, CLM01; Medicare Claims Processing
        /// Manual (Pub. 100-04), chapter 1, section 120 on duplicate claims.
        ///
        /// ## Bypass
        /// Replacements and voids (frequency 7, 8) are not compared. Of very large runs the last half million claims and
        /// services are remembered.
    }

    /// A claim identifier stands on two claims of one run.
    ///
    /// ## What it checks
    /// CLM01 with billing provider and payer, within and across the files of a run.
    ///
    /// ## Action
    /// A clearinghouse rejects the second claim.
    ///
    /// ## Example
    /// `CLM*A1` twice under one provider.
    CLAIM_ID: "duplicate-claim-id", "Claim identifier used twice", RejectClaim;

    /// A service of one patient, provider and day stands on two claims of one run.
    ///
    /// ## What it checks
    /// Patient, providers, dates, procedure with modifiers, units and charge of the lines; for inpatient bills the stay as
    /// a whole. Claims to different payers are not compared.
    ///
    /// ## Action
    /// Somebody should look: services may rightly be repeated on a day.
    ///
    /// ## Example
    /// `SV1*HC:99213*120*UN*1` of one day on two claims for one patient.
    SERVICE: "duplicate-service", "Service claimed twice", Warn;
}

/// Entries of one generation of a [`Memory`].
const GENERATION: usize = 1 << 18;

/// Where something was seen, in as few bytes as there are many of them: a span, whose length is 0 when it was in no file.
#[derive(Debug, Clone, Copy)]
struct Place(Span);

impl From<Option<Span>> for Place {
    fn from(span: Option<Span>) -> Self {
        Self(span.unwrap_or(Span::new(FileId(0), 0, 0)))
    }
}

impl Place {
    /// What was seen there, as evidence. Which file it was stands in the span alone: the answer about a claim does not
    /// depend on the names of files, and a face shows the name that it was given.
    fn evidence(self, name: &'static str, value: impl Into<Text>) -> Evidence {
        Evidence::element(name, value, Some(self.0).filter(|span| span.len > 0))
    }
}

/// What was seen where, for the last so many.
#[derive(Debug, Default)]
struct Memory {
    recent: HashMap<u64, Place, BuildHasherDefault<Keyed>>,
    older: HashMap<u64, Place, BuildHasherDefault<Keyed>>,
}

impl Memory {
    /// Where a key was seen before.
    fn before(&self, key: u64) -> Option<Place> {
        self.recent.get(&key).or_else(|| self.older.get(&key)).copied()
    }

    /// Remembers a key; where it was seen before.
    fn see(&mut self, key: u64, place: Place) -> Option<Place> {
        let is_full = self.recent.len() >= GENERATION;
        match self.recent.entry(key) {
            Entry::Occupied(before) => return Some(*before.get()),
            Entry::Vacant(vacant) => {
                if let Some(before) = self.older.get(&key) {
                    return Some(*before);
                }
                if !is_full {
                    vacant.insert(place);
                    return None;
                }
            }
        }
        self.older = std::mem::take(&mut self.recent);
        self.recent.insert(key, place);
        None
    }
}

/// Claims and services of a run. Memory is bounded.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    claims: Memory,
    services: Memory,
    /// Who billed the claim before, and the key of that: most claims of a file are of one biller.
    biller: Option<(Arc<Provider>, u64)>,
    /// Room for the key at hand.
    key: Key,
    /// Room for the keys of a claim's lines.
    keys: Vec<(usize, u64)>,
}

impl Seen {
    /// Compares a claim with those before it.
    pub(crate) fn check(&mut self, claim: &Claim, report: &mut Findings) {
        let again = claim.frequency.is_some_and(|frequency| matches!(frequency.value, '7' | '8'));
        if again || claim.claim_id.is_empty() || claim.purpose == Purpose::Predetermination {
            return;
        }
        let biller = self.biller(&claim.billing_provider);
        self.key.begin(biller).text(&claim.payer.id).text(&claim.claim_id);
        let key = self.key.number(claim.frequency.map_or(0, |frequency| frequency.value.into())).digest();
        if let Some(before) = self.claims.see(key, claim.claim_id.span.into()) {
            let message = format!("claim identifier `{}` was used before in this run", claim.claim_id.value);
            report.fire(&CLAIM_ID, Subject::Claim, claim.claim_id.span, at("2300", "CLM", "CLM01"), message);
            report.prove(before.evidence("used before", claim.claim_id.value.clone()));
            return;
        }
        let patient = &claim.patient;
        self.key.begin(biller).text(&claim.payer.id).text(&claim.subscriber.member_id);
        self.key.text(&patient.last_name).text(&patient.first_name);
        let person = self.key.date(patient.birth_date.map(|date| date.value)).digest();
        if claim.is_hospital_inpatient() {
            return self.stay(claim, person, report);
        }
        // Lines of one claim are not compared with each other: they may rightly be the same.
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        for (index, line) in claim.lines.iter().enumerate() {
            keys.extend(service(&mut self.key, claim, person, line).map(|key| (index, key)));
        }
        let known = keys.iter().find_map(|(index, key)| Some((*index, self.services.before(*key)?)));
        if let Some((index, before)) = known {
            let line = &claim.lines[index];
            let message = format!("the service of line {} was claimed before for this patient", line.number);
            let segment = if claim.claim_type == ClaimType::Dental { "SV3" } else { "SV1" };
            let subject = Subject::Line(position(index));
            report.fire(&SERVICE, subject, code_span(line), at("2400", segment, ""), message);
            let code = line.hcpcs.map_or_else(Text::default, |code| code.as_str().into());
            report.prove(before.evidence("claimed before", code));
        }
        for &(index, key) in &keys {
            self.services.see(key, code_span(&claim.lines[index]).into());
        }
        self.keys = keys;
    }

    /// Compares a hospital stay with those before it.
    fn stay(&mut self, claim: &Claim, person: u64, report: &mut Findings) {
        let (from, through) = (claim.dates.statement_from, claim.dates.statement_through);
        self.key.begin(person).text(claim.type_of_bill.as_ref().map_or("", |bill| bill.as_str()));
        for date in [from, through, claim.admission.date] {
            self.key.date(date.map(|date| date.value));
        }
        let key = self.key.number(claim.amounts.total_charge.value.cents().cast_unsigned()).digest();
        if let (Some(before), true) = (self.services.see(key, claim.claim_id.span.into()), through.is_some()) {
            let message = "the same stay was claimed before in this run";
            report.fire(&SERVICE, Subject::Claim, claim.claim_id.span, at("2300", "CLM", ""), message);
            let bill = claim.type_of_bill.as_ref().map_or("", |bill| bill.as_str());
            report.prove(before.evidence("claimed before", format!("type of bill {bill}")));
        }
    }

    /// The key of who bills.
    fn biller(&mut self, provider: &Arc<Provider>) -> u64 {
        match &self.biller {
            Some((known, key)) if Arc::ptr_eq(known, provider) => *key,
            _ => {
                let npi = provider.npi.as_ref().map_or("", |npi| npi.as_str());
                let key = self.key.begin(0).text(npi).text(&provider.name).digest();
                self.biller = Some((Arc::clone(provider), key));
                key
            }
        }
    }
}

/// Where the code of a line stands.
fn code_span(line: &ServiceLine) -> Option<Span> {
    line.hcpcs.and_then(|code| code.span).or(line.span)
}

/// The key of a line; `None` when it has no code or no date.
fn service(key: &mut Key, claim: &Claim, person: u64, line: &ServiceLine) -> Option<u64> {
    let code = line.hcpcs?;
    let from = line.dates.from.map(|date| date.value).or_else(|| claim.service_from())?;
    let rendering = |providers: &[Provider]| {
        providers.iter().find(|provider| provider.role == ProviderRole::Rendering).and_then(|provider| provider.npi)
    };
    let by = rendering(&line.providers).or_else(|| rendering(&claim.providers));
    key.begin(person).text(by.as_ref().map_or("", |npi| npi.as_str())).date(Some(from)).text(code.as_str());
    key.number(line.modifiers.len() as u64);
    for modifier in &line.modifiers {
        key.text(modifier.as_str());
    }
    key.number(line.charge.value.cents().cast_unsigned()).quantity(line.units.map(|units| units.value));
    key.text(line.revenue_code.as_ref().map_or("", |code| code.as_str()));
    if let Some(dental) = &line.dental {
        // A key is written to memory, which does not fail.
        let _ = write!(key, "{:?}{:?}", dental.teeth, dental.oral_cavity);
    }
    Some(key.digest())
}
