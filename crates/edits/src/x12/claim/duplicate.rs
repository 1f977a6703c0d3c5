//! Claims and services that come twice in one run.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, Purpose, ServiceLine, Span, Subject};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

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

/// What was seen where, for the last so many.
#[derive(Debug, Default)]
struct Memory {
    recent: HashMap<u64, Option<Span>, BuildHasherDefault<DefaultHasher>>,
    older: HashMap<u64, Option<Span>, BuildHasherDefault<DefaultHasher>>,
}

impl Memory {
    /// Remembers a key; where it was seen before.
    fn see(&mut self, key: u64, span: Option<Span>) -> Option<Option<Span>> {
        let before = self.recent.get(&key).or_else(|| self.older.get(&key)).copied();
        if before.is_none() {
            if self.recent.len() >= GENERATION {
                self.older = std::mem::take(&mut self.recent);
            }
            self.recent.insert(key, span);
        }
        before
    }
}

/// Claims and services of a run. Memory is bounded.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    claims: Memory,
    services: Memory,
}

fn hash(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

impl Seen {
    /// Compares a claim with those before it.
    pub(crate) fn check(&mut self, claim: &Claim, report: &mut Findings) {
        let again = claim.frequency.is_some_and(|frequency| matches!(frequency.value, '7' | '8'));
        if again || claim.claim_id.is_empty() || claim.purpose == Purpose::Predetermination {
            return;
        }
        let biller = hash((&claim.billing_provider.npi, &claim.billing_provider.name, &claim.payer.id));
        let key = hash((biller, claim.claim_id.value.as_str(), claim.frequency));
        if let Some(before) = self.claims.see(key, claim.claim_id.span) {
            let message =
                format!("claim identifier `{}` was used before in this run{}", claim.claim_id.value, place(before));
            report.fire(&CLAIM_ID, Subject::Claim, claim.claim_id.span, at("2300", "CLM", "CLM01"), message);
            return;
        }
        let patient = &claim.patient;
        let person = hash((
            biller,
            claim.subscriber.member_id.value.as_str(),
            patient.last_name.as_str(),
            patient.first_name.as_str(),
            patient.birth_date,
        ));
        if claim.is_hospital_inpatient() {
            let dates = (claim.dates.statement_from, claim.dates.statement_through, claim.admission.date);
            let key = hash((person, claim.type_of_bill, dates, claim.amounts.total_charge));
            if let (Some(before), true) = (self.services.see(key, claim.claim_id.span), dates.1.is_some()) {
                let message = format!("the same stay was claimed before in this run{}", place(before));
                report.fire(&SERVICE, Subject::Claim, claim.claim_id.span, at("2300", "CLM", ""), message);
            }
            return;
        }
        // Lines of one claim are not compared with each other: they may rightly be the same.
        let keys: Vec<(usize, u64)> = claim
            .lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| Some((index, service(claim, person, line)?)))
            .collect();
        let known = keys.iter().find_map(|(index, key)| {
            let memory = &self.services;
            memory.recent.get(key).or_else(|| memory.older.get(key)).map(|before| (*index, *before))
        });
        if let Some((index, before)) = known {
            let line = &claim.lines[index];
            let span = line.hcpcs.and_then(|code| code.span).or(line.span);
            let message =
                format!("the service of line {} was claimed before for this patient{}", line.number, place(before));
            let segment = if claim.claim_type == ClaimType::Dental { "SV3" } else { "SV1" };
            report.fire(&SERVICE, Subject::Line(position(index)), span, at("2400", segment, ""), message);
        }
        for (index, key) in keys {
            let line = &claim.lines[index];
            let span = line.hcpcs.and_then(|code| code.span).or(line.span);
            self.services.see(key, span);
        }
    }
}

/// The key of a line; `None` when it has no code or no date.
fn service(claim: &Claim, person: u64, line: &ServiceLine) -> Option<u64> {
    let code = line.hcpcs?;
    let from = line.dates.from.map(|date| date.value).or_else(|| claim.service_from())?;
    let rendering = |providers: &[openclaim_claim::Provider]| {
        let rendering = openclaim_claim::ProviderRole::Rendering;
        providers.iter().find(|provider| provider.role == rendering).and_then(|provider| provider.npi)
    };
    let by = rendering(&line.providers).or_else(|| rendering(&claim.providers));
    let modifiers: Vec<&str> = line.modifiers.iter().map(|modifier| modifier.as_str()).collect();
    let teeth = line.dental.as_ref().map(|dental| format!("{:?}{:?}", dental.teeth, dental.oral_cavity));
    let (charge, units) = (line.charge.value, line.units.map(|units| units.value));
    Some(hash((person, by, from, code.as_str(), modifiers, (charge, units), line.revenue_code, teeth)))
}

fn place(before: Option<Span>) -> String {
    before.map_or_else(String::new, |span| format!(" (file {}, byte {})", span.file.0 + 1, span.start))
}
