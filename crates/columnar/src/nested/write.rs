//! Claims to rows.

use super::rest::{Rest, Same};
use super::{MODIFIERS, claim_fields, diagnosis_fields, line_fields, procedure_fields, schema};
use crate::ColumnarError;
use crate::build::{Flat, Lists, Row};
use crate::parties::{npi, of_role, taxonomy};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use openclaim_claim::{Claim, ClaimType, DiagnosisRole, ProcedureCoding, ProviderRole, ServiceLine, Unit};
use std::sync::Arc;

/// Collects claims into a batch of rows.
#[derive(Debug)]
pub struct NestedWriter {
    claims: Flat,
    diagnoses: Lists,
    procedures: Lists,
    lines: Lists,
    shared: StringBuilder,
    own: StringBuilder,
}

impl Default for NestedWriter {
    fn default() -> Self {
        Self {
            claims: Flat::of(&claim_fields()),
            diagnoses: Lists::of(diagnosis_fields()),
            procedures: Lists::of(procedure_fields()),
            lines: Lists::of(line_fields()),
            shared: StringBuilder::new(),
            own: StringBuilder::new(),
        }
    }
}

/// The word of a claim type.
pub(crate) const fn claim_type(kind: ClaimType) -> &'static str {
    match kind {
        ClaimType::Professional => "professional",
        ClaimType::Institutional => "institutional",
        ClaimType::Dental => "dental",
    }
}

pub(super) const fn role(role: DiagnosisRole) -> &'static str {
    match role {
        DiagnosisRole::Principal => "principal",
        DiagnosisRole::Other => "other",
        DiagnosisRole::Admitting => "admitting",
        DiagnosisRole::ReasonForVisit => "reason_for_visit",
        DiagnosisRole::ExternalCause => "external_cause",
    }
}

pub(super) const fn coding(coding: ProcedureCoding) -> &'static str {
    match coding {
        ProcedureCoding::Icd10Pcs => "icd10_pcs",
        ProcedureCoding::Icd9 => "icd9",
        ProcedureCoding::Hcpcs => "hcpcs",
    }
}

pub(super) const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Units => "UN",
        Unit::Minutes => "MJ",
        Unit::Days => "DA",
        Unit::Other => "other",
    }
}

impl NestedWriter {
    /// Rows collected so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.claims.rows()
    }

    /// Whether no row was collected yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a claim.
    ///
    /// # Errors
    /// [`ColumnarError::Row`] when the claim cannot be written as JSON.
    pub fn push(&mut self, claim: &Claim) -> Result<(), ColumnarError> {
        let row = self.claims.rows();
        let rest = Rest::of(claim)
            .map_err(|error| ColumnarError::Row { row, problem: format!("the claim cannot be written: {error}") })?;
        self.claim(claim);
        for diagnosis in &claim.diagnoses {
            let mut row = Row::of(self.diagnoses.element());
            row.text(diagnosis.code.as_str());
            row.text(role(diagnosis.role));
            row.text_or_null(diagnosis.poa.map(|poa| poa.as_str()));
            row.flag(diagnosis.icd9);
        }
        self.diagnoses.end_row();
        for procedure in &claim.procedures {
            let mut row = Row::of(self.procedures.element());
            row.text(procedure.code.as_str());
            row.text(coding(procedure.coding));
            row.flag(procedure.principal);
            row.date(procedure.date.map(|date| date.value));
        }
        self.procedures.end_row();
        for line in &claim.lines {
            write_line(line, Row::of(self.lines.element()));
        }
        self.lines.end_row();
        self.shared.append_option(rest.shared);
        self.own.append_option(rest.own);
        Ok(())
    }

    fn claim(&mut self, claim: &Claim) {
        let rendering = of_role(&claim.providers, ProviderRole::Rendering);
        let facility = of_role(&claim.providers, ProviderRole::ServiceFacility);
        let billing = &*claim.billing_provider;
        let (subscriber, patient) = (&claim.subscriber, &claim.patient);
        let address = billing.address.as_deref();
        let mut row = Row::of(self.claims.row());
        row.text(&claim.claim_id);
        row.text(claim_type(claim.claim_type));
        row.joined(claim.frequency.map(|it| it.value), "");
        row.text_or_null(claim.type_of_bill.as_ref().map(|it| it.as_str()));
        row.text_or_null(claim.place_of_service.as_ref().map(|it| it.as_str()));
        row.date(claim.dates.statement_from.map(|it| it.value));
        row.date(claim.dates.statement_through.map(|it| it.value));
        row.date(claim.admission.date.map(|it| it.value));
        row.text_or_null(claim.admission.admission_type.as_ref().map(|it| it.as_str()));
        row.text_or_null(claim.admission.source.as_ref().map(|it| it.as_str()));
        row.text_or_null(claim.admission.discharge_status.as_ref().map(|it| it.as_str()));
        row.text_or_null(claim.billed_drg.as_ref().map(|it| it.as_str()));
        row.text(&subscriber.member_id);
        row.text(&claim.payer.id);
        row.text(&subscriber.claim_filing_indicator);
        row.date(patient.birth_date.map(|it| it.value));
        row.text_or_null(patient.sex.map(|it| it.as_str()));
        row.text_or_null(npi(Some(billing)));
        row.text_or_null(taxonomy(Some(billing)));
        row.text_or_null(address.map(|it| it.state.as_str()));
        row.text_or_null(address.map(|it| it.postal_code.as_str()));
        row.text_or_null(npi(rendering));
        row.text_or_null(taxonomy(rendering));
        row.text_or_null(npi(facility));
        row.money(Some(claim.amounts.total_charge.value));
        row.joined(claim.condition_codes.iter().map(|code| code.as_str()), " ");
        row.joined(Same::in_claim(claim).map(Same::word), " ");
    }

    /// The rows collected, as a batch of [`schema`]; the writer is empty afterwards.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] when the columns do not fit together, which would be a fault of this program.
    pub fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        let mut arrays = self.claims.finish()?;
        arrays.push(self.diagnoses.finish()?);
        arrays.push(self.procedures.finish()?);
        arrays.push(self.lines.finish()?);
        arrays.push(Arc::new(self.shared.finish()) as ArrayRef);
        arrays.push(Arc::new(self.own.finish()) as ArrayRef);
        Ok(RecordBatch::try_new(schema(), arrays)?)
    }
}

fn write_line(line: &ServiceLine, mut row: Row<'_>) {
    let rendering = of_role(&line.providers, ProviderRole::Rendering);
    row.number(Some(line.number));
    row.date(line.dates.from.map(|it| it.value));
    row.date(line.dates.through.map(|it| it.value));
    row.text_or_null(line.revenue_code.as_ref().map(|it| it.as_str()));
    row.text_or_null(line.hcpcs.as_ref().map(|it| it.as_str()));
    row.text(&line.code_qualifier);
    for position in 0..MODIFIERS.len() {
        row.text_or_null(line.modifiers.get(position).map(|it| it.as_str()));
    }
    row.quantity(line.units.map(|it| it.value));
    row.text(unit(line.unit));
    row.money(Some(line.charge.value));
    row.text_or_null(line.place_of_service.as_ref().map(|it| it.as_str()));
    row.joined(line.diagnosis_pointers.iter().map(|pointer| pointer.value), " ");
    row.text_or_null(npi(rendering));
}
