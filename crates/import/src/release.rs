//! What importers produce: releases, their tables, and warnings.

use crate::ImportOptions;
use crate::error::{ImportError, Place};
use crate::row::Row;
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::pairs::{PairTableBuilder, Terms};
use openclaim_tables::relation::{BuildError, Cell, RelationBuilder, RowFault, Schema};
use openclaim_tables::release::{BuiltRelease, ReleaseMeta, ReleaseWriter, Warning};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Which publication a file belongs to.
///
/// Files that name the same family, version and period fill one release, whatever archive they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Short name of the series, used in file names: `icd-10-cm`, `mpfs`, `ncci-ptp-practitioner`. Lower case letters,
    /// digits and hyphens.
    pub family: String,
    /// `CMS`, `NCHS`, `X12`.
    pub publisher: String,
    /// The publication's title.
    pub publication: String,
    /// Version within the series, in the publisher's terms: `FY2026`, `RVU25D`, `v32.2`.
    pub version: String,
    /// Day of publication as the content says it. `None`: the archive's date of the file is taken, with a warning, unless it
    /// lies after the period; the day is otherwise unknown.
    pub published: Option<Day>,
    /// First day on which it holds. `None`: the user must give `--from`.
    pub from: Option<Day>,
    /// Last day on which it holds; `None` when it holds until replaced.
    pub to: Option<Day>,
}

impl Identity {
    /// An identity without dates.
    #[must_use]
    pub fn new(family: &str, publisher: &str, publication: &str, version: &str) -> Self {
        Self {
            family: family.to_owned(),
            publisher: publisher.to_owned(),
            publication: publication.to_owned(),
            version: version.to_owned(),
            published: None,
            from: None,
            to: None,
        }
    }

    /// With the period in which it holds.
    #[must_use]
    pub fn period(self, from: Day, to: Option<Day>) -> Self {
        Self { from: Some(from), to, ..self }
    }

    /// With the day of publication that the content states.
    #[must_use]
    pub fn published(self, day: Day) -> Self {
        Self { published: Some(day), ..self }
    }
}

/// Whether a file holds a table whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// The whole table. When several files hold it (csv, txt and xlsx of one archive), the first is kept and the others
    /// are compared with it: a difference is a warning.
    Whole,
    /// Some of its rows; those of all files are put together.
    Part,
}

#[derive(Debug)]
enum Builder {
    Relation(RelationBuilder),
    Pairs(PairTableBuilder),
    /// Another file's table is kept; this one is only compared with it.
    Compared,
}

/// A table being filled.
#[derive(Debug)]
pub struct Table {
    schema: Option<Schema>,
    builder: Builder,
    name: String,
    completeness: Completeness,
    file: String,
    rows: u64,
    fingerprint: u64,
}

