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
    /// Procedures, in the order sent.
    pub procedures: Vec<Coded<ProcedureCode>>,
}

impl MceInput {
    /// Takes from a claim what the editor reads.
    ///
    /// Codes sent with an ICD-9 qualifier are taken as they are: the discharge date says which code set applies, so they
    /// come out as invalid codes. HCPCS procedures are no matter of the editor and left out.
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
        for (index, diagnosis) in claim.diagnoses.iter().enumerate() {
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
            if procedure.coding != ProcedureCoding::Hcpcs {
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

#[cfg(test)]
mod tests {
    use super::*;
    use openclaim_claim::{ClaimType, Diagnosis, DiagnosisRole, FileId, Procedure};
    use std::sync::Arc;

    fn diagnosis(code: &str, role: DiagnosisRole, at: u64) -> Diagnosis {
        let span = Span::new(FileId(0), at, 5);
        Diagnosis { code: Spanned::at(DiagnosisCode::parse(code).unwrap(), span), role, poa: None, icd9: false }
    }

    fn claim() -> Claim {
        let mut claim = Claim::new(ClaimType::Institutional);
        Arc::make_mut(&mut claim.patient).birth_date = Some(Spanned::bare("1948-05-02".parse().unwrap()));
        Arc::make_mut(&mut claim.patient).sex = Some(Spanned::bare(Sex::Female));
        claim.admission.date = Some(Spanned::bare("2026-05-01".parse().unwrap()));
        claim.dates.statement_from = Some(Spanned::bare("2026-04-30".parse().unwrap()));
        claim.dates.statement_through = Some(Spanned::bare("2026-05-08".parse().unwrap()));
        claim.diagnoses = vec![
            diagnosis("R0789", DiagnosisRole::Admitting, 100),
            diagnosis("I5020", DiagnosisRole::Principal, 200),
            diagnosis("R05", DiagnosisRole::ReasonForVisit, 300),
            diagnosis("E119", DiagnosisRole::Other, 400),
            diagnosis("W010XXA", DiagnosisRole::ExternalCause, 500),
        ];
        let code = Spanned::bare(ProcedureCode::parse("0DTJ4ZZ").unwrap());
        let hcpcs = Spanned::bare(ProcedureCode::parse("99213").unwrap());
        claim.procedures = vec![
            Procedure { code: hcpcs, principal: false, coding: ProcedureCoding::Hcpcs, date: None },
            Procedure { code, principal: true, coding: ProcedureCoding::Icd10Pcs, date: None },
        ];
        claim
    }

    #[test]
    fn the_age_is_that_on_admission() {
        let input = MceInput::from_claim(&claim());
        assert_eq!((input.age, input.length_of_stay), (Some(77), Some(7)));
        assert_eq!(input.discharge_date, Some("2026-05-08".parse().unwrap()));
    }

    #[test]
    fn codes_keep_their_role_place_and_span() {
        let input = MceInput::from_claim(&claim());
        let at =
            |coded: &Coded<DiagnosisCode>| (coded.code.as_str().to_owned(), coded.position, coded.span.unwrap().start);
        assert_eq!(input.admitting.as_ref().map(at), Some(("R0789".into(), 0, 100)));
        assert_eq!(input.principal.as_ref().map(at), Some(("I5020".into(), 1, 200)));
        let secondary: Vec<_> = input.secondary.iter().map(at).collect();
        assert_eq!(secondary, [("E119".into(), 3, 400), ("W010XXA".into(), 4, 500)]);
        assert_eq!(input.procedures.iter().map(|coded| coded.position).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn an_interim_bill_is_edited_at_its_last_day() {
        let mut claim = claim();
        claim.admission.discharge_status = Some(Spanned::bare("30".parse().unwrap()));
        assert_eq!(claim.discharge_date(), None);
        assert_eq!(MceInput::from_claim(&claim).discharge_date, Some("2026-05-08".parse().unwrap()));
    }
}
