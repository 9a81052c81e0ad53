"""Two tables at hand, ours and theirs: every difference, classified. For files, and for counterparts we read ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
import polars as pl

from xinheng.core.reconciliation.descent import Found, differences
from xinheng.core.reconciliation.differences import Answered, Difference, Known, Only, classify
from xinheng.core.reconciliation.elements import Array, Elements
from xinheng.core.reconciliation.foreign import CANONICAL, elements_of
from xinheng.core.reconciliation.ranges import SetSide
from xinheng.core.reconciliation.sums import Sum


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it: how much each side holds, and every difference."""

    here: Sum
    there: Sum
    found: list[Difference]


class TableSide:
    """A table as one side: what it holds, and what each element says."""

    def __init__(self, item: str, statements: pl.DataFrame, key: bytes) -> None:
        self.item, self._statements = item, statements
        self.side = SetSide(elements_of(statements, key))

    def only(self, found: Found) -> list[Only]:
        """Return the statements behind fingerprints found here."""
        held = self.side.held
        at, copies = places_of(self.side, found)
        texts = self._statements.get_column(CANONICAL).gather(held.at[at]).to_list() if len(at) else []
        return [
            Only(
                item=self.item,
                name=held.name(int(i)),
                print=print_text(held, int(i)),
                content=orjson.loads(text),
                copies=int(n),
            )
            for i, n, text in zip(at, copies, texts, strict=True)
        ]

    def names(self) -> set[bytes]:
        """Return the names held."""
        raw = self.side.held.names.tobytes()
        return {raw[i : i + 16] for i in range(0, len(raw), 16)}


def print_text(held: Elements, i: int) -> str:
    """Return a fingerprint as statements write it."""
    low, high = held.prints[i]
    return f"{int(high):016x}{int(low):016x}"


def places_of(side: SetSide, found: Found) -> tuple[Array, Array]:
    """Return where among the statements of a side the fingerprints found stand, and how many copies too many each has."""
    at = np.zeros(len(found), dtype=np.int64)
    for bits in np.unique(found.bits).tolist():
        which = np.flatnonzero(found.bits == bits)
        begin, end = side.bounds(bits, found.prefixes[which])
        for i, first, last in zip(which.tolist(), begin.tolist(), end.tolist(), strict=True):
            at[i] = first + np.flatnonzero(side.held.prints[first:last, 0] == found.lows[i])[0]
    return at, found.copies


def compare(ours: TableSide, theirs: TableSide, *, on: date) -> Compared:
    """Return every difference between two tables of one item."""
    here, there = differences(ours.side, theirs.side)
    only_here, only_there = ours.only(here), theirs.only(there)
    paired = {only.name for only in only_here} & {only.name for only in only_there}
    known = {name: Known(held=True) for name in _also(only_there, ours) - paired}
    answered = {name: Answered(held=True) for name in _also(only_here, theirs) - paired}
    found = classify(only_here, only_there, known=known, answered=answered, on=on)
    return Compared(ours.side.root(), theirs.side.root(), found)


def _also(only: list[Only], other: TableSide) -> set[bytes]:
    """Return the names the other side holds too, in another copy."""
    return {one.name for one in only} & other.names() if only else set()
