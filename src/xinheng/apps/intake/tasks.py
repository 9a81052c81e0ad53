"""Work done behind the page: checking a file while its officer watches the progress."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task, task_backends
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

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


@task()
def recover_submissions() -> None:
    """Take up what a dead worker left, or what a full disk kept from being accepted; and ask for the next look."""
    keep_recovering(after=_RECOVER_EVERY)
    actions.recover(at=now())


_RECOVER_EVERY, _ERASE_EVERY = timedelta(minutes=5), timedelta(hours=6)


@task()
def erase_originals() -> None:
    """Erase what is due of what senders handed in. The next run is asked for first, so that a fault does not end the chain."""
    keep_erasing(after=_ERASE_EVERY)
    keeping.erase_due(at=now())


def keep_recovering(*, after: timedelta = timedelta()) -> None:
    """Ask for a look after submissions nobody works on any more."""
    _ask_for(recover_submissions, after)


def keep_erasing(*, after: timedelta = timedelta()) -> None:
    """Ask for a run of the erasing."""
    _ask_for(erase_originals, after)


def _ask_for(work: Task[[], None], after: timedelta) -> None:
    """Enqueue a task that comes again and again; where one is waiting already, it stays the only one."""
    if not task_backends["default"].supports_defer:
        return  # work is done at once and nothing waits: then a person, or cron, calls ``xinheng erase`` and ``recover``
    waiting = DBTaskResult.objects.filter(task_path=work.module_path, status=TaskResultStatus.READY)
    soon_enough = waiting.filter(run_after__lte=timezone.now() + after)
    if not soon_enough.exists():
        waiting.delete()  # an earlier life of the server asked for a later run: this one takes its place
        work.using(run_after=timezone.now() + after).enqueue()
