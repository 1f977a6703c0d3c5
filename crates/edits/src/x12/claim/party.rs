//! SNIP level 2: providers whom the guide wants told of otherwise.

use crate::claim_edit::{Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, Npi, Provider, ProviderRole, Subject};

claim_edits! {
    X12 "x12" level 2
    shared {
        ///
        /// ## Source
        /// ASC X12N 837 implementation guides 005010X222, X223 and X224 with errata, notes on the elements and loops named.
        ///
        /// ## Action
        /// Some payers reject the claim; others take it, so that it is a warning.
        ///
        /// ## Bypass
        /// The payer's companion rules may say that it rejects, or that it is not looked at.
    }

    /// The address of the billing provider or of the place of service has a ZIP code of five digits.
    ///
    /// ## What it checks
    /// N403 of loops 2010AA and of the service facility, where the address is in the United States: nine digits are due.
    ///
    /// ## Why
    /// Payers price by the whole ZIP code where a locality border runs through the first five digits.
    ///
    /// ## Example
    /// `N4*COLUMBUS*OH*43215` behind `NM1*85`.
    SHORT_ZIP: "short-zip-code", "ZIP code of five digits", Warn;

    /// The rendering provider is the billing provider.
    ///
    /// ## What it checks
    /// NM109 of the rendering provider, of claim and lines, against NM109 of loop 2010AA on professional and dental claims.
    /// The loop is for a rendering provider other than the billing provider. Told once per claim.
    ///
    /// ## Why
    /// Payers that enrol groups look for a person of the group and find the group.
    ///
    /// ## Example
    /// `NM1*82` with the NPI of `NM1*85`.
    RENDERING: "rendering-is-billing", "Rendering provider is the billing provider", Warn;
}

pub(super) fn check(claim: &Claim, report: &mut Findings) {
    // The subject of the guides; a claim of another format has no loops.
    if claim.span.is_none() {
        return;
    }
    short_zip(&claim.billing_provider, "billing provider", "2010AA", report);
    let facility = if claim.claim_type == ClaimType::Institutional { "2310E" } else { "2310C" };
    let facilities = claim.providers.iter().map(|provider| (provider, facility));
    let of_lines = claim.lines.iter().flat_map(|line| line.providers.iter()).map(|provider| (provider, "2420C"));
    for (provider, within) in facilities.chain(of_lines) {
        if provider.role == ProviderRole::ServiceFacility {
            short_zip(provider, "service facility", within, report);
        }
    }
    if claim.claim_type != ClaimType::Institutional {
        rendering(claim, report);
    }
}

fn short_zip(provider: &Provider, who: &str, within: &'static str, report: &mut Findings) {
    let Some(address) = &provider.address else { return };
    let zip = address.postal_code.as_str();
    let domestic = matches!(address.country.as_str(), "" | "US");
    if domestic && zip.len() == 5 && zip.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("the ZIP code of the {who}, `{zip}`, lacks its last four digits");
        report.fire(&SHORT_ZIP, Subject::Provider, provider.span, at(within, "N4", "N403"), message);
    }
}

fn rendering(claim: &Claim, report: &mut Findings) {
    let Some(billing) = claim.billing_provider.npi.map(|npi| npi.value) else { return };
    let same = |provider: &&Provider| {
        provider.role == ProviderRole::Rendering
            && provider.npi.is_some_and(|npi: openclaim_claim::Spanned<Npi>| npi.value == billing)
    };
    let of_lines = claim.lines.iter().enumerate().find_map(|(index, line)| {
        line.providers.iter().find(same).map(|provider| (Subject::Line(position(index)), provider, "2420A"))
    });
    let found = claim.providers.iter().find(same).map(|provider| (Subject::Provider, provider, "2310B")).or(of_lines);
    if let Some((subject, provider, within)) = found {
        let message = format!("the rendering provider is the billing provider, {billing}, who is not told of again");
        let span = provider.npi.and_then(|npi| npi.span).or(provider.span);
        report.fire(&RENDERING, subject, span, at(within, "NM1", "NM109"), message);
    }
}
