//! From a claim to its explanation.

use super::formulas::{lacks, support};
use super::{
    AttributeSource, ClusterExplanation, ExcludedSeverity, Explanation, HacFinding, HacResult, LackingFormula,
    PassExplanation, RouteResult, RouteStep, SeverityLoss, SeveritySource, WinningFormula,
};
use crate::claim_facts::{Claim, Scratch, Secondary};
use crate::compile::{Action, Grouper, Rule};
use crate::facts::{ClaimFact, FactPlace, Facts, Scope, Vocabulary, meet};
use crate::formula::Formula;
use crate::group::{Pass, Route, set_level};
use crate::hac::Reported;
use crate::input::{GroupInput, HospitalStatus};
use crate::outcome::Assignment;
use openclaim_tables::msdrg::{AttributeSpace, Attributes, FormulaRow, SeverityLevel};

/// A list as the pass saw it.
struct Seen {
    list: u8,
    facts: Facts,
    won: Option<(Rule, SeverityLevel)>,
}

/// Remembers every list of a pass.
#[derive(Default)]
struct Recorder(Vec<Seen>);

impl Route for Recorder {
    fn list(&mut self, list: u8, facts: &Facts, won: Option<(&Rule, SeverityLevel)>) {
        self.0.push(Seen { list, facts: *facts, won: won.map(|(rule, level)| (*rule, level)) });
    }
}

impl Grouper {
    /// Works out why a stay groups as it does.
    #[must_use]
    pub fn explain(&self, input: &GroupInput) -> Explanation {
        let mut scratch = Scratch::default();
        let grouping = self.group(input, &mut scratch);
        let claim = self.claim_facts(input, &mut scratch);
        // Marks the diagnoses that the final grouping does not count.
        let hacs = self.apply_hacs(input, &claim, &mut scratch);
        let job = Job { grouper: self, input, scratch: &scratch, claim: &claim, words: Vocabulary::new(&self.tables) };
        let outcome = (grouping.hac_count > 0).then(|| match hacs.failure {
            Some(_) => PassExplanation { assignment: grouping.outcome, ..job.pass(Pass::Final) }.without_reasons(),
            None => job.pass(Pass::Final),
        });
        Explanation {
            version: self.version,
            grouping,
            initial: job.pass(Pass::Initial),
            outcome,
            hacs: job.hacs(),
            clusters: job.clusters(),
            unknown_diagnoses: job.unknown_diagnoses(),
            unknown_procedures: job.unknown_procedures(),
        }
    }
}

impl PassExplanation {
    /// The final grouping was refused before a list was tried: the return code is the reason.
    fn without_reasons(self) -> Self {
        Self {
            drg_name: None,
            mdc_name: None,
            route: Vec::new(),
            winner: None,
            counting: Vec::new(),
            sole: None,
            lacking: Vec::new(),
            ..self
        }
    }
}

struct Job<'c> {
    grouper: &'c Grouper,
    input: &'c GroupInput,
    scratch: &'c Scratch,
    claim: &'c Claim,
    words: Vocabulary<'c>,
}

