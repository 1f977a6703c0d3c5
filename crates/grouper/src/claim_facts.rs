//! From a claim to facts: codes are looked up once, and both passes read what was found.

use crate::compile::Grouper;
use crate::facts::{ClaimFact, Facts, Scope, common, join, meet};
use crate::input::{CodedDiagnosis, GroupInput};
use openclaim_claim::{Poa, Sex};
use openclaim_tables::msdrg::{Attributes, DiagnosisPattern, SeverityLevel};

/// Room that grouping reuses from claim to claim, so that it allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) secondaries: Vec<Secondary>,
    pub(crate) procedures: Vec<Procedure>,
    pub(crate) clusters: Vec<CompleteCluster>,
}

/// A secondary diagnosis that the version knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secondary {
    /// Position among the claim's secondary diagnoses.
    pub(crate) position: u32,
    /// Attribute pattern.
    pub(crate) pattern: u16,
    /// CC level by the tables.
    pub(crate) listed: SeverityLevel,
    /// CC level that counts in the initial grouping, before a formula suppresses it.
    pub(crate) level: SeverityLevel,
    /// The principal diagnosis excludes it.
    pub(crate) excluded: bool,
    /// It is an MCC of survivors only, and the patient died.
    pub(crate) died: bool,
    pub(crate) poa: Option<Poa>,
    /// Hospital-acquired conditions it belongs to, bit *n* for HAC *n*.
    pub(crate) hacs: u64,
    /// Its CC level does not count in the final grouping.
    pub(crate) demoted: bool,
}

/// A procedure that the version knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Procedure {
    /// Position among the claim's procedures.
    pub(crate) position: u32,
    pub(crate) id: u32,
    pub(crate) pattern: u16,
    /// Lists in which a complete cluster takes its attributes away.
    pub(crate) suppressed_lists: u32,
}

/// A procedure cluster of which the claim has every choice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompleteCluster {
    pub(crate) position: u32,
    pub(crate) pattern: u16,
}

/// What both passes start from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Claim {
    /// Facts with the attributes of all procedures; CC levels are set per pass and formula.
    pub(crate) facts: Facts,
    /// MDC of the principal diagnosis.
    pub(crate) mdc: u8,
    /// Exclusion group of the principal diagnosis.
    pub(crate) exclusion_group: u16,
    /// Whether the age is possible.
    pub(crate) age_valid: bool,
    /// Lists in which some procedure loses its attributes.
    pub(crate) suppressed_lists: u32,
    /// Whether some formula may keep a secondary diagnosis from counting as CC or MCC.
    pub(crate) suppressible: bool,
}

static NO_DIAGNOSIS: DiagnosisPattern = DiagnosisPattern { attributes: [0; 5], hacs: 0 };

impl Grouper {
    pub(crate) fn diagnosis_pattern(&self, pattern: u16) -> &DiagnosisPattern {
        self.tables.diagnosis_pattern_at(pattern).unwrap_or(&NO_DIAGNOSIS)
    }

    pub(crate) fn procedure_attributes(&self, pattern: u16) -> Attributes {
        self.tables.procedure_pattern(pattern).map(|pattern| pattern.attributes).unwrap_or_default()
    }

    /// Looks up every code and works out the facts of the claim.
    pub(crate) fn claim_facts(&self, input: &GroupInput, scratch: &mut Scratch) -> Claim {
        let mut claim = Claim { age_valid: (0..=124).contains(&input.age), ..Claim::default() };
        let died = input.discharge_status == Some(20);
        self.status_facts(input.discharge_status, &mut claim.facts);
        let mut every = self.principal(input, &mut claim);
        let principal = every;
        let mut secondary = Attributes::default();
        scratch.secondaries.clear();
        for (position, (diagnosis, id)) in self.secondary_ids(input).enumerate() {
            let Some(id) = id else { continue };
            let Some(row) = self.tables.diagnosis(id, self.version.number()) else { continue };
            let pattern = self.diagnosis_pattern(row.pattern);
            join(&mut secondary, &pattern.attributes);
            every.iter_mut().zip(&pattern.attributes).for_each(|(every, this)| *every &= this);
            let listed = row.severity();
            let matters = listed != SeverityLevel::NonCc || pattern.hacs != 0;
            let excluded = matters && self.tables.excludes(claim.exclusion_group, id);
            claim.suppressible |= listed != SeverityLevel::NonCc && meet(&pattern.attributes, &self.suppressible);
            let died = died && meet(&pattern.attributes, &self.special.mcc_alive);
            scratch.secondaries.push(Secondary {
                position: position as u32,
                pattern: row.pattern,
                listed,
                level: if excluded || died { SeverityLevel::NonCc } else { listed },
                excluded,
                died,
                poa: diagnosis.poa,
                hacs: pattern.hacs,
                demoted: false,
            });
        }
        let mut any = principal;
        join(&mut any, &secondary);
        claim.facts.set(Scope::Principal, &principal);
        claim.facts.set(Scope::Secondary, &secondary);
        claim.facts.set(Scope::AnyDiagnosis, &any);
        claim.facts.set(Scope::OnlyDiagnosis, &every);
        claim.facts.set_claim(ClaimFact::Multst, common(&any, &self.special.trauma_sites) >= 2);
        claim.facts.set_claim(ClaimFact::AnyDx, true);
        claim.facts.set_claim(ClaimFact::Mdc20FallThrough, true);
        self.procedures(input, scratch, &mut claim);
        self.procedure_facts(scratch, None, &mut claim.facts);
        claim
    }

