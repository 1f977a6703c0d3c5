//! Comorbidity indices: AHRQ's Elixhauser Comorbidity Software Refined, and the Charlson index.
//!
//! Elixhauser is derived from AHRQ's reference file. The Charlson tables are entered by hand from the publications that
//! their rows name; here they are only counted and listed.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::fs;
use std::path::Path;

const ELIXHAUSER: &str = "comorbidity/CMR-Reference-File-v2026-1.xlsx";
const VERSION: &str = "2026.1";

/// Derives `data/risk/elixhauser-*.csv` and lists `data/risk/charlson-*.csv`.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let path = shared.join("reference").join(ELIXHAUSER);
    let out = data.join("risk");
    fs::create_dir_all(&out)?;
    let mut book: Xlsx<_> = open_workbook(&path).with_context(|| path.display().to_string())?;

    let mut measures = csv_writer(&out.join("elixhauser-measures.csv"))?;
    measures.write_record(["measure", "label", "needs_poa"])?;
    let mut names = Vec::new();
    for row in rows(&mut book, "Comorbidity_Measures")?.iter().skip(2) {
        let Some(name) = row[0].strip_prefix("CMR_") else { continue };
        let needs_poa = match row[2].as_str() {
            "Yes" => "1",
            "No" => "0",
            other => bail!("`{other}` does not say whether {name} needs a POA indicator"),
        };
        measures.write_record([name, &row[1], needs_poa])?;
        names.push(name.to_owned());
    }
    measures.flush()?;

    let mut codes = csv_writer(&out.join("elixhauser-codes.csv"))?;
    codes.write_record(["code", "measures"])?;
    let table = rows(&mut book, "DX_to_Comorb_Mapping")?;
    let header = table.get(1).context("the mapping has no header")?;
    let mut count = 0;
    for row in table.iter().skip(2).filter(|row| row[0] != "End of Content") {
        let marked =
            header.iter().zip(row).skip(3).filter(|(_, value)| value.as_str() == "1").map(|(name, _)| name.as_str());
        let marked: Vec<&str> = marked.collect();
        if marked.len().to_string() != row[2] || marked.iter().any(|name| !known(&names, name)) {
            bail!("{}: the row says {} comorbidities and marks {}", row[0], row[2], marked.join(" "));
        }
        codes.write_record([&row[0], &marked.join(" ")])?;
        count += 1;
    }
    codes.flush()?;

    let elixhauser = |table: &str, rows: u64, note: &str| -> Result<SourceEntry> {
        Ok(SourceEntry {
            table: format!("risk/{table}"),
            publisher: "AHRQ".to_owned(),
            publication: "Elixhauser Comorbidity Software Refined for ICD-10-CM".to_owned(),
            version: VERSION.to_owned(),
            from: "2015-10-01".to_owned(),
            to: "2026-09-30".to_owned(),
            rows,
            source: format!("PyPI elixhauser-ahrq, {}", ELIXHAUSER.rsplit('/').next().unwrap_or(ELIXHAUSER)),
            sha256: sha256(&path)?,
            note: note.to_owned(),
        })
    };
    let charlson = |table: &str, publication: &str, note: &str| -> Result<SourceEntry> {
        let file = super::hhs_hcc::by_hand(table);
        let rows = csv::Reader::from_path(&file)?.records().count() as u64;
        let digest = sha256(&file)?;
        Ok(SourceEntry {
            table: format!("risk/{table}"),
            publisher: "Quan et al.".to_owned(),
            publication: publication.to_owned(),
            version: "2005, 2011".to_owned(),
            from: "2015-10-01".to_owned(),
            to: "2099-12-31".to_owned(),
            rows,
            source: "entered by hand".to_owned(),
            sha256: digest,
            note: note.to_owned(),
        })
    };
    Ok(vec![
        elixhauser(
            "elixhauser-measures",
            names.len() as u64,
            "the 38 measures and whether each needs a POA indicator.",
        )?,
        elixhauser("elixhauser-codes", count, "diagnoses and the measures each belongs to; CBVD in its two parts.")?,
        SourceEntry {
            rows: csv::Reader::from_path(super::hhs_hcc::by_hand("elixhauser-hierarchies"))?.records().count() as u64,
            source: "entered by hand from AHRQ's mapping program".to_owned(),
            ..elixhauser("elixhauser-hierarchies", 0, "milder measures that a severer one drops.")?
        },
        charlson(
            "charlson-codes",
            "Coding algorithms for defining comorbidities in ICD-9-CM and ICD-10 administrative data, Med Care 2005;43:1130",
            "beginnings of ICD-10 codes of each condition (table 1, column ICD-10).",
        )?,
        charlson(
            "charlson-weights",
            "Updating and validating the Charlson comorbidity index and score, Am J Epidemiol 2011;173:676",
            "weights of 1987 and of 2011, and which milder condition a severer one drops.",
        )?,
    ])
}

/// Whether a column of the mapping belongs to a measure; that of cerebrovascular disease has two columns.
fn known(names: &[String], column: &str) -> bool {
    names.iter().any(|name| name == column) || (column.starts_with("CBVD_") && names.iter().any(|name| name == "CBVD"))
}

fn rows(book: &mut Xlsx<std::io::BufReader<fs::File>>, sheet: &str) -> Result<Vec<Vec<String>>> {
    let range = book.worksheet_range(sheet).with_context(|| format!("sheet {sheet}"))?;
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string().trim().to_owned(),
    };
    Ok(range.rows().map(|row| row.iter().map(text).collect()).collect())
}
