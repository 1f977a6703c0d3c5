use super::report::{Draft, Report};
use super::stay::Stay;
use crate::doc::edit;
use openclaim_claim::{Evidence, ProcedureCode, Text};
use openclaim_reference::mce::Flag;
use std::fmt;

/// A procedure of more than 96 consecutive hours wants a stay of more days than this.
const TOO_SHORT: u32 = 4;

edit! {
    /// A procedure takes longer than the patient stayed.
    ///
    /// ## What it checks
    /// Mechanical ventilation of more than 96 consecutive hours (`5A1955Z`) wants a stay of more than four days, counted
    /// from admission to discharge.
    ///
    /// ## Why
    /// The procedure leads into MS-DRGs with some of the highest weights; in a shorter stay it cannot have been performed.
    ///
    /// ## Source
    /// CMS, *Definitions of Medicare Code Edits*, chapter 1, edit 19, procedure inconsistent with length of stay; Medicare
    /// Claims Processing Manual (Pub. 100-04), chapter 3, section 20.2.1.
    ///
    /// ## Action
    /// The bill goes back to the hospital.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `5A1955Z` on a bill from 2026-05-01 to 2026-05-04: three days.
    pub struct ProcedureInconsistentWithStay {
        /// The procedure.
        pub code: ProcedureCode,
        /// Length of the stay in days.
        pub days: u32,
    }
}

impl fmt::Display for ProcedureInconsistentWithStay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = if self.days == 1 { "day" } else { "days" };
        write!(f, "`{}` takes more than {TOO_SHORT} days, and the patient stayed {} {days}", self.code, self.days)
    }
}

pub(super) fn check(stay: &Stay<'_>, report: &mut Report) {
    if !stay.procedure_flags.has(Flag::LongStay) {
        return;
    }
    let Some(days) = stay.input.length_of_stay else {
        return report.lacks("a procedure wants a stay of more than four days, and the claim tells no length of stay");
    };
    if days > TOO_SHORT {
        return;
    }
    for procedure in stay.procedures.iter().filter(|procedure| procedure.has(Flag::LongStay)) {
        report.fire(&procedure.coded, || {
            Draft::new(ProcedureInconsistentWithStay { code: procedure.coded.code, days })
                .row(stay.procedure_row(procedure))
                .element(Evidence::element("length of stay", Text::from(days.to_string()), None))
                .correct("correct the admission or discharge date, or a mistyped code")
                .document("code the hours of ventilation that the record shows (5A1935Z, 5A1945Z)")
        });
    }
}
