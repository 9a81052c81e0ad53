"""Turns for what was accepted before the register had a ledger. Does nothing where there is nothing, or where turns are taken."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from heapq import merge

from django.db import transaction

from xinheng.apps.intake.models import Submission
from xinheng.apps.ledger import turns
from xinheng.apps.ledger.models import Turn
from xinheng.apps.records.models import Event, Version
from xinheng.core.ledger.commitment import SALT_BYTES

_FIELDS = ("pk", "ref", "kind", "item", "department", "position", "withdrawn_position", "accepted_at", "withdrawn_at", "policy_digest")  # fmt: skip


def take_all() -> int:
    """Take every turn that is due, in one transaction; return how many. Only for a log without any."""
    with transaction.atomic():
        turns.hold()
        if Turn.objects.exists():
            return 0
        take_rest()
        return Turn.objects.count()


def take_rest() -> None:
    """Take the turns of everything in the register, in its order; inside the caller's transaction."""
    for at, _, what in merge(_submissions(), _events()):
        _take(at, what)


def _submissions() -> Iterator[tuple[datetime, int, tuple[str, Submission]]]:
    due = []
    for submission in Submission.objects.filter(accepted_at__isnull=False).only(*_FIELDS).select_related(None):
        due.append((submission.accepted_at, submission.position, ("accepted", submission)))
        if submission.withdrawn_at is not None:
            due.append((submission.withdrawn_at, submission.withdrawn_position, ("withdrawn", submission)))
    # The register's own time never runs backwards, so the order of positions is the order of instants.
    yield from sorted(due, key=lambda one: one[1])


def _events() -> Iterator[tuple[datetime, int, tuple[str, Event]]]:
    for event in Event.objects.order_by("at", "pk"):
        yield event.at, 1 << 62, ("event", event)  # of one instant, the acceptance came first


def _take(at: datetime, what: tuple[str, Submission | Event]) -> None:
    kind, thing = what
    if isinstance(thing, Event):
        said = Version.objects.filter(record=thing.record_id, submission__accepted_at__lte=at)
        about = said.order_by("-submission__position").first()
        if about is not None:
            turns.happened(thing, about=about, salt=os.urandom(SALT_BYTES))
    elif kind == "accepted":
        turns.accepted(thing, at=at)
    else:
        turns.withdrawn(thing, at=at)
