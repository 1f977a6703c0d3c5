//! Rows of a flat table to claims: rows of one claim stand together.

use super::super::quarantine::Refused;
use super::{ColumnMap, NUMBERED};
use crate::ColumnarError;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::DataType;
use openclaim_claim::{
    Claim, ClaimType, Date, Diagnosis, DiagnosisRole, Money, Npi, Poa, Procedure, ProcedureCoding, Provider,
    ProviderRole, ServiceLine, Sex, Spanned, Text,
};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// A claim, or why its rows are none.
pub(in super::super) type FlatClaim = Result<Box<Claim>, Refused>;

const FIXED: [&str; 35] = [
    "claim_id",
    "claim_line_number",
    "claim_type",
    "member_id",
    "person_id",
    "payer",
    "claim_start_date",
    "claim_end_date",
    "claim_line_start_date",
    "claim_line_end_date",
    "admission_date",
    "admit_source_code",
    "admit_type_code",
    "discharge_disposition_code",
    "place_of_service_code",
    "bill_type_code",
    "drg_code",
    "ms_drg_code",
    "revenue_center_code",
    "service_unit_quantity",
    "hcpcs_code",
    "hcpcs_modifier_1",
    "hcpcs_modifier_2",
    "hcpcs_modifier_3",
    "hcpcs_modifier_4",
    "rendering_npi",
    "billing_npi",
    "facility_npi",
    "charge_amount",
    "diagnosis_code_type",
    "procedure_code_type",
    "birth_date",
    "sex",
    "billing_state",
    "billing_zip_code",
];

/// Every column that is read.
pub(super) fn columns() -> Vec<String> {
    let mut names: Vec<String> = FIXED.iter().map(|name| (*name).to_owned()).collect();
    for prefix in ["diagnosis_code_", "diagnosis_poa_", "procedure_code_", "procedure_date_"] {
        names.extend((1..=NUMBERED).map(|number| format!("{prefix}{number}")));
    }
    names
}

/// Whether the first line of a text names the columns of a flat table.
pub(in super::super) fn is_flat(head: &[u8], map: &ColumnMap) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let names: Vec<&str> = line.trim_end().split(',').map(|name| name.trim().trim_matches('"')).collect();
    names.contains(&map.name("claim_id")) && names.contains(&map.name("claim_line_number"))
}

/// The columns of a batch as texts.
pub(in super::super) fn texts(batch: &RecordBatch) -> Result<(Vec<StringArray>, usize), ColumnarError> {
    let schema = batch.schema_ref();
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        let text = cast(column, &DataType::Utf8).map_err(|_| ColumnarError::WrongType {
            column: field.name().clone(),
            found: field.data_type().to_string(),
            expected: "text".to_owned(),
        })?;
        Ok(text.as_string::<i32>().clone())
    });
    Ok((columns.collect::<Result<_, ColumnarError>>()?, batch.num_rows()))
}

/// A cell of a column of texts.
pub(in super::super) fn cell(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row)).filter(|text| !text.is_empty())
}

/// Puts rows together to claims.
pub(in super::super) struct Grouper {
    /// Position of every column of [`columns`] in the table.
    at: Vec<Option<usize>>,
    names: Vec<String>,
    /// Cells of the current row, in the order of [`columns`].
    cells: Vec<Option<String>>,
    current: Option<(String, FlatClaim)>,
    row: u64,
}

impl Grouper {
    pub(in super::super) fn new(header: impl Iterator<Item = String>, map: &ColumnMap) -> Self {
        let header: Vec<String> = header.map(|name| name.trim().to_owned()).collect();
        let names = columns();
        let at = names.iter().map(|name| header.iter().position(|known| known == map.name(name))).collect();
        Self { at, cells: vec![None; names.len()], names, current: None, row: 0 }
    }

