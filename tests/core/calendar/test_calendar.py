"""The calendar: what the official lists say, how a deadline explains itself, columns and single days alike."""

import csv
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.core.calendar.columns import add_working_days_column
from xinheng.core.calendar.loading import TABLE, calendar_of
from xinheng.core.calendar.months import Period, add_months
from xinheng.core.calendar.working_days import Calendar
from xinheng.core.policy.model import Policy

SOURCE = Path(__file__).parents[3] / "policy/national/calendar/official-days.csv"
with SOURCE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
CALENDAR = Calendar.from_rows(ROWS)
days = st.dates(date(2006, 12, 1), date(2028, 1, 31))


@pytest.mark.parametrize(("year", "working"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_each_year_has_as_many_working_days_as_its_notice_gives(year, working):
    assert CALENDAR.count_working_days(date(year - 1, 12, 31), date(year, 12, 31)) == working


def test_a_day_of_the_year_before_does_not_make_that_year_known():
    assert 2006 not in CALENDAR.years
    assert set(range(2007, 2027)) == CALENDAR.years
    assert not CALENDAR.is_working_day(date(2022, 12, 31))


def test_the_last_days_of_the_last_known_year_may_still_change():
    assert CALENDAR.is_working_day(date(2026, 12, 28)).provisional is False
    assert CALENDAR.is_working_day(date(2026, 12, 29)).provisional is True
    assert CALENDAR.is_working_day(date(2025, 12, 31)).provisional is False


def test_a_deadline_names_the_days_it_skipped_and_the_weekend_days_it_counted():
    said = CALENDAR.add_working_days(date(2026, 9, 24), 7).explain()
    assert said[0] == "2026-09-25（中秋节放假）不计"
    assert "2026-10-10（国庆节调休上班）计入" in said
    assert "2026-10-11（星期日）不计" in said
    assert len(said) == 12


def test_a_provisional_deadline_says_why():
    found = CALENDAR.add_working_days(date(2027, 2, 4), 3)
    assert found.provisional
    assert "尚未公布" in found.explain()[-1]


def test_each_listed_day_names_its_notice():
    assert all(row["notice"].startswith("http") for row in ROWS)
    assert CALENDAR.is_working_day(date(2026, 10, 1)).notice.endswith("content_7047091.htm")


def test_a_citys_own_row_comes_later_and_prevails():
    calendar = Calendar.from_rows([*ROWS, {"date": "2026-10-08", "kind": "off", "name": "台风停工", "notice": ""}])
    assert not calendar.is_working_day(date(2026, 10, 8))


def test_an_unknown_kind_of_day_is_refused():
    with pytest.raises(ValueError, match="kind must be off or work"):
        Calendar.from_rows([{"date": "2026-10-08", "kind": "holiday", "name": "", "notice": ""}])


def test_a_deadline_never_lies_behind():
    with pytest.raises(ValueError, match="ahead"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="ahead"):
        add_working_days_column(pl.Series([date(2026, 1, 1)]), -1, CALENDAR)


def test_the_calendar_of_a_policy_is_read_once():
    policy = Policy(
        authority="shenzhen",
        digest="sha256:1",
        item_versions={},
        codelists={},
        departments=(),
        tables={TABLE: tuple(ROWS)},
    )
    assert calendar_of(policy) is calendar_of(policy)
    assert calendar_of(policy).years == CALENDAR.years


@settings(max_examples=200, deadline=None)
@given(day=days, n=st.integers(0, 40))
def test_counting_undoes_adding(day, n):
    assert CALENDAR.count_working_days(day, CALENDAR.add_working_days(day, n).day) == n


@settings(max_examples=60, deadline=None)
@given(column=st.lists(st.one_of(st.none(), days), max_size=12), n=st.integers(0, 30))
def test_a_column_of_deadlines_is_the_deadline_of_each_day(column, n):
    found = add_working_days_column(pl.Series(column, dtype=pl.Date), n, CALENDAR)
    expected = [None if d is None else CALENDAR.add_working_days(d, n) for d in column]
    assert found.rows() == [(None, None) if e is None else (e.day, e.provisional) for e in expected]


def test_counting_backwards_is_negative():
    assert CALENDAR.count_working_days(date(2026, 3, 10), date(2026, 3, 9)) == -1


@settings(max_examples=200)
@given(day=days, months=st.integers(0, 120))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = add_months(day, months)
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("text", "period", "said"),
    [
        ("P3M", Period(3), "3个月"),
        ("P1Y", Period(12), "1年"),
        ("P3Y", Period(36), "3年"),
        ("P30D", Period(0, 30), "30日"),
        ("P1Y6M", Period(18), "18个月"),
        ("P1M5D", Period(1, 5), "1个月零5日"),
    ],
)
def test_a_period_is_read_and_said(text, period, said):
    assert Period.parse(text) == period
    assert str(period) == said


@pytest.mark.parametrize("text", ["P", "3M", "P1W", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="not a period"):
        Period.parse(text)
