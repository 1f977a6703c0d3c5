//! Physician fee schedules by day, each prepared when a line of that day is first met.

use openclaim_claim::{Date, NotEvaluated};
use openclaim_pricer::mpfs::{ConversionFactor, FeeSchedule};
use openclaim_reference::Library;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Day of service, day of knowledge, and which conversion factor.
type Asked = (Date, Option<Date>, ConversionFactor);

type Prepared = Arc<Result<FeeSchedule, NotEvaluated>>;

/// The schedules prepared so far; that there is none for a day is remembered too.
#[derive(Debug, Default)]
pub(crate) struct FeeSchedules(RwLock<BTreeMap<Asked, Prepared>>);

/// Days that are kept. Claims of a run are mostly of one quarter; made-up dates must not fill the memory.
const KEPT: usize = 4_096;

impl FeeSchedules {
    /// The schedule of a day, as it was known by another day.
    pub(crate) fn get(
        &self,
        library: &Library,
        date: Date,
        known_at: Option<Date>,
        factor: ConversionFactor,
    ) -> Prepared {
        // A panic elsewhere cannot leave the map half-changed, so a poisoned lock is as good as a sound one.
        if let Some(schedule) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&(date, known_at, factor)) {
            return Arc::clone(schedule);
        }
        let schedule = Arc::new(FeeSchedule::at(library, date, known_at, factor));
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert((date, known_at, factor), Arc::clone(&schedule));
        schedule
    }
}
