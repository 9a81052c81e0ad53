"""Saying that there was nothing to report: signed like everything else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now, today
from xinheng.apps.intake import actions
from xinheng.core.refusal import Refusal
from xinheng.pages.words import item_name
from xinheng.workbench.doors import door
from xinheng.workbench.duties import own_items
from xinheng.workbench.refusing import NotYourDesk, refused, shown
from xinheng.workbench.showing import url_of


class ZeroForm(forms.Form):
    """Item and month without data."""

    item = forms.ChoiceField()
    period = forms.CharField(max_length=7, widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}))
    agree = forms.BooleanField()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].label = _("目录项")
        self.fields["item"].choices = [(i.id, item_name(i)) for i in own_items(account, today())]
        self.fields["period"].label = _("哪个月")
        self.fields["period"].help_text = _("年月，如 2026-11")
        self.fields["agree"].error_messages = {"required": _("请先勾选声明。")}


@door("zero.sign")
def zero(request: HttpRequest) -> HttpResponse:
    """Show the form; register the zero report and go to its receipt."""
    account, refusal = request.user, None
    if account.department is None:
        return refused(request, NotYourDesk(), back="/workbench/", status=403)
    form = ZeroForm(
        request.POST or None, account=account, initial={"period": f"{today():%Y-%m}", "item": request.GET.get("item")}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            submission = actions.zero_report(
                item=told["item"], department=account.department, period=told["period"], by=account, at=now()
            )
        except Refusal as fault:
            refusal = shown(fault)
        else:
            return redirect(url_of(submission))
    return render(
        request,
        "workbench/zero.html",
        {
            "here": "zero",
            "form": form,
            "refusal": refusal,
            "declaration": _("我是 %s，确认本单位在这个月没有应当报送的数据。") % account,
        },
        status=422 if refusal or form.errors else 200,
    )
