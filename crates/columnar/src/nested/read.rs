//! Rows to claims.

use super::columns::{
    ClaimColumns, Columns, DiagnosisColumns, Elements, Found, LineColumns, ProcedureColumns, converted, elements,
    required_name, viewed,
};
use super::rest::{self, Same};
use super::{VIEWED, schema};
use crate::ColumnarError;
use crate::build::quantity_of;
use arrow_array::RecordBatch;
use arrow_schema::DataType;
use openclaim_claim::{
    Claim, ClaimType, Diagnosis, DiagnosisRole, Poa, Procedure, ProcedureCoding, Provider, ProviderRole,
    ProviderSpecialty, ServiceLine, Sex, Spanned, Text, Unit,
};
use std::cell::RefCell;
use std::sync::Arc;

/// Reads the claims of one batch.
#[derive(Debug)]
pub struct NestedReader {
    rows: usize,
    claims: ClaimColumns,
    diagnoses: Option<Elements<DiagnosisColumns>>,
    procedures: Option<Elements<ProcedureColumns>>,
    lines: Option<Elements<LineColumns>>,
    /// What was read of `rest_shared` last, with the row it was first met in.
    shared: RefCell<Vec<(usize, Claim)>>,
}

/// How many different texts of `rest_shared` are remembered: claims of several levels may take turns.
const KNOWN: usize = 16;

impl NestedReader {
    /// Finds the columns of a batch. Columns that it lacks are null, but for `claim_id` and `claim_type`; columns that the
    /// schema does not know are ignored.
    ///
    /// # Errors
    /// [`ColumnarError::MissingColumn`], [`ColumnarError::WrongType`].
    pub fn new(batch: &RecordBatch) -> Result<Self, ColumnarError> {
        let schema = schema();
        let mut found = Found(Vec::new());
        let (mut diagnoses, mut procedures, mut lines) = (None, None, None);
        for field in schema.fields() {
            let name = field.name().as_str();
            let Some(array) = batch.column_by_name(name) else {
                if field.is_nullable() || matches!(field.data_type(), DataType::List(_)) {
                    continue;
                }
                return Err(ColumnarError::MissingColumn(required_name(name)));
            };
            match name {
                "diagnoses" => diagnoses = Some(Elements::of(name, array, field.data_type())?),
                "procedures" => procedures = Some(Elements::of(name, array, field.data_type())?),
                "lines" => lines = Some(Elements::of(name, array, field.data_type())?),
                _ if VIEWED.contains(&name) => found.0.push((name, viewed(name, array)?)),
                _ => found.0.push((name, converted(name, array, field.data_type())?)),
            }
        }
        let claims = ClaimColumns::find(&mut found)?;
        Ok(Self { rows: batch.num_rows(), claims, diagnoses, procedures, lines, shared: RefCell::default() })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether the batch has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The claim of a row.
    ///
    /// # Errors
    /// [`ColumnarError::Row`] for a row without a claim identifier or type, and for codes, dates and `rest` that cannot be
    /// read. The other rows are readable all the same.
    pub fn claim(&self, row: usize) -> Result<Claim, ColumnarError> {
        let wrong = |problem| ColumnarError::Row { row, problem };
        let mut claim = self.begin(row).map_err(wrong)?;
        self.fill(&mut claim, row).map_err(wrong)?;
        Ok(claim)
    }

    /// The claims of all rows.
    pub fn claims(&self) -> impl Iterator<Item = Result<Claim, ColumnarError>> + '_ {
        (0..self.rows).map(|row| self.claim(row))
    }

    /// What identifies a row that cannot be read, as far as it can be told.
    #[must_use]
    pub fn claim_id(&self, row: usize) -> Option<&str> {
        self.claims.claim_id.get(row)
    }

    /// A claim of what `rest_shared` says.
    fn begin(&self, row: usize) -> Result<Claim, String> {
        let json = self.claims.rest_shared.get(row);
        let mut known = self.shared.borrow_mut();
        if let Some((_, claim)) = known.iter().find(|(at, _)| self.claims.rest_shared.get(*at) == json) {
            return Ok(claim.clone());
        }
        let mut claim = Claim::default();
        if let Some(json) = json {
            rest::fill(&mut claim, json).map_err(|error| format!("`rest_shared`: {error}"))?;
        }
        known.truncate(KNOWN - 1);
        known.insert(0, (row, claim.clone()));
        Ok(claim)
    }

    fn fill(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        let id = columns.claim_id.get(row).ok_or("the claim has no `claim_id`")?;
        let kind = match columns.claim_type.get(row) {
            Some("professional") => ClaimType::Professional,
            Some("institutional") => ClaimType::Institutional,
            Some("dental") => ClaimType::Dental,
            Some(other) => {
                return Err(format!("`claim_type`: `{other}` is none of professional, institutional, dental"));
            }
            None => return Err("the claim has no `claim_type`".to_owned()),
        };
        self.make_lines(claim, row);
        if let Some(rest) = columns.rest.get(row) {
            rest::fill(claim, rest).map_err(|error| format!("`rest`: {error}"))?;
        }
        claim.claim_type = kind;
        claim.claim_id = Spanned::bare(id.into());
        self.fill_claim(claim, row)?;
        self.fill_parties(claim, row)?;
        self.fill_diagnoses(claim, row)?;
        self.fill_procedures(claim, row)?;
        self.fill_lines(claim, row)
    }

