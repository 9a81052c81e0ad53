"""The subject map for millions of subjects at once: the same tree, worked out depth by depth over whole arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing
from xinheng.core.ledger.submap import BITS, MAP_LEAF, MAP_NODE

Bytes = NDArray[np.uint8]  # one digest in each row
_WORD = 64


def leaves(keys: Bytes, values: Bytes, hashing: Hashing = SHA256) -> Bytes:
    """Return the leaf hashes of keys and values, both n × 32."""
    return _each(np.concatenate([keys, values], axis=1), MAP_LEAF, hashing)


def merge(keys: Bytes, hashes: Bytes, low: int, hashing: Hashing = SHA256) -> tuple[NDArray[np.int64], Bytes]:
    """Join neighbours until those left differ before bit ``low``; return the first place of each subtree, and its hash.

    ``keys``: sorted, all different, n × width bytes. ``low`` 0 leaves one subtree: the root.

    Between two neighbours there is exactly one node, at the depth where they first differ. Nodes of one depth lie in
    different subtrees, so each depth, from the deepest up, is one pass over arrays. A finished subtree is kept at its first and
    at its last place: that is where its neighbours look for it.
    """
    count = len(keys)
    depths = first_differences(keys)
    held = hashes.copy()
    starts, ends = np.arange(count), np.arange(count)  # of the subtree that ends / begins at a place
    order = np.argsort(-depths, kind="stable")
    ordered = depths[order]
    bounds = np.flatnonzero(np.diff(ordered)) + 1
    for gaps in np.split(order, bounds):
        if not len(gaps) or (depth := int(depths[gaps[0]])) < low:
            break
        left, right = starts[gaps], ends[gaps + 1]
        both = np.concatenate([held[gaps], held[gaps + 1]], axis=1)
        joined = _each(both, MAP_NODE + depth.to_bytes(2, "big"), hashing)
        held[left], held[right] = joined, joined
        starts[right], ends[left] = left, right
    first = np.concatenate([[0], np.flatnonzero(depths < low) + 1]) if count else np.empty(0, dtype=np.int64)
    return first.astype(np.int64), held[first]


def first_differences(keys: Bytes) -> NDArray[np.int16]:
    """Return, for each pair of neighbours, the first bit in which they differ."""
    count, width = keys.shape
    found = np.full(max(count - 1, 0), BITS, dtype=np.int16)
    padded = np.zeros((count, -(-width // 8) * 8), dtype=np.uint8)
    padded[:, :width] = keys
    words = padded.view(">u8").astype(np.uint64)
    for word in range(words.shape[1]):
        column = words[:, word]
        differ = column[1:] ^ column[:-1]
        here = (found == BITS) & (differ != 0)
        found[here] = word * _WORD + _leading_zeros(differ[here])
        if not (found == BITS).any():
            break
    return found


def _leading_zeros(values: NDArray[np.uint64]) -> NDArray[np.int16]:
    # Halves of 32 bits are exact as floating numbers, so the exponent is the place of the highest bit.
    high, low = (values >> np.uint64(32)).astype(np.float64), (values & np.uint64(0xFFFFFFFF)).astype(np.float64)
    bits = np.where(high > 0, np.frexp(high)[1] + 32, np.frexp(low)[1])
    return (_WORD - bits).astype(np.int16)


def _each(rows: Bytes, prefix: bytes, hashing: Hashing) -> Bytes:
    data, width = rows.tobytes(), rows.shape[1]
    digests = hashing.slices(data, width, prefix=prefix)
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, SIZE)
