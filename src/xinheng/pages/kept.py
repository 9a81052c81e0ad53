"""Pages made once and handed out again for as long as the register, the policy and the day stand still.

A public page holds nothing of a session: two readers of the same address in the same language see the same bytes. Its version is
asked for each time, so an acceptance, a withdrawal, an event, a new day or new policy data is seen at once; nothing waits for a
clock to run down. Browsers keep a copy under the same condition: they ask, and are told that nothing has changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.pages.versions import register_version

_MOST_BYTES, _LONGEST_ADDRESS = 48 << 20, 300  # of a process
_HEADERS = ("Content-Type", "Cache-Control", "X-Robots-Tag", "Vary", "Content-Language")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was made."""

    version: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Pages:
    """The pages of this process, the least asked for thrown away first."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes, self._lock = most_bytes, 0, Lock()
        self._pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()

    def get(self, key: tuple[str, ...], version: str) -> Page | None:
        """Return a page if it was made of this version."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.version != version:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: Page) -> None:
        """Keep a page."""
        with self._lock:
            if old := self._pages.pop(key, None):
                self._bytes -= len(old.body)
            self._pages[key] = page
            self._bytes += len(page.body)
            while self._bytes > self._most:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone.body)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


pages = Pages(_MOST_BYTES)
View = Callable[..., HttpResponse]


def version_of_everything(register: str = "") -> str:
    """Return what a public page depends on besides its address and language."""
    return f"{register or register_version()}.{today()}.{current_policy().digest}"


def kept(view: View) -> View:
    """Wrap a view whose page depends on its address, the language and the register alone."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        address = request.get_full_path()
        if request.method not in ("GET", "HEAD") or len(address) > _LONGEST_ADDRESS or _has_messages(request):
            return view(request, *args, **named)
        key, version = (request.get_host(), address, get_language() or ""), version_of_everything()
        mark = f'W/"{blake2b("|".join((*key, version)).encode(), digest_size=12).hexdigest()}"'
        if request.headers.get("If-None-Match") == mark:
            return _marked(HttpResponseNotModified(), mark)
        page = pages.get(key, version)
        if page is None:
            response = view(request, *args, **named)
            if response.status_code != 200 or response.streaming:
                return response
            headers = tuple((name, response[name]) for name in _HEADERS if name in response)
            page = Page(version, response.content, headers)
            pages.put(key, page)
        response = HttpResponse(page.body)
        for name, value in page.headers:
            response[name] = value
        return _marked(response, mark)

    return answer


def _has_messages(request: HttpRequest) -> bool:
    return "messages" in request.COOKIES


def _marked(response: HttpResponse, mark: str) -> HttpResponse:
    response["ETag"] = mark
    response["Cache-Control"] = "no-cache"
    return response
