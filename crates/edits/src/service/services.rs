//! The services of a claim, each with its day and who performed it.

use super::history::beneficiary;
use super::{Program, Switches};
use openclaim_claim::{
    Claim, ClaimType, Date, Decimal, Diagnosis, HcpcsCode, LineDates, Modifier, Npi, Provider, ProviderRole,
    ServiceLine, Span, Spanned, Taxonomy, Text,
};
use openclaim_reference::{Day, text_key};
use std::hint::black_box;

/// Which kind of bill a service stands on: it decides which tables speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// Physicians, other practitioners, laboratories, surgery centres: professional claims.
    Practitioner,
    /// Suppliers of durable medical equipment: professional claims of a billing provider with a supplier's taxonomy.
    Supplier,
    /// Institutional claims that are paid by service: outpatient hospital and other Part B bills.
    Outpatient,
    /// Inpatient bills.
    Inpatient,
    /// Dental claims.
    Dental,
}

/// Up to four modifiers in the order sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Modifiers([Option<Modifier>; 4]);

impl Modifiers {
    fn of(list: &[Spanned<Modifier>]) -> Self {
        let mut modifiers = Self::default();
        for (slot, modifier) in modifiers.0.iter_mut().zip(list) {
            *slot = Some(modifier.value);
        }
        modifiers
    }

    /// The modifiers.
    pub fn iter(&self) -> impl Iterator<Item = Modifier> + '_ {
        self.0.iter().copied().map_while(|modifier| modifier)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0[0].is_none()
    }

    /// The first of them that is among these.
    #[must_use]
    #[inline]
    pub fn first_of(&self, modifiers: &[&str]) -> Option<Modifier> {
        self.iter().find(|it| modifiers.iter().any(|modifier| it.padded() == modifier.as_bytes()))
    }

    /// Whether one of them is this.
    #[must_use]
    #[inline]
    pub fn has(&self, modifier: &str) -> bool {
        self.iter().any(|it| it.padded() == modifier.as_bytes())
    }

    /// Whether one of them is among these.
    #[must_use]
    #[inline]
    pub fn any(&self, modifiers: &[&str]) -> bool {
        self.first_of(modifiers).is_some()
    }
}

/// Who performed a service, as far as the claim says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ProviderKey {
    /// Rendering provider; the billing provider where none is named, and on institutional bills.
    pub rendering: Option<Npi>,
    /// Billing provider: the group.
    pub group: Option<Npi>,
    /// Specialty of the rendering provider, or of the billing provider where none is named.
    pub specialty: Option<Taxonomy>,
}

impl ProviderKey {
    /// Whether Medicare treats the two as one provider: the same person, or the same group and specialty (Medicare Claims
    /// Processing Manual, Pub. 100-04, chapter 12, section 30.6.5). `None` when the claims do not say enough.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> Option<bool> {
        if self.rendering.is_some() && self.rendering == other.rendering {
            return Some(true);
        }
        match (self.group, other.group) {
            (Some(one), Some(two)) if one != two => Some(false),
            (Some(_), Some(_)) => match (self.specialty, other.specialty) {
                (Some(one), Some(two)) => Some(one == two),
                _ if self.rendering.is_some() && other.rendering.is_some() => None,
                _ => Some(true),
            },
            _ => match (self.rendering, other.rendering) {
                (Some(_), Some(_)) => Some(false),
                _ => None,
            },
        }
    }
}

/// A line with a procedure code.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a> {
    /// 0-based position of the line.
    pub index: u32,
    /// Position among the claim's services.
    pub at: usize,
    /// The line.
    pub line: &'a ServiceLine,
    /// The code.
    pub code: HcpcsCode,
    /// The code as tables key it.
    pub key: u64,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// First date of service: the line's, else the claim's.
    pub from: Option<Date>,
    /// Last date of service; equal to `from` for a single day.
    pub through: Option<Date>,
    /// `from` as table rows write it; day 0 when not known.
    pub day: Day,
    /// Quantity; `None` when absent.
    pub units: Option<Decimal>,
    /// Who performed it.
    pub provider: ProviderKey,
}

