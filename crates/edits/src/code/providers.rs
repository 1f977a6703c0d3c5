//! Codes of providers: NPI and taxonomy.

use super::{NPI, TAXONOMY};
use crate::claim_edit::{Findings, at, position};
use openclaim_claim::{Claim, Provider, Subject};

/// Check digits of NPIs, and the form of taxonomy codes.
pub(super) fn check(claim: &Claim, report: &mut Findings) {
    let mut judge = |provider: &Provider, within: &'static str, line: Option<usize>| {
        let subject = || line.map_or(Subject::Provider, |index| Subject::Line(position(index)));
        if let Some(npi) = provider.npi
            && !npi.has_valid_check_digit()
        {
            let message = format!("the check digit of NPI `{}` is wrong", npi.value);
            report.fire(&NPI, subject(), npi.span, at(within, "NM1", "NM109"), message);
        }
        if let Some(specialty) = &provider.specialty
            && !is_taxonomy(specialty.taxonomy.as_str().as_bytes())
        {
            let message = format!("`{}` has not the form of a taxonomy code", specialty.taxonomy.value);
            report.fire(&TAXONOMY, subject(), specialty.taxonomy.span, at(within, "PRV", "PRV03"), message);
        }
    };
    judge(&claim.billing_provider, "2010AA", None);
    if let Some(pay_to) = &claim.pay_to {
        judge(pay_to, "2010AB", None);
    }
    for provider in &claim.providers {
        judge(provider, "2310", None);
    }
    for (index, line) in claim.lines.iter().enumerate() {
        for provider in &line.providers {
            judge(provider, "2420", Some(index));
        }
    }
}

fn is_taxonomy(code: &[u8]) -> bool {
    let digits = code.get(..3).is_some_and(|start| start.iter().all(u8::is_ascii_digit));
    code.len() == 10 && code[9] == b'X' && digits
}
