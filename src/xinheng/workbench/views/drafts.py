"""The workbench for models: read, copy, edit, simulate on the whole city, approve by a second person, publish."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.clock import local_date, now, today
from xinheng.apps.evaluation import catalogue, drafting, explaining
from xinheng.apps.evaluation.models import Draft, DraftState
from xinheng.apps.evaluation.tasks import simulate_draft
from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import current_names
from xinheng.core.evaluation.loading import ModelRefused, line_of, read_model
from xinheng.core.evaluation.model import Model
from xinheng.core.refusal import Refusal
from xinheng.pages import evaluating, model_changes
from xinheng.pages import models as shown_models
from xinheng.workbench.doors import door
from xinheng.workbench.queue_tables import DRAFTS
from xinheng.workbench.refusing import refused
from xinheng.workbench.spread import spread
from xinheng.workbench.tabling import answer
from xinheng.workbench.views.evaluation import named


@door("evaluation.read")
def drafts(request: HttpRequest) -> HttpResponseBase:
    """Show the drafts, and the models one can begin from."""
    models = [(evaluating.name_of(m), m.key) for m in catalogue.ruling(on=today())]
    return answer(request, DRAFTS, "workbench/evaluation/drafts.html", {"here": "evaluation", "models": models})


@door("evaluation.manage")
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Copy a model into a draft of its next version."""
    account = request.user
    made = drafting.copy(model=named(request.POST.get("model", "")), by=account, at=now())
    return redirect("workbench:draft", draft_id=made.pk)


@door("evaluation.read")
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft: its text, how it reads, what it would do to the city, and what comes next."""
    account = request.user
    found = get_object_or_404(Draft, pk=draft_id)
    return render(request, "workbench/evaluation/draft.html", _context(found, account, found.text, []))


@door("evaluation.manage")
@require_POST
def edit(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep an edited text; one with errors is shown again with the line and reason of each."""
    account = request.user
    found = get_object_or_404(Draft, pk=draft_id)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        drafting.edit(draft=found, text=text, by=account, at=now())
    except ModelRefused as wrong:
        problems = [(line_of(text, p.where), p.where, p.chinese) for p in wrong.problems]
        context = _context(found, account, text, problems)
        return render(request, "workbench/evaluation/draft.html", context, status=422)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:draft", args=[draft_id]))
    messages.success(request, _("已保存。请重新模拟，看改动对全市的影响。"))
    return redirect("workbench:draft", draft_id=draft_id)


@door("evaluation.manage")
@require_POST
def simulate(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Ask for a simulation on the whole city."""
    account = request.user
    simulate_draft.enqueue(get_object_or_404(Draft, pk=draft_id).pk, account.pk)
    messages.success(request, _("已开始在全市数据上模拟，完成后刷新本页。现行结果不受影响。"))
    return redirect("workbench:draft", draft_id=draft_id)


@door("evaluation.manage")
@require_POST
def decide(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Offer, approve or send back a draft."""
    account = request.user
    found, do, at = get_object_or_404(Draft, pk=draft_id), request.POST.get("do"), now()
    text = request.POST.get("text", "").strip()
    try:
        if do == "offer":
            drafting.offer(draft=found, by=account, at=at)
        elif do == "approve":
            document, told = request.POST.get("document", "").strip(), request.POST.get("effective_from", "")
            day = date.fromisoformat(told) if told else local_date(at)
            drafting.approve(draft=found, document=document, effective_from=day, text=text, by=account, at=at)
        else:
            drafting.refuse(draft=found, text=text, by=account, at=at)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:draft", args=[draft_id]))
    except ValueError:
        messages.error(request, _("施行日应写成 2026-04-01 这样的形式。"))
    return redirect("workbench:draft", draft_id=draft_id)


def _context(found: Draft, account: Any, text: str, problems: list[tuple[int, str, str]]) -> dict[str, Any]:
    model = None
    if not problems:
        model = read_model(text, current_policy(), f"draft-{found.pk}.toml")
    base = catalogue.named(found.based_on, on=today())
    told = shown_models.shown(explaining.method_for(model, on=today()), in_force=False) if model else None
    was = shown_models.shown(explaining.method_for(base, on=today()), in_force=False)
    return {
        "here": "evaluation",
        "draft": found,
        "name": evaluating.name_of(model or base),
        "version": model.version if model else base.version + 1,
        "base": base,
        "changes": model_changes.changes(was, told) if told else [],
        "lines": model_changes.text_changes(drafting.text_of(base), text),
        "text": text,
        "problems": problems,
        "state": _(found.get_state_display()),
        "mine": found.made_by_id == account.pk,
        "editable": found.state not in (DraftState.APPROVED, DraftState.OFFERED),
        "can_offer": found.state == DraftState.SIMULATED,
        "waits": found.state == DraftState.OFFERED and found.made_by_id == account.pk,
        "can_decide": found.state == DraftState.OFFERED and found.made_by_id != account.pk,
        "earliest": (local_date(now()) + drafting.NOTICE).isoformat(),
        "model": told,
        "simulation": _simulation(model, found.simulation) if model and found.simulation else None,
    }


def _simulation(model: Model, told: dict[str, Any]) -> dict[str, Any]:
    names = current_names([row[0] for row in told["examples"]])
    codes = dict(Subject.objects.filter(pk__in=names).values_list("pk", "code"))
    by_id = {i.id: evaluating.name_of(i) for i in model.indicators}
    words = {"all": _("全部"), "new": _("成立不满两年"), "small": _("注册资本100万元以下")}
    return {
        "spread": spread(model, {"all": told["counts"], **told["groups"]}, told["before"] or None, simulated=True),
        "better": told["better"],
        "worse": told["worse"],
        "same": told["same"],
        "moved": sorted(told["moved"].items(), key=lambda pair: -pair[1]),
        "reasons": [(by_id.get(name, name), f"{total:+,}", count) for name, total, count in told["reasons"]],
        "parity": [(words[name], row["organisations"], f"{row['bad']:.2%}") for name, row in told["parity"].items()],
        "stability": f"{told['stability']:.1%}",
        "examples": [(names.get(s, ""), codes.get(s), before, after) for s, before, after in told["examples"]],
        "digest": told["digest"],
        "on": told["on"],
    }
