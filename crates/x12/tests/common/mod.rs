//! A writer of 837 text for tests: a claim in, its segments out, in any separators.

use openclaim_claim::{
    Address, Claim, ClaimType, DiagnosisRole, EntityKind, ProcedureCoding, Provider, ProviderRole, Unit,
};
use openclaim_x12::Delimiters;
use std::fmt::Write;

/// Text of an interchange with one transaction that holds the given claims, each under levels of its own.
pub(crate) fn write(claims: &[Claim], delimiters: Delimiters, line_breaks: bool) -> Vec<u8> {
    let version = match claims[0].claim_type {
        ClaimType::Professional => "005010X222A2",
        ClaimType::Institutional => "005010X223A3",
        ClaimType::Dental => "005010X224A2",
    };
    // Written with placeholders that no claim of these tests contains, which the separators then take the place of.
    let mut out = String::new();
    write!(
        out,
        "ISA|00|          |00|          |ZZ|SENDER         |ZZ|RECEIVER       |260101|1200|`|00501|000000001|0|T|;\n\
         GS|HC|SENDER|RECEIVER|20260101|1200|1|X|{version}\n"
    )
    .unwrap();
    let mut body = format!("ST|837|0001|{version}\nBHT|0019|00|BATCH|20260101|1200|CH\n");
    body += "NM1|41|2|SUBMITTER|||||46|S1\nNM1|40|2|RECEIVER|||||46|R1\n";
    let mut level = 0;
    for claim in claims {
        levels(&mut body, claim, &mut level);
        claim_segments(&mut body, claim);
    }
    let segments = body.lines().count() + 1;
    write!(out, "{body}SE|{segments}|0001\nGE|1|1\nIEA|1|000000001\n").unwrap();
    let mut bytes = Vec::with_capacity(out.len());
    for byte in out.bytes() {
        match byte {
            b'|' => bytes.push(delimiters.element),
            b';' => bytes.push(delimiters.component),
            b'`' => bytes.push(delimiters.repetition.unwrap_or(b'U')),
            b'\n' => {
                bytes.push(delimiters.segment);
                if line_breaks {
                    bytes.extend(b"\r\n");
                }
            }
            other => bytes.push(other),
        }
    }
    bytes
}

fn levels(out: &mut String, claim: &Claim, level: &mut u32) {
    let mut next = |parent: u32, code: &str, out: &mut String| {
        *level += 1;
        let parent = if parent == 0 { String::new() } else { parent.to_string() };
        writeln!(out, "HL|{level}|{parent}|{code}|1").unwrap();
        *level
    };
    let billing = next(0, "20", out);
    provider(out, "85", &claim.billing_provider, "BI");
    let subscriber = next(billing, "22", out);
    let s = &claim.subscriber;
    writeln!(
        out,
        "SBR|{}|{}|{}|{}|{}||||{}",
        s.payer_responsibility,
        s.relationship.0,
        s.group_number,
        s.group_name,
        s.insurance_type,
        s.claim_filing_indicator
    )
    .unwrap();
    let kind = if s.kind == EntityKind::Person { 1 } else { 2 };
    writeln!(
        out,
        "NM1|IL|{kind}|{}|{}|{}||{}|MI|{}",
        s.last_name, s.first_name, s.middle_name, s.name_suffix, s.member_id.value
    )
    .unwrap();
    address(out, s.address.as_deref());
    demographics(out, s.birth_date.map(|d| d.value), s.sex.map(|s| s.value));
    writeln!(out, "NM1|PR|2|{}|||||PI|{}", claim.payer.name, claim.payer.id).unwrap();
    if !s.relationship.is_self() {
        next(subscriber, "23", out);
        let p = &claim.patient;
        writeln!(out, "PAT|{}", p.relationship.0).unwrap();
        writeln!(out, "NM1|QC|1|{}|{}|{}||{}", p.last_name, p.first_name, p.middle_name, p.name_suffix).unwrap();
        address(out, p.address.as_deref());
        demographics(out, p.birth_date.map(|d| d.value), p.sex.map(|s| s.value));
    }
}

