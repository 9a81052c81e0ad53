"""Handing in a file: received, kept by its content, and checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.clock import now, today
from xinheng.apps.intake import actions, queries
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.policy import current_policy
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.policy.model import Status
from xinheng.core.refusal import Refusal
from xinheng.pages.words import item_name
from xinheng.workbench.doors import door
from xinheng.workbench.duties import own_items
from xinheng.workbench.refusing import shown
from xinheng.workbench.showing import url_of
from xinheng.workbench.tasks import check_and_tell

MOST = getattr(settings, "XINHENG_UPLOAD_BYTES", 512 << 20)


class UploadForm(forms.Form):
    """A file, and the item it is about where the sender wants to say so."""

    file = forms.FileField()
    item = forms.ChoiceField(required=False)
    department = forms.ChoiceField()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = [i for i in current_policy().items(on=today()) if i.status is Status.ACTIVE]
        own = own_items(account, today()) if account.department else active
        self.fields["item"].choices = [
            ("", _("按表头识别")),
            *((i.id, f"{item_name(i)}（{i.id}）") for i in own or active),
        ]
        if account.department is None:
            everyone = Department.objects.order_by("code").values_list("code", "name")
            self.fields["department"].choices = [("", _("请选择")), *everyone]
        else:
            del self.fields["department"]
        self.fields["file"].error_messages = {
            "required": _("请选择要报送的文件。"),
            "empty": _("这个文件是空的（0 字节）。请确认导出是否成功后重新选择。"),
        }

    def clean_file(self) -> Any:
        """Refuse a file too large to be one hand-in."""
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise forms.ValidationError(
                _("文件 %(size)s，超过上限 %(most)s。请按月份或区拆成几份再报。")
                % {"size": filesizeformat(file.size), "most": filesizeformat(MOST)}
            )
        return file


@door("submission.send")
def upload(request: HttpRequest) -> HttpResponse:
    """Receive a file and go to its page, where the check can be watched."""
    account, refusal = request.user, None
    replaced = request.POST.get("replaces") or request.GET.get("replaces")
    old = get_object_or_404(queries.submissions(visible_to=account), ref=replaced) if replaced else None
    form = UploadForm(
        request.POST or None, request.FILES or None, account=account, initial={"item": request.GET.get("item")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _receive(request, form, old)
        except (Refusal, FileUnusable) as fault:
            refusal = shown(fault)
    return render(
        request,
        "workbench/upload.html",
        {"here": "upload", "form": form, "most": MOST, "refusal": refusal, "replaces": old.ref if old else ""},
        status=422 if refusal or form.errors else 200,
    )


def _receive(request: HttpRequest, form: UploadForm, old: Submission | None) -> HttpResponse:
    """Keep the file, start the check behind the page, and go there. The same file twice leads to the same page."""
    account, file, item = request.user, form.cleaned_data["file"], form.cleaned_data["item"] or None
    if old is not None:
        submission = actions.replace(submission=old, source=file, name=file.name, by=account, at=now())
    else:
        department = account.department or Department.objects.get(code=form.cleaned_data["department"])
        submission = actions.receive(
            source=file, department=department, item=item, name=file.name, channel="page", by=account, at=now()
        )
    if submission.again:
        messages.warning(request, _("这份文件以前报送过，没有重复入库。下面是那一次的结果。"))
    elif submission.state == State.RECEIVED:
        check_and_tell.enqueue(submission.pk, account.pk)
    return redirect(url_of(submission))
