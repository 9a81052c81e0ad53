"""A form that lost its seal, and the page that asks for a second factor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xinheng.apps.accounts import factors
from xinheng.workbench.doors import signed_in
from xinheng.workbench.refusing import Shown


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that lost its seal: opened too long ago, or sent from elsewhere."""
    shown = Shown(
        title=_("没有办成，什么都没有改变"),
        message=_("这个表单已经过期，或者不是从本站发出的。请回到上一页刷新后再试。"),
        code="form.csrf",
    )
    return render(request, "workbench/refusal.html", {"refusal": shown, "back": "/"}, status=403)


@signed_in
def factor_needed(request: HttpRequest) -> HttpResponse:
    """Say that the role needs a second factor, and how to set one up."""
    if not factors.is_missing(request.user):
        return redirect("workbench:home")
    return render(request, "workbench/factor_needed.html", {"here": "self"})
