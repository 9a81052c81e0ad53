"""How much there is in a range: a count and the sum of fingerprints. Order does not matter; what is added can be taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xinheng.core.reconciliation.elements import Array

_WORD = 1 << 64
SUM = np.dtype([("count", "<i8"), ("low", "<u8"), ("high", "<u8")])


@dataclass(frozen=True, slots=True)
class Sum:
    """Count and sum of a set; each 64-bit half is added on its own, modulo 2⁶⁴."""

    count: int = 0
    low: int = 0
    high: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.count + other.count, (self.low + other.low) % _WORD, (self.high + other.high) % _WORD)

    def __sub__(self, other: Sum) -> Sum:
        return Sum(self.count - other.count, (self.low - other.low) % _WORD, (self.high - other.high) % _WORD)

    def text(self) -> str:
        """Return the sum as written in messages and statements: 32 hexadecimal digits, the high half first."""
        return f"{self.high:016x}{self.low:016x}"

    @classmethod
    def of_text(cls, count: int, text: str) -> Sum:
        """Read what ``text`` wrote; raise ValueError for anything else."""
        if len(text) != 32 or set(text) - set("0123456789abcdef"):
            raise ValueError("a sum has 32 hexadecimal digits")
        return cls(count, int(text[16:], 16), int(text[:16], 16))


def total(prints: Array) -> Sum:
    """Return the sum of these fingerprints."""
    low, high = prints.sum(axis=0, dtype=np.uint64) if len(prints) else (0, 0)
    return Sum(len(prints), int(low), int(high))


def added(sums: Array) -> Sum:
    """Return the sum of an array of sums (dtype SUM)."""
    return Sum(int(sums["count"].sum()), int(sums["low"].sum()), int(sums["high"].sum()))


def grouped(prints: Array, group: Array, groups: int) -> Array:
    """Return the sum of each group (dtype SUM); ``group`` is ascending."""
    found = np.zeros(groups, dtype=SUM)
    if len(group):
        starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        which = group[starts].astype(np.int64)
        found["count"][which] = np.diff(np.r_[starts, len(group)])
        found["low"][which] = np.add.reduceat(prints[:, 0], starts)
        found["high"][which] = np.add.reduceat(prints[:, 1], starts)
    return found
