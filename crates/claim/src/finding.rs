//! What the rules say about a claim.

use crate::{Decimal, Modifier, Span, Text};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// What a payer does with a claim or line on account of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The claim is not accepted into processing.
    RejectClaim,
    /// The claim goes back for correction and may be sent again.
    ReturnToProvider,
    /// The line is denied; the decision can be appealed.
    DenyLine,
    /// The line is rejected and can be corrected and sent again.
    RejectLine,
    /// A person at the payer looks at it first.
    Suspend,
    /// Nothing is stopped; somebody should look.
    Warn,
}

impl Disposition {
    /// The name as it is serialised: `return_to_provider`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RejectClaim => "reject_claim",
            Self::ReturnToProvider => "return_to_provider",
            Self::DenyLine => "deny_line",
            Self::RejectLine => "reject_line",
            Self::Suspend => "suspend",
            Self::Warn => "warn",
        }
    }

    /// Whether the finding stops payment of the claim or line: everything but a warning.
    #[must_use]
    pub const fn is_error(self) -> bool {
        !matches!(self, Self::Warn)
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The part of a claim a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The file, an interchange or a transaction; no single claim.
    File,
    /// The claim as a whole.
    Claim,
    /// A diagnosis, by its 0-based position in [`Claim::diagnoses`](crate::Claim::diagnoses).
    Diagnosis(u32),
    /// A procedure, by its 0-based position in [`Claim::procedures`](crate::Claim::procedures).
    Procedure(u32),
    /// A service line, by its 0-based position in [`Claim::lines`](crate::Claim::lines).
    Line(u32),
    /// A pair of service lines, by position: the one affected, then the one it collides with.
    LinePair(u32, u32),
    /// The patient's demographic data.
    Patient,
    /// Admission and discharge data.
    Admission,
    /// A provider.
    Provider,
}

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Evidence {
    /// An element of the claim that was read.
    Element {
        /// The element in words: `principal diagnosis`, `patient age`.
        name: &'static str,
        /// Its value.
        value: Text,
        /// Where it stands in the file.
        #[serde(skip_serializing_if = "Option::is_none")]
        span: Option<Span>,
    },
    /// A row of a table.
    Row {
        /// The release, by publisher's name and version.
        release: Text,
        /// The table.
        table: &'static str,
        /// The row's key.
        key: Text,
        /// What the row says.
        value: Text,
    },
}

impl Evidence {
    /// An element of the claim.
    pub fn element(name: &'static str, value: impl Into<Text>, span: Option<Span>) -> Self {
        Self::Element { name, value: value.into(), span }
    }

    /// A row of a table.
    pub fn row(release: impl Into<Text>, table: &'static str, key: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self::Row { release: release.into(), table, key: key.into(), value: value.into() }
    }
}

/// How a finding may legitimately be cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearKind {
    /// Correcting what was typed wrongly.
    DataEntry,
    /// Only if the medical record says so.
    NeedsDocumentation,
    /// Would clear the edit, and must not be done.
    NotPermitted,
}

/// One way in which a finding would clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clearance {
    /// Whether and when this way is open.
    pub kind: ClearKind,
    /// What to do, in one sentence.
    pub action: Text,
    /// The same as a change of the claim, where it can be written down as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

impl Clearance {
    /// A way that only a sentence describes.
    pub fn new(kind: ClearKind, action: impl Into<Text>) -> Self {
        Self { kind, action: action.into(), change: None }
    }
}

/// A change of a claim that would clear a finding. None of them adds a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// A modifier is appended to a line, given by its 0-based position.
    AddModifier {
        /// The line.
        line: u32,
        /// The modifier.
        modifier: Modifier,
    },
    /// A modifier is taken off a line.
    RemoveModifier {
        /// The line.
        line: u32,
        /// The modifier.
        modifier: Modifier,
    },
    /// A line states another number of units.
    SetUnits {
        /// The line.
        line: u32,
        /// The units.
        units: Decimal,
    },
    /// A line is taken off the claim.
    RemoveLine {
        /// The line.
        line: u32,
    },
    /// A diagnosis, given by its 0-based position in [`Claim::diagnoses`](crate::Claim::diagnoses), is taken off.
    RemoveDiagnosis {
        /// The diagnosis.
        diagnosis: u32,
    },
    /// A diagnosis becomes the first-listed or principal one; the former one takes its place.
    DiagnosisFirst {
        /// The diagnosis.
        diagnosis: u32,
    },
}

/// Text of a finding, rendered when somebody reads it.
#[derive(Clone)]
pub struct Message(Arc<dyn fmt::Display + Send + Sync>);

impl Message {
    /// Keeps the data; its `Display` is the text.
    pub fn new(data: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self(Arc::new(data))
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.to_string())
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An edit that fired.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Stable id of the edit, `family/kebab-name`.
    pub edit: &'static str,
    /// What it does to the claim or line.
    pub disposition: Disposition,
    /// WEDI SNIP type, 1 to 7, of edits that validate what is taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snip: Option<u8>,
    /// What it is about.
    pub subject: Subject,
    /// One sentence.
    pub message: Message,
    /// Where the subject stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// Elements and rows that decided.
    pub evidence: Vec<Evidence>,
    /// Claim adjustment reason code, where the source names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carc: Option<&'static str>,
    /// Remittance advice remark code, where the source names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rarc: Option<&'static str>,
    /// What would clear it.
    pub clears: Vec<Clearance>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_compare_and_serialise_by_their_text() {
        assert_eq!(Message::new("a"), Message::new(String::from("a")));
        assert_eq!(format!("{:?}", Message::new("a")), "\"a\"");
    }

    #[test]
    fn only_warnings_are_no_errors() {
        assert!(Disposition::Suspend.is_error() && !Disposition::Warn.is_error());
    }
}
