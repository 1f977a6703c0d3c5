//! Mapping files: how a tidy table of the user's own becomes a table of a release.
//!
//! A mapping file is TOML with one or more tables:
//!
//! ```toml
//! [[table]]
//! name = "HCPCS modifiers, tidy"        # shown to the user
//! family = "hcpcs-modifiers"
//! publisher = "CMS"
//! publication = "HCPCS Modifiers"
//! table = "hcpcs/modifier-guide"        # name of the relation
//! key = 1                               # the first so many columns identify a row
//! # version = "2024-07"                 # else from the file's name: a year, month or quarter
//! # from = "2024-07-01"
//! # to = "2024-09-30"
//! # published = "2024-06-20"
//! # parts = true                        # the publication is split over files
//!
//! [[table.column]]
//! name = "modifier"                     # the relation's column
//! header = ["mod_code"]                 # header cells that mean it
//! kind = "code"                         # code, undotted (ICD-10), text, day, int, flag, or { decimal = 2 }
//! # optional = true
//! ```
//!
//! A file whose header has all the columns is recognised. The mappings of tidy copies in circulation are shipped; one that
//! the user names (`--mapping`) comes before every other importer.

use crate::error::{ImportError, Place};
use crate::header::{HeaderStyle, Wanted};
use crate::importer::Importer;
use crate::layout;
use crate::naming;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};
use serde::Deserialize;
use std::path::Path;
use std::sync::OnceLock;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    table: Vec<TableMapping>,
}

/// One table of a mapping file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    name: String,
    family: String,
    publisher: String,
    publication: String,
    table: String,
    key: usize,
    version: Option<String>,
    from: Option<String>,
    to: Option<String>,
    published: Option<String>,
    #[serde(default)]
    parts: bool,
    column: Vec<MappedColumn>,
    /// The user named the mapping file.
    #[serde(skip)]
    asked: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MappedColumn {
    name: String,
    header: Vec<String>,
    kind: Kind,
    #[serde(default)]
    optional: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Code,
    Undotted,
    Text,
    Day,
    Int,
    Flag,
    Decimal(u8),
}

impl Kind {
    fn column(self) -> ColumnKind {
        match self {
            Self::Code | Self::Undotted => ColumnKind::Code,
            Self::Text => ColumnKind::Text,
            Self::Day => ColumnKind::Day,
            Self::Int => ColumnKind::Int,
            Self::Flag => ColumnKind::Flag,
            Self::Decimal(scale) => ColumnKind::Decimal { scale },
        }
    }
}

/// Reads a mapping file.
///
/// # Errors
/// [`ImportError::Io`], or [`ImportError::Content`] with the line that is wrong.
pub fn load(path: &Path) -> Result<Vec<TableMapping>, ImportError> {
    let text = std::fs::read_to_string(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut tables = parse(&text, &name)?;
    for table in &mut tables {
        table.asked = true;
    }
    Ok(tables)
}

fn parse(text: &str, name: &str) -> Result<Vec<TableMapping>, ImportError> {
    let file: MappingFile = toml::from_str(text).map_err(|error| {
        let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
        let row = before.matches('\n').count() as u64 + 1;
        ImportError::content(Place { row, ..Place::file(name) }, format!("is no mapping: {}", error.message()))
    })?;
    for table in &file.table {
        table.schema().check().map_err(|problem| ImportError::content(Place::file(name), problem))?;
        for text in [&table.from, &table.to, &table.published].into_iter().flatten() {
            if text.parse::<Date>().is_err() {
                let problem = format!("{}: `{text}` is not a date like 2025-10-01", table.name);
                return Err(ImportError::content(Place::file(name), problem));
            }
        }
    }
    Ok(file.table)
}

/// The mappings that are shipped.
pub(crate) fn shipped() -> &'static [TableMapping] {
    static SHIPPED: OnceLock<Vec<TableMapping>> = OnceLock::new();
    // A test reads each of them; one that could not be read would merely not be offered.
    SHIPPED.get_or_init(|| SOURCES.iter().filter_map(|(name, text)| parse(text, name).ok()).flatten().collect())
}

const SOURCES: [(&str, &str); 3] = [
    ("hcpcs.toml", include_str!("../mappings/hcpcs.toml")),
    ("opps.toml", include_str!("../mappings/opps.toml")),
    ("physician_time.toml", include_str!("../mappings/physician_time.toml")),
];

impl TableMapping {
    fn wanted(&self) -> Vec<Wanted> {
        self.column.iter().map(|column| Wanted::new(&column.name, &column.header, !column.optional)).collect()
    }

    fn schema(&self) -> Schema {
        let columns = self.column.iter().map(|column| ColumnSpec::new(&column.name, column.kind.column()));
        Schema::new(&self.table, self.key, columns)
    }

