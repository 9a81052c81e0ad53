"""Has this statement been made earlier in the same hand-in? Memory grows by sixteen bytes a row, whatever the row holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl


class Seen:
    """Keys seen so far, as two independent hashes (96 bits together) and the row that had them first.

    Sorted runs are merged when they reach equal size, so that ten million rows cost some two dozen merges.
    A false hit needs equality of both hashes: one chance in 10¹⁵ for a file of ten million rows.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []

    def first_rows(self, parts: list[pl.Series], rows: pl.Series, known: pl.Series) -> pl.Series:
        """Return for each row the row where its key stood before (null: never), and remember the new ones.

        ``parts``: the String columns of the key. ``rows``: UInt32, the sender's row numbers. ``known``: where there is a key
        to compare at all.
        """
        high, low = _hash(parts, 20_190_101), _hash(parts, 790).astype(np.uint32)
        number = rows.to_numpy()
        first = np.zeros(len(high), dtype=np.uint32)
        order = np.flatnonzero(known.to_numpy())
        order = order[np.argsort(high[order])]
        h, lo, r = high[order], low[order], number[order]
        if len(h):
            same = np.zeros(len(h), dtype=bool)
            same[1:] = (h[1:] == h[:-1]) & (lo[1:] == lo[:-1])
            if same.any():  # the row that comes first in the sheet is the first of its group
                starts = np.flatnonzero(~same)
                least = np.minimum.reduceat(r, starts)[np.cumsum(~same) - 1]
                later = r != least
                first[order[later]] = least[later]
            for run_high, run_low, run_row in self._runs:
                at = np.searchsorted(run_high, h)
                at[at == len(run_high)] = 0
                hit = (run_high[at] == h) & (run_low[at] == lo)
                first[order[hit]] = run_row[at[hit]]
            fresh = first[order] == 0
            self._keep(h[fresh], lo[fresh], r[fresh])
        if not first.any():
            return pl.Series("first", [None], dtype=pl.UInt32).new_from_index(0, len(first))
        return pl.Series("first", first, dtype=pl.UInt32).replace(0, None)

    def _keep(self, high: np.ndarray[Any, Any], low: np.ndarray[Any, Any], row: np.ndarray[Any, Any]) -> None:
        if len(high) == 0:
            return
        run = (high, low, row)
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            other = self._runs.pop()
            high = np.concatenate((other[0], run[0]))
            order = np.argsort(high, kind="stable")
            run = (high[order], np.concatenate((other[1], run[1]))[order], np.concatenate((other[2], run[2]))[order])
        self._runs.append(run)


def _hash(parts: list[pl.Series], seed: int) -> np.ndarray[Any, Any]:
    """Mix the hashes of the parts; the order of parts matters, wrapping around is wanted."""
    mixed = parts[0].hash(seed=seed).to_numpy()
    for part in parts[1:]:
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + part.hash(seed=seed).to_numpy()
    return mixed
