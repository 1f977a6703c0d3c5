//! The envelope of a claim: interchange, group and transaction.

use crate::delimiters::Delimiters;
use crate::guide::Guide;
use openclaim_claim::{Purpose, Span, Text};
use std::sync::Arc;

/// An interchange header (ISA), values without their padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interchange {
    /// ISA05 and ISA06: qualifier and identifier of the sender.
    pub sender: (Text, Text),
    /// ISA07 and ISA08: qualifier and identifier of the receiver.
    pub receiver: (Text, Text),
    /// ISA09, `YYMMDD`.
    pub date: Text,
    /// ISA10, `HHMM`.
    pub time: Text,
    /// ISA12: version of the interchange control segments.
    pub version: Text,
    /// ISA13.
    pub control_number: Text,
    /// ISA14 = `1`: the sender asks for a TA1.
    pub acknowledgment_requested: bool,
    /// ISA15: `P` production, `T` test.
    pub usage: Text,
    /// The separators it declares.
    pub delimiters: Delimiters,
    /// The ISA segment.
    pub span: Span,
}

/// A functional group header (GS).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// GS01: `HC` for health care claims.
    pub functional_id: Text,
    /// GS02.
    pub sender: Text,
    /// GS03.
    pub receiver: Text,
    /// GS04, `CCYYMMDD`.
    pub date: Text,
    /// GS05.
    pub time: Text,
    /// GS06.
    pub control_number: Text,
    /// GS08: the implementation guide.
    pub version: Text,
    /// The GS segment.
    pub span: Span,
}

/// Submitter or receiver of a transaction (loops 1000A, 1000B).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TradingPartner {
    /// NM103, with NM104 behind it for a person.
    pub name: Text,
    /// NM109: electronic transmitter identification number.
    pub id: Text,
    /// The NM1 segment.
    pub span: Option<Span>,
}

/// What claims of one transaction share: the headers above them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The interchange; `None` when its header is missing.
    pub interchange: Option<Arc<Interchange>>,
    /// The group; `None` when its header is missing.
    pub group: Option<Arc<Group>>,
    /// ST02.
    pub control_number: Text,
    /// ST03, empty when absent.
    pub version: Text,
    /// The guide that ST03, or else GS08, names; `None` when neither is known.
    pub guide: Option<Guide>,
    /// BHT02: `00` original, `18` reissue.
    pub set_purpose: Text,
    /// BHT03: the submitter's batch number.
    pub reference: Text,
    /// BHT04, `CCYYMMDD`.
    pub date: Text,
    /// BHT05.
    pub time: Text,
    /// BHT06: `CH`, `RP`, `31`.
    pub purpose: Purpose,
    /// Submitter.
    pub submitter: TradingPartner,
    /// Receiver.
    pub receiver: TradingPartner,
    /// The ST segment; for a transaction without one, its first segment.
    pub span: Span,
}

impl Envelope {
    /// ISA13, empty when the interchange header is missing.
    #[must_use]
    pub fn interchange_control_number(&self) -> &str {
        self.interchange.as_ref().map_or("", |interchange| &interchange.control_number)
    }

    /// GS06, empty when the group header is missing.
    #[must_use]
    pub fn group_control_number(&self) -> &str {
        self.group.as_ref().map_or("", |group| &group.control_number)
    }

    /// ST03, or GS08 where ST03 is empty.
    #[must_use]
    pub fn version(&self) -> &str {
        match (&self.group, self.version.as_str()) {
            (Some(group), "") => &group.version,
            (_, version) => version,
        }
    }
}
