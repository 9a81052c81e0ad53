"""The rows of a package: what the public may see of a record today, and the day by which every copy must be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl
from django.db.models import Q

from xinheng.apps.records import queries as records
from xinheng.apps.records.models import Event, Version
from xinheng.core.policy.model import FieldType, Item
from xinheng.core.publication.masking import Showing, public_values, showing
from xinheng.pages.reading import LIGHT, hold

_BLOCK = 2_000
HEAD = {
    "record_id": pl.Int64,
    "subject_code": pl.String,
    "decided_on": pl.Date,
    "must_delete_by": pl.Date,
    "publication_rule": pl.String,
    "labels": pl.String,
    "reported_by": pl.String,
    "position": pl.Int64,
}
_TYPES = {FieldType.DATE: pl.Date, FieldType.INT: pl.Int64, FieldType.YEAR: pl.Int64}
TOMBSTONES = {"record_id": pl.Int64, "removed_on": pl.Date, "position": pl.Int64}


def schema(item: Item) -> dict[str, pl.DataType]:
    """Return the columns of an item's package: the head, then the fields the public may see."""
    public = [f for f in item.fields if showing(f) is not Showing.HIDDEN and f.name not in HEAD]
    return HEAD | {field.name: _TYPES.get(field.type, pl.String) for field in public}


def rows(item: Item, ids: Iterable[int] | None, *, on: date) -> pl.DataFrame:
    """Return the rows that may be shown today: of these records, or of all."""
    columns = schema(item)
    told = pl.DataFrame(list(_shown(item, ids, on)), schema=dict.fromkeys(columns, pl.String), orient="row")
    return told.select(_typed(name, kind) for name, kind in columns.items())


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return column.str.to_date("%Y-%m-%d", strict=False) if kind == pl.Date else column.cast(kind, strict=False)


def _shown(item: Item, ids: Iterable[int] | None, on: date) -> Iterator[list[str | None]]:
    columns = list(schema(item))
    for block in _blocks(item, ids, on):
        versions = (
            Version.objects.filter(pk__in=block).select_related("submission__department", "subject").defer(*LIGHT)
        )
        for held in hold(versions, on=on):
            if not held.publication.shown:
                continue
            until = held.publication.until
            told = public_values(item, held.values) | {
                "record_id": str(held.id),
                "subject_code": held.subject_code,
                "decided_on": held.governing.isoformat() if held.governing else None,
                "must_delete_by": until.isoformat() if until else None,
                "publication_rule": held.publication.rule_id,
                "labels": "；".join(held.labels) or None,
                "reported_by": held.department,
                "position": str(held.position),
            }
            yield [told.get(name) for name in columns]


def _blocks(item: Item, ids: Iterable[int] | None, on: date) -> Iterator[list[int]]:
    shown = records.shown(records.current().filter(item=item.id, subject__isnull=False), on=on).order_by("record_id")
    wanted: list[list[int] | None] = [None]
    if ids is not None:
        known = sorted(ids)
        wanted = [known[start : start + 500] for start in range(0, len(known), 500)]
    for part in wanted:
        found = list((shown if part is None else shown.filter(record__in=part)).values_list("pk", flat=True))
        yield from (found[start : start + _BLOCK] for start in range(0, len(found), _BLOCK))


def touched(item: Item, *, since_position: int, since_event: int, since_day: date, on: date) -> set[int]:
    """Return the records of an item that may stand otherwise than when the package was last built.

    Told, corrected, confirmed or withdrawn since then; annotated or ended by an event; or whose first day has come.
    """
    moved = Q(submission__position__gt=since_position) | Q(submission__withdrawn_position__gt=since_position)
    versions = Version.objects.filter(item=item.id)
    found = set(versions.filter(moved).values_list("record", flat=True))
    begun = versions.filter(shown_from__gt=since_day, shown_from__lte=on)
    found |= set(begun.values_list("record", flat=True))
    return found | set(Event.objects.filter(pk__gt=since_event, record__item=item.id).values_list("record", flat=True))
