//! Risk adjustment: what a person's diagnoses and demographics are worth under each of CMS's models, and why.
//!
//! - [`cms`]: CMS-HCC (Medicare Advantage), ESRD and RxHCC (Part D).
//! - [`hhs`]: HHS-HCC (marketplaces under the Affordable Care Act).
//! - [`comorbidity`]: Elixhauser and Charlson indices.
//!
//! The models share three nouns: a [`Diagnosis`] with where it was recorded, the named errors of [`ScoreError`], and
//! [`Score`], a decimal with three fixed places. No model uses floating point.

pub mod cms;
pub mod comorbidity;
mod diagnosis;
mod error;
pub mod hhs;
mod score;
mod table;

pub use diagnosis::{Diagnosis, EncounterType, Provenance};
pub use error::{ErrorCode, ScoreError};
pub use openclaim_claim::{Date, DiagnosisCode, NotEvaluated, NotEvaluatedReason, Sex};
pub use score::Score;
