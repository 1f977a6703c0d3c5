//! Provider data as JSON: the `provider` object of `openclaim price ipps`, and files of such objects.

use openclaim_claim::{Date, Decimal, Text};
use openclaim_pricer::ipps::Provider;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::io::BufRead;

/// A number as JSON number or text, digit for digit as written: it never passes through binary fractions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Box::<RawValue>::deserialize(deserializer)?;
        let text = written.get().trim_matches('"').trim();
        let parsed = text.parse().or_else(|_| Decimal::from_scientific(text));
        parsed.map(Self).map_err(|_| {
            let shown: String = text.chars().take(40).collect();
            D::Error::custom(format!("`{shown}` is not a number"))
        })
    }
}

/// An indicator: `true`/`false`, `"Y"`/`"N"`, `"1"`/`"0"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flag(Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Bool(bool),
            Number(u8),
            Text(String),
        }
        Ok(Self(match Written::deserialize(deserializer)? {
            Written::Bool(flag) => Some(flag),
            Written::Number(number) => [Some(false), Some(true)].get(usize::from(number)).copied().flatten(),
            Written::Text(text) => match text.trim() {
                "Y" | "1" => Some(true),
                "N" | "0" => Some(false),
                _ => None,
            },
        }))
    }
}

/// A hospital as JSON. Keys are those of the reference cases; the optional ones are fields of the provider-specific file.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ProviderRow {
    #[serde(default)]
    pub(crate) prov: Option<String>,
    #[serde(default)]
    pub(crate) npi: Option<String>,
    #[serde(rename = "type")]
    provider_type: String,
    cbsa: String,
    #[serde(default)]
    state: Option<String>,
    bed: u32,
    intern: Number,
    ccr: Number,
    capccr: Number,
    ssi: Number,
    mcaid: Number,
    #[serde(default)]
    cpd: Number,
    #[serde(default)]
    cola: Option<Number>,
    vbp: Flag,
    #[serde(default)]
    vbpadj: Number,
    hrr: Flag,
    #[serde(default)]
    hrradj: Number,
    #[serde(default)]
    hac: Option<String>,
    #[serde(default)]
    ehr: Option<String>,
    unc: Number,
    #[serde(default)]
    lv: Number,
    #[serde(default)]
    temprel: Option<String>,
    qual: String,
    capime: Number,
    /// Prior year's wage index.
    #[serde(default)]
    suppwi: Number,
    /// CBSA of the wage index after reclassification.
    #[serde(default)]
    reclass: Option<String>,
    /// CBSA of the standardized amount.
    #[serde(default)]
    stdcbsa: Option<String>,
    /// Special payment indicator.
    #[serde(default)]
    specpay: Option<String>,
    #[serde(default)]
    specwi: Number,
    #[serde(default)]
    county: Option<String>,
    #[serde(default)]
    effective: Option<Date>,
    #[serde(default)]
    terminated: Option<Date>,
    #[serde(default)]
    waiver: Option<String>,
    /// Capital payment code.
    #[serde(default)]
    capcode: Option<String>,
    /// New hospital for the capital system.
    #[serde(default)]
    newhosp: Option<String>,
}

impl ProviderRow {
    /// The hospital; `bill_ccn` is used where the object names no certification number.
    ///
    /// # Errors
    /// A sentence that names the key at fault.
    pub(crate) fn provider(&self, bill_ccn: Option<&str>) -> Result<Provider, String> {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Text::from);
        let yes = |text: &Option<String>| given(text).is_some_and(|text| text == "Y");
        let first = |text: &Option<String>| given(text).and_then(|text| text.chars().next());
        let ccn = given(&self.prov).or_else(|| bill_ccn.map(Text::from)).unwrap_or_default();
        let state = given(&self.state).unwrap_or_else(|| ccn.get(..2).unwrap_or_default().into());
        let hrr = self.hrr.0;
        Provider {
            provider_type: self.provider_type.trim().into(),
            effective: self.effective,
            terminated: self.terminated,
            waiver: yes(&self.waiver),
            wage_index_cbsa: given(&self.reclass),
            standardized_cbsa: given(&self.stdcbsa),
            special_payment: first(&self.specpay),
            special_wage_index: Some(self.specwi.0),
            prior_wage_index: Some(self.suppwi.0),
            county: given(&self.county),
            beds: self.bed,
            interns_to_beds: self.intern.0,
            operating_ccr: self.ccr.0,
            capital_ccr: self.capccr.0,
            ssi_ratio: self.ssi.0,
            medicaid_ratio: self.mcaid.0,
            hospital_specific_rate: self.cpd.0,
            cola: self.cola.map_or(Decimal::ONE, |cola| cola.0),
            vbp: self.vbp.0,
            vbp_factor: self.vbpadj.0,
            hrr,
            // A factor beside a switched-off indicator is not read.
            hrr_factor: if hrr == Some(false) { Decimal::ZERO } else { self.hrradj.0 },
            hac: yes(&self.hac),
            ehr: match given(&self.ehr).as_deref() {
                None | Some("N") => Some(false),
                Some("Y") => Some(true),
                Some(_) => None,
            },
            uncompensated_care: self.unc.0,
            low_volume: yes(&self.temprel),
            low_volume_factor: self.lv.0,
            quality: self.qual.trim() == "1",
            capital_ime_ratio: self.capime.0,
            capital_payment_code: first(&self.capcode).unwrap_or('C'),
            capital_new_hospital: yes(&self.newhosp),
            ..Provider::new(ccn, self.cbsa.trim(), state)
        }
        .normalized()
        .map_err(|error| error.to_string())
    }
}

