//! What is said of tables that claim edits lack.

use super::{CLAIM_EDITS, Rule, rules};
use crate::registry::{Edit, Family};
use openclaim_claim::{NotEvaluated, NotEvaluatedReason, Text, Unanswered};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// Sentences that are kept. Tables and edits make a few dozen; days outside of tables come on top of these.
const KEPT: usize = 4096;

const _: () = assert!(CLAIM_EDITS <= u128::BITS as usize, "more claim edits than places");

/// Claim edits, by their place in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Places(u128);

impl Places {
    fn of(place: usize) -> Self {
        Self(1 << place)
    }

    pub(super) fn add(&mut self, place: usize) {
        self.0 |= Self::of(place).0;
    }

    fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    fn edits(self) -> impl Iterator<Item = &'static Edit> {
        let chosen = move |place: &usize| self.0 >> place & 1 == 1;
        rules().enumerate().filter(move |(place, _)| chosen(place)).map(|(_, (_, Rule { edit, .. }))| *edit)
    }
}

/// Different tables: one as a rule, which takes no memory of its own, and those that follow it. None where a rule is
/// lacking for another reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableNames {
    first: Option<&'static str>,
    more: Vec<&'static str>,
}

impl TableNames {
    fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.first.into_iter().chain(self.more.iter().copied())
    }

    pub(super) fn add(&mut self, table: &'static str) {
        if self.iter().all(|known| known != table) {
            self.more.push(table);
        }
    }
}

/// Tables that some edits of a family lack. Those that no release holds and one command would bring share a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    pub(super) family: Family,
    pub(super) tables: TableNames,
    pub(super) reason: NotEvaluatedReason,
    /// What to say of a table that a release holds; absent ones are listed.
    pub(super) detail: Option<Text>,
    pub(super) remedy: &'static str,
    pub(super) edits: Places,
}

/// Edits and detail tell nearly all lacks apart.
impl Hash for Lack {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.edits.hash(state);
        self.detail.hash(state);
    }
}

impl Lack {
    pub(super) fn new(
        family: Family,
        place: usize,
        table: Option<&'static str>,
        reason: NotEvaluatedReason,
        detail: Option<Text>,
        remedy: &'static str,
    ) -> Self {
        let tables = TableNames { first: table, more: Vec::new() };
        Self { family, tables, reason, detail, remedy, edits: Places::of(place) }
    }

    pub(super) fn speaks_of(&self, table: &str) -> bool {
        self.tables.iter().any(|known| known == table)
    }

    /// What is said of the tables, and behind it the edits where there are several.
    fn detail(&self) -> Text {
        let mut said = String::with_capacity(128);
        match &self.detail {
            Some(detail) => said.push_str(detail),
            None => {
                said.push_str("no release with the ");
                said.push_str(if self.tables.more.is_empty() { "table " } else { "tables " });
                for (at, table) in self.tables.iter().enumerate() {
                    said.extend([if at == 0 { "`" } else { ", `" }, table, "`"]);
                }
                said.push_str(" is loaded");
            }
        }
        if self.edits.len() > 1 {
            for (at, edit) in self.edits.edits().enumerate() {
                said.extend([if at == 0 { ": " } else { ", " }, edit.name()]);
            }
        }
        said.into()
    }

    fn said(&self) -> NotEvaluated {
        let rule = match self.edits.len() {
            1 => self.edits.edits().next().map_or(self.family.name(), |edit| edit.id),
            _ => self.family.name(),
        };
        let remedy = Some(self.remedy).filter(|remedy| !remedy.is_empty()).map(Text::const_new);
        NotEvaluated::from(Unanswered {
            rule: Text::const_new(rule),
            reason: self.reason,
            detail: self.detail(),
            remedy,
        })
    }
}

/// What was said of lacking tables. Claim after claim lacks the same ones: it is said again without writing it again.
#[derive(Debug, Default)]
pub struct Sentences {
    known: HashMap<Lack, NotEvaluated>,
}

impl Sentences {
    /// What is said of a lack.
    pub(super) fn of(&mut self, lack: Lack) -> NotEvaluated {
        if let Some(said) = self.known.get(&lack) {
            return said.clone();
        }
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        let said = lack.said();
        self.known.insert(lack, said.clone());
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lack(table: &'static str, edits: &[usize]) -> Lack {
        let absent = NotEvaluatedReason::MissingTable;
        let mut lack = Lack::new(Family::Code, 0, Some(table), absent, None, "openclaim data pull");
        edits.iter().for_each(|&place| lack.edits.add(place));
        lack
    }

    #[test]
    fn every_claim_edit_has_a_place() {
        assert_eq!(rules().count(), CLAIM_EDITS);
        for (place, (_, rule)) in rules().enumerate() {
            assert_eq!(Places::of(place).edits().map(|edit| edit.id).collect::<Vec<_>>(), [rule.edit.id]);
        }
    }

    #[test]
    fn the_same_lack_is_written_once() {
        let mut sentences = Sentences::default();
        let said = sentences.of(lack("mpfs/pprrvu", &[]));
        assert_eq!(said.identity(), sentences.of(lack("mpfs/pprrvu", &[])).identity());
        assert_eq!(said.detail, "no release with the table `mpfs/pprrvu` is loaded");
        for other in [lack("ncci/aoc", &[]), lack("mpfs/pprrvu", &[1])] {
            assert_ne!(said, sentences.of(other));
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut sentences = Sentences::default();
        for day in 0..3 * KEPT {
            let mut lack = lack("mpfs/pprrvu", &[]);
            lack.detail = Some(day.to_string().into());
            assert_eq!(sentences.of(lack).detail, day.to_string());
        }
        assert!(sentences.known.len() <= KEPT);
    }
}
