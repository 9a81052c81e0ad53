"""Pages by keyset: the place where the last page ended travels in the link, so page one thousand costs what page one does."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from django.http import HttpRequest


def encode(place: Any) -> str:
    """Return the place as text for a link."""
    return urlsafe_b64encode(json.dumps(place, default=str, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str) -> Any | None:
    """Return the place a link names; None for none, or for one that was cut or invented."""
    if not text or len(text) > 400:
        return None
    try:
        return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (Error, ValueError):
        return None


def link(request: HttpRequest, **changes: str | None) -> str:
    """Return this page's address with some of its parameters changed; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def pager(request: HttpRequest, next_place: Any | None) -> dict[str, str]:
    """Return what the pager of a page shows."""
    shown = {}
    if request.GET.get("after"):
        shown["first_url"] = link(request, after=None)
    if next_place is not None:
        shown["next_url"] = link(request, after=encode(next_place))
    return shown
