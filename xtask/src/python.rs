//! The Python tests: a virtual environment of their own, the wheel as a user would install it, pytest.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the tests install from the package index.
const PACKAGES: [&str; 7] =
    ["maturin>=1.9,<2", "pytest>=8", "pyarrow>=15", "polars>=1", "duckdb>=1", "pandas>=2", "pyspark>=3.5,<4"];

/// Builds the wheel, installs it into a fresh environment and runs the tests; says what is missing where it cannot.
pub(crate) fn run(root: &Path) -> Result<()> {
    let interpreters = ["python3", "python"];
    let recent = |name: &&&str| {
        let version = "import sys; sys.exit(sys.version_info < (3, 10))";
        Command::new(name).args(["-c", version]).status().is_ok_and(|status| status.success())
    };
    let Some(python) = interpreters.iter().find(recent) else {
        println!("── skipped: Python tests: no Python 3.10 or later is installed");
        return Ok(());
    };
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let environment = target.join("python");
    if !run_quietly(Command::new(python).args(["-m", "venv"]).arg(&environment))? {
        println!("── skipped: Python tests: `{python} -m venv` failed");
        return Ok(());
    }
    let bin = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let own = bin.join("python");
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(&own);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(arguments);
        command
    };
    if !run_quietly(&mut pip(&PACKAGES))? {
        println!("── skipped: Python tests: the package index cannot be reached");
        return Ok(());
    }
    println!("── Python: wheel and program");
    must(cargo(root).args(["build", "--quiet", "--package", "openclaim-cli"]), "the build of the program")?;
    let wheels = target.join("wheels");
    if wheels.is_dir() {
        std::fs::remove_dir_all(&wheels).context("old wheels")?;
    }
    let mut maturin = Command::new(bin.join("maturin"));
    maturin.args(["build", "--quiet", "--locked", "--manifest-path", "crates/python/Cargo.toml", "--interpreter"]);
    must(maturin.arg(&own).arg("--out").arg(&wheels).current_dir(root), "the build of the wheel")?;
    let wheel = wheel_of(&wheels)?;
    must(pip(&["--no-deps", "--force-reinstall"]).arg(&wheel), "the installation of the wheel")?;
    println!("── Python: pytest");
    let program = target.join("debug/openclaim").with_extension(std::env::consts::EXE_EXTENSION);
    let mut pytest = Command::new(&own);
    pytest.args(["-m", "pytest", "--quiet", "-rs", "-p", "no:cacheprovider", "crates/python/tests"]);
    // Spark starts workers with the interpreter of this environment.
    pytest.env("OPENCLAIM_PROGRAM", &program).env("PYSPARK_PYTHON", &own).env("PYSPARK_DRIVER_PYTHON", &own);
    must(pytest.current_dir(root), "pytest")
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command
}

fn wheel_of(folder: &Path) -> Result<PathBuf> {
    for entry in std::fs::read_dir(folder).context("wheels")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    bail!("maturin left no wheel in {}", folder.display())
}

fn must(command: &mut Command, what: &str) -> Result<()> {
    let status = command.status().with_context(|| what.to_owned())?;
    if !status.success() {
        bail!("{what} failed");
    }
    Ok(())
}

/// Runs a command whose failure is no failure of ours.
fn run_quietly(command: &mut Command) -> Result<bool> {
    Ok(command.status().context("a command cannot be started")?.success())
}
