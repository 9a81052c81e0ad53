"""Organisation code (组织机构代码), GB 11714-1997: eight characters and a check character, 71526726-X."""

from __future__ import annotations

from operator import mul
from typing import Final

import polars as pl

from xinheng.core.identifiers import column
from xinheng.core.identifiers.bytesums import WRONG, ByteSums, place
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

LENGTH: Final = 9
WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
# Old codes may hold any of the 26 letters: A=10 … Z=35. GB 32100 allows fewer, that is checked there.
BODY: Final = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
CHECK: Final = {c: i for i, c in enumerate("0123456789X")}


def compact(text: str) -> str:
    """Return the code in capitals without hyphen, spaces or invisible characters."""
    return compact_code(text)


def check_character(body: str) -> str:
    """Return the check character of eight body characters."""
    remainder = (11 - sum(map(mul, map(BODY.__getitem__, body), WEIGHTS)) % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def is_placeholder(code: str) -> bool:
    """Say whether the code was only typed to fill the cell: all zeros, one character all over, 12345678."""
    return len(set(code[:8])) == 1 or code.startswith("12345678")


def validate(text: str) -> str:
    """Return the compact code, or raise Malformed."""
    code = compact(text)
    if len(code) < LENGTH:
        raise Malformed("orgcode.too-short", f"只有 {len(code)} 位，应为 9 位")
    if len(code) > LENGTH:
        raise Malformed("orgcode.too-long", f"有 {len(code)} 位，应为 9 位")
    for position, character in enumerate(code, start=1):
        if character not in BODY:
            raise Malformed("orgcode.character-not-allowed", f"第 {position} 位是“{character}”")
    if is_placeholder(code):
        raise Malformed("orgcode.placeholder", f"“{code}”是凑数的代码")
    if code[8] != (right := check_character(code[:8])):
        raise Malformed("orgcode.check-digit", f"末位是“{code[8]}”，按前八位推算应为“{right}”")
    return code


def is_valid(text: str) -> bool:
    """Say whether the text is an organisation code."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the code as it is printed: 71526726-X."""
    code = compact(text)
    return f"{code[:8]}-{code[8:]}"


def _read(text: str) -> column.Reading:
    try:
        return column.Reading(validate(text), normalised=repair_of_code(text))
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)


_SUMS = ByteSums(
    [*(place({c: v * w for c, v in BODY.items()}) for w in WEIGHTS), place(CHECK)],
)


def _glance(series: pl.Series) -> column.Glance:
    fits, codes = column.as_bytes(series, LENGTH)
    sums = _SUMS.of(codes)
    body = codes[:, :8]
    filler = (body == body[:, :1]).all(axis=1)
    counted = (body == list(b"12345678")).all(axis=1)
    return column.spread(fits, (sums < WRONG) & (sums % 11 == 0) & ~filler & ~counted)


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
