"""Change proposals: what is proposed, the report on it, and the second person's decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.changes import actions, editions, queries
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.clock import now
from xinheng.apps.policy import current_policy
from xinheng.core.changes.impact import Weight
from xinheng.core.refusal import Refusal
from xinheng.pages import finding_words
from xinheng.pages.tables import Cell, Column, choice, text
from xinheng.workbench.adding import MORE, MOST, FieldRows, ItemForm
from xinheng.workbench.doors import door
from xinheng.workbench.proposing import ProposalForm
from xinheng.workbench.refusing import refused, said
from xinheng.workbench.showing import name_of
from xinheng.workbench.tabling import answer, table
from xinheng.workbench.tasks import report_change

STATES = {
    ChangeState.PROPOSED: (gettext_lazy("待审定"), "is-warn"),
    ChangeState.APPROVED: (gettext_lazy("已审定"), "is-good"),
    ChangeState.REFUSED: (gettext_lazy("不同意"), "is-bad"),
    ChangeState.WITHDRAWN: (gettext_lazy("已收回"), ""),
}
WEIGHTS = {
    Weight.STOP: (gettext_lazy("不能审定"), "is-bad"),
    Weight.RIGHTS: (gettext_lazy("影响主体权益"), "is-warn"),
    Weight.SENDERS: (gettext_lazy("影响报送"), "is-accent"),
    Weight.NOTE: (gettext_lazy("兼容"), "is-good"),
}


def _state(change: Change) -> Cell:
    word, tone = STATES[ChangeState(change.state)]
    return Cell(str(word), tone=tone)


def _states(account: Account) -> list[tuple[str, str]]:
    return [(state.value, str(word)) for state, (word, _tone) in STATES.items()]


CHANGES = table(
    name="changes",
    title=gettext_lazy("目录变更"),
    action="change.read",
    order="-at",
    source=lambda account, asked: queries.changes(visible_to=account),
    columns=(
        Column(key="title", title=gettext_lazy("说明"), cell=lambda c: Cell(c.title, url=reverse("workbench:change", args=[c.pk])), order="title"),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda c: Cell(name_of(c.item), small=c.item), order="item"),
        Column(key="by", title=gettext_lazy("提出"), cell=lambda c: Cell(str(c.proposed_by), small=str(c.department or _("市信用中心")))),
        Column(key="at", title=gettext_lazy("时间"), cell=lambda c: f"{localtime(c.proposed_at):%Y-%m-%d %H:%M}", order="proposed_at"),
        Column(key="from", title=gettext_lazy("从哪天起"), cell=lambda c: c.effective_from.isoformat(), order="effective_from"),
        Column(key="state", title=gettext_lazy("状态"), cell=_state, order="state"),
    ),
    filters=(choice("state", gettext_lazy("状态"), "state", _states), text("q", gettext_lazy("说明或编号"), "title", "item")),
)  # fmt: skip


@door("change.read")
def changes(request: HttpRequest) -> HttpResponseBase:
    """List the proposals."""
    return answer(request, CHANGES, "workbench/changes.html", {"here": "changes"})


@door("change.propose")
def propose(request: HttpRequest) -> HttpResponse:
    """Show the form for one item; propose, and have the report made behind the page."""
    account, item_id = request.user, request.GET.get("item", "")
    item = editions.latest(current_policy(), item_id)
    if item is None or not rights.may(account, "change.propose", department=account.department, item=item_id):
        raise Http404(_("请先在目录里选一个本部门的目录项。"))
    form = ProposalForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        why = {name: form.cleaned_data[name] for name in ProposalForm.WHY}
        try:
            change = actions.propose(item=item_id, edits=form.edits(), **why, by=account, at=now())
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            return _proposed(request, change)
    told = {"here": "changes", "form": form, "item": item, "name": name_of(item_id)}
    return render(request, "workbench/propose.html", told, status=422 if form.errors else 200)


@door("change.propose")
def propose_item(request: HttpRequest) -> HttpResponse:
    """Show the form for a wholly new item; propose it, or show the form with more rows for fields."""
    account, data = request.user, request.POST.copy() if request.method == "POST" else None
    more = data is not None and data.get("do") == "more"
    if data is not None and more and (rows := data.get("form-TOTAL_FORMS", "")).isdecimal():
        data["form-TOTAL_FORMS"] = str(min(int(rows) + MORE, MOST))
    department = account.department and (account.department.short or account.department.name)
    form, fields = ItemForm(data, department=department or ""), FieldRows(data)
    if data is not None and not more and form.is_valid() and fields.is_valid():
        given = form.cleaned_data
        why = {name: given[name] for name in ("title", "reason", "effective_from")}
        try:
            change = actions.propose_item(
                told=form.told(), fields=fields.told(), basis=form.basis(), **why, by=account, at=now()
            )
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            return _proposed(request, change)
    checked = data is not None and not more
    told = {"here": "changes", "form": form, "rows": fields, "checked": checked}
    return render(request, "workbench/propose_item.html", told, status=422 if checked else 200)


def _proposed(request: HttpRequest, change: Change) -> HttpResponse:
    report_change.enqueue(change.pk)
    messages.success(request, _("已提出。兼容性与权益影响报告正在生成。"))
    return redirect("workbench:change", change.pk)


@door("change.read")
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show one proposal with its report."""
    found = get_object_or_404(queries.changes(visible_to=request.user), pk=change_id)
    account, open_one = request.user, found.state == ChangeState.PROPOSED
    return render(
        request,
        "workbench/change.html",
        {
            "here": "changes",
            "change": found,
            "state": _state(found),
            "name": name_of(found.item),
            "known": editions.latest(current_policy(), found.item) is not None,
            "report": _report(found.report),
            "may_decide": open_one and rights.may(account, "change.decide") and found.proposed_by_id != account.pk,
            "may_take_back": open_one and found.proposed_by_id == account.pk,
            "own": open_one and rights.may(account, "change.decide") and found.proposed_by_id == account.pk,
        },
    )


