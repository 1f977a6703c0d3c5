//! What is allowed for each line of a professional claim, and which finding denies it.
//!
//! Lines of one day and one practitioner are priced together, because multiple procedures are ranked. What the physician
//! fee schedule leaves to other schedules is asked of those. Amounts are what Medicare allows, before deductible and
//! coinsurance.

use crate::{Adjudication, Engine, Program};
use openclaim_claim::{
    Address, Claim, ClaimType, Date, Decimal, Disposition, Finding, Modifier, Money, NotEvaluated, NotEvaluatedReason,
    Provider, ProviderRole, ServiceLine, Subject, Text, Unanswered, Unit,
};
use openclaim_edits::service::program;
use openclaim_pricer::Pricing;
use openclaim_pricer::fees::{self, FeeRequest};
use openclaim_pricer::mpfs::{
    ConversionFactor, FeeSchedule, LineOutcome, LineRequest, Locality, NotPayable, Place, Practitioner, Share,
    zip_locality,
};
use serde::Serialize;
use std::sync::Arc;

const RULE: &str = "mpfs";

/// What was decided about the lines of a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimLines {
    /// The lines, in the order sent.
    pub lines: Vec<LineDetermination>,
    /// The finding that keeps the claim as a whole from being decided: rejected, returned or suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<&'static str>,
    /// Sum of the lines' charges.
    pub charge: Money,
    /// Sum of what is allowed; `None` while a line is not evaluated or the claim is stopped.
    pub allowed: Option<Money>,
    /// What the claim does not say and was taken for granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<&'static str>,
}

/// What was decided about one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineDetermination {
    /// 0-based position in [`Claim::lines`].
    pub line: u32,
    /// Line number as sent.
    pub number: u32,
    /// What was charged.
    pub charge: Money,
    /// What the schedule pays for the line, whatever the findings say; `None` where it is not evaluated.
    pub priced: Option<Money>,
    /// What is allowed before deductible and coinsurance: nothing for a denied line; `None` where it is not evaluated or
    /// the claim is stopped.
    pub allowed: Option<Money>,
    /// The finding that denies or rejects the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<&'static str>,
    /// Why the fee schedule pays nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_payable: Option<NotPayable>,
    /// Why there is no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_evaluated: Option<NotEvaluated>,
    /// Rank among several procedures, 1 for the highest, where the rank reduced the fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u16>,
    /// The steps, when the policy asks for explanations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Box<Pricing>>,
}

/// A line made ready for the schedule.
struct Ready {
    line: usize,
    date: Date,
    /// Who rendered it: lines of one practitioner and day are ranked together.
    practitioner: Text,
    modifiers: Vec<Modifier>,
}

impl Engine {
    /// Prices the lines of a professional claim into its adjudication.
    pub(crate) fn determine_lines(&self, claim: &Claim, adjudication: &mut Adjudication) {
        if claim.claim_type != ClaimType::Professional || claim.lines.is_empty() {
            return;
        }
        if program(claim, &self.policy.switches) == Program::Medicaid {
            let detail = "the claim is Medicaid's; the fee schedules are Medicare's".to_owned();
            adjudication.not_evaluated.push(cannot(NotEvaluatedReason::NotSupported, detail));
            return;
        }
        let mut lines: Vec<LineDetermination> = claim.lines.iter().enumerate().map(undecided).collect();
        let mut assumptions = vec!["the practitioner participates in Medicare"];
        let mut ready: Vec<Ready> = Vec::new();
        for (at, line) in claim.lines.iter().enumerate() {
            match self.ready(claim, at, line) {
                Ok(one) => ready.push(one),
                Err(missing) => set_missing(&mut lines, at, missing),
            }
        }
        // A stable sort: lines of one day and practitioner stand together, in the order sent.
        ready.sort_by(|a, b| (a.date, &a.practitioner).cmp(&(b.date, &b.practitioner)));
        for group in ready.chunk_by(|a, b| (a.date, &a.practitioner) == (b.date, &b.practitioner)) {
            self.determine_group(claim, group, &mut lines, &mut assumptions);
        }
        note_missing(&lines, adjudication);
        let charge = claim.lines.iter().map(|line| line.charge.value).sum();
        adjudication.lines = Some(ClaimLines { lines, stopped_by: None, charge, allowed: None, assumptions });
        settle(adjudication);
    }

    fn ready(&self, claim: &Claim, at: usize, line: &ServiceLine) -> Result<Ready, NotEvaluated> {
        use NotEvaluatedReason::MissingElement;
        let date = line.dates.from.as_deref().copied().or_else(|| claim.service_from());
        let date =
            date.ok_or_else(|| cannot(MissingElement, format!("line {} has no date of service", line.number)))?;
        let practitioner = rendering(claim, line).npi.as_deref().map_or(Text::default(), |npi| npi.as_str().into());
        let modifiers = line.modifiers.iter().map(|modifier| modifier.value).collect();
        Ok(Ready { line: at, date, practitioner, modifiers })
    }

