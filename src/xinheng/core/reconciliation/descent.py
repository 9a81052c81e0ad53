"""Finding the differences: compare sums of ranges, cut those that differ, and tell one by one what is in the smallest.

The side that asks keeps all state here; the side that answers needs none. Each round of questions is one message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xinheng.core.reconciliation.elements import Array
from xinheng.core.reconciliation.ranges import FAN_BITS, FEW, Children, Side, Told, fan_of
from xinheng.core.reconciliation.sums import Sum

_DEEPEST = 56  # bits; what still shares a place so long is told whole


@dataclass(frozen=True, slots=True)
class Ask:
    """Ranges of one item, all of one length, to be cut further by ``fan`` bits (0: told one by one)."""

    item: str
    bits: int
    fan: int
    prefixes: Array

    def answered_by(self, side: Side) -> Children | Told:
        """Return a side's answer."""
        if self.fan:
            return side.children(self.bits, self.prefixes, self.fan)
        return side.told(self.bits, self.prefixes)


@dataclass(frozen=True, slots=True)
class Found:
    """Fingerprints (low words) only one side has, the range each was found in, and how many more than on the other side."""

    bits: Array
    prefixes: Array
    lows: Array
    copies: Array

    def __len__(self) -> int:
        return len(self.lows)


def first_asks(here: Mapping[str, Sum], there: Mapping[str, Sum], *, most: int = FAN_BITS) -> list[Ask]:
    """Return what to ask first: of each item in which the sides differ. Both sides work out the same."""
    asks = []
    for item in sorted({*here, *there}):
        ours, theirs = here.get(item, Sum()), there.get(item, Sum())
        if ours != theirs:
            greater = max(ours.count, theirs.count)
            asks.append(Ask(item, 0, 0 if greater <= FEW else fan_of(greater, most), np.zeros(1, dtype=np.uint64)))
    return asks


@dataclass(slots=True)
class Inquiry:
    """The questions of one run: ask ``open``, hand the answers to ``take``, until nothing is open."""

    here: Mapping[str, Side]
    open: list[Ask]
    most: int = FAN_BITS
    _ours: dict[str, list[Found]] = field(default_factory=dict)
    _theirs: dict[str, list[Found]] = field(default_factory=dict)

    def take(self, answers: Sequence[Children | Told]) -> None:
        """Compare the answers to the open questions with our own, and work out the next questions."""
        following: list[Ask] = []
        for ask, there in zip(self.open, answers, strict=True):
            here = ask.answered_by(self.here[ask.item])
            if isinstance(here, Children) and isinstance(there, Children):
                following += _next(ask, here, there, self.most)
            elif isinstance(here, Told) and isinstance(there, Told):
                ours, theirs = compare_told(ask, here, there)
                self._ours.setdefault(ask.item, []).append(ours)
                self._theirs.setdefault(ask.item, []).append(theirs)
            else:
                raise ValueError("an answer of another kind than the question")
        self.open = following

    def ours(self, item: str) -> Found:
        """Return what only we have."""
        return _joined(self._ours.get(item, []))

    def theirs(self, item: str) -> Found:
        """Return what only they have."""
        return _joined(self._theirs.get(item, []))

    def items(self) -> list[str]:
        """Return the items in which anything was found."""
        return sorted({*self._ours, *self._theirs})

    def resume(self, item: str, ours: Found, theirs: Found) -> None:
        """Put back what was found before a pause."""
        self._ours[item], self._theirs[item] = [ours], [theirs]


def _next(ask: Ask, here: Children, there: Children, most: int) -> list[Ask]:
    """Return what to ask of the parts that differ: a further cut, or to be told one by one."""
    row, part = np.nonzero((here.counts != there.counts) | (here.lows != there.lows))
    bits = ask.bits + ask.fan
    prefixes = (ask.prefixes[row].astype(np.uint64) << np.uint64(ask.fan)) + part.astype(np.uint64)
    greater = np.maximum(here.counts[row, part], there.counts[row, part])
    few = (greater <= FEW) | (bits >= _DEEPEST)
    asks = [Ask(ask.item, bits, 0, prefixes[few])] if few.any() else []
    if not few.all():
        fan = min(fan_of(int(np.median(greater[~few])), most), _DEEPEST - bits)
        asks.append(Ask(ask.item, bits, fan, prefixes[~few]))
    return asks


def compare_told(ask: Ask, here: Told, there: Told) -> tuple[Found, Found]:
    """Return what only we have, and what only they have, in these ranges. Copies count."""
    ours, theirs = (np.repeat(np.arange(len(told.sizes), dtype=np.int64), told.sizes) for told in (here, there))
    rows, lows = np.concatenate((ours, theirs)), np.concatenate((here.lows, there.lows))
    sign = np.concatenate((np.ones(len(ours), dtype=np.int64), -np.ones(len(theirs), dtype=np.int64)))
    order = np.lexsort((lows, rows))
    rows, lows, sign = rows[order], lows[order], sign[order]
    starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]) | (lows[1:] != lows[:-1])]) if len(rows) else order
    balance = np.add.reduceat(sign, starts) if len(rows) else sign

    def found(which: Array, copies: Array) -> Found:
        at = rows[which]
        return Found(np.full(len(at), ask.bits, dtype=np.int64), ask.prefixes[at], lows[which], copies)

    more, less = balance > 0, balance < 0
    return found(starts[more], balance[more]), found(starts[less], -balance[less])


def _joined(parts: list[Found]) -> Found:
    if not parts:
        empty, none = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
        return Found(none, empty, empty, none)
    return Found(
        np.concatenate([part.bits for part in parts]),
        np.concatenate([part.prefixes for part in parts]),
        np.concatenate([part.lows for part in parts]),
        np.concatenate([part.copies for part in parts]),
    )


def differences(here: Side, there: Side, *, item: str = "", most: int = FAN_BITS) -> tuple[Found, Found]:
    """Return what only ``here`` has and what only ``there`` has, where both sides are at hand."""
    inquiry = Inquiry({item: here}, first_asks({item: here.root()}, {item: there.root()}, most=most), most)
    while inquiry.open:
        inquiry.take([ask.answered_by(there) for ask in inquiry.open])
    return inquiry.ours(item), inquiry.theirs(item)
