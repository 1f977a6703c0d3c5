//! Made-up claims, for tests, fuzzing and measurements.
//!
//! [`Synth`] gives professional and institutional claims without end, the same ones for the same seed: ICD-10 codes that
//! are valid on the day by the loaded tables, NPIs with right check digits, charges that add up, present-on-admission
//! indicators on inpatient bills. Nobody in them exists. [`Batch`] writes them as 837, clean or with one named
//! [`InjectedFault`].

mod batch;
mod fault;
mod people;
mod random;

pub use batch::{Batch, CLAIMS_PER_TRANSACTION};
pub use fault::InjectedFault;

use jiff::ToSpan;
use openclaim_claim::{
    Admission, Claim, ClaimType, Date, Decimal, Diagnosis, DiagnosisCode, DiagnosisRole, Levels, Money, Poa, Procedure,
    ProcedureCode, ProcedureCoding, Provider, ProviderRole, ServiceLine, Spanned, Text, Unit, Value,
};
use openclaim_edits::mce;
use openclaim_reference::Library;
use openclaim_reference::mce::Flag;
use random::Random;
use std::sync::Arc;

/// Which claims to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 837P.
    Professional,
    /// 837I, inpatient and outpatient.
    Institutional,
    /// Both.
    Mixed,
}

/// First and last day on which claims are served unless told otherwise.
const YEAR: i16 = 2026;

/// Draws a stay gets to pass the code editor before its diagnoses are taken from the safe list.
const DRAWS: usize = 40;

/// HCPCS codes of professional lines with charges in cents and places of service where they fit.
const VISITS: [(&str, i64); 8] = [
    ("99212", 6_500),
    ("99213", 12_000),
    ("99214", 17_550),
    ("99203", 14_025),
    ("93000", 4_875),
    ("36415", 1_500),
    ("85025", 2_340),
    ("80053", 3_110),
];
/// Revenue codes of outpatient lines with their HCPCS codes and charges in cents.
const OUTPATIENT: [(&str, &str, i64); 6] = [
    ("0450", "99283", 145_000),
    ("0300", "80053", 21_050),
    ("0300", "85025", 9_875),
    ("0320", "71046", 38_640),
    ("0730", "93005", 22_500),
    ("0636", "J1885", 60_000),
];
/// Revenue codes of inpatient ancillary lines.
const ANCILLARY: [&str; 6] = ["0250", "0300", "0320", "0410", "0730", "0270"];
/// Marks of diagnoses that do not fit every patient and place.
const NOT_ANYWHERE: [Flag; 5] = [Flag::Manifestation, Flag::Newborn, Flag::Pediatric, Flag::Maternity, Flag::Adult];
/// Diagnoses that any adult stay may have as principal.
const SAFE: [&str; 6] = ["I5023", "J189", "N179", "K5792", "A419", "I2510"];

/// An endless supply of claims.
#[derive(Debug)]
pub struct Synth<'l> {
    library: &'l Library,
    random: Random,
    kind: Kind,
    diagnoses: Vec<DiagnosisCode>,
    procedures: Vec<ProcedureCode>,
    made: u64,
    practice: Arc<Provider>,
    hospital: Arc<Provider>,
}

impl<'l> Synth<'l> {
    /// Claims of a kind by the tables of a library. The same seed gives the same claims.
    #[must_use]
    pub fn new(library: &'l Library, seed: u64, kind: Kind) -> Self {
        let mut random = Random::new(seed);
        let days = [Date::constant(YEAR, 1, 1), Date::constant(YEAR, 6, 30)];
        let chapters = ['A', 'D', 'E', 'G', 'I', 'J', 'K', 'L', 'M', 'N'];
        let diagnoses = library
            .icd10cm()
            .iter()
            .filter(|entry| entry.code().as_str().starts_with(chapters))
            .filter(|entry| days.iter().all(|day| entry.valid_on(*day).is_valid()))
            .map(|entry| entry.code())
            // Codes that may not come first, or only at some ages, would be faults wherever chance puts them.
            .filter(|code| {
                library
                    .mce()
                    .diagnosis_rows(*code)
                    .iter()
                    .all(|row| !NOT_ANYWHERE.iter().any(|flag| row.flags.has(*flag)))
            })
            .collect();
        let procedures = library
            .icd10pcs()
            .iter()
            .filter(|entry| days.iter().all(|day| entry.valid_on(*day).is_valid()))
            .map(|entry| entry.code())
            .collect();
        let practice = Arc::new(people::billing_provider(&mut random, false));
        let hospital = Arc::new(people::billing_provider(&mut random, true));
        Self { library, random, kind, diagnoses, procedures, made: 0, practice, hospital }
    }

