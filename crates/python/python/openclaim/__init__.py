"""Reads US medical claims, applies the rules that CMS publishes as of the date of service, and says what was decided and why.

>>> import openclaim
>>> engine = openclaim.Engine()
>>> [answer["claim_id"] for answer in engine.check("claims.837")]  # doctest: +SKIP
['CLAIM1']
"""

from __future__ import annotations

import json
import os
from typing import Any, Iterable, Mapping, Sequence

from . import _openclaim
from ._openclaim import OpenclaimError, __version__, nested_claims

__all__ = ["Engine", "OpenclaimError", "__version__", "nested_claims"]

OpenclaimError.code = property(lambda self: self.args[1] if len(self.args) > 1 else None)
OpenclaimError.__str__ = lambda self: str(self.args[0]) if self.args else ""


class Engine:
    """Everything that is needed to decide about claims; opened once, shared by threads.

    :param data: folder of imported releases; without it the embedded release decides alone.
    :param select: families or edits to run, all when empty.
    :param ignore: families or edits not to run.
    :param known_at: decide by what was published by this day, ``"2026-10-01"``.
    :param explain: give the reasons of every grouping.
    """

    def __init__(
        self,
        data: str | os.PathLike[str] | None = None,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        known_at: str | None = None,
        explain: bool = False,
    ) -> None:
        folder = None if data is None else os.fspath(data)
        self._engine = _openclaim.Engine(folder, list(select), list(ignore), known_at, explain)

    @property
    def warnings(self) -> list[str]:
        """What could not be opened of the data folder."""
        return self._engine.warnings()

    def check(self, claims: bytes | str | os.PathLike[str] | Mapping[str, Any]) -> list[dict[str, Any]]:
        """Decides about claims: the bytes of a file, the path of one, or one claim as a mapping.

        Files may be 837, FHIR (JSON, NDJSON) or CMS claim files, packed with gzip or not. Answers are those of
        ``openclaim check --format jsonl``, one per claim.
        """
        if isinstance(claims, (bytes, bytearray, memoryview)):
            answers = self._engine.check_bytes(bytes(claims))
        elif isinstance(claims, Mapping):
            answers = [self._engine.check_claim(json.dumps(claims))]
        else:
            answers = self._engine.check_path(os.fspath(claims))
        return [json.loads(answer) for answer in answers]

    def group(self, stay: Mapping[str, Any]) -> dict[str, Any]:
        """Groups one inpatient stay: the object of ``openclaim group``."""
        return self._one(self._engine.group_lines, stay)

    def group_all(self, stays: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Groups many stays in one call."""
        return self._lines(self._engine.group_lines, stays)

    def price(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Prices a bill or line, step by step: ``kind`` is ``"ipps"`` or ``"mpfs"``, the object that of ``openclaim price``."""
        doors = {"ipps": self._engine.price_ipps_lines, "mpfs": self._engine.price_mpfs_lines}
        if kind not in doors:
            raise OpenclaimError(f"`{kind}` is none of ipps, mpfs", "unknown_price")
        return self._one(doors[kind], request)

    def score(self, member: Mapping[str, Any], *, explain: bool = False) -> dict[str, Any]:
        """Scores one member under a risk adjustment model: the object of ``openclaim score``."""
        return self._one(lambda lines: self._engine.score_lines(lines, explain), member)

    def score_all(self, members: Iterable[Mapping[str, Any]], *, explain: bool = False) -> list[dict[str, Any]]:
        """Scores many members in one call; a member that cannot be scored has ``error`` in place of an answer."""
        return self._lines(lambda lines: self._engine.score_lines(lines, explain), members)

    def score_claims(
        self,
        claims: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        members: str | os.PathLike[str],
        payment_year: int,
        output: str | os.PathLike[str],
        *,
        model: str = "CMS-HCC",
        calibration: str = "",
        threads: int | None = None,
    ) -> dict[str, Any]:
        """Scores members by their claims into Parquet, as ``openclaim score --output``; gives the manifest.

        :param claims: claim files, folders or zip archives of them: 837, FHIR, csv, Parquet.
        :param members: csv with the columns of Tuva's ``eligibility``.
        :param payment_year: services of the year before count.
        :param output: folder for the tables ``patient_risk_diagnoses``, ``patient_risk_factors`` and ``patient_risk_scores``.
        :param model: a model with its version, or ``"CMS-HCC"`` for the models that the year blends.
        """
        paths = [claims] if isinstance(claims, (str, os.PathLike)) else claims
        manifest = self._engine.score_claims(
            [os.fspath(path) for path in paths],
            os.fspath(members),
            payment_year,
            os.fspath(output),
            model,
            calibration,
            threads,
        )
        return json.loads(manifest)

    def adjudicate_batches(self, claims: Any) -> Any:
        """Decides about a stream of nested claims: one row out for every row in, in the same order.

        ``claims`` is anything with the Arrow C stream interface: a ``pyarrow.RecordBatchReader`` or ``Table``, a Polars
        ``DataFrame``, a DuckDB result. What comes back has the same interface; ``pyarrow.RecordBatchReader.from_stream``
        takes it without a copy.
        """
        return self._engine.adjudicate_batches(claims)

    def _one(self, door: Any, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._lines(door, [request])[0]
        if "error" in answer:
            raise OpenclaimError(answer["error"]["message"], answer["error"]["code"])
        return answer

    @staticmethod
    def _lines(door: Any, requests: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps(request) + "\n" for request in requests).encode()
        return [json.loads(line) for line in door(lines).splitlines()]
