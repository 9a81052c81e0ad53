"""Text cells: trimmed, freed of invisible characters; control characters, HTML and over-long texts go back."""

from __future__ import annotations

import polars as pl

from xinheng.core.intake.judged import Judged, of_frame

# One regular expression finds every cell worth a second look, so that clean columns cost one scan.
# U+00A0 no-break space, U+200B–200F zero-width, U+2028/2029 line separators seen inside real cells, U+E000–F8FF private
# use (a character only the sender's font can show), U+FFFD the mark of text already broken by a wrong encoding.
_SUSPECT = r"[\x00-\x08\x0b-\x1f\x7f<\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}\u{feff}\u{fffd}\u{e000}-\u{f8ff}]|^\s|\s$"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_INVISIBLE = r"[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}\u{feff}]"
_LINE_SEPARATOR = r"[\u{2028}\u{2029}]|\r\n?"
_HTML = r"(?i)</?[a-z!][^>]*>|<script|&(?:nbsp|lt|gt|amp|quot|#\d+);"

# Rule F01: cells that say "nothing" in so many ways; `undefined` and `(1/1)` were seen in real data.
EMPTY_LIKE = (
    "无", "暂无", "空", "/", "//", "\\", "-", "--", "—", "——", "NULL", "null", "Null", "None", "none", "nan", "NaN",
    "N/A", "n/a", "#N/A", "undefined", "(1/1)", "无数据", "(空)", "（空）",
)  # fmt: skip
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


def judge(values: pl.Series, *, max_length: int | None = None) -> Judged:
    """Clean a text column; ``max_length`` counts characters, not bytes."""
    too_long_possible = max_length is not None and (values.str.len_bytes().max() or 0) > max_length  # type: ignore[operator]
    suspect = values.str.contains(_SUSPECT).fill_null(False)
    cleaned, emptied = blank_out(values)
    if not suspect.any() and not too_long_possible and emptied is None:
        return Judged(cleaned)
    v = pl.col("v")
    clean = (
        v.str.replace_all(_INVISIBLE, "")
        .str.replace_all(_LINE_SEPARATOR, "\n")
        .str.strip_chars(" \t\n\r\u3000\u00a0\u2002\u2003\u2009")
    )
    frame = (
        pl.DataFrame({"v": cleaned, "s": suspect})
        .with_columns(value=pl.when("s").then(clean).otherwise(v))
        .with_columns(
            value=pl.when(pl.col("s") & pl.col("value").is_in(["", *EMPTY_LIKE])).then(None).otherwise("value")
        )
    )
    value = pl.col("value")
    reason = (
        pl.when(pl.col("s") & v.str.contains(_CONTROL))
        .then(pl.lit("text.control-character"))
        .when(pl.col("s") & v.str.contains("\ufffd", literal=True))
        .then(pl.lit("text.broken-character"))
        .when(pl.col("s") & v.str.contains(_HTML))
        .then(pl.lit("text.html"))
    )
    if too_long_possible:
        reason = reason.when(value.str.len_chars() > max_length).then(pl.lit("text.too-long"))
    frame = frame.select(
        value,
        reason.otherwise(None).alias("reason"),
        pl.when(pl.col("s") & v.str.contains(r"[\u{e000}-\u{f8ff}]"))
        .then(pl.lit("text.private-character"))
        .otherwise(None)
        .alias("warning"),
        pl.when(pl.col("s") & v.str.contains(_INVISIBLE))
        .then(pl.lit("invisible-removed"))
        .when(pl.col("s") & v.str.contains(r"[\u{2028}\u{2029}]"))
        .then(pl.lit("line-separator-replaced"))
        .when(pl.col("s") & (v != value))
        .then(pl.lit("trimmed"))
        .otherwise(None)
        .alias("repair"),
    )
    if emptied is not None:
        frame = frame.with_columns(
            repair=pl.when(emptied & (values != "")).then(pl.lit("empty-like")).otherwise(pl.col("repair"))
        )
    return of_frame(frame)
