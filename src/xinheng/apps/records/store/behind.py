"""Writing behind: pieces of work done one after another, on a connection of their own, while the caller prepares the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

_WAITING = 5  # pieces handed over and not done yet: the rows of one block, while the next is being planned


class Behind:
    """Does what it is told in order. A fault is raised to the caller at the next call; nothing handed over after it is done.

    The caller must hold no lock in the database when calling: it may have to wait for the other connection.
    """

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()
        self._stopped = False

    def do(self, work: Callable[[], None]) -> Future[None]:
        """Take over a piece of work and return what tells when it is done; wait while too many are before it."""
        while self._waiting and (len(self._waiting) >= _WAITING or self._waiting[0].done()):
            self._waiting.popleft().result()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "behind")
        self._waiting.append(self._thread.submit(self._done, work))
        return self._waiting[-1]

    def settle(self) -> None:
        """Wait until everything is done."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """Wait for the piece in hand, leave out the others, give the connection back."""
        self._stopped = True
        if self._thread is not None:
            self._thread.submit(lambda: connection.close())  # looked up there: each thread has a connection of its own
            self._thread.shutdown(wait=True)
            self._thread = None

    def _done(self, work: Callable[[], None]) -> None:
        if self._stopped:
            return
        try:
            work()
        except BaseException:
            self._stopped = True
            raise
