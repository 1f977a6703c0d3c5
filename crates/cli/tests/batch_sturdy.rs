//! `openclaim batch` where things go wrong: a run that is killed, a disk that fills.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{openclaim, program};

/// Claims of a part: one chunk.
const PART: &str = "512";

/// Made-up claims, with their services in the year before the payment year of the members.
fn claims(path: &Path, kind: &str, count: u64, seed: u64) {
    let (count, seed) = (count.to_string(), seed.to_string());
    let run = openclaim(&["synth", "--type", kind, "--count", &count, "--seed", &seed], b"");
    fs::write(path, run.stdout.replace("D8*2026", "D8*2025").replace("RD8*2026", "RD8*2025").replace("-2026", "-2025"))
        .unwrap();
}

/// Everybody of the claims, but for every seventh.
fn members(claims: &[&Path], path: &Path) {
    let mut rows = String::from("member_id,gender,birth_date,enrollment_start_date,original_reason_entitlement_code\n");
    let texts: Vec<String> = claims.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let segments = texts.iter().flat_map(|text| text.split('~')).map(str::trim);
    let mut ids: Vec<&str> =
        segments.filter(|it| it.starts_with("NM1*IL*")).filter_map(|it| it.split('*').nth(9)).collect();
    ids.sort_unstable();
    ids.dedup();
    for (at, id) in ids.iter().enumerate().filter(|(at, _)| at % 7 != 0) {
        rows.push_str(&format!("{id},female,{}-03-05,2020-01-01,0\n", 1935 + at % 25));
    }
    fs::write(path, rows).unwrap();
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("run.json")).unwrap()).unwrap()
}

/// The bytes of every table of a run.
fn tables(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("_parts") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "parquet") {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn whole_parts(folder: &Path) -> usize {
    let marks = fs::read_dir(folder.join("_parts")).into_iter().flatten();
    marks.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|it| it == "json")).count()
}

/// Starts a run and kills it as soon as so many parts stand; `false` when it was faster.
fn kill_after(parts: usize, arguments: &[&str], folder: &Path) -> bool {
    let mut child = program().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while whole_parts(folder) < parts {
        assert!(begun.elapsed() < Duration::from_secs(120), "no {parts} parts after two minutes");
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    // SIGKILL: the program cannot clean up.
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let (claim_file, member_file) = (scratch.path().join("claims.837"), scratch.path().join("members.csv"));
    claims(&claim_file, "mixed", 3000, 5);
    members(&[&claim_file], &member_file);
    let command = |folder: &Path| -> Vec<String> {
        let mut words = vec!["batch".to_owned()];
        for path in [&claim_file, folder] {
            words.push(path.to_str().unwrap().to_owned());
        }
        let members = member_file.to_str().unwrap();
        words.extend(["--part-claims", PART, "--members", members, "--payment-year", "2026"].map(str::to_owned));
        words
    };
    let run = |folder: &Path| {
        let words = command(folder);
        openclaim(&words.iter().map(String::as_str).collect::<Vec<_>>(), b"")
    };
    let whole = scratch.path().join("whole");
    let uninterrupted = run(&whole);
    assert_eq!(uninterrupted.code, 0, "{}", uninterrupted.stderr);

    let killed = scratch.path().join("killed");
    let words = command(&killed);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut kills = 0;
    for parts in [1, 2, 4] {
        let stood = fs::read_dir(killed.join("_parts")).map_or(0, |_| whole_parts(&killed));
        if kill_after(parts.max(stood), &words, &killed) {
            kills += 1;
            assert_eq!(manifest(&killed)["finished"], false);
            let (kept, all) = (tables(&killed), tables(&whole));
            // Files of a part that has no mark yet may stand; what stands is whole.
            for (path, bytes) in &kept {
                assert!(all.get(path) == Some(bytes), "{} differs from that of a whole run", path.display());
            }
        }
    }
    assert!(kills > 0, "every run came to its end before it was killed");
    let resumed = run(&killed);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    let (one, other) = (manifest(&whole), manifest(&killed));
    for key in ["claims", "parts", "rows", "scoring", "releases", "finished"] {
        assert_eq!(one[key], other[key], "{key}");
    }
    let (one, other) = (tables(&whole), tables(&killed));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    assert!(one == other, "a table differs");
    assert!(one.keys().any(|path| path.starts_with("patient_risk_scores")), "{:?}", one.keys());
}

/// A run under a limit of file sizes, which stands for a disk that fills: writing beyond it fails as writing to a full disk.
fn limited(kib: u64, arguments: &[&str]) -> support::Run {
    let script = format!("ulimit -f {kib}; trap '' XFSZ; exec \"$0\" \"$@\"");
    let output =
        Command::new("bash").args(["-c", &script, env!("CARGO_BIN_EXE_openclaim")]).args(arguments).output().unwrap();
    support::Run {
        code: output.status.code().unwrap_or_else(|| panic!("killed: {}", output.status)),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_disk_that_fills_leaves_whole_parts_and_a_named_error() {
    let scratch = tempfile::tempdir().unwrap();
    let inputs = scratch.path().join("inputs");
    fs::create_dir(&inputs).unwrap();
    // A part for each chunk, and a chunk holds claims of one file: the first two parts are the small ones.
    claims(&inputs.join("a.837"), "professional", 60, 5);
    claims(&inputs.join("b.837"), "institutional", 60, 6);
    claims(&inputs.join("c.837"), "mixed", 1000, 7);
    let (whole, filled) = (scratch.path().join("whole"), scratch.path().join("filled"));
    let arguments = |folder: &'static str| {
        let folder = scratch.path().join(folder).to_str().unwrap().to_owned();
        [inputs.to_str().unwrap().to_owned(), folder]
    };
    let run = |folder: &'static str, kib: Option<u64>| {
        let [inputs, folder] = arguments(folder);
        let words = ["batch", &inputs, &folder, "--part-claims", "1", "--layout", "nested"];
        kib.map_or_else(|| openclaim(&words, b""), |kib| limited(kib, &words))
    };
    assert_eq!(run("whole", None).code, 0);
    let all = tables(&whole);
    let largest = |part: &str| {
        let files = all.iter().filter(|(path, _)| path.to_str().unwrap().contains(part));
        files.map(|(_, bytes)| bytes.len() as u64).max().unwrap()
    };
    let of_manifest = fs::metadata(whole.join("run.json")).unwrap().len();
    let fits = largest("part-000001").max(largest("part-000002")).max(of_manifest).div_ceil(1024);
    assert!(fits * 1024 < largest("part-000003"), "the third part is not larger than the first ones");

    let failed = run("filled", Some(fits));
    assert_eq!(failed.code, 2, "{}{}", failed.stdout, failed.stderr);
    assert!(failed.stderr.contains("cannot write") && failed.stderr.contains("File too large"), "{}", failed.stderr);
    let kept = tables(&filled);
    assert_eq!(whole_parts(&filled), 2);
    for path in all.keys().filter(|path| path.ends_with("part-000001.parquet") || path.ends_with("part-000002.parquet"))
    {
        assert!(kept.get(path) == all.get(path), "{} did not stay", path.display());
    }
    assert_eq!(manifest(&filled)["finished"], false);

    let resumed = run("filled", None);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert!(tables(&filled) == all, "the tables differ from those of a run that met no limit");
}

#[test]
fn answers_to_a_full_device_are_an_error() {
    for arguments in
        [&["check", "--format", "jsonl", "examples"][..], &["check", "examples"], &["synth", "--count", "200"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = program().args(arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("No space left on device"), "{arguments:?}: {stderr}");
    }
}
