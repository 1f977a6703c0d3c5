//! What would clear a claim: the smallest sets of changes after which no claim edit stops it any more.
//!
//! Every set is tried: the claim is changed and judged again, so that a change which clears one finding and raises another
//! is not offered. Sets come by size, then by what they take; money plays no part, and no change adds a diagnosis.

use crate::Engine;
use openclaim_claim::{Change, Claim, ClearKind, DiagnosisRole, Finding, Spanned, Text};
use openclaim_edits::mce;
use openclaim_edits::service::{self, History};
use serde::Serialize;

/// Changes of one set at most.
const LARGEST_SET: usize = 3;
/// Changes that are combined at most; what is proposed first counts.
const MOST_CHANGES: usize = 16;

/// One change of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeStep {
    /// The edit whose finding proposes it.
    pub edit: &'static str,
    /// Whether and when the way is open.
    pub kind: ClearKind,
    /// What to do, in one sentence.
    pub action: Text,
    /// The change.
    pub change: Change,
}

/// Changes that together clear every error finding for which a change is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeSet {
    /// What the set as a whole takes: the strictest of its changes. Only `data_entry` is offered as a fix.
    pub kind: ClearKind,
    /// The changes.
    pub changes: Vec<ChangeStep>,
    /// Error findings of claim edits that no known change clears.
    pub remaining: Vec<&'static str>,
}

/// How much stands between the change and doing it.
const fn strictness(kind: ClearKind) -> u8 {
    match kind {
        ClearKind::DataEntry => 0,
        ClearKind::NeedsDocumentation => 1,
        ClearKind::NotPermitted => 2,
    }
}

impl Engine {
    /// The smallest change sets for a claim, given what the run has seen before it.
    pub(crate) fn what_if(&self, claim: &Claim, history: &History) -> Vec<ChangeSet> {
        let before = self.errors(claim, history);
        let steps = candidates(&before);
        if steps.is_empty() {
            return Vec::new();
        }
        let hopeless = |finding: &&Finding| finding.clears.iter().all(|clearance| clearance.change.is_none());
        let mut remaining: Vec<&'static str> = before.iter().filter(hopeless).map(|finding| finding.edit).collect();
        remaining.sort_unstable();
        remaining.dedup();
        let allowed = before.iter().filter(hopeless).count();
        let clears = |changes: &[&ChangeStep]| {
            apply(claim, changes).is_some_and(|changed| {
                let after = self.errors(&changed, history);
                after.len() <= allowed && after.iter().all(|finding| remaining.contains(&finding.edit))
            })
        };
        let mut found: Vec<Vec<usize>> = Vec::new();
        for size in 1..=LARGEST_SET.min(steps.len()) {
            for set in subsets(steps.len(), size) {
                let is_superset = found.iter().any(|smaller| smaller.iter().all(|at| set.contains(at)));
                let changes: Vec<&ChangeStep> = set.iter().filter_map(|&at| steps.get(at)).collect();
                if !is_superset && clears(&changes) {
                    found.push(set);
                }
            }
        }
        let mut sets: Vec<ChangeSet> = found
            .into_iter()
            .map(|set| {
                let changes: Vec<ChangeStep> = set.iter().filter_map(|&at| steps.get(at)).cloned().collect();
                let kind = changes.iter().map(|step| step.kind).max_by_key(|kind| strictness(*kind));
                ChangeSet { kind: kind.unwrap_or(ClearKind::NotPermitted), changes, remaining: remaining.clone() }
            })
            .collect();
        sets.sort_by_key(|set| (set.changes.len(), strictness(set.kind)));
        sets
    }

    /// Error findings of the claim edits and the code editor.
    fn errors(&self, claim: &Claim, history: &History) -> Vec<Finding> {
        let (mut findings, _) = service::judge(claim, &self.tables, &self.library, &self.policy.switches, history);
        if claim.is_hospital_inpatient() {
            let (of_editor, _) = mce::check(claim, &mce::Tables::of(&self.library));
            findings.extend(of_editor);
        }
        let selection = &self.policy.switches.selection;
        self.apply_companion(&mut findings);
        findings.retain(|finding| finding.disposition.is_error() && selection.allows_id(finding.edit));
        findings
    }
}

