"""Returned rows mended in place: a cell is written, its row checked again at once, written back, and only mended rows handed in."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.clock import now, today
from xinheng.apps.intake import actions, queries
from xinheng.apps.intake.models import ReturnedRow, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.mending import actions as edits
from xinheng.apps.mending import queries as mended
from xinheng.core.refusal import Refusal
from xinheng.pages.paging import decode, pager
from xinheng.workbench import mending
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused
from xinheng.workbench.showing import line, url_of
from xinheng.workbench.tasks import check_and_tell
from xinheng.workbench.views.submission import of_account

PAGE = 20


@door("submission.send")
def mend(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the rows; keep, check, take back or hand in what was mended."""
    submission = of_account(request, ref)
    try:
        require_department(request.user, submission)
        rows, following = page_of(request, submission)
        titles, checked = mending.titles_of(submission, rows), None
        if request.method == "POST" and rows:
            do = request.POST.get("do", "")
            _keep(request, rows, titles, undo=do.removeprefix("undo-") if do.startswith("undo-") else "")
            good, bad = _ready(submission, rows, titles)
            if do == "submit" and good:
                return hand_in(request, submission, good)
            checked = {"good": not bad, "words": words(len(good), bad)}
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission))
    return render(
        request,
        "workbench/mend.html",
        {
            "here": "submissions",
            "submission": line(submission),
            "rows": shown(submission, rows, titles, judged=checked is not None),
            "checked": checked,
            "sealed": submission.returned_rows.filter(sealed=True).count(),
            "at": request.GET.get("at", ""),
            **pager(request, following),
        },
    )


@door("submission.send")
@require_POST
def mend_row(request: HttpRequest, ref: str, row_id: int) -> HttpResponse:
    """Keep what was written into one row, or take the last writing back, and answer with that row checked anew."""
    submission = of_account(request, ref)
    try:
        require_department(request.user, submission)
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission))
    rows = queries.returned_rows(submission, still_open=True).select_related("submission")
    row = get_object_or_404(rows, pk=row_id)
    titles = mending.titles_of(submission, [row])
    undo = str(row.pk) if request.POST.get("do", "").startswith("undo") else ""
    _keep(request, [row], titles, undo=undo)
    told = shown(submission, [row], titles, judged=True)[0]
    return render(request, "workbench/parts/mend_row.html", {"row": told, "submission": line(submission)})


def _keep(request: HttpRequest, rows: Sequence[ReturnedRow], titles: Sequence[str], *, undo: str) -> None:
    """Keep what stands in the form, but of the row whose last edit is taken back."""
    standing = mended.cells_of_all(rows)
    for row in rows:
        if str(row.pk) == undo:
            edits.undo(row=row, by=request.user, at=now())
        else:
            cells = mending.typed(request.POST, row, titles, standing[row.pk])
            edits.write(row=row, cells=cells, by=request.user, at=now())


def shown(
    submission: Submission, rows: Sequence[ReturnedRow], titles: Sequence[str], *, judged: bool
) -> list[mending.Row]:
    """Return the rows of the form. ``judged``: checked as they stand; rows nobody wrote into are as found at first."""
    standing, written = mended.cells_of_all(rows), mended.edited(rows)
    first = {row.pk: mending.as_sent(row) for row in rows}
    anew = [row for row in rows if judged or written.get(row.pk)]
    verdicts = mending.judge(submission, [standing[row.pk] for row in anew], titles, on=today()) if anew else []
    now_is = first | {row.pk: verdict for row, verdict in zip(anew, verdicts, strict=True)}
    return [
        mending.form_row(row, standing[row.pk], titles, now_is[row.pk], first[row.pk], written.get(row.pk, 0))
        for row in rows
    ]


def _ready(
    submission: Submission, rows: Sequence[ReturnedRow], titles: Sequence[str]
) -> tuple[list[tuple[str, int, mended.Cells]], int]:
    """Return the rows that can be handed in as they stand, and how many cannot."""
    standing = mended.cells_of_all(rows)
    verdicts = mending.judge(submission, [standing[row.pk] for row in rows], titles, on=today())
    good = [
        (row.sheet, row.row, {title: standing[row.pk].get(title) for title in titles})
        for row, verdict in zip(rows, verdicts, strict=True)
        if verdict.good
    ]
    return good, len(rows) - len(good)


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
    again = actions.resubmit_rows(submission=submission, rows=rows, by=request.user, at=now())
    check_and_tell.enqueue(again.pk, request.user.pk)
    messages.success(request, _("改好的 %s 行已作为新的一批报送，检查后请确认。") % len(rows))
    return redirect(url_of(again))


def words(good: int, bad: int) -> str:
    """Say how the check went."""
    if bad == 0:
        return _("这 %s 行都没有错误了，可以报送。") % good
    if good == 0:
        return _("还有 %s 行有错误，请看每行的红字。") % bad
    return _("%(good)s 行已经改好，可以先报送；还有 %(bad)s 行有错误。") % {"good": good, "bad": bad}
