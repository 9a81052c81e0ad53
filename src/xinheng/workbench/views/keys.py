"""API keys: what is in use, issuing one (shown once), revoking one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.accounts import keys as actions
from xinheng.apps.accounts import queries
from xinheng.apps.accounts.models import Account, ApiKey, Role
from xinheng.apps.clock import now, today
from xinheng.core.access.table import BY_ACTION
from xinheng.core.refusal import Refusal
from xinheng.pages.tables import Cell, Column, choice, text
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused, said
from xinheng.workbench.tabling import answer, table
from xinheng.workbench.views.accounts import department_choices


def purpose_words(action: str) -> str:
    """Return what an action is called."""
    right = BY_ACTION[action]
    return right.en if get_language() == "en" else right.zh


def state_of(key: ApiKey) -> Cell:
    """Say whether a key can be used."""
    if key.revoked_at:
        return Cell(_("已吊销"), tone="is-bad")
    left = (localtime(key.expires_at).date() - today()).days
    if key.expires_at <= now():
        return Cell(_("已过期"), tone="is-bad")
    return Cell(_("还有 %s 天") % left, tone="is-warn" if left <= 30 else "is-good")


def _used(key: ApiKey) -> Cell:
    if key.last_used_at is None:
        return Cell(_("还没有用过"))
    return Cell(f"{localtime(key.last_used_at):%Y-%m-%d %H:%M}", small=purpose_words(key.last_used_for))


KEYS = table(
    name="keys",
    title=gettext_lazy("接口密钥"),
    action="key.read",
    order="-made",
    source=lambda account, asked: queries.keys(visible_to=account),
    columns=(
        Column(
            key="name",
            title=gettext_lazy("名称"),
            cell=lambda k: Cell(k.name, url=reverse("workbench:key", args=[k.pk]), small=f"{k.prefix}…"),
            order="name",
        ),
        Column(key="department", title=gettext_lazy("部门"), cell=lambda k: str(k.account.department), order="account__department__code"),
        Column(key="items", title=gettext_lazy("目录项"), cell=lambda k: " ".join(k.account.items) or _("本部门全部")),
        Column(key="purposes", title=gettext_lazy("用途"), cell=lambda k: "；".join(map(purpose_words, k.purposes))),
        Column(key="person", title=gettext_lazy("负责人"), cell=lambda k: str(k.answers_for)),
        Column(key="made", title=gettext_lazy("签发"), cell=lambda k: f"{localtime(k.made_at):%Y-%m-%d}", order="made_at"),
        Column(key="used", title=gettext_lazy("上次使用"), cell=_used),
        Column(key="state", title=gettext_lazy("状态"), cell=state_of, order="expires_at"),
    ),
    filters=(
        text("q", gettext_lazy("名称"), "name", "prefix"),
        choice("department", gettext_lazy("部门"), "account__department__code", department_choices),
    ),
)  # fmt: skip


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(max_length=40)
    answers_for = forms.ModelChoiceField(queryset=Account.objects.none())
    items = forms.CharField(required=False, max_length=500)
    purposes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officers = Account.objects.filter(role=Role.REPORTER, is_active=True, department__isnull=False)
        self.fields["name"].label = _("名称")
        self.fields["name"].help_text = _("哪个系统用它，如“执法办案系统”")
        person = self.fields["answers_for"]
        person.label, person.queryset = (
            _("对它负责的报送员"),
            officers.select_related("department").order_by("username"),
        )
        person.label_from_instance = lambda a: f"{a.department} · {a}"
        person.help_text = _("密钥只能为这位报送员的部门报送；接口确认入库时，签的是这位报送员的名。")
        self.fields["items"].label = _("限于哪些目录项")
        self.fields["items"].help_text = _("编号用空格隔开；不填就是该部门的全部。")
        self.fields["purposes"].label = _("用途")
        self.fields["purposes"].choices = [(action, purpose_words(action)) for action in actions.PURPOSES]
        self.fields["expires_on"].label = _("有效期至")
        self.fields["expires_on"].help_text = _("最长一年")
        self.fields["expires_on"].initial = today() + timedelta(days=180)


@door("key.read")
def keys(request: HttpRequest) -> HttpResponseBase:
    """List the keys."""
    return answer(request, KEYS, "workbench/keys.html", {"here": "keys"})


@door("key.manage")
def issue(request: HttpRequest) -> HttpResponse:
    """Make a key, and show it once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        ends = datetime.combine(told["expires_on"] + timedelta(days=1), time(), get_current_timezone())
        try:
            key, secret = actions.issue(
                name=told["name"],
                department=told["answers_for"].department,
                items=told["items"].split(),
                purposes=told["purposes"],
                answers_for=told["answers_for"],
                expires_at=ends,
                by=request.user,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            return render(request, "workbench/key_issued.html", {"here": "keys", "key": key, "secret": secret})
    return render(request, "workbench/key_new.html", {"here": "keys", "form": form}, status=422 if form.errors else 200)


@door("key.read")
def key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Show one key: what it is for, when it was last used; never the key itself."""
    found = get_object_or_404(queries.keys(visible_to=request.user), pk=key_id)
    facts = [(str(column.title), column.of(found)) for column in KEYS.columns[1:]]
    told = {"here": "keys", "key": found, "facts": facts, "state": state_of(found)}
    return render(request, "workbench/key.html", told)


@door("key.manage")
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key."""
    found = get_object_or_404(queries.keys(visible_to=request.user), pk=key_id)
    try:
        actions.revoke(key=found, by=request.user, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:keys"))
    messages.success(request, _("已吊销，从现在起不能再用。"))
    return redirect("workbench:key", found.pk)
