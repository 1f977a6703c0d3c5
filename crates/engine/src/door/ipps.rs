//! `openclaim price ipps`: inpatient stays.

use super::{Door, DoorError, refuse, respond};
use crate::Engine;
use crate::inpatient::{Number, ProviderRow};
use openclaim_claim::{Date, Decimal, NotEvaluated, Text};
use openclaim_pricer::Step;
use openclaim_pricer::ipps::{Arithmetic, Bill, Component, Payment, Prepared, Provider, Refusal, Review, Year};
use serde::ser::{Error, SerializeMap};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;

/// Hospitals that are kept prepared.
const KEPT: usize = 4_096;

/// Prices one stay per line.
#[derive(Debug)]
pub struct IppsDoor<'e> {
    engine: &'e Engine,
    arithmetic: Option<Arithmetic>,
    prepared: HashMap<(usize, Provider), Arc<Prepared>>,
}

/// A request. Fields that are not named here are ignored.
#[derive(Debug, Deserialize)]
struct Request {
    #[serde(default)]
    id: Value,
    bill: Option<BillRow>,
    #[serde(default)]
    provider: Option<ProviderRow>,
}

/// A bill as JSON; what is no number has its return code.
#[derive(Debug, Deserialize)]
struct BillRow {
    #[serde(default)]
    prov: Option<String>,
    #[serde(default)]
    review: Value,
    #[serde(default)]
    drg: Value,
    #[serde(default)]
    los: Value,
    #[serde(default)]
    cov: Value,
    #[serde(default)]
    ltr: Value,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    charges: Value,
    #[serde(default)]
    odx1: Option<String>,
    #[serde(default)]
    opx1: Option<String>,
    #[serde(default)]
    diagnoses: Vec<String>,
    #[serde(default)]
    procedures: Vec<String>,
    #[serde(default)]
    conditions: Vec<String>,
}

impl BillRow {
    fn bill(&self) -> Result<Bill, DoorError> {
        let written = self.date.as_deref().map(str::trim).unwrap_or_default();
        if written.is_empty() {
            return Err(DoorError::new("missing_field", "bill.date: the discharge date is missing"));
        }
        let date: Date = written.parse().or_else(|_| Date::strptime("%Y%m%d", written)).map_err(|_| {
            DoorError::new("invalid_field", format!("bill.date: `{written}` is not a date like 2026-05-01"))
        })?;
        let text = |value: &Value| match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let days = |value: &Value| text(value).parse::<u16>().ok();
        let codes = |one: &Option<String>, more: &[String]| -> Vec<Text> {
            let plain = |code: &str| Text::from(code.replace(['.', ' '], "").to_uppercase());
            one.iter().chain(more).map(|code| plain(code)).filter(|code| !code.is_empty()).collect()
        };
        let review = text(&self.review);
        let charges = serde_json::from_value::<Number>(self.charges.clone()).ok();
        Ok(Bill {
            review: Review::parse(&format!("{review:0>2}")),
            drg: text(&self.drg).parse().ok(),
            length_of_stay: days(&self.los),
            covered_days: days(&self.cov),
            lifetime_reserve_days: if self.ltr.is_null() { Some(0) } else { days(&self.ltr) },
            charges: charges.map(|charges| charges.0.round_dp(2)),
            diagnoses: codes(&self.odx1, &self.diagnoses),
            procedures: codes(&self.opx1, &self.procedures),
            conditions: codes(&None, &self.conditions),
            ..Bill::new(date)
        })
    }
}

/// What is written about a stay.
struct Answer<'a> {
    id: &'a Value,
    payment: Option<&'a Payment>,
    components: Vec<(&'static str, Component)>,
    steps: &'a [Step],
    not_evaluated: &'a [NotEvaluated],
    arithmetic: Option<Arithmetic>,
}

/// A decimal as a JSON number, digit for digit, without trailing zeros.
struct Written(Decimal);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.normalize().to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.id)?;
        map.serialize_entry("return_code", &self.payment.map(|payment| payment.return_code))?;
        let whole = self.payment.filter(|_| self.not_evaluated.is_empty());
        map.serialize_entry("total", &whole.map(|payment| Written(payment.total)))?;
        if let Some(payment) = self.payment {
            map.serialize_entry("meaning", payment.return_code.meaning())?;
        }
        for (name, component) in &self.components {
            match component {
                Component::Number(number) => map.serialize_entry(name, &Written(*number))?,
                Component::Text(text) => map.serialize_entry(name, text)?,
            }
        }
        if let Some(arithmetic) = self.arithmetic {
            map.serialize_entry("arithmetic", arithmetic.as_str())?;
        }
        if self.arithmetic == Some(Arithmetic::ReferenceRun) {
            map.serialize_entry("caution", CAUTION)?;
        }
        map.serialize_entry("steps", self.steps)?;
        if !self.not_evaluated.is_empty() {
            map.serialize_entry("not_evaluated", self.not_evaluated)?;
        }
        map.end()
    }
}

