//! The answer about one claim.

use crate::digest::Digester;
use crate::{ChangeSet, ClaimLines, GroupingReport, Releases};
use openclaim_claim::{Claim, ClaimType, Finding, NotEvaluated, Text};
use openclaim_pricer::Pricing;
use serde::Serialize;

/// Version of this engine, part of every answer.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What was decided about a claim, in stable order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjudication {
    /// The submitter's claim identifier; `None` for faults of a file that belong to no claim.
    pub claim_id: Option<Text>,
    /// Professional, institutional or dental.
    pub claim_type: Option<ClaimType>,
    /// Edits that fired: intake first, then the families in their order.
    pub findings: Vec<Finding>,
    /// Rules that could neither pass nor fire.
    pub not_evaluated: Vec<NotEvaluated>,
    /// MS-DRG, for hospital inpatient bills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouping: Option<GroupingReport>,
    /// What Medicare would pay for a hospital inpatient bill, step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
    /// What is allowed for each line, for professional claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<ClaimLines>,
    /// The smallest sets of changes that would clear the error findings of the claim edits, when the policy asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<Vec<ChangeSet>>,
    /// Publications and versions that were at hand, `Medicare Code Editor v33-v44`; findings name the one that decided.
    pub releases: Releases,
    /// Version of the engine.
    pub engine_version: &'static str,
}

impl Adjudication {
    pub(crate) fn empty(releases: &Releases) -> Self {
        Self {
            claim_id: None,
            claim_type: None,
            findings: Vec::new(),
            not_evaluated: Vec::new(),
            grouping: None,
            pricing: None,
            lines: None,
            what_if: None,
            releases: releases.clone(),
            engine_version: ENGINE_VERSION,
        }
    }

    pub(crate) fn of(claim: &Claim, releases: &Releases) -> Self {
        Self {
            claim_id: Some(claim.claim_id.value.clone()),
            claim_type: Some(claim.claim_type),
            ..Self::empty(releases)
        }
    }

    /// SHA-256 of what was decided, in hexadecimal: of the answer as JSON without byte spans and what a file alone shows, so
    /// that the same claim gives the same digest whether it came as 837, Parquet or an object. The exact form is told in
    /// `crates/engine/src/digest.rs` and in `docs/scale.md`.
    ///
    /// # Errors
    /// [`serde_json::Error`] when the answer cannot be written as JSON, which would be a fault of this program.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        Digester::default().digest(self)
    }

    /// Whether a finding stops the claim or one of its lines.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.disposition.is_error())
    }
}
