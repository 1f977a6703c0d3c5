//! A claim as an R4 Claim resource.

use super::item;
use super::party::{self, CareTeam};
use crate::json::{Node, array, number, object, string};
use openclaim_claim::{Claim, ClaimType, Date, Diagnosis, DiagnosisRole, Procedure, ProcedureCoding, Purpose, Spanned};

pub(super) const CLAIM_TYPE: &str = "http://terminology.hl7.org/CodeSystem/claim-type";
const IDENTIFIER_TYPE: &str = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType";
const INFO_TYPE: &str = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType";
const INFO: &str = "http://terminology.hl7.org/CodeSystem/claiminformationcategory";
const DIAGNOSIS_TYPE: &str = "http://terminology.hl7.org/CodeSystem/ex-diagnosistype";
const CARIN_DIAGNOSIS_TYPE: &str = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimDiagnosisType";
const PROCEDURE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/ex-procedure-type";
const PRESENT_ON_ADMISSION: &str =
    "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/HospitalAcqCond/Coding";
const DRG: &str = "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software";

/// A concept with one coding.
pub(super) fn concept(system: &str, code: &str) -> Node<'static> {
    object([("coding", array([object([("system", string(system)), ("code", string(code))])]))])
}

/// A system of the National Uniform Billing Committee.
fn nubc(name: &str) -> String {
    format!("https://www.nubc.org/CodeSystem/{name}")
}

pub(super) fn date(date: Date) -> Node<'static> {
    string(date.to_string())
}

/// Start and end of a period; `None` when neither is known.
pub(super) fn period(from: Option<Spanned<Date>>, through: Option<Spanned<Date>>) -> Option<Node<'static>> {
    let start = from.map(|from| ("start", date(from.value)));
    let end = through.map(|through| ("end", date(through.value)));
    (start.is_some() || end.is_some()).then(|| object(start.into_iter().chain(end)))
}

pub(super) fn reference(id: &str) -> Node<'static> {
    object([("reference", string(format!("#{id}")))])
}

pub(super) fn write(claim: &Claim) -> Node<'static> {
    let team = CareTeam::of(claim);
    let mut members = vec![("resourceType", string("Claim"))];
    members.push(("contained", array(party::contained(claim, &team))));
    if !claim.claim_id.is_empty() {
        let identifier = object([("type", concept(IDENTIFIER_TYPE, "uc")), ("value", string(claim.claim_id.as_str()))]);
        members.push(("identifier", array([identifier])));
    }
    members.push(("status", string("active")));
    members.push(("type", concept(CLAIM_TYPE, type_code(claim.claim_type))));
    let purpose = if claim.purpose == Purpose::Predetermination { "predetermination" } else { "claim" };
    members.push(("use", string(purpose)));
    members.push(("patient", reference(party::PATIENT)));
    let dates = &claim.dates;
    members.extend(period(dates.statement_from, dates.statement_through).map(|period| ("billablePeriod", period)));
    members.extend(claim.transaction_date.map(|created| ("created", date(created))));
    members.push(("insurer", reference(party::PAYER)));
    members.push(("provider", reference(party::BILLING)));
    members.push(("priority", concept("http://terminology.hl7.org/CodeSystem/processpriority", "normal")));
    if let Some(original) = &claim.original_reference_number {
        let relationship = concept("http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", "prior");
        let identifier = object([("value", string(original.as_str()))]);
        members.push(("related", array([object([("relationship", relationship), ("reference", identifier)])])));
    }
    let lists = [
        ("careTeam", team.written()),
        ("supportingInfo", supporting_info(claim)),
        (
            "diagnosis",
            claim.diagnoses.iter().enumerate().map(|(i, diagnosis)| write_diagnosis(i, diagnosis, claim)).collect(),
        ),
        (
            "procedure",
            claim.procedures.iter().enumerate().map(|(i, procedure)| write_procedure(i, procedure)).collect(),
        ),
        ("insurance", party::insurance(claim)),
        ("item", claim.lines.iter().enumerate().map(|(i, line)| item::write(i, line, claim, &team)).collect()),
    ];
    members.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, array(list))));
    members.push(("total", item::money(claim.amounts.total_charge.value)));
    object(members)
}

fn type_code(claim_type: ClaimType) -> &'static str {
    match claim_type {
        ClaimType::Professional => "professional",
        ClaimType::Institutional => "institutional",
        ClaimType::Dental => "oral",
    }
}