    /// Lines of one day and practitioner.
    fn determine_group(
        &self,
        claim: &Claim,
        group: &[Ready],
        lines: &mut [LineDetermination],
        assumptions: &mut Vec<&'static str>,
    ) {
        let Some(first) = group.first() else { return };
        let schedule = self.fee_schedule(first.date, ConversionFactor::Standard);
        let schedule = match Arc::as_ref(&schedule) {
            Ok(schedule) => schedule,
            Err(missing) => {
                for one in group {
                    set_missing(lines, one.line, missing.clone());
                }
                return;
            }
        };
        let mut requests = Vec::with_capacity(group.len());
        let mut places = Vec::with_capacity(group.len());
        for one in group {
            let Some(line) = claim.lines.get(one.line) else { continue };
            match self.request(claim, line, one, schedule, assumptions) {
                Ok(request) => {
                    requests.push(request);
                    places.push(one);
                }
                Err(missing) => set_missing(lines, one.line, missing),
            }
        }
        for (one, outcome) in places.into_iter().zip(schedule.price_together(&requests)) {
            let Some(line) = claim.lines.get(one.line) else { continue };
            let Some(decided) = lines.get_mut(one.line) else { continue };
            match outcome {
                LineOutcome::Priced(price) => {
                    decided.priced = Some(price.amount());
                    decided.rank = price.rank();
                    if self.policy.explain {
                        decided.pricing = schedule.pricing(&price).ok().map(Box::new);
                    }
                }
                LineOutcome::NotPayable(why) => {
                    decided.priced = Some(Money::ZERO);
                    decided.not_payable = Some(why);
                }
                LineOutcome::NotEvaluated(missing) => decided.not_evaluated = Some(missing),
                LineOutcome::Elsewhere(_) => self.elsewhere(claim, line, one, decided),
            }
        }
    }

    fn request<'r>(
        &self,
        claim: &Claim,
        line: &ServiceLine,
        one: &'r Ready,
        schedule: &FeeSchedule,
        assumptions: &mut Vec<&'static str>,
    ) -> Result<LineRequest<'r>, NotEvaluated> {
        use NotEvaluatedReason::{MissingElement, NotSupported};
        let number = line.number;
        let hcpcs = line.hcpcs.as_deref().copied();
        let hcpcs = hcpcs.ok_or_else(|| cannot(MissingElement, format!("line {number} has no procedure code")))?;
        let place = line.place_of_service.as_ref().or(claim.place_of_service.as_ref());
        let place = place.ok_or_else(|| cannot(MissingElement, format!("line {number} has no place of service")))?;
        let place: Place = schedule.place(place.value.as_str()).ok_or_else(|| {
            cannot(NotSupported, format!("whether place of service {} is a facility is not known", place.value))
        })?;
        let locality = self.locality(claim, line, place, one.date, schedule)?;
        let (units, minutes) = quantity(line)?;
        Ok(LineRequest {
            rate: place.rate,
            hospital: place.hospital,
            units,
            minutes,
            practitioner: practitioner(claim, line, schedule, assumptions)?,
            charge: Some(line.charge.value).filter(|charge| *charge > Money::ZERO),
            ..LineRequest::new(hcpcs, &one.modifiers, locality)
        })
    }

    /// Contractor and locality of the ZIP code of the place of service.
    fn locality(
        &self,
        claim: &Claim,
        line: &ServiceLine,
        place: Place,
        date: Date,
        schedule: &FeeSchedule,
    ) -> Result<Locality, NotEvaluated> {
        let address = service_address(claim, line, place).filter(|address| !address.postal_code.is_empty());
        let address = address.ok_or_else(|| {
            cannot(NotEvaluatedReason::MissingElement, "the claim has no ZIP code of the place of service".to_owned())
        })?;
        let found = zip_locality(&self.library, &address.postal_code, date, self.policy.switches.known_at)?;
        schedule.locality(&found.contractor, &found.locality).ok_or_else(|| {
            let (contractor, locality) = (&found.contractor, &found.locality);
            let detail = format!("contractor {contractor}, locality {locality} has no geographic indices on {date}");
            cannot(NotEvaluatedReason::MissingTable, detail)
        })
    }

    /// A line that another schedule may pay.
    fn elsewhere(&self, claim: &Claim, line: &ServiceLine, one: &Ready, decided: &mut LineDetermination) {
        let (Some(hcpcs), Some(units)) = (line.hcpcs.as_deref(), line.units.as_deref().copied().or(Some(Decimal::ONE)))
        else {
            return;
        };
        let home = claim.patient.address.as_deref().or(claim.subscriber.address.as_deref());
        let request = FeeRequest {
            hcpcs: *hcpcs,
            modifiers: &one.modifiers,
            date: one.date,
            units,
            state: home.map_or("", |address| address.state.as_str()),
            charge: Some(line.charge.value).filter(|charge| *charge > Money::ZERO),
        };
        match fees::price(&self.library, &request, self.policy.switches.known_at) {
            Ok(pricing) => {
                decided.priced = pricing.total();
                if self.policy.explain {
                    decided.pricing = Some(Box::new(pricing));
                }
            }
            Err(missing) => decided.not_evaluated = Some(missing),
        }
    }
}

