//! Who imports what: the trait, and how the importer of a file is chosen.

use crate::error::ImportError;
use crate::importers;
use crate::mapping;
use crate::release::Imported;
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;

/// Knows one publication's layout.
pub trait Importer: Sync {
    /// What it imports, as a user would say it: "HCPCS alpha-numeric file".
    fn name(&self) -> &str;

    /// Whether the file is one of its publication, by content alone.
    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence>;

    /// Reads the file into releases.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place; nothing of the file is then kept.
    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError>;
}

/// The importer of a file: the surest one.
///
/// # Errors
/// The reason when nobody knows the file, or two know it equally well.
pub(crate) fn choose<'i>(sniff: &Sniff<'_>, extra: &'i [Box<dyn Importer>]) -> Result<&'i dyn Importer, String> {
    let shipped = mapping::shipped().iter().map(|mapping| mapping as &dyn Importer);
    let all = extra.iter().map(|importer| &**importer).chain(importers::all().iter().copied()).chain(shipped);
    let mut surest: Option<(Confidence, Vec<&dyn Importer>)> = None;
    for importer in all {
        let Some(confidence) = importer.recognise(sniff) else { continue };
        match &mut surest {
            Some((best, who)) if *best == confidence => who.push(importer),
            Some((best, _)) if *best > confidence => {}
            _ => surest = Some((confidence, vec![importer])),
        }
    }
    match surest {
        None => Err(format!("no importer knows it; it looks like {}", sniff.describe())),
        Some((_, who)) if who.len() == 1 => Ok(who[0]),
        Some((confidence, who)) => {
            let names: Vec<&str> = who.iter().map(|importer| importer.name()).collect();
            let names = names.join("; ");
            Err(match confidence {
                Confidence::Resembles => {
                    format!(
                        "it resembles several publications and has the columns of none: {names}; it looks like {}",
                        sniff.describe()
                    )
                }
                _ => format!("several importers know it equally well: {names}"),
            })
        }
    }
}
