"""Weighted sums over the characters of a million codes: two characters at a time, by table look-up.

Each place of a code has a table "byte → number". Two neighbouring places are looked up together in a table of 65,536
sums, which halves the work. A character that may not stand at its place adds ``WRONG``, so that one comparison at the
end tells whether every character was allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

WRONG = 1 << 27  # above every sum; eleven of them still fit in 31 bits
Numbers = np.ndarray[Any, np.dtype[np.int32]]


def place(values: Mapping[str, int]) -> Numbers:
    """Return the table of one place: the number of each allowed character."""
    table = np.full(256, WRONG, dtype=np.int32)
    for character, value in values.items():
        table[ord(character)] = value
    return table


class ByteSums:
    """Sums over codes of one fixed length."""

    def __init__(self, places: Sequence[Numbers]) -> None:
        self._length = len(places)
        self._pairs = []
        for first, second in zip(places[0::2], places[1::2], strict=False):
            # Bytes are read as little-endian pairs: the second character is the high byte. A pair is wrong once.
            pair = second.astype(np.int64)[:, None] + first.astype(np.int64)[None, :]
            self._pairs.append(np.minimum(pair, WRONG).astype(np.int32).ravel())
        self._last = places[-1] if self._length % 2 else None

    def of(self, codes: np.ndarray[Any, np.dtype[np.uint8]]) -> Numbers:
        """Return the sum of each row of bytes; ``>= WRONG`` where a character may not stand at its place."""
        whole = codes if self._last is None else np.ascontiguousarray(codes[:, :-1])
        pairs = whole.view("<u2")
        total: Numbers = self._pairs[0].take(pairs[:, 0])
        for number, table in enumerate(self._pairs[1:], start=1):
            total += table.take(pairs[:, number])
        if self._last is not None:
            total += self._last.take(codes[:, -1])
        return total
