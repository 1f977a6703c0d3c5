"""The tables in the tools that people read them with, and one answer by every way."""

import hashlib
import json
import subprocess

import openclaim
import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def digest(answer: dict) -> str:
    """The digest of an answer as JSON: without byte spans and the name of the file, and with the releases first."""

    def stripped(value):
        if isinstance(value, dict):
            return {name: stripped(inner) for name, inner in value.items() if name != "span"}
        return [stripped(inner) for inner in value] if isinstance(value, list) else value

    answer = stripped({name: value for name, value in answer.items() if name != "file"})
    answer = {"releases": answer.pop("releases"), **answer}
    text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read(folder, table):
    return pa.concat_tables([pq.read_table(path) for path in sorted((folder / table).glob("*.parquet"))])


def by_claim(table) -> dict:
    return dict(zip(table["claim_id"].to_pylist(), table["digest"].to_pylist()))


@pytest.fixture(scope="session")
def of_batch(batch) -> dict:
    return by_claim(read(batch, "claim"))


def test_the_command_line_gives_the_digests_of_the_batch(program, made_up, of_batch, claim_count):
    # Without history every claim is decided on its own, as a batch decides.
    command = [program, "check", "--format", "jsonl", "--remember", "0", made_up]
    digests = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        for line in running.stdout:
            answer = json.loads(line)
            digests[answer["claim_id"]] = digest(answer)
    assert len(digests) == claim_count
    assert digests == of_batch


def test_python_gives_the_digests_of_the_batch(batch, of_batch, claim_count):
    claims = read(batch, "nested_claim")
    digests, errors = {}, set()
    for answers in pa.RecordBatchReader.from_stream(openclaim.Engine().adjudicate_batches(claims)):
        digests |= by_claim(answers)
        errors |= set(answers["error_code"].to_pylist())
    assert len(digests) == claim_count
    assert digests == of_batch
    assert errors == {None}


def test_the_digests_of_all_claims_are_shown(of_batch, claim_count, capsys):
    together = hashlib.sha256("".join(f"{id_} {hash_}\n" for id_, hash_ in sorted(of_batch.items())).encode()).hexdigest()
    assert len(of_batch) == claim_count
    with capsys.disabled():
        print(f"\n{claim_count} claims, digest of their digests {together}")


def test_bytes_become_nested_claims(made_up, of_batch):
    claims, refused = openclaim.nested_claims(made_up.read_bytes())
    assert refused == 0
    answers = pa.RecordBatchReader.from_stream(openclaim.Engine().adjudicate_batches(claims)).read_all()
    assert by_claim(answers) == of_batch


def test_polars_and_duckdb_read_and_give(batch, of_batch, claim_count):
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    frame = polars.read_parquet(batch / "nested_claim" / "*.parquet")
    answers = pa.RecordBatchReader.from_stream(openclaim.Engine().adjudicate_batches(frame)).read_all()
    assert by_claim(answers) == of_batch
    count = duckdb.sql(f"select count(*) from '{batch}/claim/*.parquet'").fetchall()[0][0]
    assert count == claim_count
    lines = duckdb.sql(
        f"""select count(*) from '{batch}/claim_line/*.parquet' line
            join '{batch}/claim/*.parquet' claim using (claim_row) where claim.claim_id = line.claim_id"""
    ).fetchall()[0][0]
    assert lines == read(batch, "claim_line").num_rows


def test_columns_and_rows_that_cannot_be_read_are_named(batch):
    engine = openclaim.Engine()
    claims = read(batch, "nested_claim").slice(0, 3)
    with pytest.raises(openclaim.OpenclaimError) as caught:
        engine.adjudicate_batches(claims.drop_columns(["claim_id"]))
    assert caught.value.code == "missing_column"
    with pytest.raises(openclaim.OpenclaimError) as caught:
        number = claims.schema.get_field_index("lines")
        engine.adjudicate_batches(claims.set_column(number, "lines", pa.array([1, 2, 3])))
    assert caught.value.code == "wrong_type"
    ids = pa.array([claims["claim_id"][0].as_py(), None, claims["claim_id"][2].as_py()])
    nulled = claims.set_column(0, "claim_id", ids)
    answers = pa.RecordBatchReader.from_stream(engine.adjudicate_batches(nulled)).read_all()
    assert answers["error_code"].to_pylist() == [None, "invalid_row", None]
