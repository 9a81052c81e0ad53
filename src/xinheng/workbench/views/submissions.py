"""The list of submissions: a department's own, or those of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import State, Submission
from xinheng.pages.tables import Cell, Column, choice, day_from, day_to, text
from xinheng.workbench.doors import door
from xinheng.workbench.showing import STATES, line, name_of, url_of
from xinheng.workbench.tabling import answer, table


def _states(account: Account) -> list[tuple[str, str]]:
    return [(state.value, _(word)) for state, (word, _tone) in STATES.items()]


def _items(account: Account) -> list[tuple[str, str]]:
    mine = queries.submissions(visible_to=account).exclude(item="").order_by("item")
    return [(item, name_of(item)) for item in mine.values_list("item", flat=True).distinct()]


def _departments(account: Account) -> list[tuple[str, str]]:
    mine = queries.submissions(visible_to=account).order_by()
    return [(d.code, str(d)) for d in Department.objects.filter(pk__in=mine.values("department")).order_by("code")]


def _state(submission: Submission) -> Cell:
    word, tone = STATES[State(submission.state)]
    return Cell(_(word), tone=tone)


SUBMISSIONS = table(
    name="submissions",
    title=gettext_lazy("报送记录"),
    action="submission.read",
    order="-at",
    source=lambda account, asked: queries.submissions(visible_to=account),
    columns=(
        Column(key="ref", title=gettext_lazy("批次"), cell=lambda s: Cell(s.ref or "", url=url_of(s)), order="pk", code=True),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda s: line(s).item, order="item"),
        Column(key="file", title=gettext_lazy("文件"), cell=lambda s: line(s).file, order="file_name"),
        Column(key="by", title=gettext_lazy("报送人"), cell=lambda s: Cell(str(s.officer), small=str(s.department or "")), order="department__code"),
        Column(key="at", title=gettext_lazy("时间"), cell=lambda s: f"{localtime(s.received_at):%Y-%m-%d %H:%M}", order="received_at"),
        Column(key="rows", title=gettext_lazy("行数"), cell=lambda s: f"{s.rows:,}", order="rows", number=True),
        Column(key="returned", title=gettext_lazy("退回"), cell=lambda s: f"{s.counts.get('returned', 0):,}", number=True),
        Column(key="state", title=gettext_lazy("状态"), cell=_state, order="state"),
    ),
    filters=(
        choice("state", gettext_lazy("状态"), "state", _states),
        choice("item", gettext_lazy("目录项"), "item", _items),
        choice("department", gettext_lazy("部门"), "department__code", _departments),
        text("q", gettext_lazy("批次号或文件名"), "ref", "file_name"),
        day_from("since", gettext_lazy("自哪一天起"), "received_at__date"),
        day_to("until", gettext_lazy("至"), "received_at__date"),
    ),
)  # fmt: skip


@door("submission.read")
def submissions(request: HttpRequest) -> HttpResponseBase:
    """List submissions, the newest first."""
    return answer(request, SUBMISSIONS, "workbench/submissions.html", {"here": "submissions"})
