"""The sender's answers about ambiguous columns: the same file is checked again with them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from xinheng.apps.clock import now
from xinheng.apps.intake import actions, files
from xinheng.apps.intake.models import State
from xinheng.core.refusal import Refusal
from xinheng.workbench.doors import door
from xinheng.workbench.headers import AnswersForm, questions
from xinheng.workbench.refusing import StaleForm, refused
from xinheng.workbench.showing import url_of
from xinheng.workbench.tasks import check_and_tell
from xinheng.workbench.views.submission import of_account


@door("submission.send")
@require_POST
def headers(request: HttpRequest, ref: str) -> HttpResponse:
    """Check the file again with the answers; the first hand-in is given up."""
    submission = of_account(request, ref)
    form = AnswersForm(request.POST, asked=questions(submission))
    try:
        if not form.titles or not form.is_valid() or not form.answers():
            raise StaleForm
        again = actions.receive(
            source=files.path_of(submission),
            department=submission.department,
            item=submission.item,
            name=submission.file_name,
            channel="page",
            answers=form.answers(),
            by=request.user,
            at=now(),
        )
        actions.withdraw(submission=submission, because=str(again), by=request.user, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission))
    if again.state == State.RECEIVED:
        check_and_tell.enqueue(again.pk, request.user.pk)
    return redirect(url_of(again))
