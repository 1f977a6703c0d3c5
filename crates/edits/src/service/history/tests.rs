//! The history against lists that remember everything as it stands on the claim.

use super::*;
use crate::service::Switches;
use openclaim_claim::{
    ClaimType, Date, Diagnosis, Modifier, Npi, Provider, ProviderRole, ServiceLine, Spanned, Subscriber,
};
use std::collections::VecDeque;
use std::sync::Arc;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn provider(role: ProviderRole, npi: &str) -> Provider {
    let mut provider = Provider::new(role);
    provider.npi = npi.parse::<Npi>().ok().map(Spanned::bare);
    provider
}

/// A claim of one of few beneficiaries and identifiers, so that claims are replaced and voided.
fn claim(dice: &mut Dice) -> Claim {
    let mut claim = Claim::new(ClaimType::Professional);
    claim.claim_id = Spanned::bare(dice.of(&["A", "B", "C", "D"]).into());
    let member = dice.of(&["", "M1", "M2", "a member number that is longer than others"]);
    claim.subscriber = Arc::new(Subscriber { member_id: Spanned::bare(member.into()), ..Subscriber::default() });
    claim.frequency = dice.of(&[None, Some('1'), Some('1'), Some('7'), Some('8')]).map(Spanned::bare);
    claim.billing_provider = Arc::new(provider(ProviderRole::Billing, "1679576722"));
    for code in ["I10", "E119", "Z0000"].into_iter().take(dice.below(4)) {
        let code = Spanned::bare(code.parse().unwrap());
        claim.diagnoses.push(Diagnosis { code, role: DiagnosisRole::Other, poa: None, icd9: dice.below(4) == 0 });
    }
    for number in 1..=u32::try_from(dice.below(4)).unwrap() {
        let mut line = ServiceLine::new(number);
        line.hcpcs = Some(Spanned::bare(dice.of(&["99213", "G0008", "J1885"]).parse().unwrap()));
        line.units = dice
            .of(&[None, Some("1"), Some("0"), Some("2.50"), Some("-1"), Some("3000000000"), Some("1.0")])
            .map(|units| Spanned::bare(units.parse().unwrap()));
        line.dates.from = dice.of(&[None, Some("2026-05-01"), Some("2026-05-02")]).map(date);
        line.dates.through = dice.of(&[None, Some("2026-05-03")]).map(date);
        for modifier in ["25", "LT", "76"].into_iter().take(dice.below(4)) {
            line.modifiers.push(Spanned::bare(Modifier::parse(modifier).unwrap()));
        }
        if dice.below(3) == 0 {
            line.providers
                .push(provider(ProviderRole::Rendering, dice.of(&["1003000126", "1679576722", "1245319599"])));
        }
        claim.lines.push(line);
    }
    claim
}

fn date(text: &str) -> Spanned<Date> {
    Spanned::bare(text.parse().unwrap())
}

/// Everything a service was, in words.
fn words(past: &PastService<'_>) -> String {
    format!("{past:?}")
}

/// The plain way: lists of everything, from which what is forgotten is taken out.
#[derive(Default)]
struct Lists {
    /// Whose, which claim, its place in the run, the words.
    services: Vec<(Text, Text, usize, String)>,
    diagnoses: Vec<(Text, Text, usize, String)>,
    claims: VecDeque<usize>,
    forgotten: u64,
}

impl Lists {
    fn forget_replaced(&mut self, services: &Services<'_>) {
        if services.claim.frequency.is_some_and(|it| matches!(it.value, '7' | '8')) {
            let stays = |row: &(Text, Text, usize, String)| {
                row.0 != services.beneficiary || row.1 != services.claim.claim_id.value
            };
            self.services.retain(stays);
            self.diagnoses.retain(stays);
        }
    }

    fn remember(&mut self, services: &Services<'_>, number: usize, limit: usize) {
        let claim = services.claim;
        if services.beneficiary.is_empty() || claim.frequency.is_some_and(|it| it.value == '8') {
            return;
        }
        let (who, id) = (&services.beneficiary, &claim.claim_id.value);
        for service in services.list.iter().filter(|service| service.day.0 != 0) {
            let past = PastService {
                claim_id: id,
                line: service.line.number,
                code: service.code,
                key: service.key,
                modifiers: service.modifiers,
                from: service.day,
                through: service.through.map_or(service.day, Day::from),
                units: service.units,
                provider: service.provider,
                setting: services.setting,
                denied: service.index == 1,
            };
            self.services.push((who.clone(), id.clone(), number, words(&past)));
        }
        if let Some(day) = claim.service_through().map(Day::from) {
            for diagnosis in claim.diagnoses.iter().filter(|it| !it.icd9) {
                let past = PastDiagnosis { claim_id: id, code: diagnosis.code.value, day };
                self.diagnoses.push((who.clone(), id.clone(), number, format!("{past:?}")));
            }
        }
        self.claims.push_back(number);
        while self.services.len() + self.diagnoses.len() > limit {
            let Some(first) = self.claims.pop_front() else { break };
            self.forgotten += 1;
            self.services.retain(|row| row.2 != first);
            self.diagnoses.retain(|row| row.2 != first);
        }
    }

    fn of(rows: &[(Text, Text, usize, String)], who: &Text) -> Vec<String> {
        rows.iter().filter(|row| row.0 == *who).map(|row| row.3.clone()).collect()
    }
}

#[test]
fn a_history_says_what_lists_of_everything_say() {
    for limit in [1, 7, 40, 1_000_000] {
        let (mut dice, mut history, mut lists) = (Dice(11), History::with_limit(limit), Lists::default());
        let mut met = (0, 0);
        for number in 0..2_000 {
            let claim = claim(&mut dice);
            let services = Services::of(&claim, &Switches::default());
            history.forget_replaced(&services);
            lists.forget_replaced(&services);
            let (past, diagnoses) = (history.of(&services), history.diagnoses_of(&services));
            met = (met.0 + past.len(), met.1 + diagnoses.len());
            let who = &services.beneficiary;
            assert_eq!(past.iter().map(words).collect::<Vec<_>>(), Lists::of(&lists.services, who));
            let diagnoses: Vec<String> = diagnoses.iter().map(|past| format!("{past:?}")).collect();
            assert_eq!(diagnoses, Lists::of(&lists.diagnoses, who));
            history.remember(&services, &[1]);
            lists.remember(&services, number, limit);
            assert_eq!(history.forgotten(), lists.forgotten);
            assert_eq!(history.services, lists.services.len() + lists.diagnoses.len());
        }
        assert!(limit == 1 || (met.0 > 0 && met.1 > 0), "nothing was remembered with the limit {limit}");
        assert!(history.chains.len() <= 3);
    }
}

#[test]
fn a_service_takes_forty_bytes() {
    assert!(size_of::<Row>() <= 40, "{}", size_of::<Row>());
}
