"""Results become history: a new row only where something differs from the result before, with what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from xinheng.apps.evaluation import bulk
from xinheng.apps.evaluation.models import Cause, Result, Run
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import NO_RESULT
from xinheng.core.evaluation.plan import Plan
from xinheng.core.evaluation.result import Result as Computed

_COMPARED = ("score", "grade", "band", "no_result", "caps", "points", "version")


def told(method: Method, made: Plan, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a result file as it is stored."""
    grades = method.model.grades
    if row["no_result"]:
        rule = made.no_results[row["no_result"] - 1][0]
        return {
            "score": None, "grade": NO_RESULT, "band": NO_RESULT, "no_result": rule, "caps": [], "points": {}, "dimensions": {},
        }  # fmt: skip
    return {
        "score": row["score"],
        "grade": grades[row["place"]],
        "band": grades[row["place_by_points"]],
        "no_result": "",
        "caps": [cap.id for n, cap in enumerate(made.caps) if row["caps"] >> n & 1],
        "points": {i.id: row[f"p_{i.id}"] for i in made.indicators if row[f"p_{i.id}"]},
        "dimensions": {d.id: row[f"d_{d.id}"] for d in made.dimensions},
    }


def as_told(result: Computed) -> dict[str, Any]:
    """Return a plain result as it is stored."""
    return {
        "score": result.score,
        "grade": result.grade,
        "band": result.band,
        "no_result": result.no_result,
        "caps": [fired.cap for fired in result.caps],
        "points": {c.indicator: c.points for c in result.contributions if c.points},
        "dimensions": {d.dimension: d.total for d in result.dimensions},
    }


def changes(before: Result | None, now: Mapping[str, Any], version: int) -> dict[str, list[Any]] | None:
    """Return what differs from the result before, indicator by indicator; None where nothing does."""
    if before is None:
        return {}
    was = {name: getattr(before, name) for name in _COMPARED}
    if was == {name: {**now, "version": version}[name] for name in _COMPARED}:
        return None
    points = {
        name: [was["points"].get(name, 0), now["points"].get(name, 0)]
        for name in {**was["points"], **now["points"]}
        if was["points"].get(name, 0) != now["points"].get(name, 0)
    }
    caps = {name: [name in was["caps"], name in now["caps"]] for name in {*was["caps"]} ^ {*now["caps"]}}
    rules = {"no_result": [was["no_result"], now["no_result"]]} if was["no_result"] != now["no_result"] else {}
    return {**points, **caps, **rules}


class Recorder:
    """Writes the changed results of one evaluation."""

    def __init__(
        self,
        *,
        method: Method,
        on: date,
        at: datetime,
        known_at: datetime,
        position: int,
        cause: Cause,
        run: Run | None = None,
    ) -> None:
        self.method, self.run, self.cause = method, run, cause
        self._same = {
            "model": method.model.id,
            "version": method.model.version,
            "run": run,
            "on": on,
            "at": at,
            "known_at": known_at,
            "position": position,
            "method_hash": method.hash,
            "cause": cause,
            "current": True,
        }

    def record(self, results: Sequence[tuple[int, str, Mapping[str, Any], str]]) -> list[int]:
        """Store (subject, kind, result, inputs hash) where it changes anything; return whose result changed.

        Callers are inside a transaction: the old result stops being the present one and the new one begins, or neither.
        """
        subjects = [subject for subject, _, _, _ in results]
        present = {
            r.subject_id: r
            for r in Result.objects.filter(subject__in=subjects, model=self.method.model.id, current=True)
        }
        rows = []
        for subject, kind, now, inputs in results:
            differs = changes(present.get(subject), now, self.method.model.version)
            if differs is not None:
                rows.append((subject, kind, now, inputs, differs))
        if rows:
            self._write(rows, present)
        return [row[0] for row in rows]

    def _write(
        self,
        rows: Sequence[tuple[int, str, Mapping[str, Any], str, Mapping[str, Any]]],
        present: Mapping[int, Result],
    ) -> None:
        ids = [row[0] for row in rows]
        if any(subject in present for subject in ids):
            Result.objects.filter(subject__in=ids, model=self.method.model.id, current=True).update(current=None)
        bulk.insert(
            self._same,
            [
                (
                    subject, kind, now["score"], now["grade"], now["band"], now["no_result"], now["caps"],
                    now["points"], now["dimensions"], inputs, differs,
                )
                for subject, kind, now, inputs, differs in rows
            ],
        )  # fmt: skip


def in_chunks(
    results: pl.DataFrame, method: Method, made: Plan, kinds: Mapping[int, str], size: int
) -> Iterator[list[Any]]:
    """Yield rows of a result file as they are stored, so many at a time."""
    for part in results.iter_slices(size):
        yield [(row["subject"], kinds[row["subject"]], told(method, made, row), "") for row in part.to_dicts()]
