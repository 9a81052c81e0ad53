"""The list of submissions, filtered and paged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import State, Submission
from xinheng.pages.paging import decode, pager
from xinheng.workbench.doors import door
from xinheng.workbench.showing import STATES, line, name_of

PAGE = 50


class SubmissionsForm(forms.Form):
    """Which submissions to list."""

    state = forms.ChoiceField(required=False)
    item = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("全部"))]
        mine = queries.submissions(visible_to=account)
        self.fields["state"].label = _("状态")
        self.fields["state"].choices = everything + [(state.value, _(word)) for state, (word, _tone) in STATES.items()]
        self.fields["item"].label = _("目录项")
        items = mine.exclude(item="").order_by("item").values_list("item", flat=True).distinct()
        self.fields["item"].choices = everything + [(item, name_of(item)) for item in items]
        self.fields["since"].label = _("自哪一天起")
        if account.is_centre:
            self.fields["department"].label = _("部门")
            told = Department.objects.filter(pk__in=mine.order_by().values("department")).order_by("code")
            self.fields["department"].choices = everything + [(d.code, str(d)) for d in told]
        else:
            del self.fields["department"]


@door("submission.read")
def submissions(request: HttpRequest) -> HttpResponse:
    """List submissions, the newest first."""
    account = request.user
    form = SubmissionsForm(request.GET, account=account)
    found = queries.submissions(visible_to=account).select_related("department", "officer")
    if form.is_valid():
        told = form.cleaned_data
        if told.get("state"):
            found = found.filter(state=State(told["state"]))
        if told.get("item"):
            found = found.filter(item=told["item"])
        if told.get("department"):
            found = found.filter(department__code=told["department"])
        if told.get("since"):
            found = found.filter(received_at__date__gte=told["since"])
    rows, following = page(found, request)
    return render(
        request,
        "workbench/submissions.html",
        {"here": "submissions", "form": form, "submissions": [line(s) for s in rows], **pager(request, following)},
    )


def page(found: Any, request: HttpRequest) -> tuple[list[Submission], list[Any] | None]:
    """Return one page and the place where the next begins."""
    place = decode(request.GET.get("after", ""))
    if isinstance(place, list) and len(place) == 2:
        try:
            at, last = datetime.fromisoformat(str(place[0])), int(place[1])
        except ValueError:
            at = last = None
        if at is not None:
            found = found.filter(Q(received_at__lt=at) | Q(received_at=at, pk__lt=last))
    rows = list(found.order_by("-received_at", "-pk")[: PAGE + 1])
    following = [rows[PAGE - 1].received_at.isoformat(), rows[PAGE - 1].pk] if len(rows) > PAGE else None
    return rows[:PAGE], following
