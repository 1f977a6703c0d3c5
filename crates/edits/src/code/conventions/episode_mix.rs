use super::basis::{Basis, element};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Change, ClearKind, DiagnosisCode};
use std::fmt;

edit! {
    /// One injury stands on the claim in two episodes of care.
    ///
    /// ## What it checks
    /// Codes that agree in the first six characters and differ in the 7th, where that tells the episode: active treatment
    /// (A, B, C), routine healing or complication (D to R), sequela (S).
    ///
    /// ## Why
    /// At one encounter an injury is under active treatment, healing or left a sequela. Two injuries of the same site and
    /// side in different episodes are possible and rare.
    ///
    /// ## Source
    /// ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.19.a; tabular list, 7th characters.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// Two injuries that happened at different times, as the record shows.
    ///
    /// ## Example
    /// `S93.401A` with `S93.401D`.
    pub struct EpisodeMix {
        /// The earlier code.
        pub code: DiagnosisCode,
        /// The later code.
        pub other: DiagnosisCode,
    }
}

impl fmt::Display for EpisodeMix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` and `{}` tell two episodes of one injury", self.code.dotted(), self.other.dotted())
    }
}

#[derive(PartialEq)]
enum Episode {
    Active,
    After,
    Sequela,
}

fn episode(of: &CodedDiagnosis<'_>) -> Option<Episode> {
    if !of.traits.takes_seventh() {
        return None;
    }
    match of.code.as_str().as_bytes().get(6)? {
        b'A'..=b'C' => Some(Episode::Active),
        b'D'..=b'R' => Some(Episode::After),
        b'S' => Some(Episode::Sequela),
        _ => None,
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.traits.takes_seventh() || diagnoses.list.len() < 2 {
        return;
    }
    let basis = Basis::tabular(context, report);
    // Keys hold a code's characters from the highest byte on: without the lower two, they are its first six.
    let injury = |it: &CodedDiagnosis<'_>| it.code.key() >> 16;
    for (one, other) in diagnoses.pairs().filter(|(one, other)| injury(one) == injury(other)) {
        let (Some(a), Some(b)) = (episode(one), episode(other)) else { continue };
        if a == b {
            continue;
        }
        let mut draft = Draft::new(EpisodeMix { code: one.code, other: other.code })
            .element(element("diagnosis", one))
            .element(element("other diagnosis", other))
            .correct("correct the 7th character");
        for coded in [one, other] {
            let action = format!("take `{}` off if the record tells the other episode", coded.code.dotted());
            draft =
                draft.change(ClearKind::NeedsDocumentation, action, Change::RemoveDiagnosis { diagnosis: coded.index });
        }
        basis.fire(report, other, draft);
    }
}
