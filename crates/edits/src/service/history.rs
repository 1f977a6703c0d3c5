//! Services of earlier claims of a run, by beneficiary, in bounded memory.
//!
//! A run remembers up to a million services, so they are kept small: what the lines of a claim have in common is kept once,
//! a line is a [`Row`] of forty bytes, and the claims of a beneficiary are found through a chain from the first to the last.
//! The lines of all claims stand in one queue, as do their diagnoses, so that a claim is kept without an allocation of its own.
//! Edits see [`PastService`] and [`PastDiagnosis`], which borrow from there.

mod queue;

use super::provider_days::{ProviderDays, work};
use super::{Modifiers, ProviderKey, Services, Setting, Switches, Tables};
use openclaim_claim::{Claim, Decimal, DiagnosisCode, DiagnosisRole, HcpcsCode, Text};
use openclaim_reference::{Day, text_key};
use queue::{Queue, Stretch};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Services that are remembered unless told otherwise: less than a hundred megabytes.
const DEFAULT_LIMIT: usize = 1_000_000;

/// A service of an earlier claim.
#[derive(Debug, Clone, Copy)]
pub struct PastService<'h> {
    /// The claim's identifier.
    pub claim_id: &'h str,
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
}

/// A diagnosis of an earlier claim: principal, other or external cause.
#[derive(Debug, Clone, Copy)]
pub struct PastDiagnosis<'h> {
    /// The claim's identifier.
    pub claim_id: &'h str,
    /// The code.
    pub code: DiagnosisCode,
    /// Last day of service of the claim.
    pub day: Day,
}

/// A service as it is kept.
#[derive(Debug, Clone, Copy)]
struct Row {
    code: HcpcsCode,
    modifiers: Modifiers,
    denied: bool,
    line: u32,
    from: Day,
    through: Day,
    /// 0 for the provider of the claim's first service, else one more than a position in [`Unusual::providers`].
    provider: u32,
    units: Units,
}

/// Units in four bytes: whole numbers as they are, the others by position in [`Unusual::units`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Units(u32);

impl Units {
    const NONE: Self = Self(u32::MAX);
    /// Numbers from here on are positions.
    const BY_POSITION: u32 = 1 << 31;

    fn keep(units: Option<Decimal>, others: &mut Vec<Decimal>) -> Self {
        let Some(units) = units else { return Self::NONE };
        let whole = units.scale() == 0 && !units.is_sign_negative();
        match u32::try_from(units.mantissa()) {
            Ok(number) if whole && number < Self::BY_POSITION => Self(number),
            _ => {
                others.push(units);
                // A claim has no two thousand million lines.
                Self(u32::try_from(others.len() - 1).unwrap_or(u32::MAX) | Self::BY_POSITION)
            }
        }
    }

    fn get(self, others: &[Decimal]) -> Option<Decimal> {
        match self {
            Self::NONE => None,
            Self(number) if number < Self::BY_POSITION => Some(Decimal::from(number)),
            Self(number) => others.get((number & !Self::BY_POSITION) as usize).copied(),
        }
    }
}

/// What few claims have.
#[derive(Debug, Default)]
struct Unusual {
    /// Providers other than that of the first service.
    providers: Vec<ProviderKey>,
    /// Units that are no whole numbers, or large ones.
    units: Vec<Decimal>,
}

impl Unusual {
    fn provider(&mut self, of_claim: &ProviderKey, provider: &ProviderKey) -> u32 {
        if provider == of_claim {
            return 0;
        }
        let known = self.providers.iter().position(|known| known == provider);
        let at = known.unwrap_or_else(|| {
            self.providers.push(*provider);
            self.providers.len() - 1
        });
        u32::try_from(at + 1).unwrap_or_default()
    }
}

/// An earlier claim.
#[derive(Debug)]
struct PastClaim {
    who: Text,
    claim_id: Text,
    /// In [`History::rows`].
    services: Stretch,
    /// In [`History::diagnoses`].
    diagnoses: Stretch,
    /// Whether another claim took its place: it then says nothing.
    replaced: bool,
    /// Of the first service.
    provider: ProviderKey,
    unusual: Option<Box<Unusual>>,
    /// Number of the beneficiary's next claim; 0 after the last, for the first claim of all follows none.
    next: u64,
    /// Last day of service.
    day: Day,
    setting: Setting,
}

