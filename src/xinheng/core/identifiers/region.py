"""Region code (行政区划代码), GB/T 2260: six digits; nine and twelve for townships and villages; a city's own SZ-DP."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from xinheng.core.identifiers import column, gb2260
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

# Functional districts have no GB code (大鹏新区, 深汕特别合作区): a city may name them in a namespace of its own,
# two letters for the city and two for the district. Such a code never enters a USCC or a citizen's number.
_LOCAL: Final = re.compile(r"[A-Z]{4}")
_OFFICIAL: Final = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")


def compact(text: str) -> str:
    """Return the code without spaces or invisible characters; a local code with its hyphen."""
    code = compact_code(text)
    return f"{code[:2]}-{code[2:]}" if _LOCAL.fullmatch(code) else code


def validate(text: str) -> str:
    """Return the compact code, or raise Malformed."""
    code = compact(text)
    if _OFFICIAL.fullmatch(code):
        if code[:2] not in gb2260.PROVINCES and code != gb2260.NATIONAL:
            raise Malformed("region.province-unknown", f"前两位“{code[:2]}”不是省级区划代码")
        return code
    if len(code) == 5 and code[2] == "-":
        return code
    raise Malformed("region.not-a-code", f"“{code}”不是行政区划代码")


def is_valid(text: str) -> bool:
    """Say whether the text is a region code."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def is_local(code: str) -> bool:
    """Say whether the code is a city's own and must be mapped before it leaves the city."""
    return "-" in code


def parent(code: str) -> str | None:
    """Return the code one level up: village, township, county, prefecture, province; None above."""
    if len(code) == 12:
        return code[:9]
    if len(code) == 9:
        return code[:6]
    if code.endswith("0000") or is_local(code):
        return None
    return code[:2] + "0000" if code.endswith("00") else code[:4] + "00"


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the code as it is printed."""
    return compact(text)


def _read(text: str) -> column.Reading:
    try:
        code = validate(text)
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)
    known = is_local(code) or code[:6] in gb2260.KNOWN
    repaired = repair_of_code(text)
    if is_local(code):
        repaired = None if code == text else "local-code-folded"
    return column.Reading(code, warning=None if known else "region.unknown", normalised=repaired)


_KNOWN: Final = pl.Series(sorted(gb2260.KNOWN))


def _glance(series: pl.Series) -> column.Glance:
    return column.Glance(series.is_in(_KNOWN.implode()).to_numpy())


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
