//! Pricing of hospital inpatient bills after grouping.

mod provider_row;
mod psf;

pub(crate) use provider_row::{Number, ProviderRow};
pub use provider_row::{ProviderFile, ProviderFileError};

use crate::lines::stops;
use crate::{Adjudication, Engine};
use openclaim_claim::{Claim, ClaimType, Date, NotEvaluated, NotEvaluatedReason, ProcedureCoding, Text, Unanswered};
use openclaim_pricer::Pricing;
use openclaim_pricer::ipps::{Arithmetic, Bill, Ipps, Provider, Refusal, ReturnCode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

const RULE: &str = "ipps";

/// The inpatient pricer and what it knows of hospitals.
#[derive(Debug, Default)]
pub(crate) struct Inpatient {
    ipps: OnceLock<Result<Ipps, String>>,
    /// Provider data that the user gave.
    pub(crate) providers: Option<ProviderFile>,
    /// Certification numbers by NPI, of every release of the provider-specific file that was asked.
    by_npi: Mutex<HashMap<String, Arc<HashMap<Text, Text>>>>,
}

impl Engine {
    /// Uses provider data that the user gives, before any imported provider-specific file.
    #[must_use]
    pub fn with_providers(mut self, providers: ProviderFile) -> Self {
        self.inpatient.providers = Some(providers);
        self
    }

    /// The inpatient pricer, opened at first use.
    pub(crate) fn ipps(&self) -> Result<&Ipps, NotEvaluated> {
        let opened = self.inpatient.ipps.get_or_init(|| Ipps::new(&self.library).map_err(|error| error.to_string()));
        opened.as_ref().map_err(|problem| {
            NotEvaluated::from(Unanswered {
                rule: Text::const_new(RULE),
                reason: NotEvaluatedReason::MissingTable,
                detail: format!("the embedded inpatient tables cannot be read: {problem}").into(),
                remedy: None,
            })
        })
    }

    /// Prices a grouped hospital inpatient bill into its adjudication.
    pub(crate) fn price_inpatient(&self, claim: &Claim, adjudication: &mut Adjudication) {
        let Some(drg) = adjudication.grouping.as_ref().map(|report| report.grouping.outcome.drg) else { return };
        if hold(adjudication) {
            return;
        }
        match self.inpatient_pricing(claim, drg) {
            Ok(pricing) => {
                adjudication.not_evaluated.extend(pricing.not_evaluated.iter().cloned());
                adjudication.pricing = Some(pricing);
            }
            Err(missing) => adjudication.not_evaluated.extend(missing),
        }
    }

    fn inpatient_pricing(&self, claim: &Claim, drg: u16) -> Result<Pricing, Vec<NotEvaluated>> {
        let lacks = |detail: &str| vec![not_evaluated(NotEvaluatedReason::MissingElement, detail.to_owned(), None)];
        let frequency = claim.frequency.as_deref().copied();
        if frequency.is_some_and(|code| matches!(code, '2' | '3' | '8')) {
            let detail = "interim bills and cancellations are not priced; the final bill is".to_owned();
            return Err(vec![not_evaluated(NotEvaluatedReason::NotSupported, detail, None)]);
        }
        let discharge =
            claim.discharge_date().ok_or_else(|| lacks("the patient is still there, or the last day is not stated"))?;
        let length = claim.length_of_stay().ok_or_else(|| lacks("the admission date is missing"))?;
        let ipps = self.ipps().map_err(|missing| vec![missing])?;
        let year = ipps.year(discharge)?;
        let provider = self.hospital(claim, discharge).map_err(|missing| vec![missing])?;
        let conditions: Vec<Text> = claim.condition_codes.iter().map(|code| code.value.as_str().into()).collect();
        let status = claim.admission.discharge_status.map(|status| status.value.to_string()).unwrap_or_default();
        let stay = u16::try_from(length).ok();
        let covered = value_days(claim, "80");
        let bill = Bill {
            review: Some(year.review(&status, &conditions)),
            drg: Some(drg),
            length_of_stay: stay,
            covered_days: covered.or(stay),
            lifetime_reserve_days: Some(value_days(claim, "83").unwrap_or(0)),
            charges: Some(covered_charges(claim)),
            diagnoses: claim
                .principal_diagnosis()
                .into_iter()
                .chain(claim.secondary_diagnoses())
                .map(|diagnosis| diagnosis.code.value.as_str().into())
                .collect(),
            procedures: claim
                .procedures
                .iter()
                .filter(|procedure| procedure.coding == ProcedureCoding::Icd10Pcs)
                .map(|procedure| procedure.code.value.as_str().into())
                .collect(),
            conditions,
            ..Bill::new(discharge)
        };
        // The formulas of the regulation, whatever a reference was computed with.
        match ipps.prepare(&year, provider, Some(Arithmetic::Regulation)) {
            Ok(prepared) => {
                let payment = prepared.price(&bill);
                prepared
                    .pricing(&bill, &payment)
                    .map_err(|error| vec![not_evaluated(NotEvaluatedReason::NotSupported, error.to_string(), None)])
            }
            Err(Refusal::Returned(code)) => Ok(returned(&year.number, code)),
            Err(Refusal::NotEvaluated(missing)) => Err(missing),
        }
    }

    /// What is on file of the hospital: the user's provider data, else the imported provider-specific file.
    fn hospital(&self, claim: &Claim, date: Date) -> Result<Provider, NotEvaluated> {
        let npi = claim.billing_provider.npi.as_ref().map(|npi| Text::from(npi.value.to_string()));
        let ccn = claim.billing_identifier("1C").map(|identifier| identifier.value.clone());
        if let Some(providers) = &self.inpatient.providers
            && let Some(found) = providers.find(ccn.as_deref(), npi.as_deref(), date)
        {
            return Ok(found.clone());
        }
        let known_at = self.policy.switches.known_at;
        let filed = psf::find(&self.library, &self.inpatient.by_npi, ccn.as_deref(), npi.as_deref(), date, known_at)?;
        filed.ok_or_else(|| {
            let who = npi.map_or_else(|| "without NPI".to_owned(), |npi| format!("with NPI {npi}"));
            let detail =
                format!("no provider data for the hospital {who} on {date}: table psf/inpatient or a provider file");
            let remedy = "openclaim data pull --only psf-inpatient, or check --provider FILE";
            not_evaluated(NotEvaluatedReason::MissingTable, detail, Some(remedy))
        })
    }
}

/// Takes the price of a claim away that a finding stops, and says which; again whenever findings are added. Returns
/// whether the claim is stopped.
pub(crate) fn hold(adjudication: &mut Adjudication) -> bool {
    let Some(edit) = adjudication.findings.iter().find(|finding| stops(finding)).map(|finding| finding.edit) else {
        return false;
    };
    let said = adjudication.not_evaluated.iter().any(|missing| missing.rule == RULE);
    if adjudication.claim_type == Some(ClaimType::Institutional) && adjudication.grouping.is_some() && !said {
        let detail = format!("the claim is not priced because of {edit}");
        adjudication.not_evaluated.push(not_evaluated(NotEvaluatedReason::NotSupported, detail, None));
    }
    adjudication.pricing = None;
    true
}

/// A price of nothing, for a return code.
fn returned(year: &str, code: ReturnCode) -> Pricing {
    let mut pricing = Pricing::new(format!("IPPS FY {year}"));
    pricing.return_code = Some(code.to_string().into());
    pricing
}

fn not_evaluated(reason: NotEvaluatedReason, detail: String, remedy: Option<&'static str>) -> NotEvaluated {
    NotEvaluated::from(Unanswered {
        rule: Text::const_new(RULE),
        reason,
        detail: detail.into(),
        remedy: remedy.map(Text::const_new),
    })
}

/// Days that a value code states: 80 covered, 83 lifetime reserve.
fn value_days(claim: &Claim, code: &str) -> Option<u16> {
    let value = claim.values.iter().find(|value| value.code.value.as_str() == code)?;
    value.amount.value.trunc().to_string().parse().ok()
}

/// Total charge less what the lines say is not covered.
fn covered_charges(claim: &Claim) -> openclaim_claim::Decimal {
    let not_covered: openclaim_claim::Money =
        claim.lines.iter().filter_map(|line| line.non_covered.as_ref()).map(|amount| amount.value).sum();
    (claim.amounts.total_charge.value - not_covered).to_decimal()
}