    /// The secondary diagnoses, each with its dense id.
    fn secondary_ids<'i>(&self, input: &'i GroupInput) -> impl Iterator<Item = (&'i CodedDiagnosis, Option<u32>)> {
        const AT_ONCE: usize = 8;
        input.secondary.chunks(AT_ONCE).flat_map(|chunk| {
            let codes: [_; AT_ONCE] = std::array::from_fn(|at| chunk.get(at).map(|diagnosis| diagnosis.code));
            chunk.iter().zip(self.tables.diagnosis_ids(codes))
        })
    }

    /// Notes MDC and exclusion group of the principal diagnosis and returns its attributes.
    fn principal(&self, input: &GroupInput, claim: &mut Claim) -> Attributes {
        let id = input.principal.and_then(|principal| self.tables.diagnosis_id(principal.code));
        let Some(row) = id.and_then(|id| self.tables.diagnosis(id, self.version.number())) else {
            claim.facts.set_claim(ClaimFact::InvalidPdx, true);
            return Attributes::default();
        };
        let by_sex = row.male_mdc != 0;
        claim.mdc = match input.sex {
            Sex::Male if by_sex => row.male_mdc,
            Sex::Female if by_sex => row.female_mdc,
            _ => row.mdc,
        };
        claim.exclusion_group = row.exclusion_group;
        let attributes = self.diagnosis_pattern(row.pattern).attributes;
        claim.facts.set_claim(ClaimFact::InvalidSex, by_sex && input.sex == Sex::Unknown);
        claim.facts.set_claim(ClaimFact::PdxEcode, meet(&attributes, &self.special.ecode));
        attributes
    }

    /// Source: UB-04 patient discharge status; MS-DRG 789 and 894 in the Definitions Manual.
    fn status_facts(&self, status: Option<u8>, facts: &mut Facts) {
        let valid = |status: u8| self.valid_statuses[usize::from(status / 64)] >> (status % 64) & 1 == 1;
        facts.set_claim(ClaimFact::InvalidDstat, !status.is_some_and(valid));
        facts.set_claim(ClaimFact::Died, status == Some(20));
        facts.set_claim(ClaimFact::Alive, status != Some(20));
        facts.set_claim(ClaimFact::Ama, status == Some(7));
        facts.set_claim(ClaimFact::Xfrnba, matches!(status, Some(2 | 5 | 66 | 82 | 85 | 94)));
    }

    /// Looks up the procedures and finds the complete clusters.
    fn procedures(&self, input: &GroupInput, scratch: &mut Scratch, claim: &mut Claim) {
        let Scratch { procedures, clusters, .. } = scratch;
        procedures.clear();
        clusters.clear();
        let version = self.version.number();
        let mut opening = false;
        for (position, &code) in input.procedures.iter().enumerate() {
            let Some(id) = self.tables.procedure_id(code) else { continue };
            let Some(row) = self.tables.procedure(id, version) else { continue };
            opening |= row.opens_cluster != 0;
            procedures.push(Procedure { position: position as u32, id, pattern: row.pattern, suppressed_lists: 0 });
        }
        if !opening {
            return;
        }
        for at in 0..procedures.len() {
            let Some(id) = procedures.get(at).map(|procedure| procedure.id) else { continue };
            for position in self.tables.clusters_opened_by(id) {
                let Some(cluster) = self.tables.cluster(position) else { continue };
                let holds = cluster.row.from_version <= version && version <= cluster.row.to_version;
                let chosen = |choice: &[u32]| procedures.iter().any(|p| choice.binary_search(&p.id).is_ok());
                let known = clusters.iter().any(|complete| complete.position == position);
                if !holds || known || !cluster.choices().all(chosen) {
                    continue;
                }
                clusters.push(CompleteCluster { position, pattern: cluster.row.pattern });
                claim.suppressed_lists |= cluster.row.suppressed_lists;
                for procedure in procedures.iter_mut() {
                    if cluster.choices().any(|choice| choice.binary_search(&procedure.id).is_ok()) {
                        procedure.suppressed_lists |= cluster.row.suppressed_lists;
                    }
                }
            }
        }
    }

    /// Sets the procedure facts as a list sees them: there, members of some complete clusters have no attributes.
    pub(crate) fn procedure_facts(&self, scratch: &Scratch, list: Option<u8>, facts: &mut Facts) {
        let hidden = list.map_or(0, |list| 1_u32.checked_shl(u32::from(list)).unwrap_or(0));
        let seen = || {
            let alone = scratch.procedures.iter().filter(|p| p.suppressed_lists & hidden == 0).map(|p| p.pattern);
            let joined = scratch.clusters.iter().map(|cluster| cluster.pattern);
            alone.chain(joined).map(|pattern| self.procedure_attributes(pattern))
        };
        let mut all = Attributes::default();
        seen().for_each(|attributes| join(&mut all, &attributes));
        facts.set(Scope::Procedure, &all);
        let special = &self.special;
        facts.set_claim(ClaimFact::Orproc, meet(&all, &special.operating_room));
        facts.set_claim(ClaimFact::Bilateral, common(&all, &special.joints) >= 2);
        let mut counts = Counts::default();
        if meet(&all, &special.counted) {
            seen().for_each(|attributes| counts.add(&attributes, special));
        }
        counts.set(facts);
    }
}

