//! `openclaim data pull` against a server on this machine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

const UNITS: &str = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\nX0001,2,3,Made up,Practitioner\n";

/// Serves one file to everybody; its address without the last part.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut request).unwrap_or(0) > 2 {}
            let (status, body) =
                if request.starts_with("GET /mue-2026q4.csv ") { ("200 OK", UNITS) } else { ("404 Not Found", "") };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

fn manifest(folder: &Path) -> String {
    let address = serve();
    let text = format!(
        "publisher = \"CMS\"\n[[publication]]\nname = \"units\"\nfamily = \"ncci\"\ntitle = \"Made-up units\"\n\
         page = \"https://example.gov/terms\"\ncycle = \"quarter\"\nterms = [\"ama\"]\n\
         addresses = [\"{address}/moved.csv\", \"{address}/mue-{{year}}q{{quarter}}.csv\"]\n"
    );
    let path = folder.join("manifest.toml");
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

fn openclaim(folder: &Path, arguments: &[&str]) -> Output {
    let data = folder.join("data");
    Command::new(env!("CARGO_BIN_EXE_openclaim")).args(["data", "--data"]).arg(data).args(arguments).output().unwrap()
}

#[test]
fn what_is_pulled_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = manifest(folder.path());
    let pull = ["pull", "--manifest", &manifest, "--at", "2026-11-21"];

    let refused = openclaim(folder.path(), &pull);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(message.contains("https://example.gov/terms") && message.contains("--acknowledge ama"), "{message}");

    let pulled = openclaim(folder.path(), &[&pull[..], &["--acknowledge", "ama"]].concat());
    let text = String::from_utf8_lossy(&pulled.stdout).into_owned();
    assert_eq!(pulled.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&pulled.stderr));
    assert!(text.contains("mue-2026q4.csv: fetched") && text.contains("ncci/mue-practitioner: 1 rows"), "{text}");

    let again = openclaim(folder.path(), &[&pull[..], &["--acknowledge", "ama"]].concat());
    let text = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(text.contains("was there already, ") && text.contains("(was there already)"), "{text}");
}

#[test]
fn names_are_checked_and_lists_fetch_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = openclaim(folder.path(), &["pull", "--only", "ncci-mue"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no family or publication `ncci-mue`"));
    let listed = openclaim(folder.path(), &["pull", "--list", "--only", "ncci-mue-dme", "--at", "2026-08-01"]);
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(text.contains("medicare-ncci-2026-q3-dme-supplier-services-mue-table.zip"), "{text}");
    assert!(!folder.path().join("data/downloads").exists());
}
