//! `openclaim group --mce`: the Medicare Code Editor.

use super::request::StayRequest;
use super::{Door, DoorError, group, refuse, respond};
use crate::Engine;
use openclaim_claim::{Date, NotEvaluated, Spanned};
use openclaim_edits::mce::{self, Coded, MceInput, Tables};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Edits one stay per line.
#[derive(Debug)]
pub struct MceDoor<'e> {
    engine: &'e Engine,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    edit_type: &'static str,
    edits: BTreeMap<&'static str, u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_evaluated: Vec<NotEvaluated>,
}

impl<'e> MceDoor<'e> {
    /// A door on an engine.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self { engine }
    }

    /// The date the tables are read at: the discharge date, or the first day of the grouper version asked for.
    fn date(&self, request: &StayRequest<'_>) -> Result<Date, DoorError> {
        if let Some(date) = request.discharge_date()? {
            return Ok(date);
        }
        let version = group::version(self.engine, request)?;
        let rows = self.engine.library.ms_drg().versions();
        let first_day = rows.iter().find(|row| row.version == u32::from(version.number())).map(|row| row.from);
        first_day
            .and_then(openclaim_reference::Day::to_date)
            .ok_or_else(|| DoorError::new("missing_field", "discharge_date: the editor reads its tables at that date"))
    }

    fn input(&self, request: &StayRequest<'_>) -> Result<MceInput, DoorError> {
        let stay = MceInput {
            age: Some(request.age()?),
            sex: Some(Spanned::bare(request.sex()?)),
            discharge_status: request.discharge_status()?.map(Spanned::bare),
            discharge_date: Some(self.date(request)?),
            length_of_stay: request.length_of_stay,
            admitting: request.admitting()?.map(|diagnosis| Coded { code: diagnosis.code, position: 0, span: None }),
            ..MceInput::default()
        };
        let principal = request.principal()?.map(|diagnosis| diagnosis.code);
        let secondary = request.secondary()?.into_iter().map(|diagnosis| diagnosis.code);
        Ok(stay.with_codes(principal, secondary, request.procedures()?))
    }
}

impl Door for MceDoor<'_> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let request = match StayRequest::parse(line) {
            Ok(request) => request,
            Err((id, error)) => return refuse(&id, &error, out),
        };
        match self.input(&request) {
            Ok(input) => {
                let result = mce::count(&input, &Tables::of(&self.engine.library));
                let (edit_type, edits) = (result.edit_type.as_str(), result.counts);
                respond(&Answer { id: &request.id, edit_type, edits, not_evaluated: result.not_evaluated }, out)
            }
            Err(error) => refuse(&request.id, &error, out),
        }
    }
}
