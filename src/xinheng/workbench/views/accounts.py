"""Accounts: who is there, inviting somebody, appointments, closing, unlocking, a lost second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xinheng.apps.accounts import appointing, factors, inviting, locking, queries, rights, sessions
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.core.refusal import Refusal
from xinheng.pages.tables import Cell, Column, choice, text
from xinheng.workbench import trailwords
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused, said
from xinheng.workbench.tabling import answer, table

_RECENT = 30
ROLES = {
    Role.REPORTER: gettext_lazy("报送员"),
    Role.CENTRE: gettext_lazy("信用中心"),
    Role.AUDITOR: gettext_lazy("审计"),
    Role.ADMIN: gettext_lazy("系统管理"),
    Role.MACHINE: gettext_lazy("接口"),
    Role.OWNER: gettext_lazy("组织"),
}
_PEOPLE = (Role.REPORTER, Role.CENTRE, Role.AUDITOR, Role.ADMIN)


def role_choices(account: Account) -> list[tuple[str, str]]:
    """Return the roles people can have."""
    return [(role.value, str(ROLES[role])) for role in _PEOPLE]


def department_choices(account: Account) -> list[tuple[str, str]]:
    """Return all departments by code."""
    return [(d.code, d.short or d.name) for d in queries.departments()]


def state_of(account: Account) -> Cell:
    """Say whether an account can be used."""
    if not account.is_active:
        return Cell(_("已停用"), tone="is-bad")
    if not account.has_usable_password() and not account.sign_on:
        return Cell(_("未启用"), tone="is-warn")
    return Cell(_("在用"), tone="is-good")


ACCOUNTS = table(
    name="accounts",
    title=gettext_lazy("账号"),
    action="account.read",
    order="name",
    source=lambda account, asked: queries.accounts(visible_to=account),
    columns=(
        Column(
            key="name",
            title=gettext_lazy("用户名"),
            cell=lambda a: Cell(a.username, url=reverse("workbench:account", args=[a.pk])),
            order="username",
            code=True,
        ),
        Column(key="person", title=gettext_lazy("姓名"), cell=lambda a: a.display_name, order="display_name"),
        Column(key="role", title=gettext_lazy("角色"), cell=lambda a: str(ROLES[Role(a.role)]), order="role"),
        Column(
            key="department",
            title=gettext_lazy("部门"),
            cell=lambda a: str(a.department or a.subject or _("市信用中心")),
        ),
        Column(key="post", title=gettext_lazy("岗位"), cell=lambda a: a.post, order="post"),
        Column(
            key="seen",
            title=gettext_lazy("上次登录"),
            cell=lambda a: f"{localtime(a.last_login):%Y-%m-%d %H:%M}" if a.last_login else "",
        ),
        Column(key="state", title=gettext_lazy("状态"), cell=state_of),
    ),
    filters=(
        text("q", gettext_lazy("用户名或姓名"), "username", "display_name"),
        choice("role", gettext_lazy("角色"), "role", role_choices),
        choice("department", gettext_lazy("部门"), "department__code", department_choices),
    ),
)


class PostForm(forms.Form):
    """A post: role, department, its name, and the items it answers for."""

    role = forms.ChoiceField()
    department = forms.ChoiceField(required=False)
    post = forms.CharField(required=False, max_length=50)
    items = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].label, self.fields["role"].choices = _("角色"), role_choices(None)
        self.fields["department"].label = _("部门")
        self.fields["department"].choices = [("", _("市信用中心")), *department_choices(None)]
        self.fields["post"].label = _("岗位名称")
        self.fields["items"].label = _("负责的目录项")
        self.fields["items"].help_text = _("编号用空格隔开，如 adm.penalty reg.*；不填就是本部门的全部。")

    def told(self) -> dict[str, Any]:
        """Return what was filled in, as the actions ask for it."""
        cleaned = self.cleaned_data
        department = queries.departments().filter(code=cleaned["department"]).first() if cleaned["department"] else None
        return {
            "role": Role(cleaned["role"]),
            "department": department,
            "post": cleaned["post"],
            "items": cleaned["items"].split(),
        }


class InviteForm(PostForm):
    """A new account: its name, its owner, its post."""

    username = forms.RegexField(r"^[A-Za-z0-9@.+_-]{2,150}$")
    display_name = forms.CharField(max_length=50)
    field_order = ("username", "display_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["username"].help_text = _("字母、数字和 . _ - 等，两个字符以上")
        self.fields["username"].error_messages["invalid"] = _("用户名只能用字母、数字和 @ . + _ -，两个字符以上。")
        self.fields["display_name"].label = _("姓名")


@door("account.read")
def accounts(request: HttpRequest) -> HttpResponseBase:
    """List the accounts."""
    return answer(request, ACCOUNTS, "workbench/accounts.html", {"here": "accounts"})


@door("account.manage")
def invite(request: HttpRequest) -> HttpResponse:
    """Open an account and show the link its owner is to be given, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = {name: form.cleaned_data[name] for name in ("username", "display_name")}
        try:
            account, secret = inviting.invite(**names, **form.told(), by=request.user, at=now())
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            return _link_page(request, account, secret)
    told = {"here": "accounts", "form": form}
    return render(request, "workbench/invite.html", told, status=422 if form.errors else 200)


