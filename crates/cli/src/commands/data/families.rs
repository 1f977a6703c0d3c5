//! What each family of rules reads, and what of it is there.
//!
//! The list is data: `data/rule_families.csv`, one line per table, with the publication that brings it.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::Write;

const FAMILIES: &str = include_str!("../../../../../data/rule_families.csv");

#[derive(Debug, Clone, Deserialize)]
struct Need {
    family: String,
    table: String,
    publication: String,
}

/// A family of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Family {
    family: String,
    /// Tables that are there.
    loaded: Vec<String>,
    /// Tables that are not.
    missing: Vec<Missing>,
}

/// A table that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Missing {
    table: String,
    /// What brings it.
    command: String,
}

/// What of every family is there.
pub(super) fn status(loaded: impl Fn(&str) -> bool) -> Result<Vec<Family>> {
    let mut families: Vec<Family> = Vec::new();
    for need in csv::Reader::from_reader(FAMILIES.as_bytes()).into_deserialize::<Need>() {
        let need = need.context("data/rule_families.csv")?;
        if families.last().is_none_or(|last| last.family != need.family) {
            families.push(Family { family: need.family, loaded: Vec::new(), missing: Vec::new() });
        }
        let Some(family) = families.last_mut() else { continue };
        if loaded(&need.table) {
            family.loaded.push(need.table);
        } else {
            let command = match need.publication.as_str() {
                "" => "openclaim data import FILE".to_owned(),
                name => format!("openclaim data pull --only {name}"),
            };
            family.missing.push(Missing { table: need.table, command });
        }
    }
    Ok(families)
}

/// One line per family, and one per command that would help.
pub(super) fn print(families: &[Family], output: &mut impl Write) -> Result<()> {
    for family in families {
        let all = family.loaded.len() + family.missing.len();
        let state = if family.missing.is_empty() { "complete" } else { "lacks tables" };
        writeln!(output, "{}: {state} ({} of {all})", family.family, family.loaded.len())?;
        let mut commands: Vec<&str> = family.missing.iter().map(|missing| missing.command.as_str()).collect();
        commands.dedup();
        for command in commands {
            let tables: Vec<&str> = family
                .missing
                .iter()
                .filter(|missing| missing.command == command)
                .map(|missing| missing.table.as_str())
                .collect();
            writeln!(output, "  {}: {command}", tables.join(", "))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_publication_named_can_be_pulled() {
        let manifest = openclaim_pull::Manifest::embedded().unwrap();
        for need in csv::Reader::from_reader(FAMILIES.as_bytes()).into_deserialize::<Need>() {
            let need = need.unwrap();
            assert!(need.publication.is_empty() || manifest.knows(&need.publication), "{}", need.publication);
        }
    }

    #[test]
    fn a_family_is_one_run_of_lines() {
        let families = status(|_| true).unwrap();
        let mut names: Vec<&str> = families.iter().map(|family| family.family.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), families.len());
        assert!(families.iter().all(|family| family.missing.is_empty()));
    }
}
