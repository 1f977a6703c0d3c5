//! The developers' chores: `cargo xtask test`, `python`, `digest`, `data`, `docs`, `bench`.

mod bench;
mod data;
mod digest;
mod docs;
mod python;
mod test;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};

/// The developers' chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Everything that must hold before a change lands: format, clippy, tests, doc tests, docs drift, data drift, Python.
    Test,
    /// Build the wheel and run its tests.
    Python,
    /// Compare the digests of the command line, the batch, Python and Spark on many claims, with release builds.
    Digest {
        /// How many made-up claims.
        #[arg(long, default_value_t = 100_000)]
        claims: u64,
    },
    /// Print the rates against their budgets, and a peer's rate in the same run.
    Bench {
        /// Measure each rate for a moment only.
        #[arg(long, conflicts_with = "programs")]
        quick: bool,
        /// Leave the benches of the crates out: the program, batches, the wheel and the peer alone.
        #[arg(long)]
        programs: bool,
        /// Read a file of 1 GiB too, and tell the memory that took.
        #[arg(long)]
        large: bool,
    },
    /// Derive the plain tables under data/ from the published packages.
    Data {
        /// Fail when data/ differs from what would be derived, and write nothing.
        #[arg(long)]
        check: bool,
    },
    /// Write the edit pages under docs/edits and the README's table of edits from the edits' doc comments.
    Docs {
        /// Fail when they differ from the doc comments, and write nothing.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<()> {
    let root = root()?;
    match Arguments::parse().chore {
        Chore::Test => test::run(&root),
        Chore::Python => python::run(&root),
        Chore::Digest { claims } => digest::run(&root, claims),
        Chore::Bench { quick, programs, large } => bench::run(&root, (!programs).then_some(quick), large),
        Chore::Data { check } => data::run(&root, check),
        Chore::Docs { check } => docs::run(&root, check),
    }
}

/// The workspace's root: the parent of this package's folder.
fn root() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map(Path::to_owned).context("xtask stands in no workspace")
}

/// The folder of what is built.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
