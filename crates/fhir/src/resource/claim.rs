//! The claim itself: identifiers, dates, amounts, admission, diagnoses and procedures.

use super::coding::{Coding, is_named};
use super::element::{Elements, Str};
use super::{Kind, Resource, item, party};
use crate::fault::{FaultKind, quote};
use crate::json::Node;
use crate::record::ResourceType;
use openclaim_claim::{
    Claim, ClaimType, ConditionCode, Decimal, Diagnosis, DiagnosisRole, DischargeStatus, Occurrence, OccurrenceSpan,
    Poa, Procedure, ProcedureCode, ProcedureCoding, ProviderRole, Purpose, Spanned, TypeOfBill, Value,
};

pub(super) fn read<'t>(resource: &Resource<'t, '_>, kind: &Kind, limit: usize, elements: &mut Elements<'t>) -> Claim {
    let claim_type = match kind {
        Kind::Known(claim_type) => *claim_type,
        Kind::Unsupported(_) | Kind::Unknown => ClaimType::Professional,
    };
    let node = resource.node;
    let mut claim = Claim::new(claim_type);
    claim.span = Some(elements.span(node));
    identifiers(node, &mut claim, elements);
    claim.purpose = match node.str("use") {
        Some("predetermination") => Purpose::Predetermination,
        _ => Purpose::Chargeable,
    };
    claim.transaction_date = elements.date(node, "created").map(|date| date.value);
    if let Some(period) = elements.object(node, "billablePeriod") {
        claim.dates.statement_from = elements.date(period, "start");
        claim.dates.statement_through = elements.date(period, "end");
    }
    related(node, &mut claim, elements);
    let mut bill = Bill::default();
    supporting_info(node, &mut claim, &mut bill, elements);
    bill.finish(node, &mut claim, elements);
    hospitalization(node, &mut claim, elements);
    let sequences = diagnoses(node, &mut claim, limit, elements);
    procedures(node, &mut claim, elements);
    party::read(resource, &mut claim, elements);
    let team = party::care_team(resource, claim_type, elements);
    let referenced =
        item::read(resource, &mut claim, &item::Surroundings { sequences: &sequences, team: &team, limit }, elements);
    let of_claim = team.iter().filter(|member| !referenced.contains(&member.sequence));
    claim.providers.extend(of_claim.map(|member| member.provider.clone()));
    one_referrer(&mut claim);
    total(resource, &mut claim, elements);
    claim
}

/// CMS's servers name the referring physician twice, as referral and in the care team.
fn one_referrer(claim: &mut Claim) {
    let mut known = Vec::new();
    claim.providers.retain(|provider| {
        let repeated =
            provider.role == ProviderRole::Referring && provider.npi.is_some() && known.contains(&provider.npi);
        known.push(provider.npi.filter(|_| provider.role == ProviderRole::Referring));
        !repeated
    });
}

/// The claim's own identifier: the one that is typed as the unique claim identifier, or CMS's claim number, else the first
/// that has a value, else the id of the resource.
fn identifiers<'t>(node: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
    let mut first = None;
    let mut best = None;
    for identifier in elements.objects(node, "identifier") {
        let Some(value) = elements.text(identifier, "value") else { continue };
        let unique = elements.concept(identifier, "type").iter().any(|coding| coding.code.text == "uc");
        let system = identifier.str("system").unwrap_or_default();
        if unique || is_named(system, "clm_id") {
            best = best.or(Some(value));
        }
        if !is_named(system, "claim_group") {
            first = first.or(Some(value));
        }
    }
    let id = best.or(first).or_else(|| elements.text(node, "id"));
    match id {
        Some(id) => claim.claim_id = elements.spanned(id),
        None => elements.fault(FaultKind::MissingElement, node, "the claim has neither identifier nor id"),
    }
}

/// The claim that this one replaces.
fn related<'t>(node: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
    for related in elements.objects(node, "related") {
        let prior = elements.concept(related, "relationship").iter().any(|coding| coding.code.text == "prior");
        let reference = elements
            .object(related, "reference")
            .or_else(|| elements.object(related, "claim").and_then(|claim| elements.object(claim, "identifier")));
        if prior && let Some(value) = reference.and_then(|reference| elements.text(reference, "value")) {
            claim.original_reference_number = Some(elements.spanned(value));
        }
    }
}

/// Parts of the type of bill, wherever they stand.
#[derive(Default)]
struct Bill<'t> {
    whole: Option<Str<'t>>,
    facility: Option<Str<'t>>,
    classification: Option<Str<'t>>,
    frequency: Option<Str<'t>>,
}