    /// The next claim, of a type that the kind allows.
    pub fn claim(&mut self) -> Claim {
        let institutional = match self.kind {
            Kind::Professional => false,
            Kind::Institutional => true,
            Kind::Mixed => self.random.chance(50),
        };
        self.claim_of(institutional)
    }

    pub(crate) fn claim_of(&mut self, institutional: bool) -> Claim {
        self.made += 1;
        // Several claims of one biller follow one another, as in files of billing services.
        if self.made.is_multiple_of(10) {
            let provider = Arc::new(people::billing_provider(&mut self.random, institutional));
            *(if institutional { &mut self.hospital } else { &mut self.practice }) = provider;
        }
        if institutional {
            let inpatient = self.random.chance(60);
            self.institutional(inpatient)
        } else {
            self.professional()
        }
    }

    fn base(&mut self, claim_type: ClaimType, medicare: bool, part_a: bool) -> Claim {
        let (subscriber, patient, payer) = people::insured(&mut self.random, medicare, part_a);
        let hospital = claim_type == ClaimType::Institutional;
        let levels = Levels {
            billing_provider: Arc::clone(if hospital { &self.hospital } else { &self.practice }),
            subscriber: Arc::new(subscriber),
            patient: Arc::new(patient),
            payer: Arc::new(payer),
            ..Levels::default()
        };
        let mut claim = Claim::under(claim_type, &levels);
        let letter = if hospital { "SI" } else { "SP" };
        claim.claim_id = Spanned::bare(format!("{letter}{:08}-{}", self.made, self.random.digits(4)).into());
        claim.frequency = Some(Spanned::bare('1'));
        claim.assignment = "A".into();
        claim.benefits_assigned = "Y".into();
        claim.release_of_information = "Y".into();
        claim
    }

    fn day(&mut self) -> Date {
        let days = self.random.between(0, 150);
        Date::constant(YEAR, 1, 1).saturating_add(days.days())
    }

    fn diagnosis(&mut self, role: DiagnosisRole, poa: Option<Poa>) -> Option<Diagnosis> {
        let code = *self.random.pick(&self.diagnoses)?;
        Some(Diagnosis { code: Spanned::bare(code), role, poa: poa.map(Spanned::bare), icd9: false })
    }

    fn diagnoses_for(&mut self, secondary: usize, poa: Option<Poa>) -> Vec<Diagnosis> {
        let mut list: Vec<Diagnosis> = self.diagnosis(DiagnosisRole::Principal, poa).into_iter().collect();
        for _ in 0..secondary {
            if let Some(other) = self.diagnosis(DiagnosisRole::Other, poa)
                && list.iter().all(|known| known.code.value != other.code.value)
            {
                list.push(other);
            }
        }
        list
    }

    fn professional(&mut self) -> Claim {
        let medicare = self.random.chance(50);
        let mut claim = self.base(ClaimType::Professional, medicare, false);
        claim.provider_signature = "Y".into();
        claim.place_of_service = "11".parse().ok().map(Spanned::bare);
        let day = self.day();
        let secondary = self.random.below(4);
        claim.diagnoses = self.diagnoses_for(secondary, None);
        claim.providers.push(people::physician(&mut self.random, ProviderRole::Rendering));
        let count = 1 + self.random.below(4);
        for number in 1..=count {
            let (code, charge) = VISITS[(self.random.below(VISITS.len() / count) * count + number - 1) % VISITS.len()];
            let mut line = self.line(number, code, charge, day);
            let pointers = 1 + self.random.below(claim.diagnoses.len().min(4));
            line.diagnosis_pointers = (1..=pointers).map(|at| Spanned::bare(at as u8)).collect();
            claim.lines.push(line);
        }
        total(&mut claim);
        claim
    }

    fn line(&mut self, number: usize, code: &str, charge: i64, day: Date) -> ServiceLine {
        let mut line = ServiceLine::new(number as u32);
        let units = if self.random.chance(80) { 1 } else { 2 };
        if !code.is_empty() {
            line.code_qualifier = "HC".into();
            line.hcpcs = code.parse().ok().map(Spanned::bare);
        }
        line.charge = Spanned::bare(Money::from_cents(charge * units));
        line.units = Some(Spanned::bare(Decimal::from(units)));
        line.dates.from = Some(Spanned::bare(day));
        line.dates.through = line.dates.from;
        line.control_number = format!("L{}", self.random.digits(9)).into();
        line
    }

