//! Claims as FHIR resources, and claims from CMS's research files.
//!
//! [`Reader`] turns the bytes of a file into [`Event`]s: claims in file order, each with the faults met in its text, and
//! faults that belong to no claim. The format is told by content:
//!
//! - FHIR R4 `Claim` and `ExplanationOfBenefit`, as the CARIN Blue Button guide shapes them and as CMS's servers (Blue
//!   Button, BCDA, AB2D, DPC) give them out, with the STU3 resources of the same servers: a single resource, a `Bundle`, or
//!   NDJSON, where a bad line costs no neighbour.
//! - The pipe-separated claim files of the Chronic Conditions Warehouse (carrier, DME, inpatient, outpatient, SNF, home
//!   health, hospice), by their column names.
//!
//! Faults carry their place in the file and a FHIRPath; [`operation_outcome`] makes a FHIR resource of them.
//! [`write_claim`] writes a FHIR `Claim`; [`write_record`] gives a resource back with everything that was not understood.
//!
//! ```
//! use openclaim_claim::FileId;
//! use openclaim_fhir::{Event, Reader};
//!
//! let text = br#"{"resourceType":"Claim","id":"1","type":{"coding":[{"code":"professional",
//!     "system":"http://terminology.hl7.org/CodeSystem/claim-type"}]},"patient":{"reference":"Patient/7"}}"#;
//! let Some(Event::Claim(record)) = Reader::new(&text[..], FileId(0)).next() else { panic!() };
//! assert_eq!(record.claim.claim_id.as_str(), "1");
//! ```
//!
//! The crate knows no rules. It says that a date is no date; whether the date makes sense is for the edits to say.

mod cms;
mod document;
mod fault;
mod format;
mod json;
mod lines;
mod outcome;
mod reader;
mod record;
mod resource;
mod write;

pub use cms::FileKind;
pub use fault::{Fault, FaultKind, Severity};
pub use format::{Format, is_gzip, sniff, unpacked};
pub use outcome::operation_outcome;
pub use reader::Reader;
pub use record::{Event, Limits, Record, ResourceType, Source};
pub use write::{write_claim, write_record};