impl<'t> Bill<'t> {
    fn finish(mut self, node: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
        for name in ["clm_fac_type_cd", "lob_cd"] {
            if let Some(facility) = elements.object(node, "facility").filter(|_| self.facility.is_none()) {
                self.facility = elements.extension_code(facility, name);
            }
        }
        for name in ["clm_srvc_clsfctn_type_cd", "serv_typ_cd"] {
            if self.classification.is_none() {
                self.classification = elements.extension_code(node, name);
            }
        }
        // The older resources list the classification among the types of the claim.
        self.classification = self.classification.or_else(|| {
            let codings = elements.concept(node, "type");
            codings.into_iter().find(|coding| coding.of("clm_srvc_clsfctn_type_cd")).map(|coding| coding.code)
        });
        if claim.claim_type == ClaimType::Institutional {
            claim.type_of_bill = self.type_of_bill(elements);
        }
        // Next to a whole type of bill, the parts repeat it.
        let frequency = self.frequency.filter(|_| self.whole.is_none());
        claim.frequency = match (claim.type_of_bill, frequency) {
            (Some(bill), _) => Some(bill.map(|bill| bill.frequency())),
            (None, Some(found)) => {
                let letter = found.text.chars().next().filter(|_| found.text.chars().count() == 1);
                if letter.is_none() {
                    let detail = format!("`{}` is no claim frequency: one character is expected", quote(found.text));
                    elements.fault(FaultKind::NotACode, found.node, detail);
                }
                letter.map(|letter| Spanned::at(letter, elements.span(found.node)))
            }
            (None, None) => None,
        };
    }

    fn type_of_bill(&self, elements: &mut Elements<'t>) -> Option<Spanned<TypeOfBill>> {
        if let Some(whole) = self.whole {
            return elements.code(whole);
        }
        let (facility, classification, frequency) = (self.facility?, self.classification?, self.frequency?);
        elements.code_of(facility, &format!("{}{}{}", facility.text, classification.text, frequency.text))
    }
}

/// `supportingInfo` (`information` in STU3), told apart by the code systems.
fn supporting_info<'t>(node: &'t Node<'t>, claim: &mut Claim, bill: &mut Bill<'t>, elements: &mut Elements<'t>) {
    for name in ["supportingInfo", "information"] {
        for info in elements.objects(node, name) {
            let category = elements.concept(info, "category");
            if category.iter().any(|coding| coding.says("admissionperiod")) {
                admission_period(info, claim, elements);
            }
            for coding in elements.concept(info, "code") {
                billing_code(info, coding, claim, bill, elements);
            }
        }
    }
}

fn admission_period<'t>(info: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
    if let Some(period) = elements.object(info, "timingPeriod") {
        claim.admission.date = elements.date(period, "start");
    } else {
        claim.admission.date = elements.date(info, "timingDate");
    }
}

fn billing_code<'t>(
    info: &'t Node<'t>,
    coding: Coding<'t>,
    claim: &mut Claim,
    bill: &mut Bill<'t>,
    elements: &mut Elements<'t>,
) {
    let code = coding.code;
    if coding.of("TypeOfBill") {
        bill.whole = bill.whole.or(Some(code));
    } else if coding.of_any(&["clm_freq_cd", "freq_cd", "clm_bill_freq_cd"]) {
        bill.frequency = bill.frequency.or(Some(code));
    } else if coding.of("clm_bill_fac_type_cd") {
        bill.facility = bill.facility.or(Some(code));
    } else if coding.of("clm_bill_clsfctn_cd") {
        bill.classification = bill.classification.or(Some(code));
    } else if coding.of_any(&["PatDischargeStatus", "ptnt_dschrg_stus_cd", "bene_ptnt_stus_cd"]) {
        let status = claim.admission.discharge_status;
        claim.admission.discharge_status =
            status.or_else(|| elements.code_of::<DischargeStatus>(code, &two_digits(code.text)));
    } else if coding.of_any(&["PriorityTypeOfAdmitOrVisit", "clm_ip_admsn_type_cd", "clm_admsn_type_cd"]) {
        let known = claim.admission.admission_type;
        claim.admission.admission_type = known.or_else(|| elements.code(code));
    } else if coding.of_any(&["PointOfOrigin", "clm_src_ip_admsn_cd", "clm_admsn_src_cd"]) {
        let known = claim.admission.source;
        claim.admission.source = known.or_else(|| elements.code(code));
    } else if coding.of_any(&["clm_drg_cd", "dgns_drg_cd", "MS_DRG_Classifications_and_Software"]) {
        claim.billed_drg = claim.billed_drg.or_else(|| elements.code(code));
    } else if coding.of_any(&["ConditionCodes", "clm_rlt_cond_cd"]) {
        claim.condition_codes.extend(elements.code::<ConditionCode>(code));
    } else if coding.of_any(&["OccurrenceCodes", "clm_rlt_ocrnc_cd"]) {
        if let Some(found) = elements.code(code) {
            let date = elements.date(info, "timingDate");
            claim.occurrences.push(Occurrence { code: found, date });
        }
    } else if coding.of_any(&["OccurrenceSpanCodes", "clm_rlt_ocrnc_span_cd"]) {
        if let Some(found) = elements.code(code) {
            let period = elements.object(info, "timingPeriod");
            let from = period.and_then(|period| elements.date(period, "start"));
            let through = period.and_then(|period| elements.date(period, "end"));
            claim.occurrence_spans.push(OccurrenceSpan { code: found, from, through });
        }
    } else if coding.of_any(&["ValueCodes", "clm_val_cd"])
        && let Some(found) = elements.code(code)
    {
        let amount = elements.object(info, "valueQuantity").and_then(|quantity| elements.decimal(quantity, "value"));
        claim.values.push(Value { code: found, amount: amount.unwrap_or_else(|| Spanned::bare(Decimal::ZERO)) });
    }
}

