//! How soon Python has its first answer.

use super::budgets::word;
use crate::python::{Environment, Profile};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Milliseconds from `import openclaim` to the first answer.
const BUDGET: f64 = 100.0;

/// Builds the release wheel, installs it into an environment that holds nothing else, and has the script
/// `xtask/peers/first_check.py` take the time there, in new processes.
pub(super) fn run(root: &Path) -> Result<()> {
    let Some(tools) = Environment::prepare(root)? else { return Ok(()) };
    let wheel = tools.wheel(root, Profile::Release)?;
    let folder = crate::target(root).join("bench/wheel");
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    let fresh = |arguments: &[&str]| Command::new(tools.program("python")).args(arguments).arg(&folder).status();
    let python = folder.join(if cfg!(windows) { "Scripts" } else { "bin" }).join("python");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    if !fresh(&["-m", "venv"])?.success() || !Command::new(&python).args(install).arg(&wheel).status()?.success() {
        bail!("the wheel cannot be installed into a fresh environment");
    }
    let script = root.join("xtask/peers/first_check.py");
    let output = Command::new(&python).arg(script).arg(root.join("examples/837i-inpatient-clean.837")).output()?;
    if !output.status.success() {
        bail!("the first check failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let milliseconds: f64 = text.split_whitespace().next().context("no time was printed")?.parse()?;
    let size = wheel.metadata()?.len() >> 20;
    println!(
        "  wheel ({size} MiB), `import openclaim`, `Engine()` and a first check: {} (budget {BUDGET} ms: {})",
        text.trim(),
        word(milliseconds <= BUDGET)
    );
    Ok(())
}
