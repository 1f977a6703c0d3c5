//! What the user decides, as against what the tables decide.

use openclaim_edits::service::Switches;
use openclaim_grouper::HospitalStatus;

/// Switches of a run.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Whether the hospital must report present-on-admission indicators. A claim does not say; the default is a hospital
    /// under the inpatient prospective payment system, which must.
    pub hospital_status: HospitalStatus,
    /// Whether groupings carry their explanation, which takes several times as long as grouping.
    pub explain: bool,
    /// Whether to look for the smallest sets of changes that would clear the error findings of claim edits.
    pub what_if: bool,
    /// Whose rules bind, what was known, and which edits are run.
    pub switches: Switches,
}
