"""Runs, differences and what came back, as tables."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import today
from xinheng.apps.exchange import queries
from xinheng.apps.exchange.models import Run, RunState, Task
from xinheng.apps.exchange.results import differences_of
from xinheng.pages.tables import Cell, Column, Filter, Table, choice, day_from, day_to, text
from xinheng.pages.words import say
from xinheng.workbench.queue_tables import card, minute
from xinheng.workbench.reconciling import DIRECTIONS, KINDS, RETURN_KINDS, STATES, difference, returned_line
from xinheng.workbench.showing import name_of
from xinheng.workbench.tabling import table

Choices = list[tuple[str, str]]
OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"


def _run_state(run: Run) -> Cell:
    word, tone = STATES[RunState(run.state)]
    return Cell(_(word), tone=tone)


def _kinds(account: Account) -> Choices:
    return [(kind, _(word)) for kind, word in KINDS.items()]


RUNS = table(
    name="runs",
    title=gettext_lazy("对账记录"),
    action="reconcile.read",
    order="-at",
    page=20,
    source=lambda account, asked: queries.runs(visible_to=account),
    columns=(
        Column(key="ref", title=gettext_lazy("编号"), cell=lambda r: Cell(r.ref[:12], url=reverse("workbench:run", args=[r.ref])), code=True),
        Column(key="with", title=gettext_lazy("对方"), cell=lambda r: Cell(r.channel.counterpart.name, small=say(DIRECTIONS, r.channel.direction)), order="channel__counterpart__name"),
        Column(key="at", title=gettext_lazy("时间"), cell=lambda r: minute(r.started_at), order="started_at"),
        Column(key="here", title=gettext_lazy("我方位置"), cell=lambda r: f"{r.position:,}", order="position", number=True),
        Column(key="there", title=gettext_lazy("对方位置"), cell=lambda r: f"{r.there_position:,}", order="there_position", number=True),
        Column(key="differences", title=gettext_lazy("差异"), cell=lambda r: f"{sum(r.counts.values()):,}", number=True),
        Column(key="state", title=gettext_lazy("结果"), cell=_run_state, order="state"),
    ),
    filters=(
        choice("state", gettext_lazy("结果"), "state", lambda account: [(s.value, _(w)) for s, (w, _tone) in STATES.items()]),
        text("q", gettext_lazy("对方或编号"), "channel__counterpart__name", "ref"),
        day_from("since", gettext_lazy("自"), "started_at__date"),
        day_to("until", gettext_lazy("至"), "started_at__date"),
    ),
)  # fmt: skip


def tasks_in(found: QuerySet[Task], state: str) -> QuerySet[Task]:
    """Return the differences that are open, overdue or closed."""
    if state == CLOSED:
        return found.filter(closed_run__isnull=False)
    found = found.filter(closed_run=None)
    return found.filter(due_on__lt=today()) if state == OVERDUE else found


def _task_state(task: Task) -> Cell:
    if task.closed_run_id is not None:
        return Cell(_("已办结"), tone="is-good", small=minute(task.closed_at))
    late = task.due_on < today()
    return Cell(_("已逾期") if late else _("待办"), tone="is-bad" if late else "is-warn")


def _states(account: Account) -> Choices:
    return [(OPEN, _("待办")), (OVERDUE, _("已逾期")), (CLOSED, _("已办结"))]


DIFFERENCES = table(
    name="differences",
    title=gettext_lazy("对账差异"),
    action="reconcile.read",
    order="due",
    keep=("as",),
    source=lambda account, asked: queries.tasks(visible_to=account),
    columns=(
        Column(key="kind", title=gettext_lazy("类型"), cell=lambda t: Cell(say(KINDS, t.kind), url=card("differences", t.pk)), order="kind"),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda t: name_of(t.item), order="item"),
        Column(key="with", title=gettext_lazy("对方"), cell=lambda t: str(t.channel.counterpart), order="channel__counterpart__name"),
        Column(key="owner", title=gettext_lazy("责任部门"), cell=lambda t: str(t.owner or ""), order=Coalesce("owner__code", Value(""))),
        Column(key="opened", title=gettext_lazy("发现"), cell=lambda t: t.opened_on.isoformat(), order="opened_on"),
        Column(key="due", title=gettext_lazy("办理期限"), cell=lambda t: t.due_on.isoformat(), order="due_on"),
        Column(key="state", title=gettext_lazy("状态"), cell=_task_state),
        Column(key="note", title=gettext_lazy("办理记录"), cell=lambda t: t.note),
        Column(key="name", title=gettext_lazy("名称摘要"), cell=lambda t: bytes(t.name).hex(), code=True),
    ),
    filters=(
        Filter(key="state", label=gettext_lazy("状态"), narrow=tasks_in, choices=_states),
        choice("kind", gettext_lazy("类型"), "kind", _kinds),
        text("q", gettext_lazy("对方、部门或办理记录"), "channel__counterpart__name", "owner__name", "note"),
        day_to("due", gettext_lazy("期限不晚于"), "due_on"),
    ),
)  # fmt: skip


RETURNED = table(
    name="came-back",
    title=gettext_lazy("退回与回流"),
    action="reconcile.read",
    order="-at",
    source=lambda account, asked: queries.returned(visible_to=account),
    columns=(
        Column(key="kind", title=gettext_lazy("类型"), cell=lambda one: say(RETURN_KINDS, one.kind), order="kind"),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda one: name_of(one.item), order="item"),
        Column(key="with", title=gettext_lazy("对方"), cell=lambda one: str(one.channel.counterpart), order="channel__counterpart__name"),
        Column(key="department", title=gettext_lazy("部门"), cell=lambda one: str(one.department or ""), order=Coalesce("department__code", Value(""))),
        Column(key="ref", title=gettext_lazy("原批次"), cell=lambda one: one.submission.ref or "" if one.submission else "", code=True),
        Column(key="what", title=gettext_lazy("说明"), cell=lambda one: returned_line(one)["what"]),
        Column(key="at", title=gettext_lazy("时间"), cell=lambda one: minute(one.at), order="at"),
    ),
    filters=(
        choice("kind", gettext_lazy("类型"), "kind", lambda account: [(k, _(w)) for k, w in RETURN_KINDS.items()]),
        text("q", gettext_lazy("对方、部门或退回原因"), "channel__counterpart__name", "department__name", "code"),
        day_from("since", gettext_lazy("自"), "at__date"),
        day_to("until", gettext_lazy("至"), "at__date"),
    ),
)  # fmt: skip


def found_in(run: Run) -> Table:
    """Return the table of the differences of one run, as its file tells them."""

    def rows(account: Account, asked: Any) -> list[dict[str, Any]]:
        return [difference(row) | {"code": row["kind"]} for row in differences_of(run)]

    return Table(
        name="found",
        title=gettext_lazy("差异"),
        action="reconcile.read",
        order="kind",
        source=rows,
        key=lambda row: row["name"],
        columns=(
            Column(key="kind", title=gettext_lazy("类型"), cell=lambda row: row["kind"], order=lambda row: row["code"]),
            Column(key="item", title=gettext_lazy("目录项"), cell=lambda row: row["item"], order=lambda row: row["item"]),
            Column(key="what", title=gettext_lazy("说明"), cell=lambda row: str(row["what"])),
            Column(key="name", title=gettext_lazy("名称摘要"), cell=lambda row: row["name"], order=lambda row: row["name"], code=True),
        ),
        filters=(
            Filter(key="kind", label=gettext_lazy("类型"), narrow=lambda found, told: [r for r in found if r["code"] == told], choices=_kinds),
        ),
    )  # fmt: skip
