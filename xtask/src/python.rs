//! The Python tests: a virtual environment of their own, the wheel as a user would install it, pytest.

use crate::target;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the tests install from the package index.
const PACKAGES: [&str; 7] =
    ["maturin>=1.9,<2", "pytest>=8", "pyarrow>=15", "polars>=1", "duckdb>=1", "pandas>=2", "pyspark>=3.5,<4"];

/// How the wheel and the program are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As tests are.
    Debug,
    /// As users have them.
    Release,
}

impl Profile {
    const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }
}

/// Builds the wheel, installs it into a fresh environment and runs the tests; says what is missing where it cannot.
pub(crate) fn run(root: &Path) -> Result<()> {
    pytest(root, Profile::Debug, &[], &[])
}

/// Runs tests with more arguments and variables of the environment.
pub(crate) fn pytest(root: &Path, profile: Profile, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let Some(environment) = Environment::prepare(root)? else { return Ok(()) };
    println!("── Python: wheel and program");
    let build = ["build", "--quiet", "--package", "openclaim-cli"];
    must(cargo(root).args(build).args(profile.arguments()), "the build of the program")?;
    let wheel = environment.wheel(root, profile)?;
    must(environment.pip(&["--no-deps", "--force-reinstall"]).arg(&wheel), "the installation of the wheel")?;
    println!("── Python: pytest");
    let program = target(root).join(profile.folder()).join("openclaim").with_extension(std::env::consts::EXE_EXTENSION);
    let mut pytest = Command::new(environment.program("python"));
    pytest.args(["-m", "pytest", "--quiet", "-rs", "-p", "no:cacheprovider", "crates/python/tests"]).args(arguments);
    // Spark starts workers with the interpreter of this environment.
    let own = environment.program("python");
    pytest.env("OPENCLAIM_PROGRAM", &program).env("PYSPARK_PYTHON", &own).env("PYSPARK_DRIVER_PYTHON", &own);
    must(pytest.envs(variables.iter().copied()).current_dir(root), "pytest")
}

/// A virtual environment with what the tests need.
pub(crate) struct Environment(PathBuf);

impl Environment {
    /// Makes the environment; `None`, having said why, where Python or the package index is missing.
    pub(crate) fn prepare(root: &Path) -> Result<Option<Self>> {
        let interpreters = ["python3", "python"];
        let recent = |name: &&&str| {
            let version = "import sys; sys.exit(sys.version_info < (3, 10))";
            Command::new(name).args(["-c", version]).status().is_ok_and(|status| status.success())
        };
        let Some(python) = interpreters.iter().find(recent) else {
            println!("── skipped: Python tests: no Python 3.10 or later is installed");
            return Ok(None);
        };
        let environment = Self(target(root).join("python"));
        if !run_quietly(Command::new(python).args(["-m", "venv"]).arg(&environment.0))? {
            println!("── skipped: Python tests: `{python} -m venv` failed");
            return Ok(None);
        }
        if !run_quietly(&mut environment.pip(&PACKAGES))? {
            println!("── skipped: Python tests: the package index cannot be reached");
            return Ok(None);
        }
        Ok(Some(environment))
    }

    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.0.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
    }

    fn pip(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program("python"));
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(arguments);
        command
    }

    /// Builds the wheel.
    pub(crate) fn wheel(&self, root: &Path, profile: Profile) -> Result<PathBuf> {
        let wheels = target(root).join("wheels");
        if wheels.is_dir() {
            std::fs::remove_dir_all(&wheels).context("old wheels")?;
        }
        let mut maturin = Command::new(self.program("maturin"));
        maturin.args(["build", "--quiet", "--locked", "--manifest-path", "crates/python/Cargo.toml", "--interpreter"]);
        maturin.arg(self.program("python")).args(profile.arguments());
        must(maturin.arg("--out").arg(&wheels).current_dir(root), "the build of the wheel")?;
        wheel_of(&wheels)
    }
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
