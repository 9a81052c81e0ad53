"""One worker at a time: a submission is held by a lease that is renewed with every step and taken over when it runs out."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.refusals import BeingChecked, LeaseLost

TERM = timedelta(seconds=90)  # longer than any single step, short enough that a crash is noticed soon


def take(submission: Submission) -> str:
    """Hold the submission for checking, or refuse because a living worker holds it.

    Leases measure how long a process has been silent: they run on the machine's clock, whatever day the city lives on.
    """
    token, now = secrets.token_hex(16), timezone.now()
    free = Q(state=State.RECEIVED) | Q(state=State.CHECKING, leased_until__lt=now)
    taken = Submission.objects.filter(free, pk=submission.pk).update(
        lease=token, leased_until=now + TERM, state=State.CHECKING
    )
    if not taken:
        raise BeingChecked(ref=submission.ref)
    return token


def renew(submission: int, token: str, *, rows: int = 0) -> None:
    """Say that the work goes on, within the transaction of the step; stop where another worker has taken over."""
    kept = Submission.objects.filter(pk=submission, lease=token, state=State.CHECKING).update(
        leased_until=timezone.now() + TERM, progress=F("progress") + rows
    )
    if not kept:
        raise LeaseLost(submission=submission)
