"""Slots of a block of organisations by NumPy: each row is looked at once for each case that can concern it.

Rows are put in order of their code (a radix sort of small numbers), so that every case reads only its own rows; sums and maxima
land at the row of the organisation. Rows no case speaks of are left out first. ``frame`` does the same in Polars expressions; generated cases hold both to the plain method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Case, Fold, Plan

Numbers = NDArray[np.int64]
Column = NDArray[np.signedinteger]
_LEAST = np.iinfo(np.int64).min
_AT_ONCE = 8_000  # organisations: some two hundred thousand rows
_BOUNDS = (
    ("on", "on_from", np.greater_equal),
    ("on", "on_to", np.less_equal),
    ("until", "until_from", np.greater_equal),
    ("until", "until_to", np.less_equal),
    ("value", "value_from", np.greater_equal),
    ("value", "value_to", np.less_equal),
)


class _Rows:
    """The usable rows of a block in order of their code. Columns are gathered for a code when a case first asks for them."""

    def __init__(self, columns: Mapping[str, Column], order: Column, begins: Column) -> None:
        self._columns, self._order, self._begins = columns, order, begins
        self._gathered: dict[tuple[str, int], Column] = {}

    def column(self, name: str, code: int) -> Column:
        """Return a column of the rows with this code."""
        key = (name, code)
        if key not in self._gathered:
            self._gathered[key] = self._columns[name][self._order[self._begins[code] : self._begins[code + 1]]]
        return self._gathered[key]

    def count(self, code: int) -> int:
        """Return how many rows have this code."""
        return int(self._begins[code + 1] - self._begins[code])


@dataclass(frozen=True)
class Kernel:
    """A plan with its words looked up once, for block after block."""

    plan: Plan
    book: CodeBook
    meant: Mapping[str, list[tuple[Case, list[int]]]]
    least_on: (
        Column  # by code: older rows are of no interest to any case; later than any day where no case speaks of it
    )
    least_until: Column  # the same for the day a matter ended

    @classmethod
    def of(cls, plan: Plan, book: CodeBook) -> Kernel:
        """Look up what the cases mean."""
        meant = {name: [(case, book.meant_by(case)) for case in slot.cases] for name, slot in plan.slots.items()}
        cases = [(case, codes) for pairs in meant.values() for case, codes in pairs]
        return cls(plan, book, meant, _least(cases, "on_from", book), _least(cases, "until_from", book))

    def slots(self, rows: pl.DataFrame, subjects: pl.Series) -> dict[str, Numbers]:
        """Return slot → one number for each subject. Both are sorted by subject; every row's subject is among them."""
        parts = [self._slots(*part) for part in _slices(rows, subjects)]
        if len(parts) == 1:
            return parts[0]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.plan.slots}

    def _slots(self, rows: pl.DataFrame, subjects: pl.Series) -> dict[str, Numbers]:
        ordered = self._ordered(rows, subjects)
        return {
            name: _folded(ordered, self.meant[name], slot.fold, subjects.len())
            for name, slot in self.plan.slots.items()
        }

    def _ordered(self, rows: pl.DataFrame, subjects: pl.Series) -> _Rows:
        columns = {name: rows.get_column(name).to_numpy() for name in ("on", "until", "stops", "value")}
        code, on, codes = rows.get_column("code").to_numpy(), self.plan.on, len(self.book.words)
        usable = (columns["on"] <= on) & (columns["stops"] > on) & (columns["on"] >= self.least_on[code])
        chosen = np.flatnonzero(usable & (columns["until"] >= self.least_until[code]))
        small = code[chosen].astype(np.uint8 if codes <= 256 else np.uint16)  # narrow numbers are sorted by counting
        counts = np.bincount(small, minlength=codes)
        columns["place"] = _places(rows.get_column("subject").to_numpy(), subjects.to_numpy())
        return _Rows(columns, chosen[np.argsort(small, kind="stable")], np.concatenate([[0], np.cumsum(counts)]))


def _least(cases: Sequence[tuple[Case, list[int]]], bound: str, book: CodeBook) -> Column:
    """Return by code the least day any case asks for."""
    least = np.full(len(book.words), np.iinfo(np.int32).max, dtype=np.int32)
    for case, codes in cases:
        day = getattr(case, bound)
        least[codes] = np.minimum(least[codes], np.iinfo(np.int32).min if day is None else day)
    return least


def _slices(rows: pl.DataFrame, subjects: pl.Series) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Cut a block so that its columns stay in the processor's cache."""
    if subjects.len() <= _AT_ONCE:
        yield rows, subjects
        return
    subject = rows.get_column("subject").to_numpy()
    for start in range(0, subjects.len(), _AT_ONCE):
        part = subjects.slice(start, _AT_ONCE)
        begin = int(np.searchsorted(subject, part[0], side="left"))
        end = int(np.searchsorted(subject, part[-1], side="right"))
        yield rows.slice(begin, end - begin), part


def _places(subject: Column, subjects: Column) -> Column:
    """Return the place of each row's subject. Rows are clustered: one look-up serves a run of rows."""
    begins = np.flatnonzero(np.diff(subject, prepend=-1))
    places = np.searchsorted(subjects, subject[begins])
    return np.repeat(places, np.diff(begins, append=len(subject)))


def _folded(rows: _Rows, cases: Sequence[tuple[Case, list[int]]], fold: Fold, count: int) -> Numbers:
    found = np.full(count, 0 if fold is Fold.SUM else _LEAST, dtype=np.int64)
    for case, codes in cases:
        for code in codes:
            if rows.count(code):
                _add(found, rows, code, case, fold)
    return np.where(found == _LEAST, 0, found) if fold is Fold.MAX else found


def _add(found: Numbers, rows: _Rows, code: int, case: Case, fold: Fold) -> None:
    chosen = _within(rows, code, case)

    def of(name: str) -> Column:
        column = rows.column(name, code)
        return column if chosen is None else column[chosen]

    place = of("place")
    if not (case.per_day or case.per_value):
        if fold is Fold.SUM:
            found += np.bincount(place, minlength=len(found)) * case.constant
        else:
            found[place] = np.maximum(found[place], case.constant)
        return
    amount = np.full(len(place), case.constant, dtype=np.int64)
    for factor, name in ((case.per_day, "on"), (case.per_value, "value")):
        if factor:
            amount += of(name).astype(np.int64) * factor
    (np.add if fold is Fold.SUM else np.maximum).at(found, place, amount)


def _within(rows: _Rows, code: int, case: Case) -> NDArray[np.bool_] | None:
    """Return which rows of a code lie within the case's bounds; None for all."""
    chosen: NDArray[np.bool_] | None = None
    for column, name, compare in _BOUNDS:
        bound = getattr(case, name)
        if bound is not None:
            holds = compare(rows.column(column, code), bound)
            chosen = holds if chosen is None else chosen & holds
    return chosen
