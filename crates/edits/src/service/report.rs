//! Where the claim edits put their answers.

use super::History;
use super::lacks::{Lack, Sentences};
use crate::draft::Draft;
use crate::registry::{Edit, Family};
use openclaim_claim::{
    Change, Disposition, Finding, NotEvaluated, NotEvaluatedReason, Span, Subject, Text, Unanswered,
};
use openclaim_reference::{Dated, Source, Spoken};

/// The edit that answers, and its place in the order in which they run.
#[derive(Debug, Clone, Copy)]
struct Current {
    family: Family,
    place: usize,
    edit: &'static Edit,
}

/// The answers about one claim.
#[derive(Debug, Default)]
pub struct Report {
    current: Option<Current>,
    findings: Vec<Finding>,
    not_evaluated: Vec<NotEvaluated>,
    lacks: Vec<Lack>,
    denied: Vec<u32>,
}

impl Report {
    /// Whose answers follow.
    pub(crate) fn turn_to(&mut self, family: Family, place: usize, edit: &'static Edit) {
        self.current = Some(Current { family, place, edit });
    }

    /// The edit fires.
    #[cold]
    pub(crate) fn fire(&mut self, subject: Subject, span: Option<Span>, draft: Draft) {
        let Some(Current { edit, .. }) = self.current else { return };
        let finding = draft.finding(edit, subject, span);
        if matches!(finding.disposition, Disposition::DenyLine | Disposition::RejectLine)
            && let Subject::Line(line) | Subject::LinePair(line, _) = finding.subject
            && !self.denied.contains(&line)
        {
            self.denied.push(line);
        }
        self.findings.push(finding);
    }

    /// Whether an edit that ran before denied or rejected the line.
    #[must_use]
    pub fn is_denied(&self, line: u32) -> bool {
        self.denied.contains(&line)
    }

    /// Whether a finding on the subject says which diagnosis is to stand first instead.
    pub(crate) fn has_told_order(&self, subject: &Subject) -> bool {
        let puts_first = |change: &Option<Change>| matches!(change, Some(Change::DiagnosisFirst { .. }));
        let mut of_subject = self.findings.iter().filter(|finding| finding.subject == *subject);
        of_subject.any(|finding| finding.clears.iter().any(|clearance| puts_first(&clearance.change)))
    }

    pub(crate) fn denied_lines(&self) -> &[u32] {
        &self.denied
    }

    /// The edit can tell neither way. Said once per edit and detail, however many codes raise the question.
    #[cold]
    pub(crate) fn cannot_tell(&mut self, reason: NotEvaluatedReason, detail: impl Into<Text>) {
        let Some(Current { edit, .. }) = self.current else { return };
        let detail = detail.into();
        if !self.not_evaluated.iter().any(|known| known.rule == edit.id && known.detail == detail) {
            self.not_evaluated.push(NotEvaluated::from(Unanswered {
                rule: Text::const_new(edit.id),
                reason,
                detail,
                remedy: None,
            }));
        }
    }

    /// The edit lacks an element of the claim that would decide.
    #[cold]
    pub(crate) fn lacks(&mut self, detail: impl Into<Text>) {
        self.cannot_tell(NotEvaluatedReason::MissingElement, detail);
    }

