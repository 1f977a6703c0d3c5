//! Faults of FHIR resources and of CMS claim records, as the reader met them.
//!
//! The reader finds them; nothing is checked here. Each kind of fault has its title, disposition and documentation in one
//! of the files of this folder, and a [`Fault`] becomes a [`Finding`] by them.

mod element;
mod file;
mod resource;

use crate::fault_edit::{self, FaultEdits};
use crate::registry::Edit;
use openclaim_claim::{Evidence, Finding, Subject};
use openclaim_fhir::{Fault, FaultKind};
use std::sync::LazyLock;

/// Documents kinds of faults. The sections that a whole file shares stand once, at its head.
macro_rules! record_faults {
    ($($documented:tt)+) => {
        $crate::fault_edit::fault_edits! { Record "record" openclaim_fhir::FaultKind, super::level; $($documented)+ }
    };
}
use record_faults;

/// The faults, in the order in which a file is read: file, resource or record, element.
static FAULTS: LazyLock<FaultEdits<FaultKind>> =
    LazyLock::new(|| FaultEdits::new(&[file::FAULTS, resource::FAULTS, element::FAULTS]));

/// The edits of the family.
pub(crate) fn edits() -> &'static [Edit] {
    FAULTS.all()
}

/// Records have no SNIP types.
const fn level(_: FaultKind) -> Option<u8> {
    None
}

/// The edit of a kind of fault.
#[must_use]
pub fn edit(kind: FaultKind) -> Option<&'static Edit> {
    FAULTS.of(kind)
}

/// A fault of a claim as a finding.
#[must_use]
pub fn finding(fault: &Fault) -> Finding {
    as_finding(fault, Subject::Claim)
}

/// A fault that belongs to no claim as a finding.
#[must_use]
pub fn file_finding(fault: &Fault) -> Finding {
    as_finding(fault, Subject::File)
}

fn as_finding(fault: &Fault, subject: Subject) -> Finding {
    let mut evidence = Vec::new();
    if !fault.path.is_empty() {
        evidence.push(Evidence::element("element", &*fault.path, None));
    }
    let said = (fault.detail.clone(), fault.span);
    fault_edit::finding(edit(fault.kind), fault.kind.name(), subject, said, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::{Disposition, FileId};
    use openclaim_fhir::{Event, Reader, Severity};

    #[test]
    fn every_kind_of_fault_is_documented_under_its_name() {
        for kind in FaultKind::ALL {
            let edit = edit(*kind).unwrap_or_else(|| panic!("{kind} is not documented"));
            assert_eq!(edit.id, format!("record/{kind}"));
            let stops = edit.disposition == Disposition::RejectClaim;
            assert_eq!(stops, matches!(kind.severity(), Severity::Fatal | Severity::Error), "{kind}");
        }
        assert_eq!(edits().len(), FaultKind::ALL.len());
    }

    #[test]
    fn a_fault_becomes_a_finding_that_points_into_the_file() {
        let event = Reader::new(&b"{\"a\":1}"[..], FileId(3)).next();
        let Some(Event::Fault(fault)) = event else { panic!("{event:?}") };
        let finding = file_finding(&fault);
        assert_eq!((finding.edit, finding.subject), ("record/not-a-resource", Subject::File));
        assert_eq!(finding.span, Some(fault.span));
    }
}