    fn institutional(&mut self, inpatient: bool) -> Claim {
        let mut claim = self.base(ClaimType::Institutional, true, true);
        let from = self.day();
        let nights = if inpatient { self.random.between(1, 12) } else { 0 };
        let through = from.saturating_add(nights.days());
        claim.type_of_bill = if inpatient { "0111" } else { "0131" }.parse().ok().map(Spanned::bare);
        claim.dates.statement_from = Some(Spanned::bare(from));
        claim.dates.statement_through = Some(Spanned::bare(through));
        let code = |text: &str| text.parse().ok().map(Spanned::bare);
        let home = self.random.chance(80);
        claim.admission = Admission {
            admission_type: "1".parse().ok().map(Spanned::bare),
            source: "1".parse().ok().map(Spanned::bare),
            discharge_status: code(if home { "01" } else { "06" }),
            ..Admission::default()
        };
        claim.providers.push(people::physician(&mut self.random, ProviderRole::Attending));
        if inpatient {
            self.stay(&mut claim, from, nights);
        } else {
            let secondary = self.random.below(5);
            claim.diagnoses = self.diagnoses_for(secondary, None);
            if let Some(reason) = self.diagnosis(DiagnosisRole::ReasonForVisit, None) {
                claim.diagnoses.insert(1, reason);
            }
            let count = 1 + self.random.below(5);
            for number in 1..=count {
                let (revenue, code, charge) = OUTPATIENT[(number + self.random.below(2)) % OUTPATIENT.len()];
                let mut line = self.line(number, code, charge, from);
                line.revenue_code = revenue.parse().ok().map(Spanned::bare);
                claim.lines.push(line);
            }
        }
        total(&mut claim);
        claim
    }

    /// What an inpatient bill has: admission, lines of room and board, codes that the code editor lets pass.
    fn stay(&mut self, claim: &mut Claim, from: Date, nights: i64) {
        claim.admission.date = Some(Spanned::bare(from));
        claim.admission.hour = format!("{:02}{:02}", self.random.below(24), self.random.below(60)).into();
        claim.admission.discharge_hour = format!("{:02}00", self.random.between(9, 17)).into();
        claim.references.push(openclaim_claim::ExternalReference {
            qualifier: "EA".into(),
            value: Spanned::bare(Text::from(format!("MRN{}", self.random.digits(7)))),
        });
        if let Ok(code) = "80".parse() {
            claim.values.push(Value { code: Spanned::bare(code), amount: Spanned::bare(Decimal::from(nights)) });
        }
        let mut line = self.line(1, "", 98_000, from);
        line.revenue_code = "0120".parse().ok().map(Spanned::bare);
        line.unit = Unit::Days;
        line.units = Some(Spanned::bare(Decimal::from(nights)));
        line.charge = Spanned::bare(Money::from_cents(98_000 * nights));
        line.dates.from = None;
        line.dates.through = None;
        claim.lines.push(line);
        for number in 2..=2 + self.random.below(4) {
            let charge = self.random.between(1_000, 900_000);
            let mut line = self.line(number, "", charge, from);
            line.revenue_code = ANCILLARY.get(number - 2).and_then(|code| code.parse().ok()).map(Spanned::bare);
            line.dates.from = None;
            line.dates.through = None;
            claim.lines.push(line);
        }
        let tables = mce::Tables::of(self.library);
        for draw in 0..DRAWS {
            let secondary = self.random.below(8);
            claim.diagnoses = self.diagnoses_for(secondary, Some(Poa::Yes));
            claim.procedures.clear();
            if draw > DRAWS / 2 {
                let safe = self.random.word(&SAFE);
                claim.diagnoses.truncate(1);
                if let (Some(principal), Ok(code)) = (claim.diagnoses.first_mut(), safe.parse()) {
                    principal.code = Spanned::bare(code);
                }
            } else if self.random.chance(40)
                && let Some(&code) = self.random.pick(&self.procedures)
            {
                let (coding, date) = (ProcedureCoding::Icd10Pcs, Some(Spanned::bare(from)));
                claim.procedures.push(Procedure { code: Spanned::bare(code), principal: true, coding, date });
            }
            let admitting = claim.diagnoses.first().map(|principal| Diagnosis {
                role: DiagnosisRole::Admitting,
                poa: None,
                ..principal.clone()
            });
            claim.diagnoses.splice(1..1, admitting);
            if mce::check(claim, &tables).0.iter().all(|finding| !finding.disposition.is_error()) {
                break;
            }
        }
    }
}

fn total(claim: &mut Claim) {
    claim.amounts.total_charge = Spanned::bare(claim.lines.iter().map(|line| line.charge.value).sum());
}
