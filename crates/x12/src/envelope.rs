//! The envelope of a claim: interchange, group and transaction.

use crate::delimiters::Delimiters;
use crate::guide::Guide;
use openclaim_claim::{ClaimType, Contact, Date, EntityKind, FileId, List, Purpose, Span, Text};
use std::sync::Arc;

/// An interchange header (ISA), values without their padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interchange {
    /// ISA01 and ISA02: qualifier and value of the authorization information.
    pub authorization: (Text, Text),
    /// ISA03 and ISA04: qualifier and value of the security information.
    pub security: (Text, Text),
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
    /// ISA14: `1` when the sender asks for a TA1, else `0`.
    pub acknowledgment: Text,
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
    /// Person or organisation (NM102).
    pub kind: EntityKind,
    /// NM103: last or organisation name.
    pub name: Text,
    /// NM104, empty for an organisation.
    pub first_name: Text,
    /// NM109: electronic transmitter identification number.
    pub id: Text,
    /// Contacts (PER).
    pub contacts: List<Contact>,
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

/// The span of a header that came from no file.
const NOWHERE: Span = Span::new(FileId(0), 0, 0);

impl Interchange {
    /// The header of an interchange to be written: version 00501, the usual separators, production.
    ///
    /// `sender` and `receiver` are qualifier and identifier; `time` is `HHMM`.
    #[must_use]
    pub fn outgoing(sender: (&str, &str), receiver: (&str, &str), control_number: u32, date: Date, time: &str) -> Self {
        let pair = |(qualifier, id): (&str, &str)| (Text::new(qualifier), Text::new(id));
        Self {
            authorization: pair(("00", "")),
            security: pair(("00", "")),
            sender: pair(sender),
            receiver: pair(receiver),
            date: format!("{:02}{:02}{:02}", date.year().rem_euclid(100), date.month(), date.day()).into(),
            time: Text::new(time),
            version: Text::const_new("00501"),
            control_number: format!("{control_number:09}").into(),
            acknowledgment: Text::const_new("0"),
            usage: Text::const_new("P"),
            delimiters: Delimiters::USUAL,
            span: NOWHERE,
        }
    }
}

impl Group {
    /// The header of a group to be written. `functional_id` is GS01, `version` GS08, `time` `HHMM`.
    #[must_use]
    pub fn outgoing(
        functional_id: &str,
        sender: &str,
        receiver: &str,
        control_number: u32,
        date: Date,
        time: &str,
        version: &str,
    ) -> Self {
        Self {
            functional_id: Text::new(functional_id),
            sender: Text::new(sender),
            receiver: Text::new(receiver),
            date: day(date),
            time: Text::new(time),
            control_number: control_number.to_string().into(),
            version: Text::new(version),
            span: NOWHERE,
        }
    }
}

impl Envelope {
    /// The headers of claims to be written: one transaction of the type's guide in its current version. Submitter and
    /// receiver are named by the group's identifiers and are to be filled in.
    #[must_use]
    pub fn outgoing(
        interchange: Arc<Interchange>,
        group: Arc<Group>,
        control_number: u32,
        date: Date,
        claim_type: ClaimType,
    ) -> Self {
        let partner = |id: &Text| TradingPartner { name: id.clone(), id: id.clone(), ..TradingPartner::default() };
        let version = Guide::current_version(claim_type);
        Self {
            control_number: format!("{control_number:04}").into(),
            version: Text::const_new(version),
            guide: Guide::from_version(version),
            set_purpose: Text::const_new("00"),
            reference: format!("{}-{control_number:04}", group.control_number).into(),
            date: day(date),
            time: group.time.clone(),
            purpose: Purpose::Chargeable,
            submitter: partner(&group.sender),
            receiver: partner(&group.receiver),
            interchange: Some(interchange),
            group: Some(group),
            span: NOWHERE,
        }
    }
}

fn day(date: Date) -> Text {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()).into()
}
