//! Claims that were read from FHIR resources or CMS claim files.

use crate::{Adjudication, Engine, Run};
use openclaim_claim::{Disposition, Evidence};
use openclaim_edits::record;
use openclaim_fhir::{Fault, Record, ResourceType, Source};

impl Engine {
    /// Decides about a claim that was read from a FHIR resource or a CMS file: what the reader found wrong with its text,
    /// then everything that [`Engine::adjudicate`] does.
    #[must_use]
    pub fn adjudicate_fhir_record(&self, record: &Record) -> Adjudication {
        self.adjudicate_fhir_record_in(record, &mut Run::of_one_claim())
    }

    /// As [`Engine::adjudicate_fhir_record`], as one claim of a run: claims and services that come twice are found.
    #[must_use]
    pub fn adjudicate_fhir_record_in(&self, record: &Record, run: &mut Run) -> Adjudication {
        let mut adjudication = self.decide(&record.claim, &[], None, run);
        // The guides of the 837 do not bind a resource or a payer's record.
        adjudication.findings.retain(|finding| !finding.edit.starts_with("x12/") || finding.edit.contains("duplicate"));
        for finding in &mut adjudication.findings {
            finding.evidence.retain(|evidence| !is_x12_place(evidence));
        }
        let mut faults: Vec<_> = record.faults.iter().map(record::finding).collect();
        self.apply_companion(&mut faults);
        adjudication.findings.splice(0..0, faults);
        if is_payers_record(record) {
            for finding in &mut adjudication.findings {
                finding.disposition = of_a_record(finding.disposition);
            }
        }
        crate::explained::fold(&mut adjudication);
        crate::lines::settle(&mut adjudication);
        crate::inpatient::hold(&mut adjudication);
        adjudication
    }

    /// The answer for faults of FHIR or CMS files that belong to no claim.
    #[must_use]
    pub fn adjudicate_fhir_fault(&self, fault: &Fault) -> Adjudication {
        let mut findings = vec![record::file_finding(fault)];
        self.apply_companion(&mut findings);
        Adjudication { findings, ..Adjudication::empty(&self.releases) }
    }
}

/// Whether a record tells what a payer has decided, rather than what a provider bills.
fn is_payers_record(record: &Record) -> bool {
    match &record.source {
        Source::Cms(_) => true,
        Source::Fhir { resource_type, .. } => *resource_type == ResourceType::ExplanationOfBenefit,
    }
}

/// What a finding comes to on a claim that has been decided: nobody can send it back, and somebody should look at it
/// before relying on it.
fn of_a_record(disposition: Disposition) -> Disposition {
    match disposition {
        Disposition::RejectClaim
        | Disposition::ReturnToProvider
        | Disposition::RejectLine
        | Disposition::DenyLine
        | Disposition::Suspend => Disposition::Suspend,
        Disposition::Warn => Disposition::Warn,
    }
}

/// Whether a piece of evidence tells where in an 837 an element stands.
fn is_x12_place(evidence: &Evidence) -> bool {
    matches!(evidence, Evidence::Element { name: "segment" | "element" | "loop", .. })
}
