"""Which policy must be read again against its source: law changes, and what was true in spring may not be in autumn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.core.policy.model import Policy, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One reading that is due, and since when."""

    reading: Reading
    due_on: date
    days_late: int


def due_on(reading: Reading) -> date:
    """Return the day by which the source must be read again."""
    return reading.verified_on + timedelta(days=reading.verify_every)


def due(policy: Policy, *, on: date) -> tuple[Due, ...]:
    """Return what is due on this day, the longest overdue first."""
    late = [
        Due(reading=reading, due_on=due_on(reading), days_late=(on - due_on(reading)).days)
        for reading in policy.readings
        if due_on(reading) <= on
    ]
    return tuple(sorted(late, key=lambda d: (d.due_on, d.reading.path, d.reading.name)))
