//! Inpatient payment: wage index, out-migration, standardized amounts and new technologies of FY 2026 from CMS's
//! claims-pricer tables. Constants and memberships (`rates.csv`, `rule_codes.csv`, `provider_types.csv`, `years.csv`)
//! and the new technologies of FY 2021 are kept by hand, every row with its source.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FROM: &str = "2025-10-01";
const TO: &str = "2026-09-30";
const PACKAGE: &str = "CMS claims-pricer tables (public domain, CC0)";

/// Tables kept by hand: file, publication, version, first and last day.
const BY_HAND: [(&str, &str, &str, &str, &str); 6] = [
    ("years", "IPPS final rules", "FY 2021 and FY 2026", "2020-10-01", "2026-09-30"),
    ("rates", "IPPS final rules and 42 CFR part 412", "FY 2021 and FY 2026", "2020-10-01", "2026-12-31"),
    ("rule_codes", "IPPS final rules and 42 CFR part 412", "FY 2021 and FY 2026", "2020-10-01", "2026-09-30"),
    ("provider_types", "Medicare Claims Processing Manual, chapter 3", "FY 2026", "2020-10-01", "2026-09-30"),
    ("new_technology/fy2021", "IPPS final rule, new technologies", "FY 2021", "2020-10-01", "2021-09-30"),
    ("new_technology_codes/fy2021", "IPPS final rule, new technologies", "FY 2021", "2020-10-01", "2021-09-30"),
];

/// Derives the FY 2026 tables and lists the sources of all.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let mut entries = by_hand(data)?;
    let reference = shared.join("reference/ipps");
    let mut add = |file: &str, table: &str, rows: u64, note: &str| -> Result<()> {
        entries.push(SourceEntry {
            table: format!("ipps/{}", table.replace('_', "-")),
            publisher: "CMS".to_owned(),
            publication: "IPPS claims-pricer tables".to_owned(),
            version: "FY 2026".to_owned(),
            from: FROM.to_owned(),
            to: TO.to_owned(),
            rows,
            source: format!("{PACKAGE}, {file}"),
            sha256: sha256(&reference.join(file))?,
            note: note.to_owned(),
        });
        Ok(())
    };
    let folder = data.join("ipps");

    let file = "fy2026-cbsa-wage-index.csv";
    let rows = read(&reference.join(file))?;
    let wage_index = rows.iter().map(|row| {
        let [cbsa, size, _, index, reclassified, floor, name] = fields(row)?;
        Ok(vec![cbsa, size, FROM, TO, index, reclassified, floor, name])
    });
    let header = ["cbsa", "size", "from", "to", "wage_index", "reclassified", "imputed_floor", "name"];
    let count = write(&folder.join("wage_index.csv"), &header, wage_index)?;
    let note = "`ipps/wage_index.csv`: wage index by CBSA, rural areas by two-digit state code; imputed floor of all-urban states.";
    add(file, "wage_index", count, note)?;

    let file = "fy2026-out-migration.csv";
    let rows = read(&reference.join(file))?;
    let counties = rows.iter().map(|row| {
        let [county, adjustment, _] = fields(row)?;
        Ok(vec![county, FROM, TO, adjustment])
    });
    let count = write(&folder.join("out_migration.csv"), &["county_fips", "from", "to", "adjustment"], counties)?;
    add(file, "out_migration", count, "`ipps/out_migration.csv`: what is added to the wage index, by county.")?;

    let file = "fy2026-standardized-amounts.csv";
    let rows = read(&reference.join(file))?;
    let amounts = rows.iter().map(|row| {
        let [number, condition, labor, nonlabor] = fields(row)?;
        Ok(vec![number, FROM, TO, condition, labor, nonlabor])
    });
    let header = ["number", "from", "to", "condition", "labor", "nonlabor"];
    let count = write(&folder.join("standardized_amounts.csv"), &header, amounts)?;
    let note = "`ipps/standardized_amounts.csv`: operating standardized amounts by update and wage index.";
    add(file, "standardized_amounts", count, note)?;

    new_technology(&reference, &folder, &mut add)?;
    Ok(entries)
}

