//! Everything that is checked about a claim as it is taken in, in one run over files.

use crate::claim_edit::{Findings, at};
use crate::code::Codes;
use crate::x12::claim::companion::Companion as Rules;
use crate::x12::claim::duplicate::Seen;
use crate::x12::{self};
use openclaim_claim::{Claim, Disposition, Evidence, Finding, NotEvaluated, Span, Subject};
use openclaim_x12::{Envelope, Fault, FaultKind};
use std::collections::HashMap;

pub use crate::x12::claim::companion::{Companion, Level, RequiredElement, Requirement};

/// Findings about what stands above claims that are remembered.
const SHARED: usize = 16;
/// Interchanges of a run that are remembered.
const INTERCHANGES: usize = 1 << 16;

/// How claims are judged.
#[derive(Debug, Clone, Copy)]
pub struct Rulebook<'a> {
    /// Code sets.
    pub codes: Codes<'a>,
    /// Whether hospitals must report what was present on admission.
    pub poa_required: bool,
    /// Rules of one payer.
    pub companion: Option<&'a Rules>,
}

/// What one run has seen: claims, services, interchanges. Memory is bounded.
#[derive(Debug, Default)]
pub struct Intake {
    seen: Seen,
    /// Whether no other claim is looked at, so that nothing need be remembered.
    one_claim: bool,
    /// Edits and elements above claims that were told of with an earlier claim.
    shared: Vec<(&'static str, Span)>,
    interchanges: HashMap<[String; 3], Span>,
    last_interchange: Option<Span>,
}

impl Intake {
    /// For one claim: nothing is remembered for others.
    #[must_use]
    pub fn of_one_claim() -> Self {
        Self { one_claim: true, ..Self::default() }
    }

    /// Runs every intake edit on a claim. `faults` are those the reader met in it: what they explain is not said again.
    #[must_use]
    pub fn check(
        &mut self,
        claim: &Claim,
        faults: &[Fault],
        envelope: Option<&Envelope>,
        rules: &Rulebook<'_>,
    ) -> (Vec<Finding>, Vec<NotEvaluated>) {
        let mut report = Findings::default();
        let mut not_evaluated = Vec::new();
        if let Some(envelope) = envelope {
            self.interchange(envelope, &mut report);
        }
        x12::claim::check(claim, rules.poa_required, rules.codes.library, &mut report, &mut not_evaluated);
        crate::code::check(claim, &rules.codes, &mut report, &mut not_evaluated);
        if let Some(companion) = rules.companion {
            companion.check(claim, &mut report);
        }
        if !self.one_claim {
            self.seen.check(claim, &mut report);
        }
        let mut findings = report.findings;
        // What a fault above the claims explains is explained for all of them.
        findings.retain(|finding| self.is_first(finding, claim));
        if !faults.is_empty() {
            findings.retain(|finding| !is_explained(finding, claim, faults));
        }
        if let Some(companion) = rules.companion {
            companion.apply(&mut findings);
        }
        (findings, not_evaluated)
    }

    /// Whether a finding about what stands above the claim is not one told with an earlier claim.
    fn is_first(&mut self, finding: &Finding, claim: &Claim) -> bool {
        let (Some(span), Some(own)) = (finding.span, claim.span) else { return true };
        if span.file != own.file || span.start >= own.start {
            return true;
        }
        let key = (finding.edit, span);
        if self.shared.contains(&key) {
            return false;
        }
        if self.shared.len() >= SHARED {
            self.shared.remove(0);
        }
        self.shared.push(key);
        true
    }

