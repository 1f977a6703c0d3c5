//! The diagnoses of a claim, each with its row of the tabular list.

use openclaim_claim::{Claim, Date, Diagnosis, DiagnosisCode, DiagnosisRole, Span, Subject};
use openclaim_reference::Library;
use openclaim_reference::icd10cm::{DiagnosisEntry, Traits};
use openclaim_reference::mce::{FlagRow, Mce};

/// A diagnosis and its row.
#[derive(Debug, Clone, Copy)]
pub struct CodedDiagnosis<'a> {
    /// 0-based position in [`Claim::diagnoses`].
    pub index: u32,
    /// The code.
    pub code: DiagnosisCode,
    /// Its row; `None` when the tables do not know the code.
    pub entry: Option<DiagnosisEntry<'a>>,
    /// What the conventions ask of it first.
    pub traits: Traits,
    /// The diagnosis.
    pub diagnosis: &'a Diagnosis,
}

impl CodedDiagnosis<'_> {
    /// What a finding about it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::Diagnosis(self.index)
    }

    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.diagnosis.code.span
    }

    /// Its row of the Medicare Code Editor's table on a day; `None` when it carries no flag then.
    #[must_use]
    pub fn flags(&self, mce: &Mce, date: Date) -> Option<FlagRow> {
        match self.entry {
            Some(entry) => mce.flags_of(entry, date),
            None => mce.diagnosis(self.code, date),
        }
    }

    /// Position of its row in code order.
    #[must_use]
    pub fn id(&self) -> Option<usize> {
        self.entry.map(DiagnosisEntry::id)
    }
}

/// The ICD-10-CM diagnoses that the conventions are about: principal, other and external cause. Admitting diagnoses and
/// reasons for visit tell of an earlier state of knowledge and are left out.
#[derive(Debug)]
pub struct Diagnoses<'a> {
    /// The diagnoses, in the order sent.
    pub list: Vec<CodedDiagnosis<'a>>,
    /// Last day of service, or of discharge: it says which edition holds.
    pub date: Option<Date>,
    /// Traits that some diagnosis has.
    pub traits: Traits,
    /// First letters of the codes, a bit for each.
    pub letters: u32,
    /// Whether the Medicare Code Editor judges the bill.
    pub edited_as_stay: bool,
}

impl<'a> Diagnoses<'a> {
    /// The diagnoses of a claim, whose last day of service is `last_day`.
    #[must_use]
    pub fn of(claim: &'a Claim, last_day: Option<Date>, library: &'a Library) -> Self {
        use DiagnosisRole::{ExternalCause, Other, Principal};
        let table = library.icd10cm();
        let mut list = Vec::with_capacity(claim.diagnoses.len());
        let (mut traits, mut letters) = (Traits::default(), 0);
        for (diagnosis, index) in claim.diagnoses.iter().zip(0_u32..) {
            if diagnosis.icd9 || !matches!(diagnosis.role, Principal | Other | ExternalCause) {
                continue;
            }
            let code = diagnosis.code.value;
            let entry = table.get(code);
            let own = entry.map(DiagnosisEntry::traits).unwrap_or_default();
            traits = traits.union(own);
            letters |= entry.map_or(0, DiagnosisEntry::letter);
            list.push(CodedDiagnosis { index, code, entry, traits: own, diagnosis });
        }
        let date = if list.is_empty() { None } else { last_day };
        let edited_as_stay = claim.is_hospital_inpatient();
        Self { list, date, traits, letters, edited_as_stay }
    }

    /// The diagnoses that the Medicare Code Editor's table flags on [`Diagnoses::date`], each with its row.
    pub fn flagged(&self, mce: &Mce) -> impl Iterator<Item = (&CodedDiagnosis<'a>, FlagRow)> {
        self.list.iter().filter_map(move |coded| Some((coded, coded.flags(mce, self.date?)?)))
    }

    /// Whether a code that the tables know begins with a letter.
    #[must_use]
    pub fn begins_with(&self, letter: u8) -> bool {
        self.letters >> letter.saturating_sub(b'A') & 1 == 1
    }

    /// The principal or first-listed diagnosis.
    #[must_use]
    pub fn first(&self) -> Option<&CodedDiagnosis<'a>> {
        self.list.first().filter(|it| it.diagnosis.role == DiagnosisRole::Principal)
    }

    /// The diagnoses after the first-listed one.
    #[must_use]
    pub fn others(&self) -> &[CodedDiagnosis<'a>] {
        let from = usize::from(self.first().is_some());
        self.list.get(from..).unwrap_or_default()
    }

    /// Every pair, the earlier one first.
    pub fn pairs(&self) -> impl Iterator<Item = (&CodedDiagnosis<'a>, &CodedDiagnosis<'a>)> {
        self.list.iter().enumerate().flat_map(|(at, one)| self.list[at + 1..].iter().map(move |other| (one, other)))
    }
}
