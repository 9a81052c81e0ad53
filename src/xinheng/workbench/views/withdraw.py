"""Taking a submission back, with a reason that stays on record."""

from __future__ import annotations

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
from xinheng.workbench.refusing import StaleForm, refused
from xinheng.workbench.showing import good_rows, line, url_of
from xinheng.workbench.views.certify import seal
from xinheng.workbench.views.submission import of_account


@door("submission.withdraw")
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for the reason; withdraw."""
    submission = of_account(request, ref)
    if request.method != "POST":
        if submission.state in (State.WITHDRAWN, State.REPLACED):
            refusal = WrongState(state=submission.get_state_display(), step=_("撤回"))
            return refused(request, refusal, back=url_of(submission))
        return page(request, submission)
    if submission.state == State.WITHDRAWN:
        return redirect(url_of(submission))  # pressed twice
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return page(request, submission, [_("请写明理由，它会留在记录里。")])
    try:
        if request.POST.get("seen") != seal(submission):
            raise StaleForm
        actions.withdraw(submission=submission, because=reason[:500], by=request.user, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission))
    messages.success(request, _("已撤回。"))
    return redirect(url_of(submission))


def page(request: HttpRequest, submission: Submission, errors: list[str] | None = None) -> HttpResponse:
    """Show the form."""
    return render(
        request,
        "workbench/withdraw.html",
        {
            "here": "submissions",
            "submission": line(submission),
            "accepted": good_rows(submission),
            "in_register": submission.state == State.ACCEPTED,
            "seen": seal(submission),
            "reason": request.POST.get("reason", ""),
            "errors": errors or [],
        },
        status=422 if errors else 200,
    )
