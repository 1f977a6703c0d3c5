//! Whether the tables that a convention is read from speak for the claim's day.

use crate::draft::Draft;
use crate::service::{CodedDiagnosis, Context, Report};
use openclaim_claim::{Date, Evidence, NotEvaluatedReason, Text};
use openclaim_reference::Library;
use openclaim_reference::icd10cm::{GuidelineRule, Icd10Cm, InheritedNote};
use openclaim_reference::mce::Mce;
use openclaim_reference::{Day, Period};

/// A table and the claim's day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'a> {
    table: &'static str,
    /// For which days the table speaks, in words.
    speaks: &'a str,
    period: Period,
    date: Option<Date>,
}

/// For which days the tables of the conventions speak, put into words once: many claims are of other days.
#[derive(Debug)]
pub(crate) struct Words {
    tabular: String,
    guidelines: String,
}

impl Words {
    pub(crate) fn new(library: &Library) -> Self {
        let table = library.icd10cm();
        Self {
            tabular: format!("{} speaks for {}", table.edition_label(), table.edition()),
            guidelines: format!("{GUIDELINES} speaks for {}", table.guideline_coverage()),
        }
    }
}

/// What evidence calls the guideline rules.
const GUIDELINES: &str = "ICD-10-CM Official Guidelines FY 2022 to FY 2026";

impl<'a> Basis<'a> {
    /// The edition of the tabular list. When it does not speak for the claim's day, that is noted.
    pub(crate) fn tabular(context: &Context<'a>, report: &mut Report) -> Self {
        let period = context.library.icd10cm().edition();
        let speaks = &context.tables.conventions.tabular;
        Self { table: "icd-10-cm/notes", speaks, period, date: context.diagnoses.date }.note_silence(report)
    }

    /// The guideline rules.
    pub(crate) fn guidelines(context: &Context<'a>, report: &mut Report) -> Self {
        let period = context.library.icd10cm().guideline_coverage();
        let speaks = &context.tables.conventions.guidelines;
        Self { table: "icd-10-cm/guideline_rules", speaks, period, date: context.diagnoses.date }.note_silence(report)
    }

    fn note_silence(self, report: &mut Report) -> Self {
        if let Some(date) = self.date
            && !self.period.contains(Day::from(date))
        {
            report.outside(self.table, || [self.speaks, ", not for ", &date.to_string()].concat());
        }
        self
    }

    /// The edit fires, or says that it would if the table spoke for the day.
    #[cold]
    pub(crate) fn fire(self, report: &mut Report, on: &CodedDiagnosis<'_>, draft: Draft) {
        match self.date {
            Some(date) if self.period.contains(Day::from(date)) => report.fire(on.subject(), on.span(), draft),
            Some(date) => {
                let detail = format!("{}, not for {date}; it says: {}", self.speaks, draft.message());
                report.cannot_tell(NotEvaluatedReason::DateOutsideTables, detail);
            }
            None => {
                let label = self.speaks.split(" speaks for ").next().unwrap_or_default();
                let detail = format!(
                    "the claim states no date of service; on one for which {label} speaks: {}",
                    draft.message()
                );
                report.lacks(detail);
            }
        }
    }
}

/// A note, as evidence.
pub(crate) fn note_row(table: &Icd10Cm, note: &InheritedNote<'_>) -> Evidence {
    let value = Text::from(format!("{}: {}", note.note.kind.title(), note.note.text));
    Evidence::row(table.edition_label(), "icd-10-cm/notes", note.at.label(), value)
}

/// A rule, as evidence.
pub(crate) fn rule_row(rule: &GuidelineRule<'_>) -> Evidence {
    let value = Text::from(format!("{} ({})", rule.because(), rule.source()));
    Evidence::row(GUIDELINES, "icd-10-cm/guideline_rules", rule.key(), value)
}

/// A diagnosis of the claim, as evidence.
pub(crate) fn element(name: &'static str, of: &CodedDiagnosis<'_>) -> Evidence {
    Evidence::element(name, of.code.dotted(), of.span())
}

/// The Medicare Code Editor's tables and the claim's day, for bills that the editor does not judge. `None` when nothing is
/// to be judged, or no answer can be given.
pub(crate) fn editor<'a>(context: &Context<'a>, report: &mut Report) -> Option<(&'a Mce, Date)> {
    let diagnoses = context.diagnoses;
    if diagnoses.list.is_empty() || diagnoses.edited_as_stay {
        return None;
    }
    let Some(date) = diagnoses.date else {
        report.lacks("the claim states no date of service, and the table is read at that date");
        return None;
    };
    let mce = context.library.mce();
    if !mce.covers(date) {
        report.outside(Mce::DIAGNOSIS_FLAGS, || {
            let (first, last) = (mce.first_day(), mce.last_day());
            format!("the Medicare Code Editor's tables speak for {first} to {last}, not for {date}")
        });
        return None;
    }
    Some((mce, date))
}

/// The row of flags of a diagnosis, as evidence.
pub(crate) fn flag_row(
    mce: &Mce,
    code: openclaim_claim::DiagnosisCode,
    row: openclaim_reference::mce::FlagRow,
) -> Evidence {
    let value = format!("{} ({} to {})", row.flags, row.from, row.to);
    Evidence::row(mce.release(), Mce::DIAGNOSIS_FLAGS, code.as_str(), value)
}
