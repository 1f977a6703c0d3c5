//! Code sets.

pub(crate) mod adjustment_reasons;
pub(crate) mod place_of_service;
