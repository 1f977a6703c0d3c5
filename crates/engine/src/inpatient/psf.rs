//! Hospitals from the imported inpatient provider-specific file.

use super::not_evaluated;
use openclaim_claim::{Date, Decimal, NotEvaluated, NotEvaluatedReason, Text};
use openclaim_pricer::ipps::Provider;
use openclaim_reference::relation::{Relation, Row};
use openclaim_reference::{Day, Library, Lookup};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const TABLE: &str = "psf/inpatient";

/// The row of a hospital that took effect last by a day. `None` when no file is imported or it lacks the hospital.
///
/// # Errors
/// [`NotEvaluated`] when the file is damaged, or a number of the row does not fit its field.
pub(super) fn find(
    library: &Library,
    by_npi: &Mutex<HashMap<String, Arc<HashMap<Text, Text>>>>,
    ccn: Option<&str>,
    npi: Option<&str>,
    date: Date,
    known_at: Option<Date>,
) -> Result<Option<Provider>, NotEvaluated> {
    let (relation, release) = match library.relation(TABLE, date, known_at) {
        Lookup::Found { table, release } => (table, release),
        Lookup::Damaged { problem } => return Err(not_evaluated(NotEvaluatedReason::MissingTable, problem, None)),
        Lookup::NoRelease | Lookup::OutsideCoverage { .. } | Lookup::NotYetPublished { .. } => return Ok(None),
    };
    let listed = npi.and_then(|npi| numbers(by_npi, release.file_name(), relation).get(npi).cloned());
    let Some(ccn) = ccn.map(Text::from).or(listed) else { return Ok(None) };
    let day = Day::from(date);
    let begun = relation.rows_of(&ccn).filter(|row| row.period().0.is_none_or(|from| from <= day));
    let Some(row) = begun.max_by_key(|row| row.period().0) else { return Ok(None) };
    let provider = Fields { relation, row }.provider(&ccn);
    provider.normalized().map(Some).map_err(|error| {
        let detail = format!("the provider-specific file's row of {ccn}: {error}");
        not_evaluated(NotEvaluatedReason::MissingElement, detail, None)
    })
}

/// Certification numbers by NPI, read once of every release.
fn numbers(
    by_npi: &Mutex<HashMap<String, Arc<HashMap<Text, Text>>>>,
    release: &str,
    relation: &Relation,
) -> Arc<HashMap<Text, Text>> {
    let mut known = by_npi.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(numbers) = known.get(release) {
        return Arc::clone(numbers);
    }
    let pair = |row: Row<'_>| {
        let fields = Fields { relation, row };
        Some((fields.text("npi")?, fields.text("ccn")?))
    };
    let numbers: Arc<HashMap<Text, Text>> = Arc::new(relation.rows().filter_map(pair).collect());
    known.insert(release.to_owned(), Arc::clone(&numbers));
    numbers
}

struct Fields<'a> {
    relation: &'a Relation,
    row: Row<'a>,
}

impl Fields<'_> {
    /// A code, flag or text that is filled.
    fn text(&self, column: &str) -> Option<Text> {
        let text = self.row.cell(self.relation.column(column)?).to_string();
        let text = text.trim();
        (!text.is_empty()).then(|| text.into())
    }

    fn number(&self, column: &str) -> Decimal {
        let fixed = self.relation.column(column).and_then(|at| self.row.decimal(at));
        fixed.map_or(Decimal::ZERO, |fixed| Decimal::new(fixed.unscaled, u32::from(fixed.scale)))
    }

    fn is(&self, column: &str, value: &str) -> bool {
        self.text(column).is_some_and(|text| text == value)
    }

    /// `Some(true)` and `Some(false)` for the two values, `None` for others and blank.
    fn either(&self, column: &str, yes: &str, no: &str) -> Option<bool> {
        match self.text(column) {
            Some(text) if text == yes => Some(true),
            Some(text) if text == no => Some(false),
            _ => None,
        }
    }

    fn provider(&self, ccn: &str) -> Provider {
        let letter = |column: &str| self.text(column).and_then(|text| text.chars().next());
        let day = |column: &str| self.relation.column(column).and_then(|at| self.row.day(at)).and_then(Day::to_date);
        let state = self.text("state_code").unwrap_or_else(|| ccn.get(..2).unwrap_or_default().into());
        let cbsa = self.text("cbsa_geographic").unwrap_or_default();
        let beds = self.relation.column("beds").and_then(|at| self.row.int(at));
        let hrr = self.either("hrr_participant", "1", "0");
        let prior = self.is("supplemental_flag", "1").then(|| self.number("supplemental_wage_index"));
        Provider {
            provider_type: self.text("provider_type").unwrap_or_default(),
            effective: day("from"),
            terminated: day("terminated"),
            waiver: self.is("waiver", "Y"),
            wage_index_cbsa: self.text("cbsa_wage_index"),
            standardized_cbsa: self.text("cbsa_standardized"),
            special_payment: letter("special_payment"),
            special_wage_index: Some(self.number("special_wage_index")),
            prior_wage_index: prior,
            county: self.text("county_code"),
            beds: beds.and_then(|beds| u32::try_from(beds).ok()).unwrap_or(0),
            interns_to_beds: self.number("interns_to_beds"),
            operating_ccr: self.number("operating_ccr"),
            capital_ccr: self.number("capital_ccr"),
            ssi_ratio: self.number("ssi_ratio"),
            medicaid_ratio: self.number("medicaid_ratio"),
            hospital_specific_rate: self.number("facility_specific_rate"),
            cola: Some(self.number("cost_of_living")).filter(|cola| !cola.is_zero()).unwrap_or(Decimal::ONE),
            vbp: self.either("vbp_participant", "Y", "N"),
            vbp_factor: self.number("vbp_adjustment"),
            hrr,
            hrr_factor: self.number("hrr_adjustment"),
            hac: self.is("hac_participant", "Y"),
            ehr: match self.text("ehr_reduction").as_deref() {
                None => Some(false),
                Some("Y") => Some(true),
                Some(_) => None,
            },
            uncompensated_care: self.number("uncompensated_care"),
            low_volume: self.is("temporary_relief", "Y"),
            low_volume_factor: self.number("low_volume_adjustment"),
            quality: self.is("quality_indicator", "1"),
            capital_ime_ratio: self.number("capital_ime_ratio"),
            capital_payment_code: letter("capital_payment_code").unwrap_or(' '),
            capital_new_hospital: self.is("new_hospital", "Y"),
            ..Provider::new(ccn, cbsa, state)
        }
    }
}
