use super::basis::{Basis, element};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{DiagnosisCode, Evidence};
use std::fmt;

edit! {
    /// The trimester of a code and the week of gestation disagree.
    ///
    /// ## What it checks
    /// Codes of chapter 15 whose title names one trimester against the week that a code of category Z3A tells: the first
    /// trimester ends with 13 completed weeks, the second with 27. Two different weeks on one claim contradict each other
    /// as well.
    ///
    /// ## Why
    /// Both are counted from the first day of the last menstrual period, so one of them is mistyped.
    ///
    /// ## Source
    /// ICD-10-CM tabular list, note at chapter 15 and titles of category Z3A; ICD-10-CM Official Guidelines for Coding and
    /// Reporting, section I.C.15.a.3.
    ///
    /// ## Action
    /// A warning.
    ///
    /// ## Bypass
    /// A stay that reaches into the next trimester is coded by the trimester in which the condition arose; Z3A goes by
    /// the admission.
    ///
    /// ## Example
    /// `O09.511`, first trimester, with `Z3A.30`.
    pub struct TrimesterConflict {
        /// The code with the trimester, or the earlier week.
        pub code: DiagnosisCode,
        /// Its trimester; `None` when both tell a week.
        pub trimester: Option<u8>,
        /// The code of the week.
        pub week: DiagnosisCode,
    }
}

impl fmt::Display for TrimesterConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, week) = (self.code.dotted(), self.week.dotted());
        match self.trimester {
            Some(trimester) => {
                let word = ["first", "second", "third"].get(usize::from(trimester).saturating_sub(1)).unwrap_or(&"");
                write!(f, "`{code}` tells the {word} trimester, and `{week}` a week of another")
            }
            None => write!(f, "`{code}` and `{week}` tell two weeks of gestation"),
        }
    }
}

/// Trimesters that a code of the week can lie in; `None` for other codes and for an unspecified week.
fn trimester_of_week(of: &CodedDiagnosis<'_>) -> Option<u8> {
    let entry = of.entry.filter(|_| of.code.as_str().starts_with("Z3A"))?;
    let title = entry.title()?;
    let number: u8 = title.split_whitespace().find_map(|word| word.parse().ok())?;
    // `Less than 8 weeks` and `Greater than 42 weeks` stay within their trimesters.
    match number {
        0..=13 => Some(1),
        14..=27 => Some(2),
        _ => Some(3),
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let diagnoses = context.diagnoses;
    if !diagnoses.begins_with(b'Z') {
        return;
    }
    let mut weeks = diagnoses.list.iter().filter(|it| trimester_of_week(it).is_some());
    let Some(week) = weeks.next() else { return };
    let Some(trimester) = trimester_of_week(week) else { return };
    let basis = Basis::tabular(context, report);
    let edition = context.library.icd10cm().edition_label();
    let title = |of: &CodedDiagnosis<'_>| {
        let title = of.entry.and_then(|entry| entry.title()).unwrap_or_default();
        Some(Evidence::row(edition, "icd-10-cm/titles", of.code.as_str(), title))
    };
    for other in weeks.filter(|other| other.code != week.code) {
        let data = TrimesterConflict { code: week.code, trimester: None, week: other.code };
        let draft = Draft::new(data).row(title(week)).row(title(other)).correct("correct the week of gestation");
        basis.fire(report, other, draft);
    }
    for coded in diagnoses.list.iter().filter(|it| it.traits.trimester().is_some_and(|it| it != trimester)) {
        let data = TrimesterConflict { code: coded.code, trimester: coded.traits.trimester(), week: week.code };
        let draft = Draft::new(data)
            .row(title(coded))
            .row(title(week))
            .element(element("diagnosis", coded))
            .correct("correct the trimester or the week of gestation");
        basis.fire(report, coded, draft);
    }
}
