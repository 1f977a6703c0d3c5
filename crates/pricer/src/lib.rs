//! What Medicare would pay, step by step.
//!
//! Every price is a [`Pricing`]: a list of steps that folds to the total, each with the numbers it read, how it rounded
//! and the table rows they came from. What lacks a table, a date or an element is not priced; it says so by name.

pub mod fees;
pub mod ipps;
pub mod mpfs;
mod pricing;

pub use pricing::{Effect, Input, Pricing, PricingError, Rounding, Step};