    fn identity(&self, file: &SourceFile, out: &Imported<'_>) -> Result<(Identity, bool), ImportError> {
        let day = |text: &Option<String>| text.as_deref().and_then(Day::parse_iso);
        let named = naming::period(file);
        let named_from = named.and_then(|named| naming::day(named.year, named.month.unwrap_or(1), 1));
        let named_to = named.and_then(|named| match named.month {
            Some(_) => named_from.and_then(naming::quarter_end),
            None => naming::day(named.year, 12, 31),
        });
        let named_version = named.map(|named| match named.month {
            Some(month) => format!("{}-{month:02}", named.year),
            None => named.year.to_string(),
        });
        let options = out.options();
        let guessed =
            (self.version.is_none() && options.version.is_none()) || (self.from.is_none() && options.from.is_none());
        let version = options.version.clone().or_else(|| self.version.clone()).or(named_version);
        let from = options.from.map(Day::from).or(day(&self.from)).or(named_from);
        let (Some(version), Some(from)) = (version, from) else {
            let reason = format!(
                "it is a table of {} but says nowhere of which version and period; give --version and --from",
                self.publication
            );
            return Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
        };
        let to = day(&self.to).or(if self.from.is_none() { named_to } else { None });
        let identity = Identity::new(&self.family, &self.publisher, &self.publication, &version);
        let identity = Identity { published: day(&self.published), from: Some(from), to, ..identity };
        Ok((identity, guessed))
    }
}

impl Importer for TableMapping {
    fn name(&self) -> &str {
        &self.name
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        match sniff.wanted(&self.wanted(), HeaderStyle::Single) {
            Some(Confidence::Certain) if self.asked => Some(Confidence::Asked),
            Some(Confidence::Certain) => Some(Confidence::Likely),
            // A mapping that the user named should say what it misses.
            Some(Confidence::Resembles) if self.asked => Some(Confidence::Resembles),
            _ => None,
        }
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let (identity, guessed) = self.identity(file, out)?;
        let version = identity.version.clone();
        let release = out.release(identity)?;
        if guessed {
            let message = format!("the content does not name its edition; {version} is taken from the name");
            release.warn(Place::file(file.path()), message);
        }
        let completeness = if self.parts { Completeness::Part } else { Completeness::Whole };
        let table = release.table(self.schema(), completeness)?;
        layout::each_row(file, &self.wanted(), HeaderStyle::Single, &mut |row| {
            let cell = |(at, column): (usize, &MappedColumn)| match column.kind {
                Kind::Undotted => Ok(row.undotted(at)?.map_or(Cell::Blank, Cell::Code)),
                kind => row.cell(at, kind.column()),
            };
            let cells: Vec<Cell<'_>> = self.column.iter().enumerate().map(cell).collect::<Result<_, _>>()?;
            table.push(&row, &cells)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::rows;
    use crate::{ImportOptions, prepare};

    #[test]
    fn shipped_mappings_are_sound() {
        for (name, text) in SOURCES {
            parse(text, name).unwrap();
        }
    }

    const MAPPING: &str = "[[table]]\nname = \"odd\"\nfamily = \"odd\"\npublisher = \"me\"\npublication = \"Odd\"\ntable = \"odd/items\"\nkey = 1\n\
        [[table.column]]\nname = \"code\"\nheader = [\"item\"]\nkind = \"undotted\"\n\
        [[table.column]]\nname = \"price\"\nheader = [\"cost\"]\nkind = { decimal = 2 }\n";

    #[test]
    fn a_mapping_of_the_users_own() {
        let folder = tempfile::tempdir().unwrap();
        let (mapping, table) = (folder.path().join("m.toml"), folder.path().join("odd_2031q2.csv"));
        std::fs::write(&mapping, MAPPING).unwrap();
        std::fs::write(&table, "Item,Cost\nY99.01,1.5\n").unwrap();
        let options = ImportOptions { mapping: Some(mapping.clone()), ..ImportOptions::default() };
        let prepared = prepare(std::slice::from_ref(&table), &options).unwrap();
        let meta = &prepared.releases[0].meta;
        assert_eq!((meta.version.as_str(), meta.from.to_string().as_str()), ("2031-04", "2031-04-01"));
        assert_eq!(rows(&prepared.releases, "odd/items"), [["Y9901", "1.50"]]);
        std::fs::write(&mapping, MAPPING.replace("key = 1", "keys = 1")).unwrap();
        let error = prepare(&[table], &options).unwrap_err().to_string();
        assert!(error.starts_with("m.toml, row 7: is no mapping: "), "{error}");
    }
}
