//! Rows to claims.

use super::{MODIFIERS, schema};
use crate::ColumnarError;
use crate::build::date_of;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, RecordBatch, StringArray, StructArray, UInt32Array,
};
use arrow_cast::{CastOptions, can_cast_types, cast_with_options};
use arrow_schema::DataType;
use openclaim_claim::{
    Claim, ClaimType, Date, Decimal, Diagnosis, DiagnosisRole, Money, Poa, Procedure, ProcedureCoding, Provider,
    ProviderRole, ProviderSpecialty, ServiceLine, Sex, Spanned, Text, Unit,
};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// Reads the claims of one batch.
#[derive(Debug)]
pub struct NestedReader {
    rows: usize,
    claims: Columns,
    rest: Option<StringArray>,
    diagnoses: Option<Elements>,
    procedures: Option<Elements>,
    lines: Option<Elements>,
}

/// Columns of claims or of the elements of a list, by name, in the types of the schema.
#[derive(Debug)]
struct Columns(Vec<(String, Values)>);

#[derive(Debug)]
enum Values {
    Text(StringArray),
    Date(Date32Array),
    Decimal(Decimal128Array),
    Number(UInt32Array),
    Flag(BooleanArray),
}

/// The elements of a list column.
#[derive(Debug)]
struct Elements {
    offsets: Vec<i32>,
    columns: Columns,
}

fn wrong_type(column: &str, found: &DataType, expected: &DataType) -> ColumnarError {
    ColumnarError::WrongType { column: column.to_owned(), found: found.to_string(), expected: expected.to_string() }
}

/// The array in the type of the schema. Values that do not convert are an error, never silently null.
fn converted(column: &str, array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef, ColumnarError> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    if !can_cast_types(array.data_type(), wanted) {
        return Err(wrong_type(column, array.data_type(), wanted));
    }
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, wanted, &options).map_err(|_| wrong_type(column, array.data_type(), wanted))
}

fn values(column: &str, array: &ArrayRef, wanted: &DataType) -> Result<Values, ColumnarError> {
    let array = converted(column, array, wanted)?;
    Ok(match wanted {
        DataType::Date32 => Values::Date(array.as_primitive::<Date32Type>().clone()),
        DataType::Decimal128(..) => Values::Decimal(array.as_primitive::<Decimal128Type>().clone()),
        DataType::UInt32 => Values::Number(array.as_primitive::<UInt32Type>().clone()),
        DataType::Boolean => Values::Flag(array.as_boolean().clone()),
        _ => Values::Text(array.as_string::<i32>().clone()),
    })
}

