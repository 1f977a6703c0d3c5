//! Several procedures for one patient, by one provider, on one day.
//!
//! Whole-fee rules (indicators 1, 2, 3): procedures are ranked by fee, sides and split applied; endoscopies of one family
//! are first paid as the highest plus what each other exceeds the base endoscopy by, and the family ranks by its sum
//! (CMS Pub. 100-04, chapter 12, sections 40.6 and 40.7; chapter 23, addendum, field 21). Rules on a part of the fee (4
//! imaging, 5 therapy, 6 cardiovascular, 7 ophthalmology): the unit with the highest part is paid in full, the same part
//! of all others in share. The shares are data, `data/mpfs/multiple_procedures.csv`.

use super::draft::{Draft, Instance, Item, Refusal, Technical};
use super::modifiers::{Component, Role, Split};
use super::outcome::{LineOutcome, NotPayableReason};
use super::rules::{Part, Share};
use super::schedule::{FeeSchedule, LineRequest};
use openclaim_claim::NotEvaluatedReason;

impl FeeSchedule {
    /// Prices one line by itself.
    #[must_use]
    pub fn price(&self, request: &LineRequest<'_>) -> LineOutcome {
        match self.prepare(request) {
            Item::Draft(draft) if draft.units == 1 => outcome(draft.finish(self)),
            Item::Draft(draft) => {
                let mut items = [Item::Draft(draft)];
                self.together(&mut items);
                let [item] = items;
                self.close(item)
            }
            other => self.close(other),
        }
    }

    /// Prices the lines of one patient, one provider and one day, in their order.
    #[must_use]
    pub fn price_together(&self, requests: &[LineRequest<'_>]) -> Vec<LineOutcome> {
        let mut items: Vec<Item> = requests.iter().map(|request| self.prepare(request)).collect();
        self.together(&mut items);
        items.into_iter().map(|item| self.close(item)).collect()
    }

    fn close(&self, item: Item) -> LineOutcome {
        match item {
            Item::Draft(draft) => outcome(draft.finish(self)),
            Item::Priced(price) => LineOutcome::Priced(price),
            Item::Refused(refusal) => refusal.into(),
        }
    }

    fn together(&self, items: &mut [Item]) {
        alone(items);
        anesthesia_once(items);
        self.sides_by_line(items);
        self.whole_fees(items);
        for indicator in PART_INDICATORS {
            self.technical_parts(items, indicator);
            self.professional_parts(items, indicator);
            self.practice_expenses(items, indicator);
        }
    }
}

/// Indicators whose rules are about a part of the fee; which part, the table says.
const PART_INDICATORS: [u8; 4] = [b'4', b'5', b'6', b'7'];

fn outcome(price: Result<super::LinePrice, Refusal>) -> LineOutcome {
    match price {
        Ok(price) => LineOutcome::Priced(price),
        Err(refusal) => refusal.into(),
    }
}

/// Status T: paid only when nothing else is.
fn alone(items: &mut [Item]) {
    let others = items.iter().any(|item| match item {
        Item::Draft(draft) => !draft.alone,
        Item::Priced(_) => true,
        Item::Refused(_) => false,
    });
    if !others {
        return;
    }
    for item in items {
        if let Some(draft) = item.draft().filter(|draft| draft.alone) {
            let detail = format!("{} is paid only when no other service is paid that day", draft.hcpcs);
            *item = Item::Refused(Refusal::not_payable(NotPayableReason::Bundled, detail));
        }
    }
}

/// Anesthesia for several procedures is one service, of the highest base units and all of the time (chapter 12, section
/// 50): lines of their own do not say which minutes are whose.
fn anesthesia_once(items: &mut [Item]) {
    let is_anesthesia = |item: &Item| matches!(item, Item::Priced(price) if price.anesthesia.is_some());
    let places: Vec<usize> =
        items.iter().enumerate().filter(|(_, item)| is_anesthesia(item)).map(|(at, _)| at).collect();
    if places.len() > 1 {
        refuse(items, &places, "several anesthesia services of one day are paid as one, with the highest base units");
    }
}

/// Refuses the lines at `places`.
fn refuse(items: &mut [Item], places: &[usize], detail: &str) {
    for &at in places {
        if let Some(item) = items.get_mut(at) {
            *item = Item::Refused(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
        }
    }
}

/// The first line whose price a person sets and which would be ranked with the others.
fn unranked(items: &[Item], ranked: impl Fn(u8) -> bool) -> Option<usize> {
    let open = |item: &Item| match item {
        Item::Refused(refusal) => refusal.may_rank.is_some_and(&ranked),
        Item::Draft(_) | Item::Priced(_) => false,
    };
    items.iter().position(open)
}

/// A unit of a line, and what it is ranked by.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    line: usize,
    value: i64,
}

/// Highest first; equal values keep the order of the lines.
fn rank(units: &mut [Ranked]) {
    units.sort_by_key(|unit| std::cmp::Reverse(unit.value));
}

impl FeeSchedule {
    /// The same code with LT on one line and RT on another is one bilateral procedure: the second line has what both
    /// sides are worth beyond one.
    fn sides_by_line(&self, items: &mut [Item]) {
        for second in 1..items.len() {
            let (before, rest) = items.split_at_mut(second);
            let Some(Item::Draft(draft)) = rest.first_mut() else { continue };
            let side = |draft: &Draft| match (draft.modifiers.left, draft.modifiers.right) {
                (true, false) => Some(false),
                (false, true) => Some(true),
                _ => None,
            };
            let Some(this) = side(draft) else { continue };
            let Some(rule) = self.rules.bilateral(draft.row.bilateral) else { continue };
            let other = |item: &&Item| {
                item.draft().is_some_and(|other| {
                    let same = (other.row.key, other.row.component) == (draft.row.key, draft.row.component);
                    same && side(other) == Some(!this) && other.second_side.is_none() && other.units == 1
                })
            };
            let pairs = before.iter().filter(other).count();
            let taken = before.iter().filter_map(Item::draft).filter(|other| {
                other.row.key == draft.row.key && other.second_side.is_some() && side(other) == Some(this)
            });
            if draft.units == 1 && pairs > taken.count() {
                draft.second_side = Some(Share(rule.share.0 - Share::WHOLE.0));
            }
        }
    }

