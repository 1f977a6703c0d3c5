//! Comorbidity indices: AHRQ's [Elixhauser] measures of one hospital stay and the [Charlson] index of a person.
//!
//! [Elixhauser]: elixhauser::Elixhauser
//! [Charlson]: charlson::Charlson

pub mod charlson;
pub mod elixhauser;

pub use charlson::{Charlson, CharlsonScore};
pub use elixhauser::{Elixhauser, ElixhauserMeasures, Stay, StayDiagnosis};
