"""An organisation's own pages, signed in: its results with their reasons, and every record held about it, public or not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import now, today
from xinheng.pages import fields, publication_words, reading
from xinheng.pages.paging import decode, pager
from xinheng.pages.showing import Held, basis_of, repair_words, shown
from xinheng.portal.owner import owner_door
from xinheng.portal.views import evaluation
from xinheng.portal.views.evaluation import Owner, private

_PAGE = 50


@owner_door("own.read")
def results(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Show all results of the organisation."""
    audit.record("own.read", about=owner.subject, by=owner.account, at=now(), page="results")
    return evaluation.own(request, owner)


@owner_door("own.read")
def result(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Show one result with everything that explains it."""
    return evaluation.own_result(request, owner, name)


@owner_door("own.read")
def result_json(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Give the result, inputs and reasons as one file."""
    return evaluation.own_json(owner, name)


@owner_door("own.object")
@require_POST
def objection(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Take in an objection to a result."""
    return evaluation.own_objection(request, owner, name)


@owner_door("own.read")
def records(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Show every record held about the organisation, with why some are not public."""
    place, on = decode(request.GET.get("after", "")), today()
    begin = place if isinstance(place, int) and place > 0 else 0
    held = reading.own_records(owner.subject, on=on)
    end = begin + _PAGE
    lines = [
        (shown(one, on=on), reverse("portal:own-record", args=[one.id]), one.publication) for one in held[begin:end]
    ]
    context = {
        "here": "own",
        "name": owner.name,
        "code": owner.subject.code,
        "count": len(held),
        "public": sum(one.publication.shown for one in held),
        "records": lines,
        **pager(request, end if end < len(held) else None),
    }
    return private(render(request, "portal/own/records.html", context))


@owner_door("own.read")
def record(request: HttpRequest, owner: Owner, record_id: int) -> HttpResponse:
    """Show one record about the organisation; of another one it is not found."""
    on = today()
    held: Held | None = next(iter(reading.own_records(owner.subject, on=on, record=record_id)), None)
    if held is None:
        raise Http404
    context = {
        "here": "own",
        "name": owner.name,
        "line": shown(held, on=on),
        "publication": held.publication,
        "rule_words": publication_words.why(held.publication.sentence),
        "fields": fields.shown_fields(held.item, held.values),
        "hidden_fields": fields.hidden_fields(held.item, held.values),
        "reported_by": held.department,
        "submission": held.submission,
        "accepted_at": held.accepted_at,
        "basis": basis_of(held.item),
        "repair_words": repair_words(held, on=on),
    }
    return private(render(request, "portal/own/record.html", context))
