"""Dates as people write them, read into real days; impossible and future ones are told apart."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from xinheng.core.intake.fields.text import blank_out
from xinheng.core.intake.judged import Judged, of_frame

EARLIEST = date(1949, 10, 1)  # rule F03
NO_END = date(2099, 12, 31)  # the field standards' "long-term" (长期)
_OPEN_ENDED = (
    "长期",
    "永久",
    "长期有效",
    "无固定期限",
    "无期限",
    "永久有效",
    "至今",
    "不约定期限",
    "9999-12-31",
    "9999/12/31",
)
_SHAPE = (
    r"^(?<y>[0-9]{4})(?:[-/.年]\s?(?<m>[0-9]{1,2})[-/.月]\s?(?<d>[0-9]{1,2})日?|(?<m2>[0-9]{2})(?<d2>[0-9]{2}))"
    r"(?:[ T]?(?<t>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_WIDE = str.maketrans("０１２３４５６７８９／－．：", "0123456789/-.:")
_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0}
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_RANGE = (18264, 73050)  # 1950-01-01 … 2099-12-31; smaller numbers are more likely something else


def _chinese_number(text: str) -> int | None:
    """Read 二十三 or 〇三 (at most two digits)."""
    if text == "十":
        return 10
    if "十" in text:
        tens, _, ones = text.partition("十")
        left, right = _NUMERALS.get(tens, 1 if not tens else None), _NUMERALS.get(ones, 0 if not ones else None)
        return None if left is None or right is None else left * 10 + right
    digits = [_NUMERALS.get(c) for c in text]
    return None if not digits or None in digits else int("".join(str(d) for d in digits))


def _rescue(text: str) -> tuple[str, str] | None:
    """Read the rarer spellings: full-width digits, 二〇二二年六月三日, Excel serial numbers. Return ISO text and the repair."""
    folded = (
        re.sub(r"\s+", "", text.translate(_WIDE))
        if not re.search(r"[0-9]\s+[0-9]", text)
        else text.translate(_WIDE).strip()
    )
    if folded != text and re.match(r"^[0-9]{4}[-/.年]?[0-9]", folded):
        return folded, "width-folded"
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", folded) and _EXCEL_RANGE[0] <= float(folded) <= _EXCEL_RANGE[1]:
        return (_EXCEL_EPOCH + timedelta(days=int(float(folded)))).isoformat(), "excel-serial"
    if match := re.fullmatch(r"(.{4})年(.{1,3})月(.{1,3})[日号]", folded):
        year, month, day = (_chinese_number(part) if not part.isdigit() else int(part) for part in match.groups())
        if year and month and day:
            return f"{year:04d}-{month:02d}-{day:02d}", "chinese-numerals"
    return None


def judge(values: pl.Series, *, on: date, past: bool, open_ended: bool) -> Judged:
    """Read a date column (best given distinct values); ``past``: a day after ``on`` is an error."""
    stripped = values.str.strip_chars(" \t\n\r\u3000\u00a0\u200b\ufeff")
    cleaned, emptied = blank_out(stripped)
    frame = pl.DataFrame({"raw": values, "v": cleaned})
    odd = frame.filter(pl.col("v").is_not_null() & ~pl.col("v").str.contains(_SHAPE))
    frame = frame.with_columns(repair=pl.lit(None, dtype=pl.String))
    if odd.height:
        read: list[tuple[str, str, str]] = []
        for text in odd.get_column("v").unique():
            if text in _OPEN_ENDED and open_ended:
                read.append((text, NO_END.isoformat(), "open-ended"))
            elif rescued := _rescue(text):
                read.append((text, *rescued))
        if read:
            old, new, repairs = (list(column) for column in zip(*read, strict=True))
            frame = frame.with_columns(
                repair=pl.col("v").replace_strict(old, repairs, default=None, return_dtype=pl.String),
                v=pl.col("v").replace(old, new),
            )
    parts = frame.get_column("v").str.extract_groups(_SHAPE).struct.unnest()
    number = {
        "y": pl.col("y"),
        "m": pl.coalesce("m", "m2"),
        "d": pl.coalesce("d", "d2"),
    }
    frame = pl.concat([frame, parts], how="horizontal").with_columns(
        **{k: e.cast(pl.Int32, strict=False) for k, e in number.items()}
    )
    # Polars' own date constructor refuses impossible days for the whole column, so build the text and let it try.
    iso = pl.format(
        "{}-{}-{}", pl.col("y"), pl.col("m").cast(pl.String).str.zfill(2), pl.col("d").cast(pl.String).str.zfill(2)
    )
    frame = frame.with_columns(typed=iso.str.to_date("%Y-%m-%d", strict=False))
    typed = pl.col("typed")
    reason = (
        pl.when(pl.col("v").is_null())
        .then(None)
        .when(pl.col("y").is_null())
        .then(pl.lit("date.unreadable"))
        .when(typed.is_null())
        .then(pl.lit("date.impossible"))
        .when((typed < EARLIEST) | (typed > NO_END))
        .then(pl.lit("date.out-of-range"))
    )
    if past:
        reason = reason.when(typed > on).then(pl.lit("date.future"))
    frame = frame.with_columns(reason=reason.otherwise(None))
    midnight = pl.col("t").is_null() | pl.col("t").str.contains(r"^0{1,2}:00(:00(\.0+)?)?$")
    frame = frame.select(
        pl.when(pl.col("reason").is_null()).then(typed.dt.to_string("%Y-%m-%d")).alias("value"),
        "reason",
        pl.lit(None, dtype=pl.String).alias("warning"),
        pl.when(pl.col("reason").is_not_null())
        .then(None)
        .when(pl.col("repair").is_not_null())
        .then("repair")
        .when(~midnight)
        .then(pl.lit("time-dropped"))
        .otherwise(None)
        .alias("repair"),
        pl.when(pl.col("reason").is_null()).then(typed).alias("typed"),
    )
    if emptied is not None:
        frame = frame.with_columns(
            repair=pl.when(emptied & (stripped != "")).then(pl.lit("empty-like")).otherwise("repair")
        )
    return of_frame(frame, typed=True)