    /// Indicators 1, 2 and 3.
    fn whole_fees(&self, items: &mut [Item]) {
        let rule = |indicator: u8| self.rules.rank_share(indicator, Part::Whole, 1).is_some();
        let ranked = |draft: &Draft| {
            rule(draft.row.multiple) && draft.modifiers.split != Split::Return && draft.modifiers.role != Role::Team
        };
        let lines: Vec<usize> =
            items.iter().enumerate().filter(|(_, item)| item.draft().is_some_and(&ranked)).map(|(at, _)| at).collect();
        let units: i64 = lines.iter().filter_map(|&at| items.get(at)?.draft()).map(|draft| draft.units).sum();
        if lines.is_empty() {
            return;
        }
        if let Some(open) = unranked(items, rule) {
            let detail =
                format!("its rank among several procedures depends on line {} of them, which is not priced", open + 1);
            return refuse(items, &lines, &detail);
        }
        if units < 2 {
            return;
        }
        let entities = match self.entities(items, &lines) {
            Ok(entities) => entities,
            Err(detail) => return refuse(items, &lines, &detail),
        };
        for (place, entity) in entities.into_iter().enumerate() {
            for unit in entity.units {
                let Some(Item::Draft(draft)) = items.get_mut(unit.line) else { continue };
                let rank = place + 1;
                match self.rules.rank_share(draft.row.multiple, Part::Whole, rank).flatten() {
                    Some(share) => draft.instances.push(Instance { base: unit.base, share, rank }),
                    None => {
                        let detail = format!("the procedure of rank {rank} is paid by report");
                        refuse(items, &[unit.line], &detail);
                    }
                }
            }
        }
    }

    /// What is ranked: single units, pairs of sides, and families of endoscopies; highest first.
    fn entities(&self, items: &[Item], lines: &[usize]) -> Result<Vec<Entity>, String> {
        let drafts: Vec<(usize, &Draft)> = lines.iter().filter_map(|&at| Some((at, items.get(at)?.draft()?))).collect();
        let mut families: Vec<(FamilyKey, Vec<Unit>)> = Vec::new();
        let mut entities: Vec<Entity> = Vec::new();
        for &(line, draft) in &drafts {
            let unit = Unit { line, value: draft.unit(), base: 0 };
            if let Some(key) = family(draft, &drafts) {
                let at = families.iter().position(|(known, _)| *known == key).unwrap_or(families.len());
                if at == families.len() {
                    families.push((key, Vec::new()));
                }
                if let Some((_, members)) = families.get_mut(at) {
                    members.extend(std::iter::repeat_n(unit, usize::try_from(draft.units).unwrap_or_default()));
                }
            } else if let Some(first) = draft.second_side.and_then(|_| first_side(&entities, &drafts, draft)) {
                if let Some(entity) = entities.get_mut(first) {
                    entity.units.push(unit);
                }
            } else {
                entities.extend((0..draft.units).map(|_| Entity { units: vec![unit] }));
            }
        }
        for ((base, _), mut members) in families {
            members.sort_by_key(|unit| std::cmp::Reverse(unit.value));
            for unit in members.iter_mut().skip(1) {
                let Some(draft) = items.get(unit.line).and_then(Item::draft) else { continue };
                let fee = self.base_endoscopy(base, draft)?;
                unit.base = draft.scaled(fee).min(unit.value);
            }
            entities.push(Entity { units: members });
        }
        entities.sort_by_key(|entity| (std::cmp::Reverse(entity.value()), entity.first_line()));
        Ok(entities)
    }

