//! What each record says of its service line.

use super::FileKind;
use super::claim::is_icd9;
use super::row::Row;
use openclaim_claim::{
    Claim, Diagnosis, DiagnosisCode, DiagnosisRole, DrugDetail, EntityKind, ExternalReference, HcpcsCode, Identifier,
    Modifier, Ndc, Provider, ProviderRole, RevenueCode, ServiceLine, Spanned, Text, Unit,
};

pub(super) fn read(kind: FileKind, claim: &mut Claim, row: &mut Row<'_>) {
    let layout = row.layout;
    let position = u32::try_from(claim.lines.len() + 1).unwrap_or(u32::MAX);
    let number = row.text(layout.line_number).and_then(|field| field.text.parse().ok());
    let mut line = ServiceLine::new(number.unwrap_or(position));
    line.span = row.span;
    if let Some(field) = row.text(layout.revenue_code) {
        line.revenue_code = row.code_of::<RevenueCode>(field, &format!("{:0>4}", field.text));
    }
    service(&mut line, row);
    for column in &layout.modifiers {
        line.modifiers.extend(row.code::<Modifier>(*column));
    }
    line.units = row.decimal(layout.units);
    line.unit = Unit::Units;
    line.charge = row.amount(layout.charge).unwrap_or_default();
    line.non_covered = row.amount(layout.non_covered);
    if kind.is_professional() {
        line.dates.from = row.date(layout.first_day);
        line.dates.through = row.date(layout.last_day);
        place(claim, &mut line, row);
        pointer(claim, &mut line, row);
    } else {
        line.dates.from = row.date(layout.revenue_date);
        line.dates.through = line.dates.from;
    }
    drug(&mut line, row);
    rendering(kind, &mut line, row);
    if let Some(clia) = row.text(layout.clia) {
        let value = Spanned::at(clia.text.into(), clia.span);
        line.references.push(ExternalReference { qualifier: Text::const_new("X4"), value });
    }
    claim.lines.push(line);
}

/// The HCPCS code; where there is none, the HIPPS code of a line that has one.
fn service(line: &mut ServiceLine, row: &mut Row<'_>) {
    let layout = row.layout;
    if let Some(code) = row.code::<HcpcsCode>(layout.hcpcs) {
        line.hcpcs = Some(code);
        line.code_qualifier = Text::const_new("HC");
    } else if let Some(field) = row.text(layout.hipps).filter(|field| field.text.len() == 5 && field.text != "00000") {
        // The column holds an APC of four digits, or zeros, on other lines.
        line.hcpcs = row.code_of(field, field.text);
        line.code_qualifier = Text::const_new("HP");
    }
}

fn place(claim: &mut Claim, line: &mut ServiceLine, row: &mut Row<'_>) {
    let place = row.code(row.layout.place);
    if claim.lines.is_empty() {
        claim.place_of_service = place;
    } else if place != claim.place_of_service {
        line.place_of_service = place;
    }
}

/// The files name the diagnosis of a line by its code. One that the claim does not list is added to it.
fn pointer(claim: &mut Claim, line: &mut ServiceLine, row: &mut Row<'_>) {
    let layout = row.layout;
    let Some(code) = row.code::<DiagnosisCode>(layout.line_diagnosis) else { return };
    let position = claim.diagnoses.iter().position(|diagnosis| diagnosis.code == code).unwrap_or_else(|| {
        let icd9 = is_icd9(row, layout.line_diagnosis_version);
        claim.diagnoses.push(Diagnosis { code, role: DiagnosisRole::Other, poa: None, icd9 });
        claim.diagnoses.len() - 1
    });
    if let Ok(pointer) = u8::try_from(position + 1) {
        line.diagnosis_pointers.push(code.map(|_| pointer));
    }
}

fn drug(line: &mut ServiceLine, row: &mut Row<'_>) {
    let layout = row.layout;
    // Fewer digits, or zeros, stand for none.
    let field =
        row.text(layout.ndc).filter(|field| field.text.len() == 11 && field.text.bytes().any(|byte| byte != b'0'));
    let ndc = field.and_then(|field| row.code_of::<Ndc>(field, field.text));
    if ndc.is_some() {
        line.drug = Some(Box::new(DrugDetail {
            ndc,
            quantity: row.decimal(layout.ndc_quantity).map(|quantity| quantity.value),
            unit: row.text(layout.ndc_unit).map_or_else(Text::default, |field| field.text.into()),
            prescription_number: Text::default(),
        }));
    }
}

fn rendering(kind: FileKind, line: &mut ServiceLine, row: &mut Row<'_>) {
    let layout = row.layout;
    let npi = row.npi(layout.rendering_npi);
    let tax_number = row.text(layout.tax_number).filter(|_| kind.is_professional());
    if npi.is_none() && tax_number.is_none() {
        return;
    }
    let mut provider = Provider::new(ProviderRole::Rendering);
    provider.kind = EntityKind::Person;
    provider.span = npi.and_then(|npi| npi.span);
    provider.npi = npi;
    if let Some(number) = tax_number {
        provider.identifiers.push(Identifier { qualifier: Text::const_new("EI"), value: number.text.into() });
    }
    line.providers.push(provider);
}
