"""Has this statement been made earlier in the same hand-in? Memory grows by twelve bytes a row, whatever the row holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

_Array = np.ndarray[Any, Any]
_Run = tuple[_Array, _Array]  # hashes in order, and the row of each

_BITS = 27  # 16 MB of marks: one row in 13 is looked up for nothing after ten million, one in 130 after one million
_BIT: _Array = np.left_shift(1, np.arange(8)).astype(np.uint8)
_RUNS = 16  # so many sorted runs of like size become one
_LARGEST = 1 << 19  # but none longer than this: putting runs in order takes three times their size for a moment


class Seen:
    """Keys seen so far, as 64-bit hashes and the row that had them first.

    A mark for each hash tells most rows at once that nothing like them came before; only the few others are looked up in
    the sorted runs. That two different keys of one file share a hash: one chance in 370,000 for a file of ten million rows.
    """

    def __init__(self) -> None:
        self._marks: _Array = np.zeros(1 << (_BITS - 3), dtype=np.uint8)
        self._runs: list[_Run] = []

    def first_rows(self, parts: list[pl.Series], rows: pl.Series, known: pl.Series) -> pl.Series:
        """Return for each row the row where its key stood before (null: never), and remember the new ones.

        ``parts``: the String columns of the key. ``rows``: UInt32, the sender's row numbers. ``known``: where there is a key
        to compare at all.
        """
        hashes, number = _hash(parts), rows.to_numpy()
        first = np.zeros(len(hashes), dtype=np.uint32)
        asked = np.flatnonzero(known.to_numpy())
        if not len(asked):
            return pl.Series("first", [None], dtype=pl.UInt32).new_from_index(0, len(first))
        asked = asked[np.argsort(hashes[asked])]
        doubtful = asked[self._perhaps_seen(hashes[asked])]
        if len(doubtful):
            self._look_up(doubtful, hashes, number, first)
            asked = asked[first[asked] == 0]
        if len(asked):
            self._keep((hashes[asked], number[asked]))
        return pl.Series("first", first, dtype=pl.UInt32).replace(0, None)

    def _perhaps_seen(self, hashes: _Array) -> _Array:
        """Say which of these sorted hashes may stand earlier, here or in a block before, and mark them all."""
        slot = hashes >> np.uint64(64 - _BITS)
        byte, bit = (slot >> np.uint64(3)).astype(np.intp), _BIT[(slot & np.uint64(7)).astype(np.intp)]
        perhaps: _Array = (self._marks[byte] & bit) != 0
        twice = hashes[1:] == hashes[:-1]
        perhaps[1:] |= twice
        perhaps[:-1] |= twice
        starts = np.flatnonzero(np.concatenate(([True], byte[1:] != byte[:-1])))
        self._marks[byte[starts]] |= np.bitwise_or.reduceat(bit, starts)
        return perhaps

    def _look_up(self, rows: _Array, hashes: _Array, number: _Array, first: _Array) -> None:
        h, r = hashes[rows], number[rows]
        same = np.zeros(len(h), dtype=bool)
        same[1:] = h[1:] == h[:-1]
        if same.any():  # the row that comes first in the sheet is the first of its group
            starts = np.flatnonzero(~same)
            least = np.minimum.reduceat(r, starts)[np.cumsum(~same) - 1]
            later = r != least
            first[rows[later]] = least[later]
        for run, run_row in self._runs:
            at = np.searchsorted(run, h)
            at[at == len(run)] = 0
            hit = run[at] == h
            first[rows[hit]] = run_row[at[hit]]

    def _keep(self, run: _Run) -> None:
        self._runs.append(run)
        sizes = [len(run[0]) for run in self._runs[-_RUNS:]]
        if len(sizes) == _RUNS and sizes[0] <= 2 * max(sizes[1:]) and sum(sizes) <= _LARGEST:
            alike, self._runs = self._runs[-_RUNS:], self._runs[:-_RUNS]
            self._runs.append(_merged(alike))


def _merged(runs: list[_Run]) -> _Run:
    hashes, row = (np.concatenate([run[i] for run in runs]) for i in range(2))
    order = np.argsort(hashes)
    return hashes[order], row[order]


def _hash(parts: list[pl.Series]) -> _Array:
    """Mix the hashes of the parts; the order of parts matters, wrapping around is wanted."""
    mixed: _Array = parts[0].hash(seed=20_190_101).to_numpy()
    for part in parts[1:]:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + part.hash(seed=20_190_101).to_numpy()
    return mixed