    fn base_endoscopy(&self, base: u64, draft: &Draft) -> Result<i64, String> {
        let row = self.row_of_key(base, Component::Global).filter(|row| !row.rvus(draft.rate).is_zero());
        let row = row.ok_or_else(|| format!("the base endoscopy of {} has no relative values", draft.hcpcs))?;
        Ok(row.rvus(draft.rate).whole_fee(draft.gpci, row.factor))
    }

    /// The technical part of indicators 4, 6 and 7.
    fn technical_parts(&self, items: &mut [Item], indicator: u8) {
        let Some(lines) = self.part_lines(items, indicator, Part::Technical) else { return };
        let mut parts: Vec<(usize, Technical)> = Vec::new();
        for &line in &lines {
            let Some(draft) = items.get(line).and_then(Item::draft) else { continue };
            match draft.technical(self) {
                Some(Some(part)) => parts.push((line, part)),
                Some(None) => {}
                None => return refuse(items, &lines, TECHNICAL_UNKNOWN),
            }
        }
        let value = |&(line, part): &(usize, Technical)| Ranked { line, value: part.paid() };
        let units = expand(items, parts.iter().map(value));
        let reduced = |line: usize, share: Share| {
            let part = parts.iter().find(|(at, _)| *at == line).map(|(_, part)| part);
            part.map_or(0, |part| part.paid() - part.reduced(share))
        };
        for (unit, rank, share) in self.shares(indicator, Part::Technical, units) {
            if let Some(Item::Draft(draft)) = items.get_mut(unit.line) {
                draft.reductions.technical += reduced(unit.line, share);
                draft.reductions.rank = draft.reductions.rank.max(rank);
            }
        }
    }

    /// The professional part of indicator 4.
    fn professional_parts(&self, items: &mut [Item], indicator: u8) {
        let Some(lines) = self.part_lines(items, indicator, Part::Professional) else { return };
        let mut parts = Vec::new();
        for &line in &lines {
            let Some(draft) = items.get(line).and_then(Item::draft) else { continue };
            match draft.professional(self) {
                Some(Some(value)) => parts.push(Ranked { line, value }),
                Some(None) => {}
                None => return refuse(items, &lines, TECHNICAL_UNKNOWN),
            }
        }
        let units = expand(items, parts.into_iter());
        for (unit, rank, share) in self.shares(indicator, Part::Professional, units) {
            if let Some(Item::Draft(draft)) = items.get_mut(unit.line) {
                draft.reductions.professional += unit.value - share.of(unit.value);
                draft.reductions.rank = draft.reductions.rank.max(rank);
            }
        }
    }

    /// The practice expense of indicator 5.
    fn practice_expenses(&self, items: &mut [Item], indicator: u8) {
        let Some(lines) = self.part_lines(items, indicator, Part::PracticeExpense) else { return };
        let value = |&line: &usize| {
            let draft = items.get(line)?.draft()?;
            Some(Ranked { line, value: i64::from(draft.rvus.pe) * i64::from(draft.gpci.pe) })
        };
        let units = expand(items, lines.iter().filter_map(value));
        for (unit, rank, share) in self.shares(indicator, Part::PracticeExpense, units) {
            if let Some(Item::Draft(draft)) = items.get_mut(unit.line) {
                let reduced = draft.scaled(draft.rvus.fee(draft.gpci, draft.row.factor, share.0));
                draft.reductions.practice_expense += draft.unit() - reduced;
                draft.reductions.rank = draft.reductions.rank.max(rank);
            }
        }
    }

