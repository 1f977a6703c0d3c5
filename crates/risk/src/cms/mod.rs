//! CMS-HCC (Medicare Advantage), ESRD and RxHCC (Part D): from diagnoses to condition categories to a risk score.
//!
//! A [`Model`] is one version in one payment year, compiled from the tables: each payment year brings rows, not code.
//! [`Model::score`] does what CMS's software does, in its order: age and sex edits of diagnoses, categories, categories
//! that count only beside others, hierarchies, interactions, payment category counts, and the relative factors of one
//! segment. [`Model::explain`] says why. [`payment`] turns raw scores into payment scores, [`encounter`] picks the
//! diagnoses of claims that count.
//!
//! Sources: CMS's SAS software (V2218O1M, V2419P1M, V2823T2M, E2118P1M and the macros they include), mappings and
//! coefficients by payment year, and the annual rate announcements; each row of the tables under `data/risk/cms` names
//! its own.
//!
//! ```
//! use openclaim_reference::Library;
//! use openclaim_risk::cms::{Model, ModelKey, Orec, Person, Sheet};
//! use openclaim_risk::Sex;
//!
//! let library = Library::embedded()?;
//! let model = Model::compile(&library, &ModelKey::new("CMS-HCC V28", 2026))?;
//! let person = Person::new(76, Sex::Female, Orec::Age);
//! let segment = model.segment("CNA")?;
//! let mut sheet = Sheet::default();
//! model.score(&person, segment, &["E11.22".parse()?, "I50.22".parse()?], &mut sheet)?;
//! assert_eq!(model.categories_of(&sheet).collect::<Vec<_>>(), [37, 226]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blend;
mod catalog;
mod category;
mod cohort;
mod compile;
pub mod encounter;
mod explain;
mod model;
pub mod payment;
mod person;
mod population;
mod score;
mod scorer;
mod source;
mod variable;

pub use blend::{Blend, BlendedScore};
pub use catalog::Catalog;
pub use category::CategorySet;
pub use cohort::{Cohort, Defaults, Enrollee, PersonScore, RiskFactor, person_of};
pub use compile::ModelKey;
pub use explain::{
    AuditFlag, CategoryExplanation, DroppedCategory, EditOutcome, EditedDiagnosis, Explanation, SupportingDiagnosis,
};
pub use model::{Family, Model, Segment};
pub use person::{Dual, Orec, Person};
pub use population::Enrolment;
pub use score::{Factor, FactorKind, Sheet};
pub use scorer::{Evidence, Scorer};