impl PastClaim {
    /// How many services and diagnoses it tells of.
    fn len(&self) -> usize {
        if self.replaced { 0 } else { self.services.len() + self.diagnoses.len() }
    }

    fn diagnosis(&self, code: DiagnosisCode) -> PastDiagnosis<'_> {
        PastDiagnosis { claim_id: &self.claim_id, code, day: self.day }
    }

    fn service(&self, row: &Row) -> PastService<'_> {
        let (providers, units) = match &self.unusual {
            Some(unusual) => (unusual.providers.as_slice(), unusual.units.as_slice()),
            None => (&[][..], &[][..]),
        };
        PastService {
            claim_id: &self.claim_id,
            line: row.line,
            code: row.code,
            key: text_key(&row.code.padded()),
            modifiers: row.modifiers,
            from: row.from,
            through: row.through,
            units: row.units.get(units),
            provider: match row.provider.checked_sub(1).and_then(|at| providers.get(at as usize)) {
                Some(other) => *other,
                None => self.provider,
            },
            setting: self.setting,
            denied: row.denied,
        }
    }
}

/// Numbers of a beneficiary's first and last claim that are remembered.
#[derive(Debug, Clone, Copy)]
struct Chain {
    first: u64,
    last: u64,
}

/// What a run has seen.
#[derive(Debug)]
pub struct History {
    chains: HashMap<Text, Chain>,
    /// Claims in the order met.
    claims: Queue<PastClaim>,
    /// The services of all claims, in their order.
    rows: Queue<Row>,
    /// The diagnoses of all claims, in their order.
    diagnoses: Queue<DiagnosisCode>,
    /// Services and diagnoses that are remembered; each diagnosis counts like a service.
    services: usize,
    limit: usize,
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
            chains: HashMap::new(),
            claims: Queue::default(),
            rows: Queue::default(),
            diagnoses: Queue::default(),
            services: 0,
            limit,
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
        // Without times there is nothing to add up.
        if self.limit == 0 || tables.physician_time.is_empty() {
            return;
        }
        let stands = |it: &super::Work| services.list.get(it.at).is_some_and(|it| !denied.contains(&it.index));
        self.days.remember(work(services, tables, switches).filter(stands));
    }

    /// Earlier services of the claim's beneficiary, in the order they were met.
    #[must_use]
    pub fn of(&self, services: &Services<'_>) -> Vec<PastService<'_>> {
        let claims = self.claims_of(&services.beneficiary);
        claims.flat_map(|claim| self.rows.of(claim.services).map(|row| claim.service(row))).collect()
    }

    /// Diagnoses of earlier claims of the claim's beneficiary, in the order they were met.
    #[must_use]
    pub fn diagnoses_of(&self, services: &Services<'_>) -> Vec<PastDiagnosis<'_>> {
        let claims = self.claims_of(&services.beneficiary);
        claims.flat_map(|claim| self.diagnoses.of(claim.diagnoses).map(|&code| claim.diagnosis(code))).collect()
    }

    /// Numbers of a beneficiary's claims.
    fn numbers_of(&self, who: &Text) -> impl Iterator<Item = u64> {
        let first = if self.services == 0 { None } else { self.chains.get(who).map(|chain| chain.first) };
        let next = |&number: &u64| self.claims.get(number).map(|claim| claim.next).filter(|&next| next != 0);
        std::iter::successors(first, next)
    }

    fn claims_of(&self, who: &Text) -> impl Iterator<Item = &PastClaim> {
        self.numbers_of(who).filter_map(|number| self.claims.get(number)).filter(|claim| !claim.replaced)
    }

    /// Takes back what a replaced or voided claim said: frequency 7 or 8 with the same claim identifier.
    pub(crate) fn forget_replaced(&mut self, services: &Services<'_>) {
        let claim = services.claim;
        if self.services == 0 || !claim.frequency.is_some_and(|it| matches!(it.value, '7' | '8')) {
            return;
        }
        let replaced = self.numbers_of(&services.beneficiary);
        let replaced: Vec<u64> = replaced
            .filter(|&number| self.claims.get(number).is_some_and(|past| past.claim_id == claim.claim_id.value))
            .collect();
        for number in replaced {
            // It keeps its place among the claims.
            if let Some(past) = self.claims.get_mut(number) {
                self.services -= past.len();
                (past.replaced, past.unusual) = (true, None);
            }
        }
    }

    /// Keeps the services of a claim; a void leaves none.
    pub(crate) fn remember(&mut self, services: &Services<'_>, denied: &[u32]) {
        let (claim, who) = (services.claim, &services.beneficiary);
        if self.limit == 0 || who.is_empty() || claim.frequency.is_some_and(|it| it.value == '8') {
            return;
        }
        let past = self.kept(services, denied);
        let number = self.claims.put_so_far();
        self.services += past.len();
        match self.chains.entry(who.clone()) {
            Entry::Occupied(mut chain) => {
                let before = std::mem::replace(&mut chain.get_mut().last, number);
                if let Some(before) = self.claims.get_mut(before) {
                    before.next = number;
                }
            }
            Entry::Vacant(chain) => {
                chain.insert(Chain { first: number, last: number });
            }
        }
        self.claims.put([past]);
        self.forget_beyond_limit();
    }

    /// Forgets the earliest claims, until what is remembered is within the limit.
    fn forget_beyond_limit(&mut self) {
        while self.services > self.limit {
            let Some(past) = self.claims.first() else { break };
            self.forgotten += 1;
            self.services -= past.len();
            self.rows.drop_first(past.services.len());
            self.diagnoses.drop_first(past.diagnoses.len());
            // The earliest claim of all is its beneficiary's first.
            match self.chains.get_mut(&past.who) {
                Some(chain) if past.next != 0 => chain.first = past.next,
                _ => {
                    self.chains.remove(&past.who);
                }
            }
            self.claims.drop_first(1);
        }
    }

    /// A claim as it is kept, its services and diagnoses in their queues.
    fn kept(&mut self, services: &Services<'_>, denied: &[u32]) -> PastClaim {
        use DiagnosisRole::{ExternalCause, Other, Principal};
        let claim = services.claim;
        let dated = || services.list.iter().filter(|service| service.day.0 != 0);
        let provider = dated().next().map(|service| service.provider).unwrap_or_default();
        let mut unusual = Unusual::default();
        let rows = dated().map(|service| Row {
            code: service.code,
            modifiers: service.modifiers,
            denied: denied.contains(&service.index),
            line: service.line.number,
            from: service.day,
            through: service.through.map_or(service.day, Day::from),
            provider: unusual.provider(&provider, &service.provider),
            units: Units::keep(service.units, &mut unusual.units),
        });
        let rows = self.rows.put(rows);
        let day = services.last_day.map(Day::from);
        let listed = |it: &&openclaim_claim::Diagnosis| {
            day.is_some() && !it.icd9 && matches!(it.role, Principal | Other | ExternalCause)
        };
        let diagnoses = self.diagnoses.put(claim.diagnoses.iter().filter(listed).map(|it| it.code.value));
        let is_usual = unusual.providers.is_empty() && unusual.units.is_empty();
        PastClaim {
            who: services.beneficiary.clone(),
            claim_id: claim.claim_id.value.clone(),
            services: rows,
            diagnoses,
            replaced: false,
            provider,
            unusual: if is_usual { None } else { Some(Box::new(unusual)) },
            next: 0,
            day: day.unwrap_or_default(),
            setting: services.setting,
        }
    }
}

/// Who was treated: the subscriber's number, and for dependents name and birth date as well. Empty when the claim names
/// nobody.
pub(super) fn beneficiary(claim: &Claim) -> Text {
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

#[cfg(test)]
mod tests;
