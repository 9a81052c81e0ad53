"""Text cells: trimmed, freed of invisible characters; control characters, HTML and over-long texts go back."""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from xinheng.core.intake.judged import Judged, spotted
from xinheng.core.places import places

# One regular expression finds every cell worth a second look, so that clean columns cost one scan.
# U+00A0 no-break space, U+200B–200F zero-width, U+2028/2029 line separators seen inside real cells, U+E000–F8FF private
# use (a character only the sender's font can show; asked for in short fields only), U+FFFD the mark of text already broken by a wrong encoding.
_SUSPECT = r"[\x00-\x08\x0b-\x1f\x7f<\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}\u{feff}\u{fffd}\u{e000}-\u{f8ff}]|^\s|\s$"
LONG = 500  # fields allowed more characters than this hold running text
# Groups keep the classes apart: merged into one they exceed the ten literals up to which the searcher looks for them
# sixteen bytes at a time.
_FEW_LITERALS = (
    r"([\x00-\x07])|([\x08\x0b-\x11])",
    r"([\x12-\x19])|([\x1a-\x1f\x7f<])",
    r"[\u{200b}-\u{200f}]|\u{feff}|\u{fffd}|\u{2060}|[\u{2028}-\u{202e}]|\u{ad}",
)
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_INVISIBLE = r"[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}\u{feff}]"
_LINE_SEPARATOR = r"[\u{2028}\u{2029}]|\r\n?"
_HTML = r"(?i)</?[a-z!][^>]*>|<script|&(?:nbsp|lt|gt|amp|quot|#\d+);"

# Rule F01: cells that say "nothing" in so many ways; `undefined` and `(1/1)` were seen in real data.
EMPTY_LIKE = (
    "无", "暂无", "空", "/", "//", "\\", "-", "--", "—", "——", "NULL", "null", "Null", "None", "none", "nan", "NaN",
    "N/A", "n/a", "#N/A", "undefined", "(1/1)", "无数据", "(空)", "（空）",
)  # fmt: skip
_EMPTY = ["", *EMPTY_LIKE]
_LONGEST_EMPTY_LIKE = max(len(text.encode()) for text in EMPTY_LIKE)


def blank_out(values: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Turn empty-like cells into nulls; return the values and where that was done (``None``: nowhere)."""
    short = values.str.len_bytes() <= _LONGEST_EMPTY_LIKE
    if not short.any():
        return values, None
    alike = values.is_in(EMPTY_LIKE) | (values == "")
    if not alike.any():
        return values, None
    frame = pl.DataFrame({"v": values, "a": alike.fill_null(False)})
    return frame.select(pl.when("a").then(None).otherwise("v").alias("v")).to_series(), frame.get_column("a")


def first_look(cells: pl.Expr, max_length: int | None = None) -> tuple[pl.Expr, pl.Expr]:
    """Say which cells deserve a closer look (nulls do not), and how many bytes each takes.

    Short fields take one regular expression. Over long texts its automaton crawls at half a gigabyte a second, while
    alternatives of at most ten literals are found several times faster: long fields take a handful of those.
    """
    size = cells.str.len_bytes()
    if max_length is None or max_length > LONG:
        # The ends last: the scans before have brought both of every text near.
        scans = reduce(or_, map(cells.str.contains, _FEW_LITERALS))
        suspect = scans | (cells.str.strip_chars().str.len_bytes() != size)
    else:
        suspect = cells.str.contains(_SUSPECT)
    return suspect.fill_null(False), size


def judge(values: pl.Series, suspect: pl.Series, size: pl.Series, *, max_length: int | None = None) -> Judged:
    """Clean a text column; ``max_length`` counts characters, not bytes. ``suspect`` and ``size``: the first look at it.

    Only the cells the first look finds suspect are looked at closely, and put back into their places.
    """
    shortest, longest = size.min(), size.max()
    if shortest is not None and shortest <= _LONGEST_EMPTY_LIKE:  # type: ignore[operator]
        short = (size <= _LONGEST_EMPTY_LIKE).arg_true()
        alike = short.filter(values[short].is_in(_EMPTY))
        suspect = suspect.scatter(alike, True) if len(alike) else suspect
    if max_length is not None and longest is not None and longest > max_length:  # type: ignore[operator]
        suspect = suspect | (values.str.len_chars() > max_length).fill_null(False)
    if not suspect.any():
        return Judged(values)
    at = places(suspect)
    return spotted(values, at, _look_closely(values[at], max_length))


def _look_closely(values: pl.Series, max_length: int | None) -> pl.DataFrame:
    v, value = pl.col("v"), pl.col("value")
    clean = (
        v.str.replace_all(_INVISIBLE, "")
        .str.replace_all(_LINE_SEPARATOR, "\n")
        .str.strip_chars(" \t\n\r\u3000\u00a0\u2002\u2003\u2009")
    )
    reason = (
        pl.when(v.str.contains(_CONTROL))
        .then(pl.lit("text.control-character"))
        .when(v.str.contains("\ufffd", literal=True))
        .then(pl.lit("text.broken-character"))
        .when(v.str.contains(_HTML))
        .then(pl.lit("text.html"))
        .when(value.str.len_chars() > (max_length or 1 << 30))
        .then(pl.lit("text.too-long"))
        .otherwise(None)
    )
    repair = (
        pl.when((v != "") & value.is_null())
        .then(pl.lit("empty-like"))
        .when(v.str.contains(_INVISIBLE))
        .then(pl.lit("invisible-removed"))
        .when(v.str.contains(r"[\u{2028}\u{2029}]"))
        .then(pl.lit("line-separator-replaced"))
        .when(v != value)
        .then(pl.lit("trimmed"))
        .otherwise(None)
    )
    return (
        pl.DataFrame({"v": values})
        .with_columns(value=clean)
        .with_columns(value=pl.when(value.is_in(_EMPTY)).then(None).otherwise("value"))
        .select(
            "value",
            reason.alias("reason"),
            pl.when(v.str.contains(r"[\u{e000}-\u{f8ff}]"))
            .then(pl.lit("text.private-character"))
            .otherwise(None)
            .alias("warning"),
            repair.alias("repair"),
        )
    )
