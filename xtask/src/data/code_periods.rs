//! Validity periods of ICD-10 codes, from the Medicare Code Editor's code tables.
//!
//! The editor's tables split a code's life wherever its edit flags change; validity does not care about flags, so rows that
//! touch or overlap become one period.

use anyhow::{Context, Result, bail};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;
use std::path::Path;

/// Inclusive periods per code, in order and apart from each other by at least a day.
pub(super) type Periods = BTreeMap<String, Vec<(Date, Date)>>;

/// Reads `code,date_start,date_end,flags` with dates as `YYYYMMDD`.
pub(super) fn read(path: &Path) -> Result<Periods> {
    let mut raw: Periods = BTreeMap::new();
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    for (row, record) in reader.records().enumerate() {
        let record = record.with_context(|| path.display().to_string())?;
        let at = || format!("{} data row {}", path.display(), row + 1);
        let field = |i: usize| record.get(i).map(str::trim).with_context(at);
        let code = field(0)?;
        if code.is_empty() || code.len() > 7 || !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            bail!("{}: `{code}` is not an ICD-10 code", at());
        }
        let from = day(field(1)?).with_context(at)?;
        let to = day(field(2)?).with_context(at)?;
        if from > to {
            bail!("{}: {from} is after {to}", at());
        }
        raw.entry(code.to_owned()).or_default().push((from, to));
    }
    for periods in raw.values_mut() {
        periods.sort_unstable();
        let mut merged: Vec<(Date, Date)> = Vec::with_capacity(periods.len());
        for &(from, to) in periods.iter() {
            match merged.last_mut() {
                Some(last) if from <= last.1.checked_add(1.day())? => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        *periods = merged;
    }
    Ok(raw)
}

/// Writes `code,from,to`, sorted; returns the number of rows and the first and last day of all.
pub(super) fn write(periods: &Periods, path: &Path) -> Result<(u64, Date, Date)> {
    let mut writer = super::plain::csv_writer(path)?;
    let (mut rows, mut first, mut last) = (0, Date::MAX, Date::MIN);
    writer.write_record(["code", "from", "to"])?;
    for (code, spans) in periods {
        for (from, to) in spans {
            writer.write_record([code.as_str(), &from.to_string(), &to.to_string()])?;
            rows += 1;
            first = first.min(*from);
            last = last.max(*to);
        }
    }
    writer.flush()?;
    Ok((rows, first, last))
}

fn day(text: &str) -> Result<Date> {
    Date::strptime("%Y%m%d", text).with_context(|| format!("`{text}` is not a date"))
}
