"""A plan as Polars expressions: slots from evidence, points and grades from slots. Whole columns, whole numbers."""

from __future__ import annotations

from functools import reduce

import polars as pl

from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Case, Condition, Fold, Number, Plan, Points, Slot, Step, Summed
from xinheng.core.evaluation.scoring import Operator

_BOUNDS = (
    ("on", "on_from", pl.Expr.ge),
    ("on", "on_to", pl.Expr.le),
    ("until", "until_from", pl.Expr.ge),
    ("until", "until_to", pl.Expr.le),
    ("value", "value_from", pl.Expr.ge),
    ("value", "value_to", pl.Expr.le),
)
_COMPARE = {
    Operator.GE: pl.Expr.ge,
    Operator.GT: pl.Expr.gt,
    Operator.LE: pl.Expr.le,
    Operator.LT: pl.Expr.lt,
    Operator.EQ: pl.Expr.eq,
}


def slots(evidence: pl.LazyFrame, plan: Plan, book: CodeBook) -> pl.LazyFrame:
    """Return one row for each subject that has usable evidence, with its slots. Evidence is clustered by subject."""
    usable = evidence.filter(pl.col("on") <= plan.on, pl.col("stops") > plan.on)
    return usable.group_by("subject", maintain_order=False).agg(
        **{name: _slot(slot, book) for name, slot in plan.slots.items()}
    )


def _slot(slot: Slot, book: CodeBook) -> pl.Expr:
    amount = reduce(lambda rest, case: _case(case, book, rest), reversed(slot.cases), pl.lit(None, dtype=pl.Int64))
    return (amount.sum() if slot.fold is Fold.SUM else amount.max()).fill_null(0)


def _case(case: Case, book: CodeBook, rest: pl.Expr) -> pl.Expr:
    holds = pl.col("code").is_in(book.meant_by(case))
    for column, name, compare in _BOUNDS:
        bound = getattr(case, name)
        if bound is not None:
            holds &= compare(pl.col(column), bound)
    amount = pl.lit(case.constant, dtype=pl.Int64)
    if case.per_day:
        amount += pl.col("on").cast(pl.Int64) * case.per_day
    if case.per_value:
        amount += pl.col("value") * case.per_value
    return pl.when(holds).then(amount).otherwise(rest)


def results(slots: pl.LazyFrame, plan: Plan) -> pl.LazyFrame:
    """Return the results of subjects whose slots, kind, division and application are given.

    Columns are those of ``plan.columns()``: ``score`` and ``place`` are null where there is no result, ``no_result`` is the
    number of the rule (from 1) by which there is none, ``caps`` has one bit for each cap. Subjects the plan does not concern
    are left out.
    """
    rules = [_any(alternatives) for _, alternatives in plan.no_results]
    told = slots.filter(_concerned(plan)).with_columns(
        _no_result(plan, rules).alias("no_result"),
        *(_points(i.points).alias(f"p_{i.id}") for i in plan.indicators),
        *(_any(cap.alternatives).alias(f"c_{cap.id}") for cap in plan.caps),
    )
    told = told.with_columns(
        (
            pl.lit(d.start, dtype=pl.Int64)
            + pl.sum_horizontal([pl.col(f"p_{i.id}") for i in plan.indicators if i.dimension == d.id] or [pl.lit(0)])
        )
        .clip(d.least, d.most)
        .alias(f"d_{d.id}")
        for d in plan.dimensions
    )
    told = told.with_columns(pl.sum_horizontal(f"d_{d.id}" for d in plan.dimensions).alias("score"))
    told = told.with_columns(_band(plan).alias("place_by_points"))
    capped = [pl.when(pl.col(f"c_{cap.id}")).then(pl.lit(cap.place, dtype=pl.Int64)) for cap in plan.caps]
    bits = [pl.col(f"c_{cap.id}").cast(pl.Int64) * (1 << n) for n, cap in enumerate(plan.caps)]
    told = told.with_columns(
        pl.max_horizontal("place_by_points", *capped).alias("place"),
        (pl.sum_horizontal(bits) if bits else pl.lit(0, dtype=pl.Int64)).alias("caps"),
    )
    there = pl.col("no_result") == 0
    kept = ("subject", "no_result", "contested")
    return told.select(
        pl.col(name) if name in kept else pl.when(there).then(pl.col(name)).alias(name) for name in plan.columns()
    )


def _concerned(plan: Plan) -> pl.Expr:
    kind = pl.col("kind").is_in(list(plan.kinds)) | (
        pl.col("kind").is_in(list(plan.on_application)) & pl.col("applied")
    )
    if plan.regions:
        kind &= pl.col("region").is_in(list(plan.regions))
    if plan.unscoped:
        return kind
    return kind & (pl.col("division").is_in(list(plan.divisions)) | _any(plan.concerned))


def _no_result(plan: Plan, rules: list[pl.Expr]) -> pl.Expr:
    names = [name for name, _ in plan.no_results]
    if plan.nobody:
        return pl.lit(names.index(plan.nobody) + 1, dtype=pl.Int64)
    number = pl.lit(0, dtype=pl.Int64)
    for n in range(len(rules), 0, -1):
        number = pl.when(rules[n - 1]).then(pl.lit(n, dtype=pl.Int64)).otherwise(number)
    return number


def _band(plan: Plan) -> pl.Expr:
    place = pl.lit(plan.bands[-1][1], dtype=pl.Int64)
    for least, number in reversed(plan.bands):
        place = pl.when(pl.col("score") >= least).then(pl.lit(number, dtype=pl.Int64)).otherwise(place)
    return place


def _points(points: Points) -> pl.Expr:
    if isinstance(points, Summed):
        return _summed(points)
    found = pl.lit(0, dtype=pl.Int64)
    for step in reversed(points):
        found = _step(step, found)
    return found


def _step(step: Step, rest: pl.Expr) -> pl.Expr:
    return pl.when(_all(step.conditions)).then(pl.lit(step.points, dtype=pl.Int64)).otherwise(rest)


def _summed(points: Summed) -> pl.Expr:
    total = pl.col(points.slot)
    if points.without is not None:
        slot, condition = points.without
        total -= pl.when(_condition(condition)).then(pl.col(slot)).otherwise(pl.lit(0, dtype=pl.Int64))
    if points.cap is None:
        return total
    return total.clip(lower_bound=points.cap) if points.cap < 0 else total.clip(upper_bound=points.cap)


def _any(alternatives: tuple[tuple[Condition, ...], ...]) -> pl.Expr:
    return reduce(pl.Expr.or_, (_all(conditions) for conditions in alternatives), pl.lit(False))


def _all(conditions: tuple[Condition, ...]) -> pl.Expr:
    return reduce(pl.Expr.and_, (_condition(one) for one in conditions))


def _condition(condition: Condition) -> pl.Expr:
    return _COMPARE[condition.operator](_number(condition.number), condition.bound)


def _number(number: Number) -> pl.Expr:
    terms = [pl.col(slot) if factor == 1 else pl.col(slot) * factor for slot, factor in number.terms]
    found = pl.max_horizontal(terms) if number.greatest else reduce(pl.Expr.add, terms)
    return found % number.modulo if number.modulo else found