def _link_page(request: HttpRequest, account: Account, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("workbench:invitation", args=[secret]))
    return render(request, "workbench/invited.html", {"here": "accounts", "account": account, "link": link})


@door("account.read")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show one account: its post, its past posts, its sign-ins."""
    found = get_object_or_404(queries.accounts(visible_to=request.user), pk=account_id)
    initial = {
        "role": found.role,
        "department": found.department.code if found.department else "",
        "post": found.post,
        "items": " ".join(found.items),
    }
    about = Event.objects.filter(about_type="accounts.account", about_id=str(found.pk)).select_related("by")
    return render(
        request,
        "workbench/account.html",
        {
            "here": "accounts",
            "account": found,
            "state": state_of(found),
            "role": ROLES[Role(found.role)],
            "locked": locking.is_locked(found.username, at=now()),
            "factor": factors.has_second_factor(found),
            "needed": rights.needs_second_factor(found),
            "sessions": len(sessions.of(found)),
            "form": PostForm(initial=initial),
            "appointments": found.appointments.select_related("department").order_by("-effective_from", "-pk"),
            "trail": [trailwords.told(event) for event in about.order_by("-pk")[:_RECENT]],
            "may_manage": rights.may(request.user, "account.manage") and found.pk != request.user.pk,
        },
    )


@door("account.manage")
@require_POST
def change(request: HttpRequest, account_id: int) -> HttpResponse:
    """Do one thing to an account: appoint, close, reopen, unlock, take the factor away, send a link, allow the sign-on."""
    found = get_object_or_404(queries.accounts(visible_to=request.user), pk=account_id)
    told: dict[str, Any] = {"account": found, "by": request.user, "at": now()}
    back = reverse("workbench:account", args=[found.pk])
    try:
        match request.POST.get("do", ""):
            case "appoint":
                form = PostForm(request.POST)
                if not form.is_valid():
                    return redirect(back)
                appointing.appoint(**told, **form.told())
            case "close":
                appointing.close(**told)
            case "reopen":
                appointing.reopen(**told)
            case "unlock":
                locking.unlock(**told)
            case "factor":
                factors.reset(**told, because=request.POST.get("because", "").strip()[:200])
            case "sign-on":
                appointing.allow_sign_on(**told, allowed=request.POST.get("allowed") == "1")
            case "link":
                return _link_page(request, found, inviting.renew(**told))
            case _:
                return redirect(back)
    except Refusal as refusal:
        return refused(request, refusal, back=back)
    messages.success(request, _("已办好，并记入审计记录。"))
    return redirect(back)
