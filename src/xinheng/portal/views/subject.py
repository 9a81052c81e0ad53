"""One organisation: who it is, what is on record in one glance, then class by class; now, or on a day the link is pinned to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from xinheng.apps.clock import now, today
from xinheng.core.identifiers import uscc
from xinheng.core.identifiers.malformed import Malformed
from xinheng.core.publication.answers import Answer
from xinheng.pages import fields, finding_words, organisation, reading, words
from xinheng.pages.asking import MomentUnreadable, moment
from xinheng.pages.kept import kept
from xinheng.pages.organisation import Overview, Part
from xinheng.pages.paging import decode, pager
from xinheng.pages.showing import Held, ShownRecord, shown
from xinheng.pages.terms import with_terms
from xinheng.portal.views.answer import answer, not_understood

_PAGE = 50
_GOOD_STATES = ("存续", "在业", "正常", "开业", "登记成立")
# Said in the head of the page; the rest of the registration can be opened below it.
_AT_ONCE = ("ent_type", "established_on", "legal_rep", "operator", "address", "region", "authority", "industry")


@dataclass(frozen=True, slots=True)
class Class:
    """The records of one class of the catalogue."""

    anchor: str
    name: str
    count: int
    records: list[ShownRecord]
    more_url: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What the catalogue calls negative, positive or neutral, in numbers that lead to the records."""

    title: str
    tone: str
    total: int
    lines: list[tuple[str, str, int]]  # name, where to, how many
    empty: str


@kept
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """Show the organisation of this code, now or at the moment the link is pinned to."""
    try:
        as_of = moment(request)
    except MomentUnreadable as refusal:
        return not_understood(request, refusal)
    if code != uscc.compact(code):
        return redirect("portal:subject", code=uscc.compact(code))
    found = reading.subject(code, as_of=as_of)
    if found is None:
        return unknown(request, code)
    on, pin = today(), pinned(as_of)
    told = organisation.overview(found, on=on, as_of=as_of)
    at_once, more = identity_of(told.identity)
    response = render(
        request,
        "portal/subject.html",
        {
            "here": "home",
            "subject": head(found, told.identity),
            "at_once": at_once,
            "more": more,
            "total": told.total,
            "glances": glances(told),
            "classes": [class_of(part, code, on, pin) for part in told.parts],
            "pinned": as_of,
            "pinned_day": localtime(as_of).date() if as_of else None,
            "unpinned_url": reverse("portal:subject", args=[code]),
            "pin_url": reverse("portal:subject", args=[code]) + pinned(as_of or now()),
            "proof_url": reverse("portal:subject-proof", args=[code]),
            "api_url": reverse("api:subject", args=[code]) + pin,
        },
    )
    return with_terms(response, [h.publication.until for part in told.parts for h in part.first])


@kept
def of_class(request: HttpRequest, code: str, klass: str) -> HttpResponse:
    """Show all records of one class about one organisation."""
    try:
        as_of = moment(request)
    except MomentUnreadable as refusal:
        return not_understood(request, refusal)
    found = reading.subject(code, as_of=as_of)
    if found is None:
        return unknown(request, code)
    if klass not in words.CLASSES or not reading.is_public_class(klass):
        return answer(request, Answer.NOT_PUBLIC if klass in words.CLASSES else Answer.NOTHING_ON_RECORD)
    place, on = decode(request.GET.get("after", "")), today()
    begin = place if isinstance(place, int) and place > 0 else 0
    count, held = organisation.of_class(found, klass, on=on, as_of=as_of, begin=begin, size=_PAGE)
    if not count:
        return answer(request, Answer.NOTHING_ON_RECORD, about=found.name)
    end = begin + _PAGE
    response = render(
        request,
        "portal/class.html",
        {
            "here": "home",
            "subject": head(found, None),
            "subject_url": reverse("portal:subject", args=[found.code]) + pinned(as_of),
            "title": words.say(words.CLASSES, klass),
            "count": count,
            "records": [shown(h, on=on, as_of=pinned(as_of)) for h in held],
            **pager(request, end if end < count else None),
        },
    )
    return with_terms(response, [h.publication.until for h in held])


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Answer that there is no such organisation; say so where the code itself cannot be right."""
    try:
        uscc.validate(code)
    except Malformed as wrong:
        return answer(
            request,
            Answer.NO_SUCH_ORGANISATION,
            about=code,
            next_step=_("%s。请对照营业执照核对。") % finding_words.title(wrong.code),
        )
    return answer(request, Answer.NO_SUCH_ORGANISATION, about=code)


def pinned(as_of: datetime | None) -> str:
    """Return the part of an address that pins it to a moment."""
    return f"?{urlencode({'as_of': localtime(as_of).isoformat(timespec='seconds')})}" if as_of else ""


def head(found: reading.Known, identity: Held | None) -> dict[str, object]:
    """Return who it is."""
    state = (identity.values.get("state") if identity else "") or ""
    tone = "is-good" if state.startswith(_GOOD_STATES) else "is-warn"
    return {
        "name": found.name,
        "code": found.code,
        "kind": words.say(words.KINDS, found.kind),
        "former_names": found.former_names,
        "state": state,
        "state_tone": tone if state else "",
    }


def identity_of(identity: Held | None) -> tuple[list[fields.ShownField], list[fields.ShownField]]:
    """Return what the registration says: what is shown at once, and the rest; without what stands in the head already."""
    if identity is None:
        return [], []
    told = {"subject_name", "subject_code", "subject_type", "state", "source_name", "source_code"}
    values = {name: text for name, text in identity.values.items() if name not in told}
    first = {name: values[name] for name in _AT_ONCE if name in values}
    rest = {name: text for name, text in values.items() if name not in first}
    return fields.shown_fields(identity.item, first), fields.shown_fields(identity.item, rest)


def glances(told: Overview) -> list[Glance]:
    """Return the records by what the catalogue says of their nature."""

    def lines(*polarities: str) -> list[tuple[str, str, int]]:
        found = [pair for polarity in polarities for pair in told.of_polarity(polarity)]
        return [(words.item_name(item), f"#c{item.klass}", n) for item, n in found]

    kinds = (
        (_("需要留意"), "is-warn", ("negative",), _("没有公示中的处罚、异常或失信记录")),
        (_("守信与荣誉"), "is-good", ("positive",), _("没有公示中的守信或荣誉记录")),
        (_("许可、登记与其他"), "", ("neutral", "both"), _("没有其他公示中的记录")),
    )
    return [
        Glance(title, tone, sum(n for *_rest, n in lines(*polarities)), lines(*polarities), empty)
        for title, tone, polarities, empty in kinds
    ]


def class_of(part: Part, code: str, on: date, pin: str) -> Class:
    """Return the newest records of one class."""
    return Class(
        anchor=f"c{part.klass}",
        name=words.say(words.CLASSES, part.klass),
        count=part.count,
        records=[shown(h, on=on, as_of=pin) for h in part.first],
        more_url=reverse("portal:class", args=[code, part.klass]) + pin if part.count > len(part.first) else "",
    )
