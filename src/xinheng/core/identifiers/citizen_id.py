"""Citizen identity number (公民身份号码), GB 11643-1999: region, birth date, sequence, check character.

Numbers are checked and masked here; outside the sealed store they are never kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from xinheng.core.identifiers import column, gb2260
from xinheng.core.identifiers.bytesums import WRONG, ByteSums, place
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

LENGTH: Final = 18
OLD_LENGTH: Final = 15
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK: Final = "10X98765432"
EARLIEST_BIRTH: Final = date(1900, 1, 1)
# Only the province is looked at: the rest is the region at first issue, and abolished codes stay valid for life.
# 81, 82, 83 are Hong Kong, Macau and Taiwan (residence permits carry the same 18 characters).
PROVINCES: Final = gb2260.PROVINCES | {"83"}
_DIGITS: Final = frozenset("0123456789")


def compact(text: str) -> str:
    """Return the number with a capital X and without spaces, hyphens or invisible characters."""
    return compact_code(text)


def check_character(body: str) -> str:
    """Return the check character of 17 digits: ISO 7064 MOD 11-2."""
    return CHECK[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def validate(text: str, *, on: date | None = None) -> str:
    """Return the 18-character number, or raise Malformed.

    A number of 15 digits (issued until 1999) is converted. ``on`` is the day asked about: with it, a birth date after
    that day is refused.
    """
    number = compact(text)
    if len(number) == OLD_LENGTH and _DIGITS.issuperset(number):
        body = number[:6] + "19" + number[6:]
        number = body + check_character(body)
    if len(number) < LENGTH:
        raise Malformed("citizen-id.too-short", f"只有 {len(number)} 位，应为 18 位")
    if len(number) > LENGTH:
        raise Malformed("citizen-id.too-long", f"有 {len(number)} 位，应为 18 位")
    for position, character in enumerate(number, start=1):
        if character not in _DIGITS and not (position == LENGTH and character == "X"):
            code = "citizen-id.letter-for-digit" if character in "OIL" else "citizen-id.character-not-allowed"
            raise Malformed(code, f"第 {position} 位是“{character}”")
    if number[:2] not in PROVINCES:
        raise Malformed("citizen-id.province-unknown", f"前两位“{number[:2]}”不是省级区划代码")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Malformed("citizen-id.birth-date-impossible", "第 7 至 14 位不是真实的日期")
    if born < EARLIEST_BIRTH:
        raise Malformed("citizen-id.birth-date-too-early", "第 7 至 14 位早于 1900 年")
    if on is not None and born > on:
        raise Malformed("citizen-id.birth-date-future", "第 7 至 14 位是将来的日期")
    if number[17] != check_character(number[:17]):
        raise Malformed("citizen-id.check-digit", "末位校验码不符")
    return number


def is_valid(text: str, *, on: date | None = None) -> bool:
    """Say whether the text is a citizen identity number."""
    try:
        validate(text, on=on)
    except Malformed:
        return False
    return True


def born_on(number: str) -> date:
    """Return the birth date in a valid number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def age(number: str, *, on: date) -> int:
    """Return the age in full years on this day (a person born on 29 February is a year older from 1 March)."""
    born = born_on(number)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_minor(number: str, *, on: date) -> bool:
    """Say whether the holder is under eighteen on this day (未成年人保护法第二条)."""
    return age(number, on=on) < 18


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the number as it is printed, for the holder alone."""
    return compact(text)


def mask(text: str) -> str:
    """Return what the public may see: the first and the last character.

    The usual form, six in front and four behind, hides only the birth date: whoever knows the birthday has the number.
    """
    number = compact(text)
    return f"{number[:1]}{'*' * 16}{number[-1:]}" if len(number) > 2 else "*" * 18


def mask_for_office(text: str) -> str:
    """Return what an officer sees where the matter does not need all of it: the first six and the last four."""
    number = compact(text)
    return f"{number[:6]}{'*' * 8}{number[-4:]}" if len(number) >= OLD_LENGTH else "*" * 18


_DIGIT_VALUES = {c: int(c) for c in "0123456789"}
_SUMS = ByteSums(
    [
        *(place({c: v * w for c, v in _DIGIT_VALUES.items()}) for w in WEIGHTS),
        place({c: i for i, c in enumerate("0123456789X")}),
    ]
)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87)
_PROVINCE_KNOWN = np.zeros(100, dtype=np.bool_)
_PROVINCE_KNOWN[[int(p) for p in PROVINCES]] = True


def _glance(series: pl.Series, on: date | None) -> column.Glance:
    fits, codes = column.as_bytes(series, LENGTH)
    sums = _SUMS.of(codes)
    right = (sums < WRONG) & (sums % 11 == 1)  # ISO 7064: the whole number is 1 modulo 11
    digits: np.ndarray[Any, Any] = np.where(right[:, None], codes[:, :14] - 48, 0).astype(np.int32)
    year = ((digits[:, 6] * 10 + digits[:, 7]) * 10 + digits[:, 8]) * 10 + digits[:, 9]
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    right &= (year >= EARLIEST_BIRTH.year) & (day >= 1) & (day <= _DAYS[month] + (leap & (month == 2)))
    right &= _PROVINCE_KNOWN[digits[:, 0] * 10 + digits[:, 1]]
    if on is not None:
        right &= (year * 100 + month) * 100 + day <= (on.year * 100 + on.month) * 100 + on.day
    return column.spread(fits, right)


def _read(text: str, on: date | None) -> column.Reading:
    try:
        number = validate(text, on=on)
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)
    if len(compact(text)) == OLD_LENGTH:
        return column.Reading(number, warning="citizen-id.old-number", normalised="converted-from-15-digits")
    return column.Reading(number, normalised=repair_of_code(text))


def _way(on: date | None) -> column.Way:
    return column.Way(
        glance=lambda s: _glance(s, on), read=lambda t: _read(t, on), compact=compact_codes, repairs=repairs_of_codes
    )


WAY = _way(None)


def judge(series: pl.Series, *, on: date | None = None) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY if on is None else _way(on))
