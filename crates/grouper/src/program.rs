//! Formulas as jump code over the fact bits.

use crate::facts::{FactPlace, Facts};
use crate::formula::Formula;

/// Where a formula's code begins, or how it ended.
pub(crate) type Address = u16;

/// The formula holds.
pub(crate) const HOLDS: Address = u16::MAX;
/// The formula does not hold.
pub(crate) const FAILS: Address = u16::MAX - 1;

#[derive(Debug, Clone, Copy)]
enum Test {
    /// All bits of the mask are set.
    All,
    /// At least one is.
    Any,
    /// None is.
    None,
}

/// Tests some bits of one word and jumps.
#[derive(Debug, Clone, Copy)]
struct Step {
    mask: u64,
    yes: Address,
    no: Address,
    word: u8,
    test: Test,
}

/// The code of many formulas.
#[derive(Debug, Default)]
pub(crate) struct Program {
    steps: Vec<Step>,
}

/// A name in a formula has no bit, or the program is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProgramError {
    Unknown(String),
    Full,
}

impl Program {
    /// Adds a formula; `place` gives the bit of a name.
    pub(crate) fn add(
        &mut self,
        formula: &Formula<'_>,
        place: &impl Fn(&str) -> Option<FactPlace>,
    ) -> Result<Address, ProgramError> {
        self.emit(formula, place, HOLDS, FAILS)
    }

    /// Whether the formula that begins at `entry` holds.
    #[inline]
    pub(crate) fn run(&self, entry: Address, facts: &Facts) -> bool {
        let mut at = entry;
        // Every step jumps to code added before it, so the walk ends.
        while let Some(step) = self.steps.get(usize::from(at)) {
            let word = facts.0.get(usize::from(step.word)).copied().unwrap_or(0);
            let passes = match step.test {
                Test::All => word & step.mask == step.mask,
                Test::Any => word & step.mask != 0,
                Test::None => word & step.mask == 0,
            };
            at = if passes { step.yes } else { step.no };
        }
        at == HOLDS
    }

    /// Emits code from its end to its beginning: each part knows where to go when it is decided.
    fn emit(
        &mut self,
        formula: &Formula<'_>,
        place: &impl Fn(&str) -> Option<FactPlace>,
        yes: Address,
        no: Address,
    ) -> Result<Address, ProgramError> {
        match formula {
            Formula::Name(name) => {
                let place = place(name).ok_or_else(|| ProgramError::Unknown((*name).to_owned()))?;
                self.push(Step { mask: 1 << place.bit, word: place.word, test: Test::All, yes, no })
            }
            Formula::Not(inner) => self.emit(inner, place, no, yes),
            Formula::All(parts) | Formula::Any(parts) => {
                let all = matches!(formula, Formula::All(_));
                let (set, clear, nested) = by_word(parts, place)?;
                let mut next = if all { yes } else { no };
                for part in nested.into_iter().rev() {
                    next = if all { self.emit(part, place, next, no)? } else { self.emit(part, place, yes, next)? };
                }
                let (test_set, test_clear) = if all { (Test::All, Test::None) } else { (Test::Any, Test::All) };
                for (word, mask) in clear.into_iter().rev() {
                    // `~a | ~b` holds unless all are set.
                    let (yes, no) = if all { (next, no) } else { (next, yes) };
                    next = self.push(Step { mask, word, test: test_clear, yes, no })?;
                }
                for (word, mask) in set.into_iter().rev() {
                    let (yes, no) = if all { (next, no) } else { (yes, next) };
                    next = self.push(Step { mask, word, test: test_set, yes, no })?;
                }
                Ok(next)
            }
        }
    }

    fn push(&mut self, step: Step) -> Result<Address, ProgramError> {
        let address = Address::try_from(self.steps.len()).ok().filter(|&address| address < FAILS);
        let address = address.ok_or(ProgramError::Full)?;
        self.steps.push(step);
        Ok(address)
    }
}

/// Bits that can be tested at once, by word.
type Masks = Vec<(u8, u64)>;