fn demographics(out: &mut String, birth: Option<openclaim_claim::Date>, sex: Option<openclaim_claim::Sex>) {
    if let (Some(birth), Some(sex)) = (birth, sex) {
        writeln!(out, "DMG|D8|{}|{}", day(birth), sex.as_str()).unwrap();
    }
}

fn day(date: openclaim_claim::Date) -> String {
    date.to_string().replace('-', "")
}

fn address(out: &mut String, address: Option<&Address>) {
    if let Some(a) = address {
        writeln!(out, "N3|{}|{}", a.line1, a.line2).unwrap();
        writeln!(out, "N4|{}|{}|{}|{}", a.city, a.state, a.postal_code, a.country).unwrap();
    }
}

fn provider(out: &mut String, code: &str, p: &Provider, specialty: &str) {
    let kind = if p.kind == EntityKind::Person { 1 } else { 2 };
    let npi = p.npi.map_or(String::new(), |npi| format!("XX|{}", npi.value));
    writeln!(out, "NM1|{code}|{kind}|{}|{}|{}||{}|{npi}", p.name, p.first_name, p.middle_name, p.name_suffix).unwrap();
    if let Some(s) = &p.specialty {
        writeln!(out, "PRV|{specialty}|PXC|{}", s.taxonomy.value).unwrap();
    }
    address(out, p.address.as_deref());
    for id in &p.identifiers {
        writeln!(out, "REF|{}|{}", id.qualifier, id.value).unwrap();
    }
}

fn role_code(role: ProviderRole) -> &'static str {
    match role {
        ProviderRole::Attending => "71",
        ProviderRole::Operating => "72",
        ProviderRole::Rendering => "82",
        ProviderRole::Referring => "DN",
        ProviderRole::Ordering => "DK",
        _ => "77",
    }
}

