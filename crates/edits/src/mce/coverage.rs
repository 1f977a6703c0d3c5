//! What the coverage edits share: whether Medicare covers a procedure, with limits, or not.

use super::stay::{LookedUp, Stay};
use openclaim_claim::{DiagnosisCode, ProcedureCode};
use openclaim_reference::mce::Flag;

/// Oldest age at which a lumbar artificial disc may be covered (NCD 150.10).
const OLDEST_FOR_LUMBAR_DISC: i32 = 60;

/// Why a procedure is not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCoveredBecause {
    /// The procedure never is.
    Always,
    /// Done for sterilization, as this diagnosis tells (NCD 230.3).
    Sterilization(DiagnosisCode),
    /// Autologous stem cells or marrow for this diagnosis (NCD 110.23).
    AutologousFor(DiagnosisCode),
    /// Allogeneic stem cells or marrow for this diagnosis (NCD 110.23).
    AllogeneicFor(DiagnosisCode),
    /// A lumbar artificial disc above the age of 60 (NCD 150.10); this is the patient's age.
    LumbarDiscAtAge(i32),
    /// A pancreas transplant without kidney transplant or type 1 diabetes (NCD 260.3).
    PancreasAlone,
    /// Both halves of an artificial heart outside a clinical trial (NCD 20.9).
    ArtificialHeartOutsideTrial,
}

/// Why coverage is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitedBecause {
    /// The procedure is covered in approved facilities or under stated conditions alone.
    Always,
    /// A pancreas transplant with a kidney transplant or type 1 diabetes (NCD 260.3).
    PancreasTransplant,
    /// Both halves of an artificial heart, in a clinical trial (NCD 20.9).
    ArtificialHeartInTrial,
}

/// The reason that a diagnosis is for a procedure not being covered.
type ReasonFor = fn(DiagnosisCode) -> NotCoveredBecause;

/// What the editor's tables say on covering one procedure of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    Covered,
    Limited(LimitedBecause),
    NonCovered(NotCoveredBecause),
    /// It depends on the age, which the claim does not tell.
    DependsOnAge,
}

/// Decides on one procedure, in the light of the whole stay.
pub(super) fn decide(stay: &Stay<'_>, procedure: &LookedUp<'_, ProcedureCode>) -> Coverage {
    use NotCoveredBecause::{
        AllogeneicFor, Always, ArtificialHeartOutsideTrial, AutologousFor, LumbarDiscAtAge, PancreasAlone,
        Sterilization,
    };
    let Some(flags) = procedure.row.map(|row| row.flags) else { return Coverage::Covered };
    if flags.has(Flag::NonCovered) {
        return Coverage::NonCovered(Always);
    }
    let by_diagnosis: [(Flag, ReasonFor); 3] = [
        (Flag::NonCoveredSterilization, Sterilization),
        (Flag::NonCoveredAutologous, AutologousFor),
        (Flag::NonCoveredAllogeneic, AllogeneicFor),
    ];
    for (flag, because) in by_diagnosis {
        if flags.has(flag)
            && let Some(diagnosis) = stay.diagnosis_with(flag)
        {
            return Coverage::NonCovered(because(diagnosis.coded.code));
        }
    }
    if flags.has(Flag::CoveredToAge60) {
        return match stay.input.age {
            None => Coverage::DependsOnAge,
            Some(age) if (0..=OLDEST_FOR_LUMBAR_DISC).contains(&age) => Coverage::Covered,
            Some(age) => Coverage::NonCovered(LumbarDiscAtAge(age)),
        };
    }
    if flags.has(Flag::PancreasTransplant) {
        let allowed = stay.procedure_flags.has(Flag::KidneyTransplant) || stay.diagnosis_flags.has(Flag::Type1Diabetes);
        return if allowed {
            Coverage::Limited(LimitedBecause::PancreasTransplant)
        } else {
            Coverage::NonCovered(PancreasAlone)
        };
    }
    if flags.has(Flag::ArtificialHeartRight) || flags.has(Flag::ArtificialHeartLeft) {
        // One half alone is a repair of the patient's own heart.
        let both =
            stay.procedure_flags.has(Flag::ArtificialHeartRight) && stay.procedure_flags.has(Flag::ArtificialHeartLeft);
        return match (both, stay.diagnosis_flags.has(Flag::ClinicalTrial)) {
            (false, _) => Coverage::Covered,
            (true, true) => Coverage::Limited(LimitedBecause::ArtificialHeartInTrial),
            (true, false) => Coverage::NonCovered(ArtificialHeartOutsideTrial),
        };
    }
    if flags.has(Flag::LimitedCoverage) { Coverage::Limited(LimitedBecause::Always) } else { Coverage::Covered }
}
