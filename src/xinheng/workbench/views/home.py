"""The desk: what waits for me, what my department answers for, what was handed in last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import today
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import State
from xinheng.apps.records.models import LinkState
from xinheng.pages.tables import Cell, Column, Filter
from xinheng.workbench.centre import queue
from xinheng.workbench.doors import door
from xinheng.workbench.duties import Duty, duties
from xinheng.workbench.showing import good_rows, line, name_of, url_of
from xinheng.workbench.tabling import answer, table

_RECENT = 5


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for this officer."""

    url: str
    text: str
    chip: str
    tone: str


def _last(duty: Duty) -> Cell:
    return Cell(duty.last.isoformat(), url=duty.last_url) if duty.last else Cell(_("还没有报送"))


def _due(duty: Duty) -> Cell:
    small = duty.due_words
    if duty.missing:
        small = _("缺：%s") % _("、").join(duty.missing) + (f" · {small}" if small else "")
    return Cell(duty.state, tone=duty.tone, small=small)


DUTIES = table(
    name="duties",
    title=gettext_lazy("目录项与期限"),
    action="desk.open",
    order="due",
    page=12,  # the most urgent; a department may answer for sixty items, and a phone shows five lines
    key=lambda duty: duty.id,
    source=lambda account, asked: duties(account, today()),
    columns=(
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda d: Cell(d.name, url=d.item_url), order=lambda d: d.name),
        Column(key="rhythm", title=gettext_lazy("频率"), cell=lambda d: d.frequency, order=lambda d: d.frequency),
        Column(key="last", title=gettext_lazy("上次报送"), cell=_last, order=lambda d: d.last or date.min),
        Column(key="due", title=gettext_lazy("本期"), cell=_due, order=lambda d: (d.urgency, d.due_on or date.max)),
        Column(key="send", title=gettext_lazy("报送"), cell=lambda d: Cell(_("报送"), url=d.upload_url)),
        Column(key="zero", title=gettext_lazy("零报送"), cell=lambda d: Cell(_("没有数据"), url=d.zero_url)),
        Column(key="template", title=gettext_lazy("模板"), cell=lambda d: Cell(_("下载模板"), url=d.template_url)),
    ),
    filters=(
        Filter(
            key="state",
            label=gettext_lazy("本期"),
            narrow=lambda rows, told: [d for d in rows if (bool(d.missing) if told == "missing" else d.tone == told)],
            choices=lambda account: [("is-bad", _("快到期，未报")), ("is-warn", _("未报或有缺")), ("is-good", _("已报")), ("missing", _("有缺的"))],
        ),
    ),
)  # fmt: skip


@door("desk.open")
def home(request: HttpRequest) -> HttpResponseBase:
    """Show the desk."""
    account = request.user
    mine = queries.submissions(visible_to=account)
    return answer(
        request,
        DUTIES,
        "workbench/home.html",
        {
            "here": "home",
            "heading": account.department.name if account.department else _("市信用中心"),
            "todo": todo(account),
            "has_duties": account.department is not None,
            "submissions": [line(s) for s in mine.order_by("-received_at", "-pk")[:_RECENT]],
        },
    )


def todo(account: Account) -> list[Todo]:
    """Return what waits: submissions to certify, rows to mend, records to link."""
    mine = queries.submissions(visible_to=account)
    found = [
        Todo(
            url_of(s),
            _("%(ref)s %(item)s：%(rows)s 行可以入库，等待确认")
            % {"ref": s.ref, "item": name_of(s.item), "rows": f"{good_rows(s):,}"},
            _("待确认"),
            "is-warn",
        )
        for s in mine.filter(state=State.CHECKED).order_by("received_at")[:_RECENT]
        if good_rows(s)
    ]
    if account.is_centre:
        waiting = queue(visible_to=account).filter(state=LinkState.WAITING).count()
        if waiting:
            url = reverse("workbench:links")
            found.append(Todo(url, _("%s 条记录等待匹配主体") % f"{waiting:,}", _("待匹配"), "is-warn"))
    return found
