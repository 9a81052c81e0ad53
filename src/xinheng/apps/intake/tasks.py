"""Work done behind the page: checking a file while its officer watches the progress."""

from __future__ import annotations

from django_tasks import task

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import State, Submission


@task()
def check_submission(submission: int, by: int) -> None:
    """Check a received submission; the page polls its progress."""
    found = Submission.objects.get(pk=submission)
    if found.state == State.RECEIVED:
        actions.check(submission=found, by=Account.objects.get(pk=by), at=now())


@task()
def recover_submissions() -> None:
    """Take up what a dead worker left."""
    actions.recover(at=now())
