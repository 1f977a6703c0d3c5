//! The importers, one line each.

mod codes;
mod ncci;
mod payment;

use crate::importer::Importer;

/// Every importer. The order has no meaning: the surest one is chosen.
#[must_use]
pub fn all() -> &'static [&'static dyn Importer] {
    &[
        // Payment.
        &payment::PaymentFiles,
        &payment::CcExclusions,
        // National Correct Coding Initiative.
        &ncci::ptp::ProcedurePairs,
        &ncci::mue::UnlikelyUnits,
        &ncci::aoc::AddOnCodes,
        // Codes.
        &codes::place_of_service::PlaceOfService,
    ]
}
