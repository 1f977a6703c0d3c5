//! SNIP level 6: what a claim of one type must carry and another must not.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, ProviderRole, Subject};

claim_edits! {
    X12 "x12" level 6
    shared {
        ///
        /// ## Why
        /// Professional, institutional and dental claims are worked by different systems; what belongs to another type
        /// of claim is lost there.
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata; Medicare Claims Processing Manual
        /// (Pub. 100-04), chapter 25; WEDI SNIP type 6.
        ///
        /// ## Action
        /// A payer rejects the claim at intake, unless the finding is a warning.
        ///
        /// ## Bypass
        /// None.
    }

    /// An institutional claim names no attending provider.
    ///
    /// ## What it checks
    /// NM1*71 of loop 2310A, except on bills of ambulance transport alone (revenue code 054x).
    ///
    /// ## Example
    /// Bill type 0111 without `NM1*71`.
    ATTENDING: "missing-attending-provider", "Missing attending provider", RejectClaim;

    /// An outpatient bill charges room and board.
    ///
    /// ## What it checks
    /// Revenue codes 0100 to 0219 on bill types 13x, 14x, 83x and 85x. Told once per claim.
    ///
    /// ## Example
    /// `SV2*0120` on bill type 0131.
    ROOM_AND_BOARD: "room-and-board-on-outpatient", "Room and board on an outpatient bill", Warn;
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    if claim.claim_type != ClaimType::Institutional || claim.lines.is_empty() {
        return;
    }
    let transport =
        |line: &openclaim_claim::ServiceLine| line.revenue_code.is_some_and(|code| code.as_str().starts_with("054"));
    if claim.provider(ProviderRole::Attending).is_none() && !claim.lines.iter().all(transport) {
        let span = claim.type_of_bill.and_then(|bill| bill.span).or(claim.span);
        let message = "the claim names no attending provider (NM1*71)";
        report.fire(&ATTENDING, Subject::Provider, span, at("2310A", "NM1", ""), message);
    }
    let bill = claim.type_of_bill.as_ref().map_or("", |bill| bill.facility());
    if matches!(bill, "13" | "14" | "83" | "85") {
        for (index, line) in claim.lines.iter().enumerate() {
            if let Some(code) = line.revenue_code
                && ("0100".."0220").contains(&code.as_str())
            {
                let message = format!("revenue code {} is room and board, on an outpatient bill", code.value);
                let subject = Subject::Line(position(index));
                report.fire(&ROOM_AND_BOARD, subject, code.span, at("2400", "SV2", "SV201"), message);
                // The type of bill is the likelier fault of a claim with several such lines.
                return;
            }
        }
    }
}
