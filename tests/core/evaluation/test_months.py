"""A window by days is exactly the window by months, for every day of every month."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation.months import (
    age_in_months,
    completed_months,
    due_years,
    first_day_within,
    last_day_completed,
)

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(on=DAYS, back=st.integers(0, 2500), months=st.integers(0, 60))
def test_within_a_window(on: date, back: int, months: int) -> None:
    since = on - timedelta(days=back)
    assert (age_in_months(since, on) <= months) == (since >= first_day_within(months, on))


@given(on=DAYS, back=st.integers(0, 5000), months=st.integers(0, 130))
def test_so_many_months_have_passed(on: date, back: int, months: int) -> None:
    since = on - timedelta(days=back)
    assert (completed_months(since, on) >= months) == (since <= last_day_completed(months, on))


@given(on=DAYS, months=st.integers(0, 60))
def test_a_corresponding_day_is_so_many_months_old(on: date, months: int) -> None:
    assert age_in_months(on, add_months(on, months)) <= months


def test_a_started_month_counts() -> None:
    assert age_in_months(date(2026, 3, 10), date(2026, 3, 10)) == 0
    assert age_in_months(date(2026, 3, 10), date(2026, 3, 11)) == 1
    assert age_in_months(date(2026, 3, 10), date(2026, 4, 10)) == 1
    assert age_in_months(date(2026, 3, 10), date(2026, 4, 11)) == 2


def test_annual_reports_fall_due_at_the_end_of_june() -> None:
    assert due_years(3, date(2026, 6, 30)) == (2022, 2024)
    assert due_years(3, date(2026, 7, 1)) == (2023, 2025)
