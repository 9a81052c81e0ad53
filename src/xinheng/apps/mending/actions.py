"""Writing into cells of a returned row, and taking the last writing back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.intake.models import ReturnedRow
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import NothingMended
from xinheng.apps.mending import queries
from xinheng.apps.mending.models import Edit


def write(*, row: ReturnedRow, cells: Mapping[str, str | None], by: Account, at: datetime) -> int:
    """Keep what an officer wrote, cell by cell, where it differs from what stands there; return how many differ."""
    require_department(by, row.submission)
    with transaction.atomic():
        locked = _open(row)
        standing = queries.cells_of(locked)
        changed = {column: text for column, text in cells.items() if standing.get(column) != text}
        for column, text in changed.items():
            Edit.objects.create(row=locked, column=column, text=text, before=standing.get(column), by=by, at=at)
        if changed:
            audit.record("row.edited", about=row.submission, by=by, at=at, row=row.row, columns=sorted(changed))
    return len(changed)


def undo(*, row: ReturnedRow, by: Account, at: datetime) -> Edit | None:
    """Take the last edit of a row back; None where nothing was written."""
    require_department(by, row.submission)
    with transaction.atomic():
        locked = _open(row)
        last = queries.edits_of(locked).last()
        if last is None:
            return None
        last.undone_at = at
        last.save(update_fields=["undone_at"])
        audit.record("row.edit-undone", about=row.submission, by=by, at=at, row=row.row, columns=[last.column])
    return last


def _open(row: ReturnedRow) -> ReturnedRow:
    locked = ReturnedRow.objects.select_for_update().filter(pk=row.pk, mended_by=None, sealed=False).first()
    if locked is None:  # handed in meanwhile, by a colleague or in another window
        raise NothingMended(ref=row.submission.ref)
    return locked
