"""Money and other numbers, read exactly."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.intake.fields import amounts


def read(text: str | None, *, unit: str | None = "万元", scale: int = 6) -> tuple:
    judged = amounts.judge(pl.Series([text], dtype=pl.String), unit=unit, scale=scale).frame()
    return judged.select("value", "reason", "repair", "typed").row(0)


@pytest.mark.parametrize(
    ("text", "value", "repair", "fen"),
    [
        ("0.5", "0.5", None, 500_000),
        ("0.500000", "0.5", None, 500_000),
        ("20.0", "20", None, 20_000_000),
        ("0", "0", None, 0),
        ("000", "0", None, 0),
        ("007.10", "7.1", None, 7_100_000),
        ("0.000001", "0.000001", None, 1),
        ("1,234.50", "1234.5", "thousands-separator", 1_234_500_000),
        ("5000元", "0.5", "unit-converted", 500_000),
        ("￥3,000元整", "0.3", "unit-converted", 300_000),
        ("3.24（万元）", "3.24", "number-cleaned", 3_240_000),
        ("１２．５", "12.5", "number-cleaned", 12_500_000),
        ("1e2", "100", "number-cleaned", 100_000_000),
        ("1亿元", "10000", "unit-converted", 10_000_000_000),
    ],
)
def test_numbers_are_read_exactly_and_repairs_are_told(text, value, repair, fen):
    assert read(text) == (value, None, repair, fen)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-1", "amount.negative"),
        ("0.1234567", "amount.too-precise"),
        ("1000000000000", "amount.too-large"),
        ("五千", "amount.not-a-number"),
        ("1.2.3", "amount.not-a-number"),
        ("12,34", "amount.not-a-number"),
        ("3-5", "amount.not-a-number"),
    ],
)
def test_each_wrong_number_has_its_own_reason(text, reason):
    assert read(text) == (None, reason, None, None)


def test_the_largest_amount_still_fits():
    assert read("999999999999.999999")[3] == 999_999_999_999_999_999


def test_counts_take_no_unit_and_no_fraction():
    judged = amounts.judge(pl.Series(["12", "12.0", "12.5", "12人"]), unit=None, scale=2, whole=True).frame()
    assert judged.get_column("value").to_list() == ["12", "12", None, None]
    assert judged.get_column("reason").to_list() == [None, None, "amount.too-precise", "amount.not-a-number"]


@given(st.decimals(min_value=0, max_value=10**11, places=6))
def test_what_is_printed_is_read_back_to_the_same_integer(number):
    _, reason, _, typed = read(f"{number:f}")
    assert reason is None
    assert Decimal(typed) == number * 10**6
