//! Geography.

pub(crate) mod zip_codes;
