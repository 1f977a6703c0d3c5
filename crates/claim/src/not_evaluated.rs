//! What the rules could not say about a claim, and why.

use crate::Text;
use serde::{Serialize, Serializer};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Why a rule could not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotEvaluatedReason {
    /// No release holding the table is loaded.
    MissingTable,
    /// The date lies outside the periods that the loaded tables cover.
    DateOutsideTables,
    /// The claim lacks an element that the rule reads.
    MissingElement,
    /// The case is outside what the rule covers.
    NotSupported,
}

impl NotEvaluatedReason {
    /// The name as it is serialised: `missing_table`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingTable => "missing_table",
            Self::DateOutsideTables => "date_outside_tables",
            Self::MissingElement => "missing_element",
            Self::NotSupported => "not_supported",
        }
    }
}

/// A rule that could neither pass nor fire. What a run says of claim after claim is written once and shared: a clone costs
/// next to nothing. Serialises as [`Unanswered`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEvaluated(Arc<Unanswered>);

/// What is said of a rule that could neither pass nor fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unanswered {
    /// The rule: an edit id, a family, or a calculation.
    pub rule: Text,
    /// Why.
    pub reason: NotEvaluatedReason,
    /// One sentence that names the table, date or element.
    pub detail: Text,
    /// What would bring the missing piece, e.g. a `data` command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Text>,
}

impl NotEvaluated {
    /// The name under which it is serialised, as a newtype of [`Unanswered`].
    pub const NAME: &'static str = "NotEvaluated";

    /// Whether a copy is kept elsewhere, so that it may come again.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// What tells it from every other one that exists at the same time; copies have the same.
    #[must_use]
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl From<Unanswered> for NotEvaluated {
    fn from(said: Unanswered) -> Self {
        Self(Arc::new(said))
    }
}

impl Deref for NotEvaluated {
    type Target = Unanswered;
    fn deref(&self) -> &Unanswered {
        &self.0
    }
}

/// A change is that of this copy alone.
impl DerefMut for NotEvaluated {
    fn deref_mut(&mut self) -> &mut Unanswered {
        Arc::make_mut(&mut self.0)
    }
}

impl Serialize for NotEvaluated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Self::NAME, &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_one_and_equal_ones_are_not() {
        let said = || Unanswered {
            rule: "ncci".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: "no release is loaded".into(),
            remedy: None,
        };
        let (one, other) = (NotEvaluated::from(said()), NotEvaluated::from(said()));
        assert!(one == other && one.identity() != other.identity() && !one.is_shared());
        let copy = one.clone();
        assert!(copy.identity() == one.identity() && one.is_shared());
        let mut changed = copy.clone();
        changed.rule = "mpfs".into();
        assert!(copy == one && changed != one && changed.identity() != one.identity());
    }

    #[test]
    fn reasons_are_serialised_by_their_names() {
        use NotEvaluatedReason as Reason;
        for reason in [Reason::MissingTable, Reason::DateOutsideTables, Reason::MissingElement, Reason::NotSupported] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }

    #[test]
    fn it_serialises_as_what_it_says() {
        let said = Unanswered {
            rule: "ncci".into(),
            reason: NotEvaluatedReason::MissingTable,
            detail: "no release is loaded".into(),
            remedy: Some("openclaim data pull".into()),
        };
        assert_eq!(
            serde_json::to_value(NotEvaluated::from(said.clone())).unwrap(),
            serde_json::to_value(said).unwrap()
        );
    }
}
