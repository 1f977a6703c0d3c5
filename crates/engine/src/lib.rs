//! The one pipeline from a claim to its adjudication, and the JSON Lines doors that machines use.
//!
//! [`Engine::adjudicate`] runs intake findings, code edits and grouping in that order; no step looks back. There is no
//! clock, environment, network or randomness here: the same claim, tables and policy give the same bytes.

pub mod acknowledge;
mod adjudication;
mod digest;
pub mod door;
mod explained;
mod fee_schedules;
mod groupers;
mod grouping;
mod inpatient;
mod lines;
mod policy;
mod profile;
mod records;
mod run;
mod what_if;

pub use adjudication::{Adjudication, ENGINE_VERSION};
pub use digest::{Digester, Releases, write_without_spans};
pub use openclaim_edits::coverage::MacChoice;
pub use openclaim_edits::intake::{Companion, Intake};
pub use openclaim_edits::service::{History, Program, Switches};
pub use openclaim_edits::{Selection, registry};

pub use grouping::{DrgWeightReport, GroupingReport};
pub use inpatient::{ProviderFile, ProviderFileError};
pub use lines::{ClaimLines, LineDetermination};
pub use policy::Policy;
pub use profile::{CodeProfile, DrgProfile, FormulaProfile, MsDrgRole, NoteProfile};
pub use run::Run;
pub use what_if::{ChangeSet, ChangeStep};

use fee_schedules::FeeSchedules;
use groupers::Groupers;
use inpatient::Inpatient;
use openclaim_claim::{Claim, ClaimType, Date, HcpcsCode, NotEvaluated, NotEvaluatedReason, Unanswered};
use openclaim_edits::code::Codes;
use openclaim_edits::intake::Rulebook;
use openclaim_edits::{mce, service, x12};
use openclaim_grouper::{Grouper, GrouperError, GrouperVersion, HospitalStatus};
use openclaim_pricer::mpfs::{ConversionFactor, FeeSchedule};
use openclaim_reference::{FlatError, Library, TableInfo};
use openclaim_x12::{ClaimRecord, Envelope, Fault};
use std::collections::HashSet;
use std::sync::Arc;

