"""Spark with executors in processes of their own."""

import os
import pathlib
import shutil
import signal
import threading
import time

import pytest

pyspark = pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed; Spark needs Java 17")


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("openclaim")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "1g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "256")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def expected(batch) -> dict:
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in sorted((batch / "claim").glob("*.parquet"))]
    return {id_: hash_ for t in tables for id_, hash_ in zip(t["claim_id"].to_pylist(), t["digest"].to_pylist())}


def digests(spark, batch, partitions: int) -> dict:
    from openclaim.spark import adjudicate

    claims = spark.read.parquet(str(batch / "nested_claim")).repartition(partitions)
    return {row.claim_id: row.digest for row in adjudicate(claims).select("claim_id", "digest").collect()}


def test_spark_gives_the_digests_of_the_batch(spark, batch, expected):
    assert digests(spark, batch, 4) == expected


def executors() -> set:
    """Processes of executors that this process, or one it started, has started."""
    parents, names = {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            names[int(folder.name)] = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # It has ended since.
        parents[int(folder.name)] = int(stat.rsplit(")", 1)[1].split()[1])

    def is_ours(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    return {process for process, name in names.items() if b"CoarseGrainedExecutorBackend" in name and is_ours(process)}


@pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_an_executor_that_dies_changes_no_digest(spark, batch, expected):
    answers, status, alive = {}, spark.sparkContext.statusTracker(), executors()
    assert len(alive) == 2
    job = threading.Thread(target=lambda: answers.update(digests(spark, batch, 12)))
    job.start()

    def stages():
        return [info for info in map(status.getStageInfo, status.getActiveStageIds()) if info is not None]

    # The stage that decides is the one with twelve tasks; some are done, and two are being worked at.
    until = time.monotonic() + 40
    while not any(info.numTasks == 12 and info.numCompletedTasks >= 2 and info.numActiveTasks for info in stages()):
        assert job.is_alive() and time.monotonic() < until, "no task was seen at work"
        time.sleep(0.005)
    (stage,) = [info.stageId for info in stages() if info.numTasks == 12]
    killed = min(alive)
    os.kill(killed, signal.SIGKILL)
    assert job.is_alive()
    job.join(timeout=60)
    assert not job.is_alive(), "the job did not end"
    assert killed not in executors()
    # Either single tasks were repeated, or the whole stage, because what it reads was lost with the executor.
    ended = status.getStageInfo(stage)
    assert ended.numFailedTasks > 0 or ended.currentAttemptId > 0, "no task was lost with its executor"
    assert answers == expected
