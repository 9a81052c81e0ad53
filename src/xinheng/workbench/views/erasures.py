"""Requests to erase what a record says: asked for with the law and its day, approved by a second person, listed for good."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinheng.apps.accounts import rights
from xinheng.apps.clock import now
from xinheng.apps.ledger import erasing
from xinheng.apps.ledger.models import Erasure, ErasureState
from xinheng.apps.records import browsing, queries
from xinheng.core.refusal import Refusal
from xinheng.workbench.doors import door
from xinheng.workbench.queue_tables import ERASURE_STATES, ERASURES
from xinheng.workbench.refusing import refused, said
from xinheng.workbench.showing import name_of
from xinheng.workbench.tabling import answer
from xinheng.workbench.views.records import title_of

MOST = 200  # decided ones on the page; the audit trail has all


class AskForm(forms.Form):
    """Which law, of which day, and why it applies."""

    basis = forms.CharField(
        label=gettext_lazy("法律依据"), help_text=gettext_lazy("文件名称和条款，或判决、决定的文号。"), max_length=300
    )
    basis_on = forms.DateField(
        label=gettext_lazy("依据的日期"),
        help_text=gettext_lazy("判决、决定作出或条款施行的日期，不晚于今天。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    because = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("为什么这条记录应当清除。会一直留存，不要写入记录的内容和个人信息。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@door("erasure.read")
def erasures(request: HttpRequest) -> HttpResponseBase:
    """List what waits for a second person, and what was decided; all of it as a table."""
    if request.GET.get("as") == "list":
        back = {"here": "erasures", "back": _("依法清除"), "back_url": request.path}
        return answer(request, ERASURES, "workbench/list.html", back)
    found = erasing.erasures(visible_to=request.user)
    waiting = found.filter(state=ErasureState.ASKED).order_by("pk")
    decided = found.exclude(state=ErasureState.ASKED).order_by("-pk")[:MOST]
    may = rights.may(request.user, "record.erase")
    told = {
        "here": "erasures",
        "may_decide": may,
        "waiting": [_shown(one) for one in waiting],
        "decided": [_shown(one) for one in decided],
    }
    return render(request, "workbench/erasures.html", told)


def _shown(erasure: Erasure) -> dict[str, object]:
    word, tone = ERASURE_STATES[ErasureState(erasure.state)]
    return {"erasure": erasure, "name": name_of(erasure.item), "word": word, "tone": tone}


@door("record.erase")
def ask(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show the form for one record; ask."""
    found = browsing.record(record_id, visible_to=request.user)
    if found is None:
        raise Http404(_("没有这条记录。"))
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.ask(record=found, **form.cleaned_data, by=request.user, at=now())
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("已提出，等另一位同事批准。批准之前，这条记录不变。"))
            return redirect("workbench:erasures")
    title = title_of(queries.history(found)[-1].version)
    told = {"here": "erasures", "form": form, "id": found.pk, "title": title, "name": name_of(found.item)}
    return render(request, "workbench/erase.html", told, status=422 if form.errors else 200)


@door("record.erase")
@require_POST
def decide(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Approve, refuse, or take back."""
    found = get_object_or_404(erasing.erasures(visible_to=request.user), pk=erasure_id)
    decision, do = request.POST.get("decision", "")[:1000], request.POST.get("do")
    try:
        if do == "approve":
            erasing.approve(erasure=found, decision=decision, by=request.user, at=now())
            messages.success(request, _("已清除。台账和其他记录的证明不受影响。"))
        elif do == "take-back":
            erasing.take_back(erasure=found, by=request.user, at=now())
        else:
            erasing.refuse(erasure=found, decision=decision, by=request.user, at=now())
            messages.success(request, _("已答复，记录不变。"))
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:erasures"))
    return redirect("workbench:erasures")
