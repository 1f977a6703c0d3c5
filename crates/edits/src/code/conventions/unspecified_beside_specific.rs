use super::basis::{Basis, element};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode, Evidence};
use openclaim_reference::icd10cm::{DiagnosisEntry, Place, Side};
use std::fmt;

edit! {
    /// An unspecified code stands beside a specific code of the same condition.
    ///
    /// ## What it checks
    /// Codes whose title says *unspecified* against the other diagnoses of the same category or subcategory: the nearest
    /// one above the code whose own title does not say *unspecified*. Codes of another side are no answer to it, and a
    /// side alone that is unspecified is met by `code/laterality-conflict`. Chapters 20 and 21 are left out: their
    /// categories list histories, statuses and circumstances that stand side by side.
    ///
    /// ## Why
    /// The specific code says what the unspecified one leaves open. Where the record supports the specific one, the
    /// other adds nothing; where it does not, the specific one is wrong.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, sections I.B.2 and I.B.18; tabular list, titles.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Two conditions of one kind, one of them not specified in the record.
    ///
    /// ## Example
    /// `I50.9`, heart failure, unspecified, with `I50.22`.
    pub struct UnspecifiedBesideSpecific {
        /// The unspecified code.
        pub code: DiagnosisCode,
        /// The specific code.
        pub specific: DiagnosisCode,
    }
}

impl fmt::Display for UnspecifiedBesideSpecific {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` leaves open what `{}` says", self.code.dotted(), self.specific.dotted())
    }
}

/// The nearest category or subcategory above a code that is not itself unspecified.
fn scope(entry: DiagnosisEntry<'_>) -> Option<DiagnosisEntry<'_>> {
    entry.path().skip(1).find_map(|place| match place {
        Place::Code(above) if !above.traits().is_unspecified() => Some(above),
        _ => None,
    })
}

/// Whether a side alone is unspecified.
fn only_side_is_unspecified(of: &CodedDiagnosis<'_>, entry: DiagnosisEntry<'_>) -> bool {
    let says = |text: &str| text.to_lowercase().matches("unspecified").count();
    matches!(of.traits.side(), Some((Side::Unspecified, _))) && entry.title().map_or(0, says) < 2
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.is_unspecified() || diagnoses.list.len() < 2 {
        return;
    }
    let basis = Basis::tabular(context, report);
    for coded in diagnoses.list.iter().filter(|it| it.traits.is_unspecified()) {
        let of_conditions = |code: &str| !code.starts_with(['V', 'W', 'X', 'Y', 'Z']);
        let category = |it: &CodedDiagnosis<'_>| it.code.key() >> 40;
        let alone = !diagnoses.list.iter().any(|it| it.code != coded.code && category(it) == category(coded));
        let Some(entry) = coded.entry.filter(|_| !alone && of_conditions(coded.code.as_str())) else { continue };
        let Some(scope) = scope(entry).filter(|_| !only_side_is_unspecified(coded, entry)) else { continue };
        let side = |it: &CodedDiagnosis<'_>| it.traits.side().map(|(side, _)| side);
        let other_side = |it: &CodedDiagnosis<'_>| {
            matches!(
                (side(coded), side(it)),
                (Some(Side::Right), Some(Side::Left)) | (Some(Side::Left), Some(Side::Right))
            )
        };
        let specific = diagnoses.list.iter().find(|it| {
            it.entry.is_some_and(|entry| entry.ever_billable())
                && !it.traits.is_unspecified()
                && it.code.as_str().starts_with(scope.code().as_str())
                && !other_side(it)
        });
        let Some(specific) = specific else { continue };
        let title = entry.title().unwrap_or_default();
        let action = format!("take `{}` off if the record supports `{}`", coded.code.dotted(), specific.code.dotted());
        let draft = Draft::new(UnspecifiedBesideSpecific { code: coded.code, specific: specific.code })
            .row(Some(Evidence::row(
                context.library.icd10cm().edition_label(),
                "icd-10-cm/titles",
                coded.code.as_str(),
                title,
            )))
            .element(element("specific diagnosis", specific))
            .change(ClearKind::NeedsDocumentation, action, Change::RemoveDiagnosis { diagnosis: coded.index })
            .document("keep both where the record documents two conditions");
        basis.fire(report, coded, draft);
    }
}
