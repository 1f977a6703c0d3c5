//! Claims to rows of `medical_claim`, with what was decided in columns of our own.

use super::NUMBERED;
use crate::ColumnarError;
use crate::build::{Flat, MONEY, QUANTITY, Row, described};
use crate::nested::claim_type;
use crate::parties::{npi, of_role};
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Fields, SchemaRef};
use openclaim_claim::{Claim, DiagnosisRole, Disposition, ProcedureCoding, ProviderRole, ServiceLine, Subject};
use openclaim_engine::Adjudication;

const BEFORE_DIAGNOSES: [(&str, DataType); 46] = [
    ("claim_id", DataType::Utf8),
    ("claim_line_number", DataType::UInt32),
    ("claim_type", DataType::Utf8),
    ("person_id", DataType::Utf8),
    ("member_id", DataType::Utf8),
    ("payer", DataType::Utf8),
    ("plan", DataType::Utf8),
    ("claim_start_date", DataType::Date32),
    ("claim_end_date", DataType::Date32),
    ("claim_line_start_date", DataType::Date32),
    ("claim_line_end_date", DataType::Date32),
    ("admission_date", DataType::Date32),
    ("discharge_date", DataType::Date32),
    ("admit_source_code", DataType::Utf8),
    ("admit_type_code", DataType::Utf8),
    ("discharge_disposition_code", DataType::Utf8),
    ("place_of_service_code", DataType::Utf8),
    ("bill_type_code", DataType::Utf8),
    ("drg_code_type", DataType::Utf8),
    ("drg_code", DataType::Utf8),
    ("revenue_center_code", DataType::Utf8),
    ("service_unit_quantity", QUANTITY),
    ("hcpcs_code", DataType::Utf8),
    ("hcpcs_modifier_1", DataType::Utf8),
    ("hcpcs_modifier_2", DataType::Utf8),
    ("hcpcs_modifier_3", DataType::Utf8),
    ("hcpcs_modifier_4", DataType::Utf8),
    ("hcpcs_modifier_5", DataType::Utf8),
    ("rendering_npi", DataType::Utf8),
    ("rendering_tin", DataType::Utf8),
    ("billing_npi", DataType::Utf8),
    ("billing_tin", DataType::Utf8),
    ("facility_npi", DataType::Utf8),
    ("paid_date", DataType::Date32),
    ("paid_amount", MONEY),
    ("allowed_amount", MONEY),
    ("charge_amount", MONEY),
    ("coinsurance_amount", MONEY),
    ("copayment_amount", MONEY),
    ("deductible_amount", MONEY),
    ("total_cost_amount", MONEY),
    ("in_network_flag", DataType::UInt32),
    ("data_source", DataType::Utf8),
    ("file_name", DataType::Utf8),
    ("file_date", DataType::Date32),
    ("diagnosis_code_type", DataType::Utf8),
];

const OWN: [(&str, DataType); 6] = [
    ("x_openclaim_claim_row", DataType::UInt64),
    ("x_openclaim_claim_disposition", DataType::Utf8),
    ("x_openclaim_line_disposition", DataType::Utf8),
    ("x_openclaim_denied_by", DataType::Utf8),
    ("x_openclaim_error_count", DataType::UInt32),
    ("x_openclaim_not_evaluated_count", DataType::UInt32),
];

fn fields() -> Fields {
    let field = |name: String, kind: DataType| Field::new(name, kind, true);
    let mut list: Vec<Field> = BEFORE_DIAGNOSES.into_iter().map(|(name, kind)| field(name.to_owned(), kind)).collect();
    for prefix in ["diagnosis_code_", "diagnosis_poa_"] {
        list.extend((1..=NUMBERED).map(|number| field(format!("{prefix}{number}"), DataType::Utf8)));
    }
    list.push(field("procedure_code_type".to_owned(), DataType::Utf8));
    list.extend((1..=NUMBERED).map(|number| field(format!("procedure_code_{number}"), DataType::Utf8)));
    list.extend((1..=NUMBERED).map(|number| field(format!("procedure_date_{number}"), DataType::Date32)));
    list.extend(OWN.into_iter().map(|(name, kind)| field(name.to_owned(), kind)));
    list.into()
}

fn schema() -> SchemaRef {
    described("medical_claim", fields())
}

/// Collects lines of claims.
pub(in super::super) struct MedicalClaimWriter(Flat);

impl Default for MedicalClaimWriter {
    fn default() -> Self {
        Self(Flat::of(&fields()))
    }
}

impl MedicalClaimWriter {
    /// Adds the lines of a claim with its answer.
    pub(in super::super) fn push(&mut self, claim: &Claim, answer: &Adjudication, claim_row: u64) {
        for (index, line) in claim.lines.iter().enumerate() {
            let mut row = Row::of(self.0.row());
            claim_columns(claim, line, &mut row);
            code_columns(claim, &mut row);
            own_columns(answer, index, claim_row, &mut row);
        }
    }

    pub(in super::super) fn finish(&mut self) -> Result<RecordBatch, ColumnarError> {
        Ok(RecordBatch::try_new(schema(), self.0.finish()?)?)
    }
}

