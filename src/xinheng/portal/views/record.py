"""One record: what it says, where it comes from, until when it is shown, and its versions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.core.publication.masking import public_values
from xinheng.pages import fields, publication_words, reading
from xinheng.pages.asking import MomentUnreadable, moment
from xinheng.pages.kept import kept
from xinheng.pages.showing import Held, basis_of, repair_words, shown
from xinheng.pages.terms import with_terms
from xinheng.portal.views.answer import no_such_record, not_understood
from xinheng.portal.views.subject import pinned


@kept
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show the record, if it may be shown today."""
    try:
        as_of = moment(request)
    except MomentUnreadable as refusal:
        return not_understood(request, refusal)
    on = today()
    versions = reading.versions(record_id, on=on, as_of=as_of)
    if not versions or not versions[0].publication.shown:
        return no_such_record(request)
    held = versions[0]
    line = shown(held, on=on, as_of=pinned(as_of))
    told = {name: getattr(line, name) for name in line.__slots__} | {
        "fields": fields.shown_fields(held.item, held.values),
        "hidden_fields": fields.hidden_fields(held.item, held.values),
        "reported_by": held.department,
        "submission": held.submission,
        "accepted_at": held.accepted_at,
        "position": held.position,
        "basis": basis_of(held.item),
        "rule_words": publication_words.why(held.publication.sentence),
        "repair_words": repair_words(held, on=on),
        "proof_url": reverse("portal:record-proof", args=[record_id]),
        "hidden_in_proof": public_values(held.item, held.values) != held.values,
        "link": request.build_absolute_uri(reverse("portal:record", args=[record_id])),
    }
    response = render(request, "portal/record.html", {"here": "home", "record": told, "history": history(versions)})
    return with_terms(response, [held.publication.until])


def history(versions: list[Held]) -> list[dict[str, object]]:
    """Return the versions, the newest first, with what changed in the fields that may be shown."""
    told = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        what = _("更正") if before is not None else _("首次报送")
        changes = changed(before, version) if before is not None else []
        told.append({"what": what, "at": version.accepted_at, "submission": version.submission, "changes": changes})
    return told


def changed(before: Held, after: Held) -> list[dict[str, str]]:
    """Return the shown fields in which two versions differ."""
    old = {field.label: field.value for field in fields.shown_fields(before.item, before.values)}
    new = {field.label: field.value for field in fields.shown_fields(after.item, after.values)}
    return [
        {"label": label, "before": old.get(label, ""), "after": new.get(label, "")}
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]
