//! Rules of the Official Guidelines that pair or place codes, as rows.
//!
//! Source: ICD-10-CM Official Guidelines for Coding and Reporting, and what the tabular list says in words. Plain table
//! `data/icd-10-cm/guideline_rules.csv`.

use super::code_sets::{CodeSetId, CodeSetWriter};
use super::{CodeRow, DiagnosisEntry, Icd10Cm};
use crate::plain::PlainTables;
use crate::{FlatError, FlatWriter, Period, StrRef, StringPool};
use bytemuck::{Pod, Zeroable};

/// A rule as stored.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct GuidelineRow {
    codes: CodeSetId,
    with: CodeSetId,
    /// First letters of `codes`, a bit for each.
    letters: u32,
    kind: u32,
    key: StrRef,
    instead: StrRef,
    because: StrRef,
    source: StrRef,
}

/// What a rule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuidelineKind {
    /// The code is first-listed or not on the claim.
    FirstOnly,
    /// The code is never first-listed.
    NeverFirst,
    /// Where one of the codes is on the claim, the first-listed code is one of them.
    Priority,
    /// The code and one of the others contradict each other.
    Conflict,
    /// One code takes the place of the two.
    Combination,
    /// The code needs one of the others beside it.
    Companion,
    /// The code may stand after one of the others, though the note that orders it does not name them.
    MayFollow,
    /// The condition lasts, so that a later claim of the patient would be expected to name it as well.
    Lasting,
    /// The code is never reported after one of the others.
    NeverAfter,
    /// The code tells that a part of the body is absent, and the others are conditions of that part, on the same side.
    AbsentPart,
}

impl GuidelineKind {
    const ALL: [(Self, &'static str); 10] = [
        (Self::FirstOnly, "first_only"),
        (Self::NeverFirst, "never_first"),
        (Self::Priority, "priority"),
        (Self::Conflict, "conflict"),
        (Self::Combination, "combination"),
        (Self::Companion, "companion"),
        (Self::MayFollow, "may_follow"),
        (Self::Lasting, "lasting"),
        (Self::NeverAfter, "never_after"),
        (Self::AbsentPart, "absent_part"),
    ];
}

/// Positions of the rules of each kind, in the order of [`GuidelineKind::ALL`], which is that of the kinds' numbers.
pub(super) type ByKind = [Box<[usize]>; GuidelineKind::ALL.len()];

/// A rule of the guidelines.
#[derive(Debug, Clone, Copy)]
pub struct GuidelineRule<'t> {
    table: &'t Icd10Cm,
    row: &'t GuidelineRow,
}

impl<'t> GuidelineRule<'t> {
    /// The codes it is about as the table writes them: `Z00-Z02, Z04`.
    #[must_use]
    pub fn key(self) -> &'t str {
        self.table.strings.get(self.row.key)
    }

    /// The code that takes the place of the two; empty for other kinds.
    #[must_use]
    pub fn instead(self) -> &'t str {
        self.table.strings.get(self.row.instead)
    }

    /// Why, as a clause.
    #[must_use]
    pub fn because(self) -> &'t str {
        self.table.strings.get(self.row.because)
    }

    /// Where it is written: `Guidelines I.C.21.c.16`.
    #[must_use]
    pub fn source(self) -> &'t str {
        self.table.strings.get(self.row.source)
    }

    /// Whether it is about a code.
    #[must_use]
    pub fn is_about(self, entry: DiagnosisEntry<'_>) -> bool {
        let may_be = entry.row.traits.is_ruled() && self.row.letters & entry.letter() != 0;
        may_be && self.table.sets.holds(self.row.codes, entry.id)
    }

    /// Whether the code at a position is one of the others.
    #[must_use]
    pub fn names(self, id: usize) -> bool {
        self.table.sets.holds(self.row.with, id)
    }
}

impl Icd10Cm {
    /// The days for which the guideline rules are known.
    #[must_use]
    pub fn guideline_coverage(&self) -> Period {
        self.guideline_period.first().copied().unwrap_or_default()
    }

    /// The rules of a kind that may be about a code with this first letter.
    pub fn guidelines(&self, kind: GuidelineKind, first_letters: u32) -> impl Iterator<Item = GuidelineRule<'_>> {
        let by_kind = self.guidelines_by_kind.get_or_init(|| {
            let of =
                |kind: GuidelineKind| (0..).zip(self.guidelines.iter()).filter(move |(_, row)| row.kind == kind as u32);
            GuidelineKind::ALL.map(|(kind, _)| of(kind).map(|(at, _)| at).collect())
        });
        let all: &[GuidelineRow] = &self.guidelines;
        let rows = by_kind.get(kind as usize).into_iter().flatten().filter_map(|&at| all.get(at));
        rows.filter(move |row| row.letters & first_letters != 0).map(|row| GuidelineRule { table: self, row })
    }
}

const FILE: &str = "icd-10-cm/guideline_rules.csv";
const COVERAGE_FILE: &str = "icd-10-cm/guideline_coverage.csv";
pub(super) const SECTION: &str = "icd-10-cm.guidelines";
pub(super) const COVERAGE: &str = "icd-10-cm.guideline_coverage";

/// Compiles the rules and marks the codes that they name.
pub(super) fn compile(
    data: &PlainTables,
    sets: &mut CodeSetWriter<'_>,
    pool: &mut StringPool,
    rows: &mut [CodeRow],
    writer: &mut FlatWriter,
) -> Result<(), FlatError> {
    let mut rules = Vec::new();
    let columns = ["rule", "codes", "except", "with", "with_except", "instead", "because", "source"];
    data.rows(FILE, columns, |[rule, codes, except, with, with_except, instead, because, source]| {
        let (kind, _) = *GuidelineKind::ALL
            .iter()
            .find(|(_, name)| *name == rule)
            .ok_or_else(|| format!("`{rule}` is no kind of rule"))?;
        let of = sets.of_lists(codes, except)?;
        let alone = matches!(
            kind,
            GuidelineKind::FirstOnly | GuidelineKind::NeverFirst | GuidelineKind::Priority | GuidelineKind::Lasting
        );
        let pairs = !alone;
        if pairs == with.is_empty() || because.is_empty() || source.is_empty() {
            return Err(format!("the columns do not fit a rule of the kind `{rule}`"));
        }
        let others = if pairs { sets.of_lists(with, with_except)? } else { CodeSetId::default() };
        let key = if pairs { format!("{codes} with {with}") } else { codes.to_owned() };
        rules.push(GuidelineRow {
            codes: of,
            with: others,
            letters: sets.letters(of),
            kind: kind as u32,
            key: pool.add(&key),
            instead: pool.add(instead),
            because: pool.add(because),
            source: pool.add(source),
        });
        for id in sets.members(of) {
            rows[id].traits.set_ruled();
        }
        Ok(())
    })?;
    let mut coverage = Vec::new();
    data.rows(COVERAGE_FILE, ["from", "to"], |[from, to]| {
        coverage.push(Period { from: crate::plain::day(from)?, to: crate::plain::day(to)? });
        Ok(())
    })?;
    writer.put(SECTION, &rules)?;
    writer.put(COVERAGE, &coverage)
}
