//! What one run over claims has seen.

use openclaim_edits::Intake;
use openclaim_edits::service::{History, Sentences};

/// State of a run: claims, services and interchanges met so far. Memory is bounded. The default remembers as much as
/// [`History::default`].
#[derive(Debug, Default)]
pub struct Run {
    /// What intake has seen: duplicates, control numbers.
    pub intake: Intake,
    /// Services of earlier claims, for the edits that look across claims.
    pub history: History,
    /// What was said of lacking tables; it decides nothing.
    pub(crate) sentences: Sentences,
}

impl Run {
    /// A run that remembers at most this many services of earlier claims.
    #[must_use]
    pub fn remembering(services: usize) -> Self {
        Self { history: History::with_limit(services), ..Self::default() }
    }

    /// A run of one claim, which is decided on its own.
    #[must_use]
    pub fn of_one_claim() -> Self {
        Self { intake: Intake::of_one_claim(), ..Self::remembering(0) }
    }

    /// The run as one of another claim, which is decided on its own. What does not depend on claims is kept, which makes
    /// this cheaper than a new run.
    pub fn anew(&mut self) -> &mut Self {
        let sentences = std::mem::take(&mut self.sentences);
        *self = Self { sentences, ..Self::of_one_claim() };
        self
    }
}