    /// The table that speaks for the day, or `None` and a note that the edit cannot tell. Edits of a family that lack the
    /// same table share one note. `remedy` is the command that would bring the table.
    #[inline]
    pub(crate) fn table<'t, V>(
        &mut self,
        dated: &'t Dated<V>,
        date: jiff::civil::Date,
        known_at: Option<jiff::civil::Date>,
        remedy: &'static str,
    ) -> Option<Source<'t, V>> {
        match dated.at(date, known_at) {
            Spoken::Found(source) => Some(source),
            silent => {
                self.lacks_table(dated.table(), date, &silent, remedy);
                None
            }
        }
    }

    #[cold]
    fn lacks_table<V>(
        &mut self,
        table: &'static str,
        date: jiff::civil::Date,
        silent: &Spoken<'_, V>,
        remedy: &'static str,
    ) {
        let Some(Current { family, place, .. }) = self.current else { return };
        let absent = matches!(silent, Spoken::NoRelease | Spoken::Found(_));
        let known = self.lacks.iter_mut().find(|lack| {
            lack.family == family
                && (lack.speaks_of(table) || (absent && lack.detail.is_none() && lack.remedy == remedy))
        });
        if let Some(lack) = known {
            lack.tables.add(table);
            lack.edits.add(place);
            return;
        }
        let (reason, detail) = match silent {
            Spoken::OutsideCoverage(periods) => {
                let periods: Vec<String> = periods.iter().map(|(from, to)| period(*from, *to)).collect();
                let detail = format!("no release of `{table}` speaks for {date}; loaded are {}", periods.join(", "));
                (NotEvaluatedReason::DateOutsideTables, Some(detail))
            }
            Spoken::NotYetPublished(published) => {
                let detail = format!("the release of `{table}` that speaks for {date} was published on {published}");
                (NotEvaluatedReason::DateOutsideTables, Some(detail))
            }
            Spoken::Damaged(problem) => (NotEvaluatedReason::MissingTable, Some((*problem).to_owned())),
            Spoken::NoRelease | Spoken::Found(_) => (NotEvaluatedReason::MissingTable, None),
        };
        let detail = detail.map(Text::from);
        self.lacks.push(Lack::new(family, place, Some(table), reason, detail, remedy));
    }

    /// A table of the embedded release does not speak for the day. Edits of a family that read it share one note.
    #[cold]
    pub(crate) fn outside(&mut self, table: &'static str, detail: impl FnOnce() -> String) {
        let Some(Current { family, place, .. }) = self.current else { return };
        let known = |lack: &&mut Lack| lack.family == family && lack.detail.is_some() && lack.speaks_of(table);
        if let Some(lack) = self.lacks.iter_mut().find(known) {
            lack.edits.add(place);
            return;
        }
        let (reason, detail) = (NotEvaluatedReason::DateOutsideTables, Some(Text::from(detail())));
        self.lacks.push(Lack::new(family, place, Some(table), reason, detail, ""));
    }

    /// The rule binds other programmes than the claim's. Edits of a family for which that is so share one note.
    #[cold]
    pub(crate) fn of_another_program(&mut self) {
        let Some(Current { family, place, .. }) = self.current else { return };
        let detail = Text::const_new("this is a rule of Medicare; Medicaid programmes set their own");
        let known = |lack: &&mut Lack| lack.family == family && lack.detail.as_ref() == Some(&detail);
        if let Some(lack) = self.lacks.iter_mut().find(known) {
            lack.edits.add(place);
            return;
        }
        let (reason, detail) = (NotEvaluatedReason::NotSupported, Some(detail));
        self.lacks.push(Lack::new(family, place, None, reason, detail, ""));
    }

    /// Services of earlier claims were forgotten, so edits across claims may have missed something.
    #[cold]
    pub(crate) fn history_is_incomplete(&mut self, history: &History) {
        self.not_evaluated.push(NotEvaluated::from(Unanswered {
            rule: Text::const_new("history"),
            reason: NotEvaluatedReason::NotSupported,
            detail: format!(
                "services of {} earlier claims of this run were forgotten to keep memory bounded; edits across claims saw \
                 the latest {} services alone",
                history.forgotten(),
                history.limit()
            )
            .into(),
            remedy: Some(Text::const_new("run the claims sorted by patient, or give a higher `--remember`")),
        }));
    }

    /// Findings, and what cannot be told.
    pub(crate) fn into_parts(mut self, sentences: &mut Sentences) -> (Vec<Finding>, Vec<NotEvaluated>) {
        self.not_evaluated.extend(self.lacks.into_iter().map(|lack| sentences.of(lack)));
        (self.findings, self.not_evaluated)
    }
}

fn period(from: jiff::civil::Date, to: Option<jiff::civil::Date>) -> String {
    to.map_or_else(|| format!("{from} on"), |to| format!("{from} to {to}"))
}
