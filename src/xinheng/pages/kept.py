"""Pages made once and handed out again for as long as what they tell of, the policy and the day stand still.

A public page holds nothing of a session: two readers of the same address in the same language see the same bytes. What it rests on
(``resting``) is looked at each time the register has moved, so a change to one organisation makes its pages anew and leaves the others. A new day
or new policy data make everything anew; nothing waits for a clock to run down. Browsers keep a copy under the same condition: they ask,
and are told that nothing has changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.pages.resting import Rests, noting
from xinheng.pages.versions import RegisterState, register_state

_MOST_BYTES, _LONGEST_ADDRESS = 48 << 20, 300  # of a process
_HEADERS = ("Content-Type", "Cache-Control", "X-Robots-Tag", "Vary", "Content-Language")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every public page depends on besides what it tells of."""

    day: date
    policy: str


@dataclass(slots=True)
class Page:
    """A page as it was made, and the state of the register in which it was last found to stand."""

    frame: Frame
    register: RegisterState
    rests: Rests
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str

    def stands(self, frame: Frame, register: RegisterState) -> bool:
        """Say whether the page made anew would be the same."""
        if self.frame != frame:
            return False
        was = self.register
        if was == register:
            return True
        if self.rests.on_everything or register < was or (register.position == was.position and register.at != was.at):
            return False  # any change, or another register altogether
        if self.rests.moved_since(was.position, was.event):
            return False
        self.register = register
        return True


class Pages:
    """The pages of this process, the least asked for thrown away first."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes, self._lock = most_bytes, 0, Lock()
        self._pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()

    def get(self, key: tuple[str, ...], frame: Frame, register: RegisterState) -> Page | None:
        """Return a page if it still stands."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
        return page if page is not None and page.stands(frame, register) else None

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

    def make(
        self,
        key: tuple[str, ...],
        frame: Frame,
        register: RegisterState,
        body: Callable[[], Made | None],
        *,
        steady: bool = False,
    ) -> Page | None:
        """Make a page and keep it, unless the register moved meanwhile; None where there is nothing to keep.

        ``steady``: all questions are asked of one state of the register, so that it cannot move.
        """
        with noting() as rests:
            made = body()
        if made is None:
            return None
        content, headers = made
        told = f"{key}|{frame}|".encode() + content
        page = Page(frame, register, rests, content, headers, f'W/"{blake2b(told, digest_size=12).hexdigest()}"')
        if steady or register_state() == register:
            self.put(key, page)
        return page

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0


Made = tuple[bytes, tuple[tuple[str, str], ...]]
pages = Pages(_MOST_BYTES)
View = Callable[..., HttpResponse]


def frame() -> Frame:
    """Return the day and the policy data in force."""
    return Frame(today(), current_policy().digest)


def kept(view: View) -> View:
    """Wrap a view whose page depends on its address, the language and the register alone."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        address = request.get_full_path()
        if request.method not in ("GET", "HEAD") or len(address) > _LONGEST_ADDRESS or _has_messages(request):
            return view(request, *args, **named)
        key = (request.get_host(), address, get_language() or "")
        now, register = frame(), register_state()
        page = pages.get(key, now, register)
        if page is None:
            others: list[HttpResponse] = []

            def made() -> Made | None:
                response = view(request, *args, **named)
                if response.status_code != 200 or response.streaming:
                    others.append(response)
                    return None
                return response.content, tuple((name, response[name]) for name in _HEADERS if name in response)

            page = pages.make(key, now, register, made)
            if page is None:
                return others[0]
        mark = page.etag
        if request.headers.get("If-None-Match") == mark:
            return _marked(HttpResponseNotModified(), mark)
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