impl Columns {
    fn get(&self, name: &str) -> Option<&Values> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, values)| values)
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        match self.get(name)? {
            Values::Text(array) if array.is_valid(row) => Some(array.value(row)).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    fn code<T: FromStr>(&self, name: &'static str, row: usize) -> Result<Option<Spanned<T>>, String>
    where
        T::Err: Display,
    {
        let Some(text) = self.text(name, row) else { return Ok(None) };
        text.parse().map(|code| Some(Spanned::bare(code))).map_err(|error: T::Err| format!("`{name}`: {error}"))
    }

    fn date(&self, name: &str, row: usize) -> Result<Option<Spanned<Date>>, String> {
        match self.get(name) {
            Some(Values::Date(array)) if array.is_valid(row) => {
                let days = array.value(row);
                let date = date_of(days).ok_or_else(|| format!("`{name}`: day {days} is no date"))?;
                Ok(Some(Spanned::bare(date)))
            }
            _ => Ok(None),
        }
    }

    fn decimal(&self, name: &str, row: usize) -> Option<i128> {
        match self.get(name)? {
            Values::Decimal(array) if array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }

    fn money(&self, name: &str, row: usize) -> Option<Money> {
        self.decimal(name, row).and_then(|cents| i64::try_from(cents).ok()).map(Money::from_cents)
    }

    fn number(&self, name: &str, row: usize) -> Option<u32> {
        match self.get(name)? {
            Values::Number(array) if array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }

    fn flag(&self, name: &str, row: usize) -> bool {
        matches!(self.get(name), Some(Values::Flag(array)) if array.is_valid(row) && array.value(row))
    }
}

impl Elements {
    fn of(column: &str, array: &ArrayRef, wanted: &DataType) -> Result<Self, ColumnarError> {
        let wrong = || wrong_type(column, array.data_type(), wanted);
        // Lists come in several layouts; the elements are converted one column at a time, by name.
        let list = match array.data_type() {
            DataType::List(_) => Arc::clone(array),
            DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                converted(column, array, &DataType::List(Arc::clone(item)))?
            }
            _ => return Err(wrong()),
        };
        let list = list.as_list::<i32>();
        let elements: &StructArray = list.values().as_struct_opt().ok_or_else(wrong)?;
        let DataType::List(item) = wanted else { return Err(wrong()) };
        let DataType::Struct(fields) = item.data_type() else { return Err(wrong()) };
        let mut columns = Vec::new();
        for field in fields {
            match elements.column_by_name(field.name()) {
                Some(array) => {
                    let name = format!("{column}.{}", field.name());
                    columns.push((field.name().clone(), values(&name, array, field.data_type())?));
                }
                None if field.is_nullable() || matches!(field.data_type(), DataType::Boolean) => {}
                None => return Err(ColumnarError::MissingColumn(required_name(field.name()))),
            }
        }
        Ok(Self { offsets: list.value_offsets().to_vec(), columns: Columns(columns) })
    }

    /// The elements of a row.
    fn of_row(&self, row: usize) -> std::ops::Range<usize> {
        let at = |row: usize| self.offsets.get(row).and_then(|&offset| usize::try_from(offset).ok()).unwrap_or(0);
        at(row)..at(row + 1)
    }
}

/// The name of a column that must be there, for errors.
fn required_name(name: &str) -> &'static str {
    match name {
        "claim_line_number" => "lines.claim_line_number",
        "role" => "diagnoses.role",
        "coding" => "procedures.coding",
        "claim_type" => "claim_type",
        "claim_id" => "claim_id",
        _ => "code",
    }
}

impl NestedReader {
    /// Finds the columns of a batch. Columns that it lacks are null, but for `claim_id` and `claim_type`; columns that the
    /// schema does not know are ignored.
    ///
    /// # Errors
    /// [`ColumnarError::MissingColumn`], [`ColumnarError::WrongType`].
    pub fn new(batch: &RecordBatch) -> Result<Self, ColumnarError> {
        let mut reader = Self {
            rows: batch.num_rows(),
            claims: Columns(Vec::new()),
            rest: None,
            diagnoses: None,
            procedures: None,
            lines: None,
        };
        for field in schema().fields() {
            let name = field.name().as_str();
            let Some(array) = batch.column_by_name(name) else {
                if field.is_nullable() || matches!(field.data_type(), DataType::List(_)) {
                    continue;
                }
                return Err(ColumnarError::MissingColumn(required_name(name)));
            };
            match name {
                "diagnoses" => reader.diagnoses = Some(Elements::of(name, array, field.data_type())?),
                "procedures" => reader.procedures = Some(Elements::of(name, array, field.data_type())?),
                "lines" => reader.lines = Some(Elements::of(name, array, field.data_type())?),
                "rest" => reader.rest = Some(converted(name, array, field.data_type())?.as_string::<i32>().clone()),
                _ => reader.claims.0.push((name.to_owned(), values(name, array, field.data_type())?)),
            }
        }
        Ok(reader)
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
        self.read(row).map_err(|problem| ColumnarError::Row { row, problem })
    }

    /// The claims of all rows.
    pub fn claims(&self) -> impl Iterator<Item = Result<Claim, ColumnarError>> + '_ {
        (0..self.rows).map(|row| self.claim(row))
    }

    /// What identifies a row that cannot be read, as far as it can be told.
    #[must_use]
    pub fn claim_id(&self, row: usize) -> Option<&str> {
        self.claims.text("claim_id", row)
    }

    fn read(&self, row: usize) -> Result<Claim, String> {
        let columns = &self.claims;
        let id = columns.text("claim_id", row).ok_or("the claim has no `claim_id`")?;
        let kind = match columns.text("claim_type", row) {
            Some("professional") => ClaimType::Professional,
            Some("institutional") => ClaimType::Institutional,
            Some("dental") => ClaimType::Dental,
            Some(other) => {
                return Err(format!("`claim_type`: `{other}` is none of professional, institutional, dental"));
            }
            None => return Err("the claim has no `claim_type`".to_owned()),
        };
        let mut claim = match self.rest.as_ref().filter(|rest| rest.is_valid(row)).map(|rest| rest.value(row)) {
            Some(rest) => serde_json::from_str(rest).map_err(|error| format!("`rest`: {error}"))?,
            None => Claim::new(kind),
        };
        claim.claim_type = kind;
        claim.claim_id = Spanned::bare(id.into());
        self.fill_claim(&mut claim, row)?;
        self.fill_parties(&mut claim, row)?;
        self.fill_diagnoses(&mut claim, row)?;
        self.fill_procedures(&mut claim, row)?;
        self.fill_lines(&mut claim, row)?;
        Ok(claim)
    }

    fn fill_claim(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        claim.frequency = columns.text("claim_frequency_code", row).and_then(|it| it.chars().next()).map(Spanned::bare);
        claim.type_of_bill = columns.code("bill_type_code", row)?;
        claim.place_of_service = columns.code("place_of_service_code", row)?;
        claim.dates.statement_from = columns.date("claim_start_date", row)?;
        claim.dates.statement_through = columns.date("claim_end_date", row)?;
        claim.admission.date = columns.date("admission_date", row)?;
        claim.admission.admission_type = columns.code("admit_type_code", row)?;
        claim.admission.source = columns.code("admit_source_code", row)?;
        claim.admission.discharge_status = columns.code("discharge_disposition_code", row)?;
        claim.billed_drg = columns.code("ms_drg_code", row)?;
        if let Some(charge) = columns.money("charge_amount", row) {
            claim.amounts.total_charge = Spanned::bare(charge);
        }
        for code in columns.text("condition_codes", row).unwrap_or_default().split_whitespace() {
            let code = code.parse().map_err(|error| format!("`condition_codes`: {error}"))?;
            claim.condition_codes.push(Spanned::bare(code));
        }
        Ok(())
    }

    fn fill_parties(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let columns = &self.claims;
        let text = |name| columns.text(name, row).map(Text::from);
        let subscriber = Arc::make_mut(&mut claim.subscriber);
        subscriber.member_id = Spanned::bare(text("member_id").unwrap_or_default());
        subscriber.claim_filing_indicator = text("claim_filing_indicator_code").unwrap_or_default();
        if let Some(id) = text("payer_id") {
            Arc::make_mut(&mut claim.payer).id = id;
        }
        let patient = Arc::make_mut(&mut claim.patient);
        patient.birth_date = columns.date("birth_date", row)?;
        patient.sex = match columns.text("sex", row) {
            None => None,
            Some("M" | "male") => Some(Spanned::bare(Sex::Male)),
            Some("F" | "female") => Some(Spanned::bare(Sex::Female)),
            Some("U" | "unknown") => Some(Spanned::bare(Sex::Unknown)),
            Some(other) => return Err(format!("`sex`: `{other}` is none of M, F, U")),
        };
        let billing = Arc::make_mut(&mut claim.billing_provider);
        billing.npi = columns.code("billing_npi", row)?;
        billing.specialty = columns.code("billing_taxonomy_code", row)?.map(|taxonomy| ProviderSpecialty { taxonomy });
        let (state, zip) = (text("billing_state"), text("billing_zip_code"));
        if state.is_some() || zip.is_some() {
            let address = billing.address.get_or_insert_default();
            address.state = state.unwrap_or_default();
            address.postal_code = zip.unwrap_or_default();
        }
        let rendering = self.claims.code("rendering_npi", row)?;
        let taxonomy = self.claims.code("rendering_taxonomy_code", row)?;
        provider(&mut claim.providers, ProviderRole::Rendering, rendering, taxonomy);
        let facility = self.claims.code("facility_npi", row)?;
        provider(&mut claim.providers, ProviderRole::ServiceFacility, facility, None);
        Ok(())
    }

    fn fill_diagnoses(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let Some(Elements { columns, .. }) = &self.diagnoses else { return Ok(()) };
        for at in self.diagnoses.iter().flat_map(|list| list.of_row(row)) {
            let code = columns.code("code", at)?.ok_or("a diagnosis has no code")?;
            let role = match columns.text("role", at) {
                Some("principal") => DiagnosisRole::Principal,
                Some("other") => DiagnosisRole::Other,
                Some("admitting") => DiagnosisRole::Admitting,
                Some("reason_for_visit") => DiagnosisRole::ReasonForVisit,
                Some("external_cause") => DiagnosisRole::ExternalCause,
                other => return Err(format!("`diagnoses.role`: `{}` is no role", other.unwrap_or_default())),
            };
            let poa = match columns.text("present_on_admit_code", at) {
                None => None,
                Some(text) => Some(Spanned::bare(
                    Poa::from_bytes(text.as_bytes())
                        .ok_or_else(|| format!("`diagnoses.present_on_admit_code`: `{text}` is none"))?,
                )),
            };
            claim.diagnoses.push(Diagnosis { code, role, poa, icd9: columns.flag("icd9", at) });
        }
        Ok(())
    }

    fn fill_procedures(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let Some(Elements { columns, .. }) = &self.procedures else { return Ok(()) };
        for at in self.procedures.iter().flat_map(|list| list.of_row(row)) {
            let code = columns.code("code", at)?.ok_or("a procedure has no code")?;
            let coding = match columns.text("coding", at) {
                Some("icd10_pcs") => ProcedureCoding::Icd10Pcs,
                Some("icd9") => ProcedureCoding::Icd9,
                Some("hcpcs") => ProcedureCoding::Hcpcs,
                other => return Err(format!("`procedures.coding`: `{}` is no coding", other.unwrap_or_default())),
            };
            let (principal, date) = (columns.flag("principal", at), columns.date("date", at)?);
            claim.procedures.push(Procedure { code, principal, coding, date });
        }
        Ok(())
    }

    fn fill_lines(&self, claim: &mut Claim, row: usize) -> Result<(), String> {
        let Some(lists) = &self.lines else { return Ok(()) };
        let range = lists.of_row(row);
        claim.lines.resize_with(range.len(), ServiceLine::default);
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

fn fill_line(line: &mut ServiceLine, columns: &Columns, at: usize) -> Result<(), String> {
    line.number = columns.number("claim_line_number", at).ok_or("a line has no `claim_line_number`")?;
    line.dates.from = columns.date("claim_line_start_date", at)?;
    line.dates.through = columns.date("claim_line_end_date", at)?;
    line.revenue_code = columns.code("revenue_center_code", at)?;
    line.hcpcs = columns.code("hcpcs_code", at)?;
    // Tables of other producers know no qualifier: their codes are HCPCS codes.
    let qualifier = columns.text("hcpcs_qualifier", at).or(line.hcpcs.is_some().then_some("HC"));
    line.code_qualifier = qualifier.map(Text::from).unwrap_or_default();
    for name in MODIFIERS {
        if let Some(modifier) = columns.code(name, at)? {
            line.modifiers.push(modifier);
        }
    }
    if let Some(thousandths) = columns.decimal("service_unit_quantity", at) {
        line.units = Some(Spanned::bare(Decimal::from_i128_with_scale(thousandths, 3).normalize()));
    }
    line.unit = match columns.text("service_unit_code", at) {
        None | Some("UN") => Unit::Units,
        Some("MJ") => Unit::Minutes,
        Some("DA") => Unit::Days,
        Some(_) => Unit::Other,
    };
    if let Some(charge) = columns.money("charge_amount", at) {
        line.charge = Spanned::bare(charge);
    }
    line.place_of_service = columns.code("place_of_service_code", at)?;
    for pointer in columns.text("diagnosis_pointers", at).unwrap_or_default().split_whitespace() {
        let pointer = pointer.parse().map_err(|_| format!("`diagnosis_pointers`: `{pointer}` is no number"))?;
        line.diagnosis_pointers.push(Spanned::bare(pointer));
    }
    provider(&mut line.providers, ProviderRole::Rendering, columns.code("rendering_npi", at)?, None);
    Ok(())
}
