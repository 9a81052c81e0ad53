"""A run over the whole city: from the lake, by one method, to result files that can be made again byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

import polars as pl
from django.conf import settings

from xinheng.apps.evaluation import explaining, queries
from xinheng.apps.evaluation.engines import evaluated
from xinheng.apps.evaluation.lake import manifest as manifests
from xinheng.apps.evaluation.lake.manifest import Manifest
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.refusals import LakeBehind, LakeOfOtherPolicy, NoLake
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.knowledge import micros
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import NO_RESULT, Model
from xinheng.core.evaluation.plan import Plan
from xinheng.core.evaluation.planning import plan
from xinheng.core.evaluation.words_of_evidence import vocabulary_of

GROUPS = ("region", "division", "size", "kind")
Progress = Callable[[int], None]


@dataclass
class Tally:
    """Counts of grades, altogether and by group, and the digest of what was written."""

    grades: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    groups: dict[str, dict[str, dict[str, int]]] = field(default_factory=lambda: {name: {} for name in GROUPS})
    subjects: int = 0
    hash: object = field(default_factory=sha256)

    def add(self, results: pl.DataFrame, subjects: pl.DataFrame) -> None:
        """Count one block."""
        names = dict(enumerate(self.grades))
        graded = results.select(
            "subject", grade=pl.col("place").replace_strict(names, default=NO_RESULT, return_dtype=pl.String)
        )
        self.subjects += graded.height
        for grade, count in graded.group_by("grade").len().iter_rows():
            self.counts[grade] = self.counts.get(grade, 0) + count
        told = graded.join(subjects, on="subject", how="left")
        for name in GROUPS:
            for group, grade, count in told.group_by(name, "grade").len().iter_rows():
                by_grade = self.groups[name].setdefault(group or "", {})
                by_grade[grade] = by_grade.get(grade, 0) + count


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What a computation over the city came to."""

    method: Method
    plan: Plan
    on: date
    known_at: datetime
    manifest: Manifest
    tally: Tally
    digest: str
    folder: str  # where the result files lie, under the lake; empty: nothing was written


def lake_for(place: Place, *, known_at: datetime) -> Manifest:
    """Return the state of the lake, if it can answer for this instant."""
    found = manifests.load(place)
    if found is None:
        raise NoLake
    if found.meaning != manifests.meaning_of(vocabulary_of(current_policy())):
        raise LakeOfOtherPolicy
    if found.at < micros(known_at):
        from datetime import UTC

        raise LakeBehind(at=datetime.fromtimestamp(found.at / 1e6, tz=UTC).isoformat(timespec="seconds"))
    return found


def compute(
    *,
    place: Place,
    model: Model,
    on: date,
    known_at: datetime,
    folder: str = "",
    engine: str | None = None,
    progress: Progress = lambda n: None,
) -> Computed:
    """Evaluate the city and write the results under ``folder`` (nowhere, if empty), one file for each part of the lake."""
    manifest = lake_for(place, known_at=known_at)
    method = explaining.method_for(model, on=on, at=known_at)
    made = plan(method, on)
    tally, digest = Tally(model.grades), sha256()
    applied = queries.applicants(model.id, at=known_at)
    found = evaluated(
        engine or settings.XINHENG_ENGINE, place, manifest, made, known_at=micros(known_at), applied=applied
    )
    for number, (told, subjects) in enumerate(found):
        results = told.select(made.columns())
        tally.add(results, subjects)
        digest.update(text_of(results))
        if folder:
            place.write_frame(f"{folder}/{number:05d}.parquet", results)
        progress(subjects.height)
    return Computed(
        method=method,
        plan=made,
        on=on,
        known_at=known_at,
        manifest=manifest,
        tally=tally,
        digest="sha256:" + digest.hexdigest(),
        folder=folder,
    )


def text_of(results: pl.DataFrame) -> bytes:
    """Return results as plain text: a digest over it depends on no file format, and not on how the lake is cut."""
    return results.write_csv(include_header=False).encode()


def read(place: Place, folder: str) -> pl.LazyFrame:
    """Return the result files of a run."""
    names = [name for name in place.names(folder) if name.endswith(".parquet")]
    return pl.concat([place.scan(f"{folder}/{name}") for name in names], how="vertical")
