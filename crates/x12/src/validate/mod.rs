//! Validation of transactions against the implementation guides, segment by segment, in the pass that reads them.
//!
//! The guides' loops and segments are data: the plain tables under `guides/`, compiled at first use ([`table`]). The
//! [`automaton`] places each segment in its loop and says what is missing, superfluous or out of place; [`element`] looks
//! at the elements of a segment. Memory is bounded by the depth of the loops. What several segments or the codes of a
//! claim say together is not looked at here: that is for the edits.

mod automaton;
mod element;
mod envelope;
mod table;

pub(crate) use automaton::{Lacking, Recovery, Validator};
pub(crate) use envelope::{EnvelopeState, check_group, check_interchange};