impl Table {
    /// Adds a row of a relation; `at` gives its number for messages. Texts are read as their column's kind says.
    ///
    /// # Errors
    /// [`ImportError::Content`] with file, row and column when a value does not fit.
    pub fn push(&mut self, at: &Row<'_>, cells: &[Cell<'_>]) -> Result<(), ImportError> {
        self.push_numbered(at.number(), cells)
    }

    /// The same where there is no [`Row`], as in XML.
    ///
    /// # Errors
    /// [`ImportError::Content`].
    pub fn push_numbered(&mut self, number: u64, cells: &[Cell<'_>]) -> Result<(), ImportError> {
        if let Some(schema) = &self.schema
            && self.completeness == Completeness::Whole
        {
            let mut hasher = DefaultHasher::new();
            for (cell, column) in cells.iter().zip(&schema.columns) {
                // Equal values count as equal however they were handed over.
                let cell = match *cell {
                    Cell::Text(text) => Cell::parse(column.kind, text).unwrap_or(Cell::Text(text)),
                    other => other,
                };
                cell.to_string().hash(&mut hasher);
            }
            self.fingerprint = self.fingerprint.wrapping_add(hasher.finish());
        }
        self.rows += 1;
        match &mut self.builder {
            Builder::Relation(builder) => builder.push(number, cells).map_err(fault),
            Builder::Compared => Ok(()),
            Builder::Pairs(_) => Err(ImportError::Store(format!("{} is a table of pairs, not of rows", self.name))),
        }
    }

    /// Adds a pair to a table begun with [`ReleaseDraft::pairs`].
    ///
    /// # Errors
    /// [`ImportError::Content`] with file and row when a code or a date cannot be.
    pub fn push_pair(&mut self, number: u64, one: &str, two: &str, terms: Terms<'_>) -> Result<(), ImportError> {
        self.rows += 1;
        match &mut self.builder {
            Builder::Pairs(builder) => builder.push(number, one, two, terms).map_err(fault),
            _ => Err(ImportError::Store(format!("{} is a table of rows, not of pairs", self.name))),
        }
    }

    /// Rows so far, repetitions included.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

fn fault(fault: RowFault) -> ImportError {
    let place = Place { file: fault.file, sheet: None, row: fault.row, column: fault.column };
    ImportError::content(place, fault.problem)
}

fn store(error: BuildError) -> ImportError {
    ImportError::Store(error.to_string())
}

/// A release being filled, by one file or several.
#[derive(Debug)]
pub struct ReleaseDraft {
    identity: Identity,
    sources: BTreeMap<String, String>,
    tables: Vec<Table>,
    warnings: Vec<Warning>,
    importers: BTreeSet<String>,
    /// Whether the day of publication is one that a content states.
    stated: bool,
    /// The file being read now.
    file: String,
}

impl ReleaseDraft {
    /// What the release is, the user's options applied.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Takes a file's day of publication: one that the content states counts before an archive's date of another file.
    fn dated(&mut self, published: Option<Day>, stated: bool) {
        if stated && !self.stated {
            self.identity.published = published;
        } else if stated == self.stated {
            self.identity.published = self.identity.published.max(published);
        }
        self.stated |= stated;
    }

    /// Names of the tables begun so far.
    pub(crate) fn table_names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| table.name.as_str())
    }

    /// Begins a table of rows. A table that this file has begun already is continued; one that another file holds is
    /// continued when both hold parts, and otherwise compared with this one.
    ///
    /// # Errors
    /// [`ImportError::Store`] when the schema cannot be stored or differs from that of the part already there.
    pub fn table(&mut self, schema: Schema, completeness: Completeness) -> Result<&mut Table, ImportError> {
        let name = schema.table.clone();
        if let Some(at) = self.resume(&name, completeness, Some(&schema))? {
            return Ok(&mut self.tables[at]);
        }
        let kept = self.tables.iter().any(|table| table.name == name);
        let builder = if kept {
            Builder::Compared
        } else {
            let mut builder = RelationBuilder::new(schema.clone()).map_err(store)?;
            builder.origin(&self.file);
            Builder::Relation(builder)
        };
        Ok(self.begin(Some(schema), builder, name, completeness))
    }

    /// Begins, or continues, a table of pairs; files hold parts of it.
    ///
    /// # Errors
    /// [`ImportError::Store`] when the name cannot be stored or is that of a table of rows.
    pub fn pairs(&mut self, name: &str) -> Result<&mut Table, ImportError> {
        if let Some(at) = self.resume(name, Completeness::Part, None)? {
            return Ok(&mut self.tables[at]);
        }
        let mut builder = PairTableBuilder::new(name).map_err(store)?;
        builder.origin(&self.file);
        Ok(self.begin(None, Builder::Pairs(builder), name.to_owned(), Completeness::Part))
    }

    fn begin(
        &mut self,
        schema: Option<Schema>,
        builder: Builder,
        name: String,
        completeness: Completeness,
    ) -> &mut Table {
        let file = self.file.clone();
        let at = self.tables.len();
        self.tables.push(Table { schema, builder, name, completeness, file, rows: 0, fingerprint: 0 });
        &mut self.tables[at]
    }

    fn resume(
        &mut self,
        name: &str,
        completeness: Completeness,
        schema: Option<&Schema>,
    ) -> Result<Option<usize>, ImportError> {
        let file = &self.file;
        let parts = |table: &Table| completeness == Completeness::Part && table.completeness == Completeness::Part;
        let found = self.tables.iter().position(|table| table.name == name && (table.file == *file || parts(table)));
        let Some(at) = found else { return Ok(None) };
        let table = &mut self.tables[at];
        if table.schema.as_ref() != schema {
            let problem = format!("{file}: the columns of table {name} differ from those of {}", table.file);
            return Err(ImportError::Store(problem));
        }
        match &mut table.builder {
            Builder::Relation(builder) => builder.origin(file),
            Builder::Pairs(builder) => builder.origin(file),
            Builder::Compared => {}
        }
        Ok(Some(at))
    }

    /// Notes something the user should know.
    pub fn warn(&mut self, place: Place, message: impl Into<String>) {
        let Place { file, sheet, row, column } = place;
        let message = message.into();
        let message = sheet.map_or_else(|| message.clone(), |sheet| format!("sheet `{sheet}`: {message}"));
        let row = (row > 0).then_some(row);
        self.warnings.push(Warning { file, row, column, message });
    }

    /// Writes the release.
    fn finish(mut self) -> Result<BuiltRelease, ImportError> {
        self.compare_renderings();
        crate::importers::complete(&mut self);
        let Identity { family, publisher, publication, version, published, from, to } = self.identity;
        let from =
            from.and_then(Day::to_date).ok_or_else(|| ImportError::Store(format!("{publication} has no first day")))?;
        let mut meta = ReleaseMeta::new(&family, &publisher, &publication, &version, from);
        meta.published = published.and_then(Day::to_date);
        meta.to = to.and_then(Day::to_date);
        let names: Vec<String> = self.importers.into_iter().collect();
        meta.importer = format!("openclaim {}: {}", env!("CARGO_PKG_VERSION"), names.join(", "));
        let source = |(file, sha256)| openclaim_tables::release::SourceFile { file, sha256 };
        meta.sources = self.sources.into_iter().map(source).collect();
        let mut writer = ReleaseWriter::new(meta);
        // The order of files must not show in the bytes.
        let place =
            |warning: &Warning| (warning.file.clone(), warning.row, warning.column.clone(), warning.message.clone());
        self.warnings.sort_by_cached_key(place);
        for warning in self.warnings {
            writer.warn(warning);
        }
        for table in self.tables {
            match table.builder {
                Builder::Relation(builder) => drop(writer.relation(builder).map_err(store)?),
                Builder::Pairs(builder) => drop(writer.pairs(builder).map_err(store)?),
                Builder::Compared => {}
            }
        }
        writer.finish().map_err(store)
    }

    /// Warns of files whose rendering of a table differs from the one kept.
    fn compare_renderings(&mut self) {
        let kept = |name: &str| {
            self.tables.iter().find(|table| table.name == name && !matches!(table.builder, Builder::Compared))
        };
        let mut warnings = Vec::new();
        for other in self.tables.iter().filter(|table| matches!(table.builder, Builder::Compared)) {
            let Some(kept) = kept(&other.name) else { continue };
            if (other.fingerprint, other.rows) != (kept.fingerprint, kept.rows) {
                let message = format!(
                    "holds table {} too, with {} rows, and differs from {} with {} rows, which is kept",
                    other.name, other.rows, kept.file, kept.rows
                );
                warnings.push(Warning::new(&other.file, message));
            }
        }
        self.warnings.extend(warnings);
    }
}

