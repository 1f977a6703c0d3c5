//! What one run over claims has seen.

use openclaim_edits::Intake;
use openclaim_edits::service::History;

/// State of a run: claims, services and interchanges met so far. Memory is bounded. The default remembers as much as
/// [`History::default`].
#[derive(Debug, Default)]
pub struct Run {
    /// What intake has seen: duplicates, control numbers.
    pub intake: Intake,
    /// Services of earlier claims, for the edits that look across claims.
    pub history: History,
}

impl Run {
    /// A run that remembers at most this many services of earlier claims.
    #[must_use]
    pub fn remembering(services: usize) -> Self {
        Self { intake: Intake::default(), history: History::with_limit(services) }
    }
}
