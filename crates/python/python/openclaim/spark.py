"""Decides about claims in Spark, one row per claim in, one row out.

>>> from openclaim.spark import adjudicate
>>> answers = adjudicate(spark.read.parquet("nested_claim"))  # doctest: +SKIP

The wheel must be installed where the executors' Python runs (or sent along with ``--py-files`` as a virtual environment), and
``data`` must be a folder that every worker sees: a volume, or files sent with ``--files`` and unpacked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

SCHEMA = (
    "claim_id string, claim_type string, disposition string, error_count long, warning_count long, "
    "not_evaluated_count long, ms_drg_code string, digest string, error_code string, error_message string, "
    "adjudication string, findings array<struct<edit:string, disposition:string, claim_line_number:long, message:string, "
    "carc:string, rarc:string>>"
)
"""The columns of the answers, as Spark names types."""

_engines: dict[Any, Any] = {}


def _engine(data: str | None, options: tuple[tuple[str, Any], ...]) -> Any:
    """The engine of this worker, opened when the first batch comes."""
    import openclaim

    key = (data, options)
    if key not in _engines:
        _engines[key] = openclaim.Engine(data, **dict(options))
    return _engines[key]


def adjudicate(claims: "DataFrame", data: str | None = None, **options: Any) -> "DataFrame":
    """Decides about every row of a table of nested claims.

    :param claims: one row per claim in the columns that ``openclaim batch --layout nested`` writes; only ``claim_id`` and
        ``claim_type`` must be there.
    :param data: folder of imported releases, as the workers see it.
    :param options: keyword arguments of :class:`openclaim.Engine`.
    """
    frozen = tuple(sorted((name, tuple(value) if isinstance(value, list) else value) for name, value in options.items()))

    def decide(batches: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
        import pyarrow

        engine = _engine(data, frozen)
        target = _target()
        for batch in batches:
            if batch.num_rows == 0:
                continue
            reader = pyarrow.RecordBatchReader.from_batches(batch.schema, [batch])
            answers = pyarrow.RecordBatchReader.from_stream(engine.adjudicate_batches(reader))
            for answer in answers:
                yield answer.cast(target)

    return claims.mapInArrow(decide, SCHEMA)


def _target() -> "pyarrow.Schema":
    """The answers in the types that Spark has: it knows no unsigned numbers."""
    import pyarrow

    text, number = pyarrow.string(), pyarrow.int64()
    finding = pyarrow.struct(
        [
            pyarrow.field("edit", text),
            pyarrow.field("disposition", text),
            pyarrow.field("claim_line_number", number),
            pyarrow.field("message", text),
            pyarrow.field("carc", text),
            pyarrow.field("rarc", text),
        ]
    )
    return pyarrow.schema(
        [
            pyarrow.field("claim_id", text),
            pyarrow.field("claim_type", text),
            pyarrow.field("disposition", text),
            pyarrow.field("error_count", number),
            pyarrow.field("warning_count", number),
            pyarrow.field("not_evaluated_count", number),
            pyarrow.field("ms_drg_code", text),
            pyarrow.field("digest", text),
            pyarrow.field("error_code", text),
            pyarrow.field("error_message", text),
            pyarrow.field("adjudication", text),
            pyarrow.field("findings", pyarrow.list_(finding)),
        ]
    )
