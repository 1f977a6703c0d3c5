//! What of a claim stands in no column of its own: `rest_shared` and `rest`, as JSON in the names of `openclaim-claim`, without
//! what is empty; and `patient_as_subscriber`, which spares it a repetition.
//!
//! `rest_shared` holds what claims that were sent together have in common, so that it is read once for many of them; `rest` holds
//! what is the claim's own, and replaces what `rest_shared` says of the same.

mod read;
mod same;
mod write;

pub(super) use read::fill;
pub(super) use same::Same;
pub(super) use write::Rest;

/// The fields of a claim that stand in `rest_shared`: its levels, and what a sender seldom changes from claim to claim.
const SHARED: [&str; 11] = [
    "assignment",
    "benefits_assigned",
    "billing_provider",
    "currency",
    "patient_signature",
    "pay_to",
    "pay_to_plan",
    "payer",
    "provider_signature",
    "release_of_information",
    "transaction_date",
];
