"""Counterparts, runs and differences: for the centre all of them, for a department its own."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from xinheng.apps.clock import now, today
from xinheng.apps.exchange import actions, queries
from xinheng.apps.exchange.models import Channel
from xinheng.apps.exchange.tasks import reconcile as reconcile_task
from xinheng.core.refusal import Refusal
from xinheng.pages.paging import decode, pager
from xinheng.workbench.doors import door
from xinheng.workbench.reconcile_tables import DIFFERENCES, RETURNED, RUNS, found_in, tasks_in
from xinheng.workbench.reconciling import channel_line, run_page, task_line
from xinheng.workbench.refusing import refused
from xinheng.workbench.tabling import answer

PAGE = 20
TABS = {"open": gettext_noop("待办"), "overdue": gettext_noop("已逾期"), "closed": gettext_noop("已办结")}


@door("reconcile.read")
def reconcile(request: HttpRequest) -> HttpResponseBase:
    """Show how every channel stands and the runs; departments go straight to their differences."""
    if not request.user.is_centre:
        return redirect("workbench:differences")
    channels = [channel_line(one) for one in queries.standing(on=today())]
    return answer(request, RUNS, "workbench/reconcile.html", {"here": "reconcile", "channels": channels})


@door("reconcile.run")
@require_POST
def start(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Ask for a run; it is done behind the page."""
    channel = get_object_or_404(Channel, pk=channel_id)
    try:
        actions.require_centre(request.user)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:reconcile"), status=403)
    reconcile_task.enqueue(channel.pk, request.user.pk)
    messages.success(request, _("已开始对账，完成后结果会出现在下面的列表里。"))
    return redirect("workbench:reconcile")


@door("reconcile.read")
def run(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Show a run: what both sides held, how they differ, the statement."""
    found = get_object_or_404(queries.runs(visible_to=request.user), ref=ref)
    return answer(request, found_in(found), "workbench/run.html", {"here": "reconcile", **run_page(found)})


@door("reconcile.read")
def run_file(request: HttpRequest, ref: str, part: str) -> HttpResponse:
    """Hand out the statement or the file of differences."""
    found = get_object_or_404(queries.runs(visible_to=request.user).exclude(statement=""), ref=ref)
    content = {"statement": found.statement.encode(), "differences": bytes(found.found)}.get(part)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.ref}.{part}"'
    return response


@door("reconcile.read")
def differences(request: HttpRequest) -> HttpResponseBase:
    """Show differences as tasks, one state at a time, or one alone; all of them as a table."""
    if request.GET.get("as") == "list":
        told = {"here": "reconcile", "part": "differences", "back": _("对账差异"), "back_url": request.path}
        return answer(request, DIFFERENCES, "workbench/list.html", told)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    mine = queries.tasks(visible_to=request.user)
    found = tasks_in(mine, tab).order_by("-pk" if tab == "closed" else "pk")
    if (one := request.GET.get("one", "")).isdecimal():
        found, tab = mine.filter(pk=one), ""
    place = decode(request.GET.get("after", ""))
    if isinstance(place, int):
        found = found.filter(Q(pk__lt=place) if tab == "closed" else Q(pk__gt=place))
    rows = list(found[: PAGE + 1])
    on = today()
    return render(
        request,
        "workbench/differences.html",
        {
            "here": "reconcile",
            "tabs": [
                {"url": f"?tab={name}", "now": name == tab, "name": _(word), "number": tasks_in(mine, name).count()}
                for name, word in TABS.items()
            ],
            "single": one.isdecimal(),
            "tasks": [task_line(task, on=on) for task in rows[:PAGE]],
            **pager(request, rows[PAGE - 1].pk if len(rows) > PAGE else None),
        },
    )


@door("reconcile.note")
@require_POST
def difference(request: HttpRequest, task_id: int) -> HttpResponse:
    """Write down what was found out about a difference."""
    task = get_object_or_404(queries.tasks(visible_to=request.user), pk=task_id)
    try:
        actions.note_task(task=task, note=request.POST.get("note", "").strip(), by=request.user, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:differences"))
    messages.success(request, _("已记下。下一次对账不再出现这条差异时，它会自动办结。"))
    return redirect("workbench:differences")


@door("reconcile.read")
def returned(request: HttpRequest) -> HttpResponseBase:
    """Show what came back about the statements of a department, or of all."""
    return answer(request, RETURNED, "workbench/returned.html", {"here": "reconcile"})
