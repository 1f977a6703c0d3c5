//! What the releases of the data folder say about a code, whatever tables they hold.
//!
//! Nothing here knows a publication: a table mentions a code when one of its code columns holds it, a table is a code
//! system when a code alone is its key and a column holds a title, and it tells of predecessors when it has the code
//! columns `code` and `previous`.

use crate::{Library, LoadedRelease};
use jiff::civil::Date;
use openclaim_tables::relation::{ColumnKind, Relation, Row, Schema, ShortCode};
use openclaim_tables::release::Table;
use openclaim_tables::{Day, text_key};

/// Column names under which publications give what a code means, the fullest first.
const TITLES: [&str; 8] =
    ["long_title", "long_description", "title", "description", "name", "meaning", "short_title", "short_description"];
/// Shorter codes (modifiers, places of service) are looked for in first columns only: elsewhere two characters are a
/// state, a locality or an indicator as well.
const DISTINCTIVE: usize = 3;

/// Which releases are asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// Date of service; the latest release of every table otherwise.
    pub at: Option<Date>,
    /// Only what was published by this day.
    pub known_at: Option<Date>,
    /// All releases instead of the one that answers.
    pub history: bool,
}

/// A table that mentions a code.
#[derive(Debug, Clone)]
pub struct Mention<'a> {
    /// Its release.
    pub release: &'a LoadedRelease,
    /// The table.
    pub table: &'a Table,
    /// The column that holds the code.
    pub column: &'a str,
    /// Positions of the rows.
    pub rows: Vec<usize>,
}

/// A code of a loaded code system.
#[derive(Debug, Clone)]
pub struct LoadedCode<'a> {
    /// The release.
    pub release: &'a LoadedRelease,
    /// Name of the table.
    pub table: &'a str,
    /// The code.
    pub code: ShortCode,
    /// What it means; `None` when the publication leaves it blank.
    pub title: Option<&'a str>,
    /// The row, for its period and other columns.
    pub row: Row<'a>,
}

/// Every table that mentions the code, by name and then by release, the one that answers first.
#[must_use]
pub fn mentions<'a>(library: &'a Library, code: &str, asked: Asked) -> Vec<Mention<'a>> {
    let Some(code) = plain(code) else { return Vec::new() };
    let mut found = Vec::new();
    for (release, table) in tables(library, asked) {
        let columns = &table.schema().columns;
        let mut add = |at: usize, rows: Vec<usize>| {
            if let Some(column) = columns.get(at).filter(|_| !rows.is_empty()) {
                found.push(Mention { release, table, column: &column.name, rows });
            }
        };
        match table {
            Table::Pairs(pairs) => {
                add(0, pairs.of_column1(code.key()).map(|pair| pair.index()).collect());
                add(1, pairs.of_column2(code.key()).map(|pair| pair.index()).collect());
            }
            Table::Relation(relation) => {
                for (at, _) in columns.iter().enumerate().filter(|(_, column)| column.kind == ColumnKind::Code) {
                    let indexed = at == 0 && relation.schema().key > 0;
                    if indexed {
                        add(at, relation.rows_of_key(code.key()).map(|row| row.index()).collect());
                    } else if code.as_str().len() >= DISTINCTIVE {
                        add(at, relation.rows_with(at, code).map(|row| row.index()).collect());
                    }
                }
            }
        }
    }
    found
}

/// The code in every loaded code system.
#[must_use]
pub fn codes<'a>(library: &'a Library, code: &str, asked: Asked) -> Vec<LoadedCode<'a>> {
    let Some(code) = plain(code) else { return Vec::new() };
    let mut found = Vec::new();
    for (release, relation, title) in systems(library, asked) {
        let rows = relation.rows_of_key(code.key());
        let rows = rows.filter(|row| asked.history || asked.at.is_none_or(|at| row.holds(at.into())));
        found.extend(rows.filter_map(|row| loaded(release, relation, title, row)));
    }
    found
}

/// A code that came before or after another.
#[derive(Debug, Clone)]
pub struct Relative<'a> {
    /// The release that says so.
    pub release: &'a LoadedRelease,
    /// Name of the table.
    pub table: &'a str,
    /// The other code.
    pub code: ShortCode,
    /// Whether the other code is the later one.
    pub successor: bool,
    /// From when the later code holds, where the table says so.
    pub effective: Option<Day>,
}

