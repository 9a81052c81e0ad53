"""Industry code (国民经济行业代码), GB/T 4754-2017: section letter, division, group, class: I, 65, 651, 6510, I6510."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from xinheng.core.identifiers import column
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

# Section → its divisions, first and last. The section follows from the division, so a code may leave it out.
SECTIONS: Final = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60), "H": (61, 62),
    "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83),
    "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip
_SECTION_OF: Final = {f"{d:02}": s for s, (first, last) in SECTIONS.items() for d in range(first, last + 1)}
_SHAPE: Final = re.compile(r"([A-T])?([0-9]{2,4})|([A-T])")


def compact(text: str) -> str:
    """Return the code in capitals without spaces. A leading zero is never added: 111 and 0111 are two codes."""
    return compact_code(text)


def validate(text: str) -> str:
    """Return the compact code, or raise Malformed."""
    code = compact(text)
    match = _SHAPE.fullmatch(code)
    if not match:
        raise Malformed("industry.not-a-code", f"“{code}”不是行业代码")
    letter, digits = match[1], match[2]
    if digits is None:
        return code
    section = _SECTION_OF.get(digits[:2])
    if section is None:
        raise Malformed("industry.division-unknown", f"没有大类“{digits[:2]}”")
    if letter and letter != section:
        raise Malformed(
            "industry.section-contradicts-division", f"大类“{digits[:2]}”属于门类“{section}”，不是“{letter}”"
        )
    return code


def section_of(code: str) -> str:
    """Return the section letter of a valid code."""
    return code[0] if code[0].isalpha() else _SECTION_OF[code[:2]]


def is_valid(text: str) -> bool:
    """Say whether the text is an industry code."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the code with its section letter: I6510."""
    code = validate(text)
    return code if code[0].isalpha() else section_of(code) + code


def _read(text: str) -> column.Reading:
    try:
        return column.Reading(validate(text), normalised=repair_of_code(text))
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)


_DIVISIONS: Final = "|".join(f"{s}(?:{'|'.join(d for d, of in _SECTION_OF.items() if of == s)})" for s in SECTIONS)
_BARE: Final = "|".join(_SECTION_OF)


def _glance(series: pl.Series) -> column.Glance:
    return column.Glance(series.str.contains(rf"^(?:[A-T]|(?:{_DIVISIONS}|{_BARE})[0-9]{{0,2}})$").to_numpy())


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
