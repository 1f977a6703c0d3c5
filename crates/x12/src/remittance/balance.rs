//! Whether amounts add up.

use super::Remittance;
use openclaim_claim::{Adjustment, Money, Span, Text};
use std::fmt;

/// What does not balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Balance {
    /// The payment against its claims and provider adjustments.
    Payment,
    /// A claim: charge less adjustments, its own and its lines', against what was paid.
    Claim {
        /// Its identifier.
        claim_id: Text,
    },
    /// A line: charge less adjustments against what was paid.
    Line {
        /// The claim's identifier.
        claim_id: Text,
        /// Position of the line, counted from 1.
        line: usize,
    },
    /// The lines' charges against the claim's.
    Charges {
        /// The claim's identifier.
        claim_id: Text,
    },
}

/// An amount that is not what the others make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// What does not balance.
    pub balance: Balance,
    /// The amount as stated.
    pub stated: Money,
    /// What the others make it.
    pub computed: Money,
    /// Where the stated amount stands.
    pub span: Option<Span>,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stated, computed, .. } = self;
        match &self.balance {
            Balance::Payment => {
                write!(f, "the payment is {stated}, but claims less provider adjustments make {computed}")
            }
            Balance::Claim { claim_id } => {
                write!(f, "claim `{claim_id}` paid {stated}, but charge less adjustments make {computed}")
            }
            Balance::Line { claim_id, line } => {
                write!(
                    f,
                    "line {line} of claim `{claim_id}` paid {stated}, but charge less adjustments make {computed}"
                )
            }
            Balance::Charges { claim_id } => {
                write!(f, "claim `{claim_id}` charges {stated}, but its lines charge {computed}")
            }
        }
    }
}

fn sum(adjustments: &[Adjustment]) -> Money {
    adjustments.iter().map(|adjustment| adjustment.amount.value).sum()
}

impl Remittance {
    /// Every amount that is not what the others make it: line, claim, payment, in the order of the file.
    ///
    /// Source: X12 005010X221A1, section 1.10.2.1, balancing.
    #[must_use]
    pub fn imbalances(&self) -> Vec<Imbalance> {
        let mut found = Vec::new();
        for claim in self.claims() {
            let claim_id = &claim.claim_id.value;
            for (at, line) in claim.lines.iter().enumerate() {
                let computed = line.charge.value - sum(&line.adjustments);
                if computed != line.paid.value {
                    let balance = Balance::Line { claim_id: claim_id.clone(), line: at + 1 };
                    found.push(Imbalance { balance, stated: line.paid.value, computed, span: line.paid.span });
                }
            }
            if !claim.lines.is_empty() {
                let computed: Money = claim.lines.iter().map(|line| line.charge.value).sum();
                if computed != claim.charge.value {
                    let balance = Balance::Charges { claim_id: claim_id.clone() };
                    found.push(Imbalance { balance, stated: claim.charge.value, computed, span: claim.charge.span });
                }
            }
            let of_lines: Money = claim.lines.iter().map(|line| sum(&line.adjustments)).sum();
            let computed = claim.charge.value - sum(&claim.adjustments) - of_lines;
            if computed != claim.paid.value {
                let balance = Balance::Claim { claim_id: claim_id.clone() };
                found.push(Imbalance { balance, stated: claim.paid.value, computed, span: claim.paid.span });
            }
        }
        let claims: Money = self.claims().map(|claim| claim.paid.value).sum();
        let adjusted = self.provider_adjustments.iter().flat_map(|provider| &provider.adjustments);
        let computed = claims - adjusted.map(|(_, _, amount)| amount.value).sum();
        let amount = self.payment.amount;
        // A debit takes the amount from the payee.
        let stated = if self.payment.direction == "D" { -amount.value } else { amount.value };
        if computed != stated {
            found.push(Imbalance { balance: Balance::Payment, stated, computed, span: amount.span });
        }
        found
    }
}
