"""Asking for regular work and doing it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks_db.models import DBTaskResult

from xinheng.apps.audit import actions as audit
from xinheng.apps.timetable.models import LastRun
from xinheng.apps.timetable.queries import waiting
from xinheng.apps.timetable.regular import Regular, all_regular
from xinheng.apps.timetable.tasks import take_turn
from xinheng.core.refusal import Refusal

_TASKS_KEPT = timedelta(days=7)


def begin() -> None:
    """Ask for a run of everything, when the server starts."""
    for one in all_regular():
        ask(one)


def ask(one: Regular, *, again: bool = False) -> None:
    """Ask for the next run; however often it is asked for, one waits, the earliest. ``again``: not the one under way."""
    if not task_backends["default"].supports_defer:
        return  # work is done at once and nothing waits: then a person, or cron, calls ``xinheng timetable run``
    instant = timezone.now()
    due = instant if one.at_start and not again else one.next_after(instant)
    found = waiting(one.name)
    if not found.filter(run_after__lte=due).exists():
        found.delete()
        take_turn.using(run_after=due).enqueue(one.name)


def run_soon(one: Regular, *, by: AbstractBaseUser, at: datetime) -> None:
    """Ask for a run now, out of turn."""
    with transaction.atomic():
        audit.record("timetable.run", about=by, by=by, at=at, work=one.name)
        waiting(one.name).delete()
        take_turn.enqueue(one.name)


def run(one: Regular, *, at: datetime) -> str:
    """Do it now and write down how it went; a fault is written down and raised."""
    began = timezone.now()
    LastRun.objects.update_or_create(
        name=one.name, defaults={"began_at": began, "ended_at": None, "well": False, "said": ""}
    )
    try:
        said = one.do(at=at)
    except Exception as fault:
        told = str(fault) if isinstance(fault, Refusal) else f"{type(fault).__name__}：{fault}"
        LastRun.objects.filter(name=one.name).update(ended_at=timezone.now(), well=False, said=told[:500])
        raise
    LastRun.objects.filter(name=one.name).update(ended_at=timezone.now(), well=True, said=said[:500])
    return said


def forget_tasks(*, at: datetime) -> str:
    """Delete tasks that ended more than a week ago: they say nothing that the audit trail does not."""
    ended = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    old = DBTaskResult.objects.filter(status__in=ended, finished_at__lt=timezone.now() - _TASKS_KEPT)
    return f"清理 {old.delete()[0]} 条。"
