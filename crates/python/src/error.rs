//! The exception, with the codes of the command line.

use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::PyException;

create_exception!(
    openclaim,
    OpenclaimError,
    PyException,
    "Something could not be done. `code` is the stable name of the reason, as the command line prints it."
);

/// The exception for a reason.
pub(crate) fn failure(code: &'static str, message: impl Into<String>) -> PyErr {
    OpenclaimError::new_err((message.into(), code))
}
