"""Reading what is known about counterparts: how each channel stands, its runs, its differences. Who may see them is part of the question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.exchange.models import Channel, Returned, Run, RunState, Task

_OVER = (RunState.AGREED, RunState.DIFFERS)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands."""

    channel: Channel
    last: Run | None  # the last run that came to an end
    open_tasks: int
    overdue: int

    @property
    def title(self) -> str:
        """Whom it is with, and which way."""
        return str(self.channel)

    @property
    def agreed_at(self) -> datetime | None:
        """When agreement up to the position was last found."""
        return self.channel.agreed_at

    @property
    def sentence(self) -> str:
        """Say it in Chinese."""
        if self.last is None:
            return "尚未对账。"
        told = f"最近一次对账 {timezone.localtime(self.last.finished_at):%Y-%m-%d %H:%M}，"
        told += "一致。" if self.last.state == RunState.AGREED else f"差异 {sum(self.last.counts.values()):,} 条。"
        if self.channel.agreed_at:
            told += f"一致到位置 {self.channel.agreed_position:,}。"
        if self.open_tasks:
            told += f"未办结 {self.open_tasks:,} 条，其中逾期 {self.overdue:,} 条。"
        return told

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "counterpart": self.channel.counterpart.code,
            "name": self.channel.counterpart.name,
            "direction": self.channel.direction,
            "items": self.channel.items,
            "agreed_position": self.channel.agreed_position,
            "agreed_at": self.channel.agreed_at.isoformat() if self.channel.agreed_at else None,
            "last_run": self.last.ref if self.last else None,
            "last_state": self.last.state if self.last else None,
            "last_at": self.last.finished_at.isoformat() if self.last and self.last.finished_at else None,
            "differences": dict(self.last.counts) if self.last else {},
            "open": self.open_tasks,
            "overdue": self.overdue,
        }


def standing(*, on: date) -> list[Standing]:
    """Return how every channel stands."""
    channels = Channel.objects.select_related("counterpart", "department").filter(counterpart__active=True)
    open_ = dict(
        Task.objects.filter(closed_run=None).values("channel").annotate(n=Count("pk")).values_list("channel", "n")
    )
    late = Task.objects.filter(closed_run=None, due_on__lt=on).values("channel")
    overdue = dict(late.annotate(n=Count("pk")).values_list("channel", "n"))
    return [
        Standing(
            channel=channel,
            last=channel.runs.filter(state__in=_OVER).order_by("-finished_at").first(),
            open_tasks=open_.get(channel.pk, 0),
            overdue=overdue.get(channel.pk, 0),
        )
        for channel in channels.order_by("counterpart__code", "direction", "name")
    ]


def runs(*, visible_to: Account) -> QuerySet[Run]:
    """Return the runs, newest first; nothing for anyone outside the centre."""
    found = Run.objects.select_related("channel__counterpart", "by").order_by("-pk")
    return found if visible_to.is_centre else found.none()


def tasks(*, visible_to: Account) -> QuerySet[Task]:
    """Return differences as tasks: all for the centre, a department's own for its officers. The most urgent first."""
    found = Task.objects.select_related("channel__counterpart", "owner", "first_run", "last_run", "closed_run")
    return found.filter(rights.within(visible_to, "reconcile.read", "owner")).order_by("closed_at", "due_on", "pk")


def returned(*, visible_to: Account) -> QuerySet[Returned]:
    """Return what came back of a department's own statements, newest first."""
    found = Returned.objects.select_related("channel__counterpart", "department", "submission").order_by("-pk")
    return found.filter(rights.within(visible_to, "reconcile.read"))
