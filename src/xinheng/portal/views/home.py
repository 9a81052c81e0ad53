"""The first page: one search box, what is held, and what was decided last."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.pages import reading
from xinheng.pages.kept import kept
from xinheng.pages.showing import ShownRecord, shown
from xinheng.pages.terms import with_terms

_LATEST = 5


@dataclass(frozen=True, slots=True)
class Box:
    """The latest records of one kind."""

    title: str
    url: str
    records: list[ShownRecord]


@dataclass(frozen=True, slots=True)
class Door:
    """A number on the first page, and where it comes from."""

    label: str
    number: int
    url: str


@kept
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    on = today()
    found = {item: reading.listing(item, on=on, size=_LATEST).records for item in (reading.LICENCE, reading.PENALTY)}
    latest = {item: [shown(one, on=on) for one in held] for item, held in found.items()}
    counts = reading.counts(on=on)
    response = render(
        request,
        "portal/home.html",
        {
            "here": "home",
            "examples": examples([record for records in latest.values() for record in records]),
            "doors": [
                Door(_("在册组织"), counts.subjects, reverse("portal:statistics")),
                Door(_("公示中的记录"), counts.records, reverse("portal:statistics")),
                Door(_("其中行政许可"), counts.by_item.get(reading.LICENCE, 0), reverse("portal:licences")),
                Door(_("其中行政处罚"), counts.by_item.get(reading.PENALTY, 0), reverse("portal:penalties")),
            ],
            "latest": [
                Box(_("最新行政许可"), reverse("portal:licences"), latest[reading.LICENCE]),
                Box(_("最新行政处罚"), reverse("portal:penalties"), latest[reading.PENALTY]),
            ],
        },
    )
    return with_terms(response, [one.publication.until for held in found.values() for one in held])


def examples(records: list[ShownRecord]) -> list[str]:
    """Return a few things that can be searched for here, taken from what is on the page."""
    names = list(dict.fromkeys(record.subject_name for record in records))
    short = [name.removeprefix("深圳市").removeprefix("深圳")[:2] for name in names[:2]]
    return [*dict.fromkeys(short), *(record.subject_url.rsplit("/", 1)[1] for record in records[:1])]
