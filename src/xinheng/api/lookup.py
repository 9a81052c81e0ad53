"""The look-up machines ask most (one organisation by its code, as it stands now), answered before Django's own way begins.

The answer is the one the view gives, made by the same functions from rows asked for in plain SQL, and kept for as long as nothing
visible has changed. Whatever is unusual (a moment to pin to, a key, an unknown code, another method) goes the usual way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.conf import settings
from django.db import Error, connection

from xinheng.api.views import as_json, freshness
from xinheng.apps import driver
from xinheng.apps.records import plain
from xinheng.core.publication.answers import Answer
from xinheng.pages import addresses
from xinheng.pages.kept import Made, Pages, frame
from xinheng.pages.middleware import CONTENT_SECURITY_POLICY
from xinheng.pages.reading import hold, subject
from xinheng.pages.versions import register_state

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_PATH = re.compile(r"/api/v1/subjects/([0-9A-Z]{18})")
_HOST = re.compile(r"[A-Za-z0-9.\-]+|\[[0-9a-f:]+\]")
_USUAL = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_COOKIE")  # who says who he is goes the usual way


@dataclass(frozen=True, slots=True)
class _Here:
    """The address the question came to."""

    base: str

    def build_absolute_uri(self, path: str) -> str:
        return self.base + path


answers = Pages(32 << 20)


def lookups_first(usual: Wsgi) -> Wsgi:
    """Return an application that answers look-ups itself and leaves everything else to the usual one."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        found = _PATH.fullmatch(environ["PATH_INFO"])
        if found is None or not _simple(environ):
            return usual(environ, start)
        scheme = "https" if settings.BEHIND_TLS else environ["wsgi.url_scheme"]
        try:
            body = answered(found[1], base=f"{scheme}://{environ['HTTP_HOST']}")
        except Error:  # a connection that was cut: the usual way opens another
            connection.close()
            return usual(environ, start)
        if body is None:
            return usual(environ, start)
        start("200 OK", [*_HEADERS, *_only_tls(), ("Content-Length", str(len(body)))])
        return [body]

    return application


_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-cache"),
    ("X-Robots-Tag", "noarchive"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
)


def _only_tls() -> tuple[tuple[str, str], ...]:
    """Tell browsers to stay with TLS, as Django does where the site is reached by it."""
    seconds = settings.SECURE_HSTS_SECONDS
    return (("Strict-Transport-Security", f"max-age={seconds}"),) if seconds and settings.BEHIND_TLS else ()


def _simple(environ: dict[str, Any]) -> bool:
    host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and not any(name in environ for name in _USUAL)
        # Behind TLS the proxy says how it was asked; what did not come that way, the usual way deals with.
        and (not settings.BEHIND_TLS or environ.get("HTTP_X_FORWARDED_PROTO") == "https")
        and bool(_HOST.fullmatch(host))
        and host in settings.ALLOWED_HOSTS
    )


def answered(code: str, *, base: str) -> bytes | None:
    """Return the answer about the organisation of a code; None where it is not a plain one."""
    key, now = (base, code), frame()
    with driver.one_state() as steady:
        register = register_state()
        page = answers.get(key, now, register) or answers.make(
            key, now, register, lambda: _made(code, _Here(base), now.day), steady=steady
        )
    if page is None:
        return None
    # The moment is this very one, whenever the rest was made.
    moment = freshness(None, now.day, position=register.position, policy=now.policy)
    return page.body[:-1] + b"," + orjson.dumps(moment)[1:]


def _made(code: str, here: _Here, on: date) -> Made | None:
    known = subject(code, as_of=None)
    if known is None:
        return None
    rows = plain.current_of_subject(known.id, shown_on=on)
    held = [one for one in hold(rows, on=on, names={known.id: known}) if one.publication.shown]
    body = orjson.dumps(
        {
            "answer": "on-record" if held else Answer.NOTHING_ON_RECORD.value,
            "subject": {
                "code": known.code,
                "name": known.name,
                "kind": known.kind,
                "former_names": list(known.former_names),
                "url": here.build_absolute_uri(addresses.of_subject(known.code)),
            },
            "records": as_json(here, held),
        }
    )
    return body, ()
