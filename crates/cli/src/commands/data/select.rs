//! Which release a user means.

use crate::data_folder;
use anyhow::{Context, Result, bail};
use openclaim_reference::release::Release;
use std::path::Path;

/// A release of the data folder, by its file's name or the beginning of it, or a release file anywhere.
pub(super) fn release(name: &str, data: Option<&Path>) -> Result<(String, Release)> {
    let path = Path::new(name);
    if path.is_file() {
        let shown = path.file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned());
        return Ok((shown, Release::open(path).with_context(|| name.to_owned())?));
    }
    let library = data_folder::library(data)?;
    let begins = |begin: &str| {
        let releases = library.releases().iter();
        releases.filter(|release| release.file_name().starts_with(begin)).collect::<Vec<_>>()
    };
    // `RVU25` should mean RVU25 and not RVU25D, where there are both.
    let exact = begins(&format!("{name}-"));
    let found = if exact.is_empty() { begins(name) } else { exact };
    match found[..] {
        [release] => Ok((release.file_name().to_owned(), release.release().clone())),
        [] => bail!("`{name}` is neither a file nor the beginning of a release's name; `openclaim data ls` lists them"),
        _ => {
            let names: Vec<&str> = found.iter().map(|release| release.file_name()).collect();
            bail!("`{name}` is the beginning of several releases: {}", names.join(", "))
        }
    }
}
