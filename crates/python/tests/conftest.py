"""What the tests share: made-up claims, and the command line where it was built."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
CLAIMS = int(os.environ.get("OPENCLAIM_CLAIMS", "5000"))
"""How many claims are made up; `cargo xtask digest` asks for more."""


@pytest.fixture(scope="session")
def examples() -> pathlib.Path:
    return ROOT / "examples"


@pytest.fixture(scope="session")
def program() -> str:
    path = os.environ.get("OPENCLAIM_PROGRAM")
    if not path:
        pytest.skip("OPENCLAIM_PROGRAM does not name the openclaim program; `cargo xtask test` sets it")
    return path


@pytest.fixture(scope="session")
def made_up(program, tmp_path_factory) -> pathlib.Path:
    """Made-up claims."""
    path = tmp_path_factory.mktemp("claims") / "claims.837"
    with path.open("wb") as file:
        subprocess.run([program, "synth", "--count", str(CLAIMS), "--seed", "11"], stdout=file, check=True)
    return path


@pytest.fixture(scope="session")
def batch(program, made_up, tmp_path_factory) -> pathlib.Path:
    """The results of a batch over the made-up claims."""
    folder = tmp_path_factory.mktemp("batch") / "results"
    subprocess.run([program, "batch", made_up, folder, "--layout", "nested"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def claim_count() -> int:
    return CLAIMS