def _report(told: dict[str, Any]) -> dict[str, Any] | None:
    if not told:
        return None
    effects = [
        {
            "message": finding_words.effect(one["message"]),
            "word": str(WEIGHTS[Weight(one["weight"])][0]),
            "tone": WEIGHTS[Weight(one["weight"])][1],
        }
        for one in told["effects"]
    ]
    because = [(finding_words.title(code), count) for code, count in told["trial"]["because"].items()]
    return told | {"effects": effects, "because": because}


@door("change.read")
def progress(request: HttpRequest, change_id: int) -> HttpResponse:
    """Answer the page's question whether the report is there; once it is, have the page shown anew."""
    found = get_object_or_404(queries.changes(visible_to=request.user), pk=change_id)
    if found.report:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbench/parts/reporting.html", {"change": found})


@door("change.decide")
@require_POST
def decide(request: HttpRequest, change_id: int) -> HttpResponse:
    """Approve or refuse a proposal of somebody else."""
    found = get_object_or_404(queries.changes(visible_to=request.user), pk=change_id)
    told: dict[str, Any] = {"change": found, "decision": request.POST.get("decision", "")[:2000]}
    try:
        if request.POST.get("do") == "approve":
            actions.approve(**told, by=request.user, at=now())
            messages.success(request, _("已审定，新版本从 %s 起生效。") % found.effective_from.isoformat())
        else:
            actions.refuse(**told, by=request.user, at=now())
            messages.success(request, _("已答复，提出人会收到通知。"))
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:change", args=[found.pk]))
    from xinheng.workbench.tasks import tell_decision

    tell_decision(found.pk)
    return redirect("workbench:change", found.pk)


@door("change.propose")
@require_POST
def take_back(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take one's own proposal back."""
    found = get_object_or_404(queries.changes(visible_to=request.user), pk=change_id)
    try:
        actions.take_back(change=found, by=request.user, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:change", args=[found.pk]))
    return redirect("workbench:change", found.pk)
