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
    AllSet,
    AnySet,
    NoneSet,
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
                Test::AllSet => word & step.mask == step.mask,
                Test::AnySet => word & step.mask != 0,
                Test::NoneSet => word & step.mask == 0,
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
                self.push(Step { mask: 1 << place.bit, word: place.word, test: Test::AllSet, yes, no })
            }
            Formula::Not(inner) => self.emit(inner, place, no, yes),
            Formula::All(parts) | Formula::Any(parts) => {
                let all = matches!(formula, Formula::All(_));
                let (set, clear, nested) = by_word(parts, place)?;
                let mut next = if all { yes } else { no };
                for part in nested.into_iter().rev() {
                    next = if all { self.emit(part, place, next, no)? } else { self.emit(part, place, yes, next)? };
                }
                let (test_set, test_clear) = if all { (Test::AllSet, Test::NoneSet) } else { (Test::AnySet, Test::AllSet) };
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
