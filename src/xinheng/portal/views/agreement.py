"""The standing page: with whom we agree, up to which position, and the statement both signed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.exchange import keyring, queries
from xinheng.apps.exchange.models import Run, RunState


def agreement(request: HttpRequest) -> HttpResponse:
    """Show every channel: in agreement up to position N, or how many differences are open."""
    lines = [
        {
            "name": one.channel.counterpart.name,
            "direction": _("我方报送对方") if one.channel.direction == "out" else _("对方报送我方"),
            "items": len(one.channel.items),
            "agreed": one.last is not None and one.last.state == RunState.AGREED,
            "position": one.channel.agreed_position,
            "agreed_at": one.channel.agreed_at,
            "last": one.last,
            "differences": sum(one.last.counts.values()) if one.last else 0,
            "overdue": one.overdue,
            "key": one.channel.counterpart.key,
        }
        for one in queries.standing(on=today())
    ]
    return render(
        request, "portal/agreement.html", {"here": "agreement", "lines": lines, "own_key": keyring.card()["key"]}
    )


def statement(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand out what both sides signed. Not the file of differences: from a name in it, one could guess whom a record is about."""
    run = Run.objects.filter(ref=ref).exclude(statement="").first()
    if run is None:
        raise Http404
    answer = HttpResponse(run.statement.encode(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ref}.statement"'
    return answer
