"""The rhythm of a catalogue item: the present period, the last working day to report it, and earlier periods nothing came for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from xinheng.core.calendar.months import add_months
from xinheng.core.calendar.working_days import Calendar

_MONTHS = {"m": 1, "q": 3, "h": 6, "y": 12}
_LOOK_BACK = 4  # periods: what is older is told in the bulletin of quality, not on the officer's desk
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period: its first day, and the first day of the next."""

    begin: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.begin <= day < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an item with a rhythm stands on a day."""

    now: Span
    due_on: date  # the last working day of the period
    working_days_left: int  # the due day included; negative when it has passed
    reported: bool
    missing: tuple[Span, ...]  # earlier periods nothing was reported for, the oldest first


def span(frequency: str, on: date) -> Span | None:
    """Return the period that holds a day; None where the rhythm is the event's own (rt, d, e)."""
    if frequency == "w":
        begin = on - timedelta(days=on.weekday())
        return Span(begin, begin + timedelta(days=7))
    if frequency not in _MONTHS:
        return None
    months = _MONTHS[frequency]
    begin = date(on.year, (on.month - 1) // months * months + 1, 1)
    return Span(begin, add_months(begin, months))


def standing(
    frequency: str, *, reported: Collection[date], since: date | None, on: date, calendar: Calendar
) -> Standing | None:
    """Return how an item stands, or None where it has no rhythm.

    ``reported``: days on which data or a zero report for that day's period was accepted. ``since``: the first day the department
    had this duty; periods before it are not missing. Without one, only periods behind the first report count.
    """
    now = span(frequency, on)
    if now is None:
        return None
    due_on = _last_working_day(now, calendar)
    begin = since or min(reported, default=now.begin)
    return Standing(
        now=now,
        due_on=due_on,
        working_days_left=calendar.count_working_days(on, due_on)
        + (1 if on <= due_on and calendar.is_working_day(on) else 0),
        reported=any(day in now for day in reported),
        missing=tuple(sorted(_missing(frequency, now, reported, begin))),
    )


def _missing(frequency: str, now: Span, reported: Collection[date], since: date) -> list[Span]:
    found, earlier = [], now
    for _ in range(_LOOK_BACK):
        before = span(frequency, earlier.begin - _DAY)
        assert before is not None  # a rhythm has a period before each
        earlier = before
        if earlier.begin < since:
            break
        if not any(day in earlier for day in reported):
            found.append(earlier)
    return found


def _last_working_day(period: Span, calendar: Calendar) -> date:
    day = period.end - _DAY
    while day > period.begin and not calendar.is_working_day(day):
        day -= _DAY
    return day
