//! The importers, one line each.

mod codes;
mod coverage;
mod geo;
mod hcpcs;
mod icd10;
mod msdrg;
mod ncci;
mod payment;
mod risk;

use crate::importer::Importer;
use crate::release::ReleaseDraft;

/// Every importer. The order has no meaning: the surest one is chosen.
#[must_use]
pub fn all() -> &'static [&'static dyn Importer] {
    &[
        // Payment.
        &payment::PaymentFiles,
        &payment::CcExclusions,
        // Risk adjustment.
        &risk::tables::MAPPING,
        &risk::tables::COEFFICIENTS,
        &risk::tables::HIERARCHIES,
        &risk::tables::LABELS,
        &risk::tables::ELIGIBLE,
        &risk::tables::EDITS,
        &risk::tables::CHRONIC,
        &risk::coefficients::WideCoefficients,
        &risk::coefficients::MetalCoefficients,
        &risk::lists::SasList,
        &risk::macros::SasMacro,
        &risk::comorbidity::Comorbidities,
        // MS-DRG.
        &msdrg::tables::GrouperTables,
        &msdrg::manual::DefinitionsManual,
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
        &codes::adjustment_reasons::AdjustmentReasons,
        &hcpcs::alpha_numeric::AlphaNumeric,
        &hcpcs::changes::TransactionReport,
        &hcpcs::changes::Corrections,
        &hcpcs::lists::NotOtherwiseClassified,
        &hcpcs::lists::ProcessingNotes,
        &hcpcs::lists::Printout,
        // Geography.
        &geo::zip_codes::ZipCodes,
        &geo::zip_codes::RecordLayout,
    ]
}

/// What can only be said of a release when all its files have been read.
pub(crate) fn complete(release: &mut ReleaseDraft) {
    coverage::note_absent(release);
}
