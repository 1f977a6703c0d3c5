//! `cargo xtask digest`: one digest by every way, on as many claims as asked for.

use crate::python::{Profile, pytest};
use anyhow::Result;
use std::path::Path;

/// Runs the tests that compare the digests of the command line, the batch, Python and Spark, on made-up claims and with
/// release builds. The ordinary tests do the same on 5,000.
pub(crate) fn run(root: &Path, claims: u64) -> Result<()> {
    let claims = claims.to_string();
    pytest(root, Profile::Release, &["-k", "digest", "--durations=0"], &[("OPENCLAIM_CLAIMS", &claims)])
}