impl Service<'_> {
    /// Whether the service was given on one day, as far as the claim says.
    #[must_use]
    #[inline]
    pub fn is_single_day(&self) -> bool {
        self.through == self.from
    }

    /// Where the code stands.
    #[must_use]
    pub fn code_span(&self) -> Option<Span> {
        self.line.hcpcs.and_then(|code| code.span)
    }

    /// Whether the two are services of one day and provider, as far as the claim says.
    #[must_use]
    pub fn same_day(&self, other: &Self) -> bool {
        self.day.0 != 0 && self.day == other.day
    }

    /// The code with its modifiers: `99213-25`.
    #[must_use]
    pub fn label(&self) -> Text {
        let mut text = Text::from(self.code.as_str());
        for modifier in self.modifiers.iter() {
            text.push('-');
            text.push_str(modifier.as_str());
        }
        text
    }
}

/// The services of a claim.
#[derive(Debug)]
pub struct Services<'a> {
    /// The claim.
    pub claim: &'a Claim,
    /// Which kind of bill it is.
    pub setting: Setting,
    /// Whose rules bind.
    pub program: Program,
    /// Lines with a HCPCS code, in the order sent.
    pub list: Vec<Service<'a>>,
    /// Who was treated, across claims; empty when the claim names nobody.
    pub beneficiary: Text,
    /// First day of service, [`Claim::service_from`].
    pub first_day: Option<Date>,
    /// Last day of service, [`Claim::service_through`].
    pub last_day: Option<Date>,
    /// The first day of all services, where it is one and there are services.
    pub one_day: Option<Date>,
    /// Whether a service has a modifier.
    pub modified: bool,
}

impl<'a> Services<'a> {
    /// The services of a claim.
    #[must_use]
    pub fn of(claim: &'a Claim, switches: &Switches) -> Self {
        touch(claim);
        // Institutional bills are the facility's, whoever performed a service.
        let institutional = claim.claim_type == ClaimType::Institutional;
        let rendering = claim.provider(ProviderRole::Rendering).filter(|_| !institutional);
        let group = &*claim.billing_provider;
        let whole = key(rendering, group);
        let (first_day, last_day) = (claim.service_from(), claim.service_through());
        let one_day = first_day.filter(|first| Some(*first) == last_day);
        let mut list: Vec<Service<'a>> = Vec::with_capacity(claim.lines.len());
        let mut modified = false;
        for (line, index) in claim.lines.iter().zip(0_u32..) {
            let is_procedure = line.code_qualifier == "HC" || line.code_qualifier.is_empty();
            let Some(code) = line.hcpcs.filter(|_| is_procedure).map(|code| code.value) else { continue };
            let own = line.providers.iter().find(|provider| provider.role == ProviderRole::Rendering);
            let own = own.filter(|_| !institutional);
            modified |= !line.modifiers.is_empty();
            // A claim of one day needs no date on its lines.
            let from = line.dates.from.map(|date| date.value).or(one_day);
            list.push(Service {
                index,
                at: list.len(),
                line,
                code,
                key: text_key(&code.padded()),
                modifiers: Modifiers::of(&line.modifiers),
                from,
                through: line.dates.through.map(|date| date.value).or(from),
                day: from.map(Day::from).unwrap_or_default(),
                units: line.units.map(|units| units.value),
                provider: own.map_or(whole, |own| key(Some(own), group)),
            });
        }
        let same_day = |service: &Service<'_>| service.from == list.first().and_then(|first| first.from);
        let one_day = list.first().and_then(|first| first.from).filter(|_| list.iter().all(same_day));
        Self {
            claim,
            setting: setting(claim),
            program: program(claim, switches),
            list,
            beneficiary: beneficiary(claim),
            first_day,
            last_day,
            one_day,
            modified,
        }
    }

    /// The services.
    pub fn iter(&self) -> std::slice::Iter<'_, Service<'a>> {
        self.list.iter()
    }

