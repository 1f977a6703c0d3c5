//! Claims to rows.

use super::rest::{leftover, of_role, to_json};
use super::{MODIFIERS, claim_fields, diagnosis_fields, line_fields, procedure_fields, schema};
use crate::ColumnarError;
use crate::build::{Column, Flat, Lists};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use openclaim_claim::{Claim, ClaimType, DiagnosisRole, ProcedureCoding, Provider, ProviderRole, ServiceLine, Unit};
use std::sync::Arc;

/// Collects claims into a batch of rows.
#[derive(Debug)]
pub struct NestedWriter {
    claims: Flat,
    diagnoses: Lists,
    procedures: Lists,
    lines: Lists,
    rest: StringBuilder,
}

impl Default for NestedWriter {
    fn default() -> Self {
        Self {
            claims: Flat::of(&claim_fields()),
            diagnoses: Lists::of(diagnosis_fields()),
            procedures: Lists::of(procedure_fields()),
            lines: Lists::of(line_fields()),
            rest: StringBuilder::new(),
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

fn npi(provider: Option<&Provider>) -> Option<String> {
    provider?.npi.map(|npi| npi.as_str().to_owned())
}

fn taxonomy(provider: Option<&Provider>) -> Option<String> {
    provider?.specialty.as_ref().map(|specialty| specialty.taxonomy.as_str().to_owned())
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
        let rest = to_json(&leftover(claim))
            .map_err(|error| ColumnarError::Row { row, problem: format!("the claim cannot be written: {error}") })?;
        self.claim(claim);
        for diagnosis in &claim.diagnoses {
            if let [code, of, poa, icd9] = self.diagnoses.element() {
                code.text(diagnosis.code.as_str());
                of.text(role(diagnosis.role));
                poa.text_or_null(diagnosis.poa.map(|poa| poa.as_str()));
                icd9.flag(Some(diagnosis.icd9));
            }
        }
        self.diagnoses.end_row();
        for procedure in &claim.procedures {
            if let [code, set, principal, date] = self.procedures.element() {
                code.text(procedure.code.as_str());
                set.text(coding(procedure.coding));
                principal.flag(Some(procedure.principal));
                date.date(procedure.date.map(|date| date.value));
            }
        }
        self.procedures.end_row();
        for line in &claim.lines {
            write_line(line, self.lines.element());
        }
        self.lines.end_row();
        self.rest.append_option(rest);
        Ok(())
    }

    fn claim(&mut self, claim: &Claim) {
        let rendering = of_role(&claim.providers, ProviderRole::Rendering);
        let facility = of_role(&claim.providers, ProviderRole::ServiceFacility);
        let billing = &*claim.billing_provider;
        let (subscriber, patient) = (&claim.subscriber, &claim.patient);
        let address = billing.address.as_deref();
        let conditions: Vec<&str> = claim.condition_codes.iter().map(|code| code.as_str()).collect();
        let mut columns = self.claims.row().iter_mut();
        let mut next = |fill: &dyn Fn(&mut Column)| {
            if let Some(column) = columns.next() {
                fill(column);
            }
        };
        next(&|c| c.text(&claim.claim_id));
        next(&|c| c.text(claim_type(claim.claim_type)));
        next(&|c| c.text_or_null(claim.frequency.map(|it| it.value.to_string()).as_deref()));
        next(&|c| c.text_or_null(claim.type_of_bill.as_ref().map(|it| it.as_str())));
        next(&|c| c.text_or_null(claim.place_of_service.as_ref().map(|it| it.as_str())));
        next(&|c| c.date(claim.dates.statement_from.map(|it| it.value)));
        next(&|c| c.date(claim.dates.statement_through.map(|it| it.value)));
        next(&|c| c.date(claim.admission.date.map(|it| it.value)));
        next(&|c| c.text_or_null(claim.admission.admission_type.as_ref().map(|it| it.as_str())));
        next(&|c| c.text_or_null(claim.admission.source.as_ref().map(|it| it.as_str())));
        next(&|c| c.text_or_null(claim.admission.discharge_status.as_ref().map(|it| it.as_str())));
        next(&|c| c.text_or_null(claim.billed_drg.as_ref().map(|it| it.as_str())));
        next(&|c| c.text(&subscriber.member_id));
        next(&|c| c.text(&claim.payer.id));
        next(&|c| c.text(&subscriber.claim_filing_indicator));
        next(&|c| c.date(patient.birth_date.map(|it| it.value)));
        next(&|c| c.text_or_null(patient.sex.map(|it| it.as_str())));
        next(&|c| c.text_or_null(npi(Some(billing)).as_deref()));
        next(&|c| c.text_or_null(taxonomy(Some(billing)).as_deref()));
        next(&|c| c.text_or_null(address.map(|it| it.state.as_str())));
        next(&|c| c.text_or_null(address.map(|it| it.postal_code.as_str())));
        next(&|c| c.text_or_null(npi(rendering).as_deref()));
        next(&|c| c.text_or_null(taxonomy(rendering).as_deref()));
        next(&|c| c.text_or_null(npi(facility).as_deref()));
        next(&|c| c.money(Some(claim.amounts.total_charge.value)));
        next(&|c| c.text(&conditions.join(" ")));
    }

    /// The rows collected, as a batch of [`schema`]; the writer is empty afterwards.
    ///
    /// # Errors
    /// [`ColumnarError::Arrow`] when the columns do not fit together, which would be a fault of this program.
    pub fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        let mut arrays = self.claims.finish();
        arrays.push(self.diagnoses.finish()?);
        arrays.push(self.procedures.finish()?);
        arrays.push(self.lines.finish()?);
        arrays.push(Arc::new(self.rest.finish()) as ArrayRef);
        Ok(RecordBatch::try_new(schema(), arrays)?)
    }
}

fn write_line(line: &ServiceLine, columns: &mut [Column]) {
    let pointers: Vec<String> = line.diagnosis_pointers.iter().map(|pointer| pointer.value.to_string()).collect();
    let rendering = of_role(&line.providers, ProviderRole::Rendering);
    let mut columns = columns.iter_mut();
    let mut next = |fill: &dyn Fn(&mut Column)| {
        if let Some(column) = columns.next() {
            fill(column);
        }
    };
    next(&|c| c.number(Some(line.number)));
    next(&|c| c.date(line.dates.from.map(|it| it.value)));
    next(&|c| c.date(line.dates.through.map(|it| it.value)));
    next(&|c| c.text_or_null(line.revenue_code.as_ref().map(|it| it.as_str())));
    next(&|c| c.text_or_null(line.hcpcs.as_ref().map(|it| it.as_str())));
    next(&|c| c.text(&line.code_qualifier));
    for position in 0..MODIFIERS.len() {
        next(&|c| c.text_or_null(line.modifiers.get(position).map(|it| it.as_str())));
    }
    next(&|c| c.quantity(line.units.map(|it| it.value)));
    next(&|c| c.text(unit(line.unit)));
    next(&|c| c.money(Some(line.charge.value)));
    next(&|c| c.text_or_null(line.place_of_service.as_ref().map(|it| it.as_str())));
    next(&|c| c.text(&pointers.join(" ")));
    next(&|c| c.text_or_null(npi(rendering).as_deref()));
}
