"""Signing for a submission: a named officer answers for what goes in."""

from __future__ import annotations

from hashlib import sha256

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.refusals import WrongState
from xinheng.core.refusal import Refusal
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import NotDeclared, StaleForm, refused, shown
from xinheng.workbench.showing import good_rows, line, url_of
from xinheng.workbench.views.submission import of_account


def declaration() -> str:
    """Return what the officer declares."""
    return _(
        "上述信息来自本单位依法作出的决定或履行职责形成的记录，与原文书一致；不含国家秘密、商业秘密和不应报送的个人信息。"
    )


def seal(submission: Submission) -> str:
    """Return what the officer has seen, in short: a form filled in before it changed is refused."""
    told = f"{submission.pk} {submission.state} {submission.rows} {sorted(submission.counts.items())} {submission.checked_at}"
    return sha256(told.encode()).hexdigest()[:16]


@door("submission.certify")
def certify(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the declaration; on signing, certify and accept. Signing twice is signing once."""
    submission = of_account(request, ref)
    if request.method == "POST":
        if submission.state == State.ACCEPTED and submission.certifier_id == request.user.pk:
            return redirect(url_of(submission))  # pressed twice
        try:
            if not request.POST.get("agree"):
                raise NotDeclared
            if request.POST.get("seen") != seal(submission):
                raise StaleForm
            actions.certify(submission=submission, by=request.user, at=now())
            actions.accept(submission=submission, by=request.user, at=now())
        except NotDeclared as refusal:
            return page(request, submission, refusal)
        except Refusal as refusal:
            return refused(request, refusal, back=url_of(submission))
        messages.success(request, _("已确认并入库，回执号 %s。") % submission.receipt)
        return redirect(url_of(submission))
    if submission.state != State.CHECKED:
        refusal = WrongState(state=submission.get_state_display(), step=_("确认"))
        return refused(request, refusal, back=url_of(submission))
    return page(request, submission)


def page(request: HttpRequest, submission: Submission, refusal: Refusal | None = None) -> HttpResponse:
    """Show the form."""
    return render(
        request,
        "workbench/certify.html",
        {
            "here": "submissions",
            "submission": line(submission),
            "good": good_rows(submission),
            "returned": submission.counts.get("returned", 0),
            "declaration": declaration(),
            "seen": seal(submission),
            "refusal": shown(refusal) if refusal else None,
        },
        status=422 if refusal else 200,
    )
