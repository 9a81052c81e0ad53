"""What a department has to hand in by when: periods, last working days by the official calendar, periods left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.calendar.loading import calendar_of
from xinheng.core.duties.periods import Span, span, standing
from xinheng.core.policy import default_policy

CALENDAR = calendar_of(default_policy("shenzhen"))
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


def stand(frequency: str, on: date, *reported: date, since: date | None = None):
    return standing(frequency, reported=reported, since=since, on=on, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("frequency", "on", "begin", "end"),
    [
        ("w", date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 30)),
        ("m", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("q", date(2026, 11, 25), date(2026, 10, 1), date(2027, 1, 1)),
        ("h", date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1)),
        ("y", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_holds_its_day(frequency, on, begin, end):
    assert span(frequency, on) == Span(begin, end)


@pytest.mark.parametrize("frequency", ["rt", "d", "e"])
def test_what_is_reported_when_it_happens_has_no_period(frequency):
    assert span(frequency, date(2026, 11, 23)) is None
    assert stand(frequency, date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 30)),  # a Monday
        (date(2026, 10, 2), date(2026, 10, 30)),  # the 31st is a Saturday
        (date(2025, 2, 3), date(2025, 2, 28)),
    ],
)
def test_the_due_day_is_the_last_working_day_of_the_period(on, due):
    assert stand("m", on).due_on == due


def test_a_weekend_day_that_is_worked_can_be_the_due_day():
    worked = next(day for day, told in sorted(CALENDAR.listed.items()) if told.working and day.weekday() == 6)
    week = stand("w", worked)
    assert week.due_on == worked


def test_the_days_left_are_working_days_and_today_is_one():
    assert stand("m", date(2026, 11, 30)).working_days_left == 1
    assert stand("m", date(2026, 11, 27)).working_days_left == 2  # a Friday, and the Monday after
    assert stand("m", date(2026, 10, 31)).working_days_left <= 0  # the last working day has passed


def test_a_report_in_the_period_settles_it():
    assert stand("m", date(2026, 11, 23), date(2026, 11, 3)).reported
    assert not stand("m", date(2026, 11, 23), date(2026, 10, 31)).reported


def test_periods_left_out_are_told_oldest_first_and_no_further_back_than_the_duty():
    told = stand("m", date(2026, 11, 23), date(2026, 7, 9), date(2026, 9, 30))
    assert [one.begin for one in told.missing] == [date(2026, 8, 1), date(2026, 10, 1)]
    assert stand("m", date(2026, 11, 23), since=date(2026, 10, 1)).missing == (
        Span(date(2026, 10, 1), date(2026, 11, 1)),
    )
    assert stand("m", date(2026, 11, 23)).missing == ()  # nothing tells when the duty began


@given(st.sampled_from("wmqhy"), DAYS)
def test_periods_follow_each_other_without_a_gap(frequency, on):
    here = span(frequency, on)
    assert on in here
    assert span(frequency, here.end).begin == here.end
    assert span(frequency, here.begin - timedelta(days=1)).end == here.begin


@given(st.sampled_from("wmqhy"), DAYS, st.lists(DAYS, max_size=8))
def test_a_period_is_never_both_reported_and_missing(frequency, on, reported):
    told = stand(frequency, on, *reported)
    assert told.due_on in told.now
    assert all(not any(day in one for day in reported) for one in told.missing)
