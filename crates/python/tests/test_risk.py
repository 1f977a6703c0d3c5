"""Risk scores as tables, in the tools that people read them with."""

import json
import pathlib
import subprocess
from decimal import Decimal

import openclaim
import pytest

pq = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")

CLAIMS = pathlib.Path(__file__).resolve().parents[2] / "cli" / "tests" / "score"


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("scores") / "tables"
    manifest = openclaim.Engine().score_claims(CLAIMS / "claims.837", CLAIMS / "members.csv", 2026, folder)
    assert manifest["scoring"]["result"] == {"members": 3, "errors": 1, "refused": 0, "diagnoses_of_strangers": 0}
    assert manifest["scoring"]["models"] == [{"model": "CMS-HCC V28", "calibration": "", "percent": 100}]
    return folder


def test_duckdb_reads_scores_and_what_supports_them(tables):
    scores = duckdb.sql(
        f"select person_id, population, v28_risk_score, error_code from '{tables}/patient_risk_scores/*.parquet' order by 1"
    ).fetchall()
    assert [(row[0], row[1], row[3]) for row in scores] == [
        ("M1", "CNA", None),
        ("M2", "NE", None),
        ("M3", None, "born_after_service"),
    ]
    support = duckdb.sql(
        f"""select factor.risk_factor, factor.coefficient, diagnosis.claim_id, diagnosis.claim_line_number, diagnosis.service_date
            from (select *, unnest(x_openclaim_diagnosis_codes) as diagnosis_code
                  from '{tables}/patient_risk_factors/*.parquet') factor
            join '{tables}/patient_risk_diagnoses/*.parquet' diagnosis using (person_id, diagnosis_code)
            where diagnosis.counts"""
    ).fetchall()
    assert [(row[0], row[1], row[2], row[3], str(row[4])) for row in support] == [
        ("HCC37", Decimal("0.166"), "RISK-1", 1, "2025-03-04")
    ]
    total = duckdb.sql(
        f"""select count(*) from '{tables}/patient_risk_scores/*.parquet' score
            join (select person_id, sum(coefficient) as raw from '{tables}/patient_risk_factors/*.parquet' group by 1) factor
            using (person_id) where score.blended_risk_score = factor.raw"""
    ).fetchall()
    assert total == [(2,)]


def test_the_command_line_writes_the_same_tables_and_lines(tables, program, tmp_path):
    arguments = [program, "score", CLAIMS / "claims.837", "--members", CLAIMS / "members.csv", "--payment-year", "2026"]
    folder = tmp_path / "tables"
    assert subprocess.run([*arguments, "--output", folder], capture_output=True).returncode == 1
    for name in ("patient_risk_diagnoses", "patient_risk_factors", "patient_risk_scores"):
        ours, theirs = (sorted((place / name).glob("*.parquet")) for place in (folder, tables))
        assert [path.read_bytes() for path in ours] == [path.read_bytes() for path in theirs], name
    lines = [json.loads(line) for line in subprocess.run(arguments, capture_output=True).stdout.splitlines()]
    rows = pq.read_table(folder / "patient_risk_scores").to_pylist()
    for line, row in zip(lines, rows, strict=True):
        assert line["person_id"] == row["person_id"]
        assert line.get("error", {}).get("code") == row["error_code"]
        for name in ("v28_risk_score", "blended_risk_score", "normalized_risk_score", "payment_risk_score"):
            assert (None if row[name] is None else float(row[name])) == line.get(name), name
    factors = [json.loads(line) for line in subprocess.run([*arguments, "--table", "factors"], capture_output=True).stdout.splitlines()]
    factors = [line for line in factors if "error" not in line]
    rows = pq.read_table(folder / "patient_risk_factors").to_pylist()
    assert [(line["person_id"], line["risk_factor"]) for line in factors] == [(row["person_id"], row["risk_factor"]) for row in rows]


def test_failures_have_names(tmp_path):
    engine = openclaim.Engine()

    def code(*arguments, **options):
        with pytest.raises(openclaim.OpenclaimError) as caught:
            engine.score_claims(*arguments, **options)
        return caught.value.code

    claims, members = CLAIMS / "claims.837", CLAIMS / "members.csv"
    assert code(claims, tmp_path / "nowhere.csv", 2026, tmp_path / "a") == "read_failed"
    assert code(tmp_path / "nowhere.837", members, 2026, tmp_path / "a") == "read_failed"
    assert code(claims, members, 2026, tmp_path / "a", model="CMS-HCC V99") == "unknown_model"
    engine.score_claims([claims], members, 2026, tmp_path / "b")
    assert code(claims, members, 2025, tmp_path / "b") == "another_run"


def test_a_batch_scores_beside_its_answers(program, tmp_path):
    folder = tmp_path / "results"
    command = [program, "batch", CLAIMS / "claims.837", folder, "--members", CLAIMS / "members.csv", "--payment-year", "2026"]
    assert subprocess.run(command, capture_output=True).returncode == 1, "one member cannot be scored"
    rows = duckdb.sql(
        f"""select diagnosis.person_id, claim.claim_id, diagnosis.filtered
            from '{folder}/patient_risk_diagnoses/*.parquet' diagnosis join '{folder}/claim/*.parquet' claim using (claim_row)
            where diagnosis.person_id = 'M1' order by 2"""
    ).fetchall()
    assert rows == [("M1", "RISK-1", None), ("M1", "RISK-2", "no_eligible_procedure")]
    run = json.loads((folder / "run.json").read_text())
    assert run["finished"] and run["scoring"]["result"]["errors"] == 1
