//! `cargo xtask test`: everything that must hold before a change lands.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// The steps, in the order in which a mistake is cheapest to find.
const STEPS: [(&str, &[&str]); 4] = [
    ("format", &["fmt", "--all", "--check"]),
    ("clippy", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    ("tests, docs drift and examples", &["test", "--workspace", "--quiet", "--lib", "--bins", "--tests", "--examples"]),
    ("documentation tests", &["test", "--workspace", "--quiet", "--doc"]),
];

/// Runs every step and stops at the first that fails.
pub(crate) fn run(root: &Path) -> Result<()> {
    for (name, arguments) in STEPS {
        println!("── {name}: cargo {}", arguments.join(" "));
        let status = Command::new(env!("CARGO")).args(arguments).current_dir(root).status().context("cargo")?;
        if !status.success() {
            bail!("{name} failed");
        }
    }
    if root.join("../shared/reference").is_dir() {
        println!("── data: the plain tables are what their sources give");
        crate::data::run(root, true)?;
    } else {
        println!("── skipped: data derivation check: ../shared not present");
    }
    crate::python::run(root)
}
