"""After too many wrong passwords or codes a name is locked for a while, longer each time it happens again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# GB/T 22239 (等级保护基本要求) 8.1.4.1 b) asks for the handling of failed sign-ins; it leaves the figures to us.
MOST = 5
WITHIN = timedelta(minutes=15)
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Wrong attempts under one name: how many in a row, when the last was, how often it was locked, and until when it is."""

    failures: int = 0
    last_at: datetime | None = None
    locks: int = 0
    locked_until: datetime | None = None


def is_locked(trouble: Trouble, *, at: datetime) -> bool:
    """Say whether the name is locked at this instant."""
    return trouble.locked_until is not None and at < trouble.locked_until


def after_failure(trouble: Trouble, *, at: datetime) -> Trouble:
    """Return what stands after one more wrong attempt. Attempts while locked change nothing."""
    if is_locked(trouble, at=at):
        return trouble
    # From the last one, not the first: otherwise eight attempts fit into a quarter of an hour, four at each end of a window.
    recent = trouble.last_at is not None and at - trouble.last_at < WITHIN
    failures = trouble.failures + 1 if recent else 1
    if failures < MOST:
        return Trouble(failures, at, trouble.locks, None)
    lock: timedelta = min(FIRST_LOCK * 2 ** min(trouble.locks, 10), LONGEST_LOCK)
    return Trouble(0, None, trouble.locks + 1, at + lock)
