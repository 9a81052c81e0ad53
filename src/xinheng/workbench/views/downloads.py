"""Files to take away: the sender's own workbook with the errors marked, the rows that went back, the receipt."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from xinheng.apps.intake import files
from xinheng.core.refusal import Refusal
from xinheng.documents.answer import fits_worksheet
from xinheng.workbench import answers
from xinheng.workbench.doors import door
from xinheng.workbench.refusing import refused
from xinheng.workbench.showing import good_rows, line, url_of
from xinheng.workbench.views.submission import of_account


@door("submission.read")
def annotated(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Give the sender's own workbook back, with the errors marked."""
    return workbook(request, ref, only_returned=False)


@door("submission.read")
def returned(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Give back only the rows that have to be mended."""
    return workbook(request, ref, only_returned=True)


def workbook(request: HttpRequest, ref: str, *, only_returned: bool) -> HttpResponseBase:
    """Write the answer and send it."""
    submission = of_account(request, ref)
    if not submission.report:
        raise Http404(_("这一批没有检查结果。"))
    try:
        fits = only_returned or fits_worksheet(files.path_of(submission), submission.format)
        name = f"{Path(submission.file_name).stem}-{_('退回行') if only_returned else _('标注')}{'.xlsx' if fits else '.csv'}"
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"answer{Path(name).suffix}"
            answers.write(submission, path, only_returned=only_returned)
            return FileResponse(path.open("rb"), as_attachment=True, filename=name)  # open: it outlives its folder
    except Refusal as refusal:
        return refused(request, refusal, back=url_of(submission), status=410)


@door("submission.read")
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the receipt, to be printed."""
    submission = of_account(request, ref)
    if not submission.receipt:
        raise Http404(_("这一批还没有回执。"))
    shown = line(submission)
    told = [
        (_("报送单位"), shown.department),
        (_("目录项"), f"{shown.title}（{submission.item}）"),
        (_("批次"), shown.ref),
        (_("期间"), submission.period),
        (_("文件"), submission.file_name),
        (_("文件校验值（SHA-256）"), submission.file_sha256),
        (_("入库"), _("%s 行") % f"{good_rows(submission):,}" if submission.rows else ""),
        (_("退回"), _("%s 行") % f"{submission.counts.get('returned', 0):,}" if submission.rows else ""),
        (_("确认人"), str(submission.certifier or "")),
        (_("确认时间"), moment(submission.certified_at)),
        (_("入库时间"), moment(submission.accepted_at)),
        (_("登记序号"), str(submission.position or "")),
        (_("政策数据版本"), submission.policy_digest),
    ]
    lines = [(label, value) for label, value in told if value]
    return render(request, "workbench/receipt.html", {"here": "submissions", "submission": shown, "lines": lines})


def moment(at: object) -> str:
    """Write an instant in the city's time."""
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
