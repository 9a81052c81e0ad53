"""One organisation as its page shows it: who it is, how much is on record by kind, and the newest of each class.

What counts is told by the windows worked out when each record came in; what is shown is decided again by the rules of the day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from xinheng.apps.records import queries as records
from xinheng.apps.records.models import Version
from xinheng.core.policy.model import Item
from xinheng.pages.reading import REGISTRATIONS, Known, hold
from xinheng.pages.showing import Held, item_of

REGISTRATION = "01"  # class of the catalogue; changes of registration come last, decisions first
EACH = 5  # of a class, on the organisation's own page


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
    lines = list(_shown(found, on, as_of).values_list("pk", "item"))
    registered = next((pk for pk, item in lines if item in REGISTRATIONS), None)
    by_class: dict[str, list[int]] = {}
    for pk, name in lines:
        if pk != registered and (item := item_of(name)):
            by_class.setdefault(item.klass, []).append(pk)
    wanted = [pk for pks in by_class.values() for pk in pks[:EACH]] + ([registered] if registered else [])
    held = _hold(Version.objects.filter(pk__in=wanted), found, on, as_of)
    identity = next(
        (h for h in held if h.item.id in REGISTRATIONS and h.item.klass == REGISTRATION and registered), None
    )
    parts = [
        Part(klass, len(pks), [h for h in held if h.item.klass == klass and h is not identity][:EACH])
        for klass, pks in sorted(by_class.items(), key=lambda pair: (pair[0] == REGISTRATION, pair[0]))
    ]
    by_item = Counter(name for pk, name in lines if pk != registered)
    return Overview(identity, [part for part in parts if part.first], dict(by_item))


def of_class(
    found: Known, klass: str, *, on: date, as_of: datetime | None, begin: int, size: int
) -> tuple[int, list[Held]]:
    """Return how many records of a class there are, and one page of them, the newest first."""
    lines = _shown(found, on, as_of).values_list("pk", "item")
    pks = [pk for pk, name in lines if (item := item_of(name)) and item.klass == klass]
    return len(pks), _hold(Version.objects.filter(pk__in=pks[begin : begin + size]), found, on, as_of)


def _shown(found: Known, on: date, as_of: datetime | None) -> QuerySet[Version]:
    return records.shown(records.of_subject(found.id, as_of=as_of).select_related(None), on=on)


def _hold(versions: QuerySet[Version], found: Known, on: date, as_of: datetime | None) -> list[Held]:
    rows = versions.select_related("submission__department").order_by("-governing", "-pk")
    return [one for one in hold(rows, on=on, names={found.id: found}, as_of=as_of) if one.publication.shown]
