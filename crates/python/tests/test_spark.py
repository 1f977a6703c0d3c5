"""Spark with executors in processes of their own."""

import shutil

import pytest

pyspark = pytest.importorskip("pyspark")
pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed; Spark needs Java 17")


def test_spark_gives_the_digests_of_the_batch(batch):
    import pyarrow.parquet as pq
    from openclaim.spark import adjudicate
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("openclaim")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "1g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "1024")
        .getOrCreate()
    )
    try:
        claims = spark.read.parquet(str(batch / "nested_claim")).repartition(4)
        rows = adjudicate(claims).select("claim_id", "digest").collect()
    finally:
        spark.stop()
    tables = [pq.read_table(path) for path in sorted((batch / "claim").glob("*.parquet"))]
    expected = {id_: hash_ for t in tables for id_, hash_ in zip(t["claim_id"].to_pylist(), t["digest"].to_pylist())}
    assert {row.claim_id: row.digest for row in rows} == expected
