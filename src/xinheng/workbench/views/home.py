"""The desk: what waits for me, what my department answers for, what was handed in last."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import today
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import State
from xinheng.apps.records.models import LinkState
from xinheng.workbench.centre import queue
from xinheng.workbench.doors import door
from xinheng.workbench.duties import duties
from xinheng.workbench.showing import good_rows, line, name_of, url_of

_RECENT = 5


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for this officer."""

    url: str
    text: str
    chip: str
    tone: str


@door("desk.open")
def home(request: HttpRequest) -> HttpResponse:
    """Show the desk."""
    account = request.user
    mine = queries.submissions(visible_to=account)
    return render(
        request,
        "workbench/home.html",
        {
            "here": "home",
            "heading": account.department.name if account.department else _("信用中心"),
            "todo": todo(account),
            "duties": duties(account, today()),
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
