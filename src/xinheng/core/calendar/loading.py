"""The calendar of a policy: its table ``calendar/official-days``, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from xinheng.core.calendar.working_days import Calendar
from xinheng.core.policy.model import Policy

TABLE = "calendar/official-days"


@lru_cache(maxsize=8)
def calendar_of(policy: Policy) -> Calendar:
    """Return the calendar of this policy; a city's own rows come after the nation's and prevail."""
    return Calendar.from_rows(cast("tuple[Mapping[str, str], ...]", policy.tables.get(TABLE, ())))
