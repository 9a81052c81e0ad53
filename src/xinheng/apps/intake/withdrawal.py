"""Withdrawal: a submission leaves the register at once, whole, and the record of it stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange.tasks import register_moved
from xinheng.apps.intake import order
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.models import Kind, Register, State, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import WrongState
from xinheng.apps.intake.rollback import remove_staged
from xinheng.apps.ledger import turns
from xinheng.apps.records.counting import keeping as counting
from xinheng.apps.records.restating import restate, still_confirmed
from xinheng.apps.records.store import store

_BEFORE = (State.RECEIVED, State.CHECKED, State.CERTIFIED)


def withdraw(*, submission: Submission, because: str, by: Account, at: datetime) -> Submission:
    """Withdraw a submission. Accepted rows stop counting from this instant; rows not yet accepted are taken away."""
    require_department(by, submission, "submission.withdraw")
    submission.refresh_from_db()
    with told_clearly():
        if submission.state in _BEFORE:
            _discard(submission, because=because, by=by, at=at)
        elif submission.state == State.ACCEPTED:
            _withdraw(submission, because=because, by=by, at=at)
            counting.afterwards(at=at)
            register_moved()
        else:
            raise WrongState(state=submission.get_state_display(), step="撤回")
    submission.refresh_from_db()
    return submission


def _discard(submission: Submission, *, because: str, by: Account, at: datetime) -> None:
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if locked.state not in _BEFORE:
            raise WrongState(state=locked.get_state_display(), step="撤回")
        Submission.objects.filter(pk=locked.pk).update(state=State.WITHDRAWN, withdrawn_because=because)
        audit.record("submission.discarded", about=locked, by=by, at=at, because=because)
    remove_staged(submission)  # a crash here leaves rows nobody sees; recovery takes them away


def _withdraw(submission: Submission, *, because: str, by: Account, at: datetime) -> None:
    ahead = restate_ahead(submission, by=by, at=at)
    said_again = (ahead.decision.pk,) if ahead.decision else ()
    foreseen = counting.foresee(plus=said_again, minus=[submission.pk], at=at)
    with store().durable():
        register = order.hold()
        instant = withdraw_within(
            submission, register, by=by, at=at, because=because, state=State.WITHDRAWN, ahead=ahead
        )
        counting.apply(foreseen, at=instant)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was said again before the short transaction, and up to which position of the register."""

    position: int
    decision: Submission | None


def restate_ahead(submission: Submission, *, by: Account, at: datetime) -> Ahead:
    """Say again, in steps of its own and still invisible, what others have confirmed of a submission about to go."""
    position = order.position()
    if not still_confirmed(submission):
        return Ahead(position, None)
    decision = begin_decision(submission, about="restated", by=by, at=at)
    restate(submission, under=decision.pk)
    return Ahead(position, decision)


def withdraw_within(
    submission: Submission,
    register: Register,
    *,
    by: Account,
    at: datetime,
    because: str,
    state: State,
    ahead: Ahead,
) -> datetime:
    """Withdraw inside the caller's transaction, which holds the register's order; return the instant.

    Confirmations since ``ahead`` are few.
    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if locked.state != State.ACCEPTED:
        raise WrongState(state=locked.get_state_display(), step="撤回")
    decision, restated = ahead.decision, 0
    if decision is None and still_confirmed(locked, since=ahead.position):
        decision = begin_decision(locked, about="restated", by=by, at=at)
    if decision is not None:
        restate(locked, under=decision.pk, since=ahead.position)
        restated = decision.versions.count()
        show_decision(decision, register, at=at, count=restated)
    position, instant = order.advance(register, at=at)
    Submission.objects.filter(pk=locked.pk).update(
        state=state, withdrawn_at=instant, withdrawn_position=position, withdrawn_because=because
    )
    locked.withdrawn_position = position
    turns.withdrawn(locked, at=instant)
    audit.record("submission.withdrawn", about=locked, by=by, at=at, because=because, restated=restated, state=state)
    return instant


def begin_decision(submission: Submission, *, about: str, by: Account, at: datetime) -> Submission:
    """Open a submission of the centre's own, for versions that a decision makes."""
    with transaction.atomic():
        decision = Submission.objects.create(
            kind=Kind.DECISION,
            item=submission.item,
            department=submission.department,
            officer=by,
            channel="desk",
            state=State.CERTIFIED,
            received_at=at,
            certified_at=at,
            certifier=by,
            policy_digest=submission.policy_digest,
            options={"about": about, "of": submission.ref},
        )
        decision.ref = f"{submission.ref}-{decision.pk}"
        decision.save(update_fields=["ref"])
    return decision


def show_decision(decision: Submission, register: Register, *, at: datetime, count: int) -> None:
    """Make the versions of a decision visible, within the caller's transaction."""
    position, instant = order.advance(register, at=at)
    Submission.objects.filter(pk=decision.pk).update(
        state=State.ACCEPTED, accepted_at=instant, position=position, rows=count, counts={"versions": count}
    )
    decision.position = position
    turns.accepted(decision, at=instant)