/// Devices, vessels and fusions counted over all procedures, repeated ones too.
#[derive(Debug, Default)]
struct Counts {
    stents: u32,
    drug_eluting: u32,
    not_drug_eluting: u32,
    vessels: u32,
    anterior: u32,
    posterior: u32,
    posterior_or_other: u32,
    anterior_device: u32,
}

impl Counts {
    fn add(&mut self, of: &Attributes, special: &crate::compile::Special) {
        for (number, (stents, vessels)) in (1..).zip(special.stents.iter().zip(&special.vessels)) {
            if meet(of, stents) {
                self.stents += number;
                self.drug_eluting += number * u32::from(meet(of, &special.drug_eluting));
                self.not_drug_eluting += number * u32::from(meet(of, &special.not_drug_eluting));
            }
            self.vessels += number * u32::from(meet(of, vessels));
        }
        self.anterior += u32::from(meet(of, &special.single_anterior));
        self.posterior += u32::from(meet(of, &special.single_posterior));
        self.posterior_or_other += u32::from(meet(of, &special.single_posterior_or_other));
        self.anterior_device += u32::from(meet(of, &special.single_anterior_device));
    }

    fn set(&self, facts: &mut Facts) {
        facts.set_claim(ClaimFact::FourStents, self.stents >= 4);
        facts.set_claim(ClaimFact::FourDrugElutingStents, self.drug_eluting >= 4);
        facts.set_claim(ClaimFact::FourNonDrugElutingStents, self.not_drug_eluting >= 4);
        facts.set_claim(ClaimFact::FourVessels, self.vessels >= 4);
        // Both columns count together. The Definitions Manual (MS-DRGs 426-428) prints one anterior, one posterior and a
        // third, so claims with three of one column are where this reading and the printed table part.
        facts.set_claim(ClaimFact::SingleFusions, self.anterior + self.posterior >= 3);
        facts.set_claim(ClaimFact::SingleAnteriorDeviceFusions, self.anterior_device >= 2);
        facts.set_claim(ClaimFact::SinglePosteriorFusions, self.posterior >= 2);
        facts.set_claim(ClaimFact::SingleAnteriorFusions, self.anterior >= 2);
        facts.set_claim(ClaimFact::SinglePosteriorOrOtherFusions, self.posterior_or_other >= 2);
        facts.set_claim(ClaimFact::MultipleFusions, self.anterior + self.posterior_or_other >= 2);
    }
}
