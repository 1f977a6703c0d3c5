//! `openclaim group`: MS-DRG.

use super::request::StayRequest;
use super::{Door, DoorError, refuse, respond};
use crate::Engine;
use openclaim_grouper::{Explanation, GroupInput, Grouper, GrouperVersion, Grouping, Scratch};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// Groups one stay per line.
#[derive(Debug)]
pub struct GroupDoor<'e> {
    engine: &'e Engine,
    scratch: Scratch,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    version: GrouperVersion,
    #[serde(flatten)]
    grouping: Grouping,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

impl<'e> GroupDoor<'e> {
    /// A door on an engine. Explanations are given when the engine's policy asks for them.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self { engine, scratch: Scratch::default() }
    }

    fn input(&self, request: &StayRequest<'_>) -> Result<GroupInput, DoorError> {
        Ok(GroupInput {
            age: request.age()?,
            sex: request.sex()?,
            discharge_status: request.discharge_status()?.and_then(|status| status.number()),
            hospital_status: request.hospital_status(self.engine.policy.hospital_status),
            principal: request.principal()?,
            secondary: request.secondary()?,
            procedures: request.procedures()?,
        })
    }
}

/// The version a request asks for, or the one of its discharge date.
pub(super) fn version(engine: &Engine, request: &StayRequest<'_>) -> Result<GrouperVersion, DoorError> {
    let tables = engine.library.ms_drg();
    match (request.version(), request.discharge_date()?) {
        (Some(version), _) => GrouperVersion::parse(tables, &version)
            .map_err(|error| DoorError::new("unknown_version", error.to_string())),
        (None, Some(date)) => GrouperVersion::for_discharge(tables, date)
            .map_err(|error| DoorError::new("date_outside_tables", error.to_string())),
        (None, None) => Err(DoorError::new(
            "missing_field",
            "version or discharge_date: one of them must say which grouper is meant",
        )),
    }
}

fn grouper(engine: &Engine, version: GrouperVersion) -> Result<Arc<Grouper>, DoorError> {
    engine.grouper(version).map_err(|error| DoorError::new("internal", error.to_string()))
}

impl Door for GroupDoor<'_> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let request = match StayRequest::parse(line) {
            Ok(request) => request,
            Err((id, error)) => return refuse(&id, &error, out),
        };
        let prepared = version(self.engine, &request)
            .and_then(|version| Ok((version, grouper(self.engine, version)?, self.input(&request)?)));
        match prepared {
            Ok((version, grouper, input)) => {
                let grouping = grouper.group(&input, &mut self.scratch);
                let explanation = self.engine.policy.explain.then(|| grouper.explain(&input));
                respond(&Answer { id: &request.id, version, grouping, explanation }, out)
            }
            Err(error) => refuse(&request.id, &error, out),
        }
    }
}
