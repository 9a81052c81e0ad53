"""One's own account: password, second factor, the devices that are signed in, and the link of an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account import views as account_views
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from xinheng.apps.accounts import factors, inviting, rights
from xinheng.apps.accounts import sessions as devices
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.core.refusal import Refusal
from xinheng.workbench import trailwords
from xinheng.workbench.doors import signed_in
from xinheng.workbench.refusing import refused

_RECENT = 12


@dataclass(frozen=True, slots=True)
class Device:
    """A session as its owner sees it."""

    id: int
    device: str
    ip: str
    created_at: datetime
    here: bool


@signed_in
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    account = request.user
    facts = [
        (_("姓名"), account.display_name),
        (_("用户名"), account.username),
        (_("角色"), _(account.get_role_display())),
        (_("部门"), str(account.department or _("市信用中心"))),
        (_("岗位"), account.post),
        (_("负责的目录项"), "、".join(account.items) or _("本部门全部")),
    ]
    mine = Event.objects.filter(by=account).select_related("by").order_by("-pk")[:_RECENT]
    return render(
        request,
        "workbench/self.html",
        {
            "here": "self",
            "facts": [(label, value) for label, value in facts if value],
            "has_password": account.has_usable_password(),
            "factor": factors.has_second_factor(account),
            "needed": rights.needs_second_factor(account),
            "sessions": len(devices.of(account)),
            "trail": [trailwords.told(event) for event in mine],
        },
    )


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """List the devices; end one, or all others."""
    account, here = request.user, request.session.session_key
    if request.method == "POST":
        chosen = request.POST.get("end", "")
        if chosen == "others":
            devices.end_others(account=account, but=here, by=account, at=now())
        elif chosen.isdecimal():
            mine = UserSession.objects.filter(user=account).exclude(session_key=here)
            devices.end(session=get_object_or_404(mine, pk=int(chosen)), by=account, at=now())
        messages.success(request, _("已结束。"))
        return redirect("usersessions_list")
    told = [
        Device(s.pk, browser_of(s.user_agent), s.ip, s.created_at, s.session_key == here) for s in devices.of(account)
    ]
    return render(request, "workbench/sessions.html", {"here": "self", "sessions": told})


def browser_of(user_agent: str) -> str:
    """Say in a few words which browser and system a session is of."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((word for sign, word in browsers if sign in user_agent), _("其他程序"))
    system = next((word for sign, word in systems if sign in user_agent), "")
    return f"{browser} · {system}" if system else browser


@signed_in
def password_change(request: HttpRequest) -> HttpResponseBase:
    """Change the password; who comes in by the city's sign-on has none here."""
    if not request.user.has_usable_password():
        return redirect("workbench:self")
    response = account_views.password_change(request)
    if response.status_code == 302:
        messages.success(request, _("密码已修改，其他设备上的登录已结束。"))
        return redirect("workbench:self")
    return response


class PasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(strip=False)
    again = forms.CharField(strip=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """Refuse a password that is too easy."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password

    def clean_again(self) -> str:
        """Refuse two that differ."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("两次输入的不一样。"))
        return again


@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the holder of a link set the password of its account, once."""
    try:
        invited = inviting.open_invitation(secret, at=now())
        form = PasswordForm(request.POST or None, account=invited.account)
        if request.method == "POST" and form.is_valid():
            inviting.accept(secret=secret, password=form.cleaned_data["password"], at=now())
            messages.success(request, _("密码已设置，请登录。"))
            return redirect("account_login")
    except Refusal as refusal:
        return refused(request, refusal, back="/workbench/login/", status=410)
    told = {"form": form, "account": invited.account}
    return render(request, "workbench/invitation.html", told, status=422 if form.errors else 200)


invitation.action = ""  # type: ignore[attr-defined]  # open to whoever holds the link
