"""The safe repairs of a code: trim, drop invisible characters, spaces and hyphens, fold full width, write in capitals.

"Safe" means that the same code is still written. Nothing here turns a letter O into a zero: that would be guessing.
One table serves the single value and the whole column, so that the two cannot differ.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

SPACES: Final = " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE: Final = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES: Final = "'`\u2018\u2019\uff07"  # Excel marks a number kept as text with one
_FULL_WIDTH: Final = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
_LOWER: Final = {chr(c): chr(c - 32) for c in range(ord("a"), ord("z") + 1)}

_EDGE: Final = SPACES + INVISIBLE + _APOSTROPHES
CODE_TABLE: Final[dict[str, str]] = (
    {full: half.upper() for full, half in _FULL_WIDTH.items()}
    | _LOWER
    | dict.fromkeys(SPACES + INVISIBLE + HYPHENS, "")
)
_TRANSLATION: Final = str.maketrans(CODE_TABLE)
# Most telling kind first: a value may need several repairs, one kind is reported.
_KINDS: Final = (
    ("invisible-removed", f"[{re.escape(INVISIBLE)}]"),
    ("width-folded", "[\uff01-\uff5e]"),
    ("separators-removed", f"[{re.escape(SPACES + HYPHENS)}]"),
    ("upper-cased", "[a-z]"),
)
_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def compact_code(text: str) -> str:
    """Return the code as it should be written."""
    if text.isascii() and text.isalnum():  # nothing to leave out: most wrong codes are of this kind
        return text.upper()
    return text.strip(_EDGE).translate(_TRANSLATION)


def repair_of_code(text: str) -> str | None:
    """Return the kind of safe repair ``compact_code`` makes here, or None where the text already stands as it should."""
    stripped = text.strip(SPACES + _APOSTROPHES)
    for kind, pattern in _PATTERNS:
        if pattern.search(stripped):
            return kind
    return None if stripped == text else "trimmed"


def compact_codes(column: pl.Expr) -> pl.Expr:
    """Return ``compact_code`` of a whole column."""
    return column.str.strip_chars(_EDGE).str.replace_many(list(CODE_TABLE), list(CODE_TABLE.values()))


def repairs_of_codes(column: pl.Expr) -> pl.Expr:
    """Return ``repair_of_code`` of a whole column."""
    stripped = column.str.strip_chars(SPACES + _APOSTROPHES)
    kinds = [pl.when(stripped.str.contains(pattern)).then(pl.lit(kind)) for kind, pattern in _KINDS]
    return pl.coalesce(*kinds, pl.when(stripped != column).then(pl.lit("trimmed")))