impl Job<'_> {
    fn pass(&self, pass: Pass) -> PassExplanation {
        let mut recorder = Recorder::default();
        let assignment = self.grouper.assign(self.claim, self.scratch, pass, &mut recorder);
        let last = recorder.0.last();
        let won = last.and_then(|seen| seen.won.map(|(rule, level)| (seen, rule, level)));
        let suppression = won.map_or(0, |(_, rule, _)| rule.suppression);
        let version = self.grouper.version.number();
        let counting = self.counting(suppression, pass);
        PassExplanation {
            assignment,
            drg_name: self.grouper.tables.drg_name(assignment.drg, version).map(str::to_owned),
            mdc_name: self.grouper.tables.mdc_name(assignment.mdc, version).map(str::to_owned),
            route: recorder.0.iter().map(|seen| self.route_step(seen)).collect(),
            winner: won.and_then(|(seen, rule, _)| self.winner(seen, &rule, pass)),
            sole: won.and_then(|(_, _, level)| sole(&counting, level)),
            counting,
            not_counting: self.not_counting(suppression, pass),
            lacking: won.map(|(seen, rule, _)| self.lacking(seen, &rule, &assignment, pass)).unwrap_or_default(),
        }
    }

    fn row(&self, rule: &Rule) -> Option<&FormulaRow> {
        self.grouper.tables.formulas(self.grouper.version.number()).get(usize::from(rule.row))
    }

    fn text(&self, rule: &Rule) -> &str {
        self.row(rule).map_or("", |row| self.grouper.tables.text(row.formula))
    }

    fn route_step(&self, seen: &Seen) -> RouteStep {
        let won = seen.won.as_ref().map(|(rule, _)| rule);
        let name = match seen.list {
            29 => "Operating room procedures unrelated to the principal diagnosis",
            list => self.grouper.tables.mdc_name(list, self.grouper.version.number()).unwrap_or_default(),
        };
        RouteStep {
            list: seen.list,
            name: name.to_owned(),
            result: match won.map(|rule| rule.action) {
                Some(Action::Assign { drg, .. }) => RouteResult::Assigned(drg),
                Some(Action::Reroute(list)) => RouteResult::Rerouted(list),
                Some(Action::Fail(code)) => RouteResult::Failed(code),
                None => RouteResult::NothingHeld,
            },
            rank: won.and_then(|rule| self.row(rule)).map(|row| row.rank),
            formula: won.map(|rule| self.text(rule).to_owned()),
        }
    }

    fn winner(&self, seen: &Seen, rule: &Rule, pass: Pass) -> Option<WinningFormula> {
        let row = self.row(rule)?;
        let formula = Formula::parse(self.text(rule)).ok()?;
        let facts = self.facts_for(seen, rule, pass);
        let found = support(&formula, &|name| self.holds(&facts, name));
        let source = |&name: &&str| {
            let (scope, place) = self.words.place(name)?;
            let sources = self.sources(scope, place, seen.list, rule.suppression, pass);
            Some(AttributeSource { attribute: name.to_owned(), scope, sources })
        };
        Some(WinningFormula {
            list: seen.list,
            rank: row.rank,
            formula: self.text(rule).to_owned(),
            attributes: found.present.iter().filter_map(source).collect(),
            absent: found.absent,
        })
    }

    /// The facts of a list with the CC level as a rule of it sees it.
    fn facts_for(&self, seen: &Seen, rule: &Rule, pass: Pass) -> Facts {
        let mut facts = seen.facts;
        set_level(&mut facts, self.grouper.level(self.scratch, rule.suppression, pass));
        facts
    }

    fn holds(&self, facts: &Facts, name: &str) -> bool {
        self.words.place(name).is_some_and(|(_, place)| facts.holds(place))
    }

    /// Rules of the list before the winning one, and what each lacked.
    fn lacking(&self, seen: &Seen, winner: &Rule, assigned: &Assignment, pass: Pass) -> Vec<LackingFormula> {
        let range = self.grouper.lists.get(usize::from(seen.list)).cloned().unwrap_or_default();
        let rules = self.grouper.rules.get(range).unwrap_or_default();
        let before = rules.iter().take_while(|rule| rule.row != winner.row);
        before
            .filter_map(|rule| {
                let (row, formula) = (self.row(rule)?, Formula::parse(self.text(rule)).ok()?);
                let facts = self.facts_for(seen, rule, pass);
                let version = self.grouper.version.number();
                Some(LackingFormula {
                    rank: row.rank,
                    drg: row.drg,
                    drg_name: self.grouper.tables.drg_name(row.drg, version).map(str::to_owned),
                    same_base: row.drg != 0 && row.base_drg == assigned.base_drg,
                    formula: self.text(rule).to_owned(),
                    lacks: lacks(&formula, &|name| self.holds(&facts, name)),
                })
            })
            .collect()
    }

    /// What of the claim supplies a fact.
    fn sources(&self, scope: Scope, place: FactPlace, list: u8, suppression: u8, pass: Pass) -> Vec<String> {
        let mut only = Attributes::default();
        if let Some(word) = only.get_mut(usize::from(place.word).saturating_sub(scope.first_word())) {
            *word = 1 << place.bit;
        }
        let principal = || self.principal_with(&only);
        match scope {
            Scope::Principal => principal(),
            Scope::Secondary => self.secondaries_with(&only),
            Scope::AnyDiagnosis | Scope::OnlyDiagnosis => {
                principal().into_iter().chain(self.secondaries_with(&only)).collect()
            }
            Scope::Procedure => self.procedures_with(&only, list),
            Scope::Claim => self.claim_sources(place, list, suppression, pass),
        }
    }

    fn claim_sources(&self, place: FactPlace, list: u8, suppression: u8, pass: Pass) -> Vec<String> {
        let special = &self.grouper.special;
        let is = |fact: ClaimFact| place.bit == fact as u8;
        let levels = |level| {
            let counting = self.counting(suppression, pass).into_iter();
            counting.filter(|source| source.level == level).map(|source| source.code).collect()
        };
        let joined = |sets: &[&Attributes]| {
            let mut all = Attributes::default();
            sets.iter().for_each(|set| crate::facts::join(&mut all, set));
            self.procedures_with(&all, list)
        };
        match () {
            () if is(ClaimFact::Mcc) => levels(SeverityLevel::Mcc),
            () if is(ClaimFact::Cc) => levels(SeverityLevel::Cc),
            () if is(ClaimFact::Multst) => {
                let trauma = self.principal_with(&special.trauma_sites).into_iter();
                trauma.chain(self.secondaries_with(&special.trauma_sites)).collect()
            }
            () if is(ClaimFact::Orproc) => joined(&[&special.operating_room]),
            () if is(ClaimFact::Bilateral) => joined(&[&special.joints]),
            () if is(ClaimFact::InvalidSex) => vec![format!("sex {}", self.input.sex.as_str())],
            () if is(ClaimFact::InvalidPdx) || is(ClaimFact::PdxEcode) => self.principal_with(&[u64::MAX; 5]),
            () if [ClaimFact::Died, ClaimFact::Alive, ClaimFact::Ama, ClaimFact::Xfrnba, ClaimFact::InvalidDstat]
                .into_iter()
                .any(is) =>
            {
                let status = self.input.discharge_status;
                vec![status.map_or("no discharge status".to_owned(), |status| format!("discharge status {status:02}"))]
            }
            () if is(ClaimFact::AnyDx) || is(ClaimFact::Mdc20FallThrough) => Vec::new(),
            () => joined(&[&special.counted, &special.single_anterior_device]),
        }
    }

    fn principal_with(&self, attributes: &Attributes) -> Vec<String> {
        let tables = &self.grouper.tables;
        let code = self.input.principal.map(|principal| principal.code);
        let row = |code| tables.diagnosis(tables.diagnosis_id(code)?, self.grouper.version.number());
        let has = |code: &_| {
            row(*code).is_some_and(|row| meet(&self.grouper.diagnosis_pattern(row.pattern).attributes, attributes))
        };
        code.filter(has).map(|code| code.to_string()).into_iter().collect()
    }

    fn secondaries_with(&self, attributes: &Attributes) -> Vec<String> {
        let has = |s: &&Secondary| meet(&self.grouper.diagnosis_pattern(s.pattern).attributes, attributes);
        self.scratch.secondaries.iter().filter(has).map(|secondary| self.code(secondary)).collect()
    }

    fn procedures_with(&self, attributes: &Attributes, list: u8) -> Vec<String> {
        let hidden = 1_u32.checked_shl(u32::from(list)).unwrap_or(0);
        let has = |pattern| meet(&self.grouper.procedure_attributes(pattern), attributes);
        let alone = self.scratch.procedures.iter().filter(|p| p.suppressed_lists & hidden == 0 && has(p.pattern));
        let mut sources: Vec<String> = alone.map(|procedure| self.procedure(procedure.position)).collect();
        for cluster in self.scratch.clusters.iter().filter(|cluster| has(cluster.pattern)) {
            sources.push(self.members(cluster.position).join(" + "));
        }
        sources
    }

    fn procedure(&self, position: u32) -> String {
        self.input.procedures.get(position as usize).map(ToString::to_string).unwrap_or_default()
    }

    fn code(&self, secondary: &Secondary) -> String {
        let diagnosis = self.input.secondary.get(secondary.position as usize);
        diagnosis.map(|diagnosis| diagnosis.code.to_string()).unwrap_or_default()
    }

    /// The claim's procedures that belong to a cluster.
    fn members(&self, cluster: u32) -> Vec<String> {
        let Some(cluster) = self.grouper.tables.cluster(cluster) else { return Vec::new() };
        let belongs = |id| cluster.choices().any(|choice| choice.binary_search(&id).is_ok());
        let members = self.scratch.procedures.iter().filter(|procedure| belongs(procedure.id));
        members.map(|procedure| self.procedure(procedure.position)).collect()
    }

    fn clusters(&self) -> Vec<ClusterExplanation> {
        let explain = |position| {
            let cluster = self.grouper.tables.cluster(position)?;
            Some(ClusterExplanation {
                name: cluster.name().to_owned(),
                procedures: self.members(position),
                suppressed_lists: (0..32).filter(|list| cluster.row.suppressed_lists >> list & 1 == 1).collect(),
            })
        };
        self.scratch.clusters.iter().filter_map(|cluster| explain(cluster.position)).collect()
    }

    fn suppressed(&self, secondary: &Secondary, suppression: u8) -> Option<Attributes> {
        let set = self.grouper.suppressions.get(usize::from(suppression)).filter(|_| suppression != 0)?;
        meet(&self.grouper.diagnosis_pattern(secondary.pattern).attributes, set).then_some(*set)
    }

    fn counting(&self, suppression: u8, pass: Pass) -> Vec<SeveritySource> {
        let counts = |s: &&Secondary| {
            s.level != SeverityLevel::NonCc
                && !(pass == Pass::Final && s.demoted)
                && self.suppressed(s, suppression).is_none()
        };
        let source =
            |s: &Secondary| SeveritySource { position: s.position as usize, code: self.code(s), level: s.level };
        self.scratch.secondaries.iter().filter(counts).map(source).collect()
    }

    fn not_counting(&self, suppression: u8, pass: Pass) -> Vec<ExcludedSeverity> {
        let why = |s: &Secondary| {
            if s.excluded {
                let principal = self.input.principal.map(|principal| principal.code.to_string()).unwrap_or_default();
                return Some(SeverityLoss::PrincipalExcludes { principal, group: self.claim.exclusion_group });
            }
            if s.died {
                return Some(SeverityLoss::PatientDied);
            }
            if pass == Pass::Final && s.demoted {
                let met = s.hacs & self.grouper.satisfied_hacs(self.claim);
                return Some(SeverityLoss::HospitalAcquired { hacs: numbers(met).collect() });
            }
            let set = self.suppressed(s, suppression)?;
            let names = self.grouper.tables.names_in(AttributeSpace::Diagnosis, &set);
            Some(SeverityLoss::UsedByFormula { attributes: names.into_iter().map(str::to_owned).collect() })
        };
        let listed = self.scratch.secondaries.iter().filter(|s| s.listed != SeverityLevel::NonCc);
        listed
            .filter_map(|s| {
                let (position, code, listed) = (s.position as usize, self.code(s), s.listed);
                Some(ExcludedSeverity { position, code, listed, why: why(s)? })
            })
            .collect()
    }

    fn hacs(&self) -> Vec<HacFinding> {
        let satisfied = self.grouper.satisfied_hacs(self.claim);
        let mut findings = Vec::new();
        for s in &self.scratch.secondaries {
            for hac in numbers(s.hacs) {
                let result = if self.input.hospital_status == HospitalStatus::Exempt {
                    HacResult::NotLookedAt(HospitalStatus::Exempt)
                } else if s.excluded {
                    HacResult::ExcludedByPrincipal
                } else if satisfied >> hac & 1 == 0 {
                    HacResult::CriteriaNotMet { lacks: self.hac_lacks(hac) }
                } else if Reported::of(s.poa) == Reported::Present {
                    HacResult::PresentOnAdmission
                } else {
                    HacResult::Met
                };
                findings.push(HacFinding {
                    position: s.position as usize,
                    code: self.code(s),
                    hac,
                    name: self.grouper.tables.hac_name(hac, self.grouper.version.number()).map(str::to_owned),
                    poa: s.poa,
                    result,
                });
            }
        }
        findings
    }

    fn hac_lacks(&self, hac: u8) -> Vec<String> {
        let (tables, version) = (&self.grouper.tables, self.grouper.version.number());
        let row = tables
            .hac_formulas()
            .iter()
            .find(|row| row.hac == u32::from(hac) && row.from_version <= version && version <= row.to_version);
        let formula = row.and_then(|row| Formula::parse(tables.text(row.formula)).ok());
        let holds = |name: &str| self.holds(&self.claim.facts, name);
        formula.map(|formula| lacks(&formula, &holds)).unwrap_or_default()
    }

    fn unknown_diagnoses(&self) -> Vec<String> {
        let known = |at: usize| self.scratch.secondaries.iter().any(|s| s.position as usize == at);
        let all = self.input.secondary.iter().enumerate();
        all.filter(|(at, _)| !known(*at)).map(|(_, diagnosis)| diagnosis.code.to_string()).collect()
    }

    fn unknown_procedures(&self) -> Vec<String> {
        let known = |at: usize| self.scratch.procedures.iter().any(|p| p.position as usize == at);
        let all = self.input.procedures.iter().enumerate();
        all.filter(|(at, _)| !known(*at)).map(|(_, code)| code.to_string()).collect()
    }
}

/// The one diagnosis at the level an MS-DRG rests on; the same code twice is one diagnosis.
fn sole(counting: &[SeveritySource], level: SeverityLevel) -> Option<SeveritySource> {
    let mut at_level = counting.iter().filter(|source| source.level == level);
    let first = at_level.next()?;
    at_level.all(|other| other.code == first.code).then(|| first.clone())
}

/// The numbers of a set.
fn numbers(set: u64) -> impl Iterator<Item = u8> {
    (0..64).filter(move |number| set >> number & 1 == 1)
}