    /// The diagnoses that a line points to, by position in [`Claim::diagnoses`]; all pointable ones when it points to
    /// none, as institutional lines do.
    pub fn diagnoses_of(&self, line: &ServiceLine) -> Vec<usize> {
        use openclaim_claim::DiagnosisRole::{Other, Principal};
        let pointable = self.claim.diagnoses.iter().enumerate().filter(|(_, it)| matches!(it.role, Principal | Other));
        let positions: Vec<usize> = pointable.map(|(position, _)| position).collect();
        if line.diagnosis_pointers.is_empty() {
            return positions;
        }
        let pointed = line.diagnosis_pointers.iter().filter_map(|it| usize::from(it.value).checked_sub(1));
        pointed.filter_map(|at| positions.get(at).copied()).collect()
    }
}

/// Reads something of every part of a claim that the edits read. The parts lie apart in memory: asked for one after another,
/// the processor waits for each; asked for together, it waits once.
fn touch(claim: &Claim) {
    let (subscriber, patient, group) = (&claim.subscriber, &claim.patient, &claim.billing_provider);
    let of_line = |line: &ServiceLine| {
        let LineDates { from, through, .. } = &line.dates;
        let lists = line.modifiers.len() + line.providers.len() + line.code_qualifier.len();
        let given = [line.hcpcs.is_some(), line.units.is_some(), from.is_some(), through.is_some()];
        lists + given.map(usize::from).iter().sum::<usize>() + line.number as usize
    };
    let of_diagnosis = |diagnosis: &Diagnosis| usize::from(diagnosis.icd9);
    let of_levels = [
        subscriber.member_id.value.len(),
        subscriber.claim_filing_indicator.len(),
        patient.member_id.len(),
        usize::from(patient.birth_date.is_some()),
        usize::from(group.npi.is_some()),
    ];
    let lines: usize = claim.lines.iter().map(of_line).sum();
    let diagnoses: usize = claim.diagnoses.iter().map(of_diagnosis).sum();
    black_box(lines + diagnoses + of_levels.iter().sum::<usize>());
}

fn key(rendering: Option<&Provider>, group: &Provider) -> ProviderKey {
    let specialty = |provider: &Provider| provider.specialty.as_ref().map(|it| it.taxonomy.value);
    let npi = |provider: &Provider| provider.npi.map(|it| it.value);
    ProviderKey {
        rendering: rendering.and_then(npi).or_else(|| npi(group)),
        group: npi(group),
        specialty: rendering.map_or_else(|| specialty(group), specialty),
    }
}

/// Taxonomies of suppliers of durable medical equipment, prosthetics, orthotics and supplies: the group 332B, and 335E for
/// prosthetic and orthotic suppliers (NUCC Health Care Provider Taxonomy).
const SUPPLIERS: [&[u8]; 2] = [b"332B", b"335E"];

fn setting(claim: &Claim) -> Setting {
    match claim.claim_type {
        ClaimType::Dental => Setting::Dental,
        ClaimType::Professional => {
            let taxonomy = claim.billing_provider.specialty.as_ref().map(|it| it.taxonomy.value);
            let supplier = taxonomy.is_some_and(|it| SUPPLIERS.iter().any(|start| it.padded().starts_with(start)));
            if supplier { Setting::Supplier } else { Setting::Practitioner }
        }
        ClaimType::Institutional => {
            // The second digit says inpatient Part A (1) or 8 for special facilities; everything else is paid by service.
            let facility = claim.type_of_bill.as_deref().map(|bill| bill.facility().to_owned());
            match facility.as_deref() {
                Some("11" | "18" | "21" | "41" | "51" | "61" | "65" | "66" | "86") => Setting::Inpatient,
                _ => Setting::Outpatient,
            }
        }
    }
}

/// Whose rules bind a claim: the user's choice, else the claim filing indicator (SBR09), whose `MC` is Medicaid.
#[must_use]
pub fn program(claim: &Claim, switches: &Switches) -> Program {
    switches.program.unwrap_or(match claim.subscriber.claim_filing_indicator.as_str() {
        "MC" => Program::Medicaid,
        _ => Program::Medicare,
    })
}
