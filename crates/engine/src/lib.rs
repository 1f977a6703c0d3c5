//! The one pipeline from a claim to its adjudication, and the JSON Lines doors that machines use.
//!
//! [`Engine::adjudicate`] runs intake findings, code edits and grouping in that order; no step looks back. There is no
//! clock, environment, network or randomness here: the same claim, tables and policy give the same bytes.

mod adjudication;
pub mod door;
mod groupers;
mod grouping;
mod policy;
mod profile;

pub use adjudication::{Adjudication, ENGINE_VERSION};
pub use grouping::{DrgWeightReport, GroupingReport};
pub use policy::Policy;
pub use profile::{CodeProfile, DrgProfile, FormulaProfile, MsDrgRole, NoteProfile};

use groupers::Groupers;
use openclaim_claim::{Claim, ClaimType, NotEvaluated, NotEvaluatedReason};
use openclaim_edits::{mce, x12 as intake};
use openclaim_grouper::{Grouper, GrouperError, GrouperVersion};
use openclaim_reference::{FlatError, Library, TableInfo};
use openclaim_x12::{ClaimRecord, Fault};
use std::sync::Arc;

/// Everything that is needed to decide about claims; opened once, shared by threads.
#[derive(Debug)]
pub struct Engine {
    library: Library,
    groupers: Groupers,
    policy: Policy,
    /// Labels of the library's tables, part of every answer.
    releases: Arc<[String]>,
}

impl Engine {
    /// An engine on the embedded release.
    ///
    /// # Errors
    /// [`FlatError`] when the binary was damaged after it was built.
    pub fn embedded(policy: Policy) -> Result<Self, FlatError> {
        Self::new(Library::embedded()?, policy)
    }

    /// An engine on a library: the embedded release and what a data folder adds.
    ///
    /// # Errors
    /// [`FlatError`] when the embedded release does not describe itself.
    pub fn new(library: Library, policy: Policy) -> Result<Self, FlatError> {
        let mut releases: Vec<String> = library.tables()?.iter().map(TableInfo::label).collect();
        releases.sort_unstable();
        releases.dedup();
        Ok(Self { library, groupers: Groupers::default(), policy, releases: releases.into() })
    }

    /// The tables it decides by.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The grouper of a version, compiled at first use.
    ///
    /// # Errors
    /// [`GrouperError`] when the tables of the version are damaged.
    pub fn grouper(&self, version: GrouperVersion) -> Result<Arc<Grouper>, GrouperError> {
        self.groupers.get(self.library.ms_drg(), version)
    }

    /// Decides about a claim that was read from a file: what the reader found wrong with its text, then everything that
    /// [`Engine::adjudicate`] does.
    #[must_use]
    pub fn adjudicate_record(&self, record: &ClaimRecord) -> Adjudication {
        let mut adjudication = self.adjudicate(&record.claim);
        adjudication.findings.splice(0..0, record.faults.iter().map(intake::finding));
        adjudication
    }

    /// The answer for faults that belong to no claim.
    #[must_use]
    pub fn adjudicate_fault(&self, fault: &Fault) -> Adjudication {
        Adjudication { findings: vec![intake::finding(fault)], ..Adjudication::empty(&self.releases) }
    }

    /// Decides about a claim.
    #[must_use]
    pub fn adjudicate(&self, claim: &Claim) -> Adjudication {
        let mut adjudication = Adjudication::of(claim, &self.releases);
        if claim.is_hospital_inpatient() {
            let (findings, not_evaluated) = mce::check(claim, &mce::Tables::of(&self.library));
            adjudication.findings.extend(findings);
            adjudication.not_evaluated.extend(not_evaluated);
            self.group(claim, &mut adjudication);
        } else {
            adjudication.not_evaluated.push(beyond_this_engine(claim));
        }
        adjudication
    }
}

/// What is said of a claim for which no rule family is here yet: it was read, and nothing more.
fn beyond_this_engine(claim: &Claim) -> NotEvaluated {
    let kind = match claim.claim_type {
        ClaimType::Professional => "professional claims",
        ClaimType::Dental => "dental claims",
        ClaimType::Institutional => "institutional claims other than hospital inpatient bills (11x)",
    };
    NotEvaluated {
        rule: "claim-edits".into(),
        reason: NotEvaluatedReason::NotSupported,
        detail: format!(
            "{kind} are read and checked for structure; this version has no code, coverage or payment rules for them"
        )
        .into(),
        remedy: None,
    }
}
