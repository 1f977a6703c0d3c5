//! The importers, one line each.

mod codes;
mod icd10;
mod coverage;
mod ncci;
mod payment;

use crate::importer::Importer;
use crate::release::ReleaseDraft;

/// Every importer. The order has no meaning: the surest one is chosen.
#[must_use]
pub fn all() -> &'static [&'static dyn Importer] {
    &[
        // Payment.
        &payment::PaymentFiles,
        &payment::CcExclusions,
        // Coverage.
        &coverage::CoverageTables,
        &coverage::Documents,
        // National Correct Coding Initiative.
        &ncci::ptp::ProcedurePairs,
        &ncci::mue::UnlikelyUnits,
        &ncci::aoc::AddOnCodes,
        // Codes.
        &icd10::order::OrderFile,
        &icd10::titles::CodeFile,
        &icd10::titles::TitleList,
        &icd10::titles::NodeList,
        &icd10::addenda::Addenda,
        &icd10::poa_exempt::PoaExempt,
        &icd10::conversion::ConversionTable,
        &icd10::tabular::TabularList,
        &icd10::index::AlphabeticIndex,
        &codes::place_of_service::PlaceOfService,
    ]
}

/// What can only be said of a release when all its files have been read.
pub(crate) fn complete(release: &mut ReleaseDraft) {
    coverage::note_absent(release);
}
