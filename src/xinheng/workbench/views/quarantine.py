"""Columns outside the catalogue, for the centre: titles and counts, never cells."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinheng.pages.paging import decode, pager
from xinheng.workbench import centre
from xinheng.workbench.doors import door
from xinheng.workbench.showing import name_of, url_of

PAGE = 50


@door("quarantine.read")
def quarantine(request: HttpRequest) -> HttpResponse:
    """List the columns, the newest first."""
    found = centre.quarantine(visible_to=request.user).select_related("submission__department").order_by("-pk")
    place = decode(request.GET.get("after", ""))
    if isinstance(place, int):
        found = found.filter(pk__lt=place)
    rows = list(found[: PAGE + 1])
    columns = [
        {
            "header": column.header,
            "item": name_of(column.submission.item),
            "department": str(column.submission.department),
            "ref": column.submission.ref,
            "url": url_of(column.submission),
            "count": column.count,
        }
        for column in rows[:PAGE]
    ]
    following = rows[PAGE - 1].pk if len(rows) > PAGE else None
    return render(
        request, "workbench/quarantine.html", {"here": "quarantine", "columns": columns, **pager(request, following)}
    )
