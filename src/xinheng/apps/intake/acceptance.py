"""Acceptance: the staged rows of a submission become visible in one short transaction, all at once."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import orjson
from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.exchange.tasks import register_moved
from xinheng.apps.intake import order
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.models import Kind, ReturnedRow, State, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import NothingGood, RowsReturned, WrongState
from xinheng.apps.intake.withdrawal import Ahead, restate_ahead, withdraw_within
from xinheng.apps.ledger import turns
from xinheng.apps.records import replanning
from xinheng.apps.records.counting import keeping as counting
from xinheng.apps.records.store import store

# Rows others brought since the plan: at most this many are taken account of inside the accepting transaction; more are
# worked off before it, one other submission at a time, so that nobody waits.
_WITHIN = 2_000


class _Moved(Exception):
    """The register moved on by more than can be taken account of in one short transaction."""


def accept(*, submission: Submission, by: Account, at: datetime, whole: bool = False) -> Submission:
    """Make the rows of a certified submission visible. ``whole``: all rows or none.

    Two officers may report the same decision in the same second: the later one's plan is worked over against what became
    visible meanwhile, so that there is one record, and both are told.
    """
    require_department(by, submission, "submission.certify")
    with told_clearly():
        while True:
            _replan_ahead(submission)
            ahead = restate_ahead(submission.replaces, by=by, at=at) if submission.replaces else None
            gone = [submission.replaces_id] if submission.replaces_id else []
            again = [ahead.decision.pk] if ahead and ahead.decision else []
            foreseen = counting.foresee(
                plus=[*again, submission.pk], minus=gone, at=at, planned=submission.planned_position
            )
            try:
                with store().durable():
                    instant = _accept(submission, by=by, at=at, whole=whole, ahead=ahead)
                    counting.apply(foreseen, at=instant)
                break
            except _Moved:
                continue
    counting.afterwards(at=at)
    register_moved()
    submission.refresh_from_db()
    return submission


def _replan_ahead(submission: Submission) -> None:
    submission.refresh_from_db()
    planned = submission.planned_position or 0
    if submission.state != State.CERTIFIED or replanning.weight(submission, planned) <= _WITHIN:
        return
    position = order.position()
    met = replanning.replan_in_steps(submission, planned, position)
    with transaction.atomic():
        _tell(submission, met)
        Submission.objects.filter(pk=submission.pk).update(planned_position=position)


def _accept(submission: Submission, *, by: Account, at: datetime, whole: bool, ahead: Ahead | None) -> datetime:
    register = order.hold()
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    _require_acceptable(locked, whole=whole)
    planned = locked.planned_position or 0
    if locked.kind != Kind.ZERO and register.position != planned:
        if replanning.weight(locked, planned) > _WITHIN:
            raise _Moved
        _tell(locked, replanning.replan(locked, planned))
    if locked.replaces is not None and ahead is not None:
        withdraw_within(
            locked.replaces,
            register,
            by=by,
            at=at,
            because=f"由批次 {locked.ref} 替换",
            state=State.REPLACED,
            ahead=ahead,
        )
    position, instant = order.advance(register, at=at)
    locked.refresh_from_db(fields=["counts"])
    facts = {
        "ref": locked.ref,
        "item": locked.item,
        "kind": locked.kind,
        "period": locked.period,
        "file": locked.file_sha256,
        "counts": locked.counts,
        "position": position,
        "accepted_at": instant.isoformat(),
        "certifier": locked.certifier_id,
    }
    Submission.objects.filter(pk=locked.pk).update(
        state=State.ACCEPTED,
        accepted_at=instant,
        position=position,
        planned_position=None,
        receipt=f"HZ-{locked.ref}",
        receipt_hash=sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    )
    locked.position = position
    turns.accepted(locked, at=instant)
    if locked.mends_id is not None:
        rows = [tuple(pair) for pair in locked.options.get("rows", ())]
        _close_mended(locked, rows)
    audit.record(
        "submission.accepted",
        about=locked,
        by=by,
        at=at,
        policy=locked.policy_digest,
        position=position,
        **locked.counts,
    )
    return instant


def _require_acceptable(submission: Submission, *, whole: bool) -> None:
    if submission.state != State.CERTIFIED:
        raise WrongState(state=submission.get_state_display(), step="入库")
    if submission.kind == Kind.ZERO:
        return
    counts = submission.counts
    if whole and counts.get("returned"):
        raise RowsReturned(returned=counts["returned"])
    if not counts.get("new", 0) + counts.get("versions", 0) + counts.get("unchanged", 0):
        raise NothingGood(ref=submission.ref)


def _tell(submission: Submission, met: replanning.Met) -> None:
    """Tell this officer and the other one what their submissions have in common."""
    for ref, count in met.same.items():
        _notify(
            submission.ref,
            "submission.same-meanwhile",
            count,
            f"其中 {count} 条与批次 {ref} 内容相同，登记库只保留一条，双方均已告知。",
        )
        _notify(
            ref,
            "submission.same-meanwhile",
            count,
            f"其中 {count} 条与批次 {submission.ref} 内容相同，登记库只保留一条，双方均已告知。",
        )
    for ref, count in met.changed.items():
        _notify(
            submission.ref,
            "submission.changed-meanwhile",
            count,
            f"其中 {count} 条在本批次校验期间由批次 {ref} 报送过不同内容，本批次作为其后的新版本入库，请双方核对。",
        )
        _notify(
            ref,
            "submission.changed-meanwhile",
            count,
            f"其中 {count} 条已由批次 {submission.ref} 报送不同内容，作为新版本入库，请双方核对。",
        )


def _notify(ref: str | None, code: str, count: int, message: str) -> None:
    told = Submission.objects.select_for_update().get(ref=ref)
    notices = [*told.notices, {"code": code, "count": count, "message": message}]
    Submission.objects.filter(pk=told.pk).update(notices=notices)


def _close_mended(submission: Submission, rows: list[tuple[str, int]]) -> None:
    """Rows that went in after mending are no longer open."""
    still = set(submission.returned_rows.values_list("row", flat=True))
    for number, (sheet, row) in enumerate(rows, start=submission.options.get("first_row", 1)):
        if number not in still:
            ReturnedRow.objects.filter(submission=submission.mends_id, sheet=sheet, row=row).update(
                mended_by=submission
            )
