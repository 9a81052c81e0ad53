"""What a table shows and by what it is narrowed: columns and filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

Rows = Any  # a QuerySet, or a list where what is shown is not stored


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: text, where it leads, how it is meant (is-good, is-warn, is-bad), a small word below."""

    text: str
    url: str = ""
    tone: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``order`` is what it sorts by: a field or expression of the query, a function of the row for a list."""

    key: str
    title: Any  # text, translated when it is shown
    cell: Callable[[Any], Cell | str]
    order: str | Combinable | Callable[[Any], Any] | None = None
    number: bool = False
    code: bool = False

    def of(self, row: Any) -> Cell:
        """Return the cell of a row."""
        told = self.cell(row)
        return told if isinstance(told, Cell) else Cell(told)

    @property
    def expression(self) -> Combinable:
        """What a stored column sorts by."""
        return F(self.order) if isinstance(self.order, str) else self.order  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow a table. ``choices`` (account → value and word) makes it a list to choose from."""

    key: str
    label: Any
    narrow: Callable[[Rows, str], Rows]
    choices: Callable[[Any], Sequence[tuple[str, str]]] | None = None
    kind: str = "search"  # the type of the input
    width: str = ""


def choice(key: str, label: Any, field: str, choices: Callable[[Any], Sequence[tuple[str, str]]]) -> Filter:
    """Return a filter by one stored field, chosen from a list."""
    return Filter(key=key, label=label, narrow=lambda rows, told: rows.filter(**{field: told}), choices=choices)


def text(key: str, label: Any, *fields: str) -> Filter:
    """Return a filter that finds a word in stored fields."""

    def narrow(rows: QuerySet[Any], told: str) -> QuerySet[Any]:
        from django.db.models import Q

        asked = Q()
        for field in fields:
            asked |= Q(**{f"{field}__icontains": told})
        return rows.filter(asked)

    return Filter(key=key, label=label, narrow=narrow)


def day_from(key: str, label: Any, field: str) -> Filter:
    """Return a filter by the first day (of an instant: where the city is)."""
    return _day(key, label, f"{field}__gte")


def day_to(key: str, label: Any, field: str) -> Filter:
    """Return a filter by the last day, that day included."""
    return _day(key, label, f"{field}__lte")


def _day(key: str, label: Any, asked: str) -> Filter:
    def narrow(rows: QuerySet[Any], told: str) -> QuerySet[Any]:
        try:
            return rows.filter(**{asked: date.fromisoformat(told)})
        except ValueError:
            return rows  # a day that cannot be read narrows nothing; the form shows what was typed

    return Filter(key=key, label=label, narrow=narrow, kind="date")
