"""One submission: its way from receipt to register, its totals and findings, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account
from xinheng.apps.intake import queries
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.intake.permission import may_act_for
from xinheng.pages.finding_words import sentence
from xinheng.pages.paging import decode, pager
from xinheng.workbench import findings, showing
from xinheng.workbench.doors import door
from xinheng.workbench.headers import AnswersForm, questions


@dataclass(frozen=True, slots=True)
class Action:
    """A button on the page."""

    url: str
    text: str
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is."""

    title: str
    done: int
    of: int


def of_account(request: HttpRequest, ref: str) -> Submission:
    """Return the submission, or answer that there is none: another department's is not found."""
    return get_object_or_404(queries.submissions(visible_to=request.user), ref=ref)


@door("submission.read")
def submission(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the submission."""
    found = of_account(request, ref)
    report, page_url = found.report, showing.url_of(found)
    form = findings.FindingsForm(request.GET, counts=report.get("counts", {}))
    asked = form.cleaned_data if form.is_valid() else {}
    code, row = asked.get("code") or "", asked.get("row")
    matching = findings.chosen(report, code, row)
    place = decode(request.GET.get("after", ""))
    begin = place if isinstance(place, int) and place > 0 else 0
    end = begin + findings.PAGE
    open_rows = (
        set(queries.returned_rows(found, still_open=True).values_list("sheet", "row"))
        if may_mend(request.user, found)
        else set()
    )
    asked_headers = questions(found) if may_act_for(request.user, found.department) else []
    return render(
        request,
        "workbench/submission.html",
        {
            "here": "submissions",
            "submission": showing.line(found),
            "steps": showing.steps(found),
            "progress": progress_of(found),
            "progress_url": reverse("workbench:progress", args=[ref]),
            "notices": [sentence(notice["code"], notice["message"]) for notice in found.notices],
            "erased": showing.erased(found),
            "totals": showing.totals(found),
            "advice": showing.advice(found),
            "actions": actions(request.user, found, bool(open_rows)),
            "codes": findings.codes(report.get("counts", {}), code, page_url),
            "form": form,
            "examples_words": findings.examples_words(report, code),
            "findings": findings.grid(matching[begin:end], report, reverse("workbench:mend", args=[ref]), open_rows),
            "headers_form": AnswersForm(asked=asked_headers) if asked_headers else None,
            "headers_url": reverse("workbench:headers", args=[ref]),
            "about": showing.report_facts(report),
            **pager(request, end if end < len(matching) else None),
        },
    )


@door("submission.read")
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer the page's question how far the work is; once it is done, have the page shown anew."""
    found = of_account(request, ref)
    shown = progress_of(found)
    if shown is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(
        request,
        "workbench/parts/progress.html",
        {"progress": shown, "progress_url": reverse("workbench:progress", args=[ref])},
    )


@door("submission.read")
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Give the answer to the sender as JSON, as the command line prints it."""
    found = of_account(request, ref)
    return JsonResponse(
        found.report,
        json_dumps_params={"ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="{found.ref}.json"'},
    )


def progress_of(found: Submission) -> Progress | None:
    """Return how far the work is; None where nothing is under way."""
    if found.state not in showing.UNDER_WAY:
        return None
    title = _("正在入库") if found.state == State.CERTIFIED else _("正在逐行检查")
    return Progress(title, found.progress, found.rows if found.state == State.CERTIFIED else 0)


def may_mend(account: Account, found: Submission) -> bool:
    """Say whether rows of this submission can be mended on the page by this person."""
    return found.state in (State.CHECKED, State.ACCEPTED) and may_act_for(account, found.department)


def actions(account: Account, found: Submission, has_open_rows: bool) -> list[Action]:
    """Return the buttons, the next step first."""
    ref, able = found.ref, may_act_for(account, found.department)
    told: list[Action] = []
    if found.state == State.CHECKED and able and showing.good_rows(found):
        told.append(Action(reverse("workbench:certify", args=[ref]), _("确认入库"), ""))
    if has_open_rows:
        tone = "quiet" if told else ""
        told.append(Action(reverse("workbench:mend", args=[ref]), _("修改退回的行"), tone))
    if found.kind != Kind.ZERO and found.report:
        if found.original_erased_at is None:
            told.append(Action(reverse("workbench:annotated", args=[ref]), _("下载标注好的工作簿")))
            if found.counts.get("returned"):
                told.append(Action(reverse("workbench:returned", args=[ref]), _("只下载退回的行")))
        told.append(Action(reverse("workbench:report", args=[ref]), _("报告（JSON）")))
    if found.receipt:
        told.append(Action(reverse("workbench:receipt", args=[ref]), _("回执")))
    if found.state in (State.RECEIVED, State.CHECKED) and able:
        told.append(Action(reverse("workbench:withdraw", args=[ref]), _("放弃这一批"), "harm"))
    if found.state == State.ACCEPTED and able:
        if found.kind != Kind.ZERO:
            told.append(Action(f"{reverse('workbench:upload')}?replaces={ref}", _("用新文件替换")))
        told.append(Action(reverse("workbench:withdraw", args=[ref]), _("撤回"), "harm"))
    return told
