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

from xinheng.core.places import filled

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, Any]  # row numbers
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
    n = len(series)
    rest, warned = glance_over(series, way)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, n)
    judged = {"value": series, "reason": nothing, "warning": nothing, "normalised": nothing}
    if warned is not None:
        judged["warning"] = nothing.clone().scatter(*warned)
    if len(rest):
        read = read_closely(series.gather(rest), way)
        judged |= {name: _put(judged[name], rest, read.get_column(name)) for name in SCHEMA}
    return pl.DataFrame(judged)


def glance_over(series: pl.Series, way: Way) -> tuple[Places, tuple[Places, pl.Series] | None]:
    """Return the rows that are neither empty nor right as they stand, and those that are right but doubtful with their warnings."""
    present = None
    if series.null_count():
        present = filled(series).to_numpy()
        series = series.gather(present)
    glance = way.glance(series)
    rest = np.flatnonzero(~glance.right)
    warned = None
    if glance.warning is not None and glance.warning.any():
        rows = np.flatnonzero(glance.warning)
        codes = pl.Series("warning", way.warnings, dtype=pl.String).gather(glance.warning[rows])
        warned = (rows if present is None else present[rows]), codes
    return (rest if present is None else present[rest]), warned


def read_closely(raw: pl.Series, way: Way) -> pl.DataFrame:
    """Return value, reason, warning and normalised of each text; none may be null."""
    if len(raw) <= _FEW:
        return _read_each(raw, way)
    read = _read_distinct(raw.unique(), way)
    return raw.to_frame("raw").join(read, on="raw", how="left", maintain_order="left")


def _put(column: pl.Series, rows: Places, found: pl.Series) -> pl.Series:
    """Put what the slow part found into its rows of the column."""
    return column if found.null_count() == len(found) == column.null_count() else column.clone().scatter(rows, found)


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
    number = glance.warning if glance.warning is not None else np.zeros(frame.height, dtype=np.intp)
    frame = frame.with_columns(warning=pl.Series(way.warnings, dtype=pl.String).gather(number))
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
