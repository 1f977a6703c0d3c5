//! `cargo xtask bench`: the rates against their budgets, and the peer's rate in the same run.

mod budgets;
mod scale;
mod wheel;

use crate::target;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Packages with criterion benches.
const BENCHES: [&str; 9] = [
    "openclaim-grouper",
    "openclaim-x12",
    "openclaim-fhir",
    "openclaim-edits",
    "openclaim-pricer",
    "openclaim-risk",
    "openclaim-engine",
    "openclaim-columnar",
    "openclaim-reference",
];
/// The peer for grouping, from PyPI.
const PEER: &str = "msdrg==1.2.0";
const PEER_CLAIMS: &str = "20000";
/// Bytes of the file that shows whether memory stays flat.
const LARGE: u64 = 1 << 30;

/// Runs the benches of the crates, if `quick` says how, briefly or at length, then the program, batches, the wheel and the
/// peer; with `large`, reads a file of 1 GiB too.
pub(crate) fn run(root: &Path, quick: Option<bool>, large: bool) -> Result<()> {
    cargo(root, &["build", "--release", "--package", "openclaim-cli"])?;
    if let Some(quick) = quick {
        crates(root, quick)?;
    }
    let scratch = target(root).join("bench");
    fs::create_dir_all(&scratch)?;
    let openclaim = target(root).join("release/openclaim");
    println!("\nthe program, and the wheel");
    process_start(root, &openclaim)?;
    scale::run(&openclaim, &scratch)?;
    wheel::run(root)?;
    peer(root, &openclaim, &scratch)?;
    if large {
        large_file(root, &openclaim, &scratch)?;
    }
    Ok(())
}

/// The benches of the crates, each rate beside its budget.
fn crates(root: &Path, quick: bool) -> Result<()> {
    let results = target(root).join("criterion");
    // Figures of an earlier run would be shown as those of this one.
    if results.is_dir() {
        fs::remove_dir_all(&results).context("figures of an earlier run")?;
    }
    for package in BENCHES {
        let mut arguments = vec!["bench", "--quiet", "--package", package, "--benches", "--", "--quiet"];
        arguments.extend(quick.then_some("--quick"));
        cargo(root, &arguments)?;
    }
    println!("\nwork, and rate (median) on one core");
    for line in criterion_rates(&results)? {
        println!("  {line}");
    }
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(arguments).current_dir(root).status().context("cargo")?;
    if !status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    Ok(())
}

/// Rates from criterion's result files: name, then units per second.
fn criterion_rates(folder: &Path) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name == "new") {
                lines.extend(rate(&path)?);
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    lines.sort();
    Ok(lines)
}

#[expect(clippy::float_arithmetic, reason = "a rate is a measurement")]
fn rate(folder: &Path) -> Result<Option<String>> {
    let read = |name: &str| -> Result<Value> { Ok(serde_json::from_slice(&fs::read(folder.join(name))?)?) };
    let (benchmark, estimates) = (read("benchmark.json")?, read("estimates.json")?);
    let name = benchmark["full_id"].as_str().unwrap_or_default();
    let Some(nanoseconds) = estimates["median"]["point_estimate"].as_f64() else { return Ok(None) };
    let throughput = &benchmark["throughput"];
    let per_second = |count: f64| count * 1e9 / nanoseconds;
    let rate = match (throughput["Elements"].as_f64(), throughput["Bytes"].as_f64()) {
        (Some(elements), _) => budgets::Rate::PerSecond(per_second(elements)),
        (_, Some(bytes)) => budgets::Rate::Megabytes(per_second(bytes) / 1e6),
        _ => budgets::Rate::Milliseconds(nanoseconds / 1e6),
    };
    Ok(Some(budgets::line(name, rate)))
}

/// What a run of the program cost.
struct Cost {
    /// From start to exit.
    seconds: f64,
    /// Peak resident memory in MiB; `None` where the system does not tell.
    peak_mib: Option<u64>,
}

/// Runs a command and watches its memory.
fn measure(command: &mut Command) -> Result<Cost> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().context("openclaim")?;
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_mib = None;
    loop {
        if let Ok(status) = fs::read_to_string(&status_file) {
            peak_mib = high_water_mark(&status).or(peak_mib);
        }
        if child.try_wait()?.is_some() {
            return Ok(Cost { seconds: started.elapsed().as_secs_f64(), peak_mib });
        }
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// Line `VmHWM: 12345 kB` of a process's status, in MiB.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib.div_ceil(1024))
}

