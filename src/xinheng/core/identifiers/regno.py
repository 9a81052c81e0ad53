"""Business registration number (工商注册号): 15 digits with a check digit (GS 15-2006), or 13 digits before 2007."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from xinheng.core.identifiers import column
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

LENGTH: Final = 15
OLD_LENGTH: Final = 13
_DIGITS: Final = frozenset("0123456789")  # str.isdigit() would also take ² and full-width digits


def compact(text: str) -> str:
    """Return the number without spaces, hyphens or invisible characters."""
    return compact_code(text)


def check_digit(body: str) -> str:
    """Return the check digit of 14 digits: ISO 7064 MOD 11,10."""
    p = 10
    for digit in body:
        s = (p + int(digit)) % 10 or 10
        p = s * 2 % 11
    return str((11 - p) % 10)


def validate(text: str) -> str:
    """Return the compact number, or raise Malformed. Old numbers of 13 digits have no check digit and pass."""
    number = compact(text)
    for position, character in enumerate(number, start=1):
        if character not in _DIGITS:
            raise Malformed("regno.character-not-allowed", f"第 {position} 位是“{character}”，注册号只含数字")
    if len(number) == OLD_LENGTH:
        if len(set(number)) == 1:
            raise Malformed("regno.placeholder", f"“{number}”是凑数的号码")
        return number
    if len(number) < LENGTH:
        raise Malformed("regno.too-short", f"只有 {len(number)} 位，应为 15 位（2007 年以前为 13 位）")
    if len(number) > LENGTH:
        raise Malformed("regno.too-long", f"有 {len(number)} 位，应为 15 位")
    if len(set(number[:14])) == 1:
        raise Malformed("regno.placeholder", f"“{number}”是凑数的号码")
    if number[14] != (right := check_digit(number[:14])):
        raise Malformed("regno.check-digit", f"末位是“{number[14]}”，按前十四位推算应为“{right}”")
    return number


def is_valid(text: str) -> bool:
    """Say whether the text is a registration number."""
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
    old = "regno.old-number" if len(number) == OLD_LENGTH else None
    return column.Reading(number, warning=old, normalised=repair_of_code(text))


def _next_state(p: int, digit: int) -> int:
    return ((p + digit) % 10 or 10) * 2 % 11


# The running remainder p (0…10) after one more character; 11 is "not a digit" and stays so.
_STEPS = np.array(
    [[_next_state(p, b - 48) if p < 11 and 48 <= b < 58 else 11 for b in range(256)] for p in range(12)], dtype=np.uint8
).ravel()


def _glance(series: pl.Series) -> column.Glance:
    fits, codes = column.as_bytes(series, LENGTH)
    state: np.ndarray[Any, Any] = np.full(len(codes), 10, dtype=np.int32)
    for position in range(14):
        state = _STEPS.take(state * 256 + codes[:, position]).astype(np.int32)
    right = (state < 11) & ((11 - state) % 10 == codes[:, 14].astype(np.int32) - 48)
    filler = (codes[:, :14] == codes[:, :1]).all(axis=1)
    return column.spread(fits, right & ~filler)


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column; old numbers carry a warning."""
    return column.judge(series, WAY)
