"""Receiving: a file arrives, is kept in full and gets its number. The same file twice is one submission, and is told so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.intake import files
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.models import Kind, ReturnedRow, State, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import NothingMended, StorageFull, WrongState

_OVER = (State.REFUSED, State.FAILED, State.WITHDRAWN, State.REPLACED)


def receive(
    *,
    source: files.Handed,
    department: Department,
    by: Account,
    at: datetime,
    item: str | None = None,
    name: str | None = None,
    channel: str = "page",
    answers: Mapping[str, str] | None = None,
    replaces: Submission | None = None,
) -> Submission:
    """Keep what is handed in and number it. The same file for the same item from the same department is the same submission.

    ``answers`` settles ambiguous headers (header → field name).
    """
    require_department(by, department, item=item or "")
    with told_clearly():
        kept = _keep(source, name)
        options = {"answers": dict(answers)} if answers else {}
        again = _same(kept, department, item, options) if replaces is None else None
        if again is not None:
            return _told_again(again, by=by, at=at)
        with transaction.atomic():
            return number(
                Submission(
                    item=item or "",
                    department=department,
                    officer=by,
                    channel=channel,
                    file_name=kept.name,
                    file_sha256=kept.sha256,
                    size=kept.size,
                    options=options | {"told": item or ""},
                    replaces=replaces,
                    received_at=at,
                ),
                by=by,
                at=at,
            )


def replace(*, submission: Submission, source: files.Handed, by: Account, at: datetime, **options: Any) -> Submission:
    """Receive a file that, once accepted, takes the place of an accepted submission: old out and new in, in one instant."""
    if submission.state != State.ACCEPTED or submission.kind not in (Kind.NORMAL, Kind.MENDED):
        raise WrongState(state=submission.get_state_display(), step="替换")
    assert submission.department is not None
    return receive(
        source=source,
        department=submission.department,
        item=submission.item,
        by=by,
        at=at,
        replaces=submission,
        **options,
    )


def resubmit_rows(
    *, submission: Submission, rows: Iterable[tuple[str, int, Mapping[str, str | None]]], by: Account, at: datetime
) -> Submission:
    """Receive mended rows alone: sheet, row number and cells (the sender's header → text) of rows that were returned."""
    require_department(by, submission)
    titles = list(submission.report.get("columns", {}))
    kept: list[dict[str, str | None]] = []
    places: list[tuple[str, int]] = []
    with told_clearly():
        open_rows = {(r.sheet, r.row): r.cells for r in _open_rows(submission)}
        for sheet, row, cells in rows:
            if (sheet, row) in open_rows:
                kept.append(dict.fromkeys(titles) | open_rows[sheet, row] | dict(cells))
                places.append((sheet, row))
        if not kept:
            raise NothingMended(ref=submission.ref)
        file = _keep(kept, f"{submission.ref}-mended.jsonl")
        with transaction.atomic():
            return number(
                Submission(
                    kind=Kind.MENDED,
                    item=submission.item,
                    department=submission.department,
                    officer=by,
                    channel="page",
                    file_name=file.name,
                    file_sha256=file.sha256,
                    size=file.size,
                    options={"answers": submission.options.get("answers", {}), "rows": places, "told": submission.item},
                    mends=submission,
                    received_at=at,
                ),
                by=by,
                at=at,
            )


def number(submission: Submission, *, by: Account, at: datetime) -> Submission:
    """Save a new submission with its public number, within the caller's transaction."""
    submission.save()
    submission.ref = f"{settings.XINHENG_REFERENCE_PREFIX}-{local_date(at):%Y%m%d}-{submission.pk:06d}"
    submission.save(update_fields=["ref"])
    audit.record(
        "submission.received",
        about=submission,
        by=by,
        at=at,
        file=submission.file_sha256,
        size=submission.size,
        kind=submission.kind,
    )
    return submission


def _open_rows(submission: Submission) -> Iterable[ReturnedRow]:
    return submission.returned_rows.filter(sealed=False, mended_by=None)


def _keep(source: files.Handed, name: str | None) -> files.Kept:
    if not files.room_for(0):
        raise StorageFull
    return files.keep(source, name=name)


def _same(kept: files.Kept, department: Department, item: str | None, options: dict[str, Any]) -> Submission | None:
    """Find the submission of the same content: what the sender told about it must be the same too."""
    earlier = Submission.objects.filter(
        file_sha256=kept.sha256, department=department, kind=Kind.NORMAL, options__told=item or ""
    ).exclude(state__in=_OVER)
    return next((s for s in earlier.order_by("-pk") if s.options.get("answers") == options.get("answers")), None)


def _told_again(submission: Submission, *, by: Account, at: datetime) -> Submission:
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        message = f"同一文件已作为批次 {locked.ref} 报送，没有重复入库。"
        locked.notices = [*locked.notices, {"code": "submission.same-file", "count": 1, "message": message}]
        locked.save(update_fields=["notices"])
        audit.record("submission.received-again", about=locked, by=by, at=at)
    locked.again = True
    return locked
