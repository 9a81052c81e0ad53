"""Returned rows in a form: edit cells, check those rows again, hand in only the mended ones."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xinheng.apps.clock import now, today
from xinheng.apps.intake import actions, queries
from xinheng.apps.intake.models import ReturnedRow, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.tasks import check_submission
from xinheng.core.refusal import Refusal
from xinheng.pages.paging import decode, pager
from xinheng.workbench import mending
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused
from xinheng.workbench.showing import line, url_of
from xinheng.workbench.views.submission import of_account

PAGE = 20


@door("submission.send")
def mend(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the rows; check or hand in what was mended."""
    submission = of_account(request, ref)
    try:
        require_department(request.user, submission)
        rows, following = page_of(request, submission)
        titles = mending.titles_of(submission, rows)
        first = [mending.as_sent(row) for row in rows]
        cells = [row.cells for row in rows]
        verdicts, checked = first, None
        if request.method == "POST" and rows:
            cells = [mending.typed(request.POST, row, titles) for row in rows]
            verdicts = mending.judge(submission, cells, titles, on=today())
            good = [(row, typed) for row, typed, verdict in zip(rows, cells, verdicts, strict=True) if verdict.good]
            if request.POST.get("do") == "submit" and good:
                return hand_in(request, submission, [(row.sheet, row.row, typed) for row, typed in good])
            checked = {"good": len(good) == len(rows), "words": words(len(good), len(rows) - len(good))}
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission))
    return render(
        request,
        "workbench/mend.html",
        {
            "here": "submissions",
            "submission": line(submission),
            "rows": [
                mending.form_row(*entry, titles, verdict, before)
                for entry, verdict, before in zip(zip(rows, cells, strict=True), verdicts, first, strict=True)
            ],
            "checked": checked,
            "sealed": submission.returned_rows.filter(sealed=True).count(),
            **pager(request, following),
        },
    )


def page_of(request: HttpRequest, submission: Submission) -> tuple[list[ReturnedRow], int | None]:
    """Return the open rows of this page, from the row asked for, and where the next page begins."""
    found = queries.returned_rows(submission, still_open=True).select_related("submission")
    place = decode(request.GET.get("after", ""))
    if isinstance(place, int):
        found = found.filter(pk__gt=place)
    asked = request.GET.get("row", "")
    if asked.isdecimal():
        found = found.filter(row__gte=int(asked))
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def hand_in(
    request: HttpRequest, submission: Submission, rows: list[tuple[str, int, dict[str, str | None]]]
) -> HttpResponse:
    """Hand in the good rows alone and go to the new submission."""
    mended = actions.resubmit_rows(submission=submission, rows=rows, by=request.user, at=now())
    check_submission.enqueue(mended.pk, request.user.pk)
    messages.success(request, _("改好的 %s 行已作为新的一批报送，检查后请确认。") % len(rows))
    return redirect(url_of(mended))


def words(good: int, bad: int) -> str:
    """Say how the check went."""
    if bad == 0:
        return _("这 %s 行都没有错误了，可以报送。") % good
    if good == 0:
        return _("还有 %s 行有错误，请看每行的红字。") % bad
    return _("%(good)s 行已经改好，可以先报送；还有 %(bad)s 行有错误。") % {"good": good, "bad": bad}
