//! `openclaim price mpfs`: one line of the Medicare physician fee schedule.

use super::{Door, DoorError, refuse, respond};
use crate::Engine;
use openclaim_claim::{Date, HcpcsCode, Modifier, Money, NotEvaluated};
use openclaim_pricer::mpfs::{
    ConversionFactor, FeeSchedule, LineOutcome, LineRequest, Locality, NotPayable, Practitioner, Rate, Share,
    zip_locality,
};
use openclaim_pricer::{Pricing, Step};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Prices one line of a claim per line of input.
#[derive(Debug)]
pub struct MpfsDoor<'e> {
    engine: &'e Engine,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    /// `null` when it is not evaluated.
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_payable: Option<&'a NotPayable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_evaluated: Option<&'a NotEvaluated>,
    steps: &'a [Step],
}

impl<'e> MpfsDoor<'e> {
    /// A door on an engine, whose library must hold the relative values and indices of the days asked about.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self { engine }
    }

    fn price(&self, request: &Request) -> Result<(LineOutcome, Option<Pricing>), DoorError> {
        let schedule = self.engine.fee_schedule(request.date, request.factor);
        let schedule = match Arc::as_ref(&schedule) {
            Ok(schedule) => schedule,
            Err(missing) => return Ok((LineOutcome::NotEvaluated(missing.clone()), None)),
        };
        let line = match self.line(request, schedule)? {
            Ok(line) => line,
            Err(missing) => return Ok((LineOutcome::NotEvaluated(missing), None)),
        };
        let outcome = schedule.price(&line);
        let pricing = match &outcome {
            LineOutcome::Priced(price) => {
                Some(schedule.pricing(price).map_err(|error| DoorError::new("invalid_field", error.to_string()))?)
            }
            LineOutcome::NotPayable(_) | LineOutcome::Elsewhere(_) | LineOutcome::NotEvaluated(_) => None,
        };
        Ok((outcome, pricing))
    }

    /// The request as the schedule takes it; the inner error says which table is missing.
    fn line<'r>(
        &self,
        request: &'r Request,
        schedule: &FeeSchedule,
    ) -> Result<Result<LineRequest<'r>, NotEvaluated>, DoorError> {
        let locality = match self.locality(request, schedule)? {
            Ok(locality) => locality,
            Err(missing) => return Ok(Err(missing)),
        };
        let (rate, hospital) = match (&request.place_of_service, request.facility) {
            (Some(place), _) => {
                let found = schedule
                    .place(place)
                    .ok_or_else(|| invalid("place_of_service", format!("`{place}` has no rate on {}", request.date)))?;
                (found.rate, found.hospital)
            }
            (None, true) => (Rate::Facility, false),
            (None, false) => (Rate::NonFacility, false),
        };
        let practitioner = match &request.taxonomy {
            None => Share::WHOLE,
            Some(taxonomy) => match schedule.practitioner(taxonomy) {
                Some(Practitioner::Paid(share)) => share,
                Some(Practitioner::OtherSystem) => {
                    return Err(invalid("taxonomy", format!("`{taxonomy}` is not paid by the physician fee schedule")));
                }
                None => return Err(invalid("taxonomy", format!("how `{taxonomy}` is paid is not known"))),
            },
        };
        Ok(Ok(LineRequest {
            rate,
            hospital,
            units: request.units,
            minutes: request.minutes,
            practitioner,
            participating: request.participating,
            charge: request.charge,
            ..LineRequest::new(request.hcpcs, &request.modifiers, locality)
        }))
    }

    fn locality(&self, request: &Request, schedule: &FeeSchedule) -> Result<Result<Locality, NotEvaluated>, DoorError> {
        let (contractor, locality) = match &request.place {
            Place::Locality(contractor, locality) => (contractor.clone(), locality.clone()),
            Place::Zip(zip) => match zip_locality(self.engine.library(), zip, request.date, None) {
                Ok(found) => (found.contractor.to_string(), found.locality.to_string()),
                Err(missing) => return Ok(Err(missing)),
            },
        };
        schedule.locality(&contractor, &locality).map(Ok).ok_or_else(|| {
            let detail = format!("contractor {contractor}, locality {locality} has no indices on {}", request.date);
            DoorError::new("unknown_locality", detail)
        })
    }
}

impl Door for MpfsDoor<'_> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let object = match serde_json::from_slice::<Value>(line) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return refuse(&Value::Null, &DoorError::new("invalid_json", "the line is no JSON object"), out),
            Err(error) => {
                let error = DoorError::new("invalid_json", format!("the line is no request: {error}"));
                return refuse(&Value::Null, &error, out);
            }
        };
        let id = object.get("id").cloned().unwrap_or_default();
        match Request::read(&object).and_then(|request| self.price(&request)) {
            Err(error) => refuse(&id, &error, out),
            Ok((outcome, pricing)) => {
                let (not_payable, not_evaluated) = match &outcome {
                    LineOutcome::Priced(_) => (None, None),
                    LineOutcome::NotPayable(why) => (Some(why), None),
                    LineOutcome::Elsewhere(missing) | LineOutcome::NotEvaluated(missing) => (None, Some(missing)),
                };
                let steps = pricing.as_ref().map_or(&[][..], Pricing::steps);
                respond(&Answer { id: &id, amount: outcome.amount(), not_payable, not_evaluated, steps }, out)
            }
        }
    }
}

