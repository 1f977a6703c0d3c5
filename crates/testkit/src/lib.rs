//! What the tests of several crates share: finding the shared data, and saying when it is absent.
//!
//! Only a dev-dependency; nothing of it is shipped.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The workspace's root folder.
#[must_use]
pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A path under the folder of shared data that stands beside the workspace, or `None` when it is absent.
///
/// An absence is said on standard error, by the name of the test, past the test harness's capture: a test that did not
/// run is never silent.
#[must_use]
pub fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let found = workspace_root().join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    // The test's own outcome does not depend on whether the terminal could be written to.
    let _ = writeln!(std::io::stderr(), "skipped: {test}: ../shared/{path} not present");
    None
}
