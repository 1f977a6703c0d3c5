//! What a run was, so that its results can be understood and a stopped run go on.

use super::options::{BatchError, BatchOptions};
use super::{Input, PartitionBy, ScoringSummary};
use crate::SCHEMA_VERSION;
use openclaim_engine::{ENGINE_VERSION, Engine};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// File name of the manifest in the folder of the results.
pub(super) const NAME: &str = "run.json";

/// An input of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSummary {
    /// File name, with the archive it is in.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A release that was at hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReleaseSummary {
    /// Publication and version.
    pub release: String,
    /// SHA-256 of the release's file, or of the source of an embedded table.
    pub sha256: String,
}

/// The manifest of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the engine.
    pub engine_version: String,
    /// Version of the tables' schemas.
    pub schema_version: String,
    /// Which tables were written.
    pub layout: String,
    /// What rows are kept apart by.
    pub partition_by: Option<String>,
    /// Claims per part.
    pub part_claims: u64,
    /// The policy in words.
    pub policy: String,
    /// Releases that were at hand, sorted.
    pub releases: Vec<ReleaseSummary>,
    /// The inputs, in the order read.
    pub inputs: Vec<InputSummary>,
    /// Who was scored, and how; `None` without a membership file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scoring: Option<ScoringSummary>,
    /// Rows written, by table.
    pub rows: BTreeMap<String, u64>,
    /// Claims decided.
    pub claims: u64,
    /// Files, rows and segments that gave no claim.
    pub refused: u64,
    /// Whole parts.
    pub parts: u64,
    /// Milliseconds spent, of all sittings together.
    pub milliseconds: u64,
    /// Whether the run came to its end.
    pub finished: bool,
}

impl Manifest {
    /// The manifest of a run that begins.
    pub(super) fn new(engine: &Engine, inputs: &[Input], options: &BatchOptions) -> Self {
        Self {
            engine_version: ENGINE_VERSION.to_owned(),
            schema_version: SCHEMA_VERSION.to_owned(),
            layout: options.layout.name().to_owned(),
            partition_by: options.partition_by.map(|by| PartitionBy::name(by).to_owned()),
            part_claims: options.part_claims,
            policy: engine.policy_in_words(),
            releases: releases(engine),
            inputs: inputs.iter().map(Input::summary).collect(),
            scoring: options.scoring.as_ref().map(|scoring| scoring.summary()),
            rows: BTreeMap::new(),
            claims: 0,
            refused: 0,
            parts: 0,
            milliseconds: 0,
            finished: false,
        }
    }

    /// What a manifest found in the folder has in common with this run, or what differs.
    pub(super) fn difference(&self, found: &Self) -> Option<String> {
        let differs = |what: &str, same: bool| (!same).then(|| format!("its {what} differ"));
        differs("engine version", self.engine_version == found.engine_version)
            .or_else(|| differs("schema version", self.schema_version == found.schema_version))
            .or_else(|| {
                differs(
                    "layout and partitions",
                    (&self.layout, &self.partition_by) == (&found.layout, &found.partition_by),
                )
            })
            .or_else(|| differs("claims per part", self.part_claims == found.part_claims))
            .or_else(|| differs("policy", self.policy == found.policy))
            .or_else(|| differs("releases", self.releases == found.releases))
            .or_else(|| differs("inputs", self.inputs == found.inputs))
            .or_else(|| {
                let request = |manifest: &'_ Self| manifest.scoring.as_ref().map(|scoring| scoring.request.clone());
                differs("members and models", request(self) == request(found))
            })
    }

    /// The manifest of a folder, where it has one.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, BatchError> {
        let path = folder.join(NAME);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(BatchError::Read { path, source }),
        };
        let read = serde_json::from_slice(&text);
        read.map(Some).map_err(|error| BatchError::AnotherRun {
            path,
            difference: format!("its manifest cannot be read: {error}"),
        })
    }

    /// Writes it as a whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BatchError> {
        let path = folder.join(NAME);
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        text.and_then(|text| super::parts::write_whole(&path, &text))
            .map_err(|source| BatchError::Write { path, source })
    }
}

fn releases(engine: &Engine) -> Vec<ReleaseSummary> {
    let library = engine.library();
    // An embedded release that does not describe itself would have refused to open.
    let embedded = library.tables().unwrap_or_default().into_iter();
    let embedded = embedded.map(|table| ReleaseSummary { release: table.label(), sha256: table.sha256 });
    let loaded = library.releases().iter().map(|release| ReleaseSummary {
        release: release.meta().label(),
        sha256: release.release().sha256().unwrap_or_else(|error| error.to_string()),
    });
    let mut releases: Vec<ReleaseSummary> = embedded.chain(loaded).collect();
    releases.sort_unstable();
    releases.dedup();
    releases
}