fn process_start(root: &Path, openclaim: &Path) -> Result<()> {
    let example = root.join("examples/837i-inpatient-clean.837");
    let mut costs = Vec::new();
    for _ in 0..31 {
        costs.push(measure(Command::new(openclaim).arg("check").arg(&example))?);
    }
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let peak = costs.iter().filter_map(|cost| cost.peak_mib).max();
    println!(
        "  `openclaim check` of one claim, start to exit: {} (budget 30 ms), peak {} MiB resident (budget 60)",
        milliseconds(costs[costs.len() / 2].seconds),
        peak.map_or("?".to_owned(), |peak| peak.to_string())
    );
    Ok(())
}

#[expect(clippy::float_arithmetic, reason = "a time is a measurement")]
fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

/// The peer's rate on the same claims, where Python and the package index can be reached.
fn peer(root: &Path, openclaim: &Path, scratch: &Path) -> Result<()> {
    let (claims, ours) = (scratch.join("stays.jsonl"), scratch.join("groups.jsonl"));
    let written = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "openclaim-grouper", "--example", "random_stays", "--"])
        .arg(PEER_CLAIMS)
        .current_dir(root)
        .stdout(File::create(&claims)?)
        .status()?;
    if !written.success() {
        bail!("the example random_stays failed");
    }
    let started = Instant::now();
    let grouped = Command::new(openclaim).arg("group").arg(&claims).stdout(File::create(&ours)?).status()?;
    if !grouped.success() {
        bail!("openclaim group failed on generated stays");
    }
    println!(
        "  `openclaim group` on {PEER_CLAIMS} stays, JSON included: {}",
        milliseconds(started.elapsed().as_secs_f64())
    );
    let venv = scratch.join("venv");
    let python = venv.join("bin/python");
    let quiet = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let installed = python.exists() || quiet(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    if !installed || !quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", PEER])) {
        println!("  peer {PEER}: not measured, Python or the package is not to be had here");
        return Ok(());
    }
    let script = root.join("xtask/peers/msdrg_rate.py");
    let output = Command::new(&python).arg(script).arg(&claims).arg(&ours).output()?;
    if !output.status.success() {
        bail!("the peer failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    println!("  peer {PEER}, Python calls included: {}", String::from_utf8_lossy(&output.stdout).trim());
    Ok(())
}

/// Reads a file made by repeating the claims of an example.
#[expect(clippy::float_arithmetic, reason = "a rate is a measurement")]
fn large_file(root: &Path, openclaim: &Path, scratch: &Path) -> Result<()> {
    let path = scratch.join("large.837");
    let bytes = write_large_file(root, &path)?;
    let cost = measure(Command::new(openclaim).args(["check", "--format", "jsonl"]).arg(&path))?;
    println!(
        "  `openclaim check --format jsonl` of {} MiB in one transaction: {:.1} s, {:.0} MB/s, peak {} MiB resident",
        bytes >> 20,
        cost.seconds,
        bytes as f64 / cost.seconds / 1e6,
        cost.peak_mib.map_or("?".to_owned(), |peak| peak.to_string())
    );
    fs::remove_file(&path)?;
    Ok(())
}

/// Writes header, then the example's claim over and over under identifiers of its own, then trailers that count right.
fn write_large_file(root: &Path, path: &Path) -> Result<u64> {
    let text = fs::read_to_string(root.join("examples/837i-inpatient-clean.837"))?;
    let segments: Vec<&str> = text.split('~').map(str::trim).filter(|segment| !segment.is_empty()).collect();
    let position = |id: &str| {
        let prefix = format!("{id}*");
        segments.iter().position(|segment| segment.starts_with(&prefix)).with_context(|| format!("no {id} segment"))
    };
    let (start, claim, trailer) = (position("ST")?, position("CLM")?, position("SE")?);
    let mut output = BufWriter::new(File::create(path)?);
    let (mut bytes, mut count) = (0_u64, 0_u64);
    let mut write = |segment: &str| -> Result<()> {
        bytes += segment.len() as u64 + 2;
        Ok(writeln!(output, "{segment}~")?)
    };
    segments[..claim].iter().try_for_each(|segment| write(segment))?;
    let claim_len: usize = segments[claim..trailer].iter().map(|segment| segment.len() + 2).sum();
    let repeats = LARGE / claim_len as u64;
    let rest_of_clm = segments[claim].splitn(3, '*').nth(2).unwrap_or_default();
    for number in 0..repeats {
        write(&format!("CLM*LARGE-{number}*{rest_of_clm}"))?;
        segments[claim + 1..trailer].iter().try_for_each(|segment| write(segment))?;
        count += (trailer - claim) as u64;
    }
    let segment_count = (claim - start) as u64 + count + 1;
    let control_number = segments[trailer].rsplit('*').next().unwrap_or_default();
    write(&format!("SE*{segment_count}*{control_number}"))?;
    segments[trailer + 1..].iter().try_for_each(|segment| write(segment))?;
    output.flush()?;
    Ok(bytes)
}
