//! Text for people.

pub(crate) mod claim;
pub(crate) mod diagnostic;
pub(crate) mod explanation;
pub(crate) mod lines;
pub(crate) mod pricing;
pub(crate) mod profile;
pub(crate) mod progress;
