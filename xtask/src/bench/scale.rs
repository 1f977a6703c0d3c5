//! Batches and scores of many claims, as the program runs them.

use super::budgets::{Rate, line, word};
use super::measure;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// Claims of a batch.
const CLAIMS: &str = "200000";
/// Members whose lines are scored.
const MEMBERS: usize = 1_000_000;

/// Measures batches from 837 and nested Parquet on one thread and on two, and a million members.
pub(super) fn run(openclaim: &Path, scratch: &Path) -> Result<()> {
    let file = scratch.join("claims.837");
    let written = Command::new(openclaim).args(["synth", "--count", CLAIMS]).stdout(File::create(&file)?).status()?;
    if !written.success() {
        bail!("openclaim synth failed");
    }
    let nested = scratch.join("nested");
    batch(openclaim, &file, &nested, 2, &["--layout", "nested"])?;
    let rows = nested.join("nested_claim");
    let results = scratch.join("batch");
    let from_837 = batch(openclaim, &file, &results, 1, &[])?;
    println!("  {}", line("batch/837, one thread", Rate::PerSecond(from_837.rate)));
    let one = batch(openclaim, &rows, &results, 1, &[])?;
    println!("  {}", line("batch/nested Parquet, one thread", Rate::PerSecond(one.rate)));
    let two = batch(openclaim, &rows, &results, 2, &[])?;
    println!("  {}", line("batch/nested Parquet, two threads", Rate::PerSecond(two.rate)));
    two_threads(&one, &two);
    fs::remove_dir_all(&results)?;
    fs::remove_dir_all(&nested)?;
    fs::remove_file(&file)?;
    members(openclaim, scratch)
}

#[expect(clippy::float_arithmetic, reason = "a rate is a measurement")]
fn two_threads(one: &Batch, two: &Batch) {
    let gain = two.rate / one.rate;
    println!("  batch/two threads to one: {gain:.2} times (budget 1.8: {})", word(gain >= 1.8));
    if let Some(peak) = two.peak_mib {
        println!("  batch/resident memory: {peak} MiB (budget 1024: {})", word(peak < 1024));
    }
}

struct Batch {
    rate: f64,
    peak_mib: Option<u64>,
}

#[expect(clippy::float_arithmetic, reason = "a rate is a measurement")]
fn batch(openclaim: &Path, input: &Path, folder: &Path, threads: u32, more: &[&str]) -> Result<Batch> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    let mut command = Command::new(openclaim);
    command.arg("batch").args([input, folder]).args(["--threads", &threads.to_string()]).args(more);
    let cost = measure(&mut command)?;
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("run.json")).context("no manifest")?)?;
    let claims = manifest["claims"].as_f64().filter(|claims| *claims > 0.0);
    let claims = claims.context("the batch decided about no claim")?;
    if manifest["finished"] != true {
        bail!("the batch did not come to its end");
    }
    Ok(Batch { rate: claims / cost.seconds, peak_mib: cost.peak_mib })
}

/// A million members from JSON Lines on two threads: ten seconds, in memory that does not grow.
fn members(openclaim: &Path, scratch: &Path) -> Result<()> {
    let path = scratch.join("members.jsonl");
    let codes = ["E1122", "I5022", "C3490", "J449", "F330", "I4891", "N184", "Z0000"];
    let mut text = String::new();
    for member in 0..MEMBERS {
        let code = |step: usize| codes[(member / step) % codes.len()];
        text.push_str(&format!(
            "{{\"id\":{member},\"model\":\"CMS-HCC V28\",\"payment_year\":2026,\"age\":{},\"sex\":\"{}\",\"orec\":\"0\",\
             \"population\":\"CNA\",\"diagnoses\":[\"{}\",\"{}\",\"{}\",\"{}\",\"R0600\"]}}\n",
            65 + member % 30,
            if member % 2 == 0 { "F" } else { "M" },
            code(1),
            code(8),
            code(64),
            code(512),
        ));
    }
    fs::write(&path, text)?;
    let mut command = Command::new(openclaim);
    let cost = measure(command.args(["score", "--threads", "2"]).arg(&path).stderr(Stdio::null()))?;
    println!(
        "  score/a million members from JSON Lines, two threads: {:.2} s (budget 10: {}), peak {} MiB resident",
        cost.seconds,
        word(cost.seconds <= 10.0),
        cost.peak_mib.map_or("?".to_owned(), |peak| peak.to_string())
    );
    fs::remove_file(&path)?;
    Ok(())
}
