//! A finding as a compiler would print it.

use crate::input::{Excerpt, Input, Locator};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use openclaim_claim::{ClearKind, Evidence, Finding, NotEvaluated, NotEvaluatedReason, Span};
use openclaim_engine::ChangeSet;

/// Prints findings with the lines they point at.
pub(crate) struct Diagnostics<'a> {
    inputs: &'a [Input],
    locator: Locator,
    renderer: Renderer,
}

/// A line to show and what to say beside the marks.
struct Shown {
    excerpt: Excerpt,
    path: String,
    label: String,
    kind: AnnotationKind,
}

impl<'a> Diagnostics<'a> {
    /// Diagnostics over the input files, coloured or plain.
    pub(crate) fn new(inputs: &'a [Input], color: bool) -> Self {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        Self { inputs, locator: Locator::default(), renderer: renderer.decor_style(DecorStyle::Ascii) }
    }

    /// The text of one finding, without a final line break.
    pub(crate) fn finding(&mut self, finding: &Finding) -> String {
        let level = if finding.disposition.is_error() { Level::ERROR } else { Level::WARNING };
        let title = finding.message.to_string();
        let shown = self.shown_lines(finding);
        let mut group = Group::with_title(level.primary_title(&title).id(finding.edit));
        for line in &shown {
            group = group.element(
                Snippet::source(&line.excerpt.text)
                    .line_start(line.excerpt.number)
                    .path(&line.path)
                    .annotation(line.kind.span(line.excerpt.range.clone()).label(&line.label)),
            );
        }
        for note in notes(finding) {
            group = group.element(Level::NOTE.message(note));
        }
        for clearance in &finding.clears {
            group = group.element(Level::HELP.message(format!("{} ({})", clearance.action, kind(clearance.kind))));
        }
        self.renderer.render(&[group])
    }

    /// The subject first, then the other elements that were read.
    fn shown_lines(&mut self, finding: &Finding) -> Vec<Shown> {
        let label = |span: Span| {
            finding.evidence.iter().find_map(|evidence| match evidence {
                Evidence::Element { name, value, span: Some(at) } if *at == span => Some(format!("{name} {value}")),
                _ => None,
            })
        };
        let mut shown = Vec::new();
        if let Some(span) = finding.span {
            shown.extend(self.line(span, label(span).unwrap_or_default(), AnnotationKind::Primary));
        }
        for evidence in &finding.evidence {
            if let Evidence::Element { name, value, span: Some(span) } = evidence
                && finding.span != Some(*span)
            {
                let kind = if shown.is_empty() { AnnotationKind::Primary } else { AnnotationKind::Context };
                shown.extend(self.line(*span, format!("{name} {value}"), kind));
            }
        }
        shown
    }

    fn line(&mut self, span: Span, label: String, kind: AnnotationKind) -> Option<Shown> {
        let excerpt = self.locator.excerpt(self.inputs, span)?;
        let path = self.inputs.get(span.file.0 as usize)?.name.clone();
        Some(Shown { excerpt, path, label, kind })
    }

    /// The text of changes that would clear a claim, without a final line break.
    pub(crate) fn change_set(&self, set: &ChangeSet) -> String {
        let title = format!("what if: {} would clear the claim edits ({})", plural(set.changes.len()), kind(set.kind));
        let mut group = Group::with_title(Level::HELP.primary_title(&title));
        for step in &set.changes {
            group = group.element(Level::NOTE.message(format!("{} ({}, {})", step.action, kind(step.kind), step.edit)));
        }
        if !set.remaining.is_empty() {
            let remaining = format!("no known change clears {}", set.remaining.join(", "));
            group = group.element(Level::NOTE.message(remaining));
        }
        self.renderer.render(&[group])
    }

    /// The text of something that could not be evaluated, without a final line break.
    pub(crate) fn not_evaluated(&self, missing: &NotEvaluated) -> String {
        let reason = match missing.reason {
            NotEvaluatedReason::MissingTable => "table not loaded",
            NotEvaluatedReason::DateOutsideTables => "date outside the tables",
            NotEvaluatedReason::MissingElement => "element missing",
            NotEvaluatedReason::NotSupported => "not supported",
        };
        let title = format!("not evaluated: {} ({reason}): {}", missing.rule, missing.detail);
        let mut group = Group::with_title(Level::NOTE.primary_title(&title));
        if let Some(remedy) = &missing.remedy {
            group = group.element(Level::HELP.message(remedy.as_str()));
        }
        self.renderer.render(&[group])
    }
}

const fn kind(kind: ClearKind) -> &'static str {
    match kind {
        ClearKind::DataEntry => "data entry",
        ClearKind::NeedsDocumentation => "needs documentation",
        ClearKind::NotPermitted => "not permitted",
    }
}

fn plural(changes: usize) -> String {
    format!("{changes} change{}", if changes == 1 { "" } else { "s" })
}

/// What the evidence says beyond the elements that are shown: table rows, codes of the remittance.
fn notes(finding: &Finding) -> Vec<String> {
    let rows = finding.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Row { release, table, key, value } => Some(format!("{table}: {key}: {value} [{release}]")),
        Evidence::Element { name, value, span: None } => Some(format!("{name}: {value}")),
        Evidence::Element { .. } => None,
    });
    let level = finding.snip.map(|level| format!("SNIP level {level}"));
    let disposition = match (finding.carc, finding.rarc) {
        (None, None) => format!("disposition: {}", finding.disposition),
        (carc, rarc) => {
            let codes: Vec<String> = carc
                .map(|code| format!("CARC {code}"))
                .into_iter()
                .chain(rarc.map(|code| format!("RARC {code}")))
                .collect();
            format!("disposition: {}, {}", finding.disposition, codes.join(", "))
        }
    };
    rows.chain(level).chain([disposition]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::{Clearance, Disposition, Message, Subject};

    #[test]
    fn a_finding_without_a_span_prints_its_evidence() {
        let finding = Finding {
            edit: "mce/invalid-age",
            disposition: Disposition::ReturnToProvider,
            snip: None,
            subject: Subject::Patient,
            message: Message::new("age 200 is not between 0 and 124"),
            span: None,
            evidence: vec![
                Evidence::element("patient age", "200", None),
                Evidence::row("MCE 43", "mce/ages", "all", "0-124"),
            ],
            carc: None,
            rarc: None,
            clears: vec![Clearance::new(ClearKind::DataEntry, "correct the birth date")],
        };
        let text = Diagnostics::new(&[], false).finding(&finding);
        for part in
            ["error[mce/invalid-age]: age 200", "patient age: 200", "[MCE 43]", "correct the birth date (data entry)"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
