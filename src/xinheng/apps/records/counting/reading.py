"""Reading the counts of a day. Where the counts kept are of an earlier state, what happened since is added; never is an old number told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection

from xinheng.apps.records.counting import keeping
from xinheng.apps.records.counting.difference import ALL, Cell, Difference, State, between, day_of, from_nothing

# Rows that moved since the counts were written; beyond that they are counted anew, and kept a while.
_WORTH_ADDING = 20_000
_KEPT_SECONDS = 600
_LOOKS = 3  # times to look again when the register moved while we read
Shown = dict[tuple[str, str, date], int]  # item, deciding body, month of decision → how many

_STATE = """
SELECT t.position, t.event, t.folded, t.subjects,
  COALESCE((SELECT position FROM intake_register WHERE id = 1), 0), COALESCE((SELECT MAX(id) FROM records_event), 0)
FROM records_tallied t WHERE t.id = 1
"""
_TOTALS = "SELECT item, SUM(n) FROM records_tally WHERE organ = '*' AND day <= %s GROUP BY item"
_CELLS = """
SELECT item, organ, month, SUM(n) FROM records_tally WHERE organ <> '*' AND item IN ({marks}) AND day <= %s
GROUP BY item, organ, month HAVING SUM(n) <> 0
"""


@dataclass(frozen=True, slots=True)
class _Told:
    """The state the counts are of, and the one the register has reached."""

    kept: State
    folded: date | None
    subjects: int
    here: State


def totals(*, on: date) -> tuple[int, dict[str, int]]:
    """Return how many organisations the register knows, and item → how many records may be shown on this day."""
    subjects, found = _read(_TOTALS, None, on=on)
    return subjects, {item: n for (item, _organ, _month), n in found.items()}


def cells(items: Sequence[str], *, on: date) -> Shown:
    """Return how many records of these items may be shown on this day, by deciding body and month of decision."""
    if not items:
        return {}
    return _read(_CELLS.replace("{marks}", ", ".join(["%s"] * len(items))), items, on=on)[1]


def counted(on: date) -> list[tuple[Cell, int]]:
    """Return everything counted anew: what the kept counts are held against."""
    return [(cell, n) for cell, n in from_nothing(keeping.reached()).cells.items() if cell[3] <= on]


def _read(sql: str, items: Sequence[str] | None, *, on: date) -> tuple[int, Shown]:
    for _ in range(_LOOKS):
        told = _told()
        if told is None or (told.folded or on) > on:
            break
        with connection.cursor() as cursor:
            cursor.execute(sql, [*(items or ()), on])
            rows = cursor.fetchall()
        if told != _told():
            continue  # the register moved while we looked
        missing = _missing(told)
        if missing is None:
            break
        found: Counter[tuple[str, str, date]] = Counter()
        for item, *rest, n in rows:
            organ, month = rest or (ALL, date.min)
            found[item, organ, day_of(month)] += int(n)
        return told.subjects + missing.subjects, _with(found, missing, items, on)
    everything = _anew()
    return everything.subjects, _with(Counter(), everything, items, on)


def _with(found: Counter[tuple[str, str, date]], more: Difference, items: Sequence[str] | None, on: date) -> Shown:
    for (item, organ, month, day), n in more.cells.items():
        if day <= on and (organ == ALL if items is None else organ != ALL and item in items):
            found[item, organ, month] += n
    return {key: n for key, n in found.items() if n}


def _told() -> _Told | None:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        row = cursor.fetchone()
    if row is None:
        return None
    position, event, folded, subjects, reached, last = row
    return _Told(State(position, event), day_of(folded) if folded else None, subjects, State(reached, last))


def _missing(told: _Told) -> Difference | None:
    """Return what has happened since the counts were written; None where that is too much to add for one reader."""
    if told.kept == told.here:
        return Difference()
    steps = keeping.moved(told.kept, told.here)
    if sum(rows for _, rows in steps) > _WORTH_ADDING:
        return None
    return between(told.kept, told.here, submissions=[pk for pk, _ in steps])


def _anew() -> Difference:
    here = keeping.reached()
    key = f"records.counted.{here.position}.{here.event}"
    found = cache.get(key)
    if found is None:
        found = from_nothing(here)
        cache.set(key, found, _KEPT_SECONDS)
    return found
