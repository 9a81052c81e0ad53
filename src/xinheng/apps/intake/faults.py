"""The world fails: a full disk and a lost database become clear refusals; every other fault stays a fault."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from xinheng.apps.intake.refusals import DatabaseGone, StorageFull

_FULL = ("disk is full", "No space left", "could not extend file", "disk full")


@contextmanager
def told_clearly() -> Iterator[None]:
    """Turn "disk full" and "database gone" into refusals a person understands. Transactions have rolled back by then."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from fault
        raise
    except (OperationalError, InterfaceError) as fault:
        if any(words in str(fault) for words in _FULL):
            raise StorageFull from fault
        raise DatabaseGone from fault
