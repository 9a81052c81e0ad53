"""The figures of the statistics page: counted from what may be shown today, each with the query that lists what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from xinheng.apps.policy import current_policy
from xinheng.apps.records.counting.reading import Shown
from xinheng.pages import addresses, reading

_MONTHS, _ORGANS = 12, 15


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, what it is of, and the address of what it counts."""

    label: str
    number: int
    url: str


def by_month(cells: Shown, item: str, *, on: date) -> list[Figure]:
    """Return the last twelve months of an item, the oldest first."""
    found: Counter[date] = Counter()
    for (name, _organ, month), n in cells.items():
        if name == item and month:
            found[month] += n
    first = on.replace(day=1)
    months = [first]
    while len(months) < _MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return [
        Figure(f"{m:%Y-%m}", found[m], of(item, since=m.isoformat(), until=_last_day(m).isoformat()))
        for m in reversed(months)
    ]


def by_organ(cells: Shown, item: str) -> list[Figure]:
    """Return the bodies that decided most, with how many each."""
    found: Counter[str] = Counter()
    for (name, organ, _month), n in cells.items():
        if name == item and organ:
            found[organ] += n
    names = {d.code: d.short or d.name for d in current_policy().departments}
    known = [(organ, n) for organ, n in found.most_common() if organ in names][:_ORGANS]
    return [Figure(names[organ], n, of(item, organ=organ)) for organ, n in known]


def by_district(cells: Shown, item: str) -> list[Figure]:
    """Return how many each district's own bodies decided, and those of the city; the most first."""
    seats, found = reading.seats(), Counter[str]()
    of_body = {d.code: d.region for d in current_policy().departments}
    for (name, organ, _month), n in cells.items():
        if name == item and of_body.get(organ) in seats:
            found[of_body[organ]] += n
    return [Figure(seats[region], n, of(item, seat=region)) for region, n in found.most_common()]


def of(item: str, **asked: str) -> str:
    """Return the address of the list a number counts."""
    path = addresses.of_list(item)
    return f"{path}?{urlencode(asked)}" if asked else path


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
