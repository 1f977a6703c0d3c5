//! Faults of the file and its segments, as the reader met them.

use crate::registry::Edit;

/// The faults, in the order of the reader's kinds.
pub static EDITS: &[Edit] = &[];
