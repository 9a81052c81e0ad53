"""Does the lake say what the register says? Organisations are read again and compared row by row."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from xinheng.apps.evaluation.lake.blocks import blocks
from xinheng.apps.evaluation.lake.exporting import changed_since
from xinheng.apps.evaluation.lake.manifest import Manifest
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.lake.rows import Codes, rows_of
from xinheng.apps.subjects.models import Subject
from xinheng.core.evaluation.columns import EVIDENCE
from xinheng.core.evaluation.knowledge import FOREVER

_STEP = 2_000
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was compared, and which organisations differ."""

    compared: int
    rows: int
    differing: tuple[int, ...]
    waiting: int  # organisations something new concerns, which the next export takes up

    @property
    def good(self) -> bool:
        """Whether the lake says what the register says."""
        return not self.differing


def verify(place: Place, manifest: Manifest, *, sample: int | None = None) -> Verified:
    """Compare the lake with the register, as of the lake's own position; ``sample``: about so many organisations only."""
    waiting = set(changed_since(manifest.position, manifest.events))
    total = sum(part.subjects for part in manifest.parts) or 1
    every = max(total // sample, 1) if sample else 1
    compared = rows = 0
    differing: list[int] = []
    for block in blocks(place, manifest, known_at=FOREVER - 1):
        ids = [s for s in block.subjects.get_column("subject").to_list() if s % every == 0 and s not in waiting]
        for start in range(0, len(ids), _STEP):
            some = ids[start : start + _STEP]
            mine = block.evidence.filter(pl.col("subject").is_in(some))
            compared, rows = compared + len(some), rows + mine.height
            differing += _differing(some, mine, manifest)
    return Verified(compared=compared, rows=rows, differing=tuple(differing[:_SHOWN]), waiting=len(waiting))


def _differing(subjects: list[int], mine: pl.DataFrame, manifest: Manifest) -> list[int]:
    codes = Codes.of(manifest.book.words)
    told = rows_of(Subject.objects.filter(pk__in=subjects), codes).evidence
    theirs = told.filter(pl.col("known_until") == FOREVER).select(EVIDENCE.names())
    order = EVIDENCE.names()
    ours = mine.sort(order)
    theirs = theirs.sort(order)
    if ours.equals(theirs):
        return []
    both = [frame.group_by("subject").agg(rows=pl.struct(order)) for frame in (ours, theirs)]
    joined = both[0].join(both[1], on="subject", how="full", coalesce=True, suffix="_theirs")
    wrong = joined.filter(pl.col("rows").ne_missing(pl.col("rows_theirs")))
    return wrong.get_column("subject").sort().to_list()
