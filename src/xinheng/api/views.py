"""Look-ups as JSON: the same answers as the pages, with the moment they speak of, and problems as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django.http import HttpRequest, JsonResponse
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from xinheng.apps.clock import now, today
from xinheng.core.identifiers import uscc
from xinheng.core.publication.answers import Answer
from xinheng.pages import addresses, reading
from xinheng.pages.asking import MomentUnreadable, moment
from xinheng.pages.paging import decode, encode
from xinheng.pages.showing import Held, basis_of

_MOST = 100
_STATUS = {Answer.NOT_PUBLIC: 403, Answer.NO_SUCH_ORGANISATION: 404}


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> JsonResponse:
    """Return a problem as RFC 9457 writes it."""
    told = {"type": f"urn:xinheng:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    return JsonResponse(
        told | more, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def told(answer: Answer, **more: Any) -> JsonResponse:
    """Return one of the answers that are no record."""
    return problem(_STATUS[answer], answer.value, answer.heading, answer.sentence, answer=answer.value, **more)


def good(body: dict[str, Any]) -> JsonResponse:
    """Return an answer."""
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def subject(request: HttpRequest, code: str) -> JsonResponse:
    """Answer who an organisation is and what is on record, now or as of a moment."""
    try:
        as_of = moment(request)
    except MomentUnreadable as refusal:
        return problem(400, refusal.code, "as_of", str(refusal))
    found = reading.subject(uscc.compact(code), as_of=as_of)
    if found is None:
        return told(Answer.NO_SUCH_ORGANISATION, subject_code=code)
    on = today()
    held = reading.records_of(found, on=on, as_of=as_of)
    return good(
        {
            "answer": "on-record" if held else Answer.NOTHING_ON_RECORD.value,
            "subject": {
                "code": found.code,
                "name": found.name,
                "kind": found.kind,
                "former_names": list(found.former_names),
                "url": request.build_absolute_uri(addresses.of_subject(found.code)),
            },
            "records": as_json(request, held),
            **freshness(as_of, on),
        }
    )


@require_safe
def records(request: HttpRequest) -> JsonResponse:
    """Answer the records of one item that are public, the newest decision first."""
    item = request.GET.get("item", "")
    known = reading.item(item)
    if known is None:
        return problem(400, "item.unknown", "目录中没有这一项", "请用 item= 给出目录项编号，如 adm.penalty。")
    if known.publish != "P":
        return told(Answer.NOT_PUBLIC, item=item)
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        text = request.GET.get(name, "")
        try:
            days[name] = parse_date(text) if text else None
        except ValueError:
            days[name] = None
        if text and days[name] is None:
            return problem(400, "day.unreadable", "日期看不懂", f"{name} 请写成 2026-11-23 这样。")
    size = request.GET.get("limit", "50")
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        return problem(400, "limit.out-of-range", "每页条数不对", f"limit 是 1 到 {_MOST} 的整数。")
    cursor = request.GET.get("cursor", "")
    place = decode(cursor)
    if cursor and place is None:
        return problem(400, "cursor.unreadable", "游标看不懂", "请原样使用上一页给出的 next_cursor。")
    on = today()
    found = reading.listing(
        item,
        on=on,
        size=int(size),
        after=place,
        organ=request.GET.get("organ") or None,
        region=request.GET.get("region") or None,
        **days,
    )
    return good(
        {
            "item": item,
            "records": as_json(request, found.records),
            "next_cursor": encode(found.next) if found.next is not None else None,
            **freshness(None, on),
        }
    )


class Addressed(Protocol):
    """Something that knows under which outer address it was asked: a request of Django's, or less."""

    def build_absolute_uri(self, location: str, /) -> str: ...


def as_json(request: Addressed, records: Sequence[Held]) -> list[dict[str, Any]]:
    """Return records: public values only, under the catalogue's field names."""
    urls = addresses.of_records(held.id for held in records)
    return [_as_json(held, request.build_absolute_uri(url)) for held, url in zip(records, urls, strict=True)]


def _as_json(held: Held, url: str) -> dict[str, Any]:
    publication = held.publication
    return {
        "id": held.id,
        "item": held.item.id,
        "item_name": held.item.zh,
        "subject_code": held.subject_code,
        "subject_name": held.subject_name,
        "decided_on": held.governing.isoformat() if held.governing else None,
        "shown_until": publication.until.isoformat() if publication.until else None,
        "earliest_repair": publication.earliest_repair.isoformat() if publication.earliest_repair else None,
        "rule": publication.rule_id,
        "labels": list(held.labels),
        "fields": dict(held.public),
        "basis": basis_of(held.item),
        "source": {
            "department": held.department,
            "submission": held.submission,
            "accepted_at": _local(held.accepted_at),
            "position": held.position,
        },
        "url": url,
    }


@lru_cache(maxsize=4_000)
def _local(instant: datetime) -> str:
    """Return an instant on the authority's clock; the records of a submission share theirs."""
    return localtime(instant).isoformat()


def freshness(as_of: Any, on: date, *, position: int | None = None, policy: str | None = None) -> dict[str, Any]:
    """Return which moment the answer speaks of, by which day's rules, and how fresh the register is."""
    return {
        "as_of": localtime(as_of or now()).isoformat(timespec="seconds"),
        "on": on.isoformat(),
        "position": reading.position() if position is None else position,
        "policy": policy or reading.policy_digest(),
    }
