"""Ages in whole months, and the day from which on something is young enough: what windows and decay are made of."""

from __future__ import annotations

from datetime import date, timedelta

from xinheng.core.calendar.months import add_months

EPOCH = date(1970, 1, 1)
NEVER = 2_932_896  # 9999-12-31 as a day number: no end


def day_number(day: date) -> int:
    """Return days since 1970-01-01, as the lake stores days."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the day of a day number."""
    return EPOCH + timedelta(days=number)


def age_in_months(since: date, on: date) -> int:
    """Return the age of a decision in months; a started month counts as a month, the day itself is age 0."""
    months = (on.year - since.year) * 12 + on.month - since.month
    while add_months(since, months) < on:
        months += 1
    while months > 0 and add_months(since, months - 1) >= on:
        months -= 1
    return months


def completed_months(since: date, on: date) -> int:
    """Return how many whole months have passed: what an organisation's age is counted in."""
    months = (on.year - since.year) * 12 + on.month - since.month
    while months > 0 and add_months(since, months) > on:
        months -= 1
    return max(months, 0)


def first_day_within(months: int, on: date) -> date:
    """Return the earliest day whose age on this day is at most so many months.

    The inverse of ``age_in_months``: engines compare days with it and never count months row by row.
    """
    day = add_months(on, -months)
    # 31 May is one month after 30 April, and one month before 30 June lies 30 May: the end of a month needs a look around.
    while add_months(day - timedelta(days=1), months) >= on:
        day -= timedelta(days=1)
    while add_months(day, months) < on:
        day += timedelta(days=1)
    return day


def last_day_completed(months: int, on: date) -> date:
    """Return the latest day since which so many whole months have passed on this day."""
    day = add_months(on, -months)
    while add_months(day + timedelta(days=1), months) <= on:
        day += timedelta(days=1)
    while add_months(day, months) > on:
        day -= timedelta(days=1)
    return day


def due_years(count: int, on: date) -> tuple[int, int]:
    """Return first and last of the most recent annual-report years that were due (年报于次年6月30日前公示)."""
    last = on.year - (1 if on > date(on.year, 6, 30) else 2)
    return last - count + 1, last
