"""Points and grades of a block of organisations from their slots, by NumPy. ``frame`` says the same in Polars expressions.

Most steps of a model ask about one number: at least so many, exactly that level. Such steps are a table of points over the number, made
once for a plan; a block then costs one look-up for each organisation and indicator, whatever the number of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.core.evaluation.plan import Condition, Number, Plan, PlannedIndicator, Step, Summed
from xinheng.core.evaluation.scoring import Operator

Numbers = NDArray[np.int64]
Holds = NDArray[np.bool_]
Slots = Mapping[str, Numbers]
_COMPARE: Mapping[Operator, Callable[[Numbers, int], Holds]] = {
    Operator.GE: np.greater_equal,
    Operator.GT: np.greater,
    Operator.LE: np.less_equal,
    Operator.LT: np.less,
    Operator.EQ: np.equal,
}
_WIDEST = 4_096  # a table longer than this would leave the processor's nearest cache
_AT_ONCE = 16_000  # organisations: a column of them fits there, too; fewer, and two cores wait for each other


@dataclass(frozen=True, slots=True)
class Curve:
    """Points over one number: ``table[number - least]``, both ends going on for ever; without a table, the jumps of the points where the number reaches a bound."""

    number: Number
    least: int
    table: Numbers | None
    jumps: tuple[tuple[int, int], ...]
    below: int

    def into(self, points: Numbers, slots: Slots) -> None:
        """Write the points of each organisation."""
        seen = _number(self.number, slots)
        if self.table is not None:
            np.take(self.table, seen - self.least if self.least else seen, mode="clip", out=points)
            return
        points[:] = self.below
        for bound, jump in self.jumps:
            points += (seen >= bound) * np.int64(jump)


def curve_of(steps: Sequence[Step]) -> Curve | None:
    """Return steps over one and the same number as a curve; None where they ask about several."""
    numbers = {condition.number for step in steps for condition in step.conditions}
    if len(numbers) != 1:
        return None
    (number,) = numbers
    cuts = sorted({cut for step in steps for condition in step.conditions for cut in _cuts(condition)})
    values = [_points_at(steps, at) for at in (cuts[0] - 1, *cuts)]
    if cuts[-1] - cuts[0] < _WIDEST:
        # A table that begins at nought needs no subtraction; it may be longer for it while the cache holds it.
        least = 0 if cuts[0] > 0 and cuts[-1] < _WIDEST else cuts[0] - 1
        table = np.array([_points_at(steps, at) for at in range(least, cuts[-1] + 1)], dtype=np.int64)
        return Curve(number, least, table, (), 0)
    jumps = tuple((cut, now - was) for cut, was, now in zip(cuts, values, values[1:], strict=False) if now != was)
    return Curve(number, 0, None, jumps, values[0])


def _cuts(condition: Condition) -> tuple[int, ...]:
    """Return where the answer changes: the first numbers for which it is another one."""
    match condition.operator:
        case Operator.GE | Operator.LT:
            return (condition.bound,)
        case Operator.GT | Operator.LE:
            return (condition.bound + 1,)
    return (condition.bound, condition.bound + 1)


def _points_at(steps: Sequence[Step], seen: int) -> int:
    for step in steps:
        if all(condition.operator.holds(seen, condition.bound) for condition in step.conditions):
            return step.points
    return 0


@dataclass(frozen=True)
class Pointing:
    """A plan with its tables made once, for block after block."""

    plan: Plan
    curves: Mapping[str, Curve]  # indicator → curve, where it is one

    @classmethod
    def of(cls, plan: Plan) -> Pointing:
        """Make the tables."""
        told = {i.id: curve_of(i.points) for i in plan.indicators if not isinstance(i.points, Summed)}
        return cls(plan, {name: curve for name, curve in told.items() if curve is not None})

    def results(self, subjects: pl.DataFrame, slots: Slots, *, points: bool = True) -> pl.DataFrame:
        """Return the results of subjects (kind, division, region, applied), as ``frame.results`` does.

        Without ``points`` the columns of dimensions and indicators are left out: what asks for score and grade alone need
        not fill memory with the rest.
        """
        chosen = self._concerned(subjects, slots)
        if not chosen.all():
            slots = {name: values[chosen] for name, values in slots.items()}
            subjects = subjects.filter(pl.Series(chosen))
        names = [name for name in self.plan.columns()[1:] if points or not name.startswith(("d_", "p_"))]
        # One piece of memory for a block: many small ones would cost more than the points. Polars keeps it, so it is new each time.
        told = np.empty((len(names), subjects.height), dtype=np.int64)
        rows = dict(zip(names, told, strict=True))
        spare = np.empty((2, min(_AT_ONCE, subjects.height)), dtype=np.int64)  # points and a dimension nobody asked for
        for begin in range(0, subjects.height, _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            self._write(
                {name: row[part] for name, row in rows.items()},
                {name: values[part] for name, values in slots.items()},
                spare[:, : min(_AT_ONCE, subjects.height - begin)],
            )
        frame = pl.DataFrame({"subject": subjects.get_column("subject"), **rows})
        if not rows["no_result"].any():
            return frame
        kept, there = ("subject", "no_result", "contested"), pl.col("no_result") == 0
        return frame.select(
            pl.col(name) if name in kept else pl.when(there).then(pl.col(name)).alias(name) for name in frame.columns
        )

    def _write(self, rows: dict[str, Numbers], slots: Slots, spare: Numbers) -> None:
        plan, score = self.plan, rows["score"]
        score[:] = 0
        for dimension in plan.dimensions:
            total = rows.get(f"d_{dimension.id}", spare[0])
            total[:] = dimension.start
            for indicator in self._indicators[dimension.id]:
                gained = rows.get(f"p_{indicator.id}", spare[1])
                self._points(gained, indicator, slots)
                total += gained
            np.clip(total, dimension.least, dimension.most, out=total)
            score += total
        rows["place_by_points"][:] = self._band(score)
        rows["place"][:] = rows["place_by_points"]
        rows["caps"][:] = 0
        for bit, cap in enumerate(plan.caps):
            holds = _any(cap.alternatives, slots, len(score))
            np.maximum(rows["place"], cap.place, out=rows["place"], where=holds)
            rows["caps"] += holds * np.int64(1 << bit)
        rows["no_result"][:] = self._no_result(slots, len(score))
        rows["contested"][:] = slots["contested"]

    @cached_property
    def _indicators(self) -> Mapping[str, tuple[PlannedIndicator, ...]]:
        """By dimension."""
        return {d.id: tuple(i for i in self.plan.indicators if i.dimension == d.id) for d in self.plan.dimensions}

    def _points(self, row: Numbers, indicator: PlannedIndicator, slots: Slots) -> None:
        if isinstance(indicator.points, Summed):
            row[:] = _summed(indicator.points, slots)
        elif indicator.id in self.curves:
            self.curves[indicator.id].into(row, slots)
        else:
            row[:] = 0
            for step in reversed(indicator.points):
                np.copyto(row, step.points, where=_all(step.conditions, slots))

    def _band(self, score: Numbers) -> Numbers:
        place = np.full(len(score), self.plan.bands[-1][1], dtype=np.int64)
        for least, number in reversed(self.plan.bands):
            np.copyto(place, number, where=score >= least)
        return place

    def _no_result(self, slots: Slots, size: int) -> Numbers:
        names = [name for name, _ in self.plan.no_results]
        if self.plan.nobody:
            return np.full(size, names.index(self.plan.nobody) + 1, dtype=np.int64)
        number = np.zeros(size, dtype=np.int64)
        for place in range(len(names), 0, -1):
            np.copyto(number, place, where=_any(self.plan.no_results[place - 1][1], slots, size))
        return number

    def _concerned(self, subjects: pl.DataFrame, slots: Slots) -> Holds:
        plan, kind = self.plan, pl.col("kind")
        told = kind.is_in(list(plan.kinds)) | (kind.is_in(list(plan.on_application)) & pl.col("applied"))
        if plan.regions:
            told &= pl.col("region").is_in(list(plan.regions))
        trade = pl.col("division").is_in(list(plan.divisions))
        found = subjects.select(kind=told.fill_null(False), trade=trade.fill_null(False))
        concerned: Holds = found.get_column("kind").to_numpy()
        if plan.unscoped:
            return concerned
        holding = _any(plan.concerned, slots, subjects.height)
        return concerned & (found.get_column("trade").to_numpy() | holding)


def _summed(points: Summed, slots: Slots) -> Numbers:
    total = slots[points.slot]
    if points.without is not None:
        slot, condition = points.without
        total = total - slots[slot] * _condition(condition, slots)
    if points.cap is None:
        return total
    return np.maximum(total, points.cap) if points.cap < 0 else np.minimum(total, points.cap)


def _any(alternatives: Sequence[tuple[Condition, ...]], slots: Slots, size: int) -> Holds:
    found = np.zeros(size, dtype=np.bool_)
    for conditions in alternatives:
        found |= _all(conditions, slots)
    return found


def _all(conditions: tuple[Condition, ...], slots: Slots) -> Holds:
    found = _condition(conditions[0], slots)
    for condition in conditions[1:]:
        found = found & _condition(condition, slots)
    return found


def _condition(condition: Condition, slots: Slots) -> Holds:
    return _COMPARE[condition.operator](_number(condition.number, slots), condition.bound)


def _number(number: Number, slots: Slots) -> Numbers:
    terms = [slots[slot] if factor == 1 else slots[slot] * np.int64(factor) for slot, factor in number.terms]
    found = reduce(np.maximum if number.greatest else np.add, terms)
    return found % number.modulo if number.modulo else found