/// Where an importer puts what it reads from one file.
#[derive(Debug)]
pub struct Imported<'a> {
    file: &'a SourceFile,
    options: &'a ImportOptions,
    importer: &'a str,
    releases: &'a mut Releases,
    touched: BTreeSet<usize>,
}

impl<'a> Imported<'a> {
    /// What the user asked for: importers that do not find a version or dates in the content may look here.
    #[must_use]
    pub fn options(&self) -> &'a ImportOptions {
        self.options
    }

    /// Begins, or continues, a release. The user's `--version`, `--published`, `--from` and `--to` replace what the
    /// identity says; a missing day of publication is filled in as [`Identity::published`] tells.
    ///
    /// # Errors
    /// [`ImportError::Content`] when the first day is known neither from the content nor from the options, or the period
    /// ends before it begins.
    pub fn release(&mut self, identity: Identity) -> Result<&mut ReleaseDraft, ImportError> {
        let options = self.options;
        let place = || Place::file(self.file.path());
        let from = options.from.map(Day::from).or(identity.from).ok_or_else(|| {
            let problem = format!("it does not say from when {} holds; give the day with --from", identity.publication);
            ImportError::content(place(), problem)
        })?;
        let to = options.to.map(Day::from).or(identity.to);
        if let Some(to) = to.filter(|&to| to < from) {
            return Err(ImportError::content(place(), format!("the period ends on {to} before it begins on {from}")));
        }
        let stated = options.published.map(Day::from).or(identity.published);
        // An archive packed anew long after tells when it was packed.
        let latest = to.or_else(|| Day(from.0 + 10_000).into());
        let plausible = |date: &Date| latest.is_none_or(|latest| Day::from(*date) <= latest);
        let archived: Option<Date> = if stated.is_none() { self.file.modified().filter(plausible) } else { None };
        let published = stated.or(archived.map(Day::from));
        let version = options.version.clone().unwrap_or(identity.version);
        let identity = Identity { version, published, from: Some(from), to, ..identity };
        let (at, draft) = self.releases.draft(identity);
        draft.dated(published, stated.is_some());
        draft.file = self.file.path().to_owned();
        draft.importers.insert(self.importer.to_owned());
        // An importer may ask for its release with every row.
        let new = !draft.sources.contains_key(self.file.path());
        if new {
            draft.sources.insert(self.file.path().to_owned(), self.file.sha256());
        }
        if let Some(date) = archived.filter(|_| new && !draft.stated) {
            let message =
                format!("the content has no day of publication; the archive's date of the file is taken: {date}");
            draft.warnings.push(Warning::new(self.file.path(), message));
        }
        self.touched.insert(at);
        Ok(draft)
    }
}

