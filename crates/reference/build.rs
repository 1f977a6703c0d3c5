//! Compiles the plain tables under `data/` into the embedded release: no network, no look at the environment beyond
//! what cargo gives, and again only when a table changes.

use openclaim_tables::plain::PlainTables;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let data = manifest.join("../../data");
    println!("cargo::rerun-if-changed={}", data.display());
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("embedded.flat");
    let writer = openclaim_tables::compile(&PlainTables::new(data)).map_err(|error| format!("data/{error}"))?;
    writer.write_to(&out)?;
    Ok(())
}
