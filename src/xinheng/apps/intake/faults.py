"""The world fails: a full disk and a lost database become clear refusals; every other fault stays a fault."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import InterfaceError, OperationalError

from xinheng.apps.intake.refusals import DatabaseGone, StorageFull
from xinheng.core.refusal import Refusal

_FULL = ("disk is full", "No space left", "could not extend file", "disk full")
# SQLite on a disk without a single free page cannot even open its log, and then says only this.
_PERHAPS_FULL = ("disk I/O error", "unable to open database file")
_ROOM = 1 << 20


def refusal_for(fault: BaseException) -> Refusal | None:
    """Return how a fault of the world is told to people; None where it is ours."""
    if isinstance(fault, OSError):
        return StorageFull() if fault.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if not isinstance(fault, OperationalError | InterfaceError):
        return None
    said = str(fault)
    full = any(words in said for words in _FULL) or (any(words in said for words in _PERHAPS_FULL) and not _room())
    return StorageFull() if full else DatabaseGone()


@contextmanager
def told_clearly() -> Iterator[None]:
    """Turn "disk full" and "database gone" into refusals a person understands. Transactions have rolled back by then."""
    try:
        yield
    except (OSError, OperationalError, InterfaceError) as fault:
        refusal = refusal_for(fault)
        if refusal is None:
            raise
        raise refusal from fault


def _room() -> bool:
    try:
        return shutil.disk_usage(settings.XINHENG_VAR).free >= _ROOM
    except OSError:
        return True
