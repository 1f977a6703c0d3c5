//! SNIP level 4: what a professional service demands by its code.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ProviderRole, Subject, Unit};

claim_edits! {
    X12 "x12" level 4
    shared {
        ///
        /// ## Why
        /// The guides require the element in just this situation, and payers decide by it.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, situational rules of the segment
        /// named; WEDI SNIP type 4.
        ///
        /// ## Action
        /// A payer rejects the claim at intake (277CA category A6 or A7), unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// An anaesthesia service is not billed in minutes.
    ///
    /// ## What it checks
    /// SV103 of professional lines with codes 00100 to 01999, apart from 01953 and 01996, is MJ.
    ///
    /// ## Example
    /// `SV1*HC:00142*827*UN*1`.
    ANAESTHESIA_MINUTES: "anaesthesia-without-minutes", "Anaesthesia without minutes", Warn;

    /// An ambulance transport lacks its transport information or its places.
    ///
    /// ## What it checks
    /// Professional lines with A0426 to A0434: CR1 on claim or line, and pick-up and drop-off (NM1*PW, NM1*45) there.
    ///
    /// ## Example
    /// `SV1*HC:A0427` without `CR1`.
    AMBULANCE: "missing-ambulance-information", "Missing ambulance information", RejectClaim;
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    let mut transport = None;
    for (index, line) in claim.lines.iter().enumerate() {
        let Some(code) = line.hcpcs else { continue };
        let text = code.as_str();
        let anaesthesia = text > "00099" && text < "01999" && text.bytes().all(|byte| byte.is_ascii_digit());
        if anaesthesia && !matches!(text, "01953" | "01996") && line.unit != Unit::Minutes {
            let message = format!("`{text}` is anaesthesia, which is billed in minutes (SV103 MJ)");
            let subject = Subject::Line(position(index));
            report.fire(&ANAESTHESIA_MINUTES, subject, code.span, at("2400", "SV1", "SV103"), message);
        }
        if transport.is_none() && ("A0426".."A0435").contains(&text) {
            transport = Some((index, line, code));
        }
    }
    let Some((index, line, code)) = transport else { return };
    let has =
        |role: ProviderRole| claim.providers.iter().chain(line.providers.iter()).any(|provider| provider.role == role);
    let lacking = if claim.ambulance.is_none() && line.ambulance.is_none() {
        "transport information (CR1)"
    } else if !has(ProviderRole::AmbulancePickUp) {
        "place of pick-up (NM1*PW)"
    } else if !has(ProviderRole::AmbulanceDropOff) {
        "place of drop-off (NM1*45)"
    } else {
        return;
    };
    let message = format!("`{}` is an ambulance transport, and its {lacking} is missing", code.value);
    report.fire(&AMBULANCE, Subject::Line(position(index)), code.span, at("2300", "CR1", ""), message);
}
