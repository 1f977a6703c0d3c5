//! What the edits of therapy share.

use crate::service::Service;
use openclaim_claim::Modifier;

/// Modifiers that say under whose plan of care therapy is given (Medicare Claims Processing Manual, chapter 5, section 20.1).
pub(super) const DISCIPLINES: [&str; 3] = ["GN", "GO", "GP"];

/// Multiple-procedure indicator of therapy services whose practice expense is reduced: services that are always therapy.
pub(super) const ALWAYS_THERAPY: u8 = b'5';

/// The discipline of a line.
pub(super) fn discipline(service: &Service<'_>) -> Option<Modifier> {
    service.modifiers.first_of(&DISCIPLINES)
}
