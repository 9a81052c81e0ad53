"""Whole columns of codes: what already stands right is seen at a glance, only the rest is read one by one.

Three steps, each on fewer values than the one before: a look-up over bytes for all rows; the same after the safe
repairs for the distinct values that failed, unless they are few; and the plain single-value reading, which gives the
specific reason, for what still fails. The plain reading is the reference: tests hold the first two steps to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
SCHEMA = {"value": pl.String, "reason": pl.String, "warning": pl.String, "normalised": pl.String}
_FEW = 500  # so many values are read one by one sooner than the tables of the safe repairs are set up


@dataclass(frozen=True, slots=True)
class Reading:
    """What one value turned out to be."""

    value: str
    reason: str | None = None  # None: valid
    warning: str | None = None
    normalised: str | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """A whole column at a glance: which rows are right as they stand, and the warning (by index) each of those carries."""

    right: Mask
    warning: np.ndarray[Any, Any] | None = None  # indexes into `Way.warnings`; 0 is none


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of identifier is read."""

    glance: Callable[[pl.Series], Glance]  # rows without nulls
    read: Callable[[str], Reading]  # the reference
    compact: Callable[[pl.Expr], pl.Expr]
    repairs: Callable[[pl.Expr], pl.Expr]
    warnings: tuple[str | None, ...] = (None,)


def judge(column: pl.Series, way: Way) -> pl.DataFrame:
    """Return value, reason, warning and normalised for each row; nulls stay null and are never wrong."""
    series = column.cast(pl.String).rename("value")
    present = series.is_not_null()
    if present.all():
        return _judge_present(series, way)
    judged = _judge_present(series.filter(present), way)
    rows = present.arg_true()
    same = judged.get_column("value").equals(series.gather(rows)) if len(rows) else True
    return pl.DataFrame(
        {
            "value": series if same else series.clone().scatter(rows, judged.get_column("value")),
            **{
                name: _put(None, rows, judged.get_column(name), len(series))
                for name in ("reason", "warning", "normalised")
            },
        }
    )


def _judge_present(series: pl.Series, way: Way) -> pl.DataFrame:
    n = len(series)
    glance = way.glance(series)
    warning = _warnings(glance, way, n)
    rest = np.flatnonzero(~glance.right)
    if not len(rest):
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, n)
        return pl.DataFrame({"value": series, "reason": nothing, "warning": warning, "normalised": nothing})
    raw = series.gather(rest)
    distinct = raw.unique()
    looked_up = _read_distinct(distinct, way)
    slow = raw.to_frame("raw").join(looked_up, on="raw", how="left", maintain_order="left")
    return pl.DataFrame(
        {
            "value": series.clone().scatter(rest, slow.get_column("value")),
            "reason": _put(None, rest, slow.get_column("reason"), n),
            "warning": _put(warning, rest, slow.get_column("warning"), n),
            "normalised": _put(None, rest, slow.get_column("normalised"), n),
        }
    )


def _put(column: pl.Series | None, rows: np.ndarray[Any, Any] | pl.Series, found: pl.Series, n: int) -> pl.Series:
    """Put what the slow part found into its rows of the column, or of a column of nulls."""
    if column is None:
        column = pl.Series(found.name, [None], dtype=pl.String).new_from_index(0, n)
    return column if found.null_count() == len(found) else column.scatter(rows, found)


def _warnings(glance: Glance, way: Way, n: int) -> pl.Series:
    if glance.warning is None or not glance.warning.any():
        return pl.Series("warning", [None], dtype=pl.String).new_from_index(0, n)
    return pl.Series("warning", way.warnings, dtype=pl.String).gather(glance.warning)


def _read_distinct(distinct: pl.Series, way: Way) -> pl.DataFrame:
    if len(distinct) <= _FEW:
        return _read_each(distinct, way)
    raw = pl.col("raw")
    frame = (
        distinct.to_frame("raw")
        .with_columns(value=way.compact(raw))
        .with_columns(normalised=way.repairs(raw), reason=pl.lit(None, dtype=pl.String))
    )
    glance = way.glance(frame.get_column("value"))
    frame = frame.with_columns(warning=_warnings(glance, way, len(frame)))
    right = pl.Series(glance.right)
    unread = frame.filter(~right).get_column("raw")
    if not len(unread):
        return frame.select("raw", *SCHEMA)
    return pl.concat([frame.filter(right).select("raw", *SCHEMA), _read_each(unread, way)])


def _read_each(values: pl.Series, way: Way) -> pl.DataFrame:
    readings = [way.read(text) for text in values]
    return pl.DataFrame(
        {
            "raw": values,
            "value": [r.value for r in readings],
            "reason": [r.reason for r in readings],
            "warning": [r.warning for r in readings],
            "normalised": [r.normalised for r in readings],
        },
        schema={"raw": pl.String, **SCHEMA},
    )


def as_bytes(series: pl.Series, length: int) -> tuple[Mask, Bytes]:
    """Return which rows are ``length`` bytes long, and the bytes of those rows, one row each."""
    fits = (series.str.len_bytes() == length).to_numpy()
    fitting = series if fits.all() else series.filter(pl.Series(fits))
    if not len(fitting):
        return fits, np.empty((0, length), dtype=np.uint8)
    cells = fitting.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length), endianness="little")
    return fits, np.ascontiguousarray(cells.to_numpy())


def spread(fits: Mask, right: Mask, warning: np.ndarray[Any, Any] | None = None) -> Glance:
    """Put the verdict on the fitting rows back among all rows; the others are not right."""
    if fits.all():
        return Glance(right, warning)
    everywhere = np.zeros(len(fits), dtype=np.bool_)
    everywhere[fits] = right
    if warning is None:
        return Glance(everywhere)
    warned = np.zeros(len(fits), dtype=warning.dtype)
    warned[fits] = warning
    return Glance(everywhere, warned)
