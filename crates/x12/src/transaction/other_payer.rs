//! Loops 2320 and 2330: other payers of the claim and what they decided.

use super::claim::belongs_to_party;
use super::{Cursor, Loop, Part, hierarchy, party};
use crate::context::Context;
use openclaim_claim::{Adjustment, AdjustmentGroup, Claim, Money, OtherPayer, Spanned};

/// SBR within a claim.
pub(super) fn begin(cursor: &mut Cursor<'_>, claim: &mut Claim, cx: &mut Context<'_, '_>) {
    *cursor.part = Part::OtherPayers;
    *cursor.place = Loop::OtherSubscriber;
    let mut other = OtherPayer { span: Some(cx.span()), ..OtherPayer::default() };
    hierarchy::insurance(cx, &mut other.subscriber);
    claim.other_payers.push(other);
}

/// NM1 of the other insured or payer; `None` for an entity that is neither.
pub(super) fn party(claim: &mut Claim, cx: &mut Context<'_, '_>, code: &str) -> Option<Loop> {
    let other = claim.other_payers.last_mut()?;
    match code {
        "IL" => {
            party::subscriber(cx, &mut other.subscriber);
            Some(Loop::OtherInsured)
        }
        "PR" => {
            other.payer = party::payer(cx);
            Some(Loop::OtherPayer)
        }
        // The patient as version 4010 repeats it for the other payer.
        "QC" => Some(Loop::PassedOver),
        _ => None,
    }
}

/// A segment of loops 2320 and 2330; `false` when it is none.
pub(super) fn detail(place: Loop, claim: &mut Claim, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
    let Some(other) = claim.other_payers.last_mut() else { return false };
    let read = match place {
        Loop::OtherInsured => party::subscriber_detail(cx, name, &mut other.subscriber),
        Loop::OtherPayer => party::payer_detail(cx, name, &mut other.payer),
        Loop::OtherPayerProvider => {
            other.providers.last_mut().is_some_and(|provider| party::provider_detail(cx, name, provider))
        }
        Loop::OtherSubscriber if &name == b"DMG" => party::subscriber_detail(cx, name, &mut other.subscriber),
        Loop::PassedOver => belongs_to_party(name),
        _ => false,
    };
    if read {
        return true;
    }
    match &name {
        b"CAS" => adjustments(&mut other.adjustments, cx),
        b"AMT" => {
            if let Some(amount) = cx.money(cx.element(2)) {
                other.amounts.push((cx.text(1), amount));
            }
        }
        b"OI\0" => {
            other.benefits_assigned = cx.text(3);
            other.patient_signature = cx.text(4);
            other.release_of_information = cx.text(6);
        }
        b"MOA" => remarks(other, cx, &[3, 4, 5, 6, 7]),
        b"MIA" => remarks(other, cx, &[5, 20, 21, 22, 23]),
        b"DTP" => {
            let date = cx.period(cx.element(2), cx.element(3)).from;
            if cx.element(1).text == "573" {
                other.adjudication_date = date;
            } else {
                cx.unknown_qualifier(cx.element(1), "date of another payer");
            }
        }
        _ => return false,
    }
    true
}

fn remarks(other: &mut OtherPayer, cx: &Context<'_, '_>, positions: &[usize]) {
    other.remark_codes.extend(positions.iter().map(|&number| cx.text(number)).filter(|code| !code.is_empty()));
}

/// CAS: a group and up to six of reason, amount and quantity.
pub(crate) fn adjustments(adjustments: &mut Vec<Adjustment>, cx: &mut Context<'_, '_>) {
    let parse = |text: &[u8]| match text {
        b"CO" => Some(AdjustmentGroup::Contractual),
        b"PR" => Some(AdjustmentGroup::Patient),
        b"OA" => Some(AdjustmentGroup::Other),
        b"PI" => Some(AdjustmentGroup::PayerInitiated),
        b"CR" => Some(AdjustmentGroup::Correction),
        _ => None,
    };
    if !cx.require(1, "adjustment group") {
        return;
    }
    let Some(group) = cx.one_of(cx.element(1), parse, "an adjustment group (CO, PR, OA, PI or CR)") else { return };
    for first in (2..=17).step_by(3) {
        let (reason, amount) = (cx.text(first), cx.money(cx.element(first + 1)));
        let quantity = cx.decimal(cx.element(first + 2)).map(|number| number.value);
        if reason.is_empty() && amount.is_none() {
            continue;
        }
        let amount = amount.unwrap_or(Spanned::bare(Money::ZERO));
        adjustments.push(Adjustment { group: group.value, reason, amount, quantity });
    }
}
