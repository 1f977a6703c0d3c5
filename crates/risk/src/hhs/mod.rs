//! HHS-HCC, the risk adjustment model of the marketplaces (individual and small-group plans under the Affordable Care
//! Act).
//!
//! A [`Model`] is compiled for a benefit year from the tables `risk/hhs-*`; [`Model::score`] scores one [`Member`] under
//! the adult, child or infant model and says why. [`transfer`] holds the state payment transfer formula.
//!
//! The way of one member: diagnoses → condition categories (age and sex edits) and drugs → drug classes → hierarchies →
//! groups and interactions (adults, children) or severity × maturity (infants) → relative factors of the plan's metal
//! level → cost-sharing reduction factor.
//!
//! Source: HHS, *HHS-Developed Risk Adjustment Model Algorithm "Do It Yourself" software*, programs V0519F3M, I0V05ED2,
//! AGESEXV6, V05128H1 and V07141H1, and its instructions; 45 CFR 153.320; the yearly notices of benefit and payment
//! parameters.

mod answer;
mod assign;
mod category_set;
mod compile;
mod evaluate;
mod imported;
mod member;
mod model;
mod score;
pub mod transfer;

pub use answer::{
    CategoryAnswer, CostSharing, Dropped, DroppedBy, FactorAnswer, FilterReason, FilteredAnswer, HhsScore,
    InfantAnswer, SupportAnswer, Warning,
};
pub use category_set::CategorySet;
pub use member::{Member, Metal, Population};
pub use model::Model;