/// Sorts the parts of a conjunction or disjunction into plain names, negated names and the rest.
///
/// Procedure words come first: few claims have the procedure a formula asks for, so the test decides soonest.
fn by_word<'f, 't>(
    parts: &'f [Formula<'t>],
    place: &impl Fn(&str) -> Option<FactPlace>,
) -> Result<(Masks, Masks, Vec<&'f Formula<'t>>), ProgramError> {
    let (mut set, mut clear, mut nested) = (Masks::new(), Masks::new(), Vec::new());
    let add = |masks: &mut Masks, name: &str| {
        let place = place(name).ok_or_else(|| ProgramError::Unknown(name.to_owned()))?;
        match masks.iter_mut().find(|(word, _)| *word == place.word) {
            Some((_, mask)) => *mask |= 1 << place.bit,
            None => masks.push((place.word, 1 << place.bit)),
        }
        Ok(())
    };
    for part in parts {
        match part {
            Formula::Name(name) => add(&mut set, name)?,
            Formula::Not(inner) if matches!(**inner, Formula::Name(_)) => {
                if let Formula::Name(name) = **inner {
                    add(&mut clear, name)?;
                }
            }
            other => nested.push(other),
        }
    }
    let claim_word = crate::facts::Scope::Claim.first_word() as u8;
    let procedure_word = crate::facts::Scope::Procedure.first_word() as u8;
    set.sort_by_key(|&(word, _)| if word == claim_word { (2, word) } else { (u8::from(word < procedure_word), word) });
    Ok((set, clear, nested))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Vocabulary;
    use openclaim_reference::Library;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;

    /// A second way to evaluate a formula, on its text: innermost parentheses first, then `~`, `&`, `|`.
    fn naive(text: &str, holds: &dyn Fn(&str) -> bool) -> bool {
        let mut text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        while let Some(close) = text.find(')') {
            let open = text[..close].rfind('(').unwrap();
            let value = if naive_flat(&text[open + 1..close], holds) { "1" } else { "0" };
            text.replace_range(open..=close, value);
        }
        naive_flat(&text, holds)
    }

    fn naive_flat(text: &str, holds: &dyn Fn(&str) -> bool) -> bool {
        let term = |term: &str| {
            let name = term.trim_start_matches('~');
            let value = match name {
                "1" => true,
                "0" => false,
                name => holds(name),
            };
            value ^ ((term.len() - name.len()) % 2 == 1)
        };
        text.split('|').any(|all| all.split('&').all(term))
    }

    fn names(text: &str) -> Vec<String> {
        let separators = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':');
        text.split(separators).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn every_formula_of_every_version_runs_as_it_reads() {
        let library = Library::embedded().unwrap();
        let tables = library.ms_drg();
        let words = Vocabulary::new(tables);
        let place = |name: &str| words.place(name).map(|(_, place)| place);
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut tried = 0;
        for version in tables.versions() {
            for row in tables.formulas(version.version as u16) {
                let text = tables.text(row.formula);
                let names = names(text);
                if names.iter().any(|name| place(name).is_none()) {
                    continue;
                }
                let mut program = Program::default();
                let entry = program.add(&Formula::parse(text).unwrap(), &place).unwrap();
                for _ in 0..20 {
                    let chosen = prop::sample::subsequence(names.clone(), 0..=names.len());
                    let chosen = chosen.new_tree(&mut runner).unwrap().current();
                    let mut facts = Facts::default();
                    for place in chosen.iter().filter_map(|name| place(name)) {
                        facts.0[usize::from(place.word)] |= 1 << place.bit;
                    }
                    let holds = |name: &str| place(name).is_some_and(|place| facts.holds(place));
                    assert_eq!(program.run(entry, &facts), naive(text, &holds), "{text} with {chosen:?}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 140_000, "{tried}");
    }

    fn formula() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec!["a", "b", "c", "PDX:d", "e"]);
        let leaf = (name, any::<bool>()).prop_map(|(name, not)| if not { format!("~{name}") } else { name.to_owned() });
        leaf.prop_recursive(4, 40, 4, |inner| {
            let many = prop::collection::vec(inner, 1..4);
            (many, any::<bool>(), any::<bool>()).prop_map(|(parts, all, not)| {
                format!("{}({})", if not { "~" } else { "" }, parts.join(if all { " & " } else { " | " }))
            })
        })
    }

    proptest! {
        #[test]
        fn made_up_formulas_run_as_they_read(text in formula(), set in 0_u8..32) {
            // Two words, so that tests are joined within a word and not across.
            let place = |name: &str| {
                let at = ["a", "b", "c", "PDX:d", "e"].iter().position(|known| *known == name)?;
                Some(FactPlace { word: (at % 2) as u8 * 20, bit: at as u8 })
            };
            let mut facts = Facts::default();
            for at in (0..5).filter(|at| set >> at & 1 == 1) {
                facts.0[at % 2 * 20] |= 1 << at;
            }
            let mut program = Program::default();
            let entry = program.add(&Formula::parse(&text).unwrap(), &place).unwrap();
            let holds = |name: &str| place(name).is_some_and(|place| facts.holds(place));
            prop_assert_eq!(program.run(entry, &facts), naive(&text, &holds), "{}", text);
            prop_assert_eq!(Formula::parse(&text).unwrap().holds(&holds), naive(&text, &holds), "{}", text);
        }
    }
}