/// Pieces of supporting information, numbered as they come.
#[derive(Default)]
struct Infos(Vec<Node<'static>>);

impl Infos {
    fn add(&mut self, category: Node<'static>, rest: impl IntoIterator<Item = (&'static str, Node<'static>)>) {
        let head = [("sequence", number(self.0.len() + 1)), ("category", category)];
        self.0.push(object(head.into_iter().chain(rest)));
    }

    fn code(&mut self, category: &str, system: &str, code: &str) {
        self.add(concept(INFO_TYPE, category), [("code", concept(system, code))]);
    }

    /// A code whose category has no name of its own.
    fn info(&mut self, system: &str, code: &str, timing: Option<(&'static str, Node<'static>)>) {
        self.add(concept(INFO, "info"), [("code", concept(system, code))].into_iter().chain(timing));
    }
}

fn supporting_info(claim: &Claim) -> Vec<Node<'static>> {
    let mut infos = Infos::default();
    if let Some(bill) = claim.type_of_bill {
        infos.code("typeofbill", &nubc("TypeOfBill"), bill.as_str());
    } else if let Some(frequency) = claim.frequency {
        infos.info("https://bluebutton.cms.gov/resources/variables/clm_freq_cd", &frequency.to_string(), None);
    }
    let admission = &claim.admission;
    if let Some(period) = period(admission.date, None) {
        infos.add(concept(INFO_TYPE, "admissionperiod"), [("timingPeriod", period)]);
    }
    if let Some(code) = admission.admission_type {
        infos.code("admtype", &nubc("PriorityTypeOfAdmitOrVisit"), code.as_str());
    }
    if let Some(code) = admission.source {
        infos.code("pointoforigin", &nubc("PointOfOrigin"), code.as_str());
    }
    if let Some(code) = admission.discharge_status {
        infos.code("discharge-status", &nubc("PatDischargeStatus"), code.as_str());
    }
    if let Some(drg) = claim.billed_drg {
        infos.code("drg", DRG, drg.as_str());
    }
    for code in &claim.condition_codes {
        infos.info(&nubc("ConditionCodes"), code.as_str(), None);
    }
    for occurrence in &claim.occurrences {
        let timing = occurrence.date.map(|day| ("timingDate", date(day.value)));
        infos.info(&nubc("OccurrenceCodes"), occurrence.code.as_str(), timing);
    }
    for span in &claim.occurrence_spans {
        let timing = period(span.from, span.through).map(|period| ("timingPeriod", period));
        infos.info(&nubc("OccurrenceSpanCodes"), span.code.as_str(), timing);
    }
    for value in &claim.values {
        let quantity = object([("value", number(value.amount.value))]);
        infos.info(&nubc("ValueCodes"), value.code.as_str(), Some(("valueQuantity", quantity)));
    }
    infos.0
}

fn write_diagnosis(index: usize, diagnosis: &Diagnosis, claim: &Claim) -> Node<'static> {
    let (system, code) = if diagnosis.icd9 {
        ("http://hl7.org/fhir/sid/icd-9-cm", diagnosis.code.as_str().to_owned())
    } else {
        ("http://hl7.org/fhir/sid/icd-10-cm", diagnosis.code.dotted())
    };
    let role = match diagnosis.role {
        DiagnosisRole::Principal => concept(DIAGNOSIS_TYPE, "principal"),
        DiagnosisRole::Admitting => concept(DIAGNOSIS_TYPE, "admitting"),
        DiagnosisRole::Other if claim.claim_type == ClaimType::Institutional => concept(CARIN_DIAGNOSIS_TYPE, "other"),
        DiagnosisRole::Other => concept(CARIN_DIAGNOSIS_TYPE, "secondary"),
        DiagnosisRole::ReasonForVisit => concept(CARIN_DIAGNOSIS_TYPE, "patientreasonforvisit"),
        DiagnosisRole::ExternalCause => concept(CARIN_DIAGNOSIS_TYPE, "externalcauseofinjury"),
    };
    let mut members = vec![
        ("sequence", number(index + 1)),
        ("diagnosisCodeableConcept", concept(system, &code)),
        ("type", array([role])),
    ];
    if let Some(poa) = diagnosis.poa {
        members.push(("onAdmission", concept(PRESENT_ON_ADMISSION, poa.as_str())));
    }
    object(members)
}

fn write_procedure(index: usize, procedure: &Procedure) -> Node<'static> {
    let system = match procedure.coding {
        ProcedureCoding::Icd10Pcs => "http://www.cms.gov/Medicare/Coding/ICD10",
        ProcedureCoding::Icd9 => "http://www.cms.gov/Medicare/Coding/ICD9",
        ProcedureCoding::Hcpcs => item::HCPCS,
    };
    let role =
        if procedure.principal { concept(PROCEDURE_TYPE, "primary") } else { concept(PROCEDURE_TYPE, "secondary") };
    let mut members = vec![("sequence", number(index + 1)), ("type", array([role]))];
    members.extend(procedure.date.map(|performed| ("date", date(performed.value))));
    members.push(("procedureCodeableConcept", concept(system, procedure.code.as_str())));
    object(members)
}
