"""Writing behind: pieces of work are packed, then written one after another on a connection of their own, while the caller plans."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

_WAITING = 5  # pieces handed over and not done yet: the rows of one block, while the next is being planned
Work = Callable[[], None]
Packing = Callable[[], Work]  # asks nothing of the database; returns what does


class Behind:
    """Does what it is told in order. A fault is raised to the caller at the next call; nothing handed over after it is done.

    Packing has a thread of its own beside the writing: the one waits for the processor, the other for the server. The caller
    must hold no lock in the database when calling: it may have to wait for the other connection.
    """

    def __init__(self) -> None:
        self._packing: ThreadPoolExecutor | None = None
        self._writing: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()
        self._stopped = False

    def do(self, pack: Packing) -> Future[None]:
        """Take over a piece of work and return what tells when it is done; wait while too many are before it."""
        while self._waiting and (len(self._waiting) >= _WAITING or self._waiting[0].done()):
            self._waiting.popleft().result()
        if self._packing is None or self._writing is None:
            self._packing, self._writing = ThreadPoolExecutor(1, "packing"), ThreadPoolExecutor(1, "behind")
        packed = self._packing.submit(pack)
        self._waiting.append(self._writing.submit(self._done, packed))
        return self._waiting[-1]

    def settle(self) -> None:
        """Wait until everything is done."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """Wait for the piece in hand, leave out the others, give the connection back."""
        self._stopped = True
        if self._packing is not None and self._writing is not None:
            self._packing.shutdown(wait=True, cancel_futures=True)
            self._writing.submit(lambda: connection.close())  # looked up there: each thread has a connection of its own
            self._writing.shutdown(wait=True)
            self._packing = self._writing = None

    def _done(self, packed: Future[Work]) -> None:
        if self._stopped:
            return
        try:
            packed.result()()
        except BaseException:
            self._stopped = True
            raise
