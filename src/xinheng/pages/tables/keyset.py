"""Pages by keyset: the place where a page ended, in the order it was sorted by, leads to the next one at the same cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from xinheng.pages.tables.columns import Column

Place = list[Any]  # what the last row was sorted by, and its key


def ordered(rows: Any, column: Column, *, down: bool, key: Callable[[Any], Any]) -> Any:
    """Return rows sorted by a column; ties by key, so that the order is always the same."""
    if isinstance(rows, QuerySet):
        sign = "-" if down else ""
        return rows.annotate(_order=column.expression).order_by(f"{sign}_order", f"{sign}pk")
    return sorted(rows, key=lambda row: (column.order(row), key(row)), reverse=down)  # type: ignore[operator, misc]


def after(rows: Any, place: Any, column: Column, *, down: bool, key: Callable[[Any], Any]) -> Any:
    """Return the rows behind a place; all of them where the place was cut or invented."""
    if not isinstance(place, list) or len(place) != 2:
        return rows
    if not isinstance(rows, QuerySet):
        return _after_in_list(rows, place, column, down, key)
    try:
        value = rows.query.annotations["_order"].output_field.to_python(place[0])
        pk = rows.model._meta.pk.to_python(place[1])
    except (ValidationError, TypeError, ValueError):
        return rows
    if value is None or pk is None:
        return rows
    beyond = "lt" if down else "gt"
    return rows.filter(Q(**{f"_order__{beyond}": value}) | Q(_order=value, **{f"pk__{beyond}": pk}))


def _after_in_list(
    rows: Sequence[Any], place: Place, column: Column, down: bool, key: Callable[[Any], Any]
) -> Sequence[Any]:
    told = (str(place[0]), str(place[1]))
    for number, row in enumerate(rows):
        if (str(column.order(row)), str(key(row))) == told:  # type: ignore[operator, misc]
            return rows[number + 1 :]
    return rows


def place_of(row: Any, rows: Any, column: Column, key: Callable[[Any], Any]) -> Place:
    """Return the place a row stands at."""
    if isinstance(rows, QuerySet):
        value = row._order
        return [value.isoformat() if hasattr(value, "isoformat") else value, row.pk]
    return [str(column.order(row)), str(key(row))]  # type: ignore[operator, misc]
