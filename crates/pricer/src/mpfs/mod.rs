//! Medicare physician fee schedule.
//!
//! The fee of a line is ((work RVU × work GPCI) + (practice expense RVU × PE GPCI) + (malpractice RVU × MP GPCI)) ×
//! conversion factor, rounded once, to the cent, halves up; this reproduces the amounts that CMS publishes (OPPSCAP,
//! PFREV). Services with OPPS relative values are capped at the same formula over those values. Indicators of the
//! relative value file then say which payment rules hold: components, global split, bilateral surgery, multiple
//! procedures, assistants and co-surgeons (CMS Pub. 100-04, chapter 12, sections 20, 30, 40; chapter 23, addendum).
//! Anesthesia is paid by units (chapter 12, section 50).
//!
//! Relative values, geographic indices and conversion factors come from imported releases. What an indicator or a
//! modifier *means* is data of the project, `data/mpfs`. A reduction multiplies the fee of whole cents and is rounded to
//! the cent again; no CMS publication shows more digits in between.
//!
//! [`FeeSchedule`] is the view of one day, columns resolved once. [`FeeSchedule::price`] prices one line in small
//! integers; [`FeeSchedule::price_together`] the lines of one patient, provider and day, ranked;
//! [`FeeSchedule::pricing`] shows the steps.

mod anesthesia;
mod draft;
mod explain;
mod figures;
mod locality;
mod modifiers;
mod multiple;
mod outcome;
mod rules;
mod schedule;

pub use figures::{Gpci, Locality};
pub use locality::{ZipLocality, zip_locality};
pub use outcome::{LineOutcome, LinePrice, NotPayable, NotPayableReason};
pub use rules::{Place, Practitioner, Rate, Share};
pub use schedule::{ConversionFactor, FeeSchedule, LineRequest};
