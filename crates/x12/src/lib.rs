//! A streaming reader of X12 837 claims with byte spans.
//!
//! [`Reader`] turns the bytes of a file into [`Event`]s: claims in file order, each with the faults met in it and the
//! [`Envelope`] it stands in, and faults that belong to no claim. Reading never fails as a whole: what cannot be
//! understood is reported and passed over, and reading goes on at the next segment, claim, transaction, group or
//! interchange, whichever is the first that makes sense again.
//!
//! ```
//! use openclaim_claim::FileId;
//! use openclaim_x12::{Event, FaultKind, Reader};
//!
//! let events: Vec<Event> = Reader::from_slice(b"no claims here", FileId(0)).collect();
//! assert!(matches!(&events[0], Event::Fault(fault) if fault.kind == FaultKind::MissingInterchangeHeader));
//! ```
//!
//! Memory does not grow with the file: at most one claim is held open, a segment may not exceed
//! [`Limits::segment_bytes`], a claim not [`Limits::claim_bytes`] or [`Limits::lines_per_claim`].
//!
//! [`Reader::validating`] also holds every segment against the implementation guide of its transaction, whose loops,
//! segments and elements are tables under `guides/`.
//!
//! The crate knows no rules beyond. It says that a date is no date; whether the date makes sense is for the edits to say.
//!
//! [`lexer`] gives the bare segments of an interchange to those who look for something else than claims.

mod context;
pub mod delimiters;
mod envelope;
mod fault;
mod groups;
mod guide;
mod interchange;
pub mod lexer;
mod pieces;
mod reader;
pub mod remittance;
mod source;
mod transaction;
mod validate;
mod values;
pub mod write;

pub use delimiters::Delimiters;
pub use envelope::{Envelope, Group, Interchange, TradingPartner};
pub use fault::{Fault, FaultKind};
pub use guide::Guide;
pub use reader::{ClaimRecord, Event, Limits, Reader, Totals};
