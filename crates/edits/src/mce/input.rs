//! What the Medicare Code Editor reads of a claim.

use openclaim_claim::{
    Claim, Date, DiagnosisCode, DischargeStatus, ProcedureCode, ProcedureCoding, Sex, Span, Spanned, Subject,
};

/// A code of the stay and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coded<C> {
    /// The code.
    pub code: C,
    /// 0-based position among the claim's diagnoses or procedures, for [`Subject`].
    pub position: u32,
    /// Where it was read.
    pub span: Option<Span>,
}

/// An inpatient stay as the editor sees it. Missing elements are `None`; edits that read them then cannot tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MceInput {
    /// Age in completed years on admission. May be out of range: that is for `mce/invalid-age` to say.
    pub age: Option<i32>,
    /// Sex as reported, `Unknown` for `U`.
    pub sex: Option<Spanned<Sex>>,
    /// Patient discharge status.
    pub discharge_status: Option<Spanned<DischargeStatus>>,
    /// Discharge date, or the last day of an interim bill; it selects the rows of every table.
    pub discharge_date: Option<Date>,
    /// Days from admission to discharge.
    pub length_of_stay: Option<u32>,
    /// Where the birth date was read, for findings about the age.
    pub birth_date_span: Option<Span>,
    /// Admitting diagnosis.
    pub admitting: Option<Coded<DiagnosisCode>>,
    /// Principal diagnosis.
    pub principal: Option<Coded<DiagnosisCode>>,
    /// Secondary diagnoses and external causes, in the order sent.
    pub secondary: Vec<Coded<DiagnosisCode>>,
    /// ICD-10-PCS procedures, in the order sent.
    pub procedures: Vec<Coded<ProcedureCode>>,
}

impl MceInput {
    /// Takes from a claim what the editor reads. ICD-9 and HCPCS codes are left out.
    #[must_use]
    pub fn from_claim(claim: &Claim) -> Self {
        let through = claim.dates.statement_through.as_deref().copied();
        let admitted = claim.admission.date.as_deref().copied().or_else(|| claim.service_from()).or(through);
        let mut input = Self {
            age: admitted.and_then(|date| claim.age_on(date)).map(i32::from),
            sex: claim.patient.sex,
            discharge_status: claim.admission.discharge_status,
            discharge_date: through,
            length_of_stay: claim.length_of_stay(),
            birth_date_span: claim.patient.birth_date.and_then(|date| date.span),
            ..Self::default()
        };
        let position = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        for (index, diagnosis) in claim.diagnoses.iter().enumerate().filter(|(_, diagnosis)| !diagnosis.icd9) {
            use openclaim_claim::DiagnosisRole::{Admitting, ExternalCause, Other, Principal, ReasonForVisit};
            let coded = Coded { code: *diagnosis.code, position: position(index), span: diagnosis.code.span };
            match diagnosis.role {
                Principal => input.principal = input.principal.or(Some(coded)),
                Admitting => input.admitting = input.admitting.or(Some(coded)),
                Other | ExternalCause => input.secondary.push(coded),
                ReasonForVisit => {}
            }
        }
        for (index, procedure) in claim.procedures.iter().enumerate() {
            if procedure.coding == ProcedureCoding::Icd10Pcs {
                let span = procedure.code.span;
                input.procedures.push(Coded { code: *procedure.code, position: position(index), span });
            }
        }
        input
    }

    /// The same stay from bare codes: positions count the principal diagnosis as 0 and the secondary ones from 1.
    #[must_use]
    pub fn with_codes(
        mut self,
        principal: Option<DiagnosisCode>,
        secondary: impl IntoIterator<Item = DiagnosisCode>,
        procedures: impl IntoIterator<Item = ProcedureCode>,
    ) -> Self {
        self.principal = principal.map(|code| Coded { code, position: 0, span: None });
        self.secondary = (1..).zip(secondary).map(|(position, code)| Coded { code, position, span: None }).collect();
        self.procedures = (0..).zip(procedures).map(|(position, code)| Coded { code, position, span: None }).collect();
        self
    }
}

/// What a finding is about, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) subject: Subject,
    pub(super) span: Option<Span>,
}

impl From<&Coded<DiagnosisCode>> for Place {
    fn from(coded: &Coded<DiagnosisCode>) -> Self {
        Self { subject: Subject::Diagnosis(coded.position), span: coded.span }
    }
}

impl From<&Coded<ProcedureCode>> for Place {
    fn from(coded: &Coded<ProcedureCode>) -> Self {
        Self { subject: Subject::Procedure(coded.position), span: coded.span }
    }
}
