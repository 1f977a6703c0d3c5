use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, ProcedureCode, ProcedureCoding, Subject, Text};
use openclaim_reference::Validity;
use std::collections::BTreeSet;
use std::fmt;

edit! {
    /// An ICD-10-PCS code combines values that no table combines.
    ///
    /// ## What it checks
    /// ICD-10-PCS codes that do not exist on the last day of service: up to which character codes exist, which axis has
    /// the value that does not go with those before it (body part, approach, device, qualifier), and which values do.
    /// That the code does not exist is said by `mce/invalid-code` or `code/invalid-procedure`; this edit says where it
    /// goes wrong.
    ///
    /// ## Why
    /// A code is built from one row of one table. An approach with a device that the row does not hold is the commonest
    /// slip, and the message "invalid code" does not show it.
    ///
    /// ## Source
    /// ICD-10-PCS code files (CMS); ICD-10-PCS Official Guidelines for Coding and Reporting, sections A1 to A7.
    ///
    /// ## Action
    /// A warning beside the finding that the code is invalid.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// `0DTJ4ZA`: resection of the appendix, percutaneous endoscopic, takes the qualifier Z alone.
    pub struct ProcedureStructure {
        /// The code.
        pub code: ProcedureCode,
        /// 1-based position of the first character that does not go with those before it.
        pub position: usize,
        /// Whether the character goes with those before it but not with those after it.
        pub later: bool,
    }
}

/// The axes of the medical and surgical section; other sections use other words for some of them.
const AXES: [&str; 7] = ["section", "body system", "root operation", "body part", "approach", "device", "qualifier"];

impl fmt::Display for ProcedureStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.code.as_str();
        let value = text.chars().nth(self.position - 1).unwrap_or(' ');
        let axis = match text.starts_with('0') {
            true => AXES.get(self.position - 1).copied().unwrap_or("character"),
            false => "value",
        };
        let before = text.get(..self.position - 1).unwrap_or_default();
        write!(
            f,
            "`{text}`: no code that begins with `{before}` has the {axis} `{value}` at character {}",
            self.position
        )?;
        if self.later { f.write_str("; with another value before it there is one") } else { Ok(()) }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    let table = context.library.icd10pcs();
    let Some(date) = context.claim.service_through().filter(|_| !context.claim.procedures.is_empty()) else {
        if context.claim.procedures.iter().any(|it| it.coding == ProcedureCoding::Icd10Pcs) {
            report.lacks("the claim states no date of service, and codes are looked up at that date");
        }
        return;
    };
    for (procedure, index) in context.claim.procedures.iter().zip(0_u32..) {
        let code = procedure.code.value;
        let text = code.as_str();
        if procedure.coding != ProcedureCoding::Icd10Pcs || text.len() != 7 {
            continue;
        }
        match table.valid_on(code, date) {
            Validity::Valid | Validity::NotValid { .. } => continue,
            Validity::OutsideTables { coverage } => {
                report.outside("icd-10-pcs/periods", || {
                    format!("ICD-10-PCS codes are known for {coverage}, not for {date}")
                });
                continue;
            }
            Validity::Unknown => {}
        }
        let exists = |prefix: &str| table.with_prefix(prefix).any(|entry| entry.valid_on(date).is_valid());
        let Some(position) = (1..=7).find(|&length| text.get(..length).is_some_and(|prefix| !exists(prefix))) else {
            continue;
        };
        let before = text.get(..position - 1).unwrap_or_default();
        let values: BTreeSet<char> = table
            .with_prefix(before)
            .filter(|entry| entry.valid_on(date).is_valid())
            .filter_map(|entry| entry.code().as_str().chars().nth(position - 1))
            .collect();
        let list = values.iter().map(char::to_string).collect::<Vec<_>>().join(", ");
        // The same table with another value on the axis before: then approach and device disagree rather than one being unknown.
        let stem = text.get(..position.saturating_sub(2)).unwrap_or_default();
        let later = position > 4
            && table.with_prefix(stem).any(|entry| {
                entry.valid_on(date).is_valid() && entry.code().as_str().get(position - 1..) == text.get(position - 1..)
            });
        let draft = Draft::new(ProcedureStructure { code, position, later })
            .row(Some(Evidence::row(
                "ICD-10-PCS",
                "icd-10-pcs/periods",
                Text::from(before),
                Text::from(format!("next character: {list}")),
            )))
            .element(Evidence::element("procedure", text, procedure.code.span))
            .correct("correct the character, or build the code anew from one row of its table");
        report.fire(Subject::Procedure(index), procedure.code.span, draft);
    }
}
