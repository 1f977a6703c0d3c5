use super::basis::{Basis, element};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode, Evidence};
use openclaim_reference::icd10cm::Side;
use std::fmt;

edit! {
    /// One condition stands on the claim with sides that do not go together.
    ///
    /// ## What it checks
    /// Codes that differ in the character of the side alone: right and left where the classification has a code for both
    /// sides; both sides beside one side; an unspecified side beside a named one. The character is found from the titles
    /// of the siblings, not from its position. Modifiers of the lines are judged by the family `modifier`.
    ///
    /// ## Why
    /// The code for both sides takes the place of the two, and a side that is known leaves none unspecified.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.B.13; tabular list, titles.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// None for right and left with a code for both; two conditions of one kind, one with an unknown side, need the
    /// record.
    ///
    /// ## Example
    /// `H25.11`, right eye, with `H25.12`, left eye: `H25.13` is the code for both.
    pub struct LateralityConflict {
        /// The earlier code.
        pub code: DiagnosisCode,
        /// Its side.
        pub side: Side,
        /// The later code.
        pub other: DiagnosisCode,
        /// Its side.
        pub other_side: Side,
    }
}

impl fmt::Display for LateralityConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, other) = (self.code.dotted(), self.other.dotted());
        let (side, other_side) = (self.side.as_str(), self.other_side.as_str());
        write!(f, "`{code}` ({side}) and `{other}` ({other_side}) are one condition")?;
        match (self.side, self.other_side) {
            (Side::Unspecified, _) | (_, Side::Unspecified) => f.write_str(", once with a side and once without"),
            (Side::Bilateral, _) | (_, Side::Bilateral) => f.write_str(", and one of the codes holds both sides"),
            _ => f.write_str(" for which there is a code for both sides"),
        }
    }
}

/// Whether two codes differ in the character at a position alone. Keys hold a code's characters from the highest byte on,
/// and zero behind them.
fn differ_only_at(one: DiagnosisCode, other: DiagnosisCode, at: usize) -> bool {
    let (one, other) = (one.key().to_be_bytes(), other.key().to_be_bytes());
    let here = |key: [u8; 8]| key.get(at).copied().unwrap_or_default();
    let elsewhere_equal = (0..one.len()).all(|index| index == at || one[index] == other[index]);
    elsewhere_equal && here(one) != here(other) && here(one) != 0 && here(other) != 0
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    let sided = |it: &&CodedDiagnosis<'_>| it.traits.side().is_some();
    if diagnoses.list.iter().filter(sided).nth(1).is_none() {
        return;
    }
    let basis = Basis::tabular(context, report);
    let edition = context.library.icd10cm().edition_label();
    for (one, other) in diagnoses.pairs() {
        let (Some((side, at)), Some((other_side, other_at))) = (one.traits.side(), other.traits.side()) else {
            continue;
        };
        let both_alone = matches!((side, other_side), (Side::Right, Side::Left) | (Side::Left, Side::Right));
        let fine = side == other_side || (both_alone && !one.traits.has_bilateral_sibling());
        if at != other_at || fine || !differ_only_at(one.code, other.code, at) {
            continue;
        }
        let title = |of: &CodedDiagnosis<'_>| {
            let title = of.entry.and_then(|entry| entry.title()).unwrap_or_default();
            Some(Evidence::row(edition, "icd-10-cm/titles", of.code.as_str(), title))
        };
        let data = LateralityConflict { code: one.code, side, other: other.code, other_side };
        let mut draft = Draft::new(data).row(title(one)).row(title(other)).element(element("diagnosis", other));
        let unspecified = [(one, side), (other, other_side)].into_iter().find(|(_, side)| *side == Side::Unspecified);
        draft = match (unspecified, both_alone) {
            (Some((coded, _)), _) => {
                let action = format!("take `{}` off if the record tells the side", coded.code.dotted());
                draft.change(ClearKind::NeedsDocumentation, action, Change::RemoveDiagnosis { diagnosis: coded.index })
            }
            (None, true) => draft.correct("report the one code for both sides instead of the two"),
            (None, false) => draft.correct("correct the side, or keep the code for both sides alone"),
        };
        basis.fire(report, other, draft);
    }
}
