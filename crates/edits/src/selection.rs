//! Which edits are run: `--select` and `--ignore` by family or id.

use crate::registry::{self, Edit};
use crate::service;
use std::collections::BTreeSet;

/// The edits that are run. The default runs all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids that are not run; `None` when all are.
    left_out: Option<LeftOut>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LeftOut {
    ids: BTreeSet<&'static str>,
    /// Whether it is left out, of every claim edit in the order in which they run: they are asked for on every claim.
    claim_edits: Box<[bool]>,
}

/// A name that is neither a family nor an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName(pub String);

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let families: Vec<&str> = registry::Family::ALL.iter().map(|family| family.name()).collect();
        write!(
            f,
            "`{}` is neither an edit nor a family; families are {}, and `openclaim explain --list` lists the edits",
            self.0,
            families.join(", ")
        )
    }
}

impl std::error::Error for UnknownName {}

impl Selection {
    /// Runs what `select` names (all edits when it names none) but not what `ignore` names. A name is a family (`ncci`) or
    /// an edit (`ncci/procedure-pair`); an edit named in one list beats its family in the other.
    ///
    /// # Errors
    /// [`UnknownName`] for a name that is neither.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownName> {
        for name in select.iter().chain(ignore) {
            let family = registry::Family::ALL.iter().any(|family| family.name() == name);
            if !family && registry::find(name).is_none() {
                return Err(UnknownName(name.clone()));
            }
        }
        if select.is_empty() && ignore.is_empty() {
            return Ok(Self::default());
        }
        let named = |names: &[String], edit: &Edit| {
            names.iter().any(|name| registry::find(name).is_some_and(|it| it.id == edit.id))
        };
        let of_family = |names: &[String], edit: &Edit| names.iter().any(|name| name == edit.family.name());
        let runs = |edit: &Edit| {
            if named(ignore, edit) {
                return false;
            }
            if named(select, edit) {
                return true;
            }
            !of_family(ignore, edit) && (select.is_empty() || of_family(select, edit))
        };
        Ok(Self::of(runs))
    }

    /// Runs the edits that a condition holds for.
    #[must_use]
    pub fn of(runs: impl Fn(&Edit) -> bool) -> Self {
        let ids = registry::all().filter(|edit| !runs(edit)).map(|edit| edit.id).collect();
        let claim_edits = service::rules().map(|(_, rule)| !runs(rule.edit)).collect();
        Self { left_out: Some(LeftOut { ids, claim_edits }) }
    }

    /// Runs what a clearinghouse checks before a payer's edits: the edits of intake and of the code editor, not the claim
    /// edits that decide about payment.
    #[must_use]
    pub fn intake() -> Self {
        use registry::Family::{Code, Mce, Record, X12};
        Self::of(|edit| match edit.family {
            X12 | Record | Mce => true,
            Code => edit.snip.is_some(),
            _ => false,
        })
    }

    /// Whether an edit is run.
    #[must_use]
    pub fn allows(&self, edit: &Edit) -> bool {
        self.allows_id(edit.id)
    }

    /// Whether the edit of an id is run.
    #[must_use]
    pub fn allows_id(&self, id: &str) -> bool {
        self.left_out.as_ref().is_none_or(|left_out| !left_out.ids.contains(id))
    }

    /// Whether the claim edit at a place in the order in which they run is run.
    pub(crate) fn allows_claim_edit(&self, place: usize) -> bool {
        self.left_out.as_ref().is_none_or(|left_out| left_out.claim_edits.get(place) == Some(&false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Selection {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        Selection::new(&owned(select), &owned(ignore)).unwrap()
    }

    #[test]
    fn claim_edits_are_allowed_by_place_as_by_id() {
        for selection in [selection(&[], &[]), selection(&["ncci"], &["ncci/procedure-pair"]), Selection::intake()] {
            for (place, (_, rule)) in service::rules().enumerate() {
                assert_eq!(selection.allows_claim_edit(place), selection.allows(rule.edit), "{}", rule.edit.id);
            }
        }
    }

    #[test]
    fn edits_beat_families() {
        let all = selection(&[], &[]);
        assert!(all.allows_id("mce/sex-conflict") && all.allows_id("code/unknown-hcpcs"));
        let mce = selection(&["mce"], &["mce/sex-conflict"]);
        assert!(mce.allows_id("mce/age-conflict") && !mce.allows_id("mce/sex-conflict"));
        assert!(!mce.allows_id("code/unknown-hcpcs"));
        let one = selection(&["mce/sex-conflict"], &["mce"]);
        assert!(one.allows_id("mce/sex-conflict") && !one.allows_id("mce/age-conflict"));
    }

    #[test]
    fn unknown_names_are_refused() {
        let error = Selection::new(&["mcx".to_owned()], &[]).unwrap_err().to_string();
        assert!(error.starts_with("`mcx` is neither an edit nor a family; families are x12, "), "{error}");
    }
}
