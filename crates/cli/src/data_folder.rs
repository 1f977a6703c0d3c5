//! Where the data folder is: the only place that looks at the environment for it.

use openclaim_reference::Library;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The data folder: `--data`, else `OPENCLAIM_DATA`, else `openclaim` in the user's folder for application data.
pub(crate) fn path(argument: Option<&Path>) -> Option<PathBuf> {
    resolve(argument, |name| std::env::var_os(name).filter(|value| !value.is_empty()))
}

fn resolve(argument: Option<&Path>, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The base directory specification asks to ignore relative paths.
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    argument
        .map(Path::to_owned)
        .or_else(|| variable("OPENCLAIM_DATA").map(PathBuf::from))
        .or_else(|| absolute("XDG_DATA_HOME").map(|home| home.join("openclaim")))
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share/openclaim")))
        .or_else(|| absolute("LOCALAPPDATA").map(|home| home.join("openclaim")))
}

/// Opens the embedded release and the data folder; says on standard error what had to be left out.
pub(crate) fn library(argument: Option<&Path>) -> anyhow::Result<Library> {
    if let Some(path) = argument.filter(|path| !path.is_dir()) {
        anyhow::bail!("{}: there is no such data folder", path.display());
    }
    let library = Library::open(path(argument).as_deref())?;
    for warning in library.warnings() {
        eprintln!("openclaim: warning: {warning}");
    }
    Ok(library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_wins_then_the_variable_then_the_home() {
        let with = |argument: Option<&str>, variables: &[(&str, &str)]| {
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            resolve(argument.map(Path::new), variable).map(|path| path.to_string_lossy().into_owned())
        };
        let all = [("OPENCLAIM_DATA", "/own"), ("XDG_DATA_HOME", "/xdg"), ("HOME", "/u/me")];
        assert_eq!(with(Some("/given"), &all).as_deref(), Some("/given"));
        assert_eq!(with(None, &all).as_deref(), Some("/own"));
        assert_eq!(with(None, &all[1..]).as_deref(), Some("/xdg/openclaim"));
        assert_eq!(with(None, &[("XDG_DATA_HOME", "here"), all[2]]).as_deref(), Some("/u/me/.local/share/openclaim"));
        assert_eq!(with(None, &[]), None);
    }
}
