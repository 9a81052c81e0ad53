"""Notices, and the work that is done behind the page."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from xinheng.apps.clock import now
from xinheng.apps.jobs import actions, queries
from xinheng.apps.jobs.models import JobState
from xinheng.workbench.doors import door

_SHOWN = 100
_OPEN = (JobState.WAITING, JobState.RUNNING)


@door("desk.open")
def notices(request: HttpRequest) -> HttpResponse:
    """Show what has ended and what is under way; reading marks as seen what stood on the page."""
    account = request.user
    if request.method == "POST":
        actions.see_all(account=account, at=now())
        return redirect("workbench:notices")
    told = [
        {"text": _(one.text).format(**one.facts), "url": one.url, "at": one.at, "seen_at": one.seen_at}
        for one in queries.notices(visible_to=account)[:_SHOWN]
    ]
    context = {
        "here": "notices",
        "notices": told,
        "jobs": list(queries.jobs(visible_to=account).filter(state__in=_OPEN)),
    }
    return render(request, "workbench/notices.html", context)


@door("desk.open")
def progress(request: HttpRequest) -> HttpResponse:
    """Answer how far the work is; once nothing is left, have the page shown anew."""
    jobs = list(queries.jobs(visible_to=request.user).filter(state__in=_OPEN))
    if not jobs:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbench/parts/jobs.html", {"jobs": jobs})


@door("desk.open")
def job_file(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """Give the file a job has made."""
    job = get_object_or_404(queries.jobs(visible_to=request.user), pk=job_id)
    path = actions.path_of(job)
    if job.state != JobState.DONE or not path.is_file():
        raise Http404(_("这个文件已经不在了，请重新导出。"))
    return FileResponse(path.open("rb"), as_attachment=True, filename=job.file_name)
