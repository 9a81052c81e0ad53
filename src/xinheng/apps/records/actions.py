"""What can be done to a record besides telling it: say whose it is, end it, annotate it. Each can be undone, none is erased."""

from __future__ import annotations

import os
from datetime import datetime

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.intake import order
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import NotYourTask
from xinheng.apps.intake.withdrawal import begin_decision, show_decision
from xinheng.apps.ledger import turns
from xinheng.apps.records import queries
from xinheng.apps.records.copying import say_again
from xinheng.apps.records.counting import keeping as counting
from xinheng.apps.records.models import Event, EventKind, LinkState, LinkTask, Record
from xinheng.apps.records.store import store
from xinheng.apps.subjects.models import Subject
from xinheng.core.ledger.commitment import SALT_BYTES
from xinheng.core.refusal import Refusal


class AlreadyDecided(Refusal):
    """Somebody else decided this task first, or it was never linked."""

    code = "link.already-decided"
    message = "这条信息目前为“{state}”，请刷新后再办理。"


class NotCurrent(Refusal):
    """The record is not in the register now."""

    code = "record.not-current"
    message = "这条信息已撤回或已失效，不能办理。"


def link(*, task: LinkTask, subject: Subject, reason: str, by: Account, at: datetime) -> LinkTask:
    """Say whose a waiting statement is. The statement is said again with its subject; the earlier version stays as it was."""
    return _decide(task, LinkState.WAITING, LinkState.LINKED, subject, reason=reason, by=by, at=at)


def unlink(*, task: LinkTask, reason: str, by: Account, at: datetime) -> LinkTask:
    """Take a link back: the statement is said again without a subject and waits anew for no one."""
    return _decide(task, LinkState.LINKED, LinkState.UNLINKED, None, reason=reason, by=by, at=at)


def _decide(
    task: LinkTask,
    before: LinkState,
    after: LinkState,
    subject: Subject | None,
    *,
    reason: str,
    by: Account,
    at: datetime,
) -> LinkTask:
    if not rights.may(by, "link.decide"):
        raise NotYourTask
    with told_clearly(), store().durable():
        register = order.hold()
        locked = LinkTask.objects.select_for_update().select_related("version", "submission").get(pk=task.pk)
        if locked.state != before:
            raise AlreadyDecided(state=locked.get_state_display())
        version = queries.current().filter(record=locked.version.record_id).first()
        if version is None:
            raise NotCurrent(record=locked.version.record_id)
        decision = begin_decision(locked.submission, about=f"link-{after}", by=by, at=at)
        say_again([version.pk], submission=decision.pk, subject=subject.pk if subject else None, relink=True)
        show_decision(decision, register, at=at, count=1)
        counting.follow()
        was = locked.subject_id
        locked.state, locked.subject, locked.decided_at, locked.decided_by = after, subject, at, by
        locked.reason = reason
        locked.save()
        audit.record(
            f"link.{after}", about=locked, by=by, at=at, subject=subject.pk if subject else None, was=was, reason=reason
        )
    task.refresh_from_db()
    return task


def withdraw_record(*, record: Record, because: str, basis: str = "", by: Account, at: datetime) -> Event:
    """End a single record, with its public reason: the decision was changed, revoked or held unlawful (行政处罚法 第48条)."""
    return _event(record, EventKind.WITHDRAW, because, basis, by=by, at=at)


def restore_record(*, record: Record, because: str, basis: str = "", by: Account, at: datetime) -> Event:
    """Undo the end of a record."""
    return _event(record, EventKind.RESTORE, because, basis, by=by, at=at, current=False)


def annotate(*, record: Record, text: str, basis: str = "", by: Account, at: datetime) -> Event:
    """Put a label on a record: under objection, under reconsideration, in court."""
    return _event(record, EventKind.ANNOTATE, text, basis, by=by, at=at)


def _event(
    record: Record, kind: EventKind, text: str, basis: str, *, by: Account, at: datetime, current: bool = True
) -> Event:
    with told_clearly(), store().durable():
        order.hold()  # events take turns too: none may become visible after a later one
        version = queries.current().filter(record=record).first()
        if current != (version is not None):
            raise NotCurrent(record=record.pk)
        if version is None:
            version = queries.told().filter(record=record).order_by("-submission__position").first()
        if version is None:
            raise NotCurrent(record=record.pk)
        require_department(by, version.submission)
        event = Event.objects.create(record=record, kind=kind, at=at, by=by, text=text, basis=basis)
        turns.happened(event, about=version, salt=os.urandom(SALT_BYTES))
        counting.follow()
        audit.record(f"record.{kind}", about=record, by=by, at=at, reason=text, basis=basis)
    return event
