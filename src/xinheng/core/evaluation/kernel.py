"""Slots of a block of organisations by NumPy: each row is looked at once for each case that can concern it.

Rows are put in order of their code (a radix sort of small numbers), so that every case reads only its own rows; sums and maxima
land at the row of the organisation. ``frame`` does the same in Polars expressions; generated cases hold both to the plain method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Case, Fold, Plan

Numbers = NDArray[np.int64]
Column = NDArray[np.signedinteger]
_LEAST = np.iinfo(np.int64).min
_BOUNDS = (
    ("on", "on_from", np.greater_equal),
    ("on", "on_to", np.less_equal),
    ("until", "until_from", np.greater_equal),
    ("until", "until_to", np.less_equal),
    ("value", "value_from", np.greater_equal),
    ("value", "value_to", np.less_equal),
)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The usable rows of a block in order of their code; ``begins[c]`` is where code c starts."""

    place: Column  # of the organisation within the block
    columns: Mapping[str, Column]
    begins: Column


def slots(rows: pl.DataFrame, subjects: pl.Series, plan: Plan, book: CodeBook) -> dict[str, Numbers]:
    """Return slot → one number for each subject, in the order of ``subjects`` (sorted, and holding all of the rows')."""
    ordered = _ordered(rows, subjects, plan.on, len(book.words))
    return {name: _folded(ordered, slot.cases, slot.fold, book, subjects.len()) for name, slot in plan.slots.items()}


def _ordered(rows: pl.DataFrame, subjects: pl.Series, on: int, codes: int) -> _Rows:
    columns = {name: rows.get_column(name).to_numpy() for name in ("on", "until", "stops", "value")}
    subject, code = rows.get_column("subject").to_numpy(), rows.get_column("code").to_numpy()
    usable = (columns["on"] <= on) & (columns["stops"] > on)
    chosen = np.flatnonzero(usable)
    small = code[chosen].astype(np.uint16)
    order = chosen[np.argsort(small, kind="stable")]
    place = np.searchsorted(subjects.to_numpy(), subject) if rows.height else np.zeros(0, dtype=np.int64)
    counts = np.bincount(small, minlength=codes)
    return _Rows(
        place=place[order],
        columns={name: columns[name][order] for name in ("on", "until", "value")},
        begins=np.concatenate([[0], np.cumsum(counts)]),
    )


def _folded(rows: _Rows, cases: tuple[Case, ...], fold: Fold, book: CodeBook, count: int) -> Numbers:
    found = np.full(count, 0 if fold is Fold.SUM else _LEAST, dtype=np.int64)
    for case in cases:
        for code in book.meant_by(case):
            part = slice(int(rows.begins[code]), int(rows.begins[code + 1]))
            if part.start < part.stop:
                _add(found, rows, part, case, fold)
    return np.where(found == _LEAST, 0, found) if fold is Fold.MAX else found


def _add(found: Numbers, rows: _Rows, part: slice, case: Case, fold: Fold) -> None:
    chosen = _within(rows, part, case)
    place = rows.place[part] if chosen is None else rows.place[part][chosen]
    if not (case.per_day or case.per_value):
        if fold is Fold.SUM:
            found += np.bincount(place, minlength=len(found)) * case.constant
        else:
            found[place] = np.maximum(found[place], case.constant)
        return
    amount = np.full(len(place), case.constant, dtype=np.int64)
    for factor, name in ((case.per_day, "on"), (case.per_value, "value")):
        if factor:
            column = rows.columns[name][part]
            amount += (column if chosen is None else column[chosen]).astype(np.int64) * factor
    (np.add if fold is Fold.SUM else np.maximum).at(found, place, amount)


def _within(rows: _Rows, part: slice, case: Case) -> NDArray[np.bool_] | None:
    """Return which rows of a part lie within the case's bounds; None for all."""
    chosen: NDArray[np.bool_] | None = None
    for column, name, compare in _BOUNDS:
        bound = getattr(case, name)
        if bound is not None:
            holds = compare(rows.columns[column][part], bound)
            chosen = holds if chosen is None else chosen & holds
    return chosen