fn claim_columns(claim: &Claim, line: &ServiceLine, row: &mut Row<'_>) {
    let member = Some(claim.subscriber.member_id.as_str());
    let tin = claim.billing_identifier("EI").map(|it| it.value.as_str());
    let rendering = of_role(&line.providers, ProviderRole::Rendering)
        .or_else(|| of_role(&claim.providers, ProviderRole::Rendering))
        .or(Some(&*claim.billing_provider));
    let place = line.place_of_service.or(claim.place_of_service);
    row.text(&claim.claim_id);
    row.number(Some(line.number));
    row.text(claim_type(claim.claim_type));
    row.text_or_null(member);
    row.text_or_null(member);
    row.text(&claim.payer.name);
    row.text_or_null(None);
    row.date(claim.service_from());
    row.date(claim.service_through());
    row.date(line.dates.from.map(|it| it.value));
    row.date(line.dates.through.map(|it| it.value));
    row.date(claim.admission.date.map(|it| it.value));
    row.date(claim.is_hospital_inpatient().then(|| claim.discharge_date()).flatten());
    row.text_or_null(claim.admission.source.as_ref().map(|it| it.as_str()));
    row.text_or_null(claim.admission.admission_type.as_ref().map(|it| it.as_str()));
    row.text_or_null(claim.admission.discharge_status.as_ref().map(|it| it.as_str()));
    row.text_or_null(place.as_ref().map(|it| it.as_str()));
    row.text_or_null(claim.type_of_bill.as_ref().map(|it| it.as_str()));
    row.text_or_null(claim.billed_drg.is_some().then_some("ms-drg"));
    row.text_or_null(claim.billed_drg.as_ref().map(|it| it.as_str()));
    row.text_or_null(line.revenue_code.as_ref().map(|it| it.as_str()));
    row.quantity(line.units.map(|it| it.value));
    row.text_or_null(line.hcpcs.as_ref().map(|it| it.as_str()));
    for position in 0..5 {
        row.text_or_null(line.modifiers.get(position).map(|it| it.as_str()));
    }
    row.text_or_null(npi(rendering));
    row.text_or_null(None);
    row.text_or_null(npi(Some(&claim.billing_provider)));
    row.text_or_null(tin);
    row.text_or_null(npi(of_role(&claim.providers, ProviderRole::ServiceFacility)));
    row.date(None);
    row.money(None);
    row.money(None);
    row.money(Some(line.charge.value));
    for _ in 0..4 {
        row.money(None);
    }
    row.number(None);
    row.text("openclaim");
    row.text_or_null(None);
    row.date(claim.transaction_date);
    let icd9 = claim.diagnoses.first().is_some_and(|diagnosis| diagnosis.icd9);
    row.text_or_null((!claim.diagnoses.is_empty()).then_some(if icd9 { "icd-9-cm" } else { "icd-10-cm" }));
}

fn code_columns(claim: &Claim, row: &mut Row<'_>) {
    use DiagnosisRole::{ExternalCause, Other, Principal};
    let counted = claim.diagnoses.iter().filter(|it| matches!(it.role, Principal | Other | ExternalCause));
    let diagnoses: Vec<_> = counted.collect();
    for position in 0..NUMBERED {
        row.text_or_null(diagnoses.get(position).map(|it| it.code.as_str()));
    }
    for position in 0..NUMBERED {
        row.text_or_null(diagnoses.get(position).and_then(|it| it.poa).map(|poa| poa.as_str()));
    }
    let coding = claim.procedures.first().map(|procedure| procedure.coding);
    row.text_or_null(coding.map(|coding| match coding {
        ProcedureCoding::Icd10Pcs => "icd-10-pcs",
        ProcedureCoding::Icd9 => "icd-9-pcs",
        ProcedureCoding::Hcpcs => "hcpcs",
    }));
    for position in 0..NUMBERED {
        row.text_or_null(claim.procedures.get(position).map(|it| it.code.as_str()));
    }
    for position in 0..NUMBERED {
        row.date(claim.procedures.get(position).and_then(|it| it.date).map(|it| it.value));
    }
}

fn own_columns(answer: &Adjudication, index: usize, claim_row: u64, row: &mut Row<'_>) {
    let of_line = || {
        answer.findings.iter().filter(|finding| match finding.subject {
            Subject::Line(at) | Subject::LinePair(at, _) => at as usize == index,
            _ => false,
        })
    };
    let worst = answer.findings.iter().map(|finding| finding.disposition).min();
    let worst_of_line = of_line().map(|finding| finding.disposition).min();
    let denied =
        of_line().find(|finding| matches!(finding.disposition, Disposition::DenyLine | Disposition::RejectLine));
    let errors = answer.findings.iter().filter(|finding| finding.disposition.is_error()).count();
    row.position(claim_row);
    row.text_or_null(worst.map(Disposition::as_str));
    row.text_or_null(worst_of_line.map(Disposition::as_str));
    row.text_or_null(denied.map(|finding| finding.edit));
    row.count(errors);
    row.count(answer.not_evaluated.len());
}