/// What the code was before, and what it became, by the loaded conversion tables. With a day of service, successors
/// that begin after it are told all the same: they are the future.
#[must_use]
pub fn relatives<'a>(library: &'a Library, code: &str, asked: Asked) -> Vec<Relative<'a>> {
    let Some(code) = plain(code) else { return Vec::new() };
    let mut found = Vec::new();
    // A conversion table speaks for the whole past, whatever release it comes in.
    for (release, table) in tables(library, Asked { at: None, ..asked }) {
        let Table::Relation(relation) = table else { continue };
        let schema = relation.schema();
        let (Some(now), Some(before)) = (schema.column("code"), schema.column("previous")) else { continue };
        let effective = schema.column("effective");
        for (own, other, successor) in [(now, before, false), (before, now, true)] {
            found.extend(relation.rows_with(own, code).filter_map(|row| {
                let effective = effective.and_then(|at| row.day(at));
                Some(Relative { release, table: &schema.table, code: row.code(other)?, successor, effective })
            }));
        }
    }
    found
}

/// Codes of loaded code systems whose title has every word, the shortest title first.
#[must_use]
pub fn search<'a>(library: &'a Library, words: &str, asked: Asked, limit: usize) -> Vec<LoadedCode<'a>> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (release, relation, title) in systems(library, asked) {
        for row in relation.rows() {
            let Some(text) = row.text(title) else { continue };
            let text = text.to_lowercase();
            let holds = asked.at.is_none_or(|at| row.holds(at.into()));
            if holds && words.iter().all(|word| text.contains(word.as_str())) {
                found.extend(loaded(release, relation, title, row));
            }
        }
    }
    found.sort_by_key(|code| (code.title.map_or(0, str::len), code.table, code.code));
    found.truncate(limit);
    found
}

fn loaded<'a>(
    release: &'a LoadedRelease,
    relation: &'a Relation,
    title: usize,
    row: Row<'a>,
) -> Option<LoadedCode<'a>> {
    Some(LoadedCode { release, table: &relation.schema().table, code: row.code(0)?, title: row.text(title), row })
}

/// A code as tables hold it: capitals, no dot.
fn plain(code: &str) -> Option<ShortCode> {
    let plain: String = code.trim().chars().filter(|&c| c != '.').map(|c| c.to_ascii_uppercase()).collect();
    ShortCode::new(&plain).filter(|code| code.key() == text_key(plain.as_bytes()))
}

/// The tables that are asked, by name.
fn tables(library: &Library, asked: Asked) -> impl Iterator<Item = (&LoadedRelease, &Table)> {
    let known =
        move |release: &&LoadedRelease| asked.known_at.is_none_or(|known_at| release.meta().known_from() <= known_at);
    let covers = move |release: &&LoadedRelease| asked.history || asked.at.is_none_or(|at| release.meta().covers(at));
    library.table_names().flat_map(move |name| {
        let releases = library.releases_of(name).filter(known).filter(covers);
        let wanted = if asked.history { usize::MAX } else { 1 };
        releases.take(wanted).filter_map(move |release| Some((release, release.table(name).ok()?)))
    })
}

fn systems(library: &Library, asked: Asked) -> impl Iterator<Item = (&LoadedRelease, &Relation, usize)> {
    tables(library, asked).filter_map(|(release, table)| match table {
        Table::Relation(relation) => Some((release, relation, title_column(relation.schema())?)),
        Table::Pairs(_) => None,
    })
}