/// Source files write the status as a number, claims with a leading zero.
fn two_digits(text: &str) -> String {
    if text.len() == 1 { format!("0{text}") } else { text.to_owned() }
}

/// The hospital stay of STU3.
fn hospitalization<'t>(node: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
    if let Some(stay) = elements.object(node, "hospitalization").filter(|_| claim.admission.date.is_none()) {
        claim.admission.date = elements.date(stay, "start");
    }
}

/// Reads the diagnoses and returns their sequence numbers, in order of the claim's diagnoses.
fn diagnoses<'t>(node: &'t Node<'t>, claim: &mut Claim, limit: usize, elements: &mut Elements<'t>) -> Vec<u32> {
    let mut sequences = Vec::new();
    let mut untyped = Vec::new();
    for diagnosis in elements.objects(node, "diagnosis") {
        if sequences.len() == limit {
            elements.fault(
                FaultKind::TooManyLines,
                diagnosis,
                format!("more than {limit} diagnoses; the rest are skipped"),
            );
            break;
        }
        for coding in elements.concept(diagnosis, "packageCode") {
            claim.billed_drg = claim.billed_drg.or_else(|| elements.code(coding.code));
        }
        let codings = elements.concept(diagnosis, "diagnosisCodeableConcept");
        if codings.is_empty() && diagnosis.get("packageCode").is_some() {
            continue;
        }
        let Some(coding) = codings.iter().find(|coding| coding.system.contains("icd")).or(codings.first()) else {
            elements.fault(FaultKind::MissingElement, diagnosis, "the diagnosis has no code");
            continue;
        };
        let Some(code) = elements.code(coding.code) else { continue };
        let role = role(&elements.concepts(diagnosis, "type"));
        if role.is_none() {
            untyped.push(claim.diagnoses.len());
        }
        claim.diagnoses.push(Diagnosis {
            code,
            role: role.unwrap_or(DiagnosisRole::Other),
            poa: present_on_admission(diagnosis, elements),
            icd9: coding.system.contains("icd-9"),
        });
        sequences.push(elements.whole(diagnosis, "sequence").unwrap_or(0));
    }
    // The first-listed diagnosis is the principal one where no diagnosis says that it is.
    if claim.principal_diagnosis().is_none()
        && let Some(first) = untyped.first().and_then(|index| claim.diagnoses.get_mut(*index))
    {
        first.role = DiagnosisRole::Principal;
    }
    sequences
}

/// The role that the types of a diagnosis state; `None` when they state none.
fn role(types: &[Coding<'_>]) -> Option<DiagnosisRole> {
    let of = |text: &str| match text {
        "principal" => Some(DiagnosisRole::Principal),
        "admitting" => Some(DiagnosisRole::Admitting),
        "patientreasonforvisit" | "reason-for-visit" => Some(DiagnosisRole::ReasonForVisit),
        "externalcauseofinjury" | "external" | "external-first" => Some(DiagnosisRole::ExternalCause),
        "other" | "secondary" => Some(DiagnosisRole::Other),
        _ => None,
    };
    // A diagnosis may be principal and admitting at once; the principal role decides what it counts for.
    types.iter().filter_map(|coding| of(coding.code.text)).min()
}

fn present_on_admission<'t>(diagnosis: &'t Node<'t>, elements: &mut Elements<'t>) -> Option<Spanned<Poa>> {
    let stated = elements.concept(diagnosis, "onAdmission").first().map(|coding| coding.code);
    let found = stated
        .or_else(|| elements.extension_code(diagnosis, "clm_poa_ind_sw"))
        .or_else(|| elements.extension_code(diagnosis, "clm_e_poa_ind_sw"))?;
    poa(found, elements)
}

