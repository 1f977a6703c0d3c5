//! What an edit has to say when it fires.

use crate::registry::Edit;
use openclaim_claim::{Change, ClearKind, Clearance, Disposition, Evidence, Finding, Message, Span, Subject, Text};
use std::fmt;

/// Message, evidence and ways out of one finding.
pub(crate) struct Draft {
    message: Message,
    disposition: Option<Disposition>,
    evidence: Vec<Evidence>,
    clears: Vec<Clearance>,
}

impl Draft {
    pub(crate) fn new(data: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self {
            message: Message::new(data),
            disposition: None,
            evidence: Vec::with_capacity(4),
            clears: Vec::with_capacity(4),
        }
    }

    /// Another disposition than the edit's own.
    pub(crate) fn disposition(mut self, disposition: Disposition) -> Self {
        self.disposition = Some(disposition);
        self
    }

    pub(crate) fn row(mut self, row: Option<Evidence>) -> Self {
        self.evidence.extend(row);
        self
    }

    pub(crate) fn element(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Clears by correcting what was typed wrongly.
    pub(crate) fn correct(self, action: &'static str) -> Self {
        self.clear(Clearance::new(ClearKind::DataEntry, Text::const_new(action)))
    }

    /// Clears if the medical record says so.
    pub(crate) fn document(self, action: &'static str) -> Self {
        self.clear(Clearance::new(ClearKind::NeedsDocumentation, Text::const_new(action)))
    }

    /// Would clear and must not be done.
    pub(crate) fn never(self, action: &'static str) -> Self {
        self.clear(Clearance::new(ClearKind::NotPermitted, Text::const_new(action)))
    }

    /// Clears by a change that can be written down, in a sentence and as data.
    pub(crate) fn change(self, kind: ClearKind, action: impl Into<Text>, change: Change) -> Self {
        self.clear(Clearance { kind, action: action.into(), change: Some(change) })
    }

    pub(crate) fn clear(mut self, clearance: Clearance) -> Self {
        self.clears.push(clearance);
        self
    }

    /// What it says.
    pub(crate) fn message(&self) -> &Message {
        &self.message
    }

    /// The finding of an edit at a place.
    pub(crate) fn finding(self, edit: &'static Edit, subject: Subject, span: Option<Span>) -> Finding {
        let disposition = self.disposition.unwrap_or(edit.disposition);
        // A returned bill has no remittance advice to explain.
        let remitted = disposition != Disposition::ReturnToProvider;
        Finding {
            edit: edit.id,
            disposition,
            snip: edit.snip,
            subject,
            message: self.message,
            span,
            evidence: self.evidence,
            carc: edit.carc.filter(|_| remitted),
            rarc: edit.rarc.filter(|_| remitted),
            clears: self.clears,
        }
    }
}
