//! Where the edits put their answers: findings for a claim, bare counts for the machine door, from the same functions.

use super::input::Place;
pub(super) use crate::draft::Draft;
use crate::registry::Edit;
use openclaim_claim::{Finding, NotEvaluated, NotEvaluatedReason, Text, Unanswered};
use openclaim_reference::Validity;

/// The answers of one run.
pub(super) struct Report {
    edit: &'static Edit,
    index: usize,
    counts: [u32; crate::registry::MCE_COUNT],
    findings: Option<Vec<Finding>>,
    not_evaluated: Vec<NotEvaluated>,
}

impl Report {
    /// A report that keeps findings, or counts alone.
    pub(super) fn new(keep_findings: bool) -> Self {
        Self {
            edit: &super::EDITS[0],
            index: 0,
            counts: [0; crate::registry::MCE_COUNT],
            findings: keep_findings.then(Vec::new),
            not_evaluated: Vec::new(),
        }
    }

    /// Whose answers follow.
    pub(super) fn turn_to(&mut self, index: usize, edit: &'static Edit) {
        (self.index, self.edit) = (index, edit);
    }

    /// The edit fires at a place. What it has to say is only asked for when findings are kept.
    pub(super) fn fire(&mut self, at: impl Into<Place>, draft: impl FnOnce() -> Draft) {
        self.counts[self.index] = self.counts[self.index].saturating_add(1);
        if let Some(findings) = &mut self.findings {
            let Place { subject, span } = at.into();
            findings.push(draft().finding(self.edit, subject, span));
        }
    }

    /// The edit can tell neither way. Said once, however many codes raise the question.
    pub(super) fn cannot_tell(&mut self, reason: NotEvaluatedReason, detail: impl Into<Text>) {
        let detail = detail.into();
        if self.not_evaluated.last().is_some_and(|last| last.rule == self.edit.id && last.detail == detail) {
            return;
        }
        let remedy = (reason == NotEvaluatedReason::MissingTable)
            .then(|| Text::const_new("load a release that holds the table (`openclaim data import`)"));
        self.not_evaluated.push(NotEvaluated::from(Unanswered {
            rule: Text::const_new(self.edit.id),
            reason,
            detail,
            remedy,
        }));
    }

    /// The edit lacks an element of the claim that would decide.
    pub(super) fn lacks(&mut self, detail: &'static str) {
        self.cannot_tell(NotEvaluatedReason::MissingElement, Text::const_new(detail));
    }

    /// The edit lacks the code table, or the table does not speak of the date.
    pub(super) fn lacks_code_table(&mut self, validity: Option<Validity<'_>>) {
        match validity {
            Some(Validity::OutsideTables { coverage }) => self.cannot_tell(
                NotEvaluatedReason::DateOutsideTables,
                format!(
                    "the discharge date lies outside the code tables, which run from {} to {}",
                    coverage.from, coverage.to
                ),
            ),
            _ => self.cannot_tell(
                NotEvaluatedReason::MissingTable,
                "no release with the ICD-10-CM and ICD-10-PCS codes is loaded",
            ),
        }
    }

    pub(super) fn into_parts(self) -> ([u32; crate::registry::MCE_COUNT], Vec<Finding>, Vec<NotEvaluated>) {
        (self.counts, self.findings.unwrap_or_default(), self.not_evaluated)
    }
}
