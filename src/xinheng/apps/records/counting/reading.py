"""Reading the counts of a day. Where the counts kept are of an earlier state, what happened since is added; never is an old number told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.core.cache import cache
from django.db import connection

from xinheng.apps.records.counting import keeping
from xinheng.apps.records.counting.difference import ALL, Cell, Difference, State, between, day_of, from_nothing
from xinheng.apps.records.models import Tallied

_WORTH_ADDING = 20_000  # rows that moved since the counts were written; beyond that they are counted anew, and kept a while
_KEPT_SECONDS = 600
_SEEN = 3  # times to look again when the register moved while we read
Shown = dict[tuple[str, str, date], int]  # item, deciding body, month of decision → how many

_TOTALS = "SELECT item, SUM(n) FROM records_tally WHERE organ = '*' AND day <= %s GROUP BY item"
_CELLS = """
SELECT item, organ, month, SUM(n) FROM records_tally WHERE organ <> '*' AND item IN ({marks}) AND day <= %s
GROUP BY item, organ, month HAVING SUM(n) <> 0
"""


def totals(*, on: date) -> tuple[int, dict[str, int]]:
    """Return how many organisations the register knows, and item → how many records may be shown on this day."""
    subjects, cells = _read(_TOTALS, [], on=on, wanted=lambda cell: cell[1] == ALL)
    found: Counter[str] = Counter()
    for (item, _organ, _month), n in cells.items():
        found[item] += n
    return subjects, {item: n for item, n in found.items() if n}


def cells(items: Sequence[str], *, on: date) -> Shown:
    """Return how many records of these items may be shown on this day, by deciding body and month of decision."""
    if not items:
        return {}
    sql = _CELLS.replace("{marks}", ", ".join(["%s"] * len(items)))
    return _read(sql, list(items), on=on, wanted=lambda cell: cell[1] != ALL and cell[0] in items)[1]


def _read(sql: str, items: list[str], *, on: date, wanted) -> tuple[int, Shown]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for _ in range(_SEEN):
        told = keeping.state()
        if (told.folded or on) > on:
            break
        with connection.cursor() as cursor:
            cursor.execute(sql, [*items, on])
            rows = cursor.fetchall()
        if _same(told, keeping.state()):
            missing = _missing(told)
            if missing is None:
                break
            found: Counter[tuple[str, str, date]] = Counter()
            for item, *rest, n in rows:
                organ, month = rest or (ALL, None)
                found[item, organ, day_of(month) if month else date.min] += int(n)
            _collect(found, missing, on, wanted)
            return told.subjects + missing.subjects, {key: n for key, n in found.items() if n}
    everything = _anew()
    found = Counter()
    _collect(found, everything, on, wanted)
    return everything.subjects, {key: n for key, n in found.items() if n}


def _collect(found: Counter[tuple[str, str, date]], more: Difference, on: date, wanted) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for cell, n in more.cells.items():
        item, organ, month, day = cell
        if day <= on and wanted(cell):
            found[item, organ, month] += n


def _same(one: Tallied, other: Tallied) -> bool:
    return (one.position, one.event, one.folded) == (other.position, other.event, other.folded)


def _missing(told: Tallied) -> Difference | None:
    """Return what has happened since the counts were written; None where that is too much to add for one reader."""
    before, here = State(told.position, told.event), keeping.reached()
    if before == here:
        return Difference()
    steps = keeping.moved(before, here)
    if sum(rows for _, rows in steps) > _WORTH_ADDING:
        return None
    return between(before, here, submissions=[pk for pk, _ in steps])


def _anew() -> Difference:
    here = keeping.reached()
    key = f"records.counted.{here.position}.{here.event}"
    found = cache.get(key)
    if found is None:
        found = from_nothing(here)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def counted(on: date) -> Iterable[tuple[Cell, int]]:
    """Return everything counted anew: what the kept counts are held against."""
    return [(cell, n) for cell, n in from_nothing(keeping.reached()).cells.items() if cell[3] <= on]
