"""Has this statement been made earlier in the same hand-in? Memory grows by sixteen bytes a row, whatever the row holds."""

from __future__ import annotations

import numpy as np
import polars as pl


class Seen:
    """Keys seen so far, as two independent hashes (96 bits together) and the row that had them first.

    Sorted runs are merged when they reach equal size, so that ten million rows cost some two dozen merges.
    A false hit needs equality of both hashes: one chance in 10¹⁵ for a file of ten million rows.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def first_rows(self, keys: pl.Series, rows: pl.Series) -> pl.Series:
        """Return for each key the row where it stood before (null: never), and remember the new ones.

        ``keys``: String, null keys are never duplicates. ``rows``: UInt32, the sender's row numbers.
        """
        high = keys.hash(seed=20_190_101).to_numpy()
        low = keys.hash(seed=790).to_numpy().astype(np.uint32)
        number = rows.to_numpy()
        known = keys.is_not_null().to_numpy()
        first = np.zeros(len(high), dtype=np.uint32)
        order = np.lexsort((number, low, high))
        order = order[known[order]]
        h, lo, r = high[order], low[order], number[order]
        if len(h):
            same = np.zeros(len(h), dtype=bool)
            same[1:] = (h[1:] == h[:-1]) & (lo[1:] == lo[:-1])
            start = np.maximum.accumulate(np.where(same, 0, np.arange(len(h))))
            first[order[same]] = r[start[same]]
            for run_high, run_low, run_row in self._runs:
                at = np.searchsorted(run_high, h)
                at[at == len(run_high)] = 0
                hit = (run_high[at] == h) & (run_low[at] == lo)
                first[order[hit]] = run_row[at[hit]]
            fresh = first[order] == 0
            self._keep(h[fresh], lo[fresh], r[fresh])
        return pl.Series("first", first, dtype=pl.UInt32).replace(0, None)

    def _keep(self, high: np.ndarray, low: np.ndarray, row: np.ndarray) -> None:
        if len(high) == 0:
            return
        run = (high, low, row)
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            other = self._runs.pop()
            high = np.concatenate((other[0], run[0]))
            order = np.argsort(high, kind="stable")
            run = (high[order], np.concatenate((other[1], run[1]))[order], np.concatenate((other[2], run[2]))[order])
        self._runs.append(run)
