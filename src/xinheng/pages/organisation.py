"""One organisation as its page shows it: who it is, how much is on record by kind, and the newest of each class.

What counts is told by the windows worked out when each record came in; what is shown is decided again by the rules of the day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from xinheng.apps.records import plain
from xinheng.apps.records import queries as records
from xinheng.apps.records.models import Version
from xinheng.apps.records.plain import PlainVersion
from xinheng.core.policy.model import Item
from xinheng.pages.reading import LIGHT, REGISTRATIONS, Known, hold
from xinheng.pages.showing import Held, item_of

REGISTRATION = "01"  # class of the catalogue; changes of registration come last, decisions first
EACH = 5  # of a class, on the organisation's own page

_MOST = 5_000
Row = Version | PlainVersion


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one class of the catalogue."""

    klass: str
    count: int
    first: list[Held]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on record about one organisation, in short."""

    identity: Held | None
    parts: list[Part]
    by_item: dict[str, int] = field(default_factory=dict)  # item → how many, registration itself left out

    @property
    def total(self) -> int:
        """Return how many records may be shown."""
        return sum(part.count for part in self.parts)

    def of_polarity(self, polarity: str) -> list[tuple[Item, int]]:
        """Return the items the catalogue calls negative, positive …, with how many records each has, the most first."""
        told = [(item, n) for name, n in self.by_item.items() if (item := item_of(name)) and item.polarity == polarity]
        return sorted(told, key=lambda pair: -pair[1])


def overview(found: Known, *, on: date, as_of: datetime | None) -> Overview:
    """Return what may be shown about an organisation."""
    rows = _shown(found, on, as_of)
    registered = next((row for row in rows if row.item in REGISTRATIONS), None)
    by_class: dict[str, list[Row]] = {}
    items = {name: item_of(name) for name in {row.item for row in rows}}
    for row in rows:
        if row is not registered and (item := items[row.item]):
            by_class.setdefault(item.klass, []).append(row)
    wanted = [row for told in by_class.values() for row in told[:EACH]] + ([registered] if registered else [])
    held = {one.id: one for one in _hold(wanted, found, on, as_of)}
    parts = [
        Part(klass, len(told), [held[row.record_id] for row in told[:EACH] if row.record_id in held])
        for klass, told in sorted(by_class.items(), key=lambda pair: (pair[0] == REGISTRATION, pair[0]))
    ]
    by_item = Counter(row.item for row in rows if row is not registered)
    identity = held.get(registered.record_id) if registered else None
    return Overview(identity, [part for part in parts if part.first], dict(by_item))


def of_class(
    found: Known, klass: str, *, on: date, as_of: datetime | None, begin: int, size: int
) -> tuple[int, list[Held]]:
    """Return how many records of a class there are, and one page of them, the newest first."""
    rows = _shown(found, on, as_of)
    items = {name: item_of(name) for name in {row.item for row in rows}}
    rows = [row for row in rows if (item := items[row.item]) and item.klass == klass]
    return len(rows), _hold(rows[begin : begin + size], found, on, as_of)


def _shown(found: Known, on: date, as_of: datetime | None) -> list[Row]:
    if as_of is None:
        return list(plain.current_of_subject(found.id, shown_on=on))
    versions = records.shown(records.of_subject(found.id, as_of=as_of), on=on)
    return list(versions.select_related("submission__department").defer(*LIGHT)[:_MOST])


def _hold(rows: list[Row], found: Known, on: date, as_of: datetime | None) -> list[Held]:
    held = hold(rows, on=on, names={found.id: found}, as_of=as_of)  # type: ignore[arg-type]
    return [one for one in held if one.publication.shown]
