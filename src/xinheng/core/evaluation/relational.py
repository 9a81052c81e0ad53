"""A plan as Ibis expressions: the same sums, maxima and steps for DuckDB and for Spark. Needs the extra ``spark``.

Literals are typed as 64-bit numbers one by one: left to themselves, engines infer narrow types and may wrap around silently.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis

from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Case, Condition, Fold, Number, Plan, Points, Slot, Summed
from xinheng.core.evaluation.scoring import Operator

Expression = Any  # Ibis builds its types at run time
_BOUNDS = (
    ("on", "on_from", Operator.GE),
    ("on", "on_to", Operator.LE),
    ("until", "until_from", Operator.GE),
    ("until", "until_to", Operator.LE),
    ("value", "value_from", Operator.GE),
    ("value", "value_to", Operator.LE),
)


def whole(number: int) -> Expression:
    """Return a 64-bit literal."""
    return ibis.literal(number, type="int64")


def results(evidence: Expression, subjects: Expression, plan: Plan, book: CodeBook) -> Expression:
    """Return the results of a city, with the columns of ``plan.columns()``; rows in no order."""
    usable = evidence.filter(evidence.on <= plan.on, evidence.stops > plan.on)
    slots = usable.group_by("subject").agg(**{name: _slot(usable, slot, book) for name, slot in plan.slots.items()})
    wide = subjects.left_join(slots, "subject").drop("subject_right")
    wide = wide.mutate(**{name: wide[name].fill_null(0).cast("int64") for name in plan.slots})
    wide = wide.filter(_concerned(wide, plan))
    points = {f"p_{i.id}": _points(wide, i.points) for i in plan.indicators}
    caps = {f"c_{cap.id}": _any(wide, cap.alternatives) for cap in plan.caps}
    told = wide.mutate(no_result=_no_result(wide, plan), **points, **caps)
    told = told.mutate(**{f"d_{d.id}": _dimension(told, plan, d.id, d.start, d.least, d.most) for d in plan.dimensions})
    told = told.mutate(score=_sum([told[f"d_{d.id}"] for d in plan.dimensions]))
    told = told.mutate(place_by_points=_band(told, plan))
    told = told.mutate(place=_place(told, plan), caps=_bits(told, plan))
    there = told.no_result == whole(0)
    kept = ("subject", "no_result", "contested")
    return told.select(
        **{
            name: told[name] if name in kept else there.ifelse(told[name], ibis.null("int64"))
            for name in plan.columns()
        }
    )


def _slot(table: Expression, slot: Slot, book: CodeBook) -> Expression:
    cases = [(_holds(table, case, book), _amount(table, case)) for case in slot.cases]
    cases = [pair for pair in cases if pair[0] is not None]
    if not cases:
        return table.subject.count().cast("int64") * whole(0)
    amount = ibis.cases(*cases, else_=ibis.null("int64"))
    return (amount.sum() if slot.fold is Fold.SUM else amount.max()).cast("int64")


def _holds(table: Expression, case: Case, book: CodeBook) -> Expression | None:
    codes = book.meant_by(case)
    if not codes:
        return None
    holds = table.code.isin(codes)
    for column, name, operator in _BOUNDS:
        bound = getattr(case, name)
        if bound is not None:
            holds &= _compare(table[column].cast("int64"), operator, bound)
    return holds


def _amount(table: Expression, case: Case) -> Expression:
    amount = whole(case.constant)
    if case.per_day:
        amount = amount + table.on.cast("int64") * whole(case.per_day)
    if case.per_value:
        amount = amount + table.value.cast("int64") * whole(case.per_value)
    return amount


def _concerned(table: Expression, plan: Plan) -> Expression:
    kind = table.kind.isin(list(plan.kinds))
    if plan.on_application:
        kind |= table.kind.isin(list(plan.on_application)) & table.applied
    if plan.regions:
        kind &= table.region.isin(list(plan.regions))
    if plan.unscoped:
        return kind
    scoped = table.division.isin(list(plan.divisions)) if plan.divisions else ibis.literal(False)
    return kind & (scoped | _any(table, plan.concerned))


def _no_result(table: Expression, plan: Plan) -> Expression:
    names = [name for name, _ in plan.no_results]
    if plan.nobody:
        return whole(names.index(plan.nobody) + 1)
    steps = [(_any(table, alternatives), whole(n)) for n, (_, alternatives) in enumerate(plan.no_results, start=1)]
    return ibis.cases(*steps, else_=whole(0)) if steps else whole(0)


def _dimension(table: Expression, plan: Plan, name: str, start: int, least: int, most: int) -> Expression:
    points = [table[f"p_{i.id}"] for i in plan.indicators if i.dimension == name]
    return _sum([whole(start), *points]).clip(lower=whole(least), upper=whole(most)).cast("int64")


def _band(table: Expression, plan: Plan) -> Expression:
    steps = [(table.score >= whole(least), whole(place)) for least, place in plan.bands]
    return ibis.cases(*steps, else_=whole(plan.bands[-1][1]))


def _place(table: Expression, plan: Plan) -> Expression:
    capped = [table[f"c_{cap.id}"].ifelse(whole(cap.place), whole(0)) for cap in plan.caps]
    return ibis.greatest(table.place_by_points, *capped).cast("int64") if capped else table.place_by_points


def _bits(table: Expression, plan: Plan) -> Expression:
    bits = [table[f"c_{cap.id}"].ifelse(whole(1 << n), whole(0)) for n, cap in enumerate(plan.caps)]
    return _sum(bits) if bits else whole(0)


def _points(table: Expression, points: Points) -> Expression:
    if isinstance(points, Summed):
        return _summed(table, points)
    steps = [(_all(table, step.conditions), whole(step.points)) for step in points]
    return ibis.cases(*steps, else_=whole(0)).cast("int64") if steps else whole(0)


def _summed(table: Expression, points: Summed) -> Expression:
    total = table[points.slot]
    if points.without is not None:
        slot, condition = points.without
        total = total - _condition(table, condition).ifelse(table[slot], whole(0))
    if points.cap is None:
        return total
    return total.clip(lower=whole(points.cap)) if points.cap < 0 else total.clip(upper=whole(points.cap))


def _any(table: Expression, alternatives: tuple[tuple[Condition, ...], ...]) -> Expression:
    return reduce(lambda a, b: a | b, (_all(table, one) for one in alternatives), ibis.literal(False))


def _all(table: Expression, conditions: tuple[Condition, ...]) -> Expression:
    return reduce(lambda a, b: a & b, (_condition(table, one) for one in conditions))


def _condition(table: Expression, condition: Condition) -> Expression:
    return _compare(_number(table, condition.number), condition.operator, condition.bound)


def _compare(seen: Expression, operator: Operator, bound: int) -> Expression:
    limit = whole(bound)
    return {
        Operator.GE: seen >= limit,
        Operator.GT: seen > limit,
        Operator.LE: seen <= limit,
        Operator.LT: seen < limit,
        Operator.EQ: seen == limit,
    }[operator]


def _number(table: Expression, number: Number) -> Expression:
    terms = [table[slot] if factor == 1 else table[slot] * whole(factor) for slot, factor in number.terms]
    found = ibis.greatest(*terms) if number.greatest and len(terms) > 1 else _sum(terms)
    return found % whole(number.modulo) if number.modulo else found


def _sum(terms: list[Expression]) -> Expression:
    return reduce(lambda a, b: a + b, terms)
