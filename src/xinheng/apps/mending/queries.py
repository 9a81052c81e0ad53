"""The cells of a returned row as they stand: those sent, with what was written since."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from xinheng.apps.intake.models import ReturnedRow
from xinheng.apps.mending.models import Edit

Cells = dict[str, str | None]


def edits_of(row: ReturnedRow) -> QuerySet[Edit]:
    """Return the edits of a row that stand, the oldest first."""
    return Edit.objects.filter(row=row, undone_at=None).order_by("pk")


def cells_of(row: ReturnedRow) -> Cells:
    """Return the cells of a row as they stand."""
    return cells_of_all([row])[row.pk]


def cells_of_all(rows: Sequence[ReturnedRow]) -> dict[int, Cells]:
    """Return row → its cells as they stand."""
    standing: dict[int, Cells] = {row.pk: dict(row.cells) for row in rows}
    for edit in Edit.objects.filter(row__in=rows, undone_at=None).order_by("pk"):
        standing[edit.row_id][edit.column] = edit.text
    return standing


def edited(rows: Sequence[ReturnedRow]) -> dict[int, int]:
    """Return row → how many edits stand."""
    numbers: dict[int, int] = {}
    for row_id in Edit.objects.filter(row__in=rows, undone_at=None).values_list("row_id", flat=True):
        numbers[row_id] = numbers.get(row_id, 0) + 1
    return numbers
