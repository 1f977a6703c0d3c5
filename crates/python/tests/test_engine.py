"""The engine as Python sees it."""

import subprocess
import sys
import threading
import time

import openclaim
import pytest


def test_a_file_is_checked_by_path_and_by_bytes(examples):
    engine = openclaim.Engine()
    path = examples / "837i-inpatient-faults.837"
    by_path, by_bytes = engine.check(path), engine.check(path.read_bytes())
    assert by_path == by_bytes
    assert by_path[0]["claim_id"]
    assert any(finding["edit"].startswith("mce/") for answer in by_path for finding in answer["findings"])


def test_a_claim_is_checked_as_a_mapping():
    claim = {"claim_id": "C1", "claim_type": "professional", "diagnoses": [{"code": "I503", "role": "principal"}]}
    (answer,) = openclaim.Engine().check(claim)
    assert answer["claim_id"] == "C1"


def test_a_stay_is_grouped():
    stay = {
        "id": "1",
        "version": "431",
        "age": 66,
        "sex": "F",
        "discharge_status": "01",
        "principal": {"code": "I5020", "poa": "Y"},
        "secondary": [],
        "procedures": [],
    }
    engine = openclaim.Engine()
    assert engine.group(stay)["final_drg"] == 293
    with pytest.raises(openclaim.OpenclaimError) as caught:
        engine.group({**stay, "version": "999"})
    assert caught.value.code == "unknown_version"


def test_a_member_is_scored_and_an_unknown_model_named():
    member = {
        "id": 1,
        "model": "CMS-HCC V28",
        "payment_year": 2026,
        "age": 76,
        "sex": "F",
        "orec": "0",
        "population": "CNA",
        "diagnoses": ["E11.22", "I50.22"],
    }
    engine = openclaim.Engine()
    assert engine.score(member)["raw"] == 1.103
    with pytest.raises(openclaim.OpenclaimError) as caught:
        engine.score({**member, "model": "CMS-HCC V99"})
    assert caught.value.code == "unknown_model"


def test_a_price_needs_its_tables():
    request = {"id": 1, "hcpcs": "99213", "modifiers": [], "carrier": "10212", "locality": "01", "facility": False}
    request |= {"date": "2025-10-15", "units": 1}
    answer = openclaim.Engine().price("mpfs", request)
    assert "not_evaluated" in answer


def test_failures_have_the_codes_of_the_command_line(tmp_path):
    with pytest.raises(openclaim.OpenclaimError) as caught:
        openclaim.Engine(tmp_path / "nowhere")
    assert caught.value.code == "no_data_folder"
    with pytest.raises(openclaim.OpenclaimError) as caught:
        openclaim.Engine(select=["no-such-family"])
    assert caught.value.code == "unknown_edit"
    with pytest.raises(openclaim.OpenclaimError) as caught:
        openclaim.Engine().check(tmp_path / "nothing.837")
    assert caught.value.code == "read_failed"
    with pytest.raises(openclaim.OpenclaimError) as caught:
        openclaim.Engine().check({"claim_id": 5})
    assert caught.value.code == "invalid_claim"


def test_other_threads_run_while_the_engine_decides(made_up):
    engine, bytes_ = openclaim.Engine(), made_up.read_bytes()
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    begun = time.monotonic()
    engine.check(bytes_)
    ended = time.monotonic()
    done.set()
    thread.join()
    # Decoding the answers holds the lock; deciding about them must not.
    assert sum(begun < at < ended for at in ticks) > 3


def test_importing_brings_no_other_package():
    code = "import sys, openclaim; print([m for m in ('pyarrow', 'pyspark', 'numpy', 'polars') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