/// Provider data that a user keeps: JSON Lines, one `provider` object each, found by `prov` or `npi`.
#[derive(Debug, Clone, Default)]
pub struct ProviderFile {
    rows: Vec<(Option<Text>, Provider)>,
}

/// Why a provider file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFileError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A line is no provider.
    #[error("line {line}: {problem}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

impl ProviderFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ProviderFileError`] when it cannot be read, or a line is no provider.
    pub fn read(input: impl BufRead) -> Result<Self, ProviderFileError> {
        let mut rows = Vec::new();
        for (at, line) in input.lines().enumerate() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let fault = |problem: String| ProviderFileError::Line { line: at + 1, problem };
            let row: ProviderRow = serde_json::from_str(&line).map_err(|error| fault(error.to_string()))?;
            if row.prov.is_none() && row.npi.is_none() {
                return Err(fault("`prov` or `npi` must say which hospital it is".to_owned()));
            }
            let provider = row.provider(None).map_err(fault)?;
            rows.push((row.npi.as_deref().map(|npi| npi.trim().into()), provider));
        }
        Ok(Self { rows })
    }

    /// The row of a hospital that took effect last by a day; the first of the file where rows name no day.
    pub(crate) fn find(&self, ccn: Option<&str>, npi: Option<&str>, date: Date) -> Option<&Provider> {
        let named = |row: &&(Option<Text>, Provider)| {
            let by_npi = npi.is_some() && row.0.as_deref() == npi;
            by_npi || ccn.is_some_and(|ccn| row.1.ccn == ccn)
        };
        let begun = |row: &&(Option<Text>, Provider)| row.1.effective.is_none_or(|first| first <= date);
        let rows = self.rows.iter().rev().filter(named).filter(begun);
        rows.max_by_key(|row| row.1.effective).map(|row| &row.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"prov":"010262","npi":"1234567893","type":"00","cbsa":"   01","bed":100,"intern":0.05,
        "ccr":0.501,"capccr":"0.048","ssi":0.1887,"mcaid":0.0457,"vbp":true,"vbpadj":1.02031015616,"hrr":false,
        "hrradj":0.9772,"hac":"N","ehr":" ","unc":0,"lv":0.12592455037844227,"temprel":"Y","qual":"1","capime":0.1}"#;

    #[test]
    fn numbers_are_read_as_written_and_rounded_to_their_fields() {
        let provider = serde_json::from_str::<ProviderRow>(ROW).unwrap().provider(None).unwrap();
        assert_eq!(provider.low_volume_factor.to_string(), "0.125925");
        assert_eq!((provider.vbp_factor.to_string().as_str(), provider.cbsa.as_str()), ("1.02031015616", "01"));
        assert_eq!((provider.hrr_factor, provider.state.as_str()), (Decimal::ZERO, "01"));
    }

    #[test]
    fn a_file_is_found_by_either_number_and_says_which_line_is_wrong() {
        let line = ROW.replace('\n', " ");
        let file = ProviderFile::read(format!("{line}\n\n").as_bytes()).unwrap();
        let day = jiff::civil::date(2026, 5, 1);
        assert!(file.find(Some("010262"), None, day).is_some());
        assert!(file.find(None, Some("1234567893"), day).is_some());
        assert!(file.find(Some("010263"), Some("1999999992"), day).is_none() && file.find(None, None, day).is_none());
        let wrong = ProviderFile::read(format!("{line}\n{}", line.replace("0.501", "-1")).as_bytes());
        assert_eq!(wrong.unwrap_err().to_string(), "line 2: ccr: `-1` is not between 0 and 10");
    }
}