/// Everything that is needed to decide about claims; opened once, shared by threads.
#[derive(Debug)]
pub struct Engine {
    library: Library,
    tables: service::Tables,
    groupers: Groupers,
    inpatient: Inpatient,
    fee_schedules: FeeSchedules,
    policy: Policy,
    companion: Option<Companion>,
    procedure_codes: Option<HashSet<HcpcsCode>>,
    /// Labels of the library's tables, part of every answer.
    releases: Releases,
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
        Ok(Self {
            tables: service::Tables::new(&library),
            library,
            groupers: Groupers::default(),
            inpatient: Inpatient::default(),
            fee_schedules: FeeSchedules::default(),
            policy,
            companion: None,
            procedure_codes: None,
            releases: Releases::new(releases),
        })
    }

    /// Applies the companion rules of one payer as well.
    #[must_use]
    pub fn with_companion(mut self, companion: Companion) -> Self {
        self.companion = Some(companion);
        self
    }

    /// Looks procedure codes of lines up in a list of those that exist.
    #[must_use]
    pub fn with_procedure_codes(mut self, codes: HashSet<HcpcsCode>) -> Self {
        self.procedure_codes = Some(codes);
        self
    }

    /// What the user decided, in words: part of a run's manifest.
    #[must_use]
    pub fn policy_in_words(&self) -> String {
        let companion = self.companion.as_ref().map_or("none", |companion| companion.name.as_str());
        format!("{:?}; companion: {companion}; procedure codes: {}", self.policy, self.procedure_codes.is_some())
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

    /// The physician fee schedule of a day, prepared at first use, or why there is none.
    pub(crate) fn fee_schedule(&self, date: Date, factor: ConversionFactor) -> Arc<Result<FeeSchedule, NotEvaluated>> {
        self.fee_schedules.get(&self.library, date, self.policy.switches.known_at, factor)
    }

    /// Decides about a claim that was read from a file: what the reader found wrong with its text, then everything that
    /// [`Engine::adjudicate`] does.
    #[must_use]
    pub fn adjudicate_record(&self, record: &ClaimRecord) -> Adjudication {
        self.adjudicate_record_in(record, &mut Run::of_one_claim())
    }

    /// As [`Engine::adjudicate_record`], as one claim of a run: claims and services that come twice are found.
    #[must_use]
    pub fn adjudicate_record_in(&self, record: &ClaimRecord, run: &mut Run) -> Adjudication {
        let mut adjudication = self.decide(&record.claim, &record.faults, Some(&record.envelope), run);
        if !record.faults.is_empty() {
            let mut faults: Vec<_> = record.faults.iter().map(x12::finding).collect();
            self.apply_companion(&mut faults);
            faults.retain(|finding| self.policy.switches.selection.allows_id(finding.edit));
            adjudication.findings.splice(0..0, faults);
            lines::settle(&mut adjudication);
            inpatient::hold(&mut adjudication);
        }
        explained::fold(&mut adjudication);
        if !record.envelope.guide.is_some_and(|guide| guide.current && !guide.predetermination) {
            adjudication.not_evaluated.push(guide_not_here(&record.envelope));
        }
        adjudication
    }

    fn apply_companion(&self, findings: &mut Vec<openclaim_claim::Finding>) {
        if let Some(companion) = &self.companion {
            companion.apply(findings);
        }
    }

    /// Leaves out what the user did not select.
    fn select(&self, adjudication: &mut Adjudication) {
        let selection = &self.policy.switches.selection;
        if *selection != Selection::default() {
            adjudication.findings.retain(|finding| selection.allows_id(finding.edit));
            adjudication.not_evaluated.retain(|cannot| selection.allows_id(&cannot.rule));
        }
    }

    /// Remembers the services of an earlier claim, for the edits that look across claims; nothing is decided about it.
    pub fn remember(&self, claim: &Claim, run: &mut Run) {
        service::remember(claim, &self.tables, &self.policy.switches, &mut run.history);
    }

    /// The answer for faults that belong to no claim.
    #[must_use]
    pub fn adjudicate_fault(&self, fault: &Fault) -> Adjudication {
        let mut findings = vec![x12::finding(fault)];
        self.apply_companion(&mut findings);
        Adjudication { findings, ..Adjudication::empty(&self.releases) }
    }

    /// Decides about a claim.
    #[must_use]
    pub fn adjudicate(&self, claim: &Claim) -> Adjudication {
        // Nothing follows that would ask for it again.
        self.adjudicate_in(claim, &mut Run::of_one_claim())
    }

    /// As [`Engine::adjudicate`], as one claim of a run: claims and services that come twice are found.
    #[must_use]
    pub fn adjudicate_in(&self, claim: &Claim, run: &mut Run) -> Adjudication {
        let mut adjudication = self.decide(claim, &[], None, run);
        explained::fold(&mut adjudication);
        adjudication
    }

    /// Decides about a claim, in which the reader has met `faults`.
    pub(crate) fn decide(
        &self,
        claim: &Claim,
        faults: &[Fault],
        envelope: Option<&Envelope>,
        run: &mut Run,
    ) -> Adjudication {
        let mut adjudication = Adjudication::of(claim, &self.releases);
        let rules = Rulebook {
            codes: Codes { library: &self.library, hcpcs: self.procedure_codes.as_ref() },
            poa_required: self.policy.hospital_status == HospitalStatus::NotExempt,
            companion: self.companion.as_ref(),
        };
        let (findings, cannot_tell) = run.intake.check(claim, faults, envelope, &rules);
        adjudication.findings.extend(findings);
        if claim.is_hospital_inpatient() {
            let (mut findings, not_evaluated) = mce::check(claim, &mce::Tables::of(&self.library));
            self.apply_companion(&mut findings);
            adjudication.findings.extend(findings);
            adjudication.not_evaluated.extend(not_evaluated);
            self.group(claim, &mut adjudication);
        }
        if self.policy.what_if {
            adjudication.what_if = Some(self.what_if(claim, &run.history));
        }
        let switches = &self.policy.switches;
        let (mut findings, not_evaluated) =
            service::check(claim, &self.tables, &self.library, switches, &mut run.history, &mut run.sentences);
        self.apply_companion(&mut findings);
        adjudication.findings.extend(findings);
        adjudication.not_evaluated.extend(not_evaluated);
        if claim.claim_type == ClaimType::Dental {
            adjudication.not_evaluated.push(dental_is_beyond());
        }
        adjudication.not_evaluated.extend(cannot_tell);
        self.select(&mut adjudication);
        if claim.is_hospital_inpatient() {
            self.price_inpatient(claim, &mut adjudication);
        }
        self.determine_lines(claim, &mut adjudication);
        adjudication
    }
}

/// What is said of dental claims: they were read and validated, and nothing more.
fn dental_is_beyond() -> NotEvaluated {
    NotEvaluated::from(Unanswered {
        rule: "claim-edits".into(),
        reason: NotEvaluatedReason::NotSupported,
        detail: "dental claims are read and validated; CMS publishes no code edits or prices for them".into(),
        remedy: None,
    })
}

/// What is said of a claim whose implementation guide has no tables here.
fn guide_not_here(envelope: &Envelope) -> NotEvaluated {
    NotEvaluated::from(Unanswered {
        rule: "x12-guide".into(),
        reason: NotEvaluatedReason::NotSupported,
        detail: format!(
            "the segments are not held against `{}`: guide tables are here for 005010X222, X223 and X224 with errata",
            envelope.version()
        )
        .into(),
        remedy: None,
    })
}
