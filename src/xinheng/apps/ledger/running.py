"""Keeping the ledger up: sequence what has been accepted, ask witnesses, publish; again and again, until told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections
from django.db.utils import OperationalError

from xinheng.apps.clock import now
from xinheng.apps.ledger import sequencer, turns
from xinheng.apps.ledger.models import Checkpoint
from xinheng.apps.ledger.publishing import Told, publish
from xinheng.apps.policy import current_policy
from xinheng.apps.records.store import store
from xinheng.core.ledger.refusals import Forked

_log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 15  # a checkpoint that still lacks witnesses


@dataclass(slots=True)
class Pace:
    """How long to wait between looks, and when to ask late witnesses again."""

    seconds: float = 1.0
    since_asked: float = ASK_AGAIN_SECONDS


def name_policy() -> None:
    """Put the policy data this installation runs on into the log, where it is not what was named last."""
    with store().durable():
        turns.policy_published(current_policy().digest, at=now())


def once(pace: Pace) -> Told | None:
    """Sequence and, where there is something to publish, publish."""
    made = sequencer.sequence(at=now())
    pace.since_asked += pace.seconds
    waiting = Checkpoint.objects.order_by("-number").filter(published_at__isnull=True).first()
    newest = Checkpoint.objects.order_by("-number").first()
    if newest is None or waiting is None or waiting.pk != newest.pk:
        return None
    if made is None and pace.since_asked < ASK_AGAIN_SECONDS:
        return None
    pace.since_asked = 0
    return publish(at=now())


def run(*, stopped: Callable[[float], bool], seconds: float = 1.0) -> None:
    """Keep the ledger up until ``stopped`` (told how long to wait) says so. A fork is said once, loudly, and ends the work."""
    pace, named = Pace(seconds), False
    while True:
        try:
            close_old_connections()
            if not named:
                name_policy()
                named = True
            once(pace)
        except Forked as fork:
            _log.critical("%s", fork)  # stays in the head row, on the ledger's page and with the doctor
        except OperationalError as busy:
            _log.warning("ledger: %s; trying again", busy)
        if stopped(seconds):
            return
