//! The importers, one line each.

mod codes;

use crate::importer::Importer;

/// Every importer. The order has no meaning: the surest one is chosen.
#[must_use]
pub fn all() -> &'static [&'static dyn Importer] {
    &[
        // Codes.
        &codes::place_of_service::PlaceOfService,
    ]
}