    /// The lines that a rule on a part is about, when the part has a rule and there are several units. Refuses them when
    /// one that would rank among them is not priced.
    fn part_lines(&self, items: &mut [Item], indicator: u8, part: Part) -> Option<Vec<usize>> {
        self.rules.rank_share(indicator, part, 1)?;
        let of_rule = |draft: &Draft| {
            // Imaging in another session is not reduced; the other rules are about the day.
            let here = part_of_session(&draft.row.imaging, draft.modifiers.separate_session);
            draft.row.multiple == indicator && here && draft.unit() > 0
        };
        let is_line = |(_, item): &(usize, &Item)| item.draft().is_some_and(of_rule);
        let lines: Vec<usize> = items.iter().enumerate().filter(is_line).map(|(at, _)| at).collect();
        if lines.is_empty() {
            return None;
        }
        if let Some(open) = unranked(items, |multiple| multiple == indicator) {
            let detail =
                format!("its rank among several procedures depends on line {} of them, which is not priced", open + 1);
            refuse(items, &lines, &detail);
            return None;
        }
        let units: i64 = lines.iter().filter_map(|&at| items.get(at)?.draft()).map(|draft| draft.units).sum();
        (units > 1).then_some(lines)
    }

    /// Ranks units; those that are not paid in full, with rank and share.
    fn shares(&self, indicator: u8, part: Part, mut units: Vec<Ranked>) -> Vec<(Ranked, usize, Share)> {
        rank(&mut units);
        let share = |(place, unit): (usize, Ranked)| {
            let share = self.rules.rank_share(indicator, part, place + 1).flatten()?;
            (share != Share::WHOLE).then_some((unit, place + 1, share))
        };
        units.into_iter().enumerate().filter_map(share).collect()
    }
}

const TECHNICAL_UNKNOWN: &str =
    "several services whose technical components are reduced, and one of them has no row for its technical component";

/// Whether a line belongs to the session that is looked at.
fn part_of_session(imaging: &bool, separate: bool) -> bool {
    !(*imaging && separate)
}

/// One entry for every unit.
fn expand(items: &[Item], parts: impl Iterator<Item = Ranked>) -> Vec<Ranked> {
    let units = |part: Ranked| {
        let units = items.get(part.line).and_then(Item::draft).map_or(0, |draft| draft.units);
        std::iter::repeat_n(part, usize::try_from(units).unwrap_or_default())
    };
    parts.flat_map(units).collect()
}

#[derive(Debug, Clone, Copy)]
struct Unit {
    line: usize,
    value: i64,
    base: i64,
}

/// What takes one rank.
#[derive(Debug)]
struct Entity {
    units: Vec<Unit>,
}

impl Entity {
    fn value(&self) -> i64 {
        self.units.iter().map(|unit| unit.value - unit.base).sum()
    }

    fn first_line(&self) -> usize {
        self.units.iter().map(|unit| unit.line).min().unwrap_or_default()
    }
}

/// Base endoscopy and side: scopes of opposite sides are no family.
type FamilyKey = (u64, (bool, bool));

/// The family a line belongs to, when another unit of the day belongs to it too.
fn family(draft: &Draft, drafts: &[(usize, &Draft)]) -> Option<FamilyKey> {
    let side = |draft: &Draft| match draft.modifiers.both_sides() {
        true => (false, false),
        false => (draft.modifiers.left, draft.modifiers.right),
    };
    let is_base = |key: u64| drafts.iter().any(|(_, other)| other.row.endoscopy_base == key);
    let key_of = |draft: &Draft| match draft.row.endoscopy_base {
        0 if is_base(draft.row.key) => draft.row.key,
        base => base,
    };
    let key = (key_of(draft), side(draft));
    let same = drafts.iter().filter(|(_, other)| (key_of(other), side(other)) == key);
    let units: i64 = same.map(|(_, other)| other.units).sum();
    (key.0 != 0 && units > 1).then_some(key)
}

/// The entity of the line whose other side `draft` is.
fn first_side(entities: &[Entity], drafts: &[(usize, &Draft)], draft: &Draft) -> Option<usize> {
    entities.iter().position(|entity| {
        let [only] = entity.units.as_slice() else { return false };
        drafts.iter().any(|(line, other)| {
            *line == only.line
                && (other.row.key, other.row.component) == (draft.row.key, draft.row.component)
                && other.second_side.is_none()
                && (other.modifiers.left, other.modifiers.right) == (draft.modifiers.right, draft.modifiers.left)
        })
    })
}