fn poa<'t>(found: Str<'t>, elements: &mut Elements<'t>) -> Option<Spanned<Poa>> {
    // `0`, `X` and `Z` end the list of indicators in CMS's files and say nothing of the diagnosis.
    if matches!(found.text, "0" | "X" | "x" | "Z" | "z") {
        return None;
    }
    let poa = Poa::from_bytes(found.text.as_bytes());
    if poa.is_none() {
        let detail =
            format!("`{}` is no present-on-admission indicator: Y, N, U, W or 1 is expected", quote(found.text));
        elements.fault(FaultKind::NotACode, found.node, detail);
    }
    Some(Spanned::at(poa?, elements.span(found.node)))
}

fn procedures<'t>(node: &'t Node<'t>, claim: &mut Claim, elements: &mut Elements<'t>) {
    let mut stated = false;
    for procedure in elements.objects(node, "procedure") {
        let codings = elements.concept(procedure, "procedureCodeableConcept");
        let known = codings.iter().find_map(|coding| Some((coding.code, procedure_coding(coding.system)?)));
        let Some((code, coding)) = known.or(codings.first().map(|coding| (coding.code, ProcedureCoding::Icd10Pcs)))
        else {
            elements.fault(FaultKind::MissingElement, procedure, "the procedure has no code");
            continue;
        };
        let Some(code) = elements.code::<ProcedureCode>(code) else { continue };
        let types = elements.concepts(procedure, "type");
        let principal = types.iter().any(|coding| matches!(coding.code.text, "principal" | "primary"));
        stated |= principal || procedure.get("type").is_some();
        claim.procedures.push(Procedure { code, principal, coding, date: elements.date(procedure, "date") });
    }
    if !stated && let Some(first) = claim.procedures.first_mut() {
        first.principal = true;
    }
}

fn procedure_coding(system: &str) -> Option<ProcedureCoding> {
    let last = system.rsplit('/').next().unwrap_or(system).to_ascii_lowercase();
    match last.as_str() {
        "icd10" | "icd-10" | "icd-10-pcs" => Some(ProcedureCoding::Icd10Pcs),
        "icd9" | "icd-9" | "icd-9-cm" => Some(ProcedureCoding::Icd9),
        "hcpcs" | "hcpcsreleasecodesets" | "cpt" => Some(ProcedureCoding::Hcpcs),
        _ => None,
    }
}

/// The total charge: `total` of a claim, the submitted total of an explanation of benefit, wherever its generation
/// keeps it; else the sum of the lines.
fn total<'t>(resource: &Resource<'t, '_>, claim: &mut Claim, elements: &mut Elements<'t>) {
    const VARIABLES: [&str; 3] = ["clm_tot_chrg_amt", "nch_carr_clm_sbmtd_chrg_amt", "clm_sbmt_chrg_amt"];
    let node = resource.node;
    let money = match resource.resource_type {
        ResourceType::Claim => node.get("total"),
        ResourceType::ExplanationOfBenefit => {
            let totals = elements.objects(node, "total");
            let stated = totals.into_iter().find(|total| {
                let category = elements.concept(total, "category");
                category
                    .iter()
                    .any(|coding| VARIABLES.iter().any(|name| coding.says(name)) || coding.code.text == "submitted")
            });
            let extension = VARIABLES.iter().find_map(|name| elements.extension_money(node, name));
            stated
                .and_then(|total| total.get("amount"))
                .or(node.get("totalCost"))
                .or(extension)
                .or_else(|| balance(node, elements))
        }
    };
    claim.amounts.total_charge = money
        .and_then(|money| elements.amount(money))
        .unwrap_or_else(|| Spanned::bare(claim.lines.iter().map(|line| line.charge.value).sum()));
}

/// The submitted charges of a carrier claim among its benefit balances.
fn balance<'t>(node: &'t Node<'t>, elements: &mut Elements<'t>) -> Option<&'t Node<'t>> {
    for balance in elements.objects(node, "benefitBalance") {
        for financial in elements.objects(balance, "financial") {
            if elements.concept(financial, "type").iter().any(|coding| coding.says("nch_carr_clm_sbmtd_chrg_amt")) {
                return financial.get("usedMoney");
            }
        }
    }
    None
}
