//! `openclaim data verify`.

use crate::Outcome;
use anyhow::Result;
use openclaim_reference::data_folder::DataFolder;
use std::io::{Write, stdout};

/// Reads every release whole. Exit code 1 when one is damaged.
pub(super) fn run(folder: &DataFolder) -> Result<Outcome> {
    let mut output = stdout().lock();
    let mut damaged = 0;
    let listed = folder.verify()?;
    for entry in &listed {
        let name = entry.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match &entry.release {
            Ok(release) => writeln!(output, "{name}: sound, SHA-256 {}", release.sha256()?)?,
            Err(error) => {
                damaged += 1;
                writeln!(output, "{name}: DAMAGED: {error}; import the publication again")?;
            }
        }
    }
    writeln!(output, "{} releases in {}, {damaged} damaged", listed.len(), folder.releases().display())?;
    Ok(if damaged > 0 { Outcome::Findings } else { Outcome::Clean })
}
