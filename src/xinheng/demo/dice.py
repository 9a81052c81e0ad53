"""Seeded dice over whole columns: the same seed and the same question always give the same city."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

_EPOCH = date(1970, 1, 1)


class Dice:
    """A random generator of its own for each purpose, so that a new item never changes the data of the others."""

    def __init__(self, seed: int, *purpose: str) -> None:
        self.random = np.random.default_rng([seed, *(zlib.crc32(word.encode()) for word in purpose)])

    def pick(self, values: Sequence[str | None], n: int, weights: Sequence[float] | None = None) -> pl.Series:
        """Return ``n`` of the values."""
        return pl.Series(values, dtype=pl.String).gather(self.places(len(values), n, weights))

    def places(self, size: int, n: int, weights: Sequence[float] | np.ndarray | None = None) -> np.ndarray:
        """Return ``n`` indices below ``size``."""
        if weights is None:
            return self.random.integers(0, size, n)
        steps = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.minimum(np.searchsorted(steps, self.random.random(n) * steps[-1], side="right"), size - 1)

    def chance(self, n: int, share: float) -> pl.Series:
        """Return ``n`` Booleans of which about ``share`` are true."""
        return pl.Series(self.random.random(n) < share)

    def whole(self, low: int, high: int, n: int) -> pl.Series:
        """Return ``n`` whole numbers in ``low … high``, both included."""
        return pl.Series(self.random.integers(low, high + 1, n), dtype=pl.Int64)

    def skewed(self, low: int, high: int, n: int, *, step: int = 1) -> pl.Series:
        """Return ``n`` numbers of which most are small: money and headcounts are never spread evenly."""
        exponent = self.random.random(n) ** 2.2
        raw = low * (high / low) ** exponent if low else (high + 1) ** exponent - 1
        return pl.Series((raw / step).round().astype(np.int64) * step).clip(max(low, step if low else 0), high)

    def days(self, first: date, last: date, n: int) -> pl.Series:
        """Return ``n`` days in ``first … last``."""
        low, high = (first - _EPOCH).days, (last - _EPOCH).days
        return pl.Series(self.random.integers(low, max(high, low) + 1, n).astype(np.int32)).cast(pl.Date)

    def workdays(self, first: date, last: date, n: int) -> pl.Series:
        """Return ``n`` days, Mondays to Fridays: offices rarely decide on Sundays."""
        days = self.days(first, last, n)
        back = (days.dt.weekday().cast(pl.Int32) - 5).clip(0, 2)
        moved = (days.cast(pl.Int32) - back).cast(pl.Date)
        return pl.select(pl.when(moved < first).then(days).otherwise(moved)).to_series()


def plus_days(days: pl.Series, more: pl.Series | int) -> pl.Series:
    """Return the days moved on."""
    return (days.cast(pl.Int32) + (more.cast(pl.Int32) if isinstance(more, pl.Series) else more)).cast(pl.Date)


def day_before(on: date, days: int) -> date:
    """Return the day so many days before ``on``."""
    return on - timedelta(days=days)
