"""After a crash: what was under way is taken up again from its file, or taken away; nothing is lost, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from xinheng.apps.audit import actions as audit
from xinheng.apps.intake.acceptance import accept
from xinheng.apps.intake.checking import check
from xinheng.apps.intake.lease import TERM
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.intake.refusals import FileGone, WrongState
from xinheng.apps.intake.rollback import has_staged, remove_staged


@dataclass(slots=True)
class Recovered:
    """What recovery did."""

    resumed: list[str] = field(default_factory=list)
    rolled_back: list[str] = field(default_factory=list)


def recover(*, at: datetime, alone: bool = False, resume: bool = True) -> Recovered:
    """Take up, or take away, what dead workers left. ``alone``: no other process is at work, so every lease is a dead one's.

    ``resume=False`` only rolls back: the submissions are then received again, waiting to be checked.
    """
    done = Recovered()
    dead = Q(state=State.CHECKING) if alone else Q(state=State.CHECKING, leased_until__lt=timezone.now())
    for submission in Submission.objects.filter(dead).order_by("pk"):
        Submission.objects.filter(pk=submission.pk, state=State.CHECKING).update(leased_until=timezone.now(), lease="")
        remove_staged(submission)
        Submission.objects.filter(pk=submission.pk, state=State.CHECKING).update(
            state=State.RECEIVED, stage="", progress=0
        )
        audit.record("submission.rolled-back", about=submission, by=None, at=at)
        submission.refresh_from_db()
        done.rolled_back.append(str(submission))
        if resume and _taken_up(submission, at):
            done.resumed.append(str(submission))
    _accept_signed(done, at=at, alone=alone)
    over = Q(state__in=(State.WITHDRAWN, State.REFUSED, State.FAILED)) | Q(kind=Kind.DECISION, state=State.CERTIFIED)
    for submission in Submission.objects.filter(over, accepted_at=None):
        if has_staged(submission):
            remove_staged(submission)
            done.rolled_back.append(str(submission))
    return done


def _accept_signed(done: Recovered, *, at: datetime, alone: bool) -> None:
    """Accept what an officer signed and a dead worker did not bring in any more. Acceptance is one short transaction."""
    signed = Submission.objects.filter(state=State.CERTIFIED, accepted_at=None).exclude(kind=Kind.DECISION)
    if not alone:  # the living are given time; signing and accepting follow each other at once
        signed = signed.filter(certified_at__lt=at - TERM)
    for submission in signed.order_by("pk"):
        assert submission.certifier is not None
        try:
            accept(submission=submission, by=submission.certifier, at=at)
        except WrongState:  # somebody was faster
            continue
        done.resumed.append(str(submission))


def _taken_up(submission: Submission, at: datetime) -> bool:
    try:
        check(submission=submission, by=submission.officer, at=at)
    except FileGone:
        return False  # it stays received; whoever opens it is told to hand the file in again
    return True
