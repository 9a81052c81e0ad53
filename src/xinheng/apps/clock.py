"""The clock, for the edges only: actions are told the instant (``at``), decisions the day (``on``)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return this instant; a demo city lives on its own day, at the present time of day."""
    instant = timezone.now()
    if settings.XINHENG_DAY is None:
        return instant
    local = timezone.localtime(instant)
    return local.replace(year=settings.XINHENG_DAY.year, month=settings.XINHENG_DAY.month, day=settings.XINHENG_DAY.day)


@lru_cache(maxsize=4_000)
def local_date(at: datetime) -> date:
    """Return the day of an instant where the authority is; records of a submission share theirs."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def today() -> date:
    """Return today, or the day the demo city lives on."""
    return local_date(now().replace(second=0, microsecond=0))  # no day begins within a minute