    /// Control numbers used again in another file of the run; within a file the reader sees it.
    fn interchange(&mut self, envelope: &Envelope, report: &mut Findings) {
        let Some(interchange) = &envelope.interchange else { return };
        if self.last_interchange == Some(interchange.span) {
            return;
        }
        self.last_interchange = Some(interchange.span);
        let key =
            [&interchange.sender.1, &interchange.receiver.1, &interchange.control_number].map(ToString::to_string);
        match self.interchanges.get(&key) {
            Some(before) if before.file != interchange.span.file => {
                let Some(edit) = x12::edit(FaultKind::ControlNumberReused) else { return };
                let message = format!(
                    "ISA13 `{}` was used by the same sender in another file of this run",
                    interchange.control_number
                );
                let place = at("", "ISA", "ISA13");
                report.fire_as(edit, Disposition::Warn, Subject::File, Some(interchange.span), place, message);
                report.prove(Evidence::element("used before", interchange.control_number.clone(), Some(*before)));
            }
            Some(_) => {}
            None if self.interchanges.len() < INTERCHANGES => {
                self.interchanges.insert(key, interchange.span);
            }
            None => {}
        }
    }
}

/// Segments whose absence an edit tells of. A fault in one of them, or of its place, is the reason for it.
const ABSENT: &[(&str, &[&str])] = &[
    ("x12/missing-original-reference", &["REF"]),
    ("x12/missing-admission-date", &["DTP"]),
    ("x12/missing-admission-source", &["CL1"]),
    ("x12/missing-discharge-hour", &["DTP"]),
    ("x12/missing-admitting-diagnosis", &["HI"]),
    ("x12/missing-reason-for-visit", &["HI"]),
    ("x12/missing-line-date", &["DTP"]),
    ("x12/missing-accident-date", &["DTP"]),
    ("x12/missing-attending-provider", &["NM1"]),
    ("x12/missing-member-id", &["NM1", "HL"]),
    ("x12/short-zip-code", &["NM1"]),
    ("x12/missing-patient-demographics", &["NM1", "N3", "N4", "DMG", "HL"]),
    ("x12/missing-other-payer", &["SBR", "NM1"]),
    ("x12/missing-ambulance-information", &["CR1", "NM1"]),
    ("x12/unknown-other-payer", &["NM1", "SVD", "SBR"]),
    ("x12/subscriber-not-patient", &["SBR", "HL", "PAT", "NM1"]),
    ("code/pointer-to-no-diagnosis", &["HI"]),
];

/// Segments that carry the amounts of a balance, or hold them together.
const BALANCE: &[&str] = &["CLM", "LX", "SV1", "SV2", "SV3", "SBR", "NM1", "AMT", "SVD", "CAS"];

/// Whether a finding only repeats what a fault has told: that an element could not be read, or a segment has no place.
fn is_explained(finding: &Finding, claim: &Claim, faults: &[Fault]) -> bool {
    use FaultKind as Kind;
    let unread = |fault: &Fault| {
        matches!(
            fault.kind,
            Kind::NotADate
                | Kind::NotATime
                | Kind::NotACode
                | Kind::NotAnAmount
                | Kind::NotANumber
                | Kind::NotAnIdentifier
                | Kind::MissingElement
                | Kind::UnknownQualifier
                | Kind::UnlistedCode
                | Kind::WrongLength
        )
    };
    let misplaced = |fault: &Fault| {
        matches!(
            fault.kind,
            Kind::MissingSegment
                | Kind::MissingLoop
                | Kind::MissingService
                | Kind::MissingServiceLine
                | Kind::SegmentOutOfOrder
                | Kind::UnexpectedSegment
                | Kind::RepeatedSegment
                | Kind::TooManyRepetitions
                | Kind::MalformedSegmentName
                | Kind::LineOutOfSequence
        )
    };
    let in_one_of = |fault: &Fault, segments: &[&str]| {
        matches!(fault.kind, Kind::MissingService | Kind::MissingServiceLine)
            || fault.segment.is_some_and(|name| segments.contains(&name.as_str()))
    };
    let segment = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Element { name: "segment", value, .. } => Some(value.as_str()),
        _ => None,
    });
    let line = match finding.subject {
        Subject::Line(index) => claim.lines.get(index as usize).and_then(|line| line.span),
        _ => None,
    };
    let absent = ABSENT.iter().find_map(|(edit, segments)| (*edit == finding.edit).then_some(*segments));
    let balance = finding.snip == Some(3);
    faults.iter().any(|fault| {
        let within = |span: Span| span.start <= fault.span.start && fault.span.end() <= span.end();
        let headless = fault.kind == Kind::MissingSegment && fault.segment.is_some_and(|name| name.as_str() == "CLM");
        if absent.is_some_and(|segments| headless || in_one_of(fault, segments)) && (unread(fault) || misplaced(fault))
        {
            return true;
        }
        // Amounts that were not read, or not where they belong, do not add up.
        if balance && in_one_of(fault, BALANCE) {
            return match fault.kind {
                Kind::UnlistedCode | Kind::UnknownQualifier | Kind::NotACode => {
                    fault.segment.is_some_and(|name| matches!(name.as_str(), "CAS" | "AMT" | "SVD" | "NM1" | "SBR"))
                }
                Kind::NotAnAmount | Kind::NotANumber | Kind::MissingElement => true,
                _ => misplaced(fault),
            };
        }
        unread(fault)
            && fault.segment.is_some_and(|name| {
                (segment == Some(name.as_str())
                    && match finding.subject {
                        Subject::Line(_) => line.is_none_or(within),
                        _ => true,
                    })
                    // An element that is at fault is not judged twice.
                    || finding.span.is_some_and(within)
            })
    })
}
