//! Groupers by version, each compiled when it is first asked for.

use openclaim_grouper::{Grouper, GrouperError, GrouperVersion, MsDrgTables};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The groupers compiled so far.
#[derive(Debug, Default)]
pub(crate) struct Groupers(RwLock<BTreeMap<GrouperVersion, Arc<Grouper>>>);

impl Groupers {
    /// The grouper of a version.
    pub(crate) fn get(&self, tables: &MsDrgTables, version: GrouperVersion) -> Result<Arc<Grouper>, GrouperError> {
        // A panic elsewhere cannot leave the map half-changed, so a poisoned lock is as good as a sound one.
        if let Some(grouper) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&version) {
            return Ok(Arc::clone(grouper));
        }
        let grouper = Arc::new(Grouper::for_version(tables, version)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(version, Arc::clone(&grouper));
        Ok(grouper)
    }
}