fn cannot(reason: NotEvaluatedReason, detail: String) -> NotEvaluated {
    NotEvaluated::from(Unanswered { rule: RULE.into(), reason, detail: detail.into(), remedy: None })
}

fn undecided((at, line): (usize, &ServiceLine)) -> LineDetermination {
    LineDetermination {
        line: u32::try_from(at).unwrap_or(u32::MAX),
        number: line.number,
        charge: line.charge.value,
        priced: None,
        allowed: None,
        denied_by: None,
        not_payable: None,
        not_evaluated: None,
        rank: None,
        pricing: None,
    }
}

fn set_missing(lines: &mut [LineDetermination], at: usize, missing: NotEvaluated) {
    if let Some(line) = lines.get_mut(at) {
        line.not_evaluated = Some(missing);
    }
}

/// What keeps lines from being priced is said once of the claim.
fn note_missing(lines: &[LineDetermination], adjudication: &mut Adjudication) {
    for missing in lines.iter().filter_map(|line| line.not_evaluated.as_ref()) {
        if !adjudication.not_evaluated.contains(missing) {
            adjudication.not_evaluated.push(missing.clone());
        }
    }
}

fn by_role(providers: &[Provider], role: ProviderRole) -> Option<&Provider> {
    providers.iter().find(|provider| provider.role == role)
}

/// Who rendered the line: named on it, on the claim, or else who bills.
fn rendering<'c>(claim: &'c Claim, line: &'c ServiceLine) -> &'c Provider {
    let named = by_role(&line.providers, ProviderRole::Rendering);
    named.or_else(|| by_role(&claim.providers, ProviderRole::Rendering)).unwrap_or(&claim.billing_provider)
}

/// Where the service was: the facility named on line or claim, the home, or else where the biller is.
fn service_address<'c>(claim: &'c Claim, line: &'c ServiceLine, place: Place) -> Option<&'c Address> {
    let facility = by_role(&line.providers, ProviderRole::ServiceFacility)
        .or_else(|| by_role(&claim.providers, ProviderRole::ServiceFacility))
        .and_then(|facility| facility.address.as_deref());
    let home = || claim.patient.address.as_deref().or(claim.subscriber.address.as_deref());
    let own = || if place.home { home() } else { None };
    facility.or_else(own).or(claim.billing_provider.address.as_deref())
}

/// Units, and minutes of anesthesia.
fn quantity(line: &ServiceLine) -> Result<(u32, Option<u32>), NotEvaluated> {
    let Some(quantity) = line.units.as_deref().copied() else { return Ok((1, None)) };
    let whole = quantity.is_integer().then(|| u32::try_from(quantity).ok()).flatten();
    let whole = whole.ok_or_else(|| {
        let detail = format!("line {}: {quantity} is not a number of units that is paid", line.number);
        cannot(NotEvaluatedReason::NotSupported, detail)
    })?;
    Ok(if line.unit == Unit::Minutes { (1, Some(whole)) } else { (whole, None) })
}

/// The share of the fee that the kind of practitioner is paid.
fn practitioner(
    claim: &Claim,
    line: &ServiceLine,
    schedule: &FeeSchedule,
    assumptions: &mut Vec<&'static str>,
) -> Result<Share, NotEvaluated> {
    const ASSUMED: &str = "a practitioner without taxonomy is a physician";
    let Some(specialty) = &rendering(claim, line).specialty else {
        if !assumptions.contains(&ASSUMED) {
            assumptions.push(ASSUMED);
        }
        return Ok(Share::WHOLE);
    };
    let taxonomy = specialty.taxonomy.value;
    match schedule.practitioner(taxonomy.as_str()) {
        Some(Practitioner::Paid(share)) => Ok(share),
        Some(Practitioner::OtherSystem) => {
            let detail = format!("providers of taxonomy {taxonomy} are paid by another system than the fee schedule");
            Err(cannot(NotEvaluatedReason::NotSupported, detail))
        }
        None => {
            let detail = format!("which share of the fee providers of taxonomy {taxonomy} are paid is not known");
            Err(cannot(NotEvaluatedReason::NotSupported, detail))
        }
    }
}

