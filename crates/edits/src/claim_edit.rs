//! Edits that look at a claim as it was taken in: how they are documented, and how they report.

use crate::registry::Edit;
use openclaim_claim::{ClearKind, Clearance, Disposition, Evidence, Finding, Message, Span, Subject, Text};
use std::fmt;

/// Documents edits of a claim. The sections that a whole file shares stand once, at its head.
macro_rules! claim_edits {
    (
        $family:ident $prefix:literal level $level:literal
        shared { $(#[doc = $shared:literal])+ }
        $($(#[doc = $doc:literal])+ $edit:ident: $name:literal, $title:literal, $disposition:ident;)+
    ) => {
        /// Sections that all edits of this file share.
        const SHARED: &str = concat!($($shared, "\n"),+);

        $(
            $(#[doc = $doc])+
            pub(crate) static $edit: $crate::registry::Edit = $crate::registry::Edit {
                id: concat!($prefix, "/", $name),
                title: $title,
                family: $crate::registry::Family::$family,
                disposition: openclaim_claim::Disposition::$disposition,
                carc: None,
                rarc: None,
                label: $name,
                snip: Some($level),
                doc: concat!($($doc, "\n"),+),
                shared_doc: SHARED,
                prepayment: false,
                check: None,
            };
        )+

        /// The edits of this file.
        pub(crate) static EDITS: &[&$crate::registry::Edit] = &[$(&$edit),+];
    };
}
pub(crate) use claim_edits;

/// Where in an 837 the element stands that an edit is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element {
    /// Loop of the guides.
    pub(crate) within: &'static str,
    /// Segment.
    pub(crate) segment: &'static str,
    /// Element, `CLM02`; empty for the segment as a whole.
    pub(crate) element: &'static str,
}

/// Shorthand for an [`Element`].
pub(crate) const fn at(within: &'static str, segment: &'static str, element: &'static str) -> Element {
    Element { within, segment, element }
}

/// The findings about one claim.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) findings: Vec<Finding>,
}

impl Findings {
    /// An edit fires.
    #[cold]
    pub(crate) fn fire(
        &mut self,
        edit: &'static Edit,
        subject: Subject,
        span: Option<Span>,
        element: Element,
        message: impl fmt::Display + Send + Sync + 'static,
    ) {
        self.fire_as(edit, edit.disposition, subject, span, element, message);
    }

    /// As [`Findings::fire`], with another disposition than the edit's own.
    #[cold]
    pub(crate) fn fire_as(
        &mut self,
        edit: &'static Edit,
        disposition: Disposition,
        subject: Subject,
        span: Option<Span>,
        element: Element,
        message: impl fmt::Display + Send + Sync + 'static,
    ) {
        let mut evidence = Vec::with_capacity(3);
        for (name, value) in [("segment", element.segment), ("element", element.element), ("loop", element.within)] {
            if !value.is_empty() {
                evidence.push(Evidence::element(name, Text::const_new(value), None));
            }
        }
        self.findings.push(Finding {
            edit: edit.id,
            disposition,
            snip: edit.snip,
            subject,
            message: Message::new(message),
            span,
            evidence,
            carc: None,
            rarc: None,
            clears: vec![Clearance::new(
                ClearKind::DataEntry,
                Text::const_new("correct the claim where it is written and send it again"),
            )],
        });
    }

    /// Adds what else was read to the last finding.
    #[cold]
    pub(crate) fn prove(&mut self, evidence: Evidence) {
        if let Some(finding) = self.findings.last_mut() {
            finding.evidence.push(evidence);
        }
    }
}

/// A position as findings count them.
pub(crate) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