/// The column of titles of a code system.
fn title_column(schema: &Schema) -> Option<usize> {
    let alone = schema.key == 1 && schema.columns.first().is_some_and(|column| column.kind == ColumnKind::Code);
    let text = |&at: &usize| schema.columns.get(at).is_some_and(|column| column.kind == ColumnKind::Text);
    alone.then(|| TITLES.iter().filter_map(|name| schema.column(name)).find(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_folder::DataFolder;
    use jiff::civil::date;
    use openclaim_tables::pairs::{PairTableBuilder, Terms};
    use openclaim_tables::relation::{ColumnSpec, RelationBuilder};
    use openclaim_tables::release::{BuiltRelease, ReleaseMeta, ReleaseWriter};

    fn release(version: &str, published: Date, title: &str) -> BuiltRelease {
        let mut meta = ReleaseMeta::new("t", "CMS", "T", version, date(2025, 1, 1));
        meta.published = Some(published);
        let mut release = ReleaseWriter::new(meta);
        let schema = Schema::new("codes", 1, [ColumnSpec::code("code"), ColumnSpec::text("title")]);
        let mut table = RelationBuilder::new(schema).unwrap();
        table.push_texts(2, &["G0008", title]).unwrap();
        table.push_texts(3, &["26", "Professional component"]).unwrap();
        release.relation(table).unwrap();
        let schema = Schema::new("articles", 1, [ColumnSpec::int("article"), ColumnSpec::code("hcpcs")]);
        let mut table = RelationBuilder::new(schema).unwrap();
        table.push_texts(2, &["1", "G0008"]).unwrap();
        table.push_texts(3, &["2", "26"]).unwrap();
        release.relation(table).unwrap();
        let columns = [ColumnSpec::code("code"), ColumnSpec::code("previous"), ColumnSpec::day("effective")];
        let mut table = RelationBuilder::new(Schema::new("conversion", 2, columns)).unwrap();
        table.push_texts(2, &["G0008", "Q0008", "2024-01-01"]).unwrap();
        table.push_texts(3, &["G0010", "G0008", "2025-10-01"]).unwrap();
        release.relation(table).unwrap();
        let mut pairs = PairTableBuilder::new("pairs").unwrap();
        let terms = Terms { from: None, to: None, modifier_indicator: b'1', before_1996: false, rationale: "" };
        pairs.push(2, "G0008", "G0009", terms).unwrap();
        pairs.push(2, "G0007", "G0008", terms).unwrap();
        release.pairs(pairs).unwrap();
        release.finish().unwrap()
    }

    #[test]
    fn codes_titles_and_mentions_follow_the_day_of_knowledge() {
        let directory = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(directory.path());
        let both =
            [release("1", date(2024, 12, 1), "Flu vaccine"), release("1", date(2025, 2, 1), "Flu vaccine admin")];
        folder.write_access("a test", std::time::Duration::ZERO).unwrap().install(&both).unwrap();
        let library = Library::open(Some(directory.path())).unwrap();
        let title = |asked| codes(&library, "g0008", asked).iter().map(|code| code.title.unwrap()).collect::<Vec<_>>();
        let early = Asked { known_at: Some(date(2025, 1, 1)), ..Asked::default() };
        assert_eq!(title(Asked::default()), ["Flu vaccine admin"]);
        assert_eq!(title(early), ["Flu vaccine"]);
        assert_eq!(title(Asked { history: true, ..Asked::default() }), ["Flu vaccine admin", "Flu vaccine"]);
        assert_eq!(title(Asked { at: Some(date(2024, 1, 1)), ..Asked::default() }), [""; 0]);
        let found = |code| {
            let mentions = mentions(&library, code, Asked::default());
            let show = |mention: &Mention<'_>| {
                format!("{}.{} {}", mention.table.schema().table, mention.column, mention.rows.len())
            };
            mentions.iter().map(show).collect::<Vec<_>>()
        };
        assert_eq!(
            found("G0008"),
            [
                "articles.hcpcs 1",
                "codes.code 1",
                "conversion.code 1",
                "conversion.previous 1",
                "pairs.column1 1",
                "pairs.column2 1"
            ]
        );
        let relatives = relatives(&library, "G0008", Asked::default());
        let told = |relative: &Relative<'_>| {
            (relative.code.to_string(), relative.successor, relative.effective.map(|day| day.to_string()))
        };
        assert_eq!(
            relatives.iter().map(told).collect::<Vec<_>>(),
            [("Q0008".into(), false, Some("2024-01-01".into())), ("G0010".into(), true, Some("2025-10-01".into()))]
        );
        assert_eq!(found("26"), ["codes.code 1"], "short codes are looked for in first columns only");
        assert_eq!(found("absent-code"), [""; 0]);
        let hits = search(&library, "VACCINE flu", Asked::default(), 9);
        assert_eq!(hits.iter().map(|code| code.code.to_string()).collect::<Vec<_>>(), ["G0008"]);
    }
}
