"""What came from another node goes through our own intake like any hand-in: with its origin kept, linked, checked, or sent back with a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange.models import Arrival, Channel, Rejection, Way
from xinheng.apps.exchange.returning import originals, tell_returned
from xinheng.apps.intake import actions as intake
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.records import actions as records
from xinheng.apps.records import queries
from xinheng.apps.records.models import EventKind, Record
from xinheng.core.refusal import Refusal

_UNUSABLE = (State.REFUSED, State.FAILED)


class NoDepartment(Refusal):
    """Nobody here answers for what comes in."""

    code = "exchange.no-department"
    message = "交换约定“{channel}”没有指定本地负责部门，收到的数据不能入库。请先在约定中指定。"


def take_batch(
    channel: Channel,
    facts: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    first: int,
    last: int,
    way: Way,
    by: Account,
    at: datetime,
) -> Arrival:
    """Hand in what one submission of theirs told, exactly once; return what arrived."""
    found = Arrival.objects.filter(channel=channel, first_entry=first).first()
    if found is not None:
        return found
    if channel.department is None:
        raise NoDepartment(channel=channel)
    fresh = rows
    if channel.returns:
        ours = originals([(row["item"], bytes.fromhex(row["name"])) for row in rows])
        fresh = [row for row in rows if bytes.fromhex(row["name"]) not in ours]
    submission, digest = _handed_in(channel, facts, fresh, first=first, by=by, at=at) if fresh else (None, "")
    with transaction.atomic():
        arrival = Arrival.objects.create(
            channel=channel,
            ref=str(facts["ref"])[:80],
            at=at,
            way=way,
            first_entry=first,
            last_entry=last,
            declared=int(facts["versions"]),
            arrived=len(rows),
            sha256=digest,
            submission=submission,
            refused=submission.error_code if submission and submission.state in _UNUSABLE else "",
        )
        if submission is not None:
            _note_rejections(channel, arrival, submission, fresh, at=at)
        if channel.returns:
            tell_returned(channel, arrival, rows, at=at)
        audit.record(
            "exchange.taken",
            about=arrival,
            by=by,
            at=at,
            origin=channel.counterpart.code,
            ref=arrival.ref,
            entries=[first, last],
            submission=submission.ref if submission else None,
            counts=submission.counts if submission else {},
        )
    return arrival


def _handed_in(
    channel: Channel,
    facts: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    first: int,
    by: Account,
    at: datetime,
) -> tuple[Submission, str]:
    """Hand rows in through our own intake; return the submission and the digest of what was handed in."""
    contents = [orjson.loads(row["record"]) for row in rows]
    names = sorted({name for content in contents for name in content})
    lines = b"".join(orjson.dumps({n: c.get(n) for n in names}, option=orjson.OPT_APPEND_NEWLINE) for c in contents)
    submission = intake.hand_in(
        source=lines,
        name=f"{facts['ref']}-{first}.jsonl",
        department=channel.department,
        by=by,
        at=at,
        item=str(rows[0]["item"]),
        channel="exchange",
    )
    return submission, sha256(lines).hexdigest()


def _note_rejections(
    channel: Channel, arrival: Arrival, submission: Submission, rows: Sequence[Mapping[str, Any]], *, at: datetime
) -> None:
    codes: dict[int, str] = {}
    if arrival.refused:
        codes = dict.fromkeys(range(1, len(rows) + 1), arrival.refused)
    for row, findings in submission.returned_rows.values_list("row", "findings"):
        fatal = [finding["code"] for finding in findings if finding["level"] == "fatal"]
        codes[row] = (fatal or ["unknown"])[0]
    Rejection.objects.bulk_create(
        Rejection(
            channel=channel,
            arrival=arrival,
            item=rows[row - 1]["item"],
            name=bytes.fromhex(rows[row - 1]["name"]),
            code=code[:80],
            at=at,
        )
        for row, code in sorted(codes.items())
    )


def withdraw(channel: Channel, ref: str, *, by: Account, at: datetime) -> int:
    """Withdraw here what they have withdrawn there; return how many submissions that were."""
    done = 0
    for arrival in Arrival.objects.filter(channel=channel, ref=ref).select_related("submission"):
        if arrival.submission is not None and arrival.submission.state == State.ACCEPTED:
            intake.withdraw(submission=arrival.submission, because=f"对方已撤回批次 {ref}", by=by, at=at)
            done += 1
    return done


def happened(channel: Channel, content: Mapping[str, Any], *, by: Account, at: datetime) -> int:
    """Repeat here what happened to a statement there: it ended, was restored, was annotated."""
    name, said = bytes.fromhex(str(content["name"])), orjson.loads(content["said"])
    record = Record.objects.filter(item=content["item"], key=name[12:] + name[:12]).first()
    if record is None or not Arrival.objects.filter(channel=channel, submission__versions__record=record).exists():
        return 0
    known = records.queries.events(record).filter(facts__from=channel.counterpart.code)
    current = queries.current().filter(record=record).exists()
    action = {
        EventKind.WITHDRAW: records.withdraw_record if current else None,
        EventKind.RESTORE: None if current else records.restore_record,
    }.get(said["kind"])
    if action is None:
        if said["kind"] != EventKind.ANNOTATE or not current or known.filter(text=said["text"]).exists():
            return 0
        records.annotate(record=record, text=said["text"], basis=said["basis"], by=by, at=at)
        return 1
    action(record=record, because=said["text"], basis=said["basis"], by=by, at=at)
    return 1
