//! The engine as a Python module: `openclaim._openclaim`, which the package `openclaim` wraps.
//!
//! Answers cross as JSON, tables over the Arrow C interface without copies. While the engine decides, other Python threads
//! run.

mod batches;
mod claims;
mod error;
mod score;

use batches::AnswerReader;
use error::{OpenclaimError, failure};
use openclaim_engine::door::{self, Door};
use openclaim_engine::{ENGINE_VERSION, Engine, Policy, Selection, Switches};
use openclaim_reference::Library;
use openclaim_risk::cms::Catalog;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyRecordBatchReader;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The engine, opened once, shared by threads.
#[pyclass(name = "Engine", module = "openclaim._openclaim", frozen)]
struct PyEngine {
    engine: Arc<Engine>,
    /// Models of risk adjustment, opened when first asked for.
    catalog: OnceLock<Catalog>,
}

#[pymethods]
impl PyEngine {
    #[new]
    #[pyo3(signature = (data=None, select=Vec::new(), ignore=Vec::new(), known_at=None, explain=false))]
    fn new(
        data: Option<PathBuf>,
        select: Vec<String>,
        ignore: Vec<String>,
        known_at: Option<&str>,
        explain: bool,
    ) -> PyResult<Self> {
        if let Some(folder) = data.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(failure("no_data_folder", format!("{}: there is no such data folder", folder.display())));
        }
        let selection = Selection::new(&select, &ignore).map_err(|error| failure("unknown_edit", error.to_string()))?;
        let known_at =
            known_at.map(|text| text.parse().map_err(|_| failure("not_a_date", format!("`{text}` is no date"))));
        let switches = Switches { selection, known_at: known_at.transpose()?, ..Switches::default() };
        let library = Library::open(data.as_deref()).map_err(|error| failure("damaged_release", error.to_string()))?;
        let policy = Policy { explain, switches, ..Policy::default() };
        let engine = Engine::new(library, policy).map_err(|error| failure("damaged_release", error.to_string()))?;
        Ok(Self { engine: Arc::new(engine), catalog: OnceLock::new() })
    }

    /// What could not be opened of the data folder.
    fn warnings(&self) -> Vec<String> {
        self.engine.library().warnings().iter().map(ToString::to_string).collect()
    }

    /// Decides about the claims of a file's bytes, each answer as JSON.
    fn check_bytes(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<Vec<String>> {
        py.detach(|| claims::check_bytes(&self.engine, bytes))
    }

    /// Decides about the claims of a file, each answer as JSON.
    fn check_path(&self, py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
        py.detach(|| claims::check_path(&self.engine, &path))
    }

    /// Decides about one claim given as JSON, in the names of the nested schema's `rest`.
    fn check_claim(&self, py: Python<'_>, claim: &str) -> PyResult<String> {
        py.detach(|| claims::check_claim(&self.engine, claim))
    }

    /// Answers lines of the machine door `group`: JSON Lines in, JSON Lines out.
    fn group_lines<'py>(&self, py: Python<'py>, lines: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let answers = py.detach(|| serve(&mut door::GroupDoor::new(&self.engine), lines))?;
        Ok(PyBytes::new(py, &answers))
    }

    /// Answers lines of the machine door `price ipps`.
    fn price_ipps_lines<'py>(&self, py: Python<'py>, lines: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let answers = py.detach(|| serve(&mut door::IppsDoor::new(&self.engine, None), lines))?;
        Ok(PyBytes::new(py, &answers))
    }

    /// Answers lines of the machine door `price mpfs`.
    fn price_mpfs_lines<'py>(&self, py: Python<'py>, lines: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let answers = py.detach(|| serve(&mut door::MpfsDoor::new(&self.engine), lines))?;
        Ok(PyBytes::new(py, &answers))
    }

    /// Answers lines of the machine door `score`.
    fn score_lines<'py>(&self, py: Python<'py>, lines: &[u8], explain: bool) -> PyResult<Bound<'py, PyBytes>> {
        let answers = py.detach(|| {
            let catalog = self.catalog.get_or_init(|| Catalog::new(self.engine.library().clone()));
            serve(&mut door::ScoreDoor::new(catalog, explain), lines)
        })?;
        Ok(PyBytes::new(py, &answers))
    }

    /// Scores members by the claims of files into Parquet tables in a folder; the manifest as JSON.
    #[pyo3(signature = (claims, members, payment_year, output, model, calibration, threads))]
    #[expect(clippy::too_many_arguments, reason = "the package gives them names and defaults")]
    fn score_claims(
        &self,
        py: Python<'_>,
        claims: Vec<PathBuf>,
        members: PathBuf,
        payment_year: i16,
        output: PathBuf,
        model: &str,
        calibration: &str,
        threads: Option<usize>,
    ) -> PyResult<String> {
        py.detach(|| {
            let request = score::Request { members: &members, payment_year, model, calibration, threads };
            score::score_claims(&self.engine, &claims, &output, &request)
        })
    }

    /// Decides about batches of nested claims as they are read: one row out for every row in.
    fn adjudicate_batches(&self, reader: PyRecordBatchReader) -> PyResult<PyRecordBatchReader> {
        let batches = reader.into_reader()?;
        let answers = AnswerReader::new(Arc::clone(&self.engine), batches)?;
        Ok(PyRecordBatchReader::new(Box::new(answers)))
    }
}

fn serve(door: &mut impl Door, lines: &[u8]) -> PyResult<Vec<u8>> {
    let mut answers = Vec::new();
    door::serve(door, lines, &mut answers).map_err(|error| failure("read_failed", error.to_string()))?;
    Ok(answers)
}

/// The claims of a file's bytes as batches of the nested schema, and how many pieces of it gave none.
#[pyfunction]
#[pyo3(signature = (bytes, batch_size=1024))]
fn nested_claims(py: Python<'_>, bytes: &[u8], batch_size: usize) -> PyResult<(PyRecordBatchReader, u64)> {
    let (batches, refused) = py.detach(|| claims::nested(bytes, batch_size.max(1)))?;
    Ok((PyRecordBatchReader::new(batches), refused))
}

/// What the engine needs of Python: `openclaim` re-exports it.
#[pymodule]
fn _openclaim(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", ENGINE_VERSION)?;
    module.add("OpenclaimError", module.py().get_type::<OpenclaimError>())?;
    module.add_class::<PyEngine>()?;
    module.add_function(wrap_pyfunction!(nested_claims, module)?)
}
