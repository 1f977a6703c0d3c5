//! Faults of FHIR resources and of CMS claim records, as the reader met them.
//!
//! The reader finds them; nothing is checked here. Each kind of fault has its title, disposition and documentation in one
//! of the files of this folder, and a [`Fault`] becomes a [`Finding`] by them.

mod element;
mod file;
mod resource;

use crate::registry::Edit;
use openclaim_claim::{ClearKind, Clearance, Evidence, Finding, Message, Subject, Text};
use openclaim_fhir::{Fault, FaultKind};
use std::sync::LazyLock;

/// Documents kinds of faults. The sections that a whole file shares stand once, at its head.
macro_rules! record_faults {
    (
        shared { $(#[doc = $shared:literal])+ }
        $($(#[doc = $doc:literal])+ $kind:ident: $name:literal, $title:literal, $disposition:ident;)+
    ) => {
        /// Sections that all faults of this file share.
        const SHARED: &str = concat!($($shared, "\n"),+);

        /// The faults of this file, with their kinds.
        pub(super) const FAULTS: &[(openclaim_fhir::FaultKind, $crate::registry::Edit)] = &[$((
            openclaim_fhir::FaultKind::$kind,
            $crate::registry::Edit {
                id: concat!("record/", $name),
                title: $title,
                family: $crate::registry::Family::Record,
                disposition: openclaim_claim::Disposition::$disposition,
                carc: None,
                rarc: None,
                snip: None,
                label: $name,
                doc: concat!($($doc, "\n"),+),
                shared_doc: SHARED,
                prepayment: false,
                check: None,
            },
        )),+];
    };
}
use record_faults;

/// The faults, in the order in which a file is read: file, resource or record, element.
static FAULTS: LazyLock<(Vec<FaultKind>, Vec<Edit>)> =
    LazyLock::new(|| [file::FAULTS, resource::FAULTS, element::FAULTS].concat().into_iter().unzip());

/// The edits of the family.
pub(crate) fn edits() -> &'static [Edit] {
    &FAULTS.1
}

/// The edit of a kind of fault.
#[must_use]
pub fn edit(kind: FaultKind) -> Option<&'static Edit> {
    let (kinds, edits) = &*FAULTS;
    kinds.iter().zip(edits).find_map(|(known, edit)| (*known == kind).then_some(edit))
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
    // The reader may know a kind that has no page yet; its finding is then named by the reader's own name.
    let edit = edit(fault.kind);
    let mut evidence = Vec::new();
    if !fault.path.is_empty() {
        evidence.push(Evidence::element("element", &*fault.path, None));
    }
    Finding {
        edit: edit.map_or(fault.kind.name(), |edit| edit.id),
        disposition: edit.map_or(openclaim_claim::Disposition::RejectClaim, |edit| edit.disposition),
        snip: None,
        subject,
        message: Message::new(fault.detail.clone()),
        span: Some(fault.span),
        evidence,
        carc: None,
        rarc: None,
        clears: vec![Clearance::new(
            ClearKind::DataEntry,
            Text::const_new("correct the file where it is written and send it again"),
        )],
    }
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
