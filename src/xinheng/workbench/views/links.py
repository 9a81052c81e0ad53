"""Records without a certain subject, for the centre: candidates with their reasons, a decision, and its reversal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from xinheng.apps.accounts import rights
from xinheng.apps.clock import now
from xinheng.apps.records import actions
from xinheng.apps.records.models import LinkState, LinkTask
from xinheng.apps.subjects.models import Subject
from xinheng.core.identifiers import uscc
from xinheng.core.refusal import Refusal
from xinheng.pages.paging import decode, pager
from xinheng.workbench import centre
from xinheng.workbench.doors import door
from xinheng.workbench.queue_tables import LINK_STATES, LINKS
from xinheng.workbench.refusing import refused
from xinheng.workbench.showing import name_of
from xinheng.workbench.tabling import answer

PAGE = 20


class NoSubjectChosen(Refusal):
    """The form named no organisation, or one that is not known."""

    code = "link.no-subject"
    message = gettext_noop("请选一家组织，或填写它的 18 位统一社会信用代码；本平台没有登记的代码不能选。")


class NoReason(Refusal):
    """A decision without a reason."""

    code = "link.no-reason"
    message = gettext_noop("请写明理由：凭什么认定是（或不是）这家组织。理由会留在记录里。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One record of the queue on the page."""

    id: int
    name: str
    state: str
    tone: str
    told: list[tuple[str, str]]
    waiting: bool
    candidates: list[dict[str, object]] = field(default_factory=list)
    linked_to: str = ""
    linked_url: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    action_url: str = ""
    record_url: str = ""


@door("link.read")
def links(request: HttpRequest) -> HttpResponseBase:
    """Show the queue, one state at a time, or one record alone; all of it as a table."""
    if request.GET.get("as") == "list":
        told = {"here": "links", "back": _("待匹配"), "back_url": request.path}
        return answer(request, LINKS, "workbench/list.html", told)
    state = request.GET.get("state", LinkState.WAITING)
    state = LinkState(state) if state in LinkState.values else LinkState.WAITING
    queue = centre.queue(visible_to=request.user)
    one = request.GET.get("one", "")
    found = (
        queue.filter(**({"pk": one} if one.isdecimal() else {"state": state}))
        .select_related("submission__department", "decided_by", "subject", "version")
        .order_by("pk")
    )
    place = decode(request.GET.get("after", ""))
    if isinstance(place, int):
        found = found.filter(pk__gt=place)
    rows = list(found[: PAGE + 1])
    tabs = [
        {
            "url": f"?state={s.value}",
            "now": s is state and not one.isdecimal(),
            "name": word,
            "number": queue.filter(state=s).count(),
        }
        for s, (word, _tone) in LINK_STATES.items()
    ]
    following = rows[PAGE - 1].pk if len(rows) > PAGE else None
    tasks = [shown(task) for task in rows[:PAGE]]
    return render(
        request,
        "workbench/links.html",
        {
            "here": "links",
            "tasks": tasks,
            "single": one.isdecimal(),
            "tabs": tabs,
            "may_decide": rights.may(request.user, "link.decide"),
            **pager(request, following),
        },
    )


def shown(task: LinkTask) -> Task:
    """Return a task as the page shows it."""
    word, tone = LINK_STATES[LinkState(task.state)]
    told = {
        _("目录项"): name_of(task.item),
        _("报送单位"): str(task.submission.department or ""),
        _("批次"): task.submission.ref or "",
        **{_(TOLD_LABELS.get(name, name)): value for name, value in task.told.items()},
    }
    subject = task.subject
    return Task(
        id=task.pk,
        name=task.told.get("subject_name") or task.told.get("name") or _("没有名称"),
        state=str(word),
        tone=tone,
        told=[(label, value) for label, value in told.items() if value],
        waiting=task.state == LinkState.WAITING,
        candidates=_candidates(task) if task.state == LinkState.WAITING else [],
        record_url=reverse("workbench:record", args=[task.version.record_id]),
        linked_to=str(subject) if subject else "",
        linked_url=reverse("portal:subject", args=[subject.code]) if subject and subject.code else "",
        decided_by=str(task.decided_by or ""),
        decided_at=task.decided_at,
        reason=task.reason,
        action_url=reverse("workbench:link", args=[task.pk]),
    )


def _candidates(task: LinkTask) -> list[dict[str, object]]:
    """Return the organisations it may be about, each with its code and the reasons."""
    codes = dict(Subject.objects.filter(pk__in=[c["subject"] for c in task.candidates]).values_list("pk", "code"))
    return [
        {"id": c["subject"], "name": c["name"], "code": codes.get(c["subject"]) or "", "why": "；".join(c["why"])}
        for c in task.candidates
    ]


TOLD_LABELS = {
    "subject_name": gettext_noop("名称"),
    "subject_code": gettext_noop("代码"),
    "regno": gettext_noop("注册号"),
    "orgcode": gettext_noop("组织机构代码"),
}


@door("link.decide")
@require_POST
def decide(request: HttpRequest, task_id: int) -> HttpResponse:
    """Link a record to an organisation, or take the link back."""
    task = get_object_or_404(centre.queue(visible_to=request.user), pk=task_id)
    reason, at = request.POST.get("reason", "").strip()[:300], now()
    try:
        if not reason:
            raise NoReason
        if request.POST.get("do") == "unlink":
            actions.unlink(task=task, reason=reason, by=request.user, at=at)
            messages.success(request, _("已解除，这条记录不再归于该组织。"))
        else:
            actions.link(task=task, subject=chosen(request), reason=reason, by=request.user, at=at)
            messages.success(request, _("已归入所选组织。"))
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:links"))
    return redirect("workbench:links")


def chosen(request: HttpRequest) -> Subject:
    """Return the organisation the form names: by its code where one is given, else the candidate chosen."""
    code, told = uscc.compact(request.POST.get("code", "")), request.POST.get("subject", "")
    found = Subject.objects.filter(code=code) if code else Subject.objects.filter(pk=told if told.isdecimal() else None)
    subject = found.first()
    if subject is None:
        raise NoSubjectChosen
    return subject
