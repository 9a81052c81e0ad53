"""Dates as people write them."""

from datetime import date

import polars as pl
import pytest

from xinheng.core.intake.fields import dates

TODAY = date(2026, 11, 23)


def read(text: str | None, *, past: bool = True, open_ended: bool = False) -> tuple:
    judged = dates.judge(pl.Series([text], dtype=pl.String), on=TODAY, past=past, open_ended=open_ended).frame()
    return judged.select("value", "reason", "repair").row(0)


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("2026/03/09", None),
        ("2026/3/9", None),
        ("2026-03-09", None),
        ("2026.3.9", None),
        ("2026年3月9日", None),
        ("2026年 3月 9日", None),
        ("20260309", None),
        ("2026-03-09 00:00:00", None),
        ("2026-03-09T00:00:00", None),
        ("２０２６年３月９日", "width-folded"),
        ("２０２６/０３/０９", "width-folded"),
        ("二〇二六年三月九日", "chinese-numerals"),
        ("二零二六年三月九日", "chinese-numerals"),
        ("46090", "excel-serial"),
        ("2026-03-09 13:49:21", "time-dropped"),
        ("2026-03-09T13:49:21.000+08:00", "time-dropped"),
    ],
)
def test_many_spellings_are_one_day(text, repair):
    assert read(text) == ("2026-03-09", None, repair)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026/02/30", "date.impossible"),
        ("2026/13/01", "date.impossible"),
        ("20261301", "date.impossible"),
        ("1900-02-29", "date.impossible"),
        ("1949-09-30", "date.out-of-range"),
        ("2100-01-01", "date.out-of-range"),
        ("2026-11-24", "date.future"),
        ("昨天", "date.unreadable"),
        ("09/03/2026", "date.unreadable"),
        ("26.3.9", "date.unreadable"),
        ("12", "date.unreadable"),
    ],
)
def test_each_wrong_date_has_its_own_reason(text, reason):
    assert read(text) == (None, reason, None)


def test_limits_themselves_are_good():
    assert read("1949-10-01")[0] == "1949-10-01"
    assert read("2026-11-23")[0] == "2026-11-23"
    assert read("2099-12-31", past=False)[0] == "2099-12-31"
    assert read("2026-11-24", past=False)[0] == "2026-11-24"


def test_long_term_means_no_end_only_where_a_field_may_have_none():
    assert read("长期", past=False, open_ended=True) == ("2099-12-31", None, "open-ended")
    assert read("长期", past=False) == (None, "date.unreadable", None)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_an_empty_cell_is_empty_and_nothing_is_said(text):
    assert read(text) == (None, None, None)


@pytest.mark.parametrize("text", ["/", "无", "NULL", "undefined"])
def test_empty_like_cells_are_emptied_and_reported(text):
    assert read(text) == (None, None, "empty-like")
