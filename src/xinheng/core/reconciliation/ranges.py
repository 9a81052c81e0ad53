"""Ranges: all statements whose place begins with the same bits. A side answers what it holds in a range, by sums or one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from xinheng.core.reconciliation.elements import Array, Elements
from xinheng.core.reconciliation.sums import Sum, grouped, total

LEAF = 64  # statements a range should hold when they are told one by one
FEW = 2 * LEAF  # up to so many are told without cutting further
FAN_BITS = 8  # a range is cut into at most 256 parts; where each question travels by hand, into more


def fan_of(count: int, most: int = FAN_BITS) -> int:
    """Return by how many bits a range of so many statements is cut."""
    return max(1, min(most, (max(count, 1) // LEAF).bit_length() - 1))


@dataclass(frozen=True, slots=True)
class Children:
    """Sums of the parts of some ranges of one side, range after range: 2^fan each."""

    counts: Array  # (ranges, parts) 64-bit
    lows: Array  # (ranges, parts) 64-bit words


@dataclass(frozen=True, slots=True)
class Told:
    """Fingerprints in some ranges, range after range: the low word finds, the whole sum proves."""

    sizes: Array  # (ranges,)
    lows: Array  # (sum of sizes,)


class Side(Protocol):
    """One side of a comparison, for one item."""

    def root(self) -> Sum:
        """Return the sum of everything."""
        ...

    def children(self, bits: int, prefixes: Array, fan: int) -> Children:
        """Return the sums of the 2^fan parts of each range."""
        ...

    def told(self, bits: int, prefixes: Array) -> Told:
        """Return the fingerprints in each range, in any order."""
        ...


class SetSide:
    """A side held in memory, in order: sums of any range are differences of running sums."""

    def __init__(self, held: Elements) -> None:
        self.held = held.ordered()
        self._places = self.held.positions
        self._lows = np.concatenate(([np.uint64(0)], np.cumsum(self.held.prints[:, 0], dtype=np.uint64)))

    def root(self) -> Sum:
        """Return the sum of everything."""
        return total(self.held.prints)

    def bounds(self, bits: int, prefixes: Array) -> tuple[Array, Array]:
        """Return where each range begins and ends."""
        return bounds(self._places, bits, prefixes)

    def children(self, bits: int, prefixes: Array, fan: int) -> Children:
        """Return the sums of the parts of each range."""
        parts = (prefixes.astype(np.uint64)[:, None] << np.uint64(fan)) + np.arange(1 << fan, dtype=np.uint64)
        begin, end = self.bounds(bits + fan, parts.reshape(-1))
        lows = self._lows[end] - self._lows[begin]
        return Children((end - begin).reshape(parts.shape), lows.reshape(parts.shape))

    def told(self, bits: int, prefixes: Array) -> Told:
        """Return the fingerprints in each range."""
        begin, end = self.bounds(bits, prefixes)
        return Told(end - begin, self.held.prints[spans(begin, end), 0])

    def inside(self, bits: int, prefixes: Array) -> Elements:
        """Return what is held in these ranges."""
        return self.held.take(spans(*self.bounds(bits, prefixes)))


def bounds(places: Array, bits: int, prefixes: Array) -> tuple[Array, Array]:
    """Return where each range begins and ends in an ascending array of places."""
    if bits == 0:
        return np.zeros(len(prefixes), dtype=np.int64), np.full(len(prefixes), len(places), dtype=np.int64)
    shift = np.uint64(64 - bits)
    begin = np.searchsorted(places, prefixes.astype(np.uint64) << shift)
    last = (prefixes.astype(np.uint64) << shift) | np.uint64((1 << (64 - bits)) - 1)
    return begin, np.searchsorted(places, last, side="right")


def spans(begin: Array, end: Array) -> Array:
    """Return every index from each beginning to before its end, one span after the other."""
    sizes = end - begin
    whole = int(sizes.sum())
    if whole == 0:
        return np.zeros(0, dtype=np.int64)
    offsets = np.repeat(begin - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return offsets + np.arange(whole, dtype=np.int64)


def children_of(held: Elements, bits: int, prefixes: Array, fan: int) -> Children:
    """Return the sums of parts worked out from the statements themselves, which are in order."""
    places = held.positions
    counts = np.zeros((len(prefixes), 1 << fan), dtype=np.int64)
    lows = np.zeros((len(prefixes), 1 << fan), dtype=np.uint64)
    for row, (begin, end) in enumerate(zip(*bounds(places, bits, prefixes), strict=True)):
        part = (places[begin:end] >> np.uint64(64 - bits - fan)) & np.uint64((1 << fan) - 1)
        sums = grouped(held.prints[begin:end], part, 1 << fan)
        counts[row], lows[row] = sums["count"], sums["low"]
    return Children(counts, lows)
