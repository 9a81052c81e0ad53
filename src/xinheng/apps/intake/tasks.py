"""Work done behind the page: checking a file while its officer watches the progress."""

from __future__ import annotations

from datetime import datetime

from django_tasks import task

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions, keeping
from xinheng.apps.intake.models import State, Submission


@task()
def check_submission(submission: int, by: int) -> None:
    """Check a received submission; the page polls its progress."""
    found = Submission.objects.get(pk=submission)
    if found.state == State.RECEIVED:
        actions.check(submission=found, by=Account.objects.get(pk=by), at=now())


def recover(*, at: datetime) -> str | None:
    """Take up what a dead worker left, or what a full disk kept from being accepted."""
    done = actions.recover(at=at)
    if not done.resumed and not done.rolled_back:
        return None
    return f"接续 {len(done.resumed)} 个批次，撤回 {len(done.rolled_back)} 个批次。"


def erase_due(*, at: datetime) -> str | None:
    """Erase what is due of what senders handed in."""
    done = keeping.erase_due(at=at)
    if not done.originals and not done.rows:
        return None
    return f"清除 {done.originals} 个批次的原始文件、{done.rows} 个批次的退回行。"
