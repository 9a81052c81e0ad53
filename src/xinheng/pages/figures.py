"""The figures of the statistics page: counted from what may be shown today, each with the query that lists what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse

from xinheng.apps.policy import current_policy
from xinheng.apps.records import queries as records
from xinheng.pages import reading
from xinheng.pages.versions import register_version

_KEPT_SECONDS = 3600
_MONTHS, _ORGANS = 12, 15
Cell = tuple[str, str | None, date | None]  # item, deciding body, month


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, what it is of, and the address of what it counts."""

    label: str
    number: int
    url: str


def table(*, on: date) -> dict[Cell, int]:
    """Return how many records may be shown today, by item, deciding body and month of decision."""
    key = f"portal.figures.{register_version()}.{on}"
    found = cache.get(key)
    if found is None:
        public = [item.id for item in current_policy().items(on=on) if item.publish == "P"]
        shown = records.shown(records.current().filter(item__in=public, subject__isnull=False), on=on)
        rows = shown.filter(governing__isnull=False).order_by().annotate(month=TruncMonth("governing"))
        counted = rows.values_list("item", "organ", "month").annotate(n=Count("pk"))
        found = {(item, organ, month): n for item, organ, month, n in counted}
        cache.set(key, found, _KEPT_SECONDS)
    return found


def by_item(cells: dict[Cell, int]) -> dict[str, int]:
    """Return item → how many."""
    found: Counter[str] = Counter()
    for (item, _organ, _month), n in cells.items():
        found[item] += n
    return dict(found)


def by_month(cells: dict[Cell, int], item: str, *, on: date) -> list[Figure]:
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


def by_organ(cells: dict[Cell, int], item: str) -> list[Figure]:
    """Return the bodies that decided most, with how many each."""
    found: Counter[str] = Counter()
    for (name, organ, _month), n in cells.items():
        if name == item and organ:
            found[organ] += n
    names = {d.code: d.short or d.name for d in current_policy().departments}
    known = [(organ, n) for organ, n in found.most_common() if organ in names][:_ORGANS]
    return [Figure(names[organ], n, of(item, organ=organ)) for organ, n in known]


def of(item: str, **asked: str) -> str:
    """Return the address of the list a number counts."""
    path = {reading.LICENCE: reverse("portal:licences"), reading.PENALTY: reverse("portal:penalties")}.get(item)
    path = path or reverse("portal:records", args=[item])
    return f"{path}?{urlencode(asked)}" if asked else path


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
