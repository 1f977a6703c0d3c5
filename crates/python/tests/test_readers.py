"""Partitions and reference tables as DuckDB and Polars read them."""

import datetime
import json
import subprocess
from decimal import Decimal

import pytest

duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")


def test_partitions_are_columns_to_readers(program, made_up, batch, claim_count, tmp_path):
    folder = tmp_path / "results"
    command = [program, "batch", made_up, folder, "--partition-by", "service_month"]
    subprocess.run(command, check=True, capture_output=True)
    by_month = duckdb.sql(
        f"""select service_month, count(*), count(*) filter (strftime(claim_start_date, '%Y-%m') <> service_month)
            from read_parquet('{folder}/claim/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)
            group by 1 order by 1"""
    ).fetchall()
    assert len(by_month) > 3 and sum(row[1] for row in by_month) == claim_count
    assert {row[2] for row in by_month} == {0}
    together = duckdb.sql(
        f"""select strftime(claim_start_date, '%Y-%m'), count(*) from '{batch}/claim/*.parquet' group by 1 order by 1"""
    ).fetchall()
    assert [row[:2] for row in by_month] == together
    frame = polars.scan_parquet(folder / "finding", hive_partitioning=True, try_parse_hive_dates=False)
    count = duckdb.sql(f"select count(*) from '{batch}/finding/*.parquet'").fetchall()[0][0]
    assert frame.select(polars.len()).collect().item() == count
    assert set(frame.collect()["service_month"]) <= {row[0] for row in by_month}


UNITS = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\nX0001,2,3,Made up,Practitioner\nX0002,5,1,Made up,Practitioner\n"


def test_exported_tables_keep_their_types(program, tmp_path):
    source, data = tmp_path / "mue-2026q4.csv", tmp_path / "data"
    source.write_text(UNITS)
    imported = subprocess.run([program, "data", "import", "--data", data, source], capture_output=True, text=True)
    assert imported.returncode == 0, imported.stderr
    listed = subprocess.run([program, "data", "ls", "--format", "json", "--data", data], capture_output=True, text=True)
    (table,) = {row["table"] for row in json.loads(listed.stdout) if row["release"] != "embedded"}
    whole = {}
    for kind in ("csv", "parquet"):
        whole[kind] = tmp_path / f"table.{kind}"
        command = [program, "data", "export", table, "--format", kind, "--output", whole[kind], "--data", data]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    frame = polars.read_parquet(whole["parquet"])
    assert frame.height == 2
    by_duckdb = duckdb.sql(f"select * from '{whole['parquet']}'")
    assert by_duckdb.columns == frame.columns
    assert by_duckdb.fetchall() == frame.rows()
    # The same cells as the csv, in types of their own.
    plain = duckdb.sql(f"select * from read_csv('{whole['csv']}', all_varchar = true, header = true)").fetchall()

    def shown(value):
        return None if value is None else value.isoformat() if isinstance(value, datetime.date) else str(value)

    assert [tuple(map(shown, row)) for row in frame.rows()] == plain
    kinds = {type(value) for row in frame.rows() for value in row if value is not None}
    assert str in kinds and kinds & {int, Decimal, datetime.date}, kinds
