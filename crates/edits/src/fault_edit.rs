//! Faults that readers meet, as edits: how they are documented, and the findings they become.

use crate::registry::Edit;
use openclaim_claim::{ClearKind, Clearance, Disposition, Evidence, Finding, Message, Span, Subject, Text};

/// Documents kinds of faults of one reader. The sections that a whole file shares stand once, at its head; `level` gives
/// the SNIP level of a kind.
macro_rules! fault_edits {
    (
        $family:ident $prefix:literal $kinds:ty, $level:path;
        shared { $(#[doc = $shared:literal])+ }
        $($(#[doc = $doc:literal])+ $kind:ident: $name:literal, $title:literal, $disposition:ident;)+
    ) => {
        /// Sections that all faults of this file share.
        const SHARED: &str = concat!($($shared, "\n"),+);

        /// The faults of this file, with their kinds.
        pub(super) const FAULTS: &[($kinds, $crate::registry::Edit)] = &[$((
            <$kinds>::$kind,
            $crate::registry::Edit {
                id: concat!($prefix, "/", $name),
                title: $title,
                family: $crate::registry::Family::$family,
                disposition: openclaim_claim::Disposition::$disposition,
                carc: None,
                rarc: None,
                label: $name,
                snip: $level(<$kinds>::$kind),
                doc: concat!($($doc, "\n"),+),
                shared_doc: SHARED,
                prepayment: false,
                check: None,
            },
        )),+];
    };
}
pub(crate) use fault_edits;

/// The edits of one reader's faults.
#[derive(Debug)]
pub(crate) struct FaultEdits<K> {
    kinds: Vec<K>,
    edits: Vec<Edit>,
}

impl<K: Copy + PartialEq> FaultEdits<K> {
    /// Those of several files, in their order.
    pub(crate) fn new(files: &[&[(K, Edit)]]) -> Self {
        let (kinds, edits) = files.concat().into_iter().unzip();
        Self { kinds, edits }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Edit] {
        &self.edits
    }

    /// The edit of a kind of fault.
    pub(crate) fn of(&self, kind: K) -> Option<&Edit> {
        self.kinds.iter().zip(&self.edits).find_map(|(known, edit)| (*known == kind).then_some(edit))
    }
}

/// A fault as a finding. The reader may know a kind that has no page yet; its finding is then named by the reader's own
/// name.
pub(crate) fn finding(
    edit: Option<&'static Edit>,
    name: &'static str,
    subject: Subject,
    (detail, span): (Box<str>, Span),
    evidence: Vec<Evidence>,
) -> Finding {
    Finding {
        edit: edit.map_or(name, |edit| edit.id),
        disposition: edit.map_or(Disposition::RejectClaim, |edit| edit.disposition),
        snip: edit.and_then(|edit| edit.snip),
        subject,
        message: Message::new(detail),
        span: Some(span),
        evidence,
        carc: None,
        rarc: None,
        clears: vec![Clearance::new(
            ClearKind::DataEntry,
            Text::const_new("correct the file where it is written and send it again"),
        )],
    }
}
