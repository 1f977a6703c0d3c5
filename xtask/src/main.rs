//! The developers' chores: `cargo xtask test`, `data`, `docs`, `bench`.

mod bench;
mod data;
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
    /// Print the rates against their budgets, and a peer's rate in the same run.
    Bench {
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
        Chore::Bench { large } => bench::run(&root, large),
        Chore::Data { check } => data::run(&root, check),
        Chore::Docs { check } => docs::run(&root, check),
    }
}

/// The workspace's root: the parent of this package's folder.
fn root() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map(Path::to_owned).context("xtask stands in no workspace")
}
