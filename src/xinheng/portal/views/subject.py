"""One organisation: who it is, and what is on record, class by class."""

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
from xinheng.core.intake.messages import title_of
from xinheng.core.publication.answers import Answer
from xinheng.pages import fields, reading, words
from xinheng.pages.asking import MomentUnreadable, moment
from xinheng.pages.paging import decode, pager
from xinheng.pages.showing import Held, ShownRecord, shown
from xinheng.portal.views.answer import answer, not_understood

_EACH = 10
_PAGE = 50
_GOOD_STATES = ("存续", "在业", "正常", "开业", "登记成立")


@dataclass(frozen=True, slots=True)
class Class:
    """The records of one class of the catalogue."""

    anchor: str
    name: str
    count: int
    records: list[ShownRecord]
    more_url: str


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
    held = reading.records_of(found, on=on, as_of=as_of)
    identity = next((h for h in held if h.item.klass == "01" and h.item.id in reading.REGISTRATIONS), None)
    return render(
        request,
        "portal/subject.html",
        {
            "subject": head(found, identity),
            "identity": identity_of(identity),
            "classes": classes([h for h in held if h is not identity], code, on, pin),
            "pinned": as_of,
            "unpinned_url": reverse("portal:subject", args=[code]),
            "pin_url": "" if as_of else reverse("portal:subject", args=[code]) + pinned(now()),
        },
    )


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
    on = today()
    held = [h for h in reading.records_of(found, on=on, as_of=as_of) if h.item.klass == klass]
    if not held:
        return answer(request, Answer.NOTHING_ON_RECORD, about=found.name)
    place = decode(request.GET.get("after", ""))
    begin = place if isinstance(place, int) and place > 0 else 0
    end = begin + _PAGE
    return render(
        request,
        "portal/class.html",
        {
            "subject": head(found, None),
            "subject_url": reverse("portal:subject", args=[found.code]) + pinned(as_of),
            "title": words.say(words.CLASSES, klass),
            "count": len(held),
            "records": [shown(h, on=on, as_of=pinned(as_of)) for h in held[begin:end]],
            **pager(request, end if end < len(held) else None),
        },
    )


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Answer that there is no such organisation; say so where the code itself cannot be right."""
    try:
        uscc.validate(code)
    except Malformed as wrong:
        return answer(
            request,
            Answer.NO_SUCH_ORGANISATION,
            about=code,
            next_step=_("%s。请对照营业执照核对。") % title_of(wrong.code),
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


def identity_of(identity: Held | None) -> list[fields.ShownField]:
    """Return what the registration says, without what stands in the head already."""
    if identity is None:
        return []
    told = {"subject_name", "subject_code", "subject_type", "state", "source_name", "source_code"}
    values = {name: text for name, text in identity.values.items() if name not in told}
    return fields.shown_fields(identity.item, values)


def classes(held: list[Held], code: str, on: date, pin: str) -> list[Class]:
    """Return the records by class, the newest first, a few of each."""
    by_class: dict[str, list[Held]] = {}
    for one in held:
        by_class.setdefault(one.item.klass, []).append(one)
    return [
        Class(
            anchor=f"c{klass}",
            name=words.say(words.CLASSES, klass),
            count=len(found),
            records=[shown(h, on=on, as_of=pin) for h in found[:_EACH]],
            more_url=reverse("portal:class", args=[code, klass]) + pin if len(found) > _EACH else "",
        )
        for klass, found in sorted(by_class.items())
    ]