/// The changes that findings propose, each once, in the order proposed.
fn candidates(findings: &[Finding]) -> Vec<ChangeStep> {
    let mut steps: Vec<ChangeStep> = Vec::new();
    for finding in findings {
        for clearance in &finding.clears {
            let Some(change) = &clearance.change else { continue };
            if steps.len() < MOST_CHANGES && steps.iter().all(|step| step.change != *change) {
                let (kind, action) = (clearance.kind, clearance.action.clone());
                steps.push(ChangeStep { edit: finding.edit, kind, action, change: change.clone() });
            }
        }
    }
    steps
}

/// All sets of `size` positions below `count`, in lexicographic order.
fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    let mut set: Vec<usize> = (0..size).collect();
    if size == 0 || size > count {
        return all;
    }
    loop {
        all.push(set.clone());
        let Some(at) = (0..size).rev().find(|&at| set[at] < count - size + at) else { return all };
        set[at] += 1;
        for next in at + 1..size {
            set[next] = set[next - 1] + 1;
        }
    }
}

/// The claim with the changes made; `None` where one cannot be made.
fn apply(claim: &Claim, changes: &[&ChangeStep]) -> Option<Claim> {
    let mut claim = claim.clone();
    // Lines and diagnoses that go, go last: positions stay what the findings called them.
    let (mut lines, mut diagnoses) = (Vec::new(), Vec::new());
    for step in changes {
        match &step.change {
            Change::AddModifier { line, modifier } => {
                let modifiers = &mut claim.lines.get_mut(*line as usize)?.modifiers;
                if modifiers.len() >= 4 || modifiers.iter().any(|known| known.value == *modifier) {
                    return None;
                }
                modifiers.push(Spanned::bare(*modifier));
            }
            Change::RemoveModifier { line, modifier } => {
                claim.lines.get_mut(*line as usize)?.modifiers.retain(|known| known.value != *modifier);
            }
            Change::SetUnits { line, units } => {
                claim.lines.get_mut(*line as usize)?.units = Some(Spanned::bare(*units));
            }
            Change::RemoveLine { line } => lines.push(*line as usize),
            Change::RemoveDiagnosis { diagnosis } => diagnoses.push(*diagnosis as usize),
            Change::DiagnosisFirst { diagnosis } => {
                let other = *diagnosis as usize;
                let first = claim.diagnoses.iter().position(|it| it.role == DiagnosisRole::Principal)?;
                let (one, two) = (claim.diagnoses.get(first)?.clone(), claim.diagnoses.get(other)?.clone());
                claim.diagnoses[first] = openclaim_claim::Diagnosis { role: one.role, ..two.clone() };
                claim.diagnoses[other] = openclaim_claim::Diagnosis { role: two.role, ..one };
            }
        }
    }
    for list in [&mut lines, &mut diagnoses] {
        list.sort_unstable();
        list.dedup();
    }
    for &line in lines.iter().rev() {
        (line < claim.lines.len()).then(|| claim.lines.remove(line))?;
    }
    for &diagnosis in diagnoses.iter().rev() {
        remove_diagnosis(&mut claim, diagnosis)?;
    }
    Some(claim)
}

/// Takes a diagnosis off and lets the pointers of lines follow.
fn remove_diagnosis(claim: &mut Claim, diagnosis: usize) -> Option<()> {
    let pointed = |claim: &Claim| {
        let at = claim.diagnoses.get(diagnosis)?;
        let pointable = matches!(at.role, DiagnosisRole::Principal | DiagnosisRole::Other);
        let before = claim.diagnoses.iter().take(diagnosis);
        let number = before.filter(|it| matches!(it.role, DiagnosisRole::Principal | DiagnosisRole::Other)).count() + 1;
        Some(pointable.then(|| u8::try_from(number).ok()).flatten())
    };
    let number = pointed(claim)?;
    claim.diagnoses.remove(diagnosis);
    if let Some(number) = number {
        for line in &mut claim.lines {
            line.diagnosis_pointers.retain(|pointer| pointer.value != number);
            for pointer in line.diagnosis_pointers.iter_mut().filter(|pointer| pointer.value > number) {
                pointer.value -= 1;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_come_in_order_and_complete() {
        assert_eq!(subsets(4, 2), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!((subsets(3, 3).len(), subsets(2, 3).len(), subsets(3, 0).len()), (1, 0, 0));
    }
}
