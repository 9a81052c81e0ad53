"""Tax registration number (税务登记号): today the unified code, before 2015 fifteen characters, 17 or 20 for traders."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from xinheng.core.identifiers import citizen_id, column, orgcode, uscc
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

LENGTHS: Final = (15, 17, 18, 20)
_SHAPE: Final = re.compile(r"[0-9A-Z]+")


def compact(text: str) -> str:
    """Return the number in capitals without spaces, hyphens or invisible characters."""
    return compact_code(text)


def validate(text: str) -> str:
    """Return the compact number, or raise Malformed."""
    number = compact(text)
    if not _SHAPE.fullmatch(number):
        raise Malformed("tax-no.character-not-allowed", f"“{number}”中有数字、字母以外的字符")
    if len(number) not in LENGTHS:
        raise Malformed("tax-no.length", f"有 {len(number)} 位，应为 15、17、18 或 20 位")
    if len(set(number[:-1])) == 1:
        raise Malformed("tax-no.placeholder", f"“{number}”是凑数的号码")
    return number


def warning_of(number: str) -> str | None:
    """Return what is doubtful about a valid number.

    Fifteen characters were a region and an organisation code; eighteen are a unified code, or hold a person's number
    (a trader before 2015), which must not be kept.
    """
    if len(number) == 18 and uscc.is_valid(number):
        return None
    if len(number) in (18, 20) and citizen_id.is_valid(number[:18]):
        return "tax-no.holds-citizen-id"
    if len(number) == 15:
        return None if orgcode.is_valid(number[6:]) else "tax-no.organisation-code-doubtful"
    return "tax-no.unified-code-doubtful" if len(number) == 18 else None


def is_valid(text: str) -> bool:
    """Say whether the text is a tax registration number."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the number as it is printed."""
    return compact(text)


def _read(text: str) -> column.Reading:
    try:
        number = validate(text)
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)
    return column.Reading(number, warning=warning_of(number), normalised=repair_of_code(text))


def _glance(series: pl.Series) -> column.Glance:
    """Unified codes are told at once; a column of older numbers is small and read one by one."""
    verdict = uscc.judge(series)
    plain = verdict.get_column("reason").is_null() & verdict.get_column("normalised").is_null()
    return column.Glance((plain & (series.str.len_bytes() == uscc.LENGTH)).to_numpy())


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
