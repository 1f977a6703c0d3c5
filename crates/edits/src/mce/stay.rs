//! A stay with everything the tables say about its codes on the discharge date, looked up once for all edits.

use super::Tables;
use super::input::{Coded, MceInput};
use super::invalid_code::AnyCode;
use openclaim_claim::{Date, DiagnosisCode, Evidence, ProcedureCode};
use openclaim_reference::mce::{Flag, FlagRow, Flags, Mce};
use openclaim_reference::{Period, Validity};

/// A code of the stay and its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct LookedUp<'a, C> {
    pub(super) coded: Coded<C>,
    /// The row of the flags table in force; `None` for the many codes no edit asks about.
    pub(super) row: Option<FlagRow>,
    /// Whether the code exists on the date; `None` when the code table is not loaded.
    pub(super) validity: Option<Validity<'a>>,
}

impl<C> LookedUp<'_, C> {
    pub(super) fn has(&self, flag: Flag) -> bool {
        self.row.is_some_and(|row| row.flags.has(flag))
    }
}

/// The looked-up stay.
pub(super) struct Stay<'a> {
    pub(super) input: &'a MceInput,
    pub(super) mce: &'a Mce,
    pub(super) date: Date,
    pub(super) admitting: Option<LookedUp<'a, DiagnosisCode>>,
    pub(super) principal: Option<LookedUp<'a, DiagnosisCode>>,
    pub(super) secondary: Vec<LookedUp<'a, DiagnosisCode>>,
    pub(super) procedures: Vec<LookedUp<'a, ProcedureCode>>,
    /// Flags that some principal or secondary diagnosis carries.
    pub(super) diagnosis_flags: Flags,
    /// Flags that some procedure carries.
    pub(super) procedure_flags: Flags,
}

impl<'a> Stay<'a> {
    pub(super) fn look_up(input: &'a MceInput, tables: &Tables<'a>, mce: &'a Mce, date: Date) -> Self {
        let codes = || input.admitting.iter().chain(&input.principal).chain(&input.secondary);
        let entries = tables.icd10cm.map(|codes_of| codes_of.get_all(codes().map(|coded| coded.code)));
        let mut diagnoses = codes().enumerate().map(|(at, coded)| {
            let entry = entries.as_ref().and_then(|entries| entries.get(at).copied().flatten());
            let validity = tables.icd10cm.map(|codes| match entry {
                Some(entry) => entry.valid_on(date),
                None => codes.valid_on(coded.code, date),
            });
            let row = match entry {
                Some(entry) => mce.flags_of(entry, date),
                None => mce.diagnosis(coded.code, date),
            };
            LookedUp { coded: *coded, row, validity }
        });
        let procedure = |coded: &Coded<ProcedureCode>| LookedUp {
            coded: *coded,
            row: mce.procedure(coded.code, date),
            validity: tables.icd10pcs.map(|codes| codes.valid_on(coded.code, date)),
        };
        let mut stay = Self {
            input,
            mce,
            date,
            admitting: input.admitting.and_then(|_| diagnoses.next()),
            principal: input.principal.and_then(|_| diagnoses.next()),
            secondary: diagnoses.collect(),
            procedures: input.procedures.iter().map(procedure).collect(),
            diagnosis_flags: Flags::default(),
            procedure_flags: Flags::default(),
        };
        let union = |flags: Flags, row: Option<FlagRow>| row.map_or(flags, |row| flags | row.flags);
        stay.diagnosis_flags = stay.diagnoses().fold(Flags::default(), |flags, code| union(flags, code.row));
        stay.procedure_flags = stay.procedures.iter().fold(Flags::default(), |flags, code| union(flags, code.row));
        stay
    }

    /// The principal diagnosis and the secondary ones.
    pub(super) fn diagnoses(&self) -> impl Iterator<Item = &LookedUp<'a, DiagnosisCode>> {
        self.principal.iter().chain(&self.secondary)
    }

    /// The first diagnosis that carries a flag.
    pub(super) fn diagnosis_with(&self, flag: Flag) -> Option<&LookedUp<'a, DiagnosisCode>> {
        if self.diagnosis_flags.has(flag) { self.diagnoses().find(|code| code.has(flag)) } else { None }
    }

    /// The row that gave a diagnosis its flags, as evidence.
    pub(super) fn diagnosis_row(&self, code: &LookedUp<'_, DiagnosisCode>) -> Option<Evidence> {
        code.row.map(|row| self.row(Mce::DIAGNOSIS_FLAGS, code.coded.code.as_str(), row))
    }

    /// The row that gave a procedure its flags, as evidence.
    pub(super) fn procedure_row(&self, code: &LookedUp<'_, ProcedureCode>) -> Option<Evidence> {
        code.row.map(|row| self.row(Mce::PROCEDURE_FLAGS, code.coded.code.as_str(), row))
    }

    /// The period in which a code was in force, as evidence; or that there is none.
    pub(super) fn period_row(&self, code: AnyCode, period: Option<Period>) -> Evidence {
        let (table, key) = match &code {
            AnyCode::Diagnosis(code) => ("icd-10-cm/periods", code.as_str()),
            AnyCode::Procedure(code) => ("icd-10-pcs/periods", code.as_str()),
        };
        let value = period.map_or_else(|| "no such code".to_owned(), |period| period.to_string());
        // The periods are those of the editor's own code tables, so they are of its release.
        Evidence::row(self.mce.release(), table, key, value)
    }

    fn row(&self, table: &'static str, code: &str, row: FlagRow) -> Evidence {
        let value = format!("{} ({} to {})", row.flags, row.from, row.to);
        Evidence::row(self.mce.release(), table, code, value)
    }
}
