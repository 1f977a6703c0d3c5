//! `cargo xtask docs`: writes the pages of the edits, and the README's table of them, from the edits' doc comments.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Runs the documentation test of `openclaim-edits`, which compares the pages with the doc comments, or, unless `check`,
/// has it write them. It lives there because this package knows no crate of the project.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let mut test = Command::new(env!("CARGO"));
    test.args(["test", "--quiet", "--package", "openclaim-edits", "--test", "docs"]).current_dir(root);
    if !check {
        test.env("OPENCLAIM_WRITE_DOCS", "1");
    }
    if !test.status().context("cargo")?.success() {
        bail!("docs/edits and the README's table are not what the doc comments give; `cargo xtask docs` writes them");
    }
    Ok(())
}