/// What is said of every price in the arithmetic of a reference run.
const CAUTION: &str = "figures as the reference run of the pricer gives them: its operating outlier threshold is 0 and its \
                       hospital-specific comparison leaves the federal rate out; --arithmetic regulation prices by the rule";

impl<'e> IppsDoor<'e> {
    /// A door on an engine. Without `arithmetic` every year's own is used.
    #[must_use]
    pub fn new(engine: &'e Engine, arithmetic: Option<Arithmetic>) -> Self {
        Self { engine, arithmetic, prepared: HashMap::new() }
    }

    fn prepare(&mut self, year: &Arc<Year>, provider: Provider) -> Result<Arc<Prepared>, Refusal> {
        let key = (Arc::as_ptr(year) as usize, provider);
        if let Some(prepared) = self.prepared.get(&key) {
            return Ok(Arc::clone(prepared));
        }
        let ipps = self.engine.ipps()?;
        let prepared = Arc::new(ipps.prepare(year, key.1.clone(), self.arithmetic)?);
        if self.prepared.len() >= KEPT {
            self.prepared.clear();
        }
        self.prepared.insert(key, Arc::clone(&prepared));
        Ok(prepared)
    }

    fn price(&mut self, request: &Request, out: &mut Vec<u8>) -> Result<bool, DoorError> {
        let Some(row) = &request.bill else {
            return Err(DoorError::new("missing_field", "bill: the bill is missing"));
        };
        let bill = row.bill()?;
        let plain = Answer {
            id: &request.id,
            payment: None,
            components: Vec::new(),
            steps: &[],
            not_evaluated: &[],
            arithmetic: None,
        };
        let year = match self.engine.ipps().map_err(|missing| vec![missing]).and_then(|ipps| ipps.year(bill.discharge))
        {
            Ok(year) => year,
            Err(missing) => return Ok(respond(&Answer { not_evaluated: &missing, ..plain }, out)),
        };
        let Some(provider) = &request.provider else {
            let payment = Payment::none(openclaim_pricer::ipps::ReturnCode::NO_PROVIDER);
            return Ok(respond(&Answer { payment: Some(&payment), ..plain }, out));
        };
        let provider = provider
            .provider(row.prov.as_deref())
            .map_err(|problem| DoorError::new("invalid_field", format!("provider.{problem}")))?;
        let prepared = match self.prepare(&year, provider) {
            Ok(prepared) => prepared,
            Err(Refusal::Returned(code)) => {
                return Ok(respond(&Answer { payment: Some(&Payment::none(code)), ..plain }, out));
            }
            Err(Refusal::NotEvaluated(missing)) => {
                return Ok(respond(&Answer { not_evaluated: &missing, ..plain }, out));
            }
        };
        let payment = prepared.price(&bill);
        let pricing = prepared
            .pricing(&bill, &payment)
            .map_err(|error| DoorError::new("invalid_field", format!("bill: {error}")))?;
        let answer = Answer {
            payment: Some(&payment),
            components: prepared.components(&payment),
            steps: pricing.steps(),
            not_evaluated: &payment.not_evaluated,
            arithmetic: Some(prepared.arithmetic()),
            ..plain
        };
        Ok(respond(&answer, out))
    }
}

impl Door for IppsDoor<'_> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let request: Request = match serde_json::from_slice(line) {
            Ok(request) => request,
            Err(error) => {
                let id = match serde_json::from_slice::<Value>(line) {
                    Ok(Value::Object(mut object)) => object.remove("id").unwrap_or_default(),
                    _ => Value::Null,
                };
                let text = error.to_string();
                let code = match (error.is_data(), text.starts_with("missing field")) {
                    (true, true) => "missing_field",
                    (true, false) => "invalid_field",
                    (false, _) => "invalid_json",
                };
                return refuse(&id, &DoorError::new(code, format!("the line is no request: {text}")), out);
            }
        };
        match self.price(&request, out) {
            Ok(answered) => answered,
            Err(error) => refuse(&request.id, &error, out),
        }
    }
}