    /// As many empty lines as the row has, for `rest` and the columns to fill.
    fn make_lines(&self, claim: &mut Claim, row: usize) {
        if let Some(lists) = &self.lines {
            let count = lists.of_row(row).len();
            claim.lines.clear();
            claim.lines.reserve_exact(count);
            claim.lines.resize_with(count, ServiceLine::default);
        }
    }

    fn fill_claim(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        claim.frequency = columns.frequency.get(row).and_then(|it| it.chars().next()).map(Spanned::bare);
        claim.type_of_bill = columns.type_of_bill.code(row)?;
        claim.place_of_service = columns.place_of_service.code(row)?;
        claim.dates.statement_from = columns.start.get(row)?;
        claim.dates.statement_through = columns.end.get(row)?;
        claim.admission.date = columns.admission.get(row)?;
        claim.admission.admission_type = columns.admission_type.code(row)?;
        claim.admission.source = columns.admission_source.code(row)?;
        claim.admission.discharge_status = columns.discharge_status.code(row)?;
        claim.billed_drg = columns.ms_drg.code(row)?;
        if let Some(charge) = columns.charge.money(row) {
            claim.amounts.total_charge = Spanned::bare(charge);
        }
        for code in columns.condition_codes.get(row).unwrap_or_default().split_whitespace() {
            let code = code.parse().map_err(|error| format!("`condition_codes`: {error}"))?;
            claim.condition_codes.push(Spanned::bare(code));
        }
        Ok(())
    }

    fn fill_parties(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        let subscriber = Arc::make_mut(&mut claim.subscriber);
        subscriber.member_id = Spanned::bare(columns.member_id.text(row).unwrap_or_default());
        subscriber.claim_filing_indicator = columns.filing_indicator.text(row).unwrap_or_default();
        if let Some(id) = columns.payer_id.get(row)
            && claim.payer.id != id
        {
            Arc::make_mut(&mut claim.payer).id = id.into();
        }
        let patient = Arc::make_mut(&mut claim.patient);
        patient.birth_date = columns.birth_date.get(row)?;
        patient.sex = match columns.sex.get(row) {
            None => None,
            Some("M" | "male") => Some(Spanned::bare(Sex::Male)),
            Some("F" | "female") => Some(Spanned::bare(Sex::Female)),
            Some("U" | "unknown") => Some(Spanned::bare(Sex::Unknown)),
            Some(other) => return Err(format!("`sex`: `{other}` is none of M, F, U")),
        };
        for word in columns.as_subscriber.get(row).unwrap_or_default().split_whitespace() {
            Same::of(word)?.fill(patient, subscriber);
        }
        self.fill_billing(&mut claim.billing_provider, row)?;
        let rendering = self.claims.rendering_npi.code(row)?;
        let taxonomy = self.claims.rendering_taxonomy.code(row)?;
        provider(&mut claim.providers, ProviderRole::Rendering, rendering, taxonomy);
        let facility = self.claims.facility_npi.code(row)?;
        provider(&mut claim.providers, ProviderRole::ServiceFacility, facility, None);
        Ok(())
    }

    /// Sets what the columns say of the billing provider. Where they say what is known, the claims go on sharing it.
    fn fill_billing(&self, billing: &mut Arc<Provider>, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        let npi = columns.billing_npi.code(row)?;
        let specialty = columns.billing_taxonomy.code(row)?.map(|taxonomy| ProviderSpecialty { taxonomy });
        if (&billing.npi, &billing.specialty) != (&npi, &specialty) {
            let billing = Arc::make_mut(billing);
            (billing.npi, billing.specialty) = (npi, specialty);
        }
        let place = (columns.billing_state.get(row), columns.billing_zip.get(row));
        if place != (None, None) {
            let (state, zip) = (place.0.unwrap_or_default(), place.1.unwrap_or_default());
            let known = billing.address.as_deref().is_some_and(|it| it.state == state && it.postal_code == zip);
            if !known {
                let address = Arc::make_mut(billing).address.get_or_insert_default();
                (address.state, address.postal_code) = (state.into(), zip.into());
            }
        }
        Ok(())
    }

