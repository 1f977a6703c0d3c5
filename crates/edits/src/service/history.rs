//! Services of earlier claims of a run, by beneficiary, in bounded memory.

use super::provider_days::{ProviderDays, work};
use super::{Modifiers, ProviderKey, Services, Setting, Switches, Tables};
use openclaim_claim::{Claim, Decimal, DiagnosisCode, DiagnosisRole, HcpcsCode, Text};
use openclaim_reference::Day;
use std::collections::{HashMap, VecDeque};

/// Services that are remembered unless told otherwise: some hundred megabytes.
const DEFAULT_LIMIT: usize = 1_000_000;

/// A service of an earlier claim.
#[derive(Debug, Clone)]
pub struct PastService {
    /// The claim's identifier.
    pub claim_id: Text,
    /// Line number as sent.
    pub line: u32,
    /// The code.
    pub code: HcpcsCode,
    /// The code as tables key it.
    pub key: u64,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// First day of service.
    pub from: Day,
    /// Last day of service.
    pub through: Day,
    /// Quantity.
    pub units: Option<Decimal>,
    /// Who performed it.
    pub provider: ProviderKey,
    /// Kind of bill.
    pub setting: Setting,
    /// Whether an edit denied or rejected the line.
    pub denied: bool,
    /// Position of the claim in the run.
    claim: u64,
}

/// A diagnosis of an earlier claim: principal, other or external cause.
#[derive(Debug, Clone)]
pub struct PastDiagnosis {
    /// The claim's identifier.
    pub claim_id: Text,
    /// The code.
    pub code: DiagnosisCode,
    /// Last day of service of the claim.
    pub day: Day,
    /// Position of the claim in the run.
    claim: u64,
}

/// What a run has seen.
#[derive(Debug)]
pub struct History {
    /// Diagnoses of earlier claims; each counts like a service.
    diagnoses: HashMap<Text, Vec<PastDiagnosis>>,
    by_beneficiary: HashMap<Text, Vec<PastService>>,
    /// Claims in the order met: whose, and which.
    claims: VecDeque<(Text, u64)>,
    services: usize,
    limit: usize,
    met: u64,
    forgotten: u64,
    days: ProviderDays,
}