/// The releases of a whole run, files put together.
#[derive(Debug, Default)]
pub struct Releases {
    drafts: Vec<ReleaseDraft>,
    failed: BTreeSet<usize>,
}

impl Releases {
    fn draft(&mut self, identity: Identity) -> (usize, &mut ReleaseDraft) {
        let same = |draft: &ReleaseDraft| {
            let known = &draft.identity;
            let key = (&known.family, &known.version, known.from, known.to);
            key == (&identity.family, &identity.version, identity.from, identity.to)
        };
        let at = self.drafts.iter().position(same).unwrap_or_else(|| {
            self.drafts.push(ReleaseDraft {
                identity,
                sources: BTreeMap::new(),
                tables: Vec::new(),
                warnings: Vec::new(),
                importers: BTreeSet::new(),
                stated: false,
                file: String::new(),
            });
            self.drafts.len() - 1
        });
        (at, &mut self.drafts[at])
    }

    /// Lets an importer read a file. When it fails, the releases that it had begun to fill are given up.
    ///
    /// # Errors
    /// The importer's.
    pub fn read(
        &mut self,
        importer: &dyn crate::Importer,
        file: &SourceFile,
        options: &ImportOptions,
    ) -> Result<(), ImportError> {
        let mut imported =
            Imported { file, options, importer: importer.name(), releases: self, touched: BTreeSet::new() };
        let outcome = importer.import(file, &mut imported);
        let touched = imported.touched;
        if outcome.is_err() {
            self.failed.extend(touched);
        } else if touched.iter().all(|&at| self.drafts[at].tables.is_empty()) {
            return Err(ImportError::content(Place::file(file.path()), "it holds no row of data"));
        }
        outcome
    }

    /// Builds the releases, in order of family, version and period; those given up are left out.
    ///
    /// # Errors
    /// [`ImportError::Store`] when rows contradict each other (the same key twice with different values, both places
    /// named).
    pub fn finish(self) -> Result<Vec<BuiltRelease>, ImportError> {
        let failed = self.failed;
        let whole = self.drafts.into_iter().enumerate().filter(|(at, _)| !failed.contains(at));
        let mut drafts: Vec<ReleaseDraft> = whole.map(|(_, draft)| draft).collect();
        drafts.retain(|draft| !draft.tables.is_empty());
        drafts.sort_by_key(|draft| {
            let identity = &draft.identity;
            (identity.family.clone(), identity.version.clone(), identity.from)
        });
        drafts.into_iter().map(ReleaseDraft::finish).collect()
    }
}
