"""Checking a submission: its file goes through the core's checks and the register's, and its good rows are staged."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.intake import files, lease, order
from xinheng.apps.intake.answer import Answer
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.refusals import WrongState
from xinheng.apps.intake.rollback import has_staged, remove_staged
from xinheng.apps.policy import current_policy
from xinheng.apps.records.staging import Staged, Stager
from xinheng.core.intake.engine import Checking, check_source
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.policy.model import Policy
from xinheng.core.refusal import Refusal


def check(*, submission: Submission, by: Account, at: datetime, policy: Policy | None = None) -> Submission:
    """Check the file and stage its good rows. A submission whose worker died is taken up again from the beginning.

    What cannot be used at all ends as ``refused``, with the reason; nothing of it is staged.
    """
    if submission.state not in (State.RECEIVED, State.CHECKING):
        raise WrongState(state=submission.get_state_display(), step="校验")
    policy = policy or current_policy()
    with told_clearly():
        token = lease.take(submission)
        if has_staged(submission):  # a worker died here: what it staged was never visible to anyone
            remove_staged(submission)
        with transaction.atomic():
            _begin(submission, by=by, at=at, policy=policy)
        try:
            _run(submission, token, policy, by=by, at=at)
        except FileUnusable as fault:
            remove_staged(submission)
            _refuse(submission, fault, by=by, at=at)
        except Refusal:
            raise  # another worker holds the submission now, or the storage must be mended first: it can be taken up again
        except Exception as fault:
            if not told_as_refusal(fault):
                _fail(submission, fault, by=by, at=at)
            raise
    submission.refresh_from_db()
    return submission


def told_as_refusal(fault: Exception) -> bool:
    """Say whether a fault is the world's (disk, database) and not ours: the submission then waits to be taken up again."""
    try:
        with told_clearly():
            raise fault
    except Refusal:
        return True
    except Exception:  # noqa: BLE001  only asked what kind it is; the caller raises it
        return False


def _begin(submission: Submission, *, by: Account, at: datetime, policy: Policy) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        progress=0,
        stage="checking",
        checking_at=at,
        checked_on=local_date(at),
        policy_digest=policy.digest,
        planned_position=order.position(),
    )
    audit.record("submission.check", about=submission, by=by, at=at, policy=policy.digest)
    submission.refresh_from_db()


def _run(submission: Submission, token: str, policy: Policy, *, by: Account, at: datetime) -> None:
    source = open_source(files.path_of(submission), known_headers=known_headers(policy))
    checking = check_source(
        source,
        policy,
        on=local_date(at),
        item_id=submission.item or None,
        answers=submission.options.get("answers"),
        for_register=True,
    )
    answer = Answer(submission, checking.report)
    total = Staged()
    with Stager(
        submission=submission.pk,
        policy=policy,
        on=local_date(at),
        renew=partial(_renew, submission.pk, token),
        replaces=submission.replaces_id,
    ) as stager:
        for block in checking:
            staged = stager.stage(block)
            answer.take(block, staged.findings, checking.header_maps[block.sheet])
            _add(total, staged)
            del block, staged  # or they are kept until the next block has been checked
    with transaction.atomic():
        lease.renew(submission.pk, token)
        _finish(submission, checking, answer, total, by=by, at=at)


def _renew(submission: int, token: str, rows: int) -> None:
    lease.renew(submission, token, rows=rows)


def _add(total: Staged, part: Staged) -> None:
    for name in ("new", "versions", "unchanged", "returned", "waiting"):
        setattr(total, name, getattr(total, name) + getattr(part, name))


def _finish(
    submission: Submission, checking: Checking, answer: Answer, total: Staged, *, by: Account, at: datetime
) -> None:
    report = answer.finish()
    counts = {
        "new": total.new,
        "versions": total.versions,
        "unchanged": total.unchanged,
        "returned": report["returned"],
        "waiting": total.waiting,
    }
    Submission.objects.filter(pk=submission.pk).update(
        state=State.CHECKED,
        stage="",
        checked_at=at,
        item=report["item"],
        format=report["format"],
        encoding=report["encoding"] or "",
        rows=report["rows"],
        progress=report["rows"],
        counts=counts,
        report=report,
        lease="",
        leased_until=None,
    )
    audit.record("submission.checked", about=submission, by=by, at=at, policy=submission.policy_digest, **counts)


def _refuse(submission: Submission, fault: FileUnusable, *, by: Account, at: datetime) -> None:
    with transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(
            state=State.REFUSED,
            stage="",
            refused_at=at,
            error_code=fault.code,
            error_message=fault.message,
            lease="",
            leased_until=None,
        )
        audit.record("submission.refused", about=submission, by=by, at=at, rule=fault.code)


def _fail(submission: Submission, fault: Exception, *, by: Account, at: datetime) -> None:
    """Leave no trace in the register, and say that it was our fault. The fault itself goes on to whoever watches."""
    remove_staged(submission)
    with transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(
            state=State.FAILED,
            stage="",
            refused_at=at,
            error_code="submission.failed",
            error_message="处理过程中出现系统故障，该批次未入库。请联系系统管理员，修复后可重新报送同一文件。",
            lease="",
            leased_until=None,
        )
        audit.record("submission.failed", about=submission, by=by, at=at, fault=type(fault).__name__)
