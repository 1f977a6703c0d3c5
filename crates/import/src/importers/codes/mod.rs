//! Code sets.

pub(crate) mod place_of_service;
