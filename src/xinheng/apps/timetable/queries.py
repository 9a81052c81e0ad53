"""Last and next runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xinheng.apps.timetable.models import LastRun
from xinheng.apps.timetable.regular import Regular, all_regular
from xinheng.apps.timetable.tasks import take_turn


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timetable."""

    regular: Regular
    last: LastRun | None
    next_at: datetime | None  # None: nobody has asked for it; the server does when it starts
    running: bool


def waiting(name: str) -> QuerySet[DBTaskResult]:
    """Return the runs of one piece of work that are asked for and not begun."""
    return _asked(name).filter(status=TaskResultStatus.READY)


def lines() -> list[Line]:
    """Return the timetable."""
    last = LastRun.objects.in_bulk()
    found = []
    for one in all_regular():
        next_run = waiting(one.name).order_by("run_after").first()
        running = _asked(one.name).filter(status=TaskResultStatus.RUNNING).exists()
        found.append(Line(one, last.get(one.name), next_run.run_after if next_run else None, running))
    return found


def _asked(name: str) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(task_path=take_turn.module_path, args_kwargs__args__0=name)
