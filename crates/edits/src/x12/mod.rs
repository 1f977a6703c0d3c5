//! Faults of the file and its segments, as the reader met them, and what is wrong with the claim they make.
//!
//! The reader finds faults; nothing is checked here. [`claim`] looks at what segments say together. Each kind of fault has its title, disposition and documentation in one
//! of the files of this folder, and a [`Fault`] becomes a [`Finding`] by them.

pub(crate) mod claim;
mod element;
mod envelope;
mod file;
mod hierarchy;

use crate::fault_edit::{self, FaultEdits};
use crate::registry::Edit;
use openclaim_claim::{Evidence, Finding, Subject, Text};
use openclaim_x12::{Fault, FaultKind};
use std::sync::LazyLock;

/// Documents kinds of faults. The sections that a whole file shares stand once, at its head.
macro_rules! faults {
    ($($documented:tt)+) => {
        $crate::fault_edit::fault_edits! { X12 "x12" openclaim_x12::FaultKind, super::level; $($documented)+ }
    };
}
use faults;

/// The faults, in the order in which a file is read: file, envelope, hierarchy, element.
static FAULTS: LazyLock<FaultEdits<FaultKind>> =
    LazyLock::new(|| FaultEdits::new(&[file::FAULTS, envelope::FAULTS, hierarchy::FAULTS, element::FAULTS]));

/// The edits of the family: faults first, then the edits of claims.
pub(crate) fn edits() -> &'static [Edit] {
    static ALL: LazyLock<Vec<Edit>> = LazyLock::new(|| FAULTS.all().iter().chain(claim::edits()).copied().collect());
    &ALL
}

/// The WEDI SNIP type of a kind of fault: 1 syntax, 2 implementation guide, 5 code sets.
const fn level(kind: FaultKind) -> Option<u8> {
    Some(match kind {
        FaultKind::UnknownVersion
        | FaultKind::VersionMismatch
        | FaultKind::MalformedHierarchy
        | FaultKind::UnknownHierarchicalParent
        | FaultKind::LevelOutOfSequence
        | FaultKind::WrongChildCode
        | FaultKind::MissingBillingProvider
        | FaultKind::MissingSubscriber
        | FaultKind::MissingPatient
        | FaultKind::MissingServiceLine
        | FaultKind::MissingService
        | FaultKind::UnexpectedSegment
        | FaultKind::RepeatedSegment
        | FaultKind::SegmentOutOfOrder
        | FaultKind::MissingSegment
        | FaultKind::MissingLoop
        | FaultKind::TooManyRepetitions
        | FaultKind::LineOutOfSequence
        | FaultKind::MissingElement
        | FaultKind::UnknownQualifier
        | FaultKind::UnlistedCode
        | FaultKind::PostOfficeBox => 2,
        FaultKind::DottedCode | FaultKind::NotACode | FaultKind::NotAnIdentifier => 5,
        _ => 1,
    })
}

/// The edit of a kind of fault.
#[must_use]
pub fn edit(kind: FaultKind) -> Option<&'static Edit> {
    FAULTS.of(kind)
}

/// A fault as a finding.
#[must_use]
pub fn finding(fault: &Fault) -> Finding {
    let mut evidence = Vec::new();
    if let Some(segment) = fault.segment {
        evidence.push(Evidence::element("segment", segment.as_str(), Some(fault.span)));
    }
    if let Some(within) = fault.within {
        evidence.push(Evidence::element("loop", Text::const_new(within), None));
    }
    let subject = if fault.within.is_some() { Subject::Claim } else { Subject::File };
    let said = (fault.detail.clone(), fault.span);
    fault_edit::finding(edit(fault.kind), fault.kind.name(), subject, said, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::FileId;
    use openclaim_x12::{Event, Reader};

    #[test]
    fn every_kind_of_fault_is_documented_under_its_name() {
        for kind in FaultKind::ALL {
            let edit = edit(*kind).unwrap_or_else(|| panic!("{kind} is not documented"));
            assert_eq!(edit.id, format!("x12/{kind}"));
        }
        assert_eq!(edits().len(), FaultKind::ALL.len() + claim::edits().count());
    }

    #[test]
    fn a_fault_becomes_a_finding_that_points_into_the_file() {
        let event = Reader::from_slice(b"no claims here", FileId(3)).next();
        let Some(Event::Fault(fault)) = event else { panic!("{event:?}") };
        let finding = finding(&fault);
        assert_eq!((finding.edit, finding.subject), ("x12/missing-interchange-header", Subject::File));
        assert_eq!(finding.span, Some(fault.span));
    }
}
