//! The tables of this family.

use openclaim_reference::Library;

/// The tables of this family, in all their releases.
#[derive(Debug)]
pub struct Tables {}

impl Tables {
    /// The tables of a library.
    #[must_use]
    pub fn new(_library: &Library) -> Self {
        Self {}
    }
}
