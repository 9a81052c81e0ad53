"""What comes back about our own statements (退回、总对总回流) is told to the department that had sent the original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange.forms import forms_of
from xinheng.apps.exchange.models import Arrival, Channel, Direction, Rejection, Returned, ReturnKind
from xinheng.apps.intake.models import Submission
from xinheng.apps.records.store import store
from xinheng.core.reconciliation.canonical import content
from xinheng.core.reconciliation.differences import fields_that_differ

# The newest visible version of each name that we told ourselves, not got from anywhere.
_ORIGINAL = """
SELECT g.n, v.id, s.id, s.department_id, v.canonical, s.position FROM given g
JOIN records_record r ON r.key = g.key AND r.item = g.item
JOIN records_version v ON v.record_id = r.id
JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE s.accepted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exchange_arrival a WHERE a.submission_id = s.id)
"""


def originals(asked: Sequence[tuple[str, bytes]]) -> dict[bytes, tuple[int, int | None, str]]:
    """Return name → submission, department and content of our own newest version of it."""
    if not asked:
        return {}
    given = {"item": [item for item, _ in asked], "key": [name[12:] + name[:12] for _, name in asked]}
    rows = sorted(store().join(_ORIGINAL, given, ("text", "bytea")), key=lambda row: row[5])
    return {asked[n][1]: (submission, department, text) for n, _, submission, department, text, _ in rows}


def tell_returned(channel: Channel, arrival: Arrival, rows: Sequence[Mapping[str, Any]], *, at: datetime) -> int:
    """Note, for each statement that came back and is ours, who had sent it and which fields came back otherwise."""
    by_name = {bytes.fromhex(row["name"]): row for row in rows}
    ours = originals([(row["item"], name) for name, row in by_name.items()])
    forms = forms_of(channel)
    told = []
    for name, (submission, department, text) in ours.items():
        row = by_name[name]
        form = forms[row["item"]]
        before, after = content(orjson.loads(text), form), content(orjson.loads(row["record"]), form)
        told.append(
            Returned(
                channel=channel,
                kind=ReturnKind.RETURNED,
                item=row["item"],
                name=name,
                fields=[field.name for field in fields_that_differ(before, after)],
                at=at,
                arrival=arrival,
                submission_id=submission,
                department_id=department,
            )
        )
    Returned.objects.bulk_create(told, batch_size=500, ignore_conflicts=True)
    _notify(
        told,
        "exchange.returned",
        "其中 {count} 条已由“{who}”回流，{other} 条内容与原报送不同，请在“对账”页核对。",
        channel,
    )
    return len(told)


def rejections_since(channel: Channel, since: int, most: int = 5_000) -> list[dict[str, Any]]:
    """Return what we sent back, for the side that had sent it."""
    rows = Rejection.objects.filter(channel=channel, pk__gt=since).order_by("pk")[:most]
    return [
        {"id": r.pk, "item": r.item, "name": bytes(r.name).hex(), "code": r.code, "at": r.at.isoformat()} for r in rows
    ]


def tell_rejected(channel: Channel, told: Sequence[Mapping[str, Any]], *, at: datetime) -> int:
    """Store what the other side sent back, and tell the departments whose statements they were."""
    names = [(str(row["item"]), bytes.fromhex(str(row["name"]))) for row in told]
    ours = originals(names)
    fresh = []
    for row, (item, name) in zip(told, names, strict=True):
        submission, department, _ = ours.get(name, (None, None, ""))
        fresh.append(
            Returned(
                channel=channel,
                kind=ReturnKind.REJECTED,
                item=item[:64],
                name=name,
                code=str(row["code"])[:80],
                at=datetime.fromisoformat(str(row["at"])),
                theirs=int(row["id"]),
                submission_id=submission,
                department_id=department,
            )
        )
    with transaction.atomic():
        known = set(
            Returned.objects.filter(channel=channel, theirs__in=[r.theirs for r in fresh]).values_list(
                "theirs", flat=True
            )
        )
        fresh = [one for one in fresh if one.theirs not in known]
        Returned.objects.bulk_create(fresh, batch_size=500)
        _notify(fresh, "exchange.rejected", "其中 {count} 条被“{who}”退回，原因见“对账”页，请核对后更正。", channel)
        if fresh:
            audit.record("exchange.rejections", about=channel, by=None, at=at, count=len(fresh))
    return len(fresh)


def last_rejection(channel: Channel) -> int:
    """Return their number of the last rejection fetched."""
    found = Returned.objects.filter(channel=channel, theirs__isnull=False).order_by("-theirs").first()
    return found.theirs if found else 0


def outward(channel: Channel) -> bool:
    """Say whether a channel carries what we send."""
    return channel.direction == Direction.OUT


def _notify(told: Sequence[Returned], code: str, message: str, channel: Channel) -> None:
    """Put a notice on the original submission: its officer sees it where the submission is looked at."""
    counts = Counter(one.submission_id for one in told if one.submission_id is not None)
    other = Counter(one.submission_id for one in told if one.submission_id is not None and one.fields)
    for pk, count in counts.items():
        submission = Submission.objects.select_for_update().get(pk=pk)
        text = message.format(count=count, who=channel.counterpart.name, other=other[pk])
        notices = [*submission.notices, {"code": code, "count": count, "message": text}]
        Submission.objects.filter(pk=pk).update(notices=notices)
