"""What a page is asked about: the moment a link is pinned to, and codes as people type them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone, is_naive, make_aware
from django.utils.translation import gettext_noop

from xinheng.core.refusal import Refusal


class MomentUnreadable(Refusal):
    """The moment a link is pinned to cannot be read."""

    code = "as-of.unreadable"
    message = gettext_noop("链接里的时刻“{seen}”看不懂。请写成 2026-11-23T10:05 这样，或去掉 as_of。")


def moment(request: HttpRequest) -> datetime | None:
    """Return the moment the page is pinned to; None for now. A day alone means its end."""
    text = request.GET.get("as_of", "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        at = parse_datetime(f"{text}T23:59:59" if len(text) == 10 else text)
    except ValueError:
        at = None
    if at is None:
        raise MomentUnreadable(seen=text[:40])
    return make_aware(at, get_current_timezone()) if is_naive(at) else at