/// Holds the lines against the findings; again whenever findings are added.
pub(crate) fn settle(adjudication: &mut Adjudication) {
    let Some(decided) = adjudication.lines.as_mut() else { return };
    let findings = &adjudication.findings;
    decided.stopped_by = findings.iter().find(|finding| stops(finding)).map(|finding| finding.edit);
    for line in &mut decided.lines {
        line.denied_by = findings.iter().find(|finding| denies(finding, line.line)).map(|finding| finding.edit);
        line.allowed = match (decided.stopped_by, line.denied_by) {
            (Some(_), _) => None,
            (None, Some(_)) => Some(Money::ZERO),
            (None, None) => line.priced,
        };
    }
    decided.allowed = decided.lines.iter().map(|line| line.allowed).sum();
}

/// Whether a finding keeps the claim as a whole from being decided.
pub(crate) fn stops(finding: &Finding) -> bool {
    match finding.disposition {
        Disposition::RejectClaim | Disposition::ReturnToProvider | Disposition::Suspend => true,
        Disposition::DenyLine | Disposition::RejectLine | Disposition::Warn => false,
    }
}

fn denies(finding: &Finding, line: u32) -> bool {
    let disposed = matches!(finding.disposition, Disposition::DenyLine | Disposition::RejectLine);
    disposed && matches!(finding.subject, Subject::Line(at) | Subject::LinePair(at, _) if at == line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::Message;

    fn finding(edit: &'static str, disposition: Disposition, subject: Subject) -> Finding {
        Finding {
            edit,
            disposition,
            snip: None,
            subject,
            message: Message::new("made up"),
            span: None,
            evidence: Vec::new(),
            carc: None,
            rarc: None,
            clears: Vec::new(),
        }
    }

    /// Two lines priced at 10.00 and 20.00.
    fn adjudication(findings: Vec<Finding>) -> Adjudication {
        let line = |at: u32, cents: i64| LineDetermination {
            priced: Some(Money::from_cents(cents)),
            charge: Money::from_cents(5_000),
            ..undecided((at as usize, &ServiceLine::new(at + 1)))
        };
        let lines = ClaimLines {
            lines: vec![line(0, 1_000), line(1, 2_000)],
            stopped_by: None,
            charge: Money::from_cents(10_000),
            allowed: None,
            assumptions: Vec::new(),
        };
        let releases = crate::Releases::new(Vec::new());
        let mut adjudication = Adjudication { findings, lines: Some(lines), ..Adjudication::empty(&releases) };
        settle(&mut adjudication);
        adjudication
    }

    fn allowed(adjudication: &Adjudication) -> (Vec<Option<i64>>, Option<i64>) {
        let decided = adjudication.lines.as_ref().unwrap();
        let lines = decided.lines.iter().map(|line| line.allowed.map(Money::cents)).collect();
        (lines, decided.allowed.map(Money::cents))
    }

    #[test]
    fn a_denied_line_is_not_paid_and_says_by_which_finding() {
        let pair = finding("ncci/pair", Disposition::DenyLine, Subject::LinePair(1, 0));
        let warning = finding("made/warning", Disposition::Warn, Subject::Line(0));
        let decided = adjudication(vec![warning, pair]);
        assert_eq!(allowed(&decided), (vec![Some(1_000), Some(0)], Some(1_000)));
        let lines = &decided.lines.as_ref().unwrap().lines;
        assert_eq!((lines[0].denied_by, lines[1].denied_by), (None, Some("ncci/pair")));
        assert_eq!(lines[1].priced, Some(Money::from_cents(2_000)), "the price is still told");
    }

    #[test]
    fn a_claim_that_is_returned_allows_nothing_yet() {
        let mut decided = adjudication(vec![finding("x12/a", Disposition::ReturnToProvider, Subject::Claim)]);
        assert_eq!(allowed(&decided), (vec![None, None], None));
        assert_eq!(decided.lines.as_ref().unwrap().stopped_by, Some("x12/a"));
        decided.findings.clear();
        settle(&mut decided);
        assert_eq!(allowed(&decided), (vec![Some(1_000), Some(2_000)], Some(3_000)));
    }

    #[test]
    fn a_line_without_price_leaves_the_total_open() {
        let mut decided = adjudication(Vec::new());
        decided.lines.as_mut().unwrap().lines[0].priced = None;
        settle(&mut decided);
        assert_eq!(allowed(&decided), (vec![None, Some(2_000)], None));
    }
}
