"""Everything that can be done with a submission. Each action says who (``by``) and when (``at``), and leaves its audit event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.intake.acceptance import accept
from xinheng.apps.intake.checking import check
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.files import Handed
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.receiving import number, receive, replace, resubmit_rows
from xinheng.apps.intake.recovery import recover
from xinheng.apps.intake.refusals import PeriodMalformed, RowsReturned, WrongState, ZeroContradicted
from xinheng.apps.intake.withdrawal import withdraw
from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Policy

__all__ = [
    "accept",
    "certify",
    "check",
    "hand_in",
    "receive",
    "recover",
    "replace",
    "resubmit_rows",
    "withdraw",
    "zero_report",
]


def certify(*, submission: Submission, by: Account, at: datetime) -> Submission:
    """Sign for a checked submission: a named officer answers for what goes in."""
    require_department(by, submission, "submission.certify")
    with told_clearly(), transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if locked.state != State.CHECKED:
            raise WrongState(state=locked.get_state_display(), step="确认")
        locked.state, locked.certified_at, locked.certifier = State.CERTIFIED, at, by
        locked.save(update_fields=["state", "certified_at", "certifier"])
        audit.record("submission.certified", about=locked, by=by, at=at, counts=locked.counts)
    submission.refresh_from_db()
    return submission


def hand_in(
    *,
    source: Handed,
    department: Department,
    by: Account,
    at: datetime,
    item: str | None = None,
    name: str | None = None,
    channel: str = "cli",
    answers: Mapping[str, str] | None = None,
    certify: bool = True,
    whole: bool = False,
    policy: Policy | None = None,
) -> Submission:
    """Do every step at once: receive, check, and (``certify``) sign and accept the good rows.

    ``source``: a path, bytes, an open upload, or rows as mappings. Handing in the same file again goes on where it stopped
    (``submission.again`` says so). A file that cannot be used ends in state ``refused`` with ``error_code`` and
    ``error_message``; one without a single good row stays ``checked``.
    """
    submission = receive(
        source=source, department=department, by=by, at=at, item=item, name=name, channel=channel, answers=answers
    )
    return carry_on(submission=submission, by=by, at=at, certify=certify, whole=whole, policy=policy)


def carry_on(
    *,
    submission: Submission,
    by: Account,
    at: datetime,
    certify: bool = True,
    whole: bool = False,
    policy: Policy | None = None,
) -> Submission:
    """Take a submission through the steps it still has before it."""
    again = submission.again
    if submission.state == State.RECEIVED:
        submission = check(submission=submission, by=by, at=at, policy=policy)
    good = sum(submission.counts.get(name, 0) for name in ("new", "versions", "unchanged"))
    if certify and whole and submission.state == State.CHECKED and (returned := submission.counts.get("returned")):
        raise RowsReturned(returned=returned)  # before anybody signs: what is signed waits for nothing any more
    if certify and good and submission.state == State.CHECKED:
        submission = _certify(submission=submission, by=by, at=at)
    if certify and submission.state == State.CERTIFIED:
        submission = accept(submission=submission, by=by, at=at, whole=whole)
    submission.again = again
    return submission


_certify = certify  # the option of the same name hides it inside hand_in


def zero_report(
    *, item: str, department: Department, period: str, by: Account, at: datetime, policy: Policy | None = None
) -> Submission:
    """Sign that there was nothing to report under an item in a month (零报送). The same one twice is one."""
    require_department(by, department, "zero.sign", item=item)
    policy = policy or current_policy()
    policy.item(item, on=local_date(at))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period) or period > f"{local_date(at):%Y-%m}":
        raise PeriodMalformed(period=period)
    with told_clearly():
        told = Submission.objects.filter(item=item, department=department, state=State.ACCEPTED)
        if same := told.filter(kind=Kind.ZERO, period=period).first():
            return same
        for other in told.filter(kind=Kind.NORMAL, rows__gt=0):
            if f"{local_date(other.received_at):%Y-%m}" == period:
                raise ZeroContradicted(period=period, ref=other.ref)
        with transaction.atomic():
            submission = number(
                Submission(
                    kind=Kind.ZERO,
                    item=item,
                    department=department,
                    officer=by,
                    period=period,
                    state=State.CERTIFIED,
                    received_at=at,
                    certified_at=at,
                    certifier=by,
                    policy_digest=policy.digest,
                ),
                by=by,
                at=at,
            )
        return accept(submission=submission, by=by, at=at)
