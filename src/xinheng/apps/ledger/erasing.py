"""Erasure (清除): content and salt of a record leave the register for good; its leaves stay and say nothing to anybody."""

from __future__ import annotations

import os
from datetime import datetime

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.intake import order
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.refusals import NotYourTask
from xinheng.apps.ledger import turns
from xinheng.apps.ledger.models import Turn
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
    message = "这条记录没有入库，无需清除。"


def erase(*, record: Record, because: str, basis: str, by: Account, at: datetime) -> Event:
    """End a record and erase what it said, in all its versions and in the reasons given about it. It cannot be undone.

    The commitment stays, so the log and every other proof go on verifying; what it was made from can no longer be shown or tried.
    """
    if not rights.may(by, "record.erase"):
        raise NotYourTask
    counting.catch_up()
    with told_clearly(), store().durable():
        order.hold()
        counting.follow(whole=True)  # what the record counted for is known only until it is erased
        locked = Record.objects.select_for_update().get(pk=record.pk)
        versions = Version.objects.filter(record=locked)
        about = versions.filter(submission__accepted_at__isnull=False).order_by("-submission__position").first()
        if about is None:
            raise NotAccepted
        older = list(Event.objects.filter(record=locked).values_list("pk", flat=True))
        event = Event.objects.create(record=locked, kind=EventKind.EXPIRE, at=at, by=by, text=because, basis=basis)
        counting.follow(whole=True)
        turns.happened(event, about=about, salt=os.urandom(SALT_BYTES))
        count = versions.update(**_BLANK)
        Record.objects.filter(pk=locked.pk).update(key=os.urandom(_KEY_BYTES))
        LinkTask.objects.filter(version__record=locked).update(told={}, candidates=[])
        Event.objects.filter(pk__in=older).update(text="", basis="", facts={})
        Turn.objects.filter(event__in=older).update(said="", salt=None)
        audit.record("record.erased", about=locked, by=by, at=at, versions=count, basis=basis, reason=because)
    return event