/// The technologies and the codes that show them.
///
/// A technology's codes are in parts, named `X1`, `X2` … where there are several. A case shows the technology when it has
/// a code of every part; codes of several kinds (procedure, diagnosis) within a part are parts of their own. Technologies
/// whose code names do not follow that pattern are marked `unknown`: the tables at hand do not say how their parts combine.
fn new_technology(
    reference: &Path,
    folder: &Path,
    add: &mut dyn FnMut(&str, &str, u64, &str) -> Result<()>,
) -> Result<()> {
    let (costs_file, codes_file) = ("fy2026-new-technology-costs.csv", "fy2026-new-technology-codes.csv");
    let costs = read(&reference.join(costs_file))?;
    let codes = read(&reference.join(codes_file))?;
    let names: BTreeSet<&str> = costs.iter().filter_map(|row| row.get(0)).collect();
    let mut parts: BTreeMap<String, BTreeSet<(String, &str)>> = BTreeMap::new();
    let mut code_rows = Vec::new();
    for row in &codes {
        let [name, code, kind] = fields(row)?;
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        // Kept as codes of rules, not of a technology.
        if matches!(base, "NOCOSTPROD" | "ISLET") {
            continue;
        }
        let technology = if names.contains(name) { name } else { base };
        let kind = match kind {
            "PROC" => "procedure",
            "DIAG" => "diagnosis",
            "COND" => "condition",
            other => bail!("{codes_file}: code type `{other}`"),
        };
        let part = (name[technology.len()..].to_owned(), kind);
        parts.entry(technology.to_owned()).or_default().insert(part.clone());
        code_rows.push((code, technology.to_owned(), part));
    }
    let part_number = |technology: &str, part: &(String, &str)| {
        let number = parts.get(technology).and_then(|parts| parts.iter().position(|known| known == part));
        number.map_or(0, |at| at + 1).to_string()
    };
    let mut rows: Vec<[String; 6]> = code_rows
        .iter()
        .map(|(code, technology, part)| {
            let number = part_number(technology, part);
            [(*code).to_owned(), technology.clone(), number, FROM.to_owned(), TO.to_owned(), part.1.to_owned()]
        })
        .collect();
    rows.sort();
    let header = ["code", "technology", "part", "from", "to", "kind"];
    let count = write(
        &folder.join("new_technology_codes/fy2026.csv"),
        &header,
        rows.iter().map(|row| Ok(row.iter().map(String::as_str).collect())),
    )?;
    let note = "`ipps/new_technology_codes/`: codes by technology and part; a case must have one code of every part.";
    add(codes_file, "new_technology_codes", count, note)?;

    let mut rows: Vec<[String; 6]> = Vec::new();
    for row in &costs {
        let [name, amount, share] = fields(row)?;
        // Two amounts for one set of codes, more than two numbered parts, or a numbered part of codes of several kinds:
        // the choice is not told.
        let stem = if parts.contains_key(name) { name } else { &name[..name.len() - 1] };
        let known = parts.get(name).is_some_and(|parts| {
            let numbered: BTreeSet<&str> = parts.iter().map(|(number, _)| number.as_str()).collect();
            numbered.len() <= 2 && (numbered.len() == 1 || numbered.len() == parts.len())
        });
        if !parts.contains_key(stem) {
            bail!("{costs_file}: no codes for `{name}`");
        }
        let combination = if known { "all" } else { "unknown" };
        rows.push([
            name.to_owned(),
            FROM.to_owned(),
            TO.to_owned(),
            amount.to_owned(),
            share.to_owned(),
            combination.to_owned(),
        ]);
    }
    rows.sort();
    let header = ["name", "from", "to", "amount", "share", "combination"];
    let count = write(
        &folder.join("new_technology/fy2026.csv"),
        &header,
        rows.iter().map(|row| Ok(row.iter().map(String::as_str).collect())),
    )?;
    let note = "`ipps/new_technology/`: most that is added and the share of costs paid; `combination` says whether the parts of the codes are known to be all required.";
    add(costs_file, "new_technology", count, note)
}

/// The sources of the tables that are kept by hand; with a scratch folder they are copied there first.
fn by_hand(data: &Path) -> Result<Vec<SourceEntry>> {
    let mut entries = Vec::new();
    for (file, publication, version, from, to) in BY_HAND {
        let path = data.join("ipps").join(format!("{file}.csv"));
        if !path.exists() {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/ipps").join(format!("{file}.csv"));
            std::fs::create_dir_all(path.parent().context("a file in a folder")?)?;
            std::fs::copy(&kept, &path).with_context(|| kept.display().to_string())?;
        }
        let rows = read(&path)?.len() as u64;
        entries.push(SourceEntry {
            table: format!("ipps/{}", file.split('/').next().unwrap_or(file).replace('_', "-")),
            publisher: "CMS".to_owned(),
            publication: publication.to_owned(),
            version: version.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            rows,
            source: format!("kept by hand: data/ipps/{file}.csv, every row with its source"),
            sha256: sha256(&path)?,
            note: format!("`ipps/{file}.csv`: kept by hand from the publications its rows name."),
        });
    }
    Ok(entries)
}

fn read(path: &Path) -> Result<Vec<csv::StringRecord>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader.records().map(|record| record.with_context(|| path.display().to_string())).collect()
}

fn fields<const N: usize>(row: &csv::StringRecord) -> Result<[&str; N]> {
    let values: Vec<&str> = row.iter().map(str::trim).collect();
    values
        .try_into()
        .map_err(|values: Vec<&str>| anyhow::anyhow!("{} columns where {N} belong: {values:?}", values.len()))
}

fn write<'a>(path: &Path, header: &[&str], rows: impl Iterator<Item = Result<Vec<&'a str>>>) -> Result<u64> {
    let mut writer = csv_writer(path)?;
    writer.write_record(header)?;
    let mut count = 0;
    for row in rows {
        writer.write_record(row?)?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}
