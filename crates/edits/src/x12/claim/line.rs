//! SNIP level 4: what the elements of one service line demand of each other.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, Purpose, ServiceLine, Subject};

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// A line that contradicts itself was keyed or converted wrongly; payers decide line by line.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, situational rules and notes of the
        /// segments named; WEDI SNIP type 4.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A6 or A7), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// A line points to one diagnosis twice.
    ///
    /// ## What it checks
    /// SV107 and SV311.
    ///
    /// ## Example
    /// `SV1*HC:99213*120*UN*1***1:1`.
    POINTER: "pointer-repeated", "Diagnosis pointed to twice", Warn;

    /// A procedure code has one modifier twice.
    ///
    /// ## What it checks
    /// SV101-3 to SV101-6, and their like in SV2 and SV3.
    ///
    /// ## Example
    /// `SV1*HC:99213:25:25`.
    MODIFIER: "modifier-repeated", "Modifier reported twice", Warn;

    /// A dental service has no date.
    ///
    /// ## What it checks
    /// DTP*472 of the line or of the claim, unless the claim asks about services in advance (CLM19 `PB`) or is of an
    /// orthodontic treatment (DN1, or DTP*452 for the placement of the appliance).
    ///
    /// ## Example
    /// `SV3*AD:D0120*58` without `DTP*472` behind it or behind `CLM`.
    DENTAL_DATE: "missing-dental-date", "Dental service without date", Warn;

    /// A line carries a certificate of medical necessity, and what the guide wants beside it is missing.
    ///
    /// ## What it checks
    /// Lines with a form of CMS (LQ*UT): certification (CR3), begin of therapy (DTP*463) and last certification (DTP*461);
    /// with CR301 `R` or `S` also the date of recertification or revision (DTP*607).
    ///
    /// ## Example
    /// `LQ*UT*484.03` on a line without `DTP*463`.
    CERTIFICATE: "incomplete-certificate", "Incomplete certificate of medical necessity", RejectClaim;

    /// Rental or purchase of equipment is priced for another code than the line bills.
    ///
    /// ## What it checks
    /// SV501-2 against SV101-2.
    ///
    /// ## Example
    /// `SV1*HC:E0601:RR*100` and `SV5*HC:A7030*DA*30`.
    EQUIPMENT: "equipment-code-mismatch", "Equipment priced for another code", RejectClaim;
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    let (segment, pointer) = if claim.claim_type == ClaimType::Dental { ("SV3", "SV311") } else { ("SV1", "SV107") };
    for (index, line) in claim.lines.iter().enumerate() {
        let subject = || Subject::Line(position(index));
        let pointers = line.diagnosis_pointers.iter().enumerate();
        let mut again = pointers
            .filter(|(at, one)| line.diagnosis_pointers.iter().take(*at).any(|before| before.value == one.value))
            .map(|(_, one)| one);
        if let Some(again) = again.next() {
            let message = format!("line {} points to diagnosis {} twice", line.number, again.value);
            report.fire(&POINTER, subject(), again.span, at("2400", segment, pointer), message);
        }
        let mut modifiers = line.modifiers.iter().enumerate();
        let again = modifiers.find(|(at, one)| line.modifiers.iter().take(*at).any(|before| before.value == one.value));
        if let Some((_, again)) = again {
            let message = format!("line {} has the modifier {} twice", line.number, again.as_str());
            report.fire(&MODIFIER, subject(), again.span, at("2400", "", ""), message);
        }
        if let (Some(equipment), Some(code)) = (&line.equipment, line.hcpcs)
            && let Some(priced) = equipment.hcpcs
            && priced.value != code.value
        {
            let message = format!("the line bills `{}`, but SV5 prices `{}`", code.value, priced.value);
            report.fire(&EQUIPMENT, subject(), priced.span, at("2400", "SV5", "SV501"), message);
        }
        certificate(line, subject(), report);
    }
    if claim.claim_type == ClaimType::Dental {
        dental_dates(claim, report);
    }
}

fn certificate(line: &ServiceLine, subject: Subject, report: &mut Findings) {
    let Some(form) = line.forms.iter().find(|form| form.qualifier == "UT") else { return };
    let span = line.hcpcs.and_then(|code| code.span).or(line.span);
    let dated = |wanted: &str| line.dates.other.iter().any(|(qualifier, _)| qualifier == wanted);
    let renewed = line
        .equipment_certification
        .as_ref()
        .is_some_and(|found| matches!(found.certification_type.as_str(), "R" | "S"));
    let lacking = if line.equipment_certification.is_none() {
        ("CR3", "certification (CR3)")
    } else if !dated("463") {
        ("DTP", "begin of therapy (DTP*463)")
    } else if !dated("461") {
        ("DTP", "date of the last certification (DTP*461)")
    } else if renewed && !dated("607") {
        ("DTP", "date of recertification or revision (DTP*607)")
    } else {
        return;
    };
    let message = format!("the line carries form {}, and its {} is missing", form.code, lacking.1);
    report.fire(&CERTIFICATE, subject, span, at("2400", lacking.0, ""), message);
}

fn dental_dates(claim: &Claim, report: &mut Findings) {
    let dated = |wanted: &str| claim.dates.other.iter().any(|(qualifier, _)| qualifier == wanted);
    let orthodontic = claim.orthodontics.is_some() || dated("452");
    if claim.purpose == Purpose::Predetermination || orthodontic || dated("472") {
        return;
    }
    for (index, line) in claim.lines.iter().enumerate() {
        if line.dates.from.is_none() {
            let message = format!("line {} has no date of service, and neither has the claim (DTP*472)", line.number);
            let span = line.hcpcs.and_then(|code| code.span).or(line.span);
            let subject = Subject::Line(position(index));
            report.fire(&DENTAL_DATE, subject, span, at("2400", "DTP", "DTP03"), message);
            return;
        }
    }
}
