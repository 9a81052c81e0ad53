"""Accounts of an organisation: opened after a check of identity, renewed, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.accounts import owning
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.clock import now
from xinheng.apps.evaluation.reading import subject_of
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import current_names
from xinheng.core.refusal import Refusal
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused


@door("owner.manage")
def owners(request: HttpRequest, code: str) -> HttpResponse:
    """Show the accounts of an organisation; open one, send a new link, close one. A link is shown once."""
    home = reverse("workbench:evaluation")
    try:
        subject = subject_of(code)
    except Refusal as refusal:  # a person's number is not repeated
        messages.error(request, str(refusal))
        return redirect(home)
    if request.method != "POST":
        return _page(request, subject)
    here = reverse("workbench:owners", args=[code])
    told: dict[str, Any] = {"by": request.user, "at": now()}
    try:
        match request.POST.get("do", ""):
            case "invite":
                asked = {name: request.POST.get(name, "") for name in ("display_name", "proof")}
                account, secret = owning.invite(subject=subject, **asked, **told)
                return _page(request, subject, account, secret)
            case "link":
                account = _mine(request, subject)
                return _page(request, subject, account, owning.renew(account=account, **told))
            case "close":
                owning.close(account=_mine(request, subject), **told)
                messages.success(request, _("已停用，登录中的设备已退出。"))
    except Refusal as refusal:
        return refused(request, refusal, back=here)
    return redirect(here)


def _mine(request: HttpRequest, subject: Subject) -> Account:
    number = request.POST.get("account", "")
    found: Account = get_object_or_404(
        Account, pk=int(number) if number.isdecimal() else 0, role=Role.OWNER, subject=subject
    )
    return found


def _page(request: HttpRequest, subject: Subject, account: Account | None = None, secret: str = "") -> HttpResponse:
    context = {
        "here": "evaluation",
        "name": current_names([subject.pk]).get(subject.pk, ""),
        "code": subject.code,
        "accounts": owning.accounts_of(subject, visible_to=request.user),
        "linked": account.display_name if account else "",
        "link": request.build_absolute_uri(reverse("workbench:invitation", args=[secret])) if secret else "",
    }
    return render(request, "workbench/owners.html", context)
