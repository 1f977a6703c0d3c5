//! What the edits of anaesthesia share.

use crate::service::Service;
use openclaim_claim::Modifier;

/// Modifiers that say who gave or directed anaesthesia (Medicare Claims Processing Manual, chapter 12, section 50.K).
pub(super) const WHO: [&str; 6] = ["AA", "AD", "QK", "QX", "QY", "QZ"];

/// Status code of anaesthesia services in the physician fee schedule.
pub(super) const STATUS: u8 = b'J';

/// The modifier of a line that says who gave anaesthesia.
pub(super) fn who(service: &Service<'_>) -> Option<Modifier> {
    service.modifiers.first_of(&WHO)
}