fn claim_segments(out: &mut String, c: &Claim) {
    let facility = match (c.type_of_bill, c.place_of_service) {
        (Some(bill), _) => format!("{};A;{}", bill.facility(), bill.frequency()),
        (None, Some(place)) => format!("{};B;{}", place.value, c.frequency.unwrap().value),
        _ => String::new(),
    };
    writeln!(
        out,
        "CLM|{}|{}|||{facility}|{}|{}|{}|{}|{}",
        c.claim_id.value,
        c.amounts.total_charge.value,
        c.provider_signature,
        c.assignment,
        c.benefits_assigned,
        c.release_of_information,
        c.patient_signature
    )
    .unwrap();
    if let (Some(from), Some(through)) = (c.dates.statement_from, c.dates.statement_through) {
        writeln!(out, "DTP|434|RD8|{}-{}", day(from.value), day(through.value)).unwrap();
    }
    if let Some(date) = c.admission.date {
        writeln!(out, "DTP|435|DT|{}{}", day(date.value), c.admission.hour).unwrap();
    }
    for (qualifier, date) in &c.dates.other {
        writeln!(out, "DTP|{qualifier}|D8|{}", day(date.value)).unwrap();
    }
    if let Some(kind) = c.admission.admission_type {
        let source = c.admission.source.map_or(String::new(), |s| s.value.to_string());
        let status = c.admission.discharge_status.map_or(String::new(), |s| s.value.to_string());
        writeln!(out, "CL1|{}|{source}|{status}", kind.value).unwrap();
    }
    if let Some(reference) = &c.original_reference_number {
        writeln!(out, "REF|F8|{}", reference.value).unwrap();
    }
    for reference in &c.references {
        writeln!(out, "REF|{}|{}", reference.qualifier, reference.value.value).unwrap();
    }
    for (code, text) in &c.notes {
        writeln!(out, "NTE|{code}|{text}").unwrap();
    }
    for diagnosis in &c.diagnoses {
        let qualifier = match (diagnosis.role, diagnosis.icd9) {
            (DiagnosisRole::Principal, false) => "ABK",
            (DiagnosisRole::Other, false) => "ABF",
            (DiagnosisRole::Admitting, false) => "ABJ",
            (DiagnosisRole::ReasonForVisit, false) => "APR",
            (DiagnosisRole::ExternalCause, false) => "ABN",
            (DiagnosisRole::Principal, true) => "BK",
            (DiagnosisRole::Other, true) => "BF",
            (DiagnosisRole::Admitting, true) => "BJ",
            (DiagnosisRole::ReasonForVisit, true) => "PR",
            (DiagnosisRole::ExternalCause, true) => "BN",
        };
        let poa = diagnosis.poa.map_or(String::new(), |poa| format!(";;;;;;;{}", poa.value));
        writeln!(out, "HI|{qualifier};{}{poa}", diagnosis.code.value).unwrap();
    }
    for procedure in &c.procedures {
        let qualifier = match (procedure.coding, procedure.principal) {
            (ProcedureCoding::Icd10Pcs, true) => "BBR",
            (ProcedureCoding::Icd10Pcs, false) => "BBQ",
            (ProcedureCoding::Icd9, true) => "BR",
            (ProcedureCoding::Icd9, false) => "BQ",
            (ProcedureCoding::Hcpcs, true) => "BP",
            (ProcedureCoding::Hcpcs, false) => "BO",
        };
        let date = procedure.date.map_or(String::new(), |date| format!(";D8;{}", day(date.value)));
        writeln!(out, "HI|{qualifier};{}{date}", procedure.code.value).unwrap();
    }
    for code in &c.condition_codes {
        writeln!(out, "HI|BG;{}", code.value).unwrap();
    }
    for value in &c.values {
        writeln!(out, "HI|BE;{};;;{}", value.code.value, value.amount.value).unwrap();
    }
    for p in &c.providers {
        provider(out, role_code(p.role), p, "PE");
    }
    for line in &c.lines {
        line_segments(out, c.claim_type, line);
    }
}

fn line_segments(out: &mut String, claim_type: ClaimType, line: &openclaim_claim::ServiceLine) {
    writeln!(out, "LX|{}", line.number).unwrap();
    let mut procedure = String::new();
    if let Some(code) = line.hcpcs {
        write!(procedure, "{};{}", line.code_qualifier, code.value).unwrap();
        for modifier in &line.modifiers {
            write!(procedure, ";{}", modifier.value).unwrap();
        }
    }
    let units = line.units.map_or(String::new(), |units| units.value.to_string());
    let unit = match line.unit {
        Unit::Units => "UN",
        Unit::Minutes => "MJ",
        Unit::Days => "DA",
        Unit::Other => "F2",
    };
    let pointers = line.diagnosis_pointers.iter().map(|p| p.value.to_string()).collect::<Vec<_>>().join(";");
    if claim_type == ClaimType::Institutional {
        let revenue = line.revenue_code.unwrap().value;
        writeln!(out, "SV2|{revenue}|{procedure}|{}|{unit}|{units}", line.charge.value).unwrap();
    } else {
        let emergency = if line.emergency { "Y" } else { "" };
        writeln!(out, "SV1|{procedure}|{}|{unit}|{units}|||{pointers}||{emergency}", line.charge.value).unwrap();
    }
    match (line.dates.from, line.dates.through) {
        (Some(from), Some(through)) if from != through => {
            writeln!(out, "DTP|472|RD8|{}-{}", day(from.value), day(through.value)).unwrap();
        }
        (Some(from), _) => writeln!(out, "DTP|472|D8|{}", day(from.value)).unwrap(),
        _ => {}
    }
    if !line.control_number.is_empty() {
        writeln!(out, "REF|6R|{}", line.control_number).unwrap();
    }
    for p in &line.providers {
        provider(out, role_code(p.role), p, "PE");
    }
}