/// Where the service was.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Locality(String, String),
    Zip(String),
}

/// A line as JSON. Fields that are not named here are ignored.
#[derive(Debug)]
struct Request {
    hcpcs: HcpcsCode,
    modifiers: Vec<Modifier>,
    place: Place,
    facility: bool,
    place_of_service: Option<String>,
    date: Date,
    units: u32,
    minutes: Option<u32>,
    charge: Option<Money>,
    taxonomy: Option<String>,
    participating: bool,
    factor: ConversionFactor,
}

fn invalid(field: &str, problem: impl std::fmt::Display) -> DoorError {
    DoorError::new("invalid_field", format!("{field}: {problem}"))
}

impl Request {
    fn read(object: &Map<String, Value>) -> Result<Self, DoorError> {
        let missing = |field: &str, what: &str| DoorError::new("missing_field", format!("{field}: {what} is missing"));
        let hcpcs = text(object, "hcpcs")?.ok_or_else(|| missing("hcpcs", "the procedure code"))?;
        let date = text(object, "date")?.ok_or_else(|| missing("date", "the date of service"))?;
        let place = match (code(object, "carrier", 5)?, code(object, "locality", 2)?, text(object, "zip")?) {
            (Some(contractor), Some(locality), _) => Place::Locality(contractor, locality),
            (_, _, Some(zip)) => Place::Zip(zip),
            _ => return Err(missing("locality", "where the service was, as carrier and locality or as zip,")),
        };
        let charge = match object.get("charge") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => return Err(invalid("charge", "an amount is expected")),
        };
        let charge = charge.map(|text| text.parse::<Money>().map_err(|error| invalid("charge", error))).transpose()?;
        if charge.is_some_and(|charge| charge < Money::ZERO) {
            return Err(invalid("charge", "it is negative"));
        }
        let qualifying = flag(object, "qualifying_apm_participant", false)?;
        Ok(Self {
            hcpcs: HcpcsCode::parse(&hcpcs.to_ascii_uppercase()).map_err(|error| invalid("hcpcs", error))?,
            modifiers: modifiers(object)?,
            place,
            facility: flag(object, "facility", false)?,
            place_of_service: code(object, "place_of_service", 2)?,
            date: date.parse().map_err(|_| invalid("date", format!("`{date}` is not a date like 2025-10-15")))?,
            units: count(object, "units")?.unwrap_or(1),
            minutes: count(object, "minutes")?,
            charge,
            taxonomy: text(object, "taxonomy")?,
            participating: flag(object, "participating", true)?,
            factor: if qualifying { ConversionFactor::QualifyingParticipant } else { ConversionFactor::Standard },
        })
    }
}

/// A text; blank is none.
fn text(object: &Map<String, Value>, field: &str) -> Result<Option<String>, DoorError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(field, "a text is expected")),
    }
}

/// A code of digits, which some write as a number without its zeros.
fn code(object: &Map<String, Value>, field: &str, digits: usize) -> Result<Option<String>, DoorError> {
    match object.get(field) {
        Some(Value::Number(number)) => Ok(Some(format!("{:0>digits$}", number.to_string()))),
        _ => text(object, field),
    }
}

fn flag(object: &Map<String, Value>, field: &str, absent: bool) -> Result<bool, DoorError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(absent),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(invalid(field, format!("`{other}` is neither true nor false"))),
    }
}

fn count(object: &Map<String, Value>, field: &str) -> Result<Option<u32>, DoorError> {
    let whole = |text: &str| {
        let number = text.parse::<openclaim_claim::Decimal>().ok().filter(openclaim_claim::Decimal::is_integer);
        number.and_then(|number| u32::try_from(number).ok()).filter(|&number| number > 0)
    };
    let shown = match object.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    whole(&shown).map(Some).ok_or_else(|| invalid(field, format!("`{shown}` is not a whole number above 0")))
}

fn modifiers(object: &Map<String, Value>) -> Result<Vec<Modifier>, DoorError> {
    let given = match object.get("modifiers") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(given)) => given,
        Some(_) => return Err(invalid("modifiers", "a list is expected")),
    };
    let modifier = |value: &Value| {
        let text = match value {
            Value::String(text) => text.trim().to_ascii_uppercase(),
            Value::Number(number) => format!("{:0>2}", number.to_string()),
            other => return Err(invalid("modifiers", format!("`{other}` is no text"))),
        };
        Modifier::parse(&text).map_err(|error| invalid("modifiers", error))
    };
    given.iter().filter(|value| value.as_str() != Some("")).map(modifier).collect()
}