impl Default for History {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl History {
    /// A history that remembers at most this many services; the earliest claims go first.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self {
            diagnoses: HashMap::new(),
            by_beneficiary: HashMap::new(),
            claims: VecDeque::new(),
            services: 0,
            limit,
            met: 0,
            forgotten: 0,
            days: ProviderDays::default(),
        }
    }

    /// How many services are remembered at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How many claims were forgotten.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// How long practitioners worked, by earlier claims of all beneficiaries.
    #[must_use]
    pub fn provider_days(&self) -> &ProviderDays {
        &self.days
    }

    /// Counts a claim's services, save denied ones, to the days of those who performed them.
    pub(crate) fn remember_days(
        &mut self,
        services: &Services<'_>,
        denied: &[u32],
        tables: &Tables,
        switches: &Switches,
    ) {
        if self.limit == 0 {
            return;
        }
        let stands = |it: &super::Work| services.list.get(it.at).is_some_and(|it| !denied.contains(&it.index));
        self.days.remember(work(services, tables, switches).filter(stands));
    }

    /// Earlier services of the claim's beneficiary.
    #[must_use]
    pub fn of(&self, services: &Services<'_>) -> &[PastService] {
        if self.services == 0 {
            return &[];
        }
        self.by_beneficiary.get(&beneficiary(services.claim)).map_or(&[], Vec::as_slice)
    }

    /// Diagnoses of earlier claims of the claim's beneficiary.
    #[must_use]
    pub fn diagnoses_of(&self, claim: &Claim) -> &[PastDiagnosis] {
        if self.diagnoses.is_empty() {
            return &[];
        }
        self.diagnoses.get(&beneficiary(claim)).map_or(&[], Vec::as_slice)
    }

    /// Takes back what a replaced or voided claim said: frequency 7 or 8 with the same claim identifier.
    pub(crate) fn forget_replaced(&mut self, services: &Services<'_>) {
        let claim = services.claim;
        if self.services == 0 || !claim.frequency.is_some_and(|it| matches!(it.value, '7' | '8')) {
            return;
        }
        if let Some(past) = self.by_beneficiary.get_mut(&beneficiary(claim)) {
            let before = past.len();
            past.retain(|service| service.claim_id != claim.claim_id.value);
            self.services -= before - past.len();
        }
        if let Some(past) = self.diagnoses.get_mut(&beneficiary(claim)) {
            let before = past.len();
            past.retain(|diagnosis| diagnosis.claim_id != claim.claim_id.value);
            self.services -= before - past.len();
        }
    }

    /// Keeps the services of a claim; a void leaves none.
    pub(crate) fn remember(&mut self, services: &Services<'_>, denied: &[u32]) {
        let claim = services.claim;
        let who = beneficiary(claim);
        if self.limit == 0 || who.is_empty() || claim.frequency.is_some_and(|it| it.value == '8') {
            return;
        }
        self.met += 1;
        let met = self.met;
        let dated = services.list.iter().filter(|service| service.day.0 != 0);
        let past = self.by_beneficiary.entry(who.clone()).or_default();
        let before = past.len();
        past.extend(dated.map(|service| PastService {
            claim_id: claim.claim_id.value.clone(),
            line: service.line.number,
            code: service.code,
            key: service.key,
            modifiers: service.modifiers,
            from: service.day,
            through: service.through.map_or(service.day, Day::from),
            units: service.units,
            provider: service.provider,
            setting: services.setting,
            denied: denied.contains(&service.index),
            claim: met,
        }));
        self.services += past.len() - before;
        if let Some(day) = claim.service_through().map(Day::from) {
            use DiagnosisRole::{ExternalCause, Other, Principal};
            let past = self.diagnoses.entry(who.clone()).or_default();
            let before = past.len();
            let listed =
                claim.diagnoses.iter().filter(|it| !it.icd9 && matches!(it.role, Principal | Other | ExternalCause));
            past.extend(listed.map(|diagnosis| PastDiagnosis {
                claim_id: claim.claim_id.value.clone(),
                code: diagnosis.code.value,
                day,
                claim: met,
            }));
            self.services += past.len() - before;
        }
        self.claims.push_back((who, met));
        while self.services > self.limit {
            let Some((who, claim)) = self.claims.pop_front() else { break };
            self.forgotten += 1;
            if let Some(past) = self.diagnoses.get_mut(&who) {
                let before = past.len();
                past.retain(|diagnosis| diagnosis.claim != claim);
                self.services -= before - past.len();
                if past.is_empty() {
                    self.diagnoses.remove(&who);
                }
            }
            if let Some(past) = self.by_beneficiary.get_mut(&who) {
                let before = past.len();
                past.retain(|service| service.claim != claim);
                self.services -= before - past.len();
                if past.is_empty() {
                    self.by_beneficiary.remove(&who);
                }
            }
        }
    }
}

/// Who was treated: the subscriber's number, and for dependents name and birth date as well. Empty when the claim names
/// nobody.
fn beneficiary(claim: &Claim) -> Text {
    let member = &claim.subscriber.member_id.value;
    let patient = &claim.patient;
    if !patient.member_id.is_empty() {
        return patient.member_id.clone();
    }
    if member.is_empty() {
        return Text::default();
    }
    let dependent = !patient.relationship.is_self() && !patient.relationship.0.is_empty();
    if !dependent {
        return member.clone();
    }
    let birth = patient.birth_date.map(|date| Day::from(date.value)).unwrap_or_default();
    Text::from(format!("{member}|{}|{}", patient.first_name.to_ascii_uppercase(), birth.0))
}