    fn fill_diagnoses(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        claim.diagnoses.reserve_exact(elements(self.diagnoses.as_ref(), row).size_hint().0);
        for (columns, at) in elements(self.diagnoses.as_ref(), row) {
            let code = columns.code.code(at)?.ok_or("a diagnosis has no code")?;
            let role = match columns.role.get(at) {
                Some("principal") => DiagnosisRole::Principal,
                Some("other") => DiagnosisRole::Other,
                Some("admitting") => DiagnosisRole::Admitting,
                Some("reason_for_visit") => DiagnosisRole::ReasonForVisit,
                Some("external_cause") => DiagnosisRole::ExternalCause,
                other => return Err(format!("`diagnoses.role`: `{}` is no role", other.unwrap_or_default())),
            };
            let poa = match columns.poa.get(at) {
                None => None,
                Some(text) => Some(Spanned::bare(
                    Poa::from_bytes(text.as_bytes())
                        .ok_or_else(|| format!("`diagnoses.present_on_admit_code`: `{text}` is none"))?,
                )),
            };
            claim.diagnoses.push(Diagnosis { code, role, poa, icd9: columns.icd9.get(at) });
        }
        Ok(())
    }

    fn fill_procedures(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        for (columns, at) in elements(self.procedures.as_ref(), row) {
            let code = columns.code.code(at)?.ok_or("a procedure has no code")?;
            let coding = match columns.coding.get(at) {
                Some("icd10_pcs") => ProcedureCoding::Icd10Pcs,
                Some("icd9") => ProcedureCoding::Icd9,
                Some("hcpcs") => ProcedureCoding::Hcpcs,
                other => return Err(format!("`procedures.coding`: `{}` is no coding", other.unwrap_or_default())),
            };
            let (principal, date) = (columns.principal.get(at), columns.date.get(at)?);
            claim.procedures.push(Procedure { code, principal, coding, date });
        }
        Ok(())
    }

    fn fill_lines(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let Some(lists) = &self.lines else { return Ok(()) };
        let range = lists.of_row(row);
        // What `rest` says of lines that the row does not have is no line.
        claim.lines.truncate(range.len());
        for (line, at) in claim.lines.iter_mut().zip(range) {
            fill_line(line, &lists.columns, at)?;
        }
        Ok(())
    }
}

/// Sets what the columns say of a provider of the claim or line.
fn provider(
    providers: &mut impl ProviderList,
    role: ProviderRole,
    npi: Option<Spanned<openclaim_claim::Npi>>,
    taxonomy: Option<Spanned<openclaim_claim::Taxonomy>>,
) {
    if npi.is_none() && taxonomy.is_none() {
        return;
    }
    let provider = providers.of_role(role);
    if npi.is_some() {
        provider.npi = npi;
    }
    if let Some(taxonomy) = taxonomy {
        provider.specialty = Some(ProviderSpecialty { taxonomy });
    }
}

/// Claims and lines keep their providers in lists of different types.
trait ProviderList {
    fn of_role(&mut self, role: ProviderRole) -> &mut Provider;
}

impl ProviderList for Vec<Provider> {
    fn of_role(&mut self, role: ProviderRole) -> &mut Provider {
        let at = self.iter().position(|provider| provider.role == role).unwrap_or_else(|| {
            self.push(Provider::new(role));
            self.len() - 1
        });
        &mut self[at]
    }
}

impl ProviderList for openclaim_claim::List<Provider> {
    fn of_role(&mut self, role: ProviderRole) -> &mut Provider {
        let at = self.iter().position(|provider| provider.role == role).unwrap_or_else(|| {
            self.push(Provider::new(role));
            self.len() - 1
        });
        &mut self[at]
    }
}

fn fill_line(line: &mut ServiceLine, columns: &LineColumns, at: usize) -> Result<(), String> {
    line.number = columns.number.get(at).ok_or("a line has no `claim_line_number`")?;
    line.dates.from = columns.start.get(at)?;
    line.dates.through = columns.end.get(at)?;
    line.revenue_code = columns.revenue_code.code(at)?;
    line.hcpcs = columns.hcpcs.code(at)?;
    // Tables of other producers know no qualifier: their codes are HCPCS codes.
    let qualifier = columns.qualifier.get(at).or(line.hcpcs.is_some().then_some("HC"));
    line.code_qualifier = qualifier.map(Text::from).unwrap_or_default();
    for modifier in [&columns.modifier_1, &columns.modifier_2, &columns.modifier_3, &columns.modifier_4] {
        if let Some(modifier) = modifier.code(at)? {
            line.modifiers.push(modifier);
        }
    }
    if let Some(thousandths) = columns.units.get(at) {
        line.units = Some(Spanned::bare(quantity_of(thousandths)));
    }
    line.unit = match columns.unit.get(at) {
        None | Some("UN") => Unit::Units,
        Some("MJ") => Unit::Minutes,
        Some("DA") => Unit::Days,
        Some(_) => Unit::Other,
    };
    if let Some(charge) = columns.charge.money(at) {
        line.charge = Spanned::bare(charge);
    }
    line.place_of_service = columns.place_of_service.code(at)?;
    for pointer in columns.pointers.get(at).unwrap_or_default().split_whitespace() {
        let pointer = pointer.parse().map_err(|_| format!("`diagnosis_pointers`: `{pointer}` is no number"))?;
        line.diagnosis_pointers.push(Spanned::bare(pointer));
    }
    provider(&mut line.providers, ProviderRole::Rendering, columns.rendering_npi.code(at)?, None);
    Ok(())
}
