"""Elements as they are kept: packed, in order, in leaves of some 64; above them pages with the sums of 2^n leaves each.

Everything here is arithmetic on arrays; where the bytes lie is the register's business.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xinheng.core.reconciliation.elements import Array, Elements
from xinheng.core.reconciliation.ranges import LEAF
from xinheng.core.reconciliation.sums import grouped

ELEMENT = np.dtype([("name", "V16"), ("low", "<u8"), ("high", "<u8"), ("record", "<i8")])
PAGE_BITS = 8
_MOST_BITS = 24
_CROWDED = 4  # times the size a leaf should have: then the tree is built anew with longer prefixes


def bits_for(count: int) -> int:
    """Return how long the prefixes of leaves should be for so many elements."""
    return min(max((max(count, 1) // LEAF).bit_length() - 1, PAGE_BITS), _MOST_BITS)


def crowded(count: int, bits: int) -> bool:
    """Say whether leaves have become too full."""
    return bits < _MOST_BITS and count > (LEAF << bits) * _CROWDED


def packed(held: Elements) -> Array:
    """Return elements as they are kept; ``at`` becomes ``record``."""
    found = np.zeros(len(held), dtype=ELEMENT)
    found["name"] = np.ascontiguousarray(held.names).view("V16").reshape(-1)
    found["low"], found["high"], found["record"] = held.prints[:, 0], held.prints[:, 1], held.at
    return found


def unpacked(kept: Array) -> Elements:
    """Return kept elements as they are compared."""
    names = np.frombuffer(kept["name"].tobytes(), dtype=np.uint8).reshape(-1, 16)
    return Elements(names, np.stack((kept["low"], kept["high"]), axis=1), kept["record"].astype(np.int64))


def read(blobs: Sequence[bytes]) -> Array:
    """Return the elements of some leaves."""
    return np.frombuffer(b"".join(blobs), dtype=ELEMENT)


def places(kept: Array) -> Array:
    """Return the place of each among 2⁶⁴."""
    raw = np.frombuffer(kept["name"].tobytes(), dtype=np.uint8).reshape(-1, 16)
    return np.ascontiguousarray(raw[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def in_order(kept: Array) -> Array:
    """Return them in the order of their places."""
    return kept[np.argsort(places(kept))]


def merged(kept: Array, touched: Array, fresh: Array) -> Array:
    """Return what is kept once the ``touched`` records say what ``fresh`` says (or nothing any more), in order."""
    rest = kept[~np.isin(kept["record"], touched)] if len(kept) else kept
    return in_order(np.concatenate((rest, fresh)))


def prefixes(kept: Array, bits: int) -> Array:
    """Return the range of this length each is in."""
    return places(kept) >> np.uint64(64 - bits)


def cut(kept: Array, bits: int) -> list[tuple[int, Array]]:
    """Return (prefix, elements) of each range that holds any; ``kept`` is in order."""
    if not len(kept):
        return []
    group = prefixes(kept, bits)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    ends = np.r_[starts[1:], len(kept)]
    return [(int(group[a]), kept[a:b]) for a, b in zip(starts, ends, strict=True)]


def sums_of(kept: Array, bits: int, page: int) -> Array:
    """Return the sums of the leaves of a page (dtype SUM); ``kept`` is all the page holds, in order."""
    below = bits - PAGE_BITS
    group = (prefixes(kept, bits) - (np.uint64(page) << np.uint64(below))) if len(kept) else np.zeros(0, np.uint64)
    return grouped(np.stack((kept["low"], kept["high"]), axis=1), group, 1 << below)
