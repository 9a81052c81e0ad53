"""Regular work: when it last ran, how it ended, when it runs next; and running it now."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.clock import now
from xinheng.apps.timetable import actions, queries, regular
from xinheng.pages import finding_words
from xinheng.workbench.doors import door


@door("timetable.read")
def timetable(request: HttpRequest) -> HttpResponse:
    """Show the timetable."""
    lines = [
        (line, finding_words.sentences(line.regular.name, line.last.said) if line.last else [])
        for line in queries.lines()
    ]
    return render(request, "workbench/timetable.html", {"here": "timetable", "lines": lines})


@door("timetable.run")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Ask for a run out of turn."""
    found = regular.named(request.POST.get("name", ""))
    if found is None:
        raise Http404(_("没有这项定时工作。"))
    actions.run_soon(found, by=request.user, at=now())
    messages.success(request, _("已安排：%s。稍后刷新本页看结果。") % found.title)
    return redirect("workbench:timetable")
