"""The three different answers: nothing on record, not public, no such organisation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.core.publication.answers import Answer
from xinheng.core.refusal import Refusal

# "Nothing on record" is an answer like any other; "not public" is refused to everybody; the rest is not there.
STATUS = {Answer.NOTHING_ON_RECORD: 200, Answer.NOT_PUBLIC: 403, Answer.NO_SUCH_ORGANISATION: 404}


def answer(request: HttpRequest, told: Answer, *, about: str = "", next_step: str = "") -> HttpResponse:
    """Show one of the three answers on a page of its own."""
    kinds = {
        Answer.NOTHING_ON_RECORD: _("没有记录"),
        Answer.NOT_PUBLIC: _("不予公示"),
        Answer.NO_SUCH_ORGANISATION: _("没有这家组织"),
    }
    shown = {
        "kind": kinds[told],
        "title": _(told.heading),
        "text": _(told.sentence),
        "about": about,
        "next_step": next_step,
    }
    return render(request, "portal/answer.html", {"answer": shown}, status=STATUS[told])


def no_such_record(request: HttpRequest) -> HttpResponse:
    """Say the same of a record that never was, is over, or is not public: nothing is given away."""
    shown = {
        "kind": _("没有记录"),
        "title": _("没有公示中的这条记录"),
        "text": _("链接可能有误，也可能公示期已满。公示期满的记录不再展示，也不说明它曾经存在。"),
        "next_step": _("可以查询该组织现在公示中的信息。"),
    }
    return render(request, "portal/answer.html", {"answer": shown}, status=404)


def not_understood(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Say what about the address cannot be read."""
    shown = {
        "kind": _("看不懂的请求"),
        "title": _("这个链接看不懂"),
        "text": _(refusal.message).format(**refusal.facts),
    }
    return render(request, "portal/answer.html", {"answer": shown}, status=400)