    /// A column that must be there and is not.
    pub(in super::super) fn missing(&self) -> Option<&'static str> {
        ["claim_id", "claim_line_number", "claim_type"].into_iter().find(|name| self.position(name).is_none())
    }

    fn position(&self, name: &str) -> Option<usize> {
        let column = self.names.iter().position(|known| known == name)?;
        self.at.get(column).copied().flatten()
    }

    /// Adds a row; gives the claim before it when the row begins another one.
    pub(in super::super) fn push<'c>(&mut self, cells: impl Iterator<Item = Option<&'c str>>) -> Option<FlatClaim> {
        let row: Vec<Option<&str>> = cells.collect();
        for (cell, at) in self.cells.iter_mut().zip(&self.at) {
            let value = at.and_then(|at| row.get(at).copied().flatten()).map(str::trim);
            *cell = value.filter(|text| !text.is_empty()).map(str::to_owned);
        }
        let number = self.row;
        self.row += 1;
        let Some(id) = self.text("claim_id").map(str::to_owned) else {
            let before = self.finish();
            let refused = self.refused(number, None, "the row has no `claim_id`".to_owned());
            self.current = Some((String::new(), Err(refused)));
            return before;
        };
        let begins = self.current.as_ref().is_none_or(|(known, _)| *known != id);
        let before = if begins { self.finish() } else { None };
        if begins {
            let claim = self.begin(&id).map_err(|problem| self.refused(number, Some(&id), problem));
            self.current = Some((id.clone(), claim));
        }
        if let Some((_, Ok(_))) = &self.current {
            match self.line() {
                Ok(line) => {
                    if let Some((_, Ok(claim))) = &mut self.current {
                        claim.amounts.total_charge = Spanned::bare(Money::from_cents(
                            claim.amounts.total_charge.cents().saturating_add(line.charge.cents()),
                        ));
                        claim.lines.push(line);
                    }
                }
                Err(problem) => self.current = Some((id.clone(), Err(self.refused(number, Some(&id), problem)))),
            }
        }
        before
    }

    /// Adds a row that cannot be read as text; gives the claim before it.
    pub(in super::super) fn unreadable(&mut self, problem: String) -> Option<FlatClaim> {
        let refused = self.refused(self.row, None, problem);
        self.row += 1;
        let before = self.finish();
        self.current = Some((String::new(), Err(refused)));
        before
    }

    /// The last claim.
    pub(in super::super) fn finish(&mut self) -> Option<FlatClaim> {
        self.current.take().map(|(_, claim)| claim)
    }

    fn refused(&self, row: u64, claim_id: Option<&str>, problem: String) -> Refused {
        Refused {
            input: 0,
            kind: "row",
            position: Some(row),
            claim_id: claim_id.map(str::to_owned),
            code: "invalid_row".to_owned(),
            problem,
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        let at = self.names.iter().position(|known| known == name)?;
        self.cells.get(at)?.as_deref()
    }

    fn code<T: FromStr>(&self, name: &str) -> Result<Option<Spanned<T>>, String>
    where
        T::Err: Display,
    {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(|code| Some(Spanned::bare(code))).map_err(|error: T::Err| format!("`{name}`: {error}"))
    }

    fn date(&self, name: &str) -> Result<Option<Spanned<Date>>, String> {
        let Some(text) = self.text(name) else { return Ok(None) };
        // A time of day, as other tools write it behind a date, says nothing.
        let day = text.split([' ', 'T']).next().unwrap_or_default();
        let parsed = day.parse::<Date>().or_else(|_| Date::strptime("%Y%m%d", day));
        parsed.map(|date| Some(Spanned::bare(date))).map_err(|_| format!("`{name}`: `{text}` is no date"))
    }

    fn begin(&self, id: &str) -> Result<Box<Claim>, String> {
        let kind = match self.text("claim_type") {
            Some("professional") => ClaimType::Professional,
            Some("institutional") => ClaimType::Institutional,
            Some("dental") => ClaimType::Dental,
            other => {
                let other = other.unwrap_or_default();
                return Err(format!("`claim_type`: `{other}` is none of professional, institutional, dental"));
            }
        };
        let mut claim = Box::new(Claim::new(kind));
        claim.claim_id = Spanned::bare(id.into());
        claim.type_of_bill = self.code("bill_type_code")?;
        claim.frequency = claim.type_of_bill.map(|bill| Spanned::bare(bill.frequency()));
        claim.place_of_service = self.code("place_of_service_code")?;
        claim.dates.statement_from = self.date("claim_start_date")?;
        claim.dates.statement_through = self.date("claim_end_date")?;
        claim.admission.date = self.date("admission_date")?;
        claim.admission.admission_type = self.code("admit_type_code")?;
        claim.admission.source = self.code("admit_source_code")?;
        claim.admission.discharge_status = self.code("discharge_disposition_code")?;
        let drg = if self.text("drg_code").is_some() { "drg_code" } else { "ms_drg_code" };
        claim.billed_drg = self.code(drg)?;
        let member = self.text("member_id").or_else(|| self.text("person_id")).unwrap_or_default();
        Arc::make_mut(&mut claim.subscriber).member_id = Spanned::bare(Text::from(member));
        let payer = Arc::make_mut(&mut claim.payer);
        payer.name = self.text("payer").map(Text::from).unwrap_or_default();
        let patient = Arc::make_mut(&mut claim.patient);
        patient.relationship.0 = Text::const_new("18");
        patient.birth_date = self.date("birth_date")?;
        patient.sex = match self.text("sex").map(str::to_ascii_lowercase).as_deref() {
            None => None,
            Some("m" | "male") => Some(Spanned::bare(Sex::Male)),
            Some("f" | "female") => Some(Spanned::bare(Sex::Female)),
            Some("u" | "unknown") => Some(Spanned::bare(Sex::Unknown)),
            Some(other) => return Err(format!("`sex`: `{other}` is none of male, female, unknown")),
        };
        let billing = Arc::make_mut(&mut claim.billing_provider);
        billing.npi = self.code("billing_npi")?;
        if let (state, zip @ Some(_)) | (state @ Some(_), zip) =
            (self.text("billing_state"), self.text("billing_zip_code"))
        {
            let address = billing.address.get_or_insert_default();
            address.state = state.map(Text::from).unwrap_or_default();
            address.postal_code = zip.map(Text::from).unwrap_or_default();
        }
        if let Some(npi) = self.code::<Npi>("facility_npi")? {
            claim.providers.push(Provider { npi: Some(npi), ..Provider::new(ProviderRole::ServiceFacility) });
        }
        self.diagnoses(&mut claim)?;
        self.procedures(&mut claim)?;
        Ok(claim)
    }

    fn diagnoses(&self, claim: &mut Claim) -> Result<(), String> {
        let icd9 = self.text("diagnosis_code_type").is_some_and(|kind| kind.eq_ignore_ascii_case("icd-9-cm"));
        for number in 1..=NUMBERED {
            let Some(code) = self.code(&format!("diagnosis_code_{number}"))? else { continue };
            let role = if number == 1 { DiagnosisRole::Principal } else { DiagnosisRole::Other };
            let poa = match self.text(&format!("diagnosis_poa_{number}")) {
                None => None,
                Some(text) => Some(Spanned::bare(
                    Poa::from_bytes(text.as_bytes())
                        .ok_or_else(|| format!("`diagnosis_poa_{number}`: `{text}` is no indicator"))?,
                )),
            };
            claim.diagnoses.push(Diagnosis { code, role, poa, icd9 });
        }
        Ok(())
    }

    fn procedures(&self, claim: &mut Claim) -> Result<(), String> {
        let coding = match self.text("procedure_code_type").map(str::to_ascii_lowercase).as_deref() {
            Some("icd-9-pcs" | "icd-9-cm") => ProcedureCoding::Icd9,
            _ => ProcedureCoding::Icd10Pcs,
        };
        for number in 1..=NUMBERED {
            let Some(code) = self.code(&format!("procedure_code_{number}"))? else { continue };
            let date = self.date(&format!("procedure_date_{number}"))?;
            claim.procedures.push(Procedure { code, principal: number == 1, coding, date });
        }
        Ok(())
    }

    fn line(&self) -> Result<ServiceLine, String> {
        let number = self.text("claim_line_number").ok_or("a row has no `claim_line_number`")?;
        let number = number.parse().map_err(|_| format!("`claim_line_number`: `{number}` is no number"))?;
        let mut line = ServiceLine::new(number);
        line.dates.from = self.date("claim_line_start_date")?;
        line.dates.through = self.date("claim_line_end_date")?.or(line.dates.from);
        line.revenue_code = self.code("revenue_center_code")?;
        line.hcpcs = self.code("hcpcs_code")?;
        if line.hcpcs.is_some() {
            line.code_qualifier = Text::const_new("HC");
        }
        for position in 1..=4 {
            if let Some(modifier) = self.code(&format!("hcpcs_modifier_{position}"))? {
                line.modifiers.push(modifier);
            }
        }
        line.units = self.code("service_unit_quantity")?;
        if let Some(charge) = self.text("charge_amount") {
            let amount = Money::parse_bytes(charge.as_bytes()).map_err(|error| format!("`charge_amount`: {error}"))?;
            line.charge = Spanned::bare(amount);
        }
        if let Some(npi) = self.code::<Npi>("rendering_npi")? {
            line.providers.push(Provider { npi: Some(npi), ..Provider::new(ProviderRole::Rendering) });
        }
        Ok(line)
    }
}
