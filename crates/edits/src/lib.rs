//! Claim edits: one edit, one file, with its documentation and its cases.
//!
//! An edit's file holds one struct with the data found, whose `Display` is the message; a doc comment from which every
//! page and help text about the edit is made; and one short pure function. [`registry`] lists them all. An edit answers in
//! one of three ways: it passes, it fires (a [`Finding`](openclaim_claim::Finding)), or it cannot tell (a
//! [`NotEvaluated`](openclaim_claim::NotEvaluated) that names the table, date or element it lacks).

mod claim_edit;
pub mod code;
pub mod coverage;
pub mod doc;
mod draft;
mod fault_edit;
pub mod intake;
pub mod mce;
pub mod modifier;
pub mod ncci;
pub mod pages;
pub mod quality;
pub mod record;
pub mod registry;
pub mod selection;
pub mod service;
pub mod x12;

pub use doc::Documented;
pub use intake::Intake;
pub use registry::{Edit, Family, find};
pub use selection::Selection;
