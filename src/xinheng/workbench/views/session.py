"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from xinheng.workbench.refusing import Shown

login = method_decorator(sensitive_post_parameters("password"), name="dispatch")(LoginView).as_view(
    template_name="workbench/login.html", redirect_authenticated_user=True
)
logout = LogoutView.as_view(next_page="portal:home")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that lost its seal: opened too long ago, or sent from elsewhere."""
    shown = Shown(
        title=_("没有办成，什么都没有改变"),
        message=_("这个表单已经过期，或者不是从本站发出的。请回到上一页刷新后再试。"),
        code="form.csrf",
    )
    return render(request, "workbench/refusal.html", {"refusal": shown, "back": "/"}, status=403)
