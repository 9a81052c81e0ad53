"""Proofs to take away: of one record, of all the records of an organisation. Checked in the visitor's own browser, or with one file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.ledger.proofs import NoCheckpoint
from xinheng.core.identifiers import uscc
from xinheng.core.ledger.prooffile import ProofFile
from xinheng.pages import proving
from xinheng.portal.views.answer import no_such_record
from xinheng.portal.views.subject import unknown


def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Answer with the proof of a record that is shown today."""
    return _file(
        request, lambda on: proving.of_record(record_id, on=on), f"r{record_id}", lambda: no_such_record(request)
    )


def subject(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the proof that these are all the records of an organisation, or that there are none."""
    code = uscc.compact(code)
    return _file(request, lambda on: proving.of_subject(code, on=on), code, lambda: unknown(request, code))


def _file(
    request: HttpRequest, make: Callable[[date], ProofFile | None], name: str, nobody: Callable[[], HttpResponse]
) -> HttpResponse:
    try:
        made = make(today())
    except (proving.NotProvable, NoCheckpoint) as refusal:
        shown = {"kind": _("暂不提供"), "title": _("现在没有可下载的证明"), "text": _(refusal.message)}
        return render(request, "portal/answer.html", {"answer": shown}, status=409)
    if made is None:
        return nobody()
    headers = {"Content-Disposition": f'attachment; filename="{name}.tlog-proof"', "Cache-Control": "no-cache"}
    return HttpResponse(str(made), content_type="text/plain; charset=utf-8", headers=headers)
