//! Which edition a file belongs to. Until 2018 the file came once a year; since then it comes with every quarter.

use crate::error::{ImportError, Place};
use crate::naming;
use crate::release::{Identity, Imported, ReleaseDraft};
use crate::source::SourceFile;

/// The release of a file. `stated` is the year that the content gives; without it the name is asked, with a warning.
pub(super) fn release<'a>(
    (family, publication): (&str, &str),
    file: &SourceFile,
    out: &'a mut Imported<'_>,
    stated: Option<i16>,
) -> Result<&'a mut ReleaseDraft, ImportError> {
    let named = naming::period(file);
    let year = stated.or(named.map(|named| named.year));
    // A month counts when the name that has it speaks of the same year.
    let month = named.filter(|named| Some(named.year) == year).and_then(|named| named.month);
    let options = out.options();
    let identity = match (year, &options.version) {
        (Some(year), _) => {
            let version = month.map_or_else(|| year.to_string(), |month| format!("{year}-{month:02}"));
            let from = naming::day(year, month.unwrap_or(1), 1);
            let to = match month {
                Some(_) => from.and_then(naming::quarter_end),
                None => naming::day(year, 12, 31),
            };
            Identity { from, to, ..Identity::new(family, "CMS", publication, &version) }
        }
        (None, Some(version)) if options.from.is_some() => Identity::new(family, "CMS", publication, version),
        _ => {
            let reason = format!("it is of {publication} but says nowhere of which quarter; give --version and --from");
            return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
        }
    };
    let version = identity.version.clone();
    let guessed = (stated.is_none() || month.is_some()) && options.version.is_none();
    let release = out.release(identity)?;
    if guessed {
        let message = format!("the content does not name its edition; {version} is taken from the name");
        release.warn(Place::file(file.path()), message);
    }
    Ok(release)
}
