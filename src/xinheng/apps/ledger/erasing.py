"""Erasure (清除): content and salt of a record leave the register for good; its leaves stay and say nothing to anybody."""

from __future__ import annotations

import os
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.intake import order
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.ledger import turns
from xinheng.apps.ledger.models import Erasure, ErasureState, Turn
from xinheng.apps.records.counting import keeping as counting
from xinheng.apps.records.models import Event, EventKind, LinkTask, Record, Version
from xinheng.apps.records.store import store
from xinheng.core.ledger.commitment import SALT_BYTES
from xinheng.core.refusal import Refusal

# The bytes that name the record hold a digest of its identity, which could be guessed and tried: drawn anew.
_KEY_BYTES = 16
_BLANK = {
    "canonical": "",
    "salt": b"",
    "fingerprint": b"",
    "title": None,
    "organ": None,
    "governing": None,
    "valid_from": None,
    "valid_to": None,
    "shown_from": None,
    "shown_until": None,
    "shown_rule": None,
}


class NotAccepted(Refusal):
    """The record was never in the register."""

    code = "record.not-accepted"
    message = gettext_noop("这条记录没有入库，无需清除。")


class NoBasis(Refusal):
    """Erasing rests on a law, with its day, and says why it applies."""

    code = "erasure.no-basis"
    message = gettext_noop("请写明法律依据（文件和条款）、依据的日期（不晚于今天）和理由。")


class AlreadyAsked(Refusal):
    """One open request for each record."""

    code = "erasure.already-asked"
    message = gettext_noop("这条记录已有一份待批准的清除申请。")


class AlreadyErased(Refusal):
    """There is nothing left to erase."""

    code = "erasure.already-done"
    message = gettext_noop("这条记录的内容已经清除。")


class OwnRequest(Refusal):
    """A second person decides."""

    code = "erasure.own"
    message = gettext_noop("自己提出的清除申请不能自己批准，请由另一位同事办理。")


class AlreadyDecided(Refusal):
    """The request was decided or taken back meanwhile."""

    code = "erasure.decided"
    message = gettext_noop("这份清除申请已经有了结果，请刷新页面。")


class NoReason(Refusal):
    """A refusal says why."""

    code = "erasure.no-reason"
    message = gettext_noop("不同意时请写明理由。")


def ask(*, record: Record, basis: str, basis_on: date | None, because: str, by: Account, at: datetime) -> Erasure:
    """Ask for a record to be erased, naming the law and its day. Nothing happens to the record before another person approves."""
    rights.require(by, "record.erase")
    basis, because = basis.strip(), because.strip()
    if not basis or not because or basis_on is None or basis_on > local_date(at):
        raise NoBasis
    with told_clearly(), store().durable():
        locked = Record.objects.select_for_update().get(pk=record.pk)
        _said(locked)
        if Erasure.objects.filter(record=locked, state=ErasureState.ASKED).exists():
            raise AlreadyAsked
        told = {"basis": basis, "basis_on": basis_on, "because": because}
        asked = Erasure.objects.create(record=locked, item=locked.item, **told, asked_by=by, asked_at=at)
        audit.record("erasure.asked", about=asked, by=by, at=at, record=locked.pk, basis=f"{basis}（{basis_on}）")
    return asked


def approve(*, erasure: Erasure, decision: str = "", by: Account, at: datetime) -> Erasure:
    """Approve what another person asked for, and erase at once: one transaction, which writes the audit event as well."""
    rights.require(by, "record.erase")
    counting.catch_up()
    with told_clearly(), store().durable():
        order.hold()
        locked = _open(erasure)
        if locked.asked_by_id == by.pk:
            raise OwnRequest
        _decided(locked, ErasureState.DONE, decision, by=by, at=at)
        basis = f"{locked.basis}（{locked.basis_on}）"
        event, versions = _erase(locked.record, because=locked.because, basis=basis, by=by, at=at)
        told = {"versions": versions, "basis": basis, "reason": locked.because, "erasure": locked.pk}
        audit.record("record.erased", about=event.record, by=by, at=at, asked_by=locked.asked_by.username, **told)
    return locked


def refuse(*, erasure: Erasure, decision: str, by: Account, at: datetime) -> Erasure:
    """Refuse what another person asked for, saying why."""
    rights.require(by, "record.erase")
    if not decision.strip():
        raise NoReason
    with transaction.atomic():
        locked = _open(erasure)
        if locked.asked_by_id == by.pk:
            raise OwnRequest
        _decided(locked, ErasureState.REFUSED, decision, by=by, at=at)
        audit.record("erasure.refused", about=locked, by=by, at=at, record=locked.record_id, decision=decision.strip())
    return locked


def take_back(*, erasure: Erasure, by: Account, at: datetime) -> Erasure:
    """Take one's own request back before it is decided."""
    rights.require(by, "record.erase")
    with transaction.atomic():
        locked = _open(erasure)
        if locked.asked_by_id != by.pk:
            raise rights.NotAllowed("record.erase")
        locked.state = ErasureState.TAKEN_BACK
        locked.save(update_fields=["state"])
        audit.record("erasure.taken-back", about=locked, by=by, at=at, record=locked.record_id)
    return locked


def erasures(*, visible_to: Account) -> QuerySet[Erasure]:
    """Return the requests an account may see."""
    found = Erasure.objects.filter(rights.within(visible_to, "erasure.read"))
    return found.select_related("asked_by", "decided_by")


def _open(erasure: Erasure) -> Erasure:
    locked = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    if locked.state != ErasureState.ASKED:
        raise AlreadyDecided
    return locked


def _decided(erasure: Erasure, state: ErasureState, decision: str, *, by: Account, at: datetime) -> None:
    erasure.state, erasure.decision, erasure.decided_by, erasure.decided_at = state, decision.strip(), by, at
    erasure.save(update_fields=["state", "decision", "decided_by", "decided_at"])


def _said(record: Record) -> Version:
    """Return the version last accepted, or refuse where there is nothing to erase."""
    versions = Version.objects.filter(record=record)
    about = versions.filter(submission__accepted_at__isnull=False).order_by("-submission__position").first()
    if about is None:
        raise NotAccepted
    if not versions.exclude(canonical="").exists():
        raise AlreadyErased
    return about


def _erase(record: Record, *, because: str, basis: str, by: Account, at: datetime) -> tuple[Event, int]:
    """End a record and erase what it said, in all its versions and in the reasons given about it. It cannot be undone.

    The commitment stays, so the log and every other proof go on verifying; what it was made from can no longer be shown or tried.
    """
    counting.follow(whole=True)  # what the record counted for is known only until it is erased
    locked = Record.objects.select_for_update().get(pk=record.pk)
    about = _said(locked)
    older = list(Event.objects.filter(record=locked).values_list("pk", flat=True))
    event = Event.objects.create(record=locked, kind=EventKind.EXPIRE, at=at, by=by, text=because, basis=basis)
    counting.follow(whole=True)
    turns.happened(event, about=about, salt=os.urandom(SALT_BYTES))
    count = Version.objects.filter(record=locked).update(**_BLANK)
    Record.objects.filter(pk=locked.pk).update(key=os.urandom(_KEY_BYTES))
    LinkTask.objects.filter(version__record=locked).update(told={}, candidates=[])
    Event.objects.filter(pk__in=older).update(text="", basis="", facts={})
    Turn.objects.filter(event__in=older).update(said="", salt=None)
    return event, count
