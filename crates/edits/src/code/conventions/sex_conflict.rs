use super::basis::{editor, flag_row};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClaimType, DiagnosisCode, Disposition, Evidence, Sex};
use openclaim_reference::mce::Flag;
use std::fmt;

edit! {
    /// A diagnosis belongs to the other sex.
    ///
    /// ## What it checks
    /// Diagnoses of professional and outpatient claims that the Medicare Code Editor's table lists for females or for
    /// males only. CMS emptied the lists for services on and after 2024-10-01: from then on the edit passes. On hospital
    /// inpatient bills `mce/sex-conflict` says the same. An unknown sex conflicts with nothing here.
    ///
    /// ## Why
    /// Either the code or the sex is wrong.
    ///
    /// ## Source
    /// CMS Integrated Outpatient Code Editor, edit 3 (diagnosis and sex conflict); the codes are those of the Medicare
    /// Code Editor.
    ///
    /// ## Action
    /// An outpatient bill goes back to the provider. On professional claims it is a warning.
    ///
    /// ## Bypass
    /// Condition code 45 on institutional bills, modifier KX on lines of professional claims (Medicare Claims Processing
    /// Manual, Pub. 100-04, chapter 32, section 240).
    ///
    /// ## Example
    /// `N40.1`, enlarged prostate, for a female patient on 2024-05-01.
    pub struct SexConflict {
        /// The diagnosis.
        pub code: DiagnosisCode,
        /// The sex it is listed for.
        pub of: Sex,
    }
}

impl fmt::Display for SexConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.of == Sex::Female { "female" } else { "male" };
        write!(f, "`{}` is listed for {word} patients, and this patient is not", self.code.dotted())
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let Some((mce, _)) = editor(context, report) else { return };
    let claim = context.claim;
    for (coded, row) in context.diagnoses.flagged(mce) {
        let of = match (row.flags.has(Flag::Female), row.flags.has(Flag::Male)) {
            (true, false) => Sex::Female,
            (false, true) => Sex::Male,
            _ => continue,
        };
        let Some(sex) = claim.patient.sex else {
            return report.lacks("a diagnosis is limited to one sex, and the claim states no sex");
        };
        let bypassed = claim.condition_codes.iter().any(|code| code.value.as_str() == "45")
            || context.services.iter().any(|service| service.modifiers.has("KX"));
        if sex.value == of || sex.value == Sex::Unknown || bypassed {
            continue;
        }
        let mut draft = Draft::new(SexConflict { code: coded.code, of })
            .row(Some(flag_row(mce, coded.code, row)))
            .element(Evidence::element("patient sex", sex.as_str(), sex.span))
            .correct("correct the sex or a mistyped code")
            .document("where sex on record and treatment differ rightly, report condition code 45 or modifier KX");
        if claim.claim_type != ClaimType::Institutional {
            draft = draft.disposition(Disposition::Warn);
        }
        report.fire(coded.subject(), coded.span(), draft);
    }
}
