//! Which edition a file belongs to.
//!
//! Editions are by federal fiscal year: FY2026 holds from 2025-10-01 to 2026-09-30. An update in April takes effect on
//! 1 April of the fiscal year.

use super::System;
use crate::error::{ImportError, Place};
use crate::naming;
use crate::release::{Identity, Imported, ReleaseDraft};
use crate::source::SourceFile;

/// The release of a file. `stated` is the fiscal year that the content gives; without it the name is asked, with a warning.
pub(super) fn release<'a>(
    system: System,
    file: &SourceFile,
    out: &'a mut Imported<'_>,
    stated: Option<i16>,
) -> Result<&'a mut ReleaseDraft, ImportError> {
    let (family, publisher, publication) = match system {
        System::Cm => ("icd-10-cm", "NCHS", "ICD-10-CM Code Tables"),
        System::Pcs => ("icd-10-pcs", "CMS", "ICD-10-PCS Code Tables"),
    };
    of_family(family, publisher, publication, file, out, stated)
}

/// The same for a publication of another family that follows the fiscal year.
pub(super) fn of_family<'a>(
    family: &str,
    publisher: &str,
    publication: &str,
    file: &SourceFile,
    out: &'a mut Imported<'_>,
    stated: Option<i16>,
) -> Result<&'a mut ReleaseDraft, ImportError> {
    let named = naming::period(file);
    let options = out.options();
    let year = stated.or(named.map(|named| named.year));
    // Among months only April begins an edition of its own; others are dates of the file.
    let april = named.is_some_and(|named| named.month == Some(4));
    let identity = match year {
        Some(year) => {
            let version = if april { format!("FY{year}-04") } else { format!("FY{year}") };
            let from = if april { naming::day(year, 4, 1) } else { naming::day(year - 1, 10, 1) };
            let identity = Identity::new(family, publisher, publication, &version);
            Identity { from, to: naming::day(year, 9, 30), ..identity }
        }
        None => match &options.version {
            Some(version) if options.from.is_some() => Identity::new(family, publisher, publication, version),
            _ => {
                let reason =
                    format!("it is of {publication} but says nowhere of which year; give --version and --from");
                return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
            }
        },
    };
    let version = identity.version.clone();
    let guessed = (stated.is_none() || april) && options.version.is_none();
    let release = out.release(identity)?;
    if guessed {
        release.warn(
            Place::file(file.path()),
            format!("the content does not name its edition; {version} is taken from the name"),
        );
    }
    Ok(release)
}
