"""From method to plan: each kind of indicator as slots and steps. The plain reading is the reference; generated cases compare."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from xinheng.core.evaluation.method import REGISTRATION, Method
from xinheng.core.evaluation.model import Cap, Direction, NoResult
from xinheng.core.evaluation.months import day_number, due_years, first_day_within, last_day_completed
from xinheng.core.evaluation.plan import (
    Case,
    Condition,
    Fold,
    Number,
    Plan,
    PlannedCap,
    PlannedDimension,
    PlannedIndicator,
    Points,
    Slot,
    Step,
    Summed,
)
from xinheng.core.evaluation.scoring import (
    PER_UNIT,
    Bin,
    Bins,
    Flag,
    Levels,
    LevelSum,
    Measure,
    Operator,
    PerRecord,
    Pick,
    Ratio,
    Scoring,
    States,
    Take,
    When,
    half_up,
)

DAY_AND_LEVEL = 64  # a day and a level's rank in one number: the latest record's level
DAY_AND_VALUE = 2**43  # a day and a value in one number: the latest record's value
ESTABLISHED, REGISTERED, CONTESTED = "established", "registered", "contested"


def plan(method: Method, on: date) -> Plan:
    """Return the plan of a method for one day."""
    return _Planner(method=method, on=on).made()


@dataclass
class _Planner:
    method: Method
    on: date
    slots: dict[str, Slot] = field(default_factory=dict)
    level_of: dict[str, Number] = field(default_factory=dict)  # indicator → the rank of the level it goes by

    def made(self) -> Plan:
        registration = Case(kind=REGISTRATION, per_day=1)
        self.slots[ESTABLISHED] = Slot(fold=Fold.MAX, cases=(registration,))
        self.slots[REGISTERED] = Slot(fold=Fold.SUM, cases=(Case(kind=REGISTRATION, constant=1),))
        self.slots[CONTESTED] = Slot(fold=Fold.SUM, cases=(Case(contested=True, constant=1),))
        model, scope = self.method.model, self.method.model.scope
        indicators = tuple(
            PlannedIndicator(id=i.id, dimension=i.dimension, points=self.points(i.id, i.scoring))
            for i in self.method.indicators()
        )
        return Plan(
            on=day_number(self.on),
            slots=self.slots,
            indicators=indicators,
            dimensions=tuple(
                PlannedDimension(id=d.id, start=d.start, least=d.least, most=d.most) for d in model.dimensions
            ),
            caps=tuple(self.cap(cap) for cap in self.method.caps()),
            bands=self.bands(),
            no_results=tuple((rule.id, self.no_result(rule)) for rule in model.no_results),
            nobody=self.method.missing_needs(),
            concerned=tuple(self.any_of(f"scope_{n}", (take,)) for n, take in enumerate(scope.holding)),
            kinds=tuple(sorted(scope.kinds)),
            on_application=tuple(sorted(scope.on_application)),
            divisions=scope.divisions,
            regions=scope.regions,
            unscoped=not scope.divisions and not scope.holding,
        )

    def bands(self) -> tuple[tuple[int, int], ...]:
        places = [(band.least, place) for place, band in enumerate(self.method.model.bands)]
        return tuple(places if self.method.model.direction is Direction.CREDIT else reversed(places))

    def cases(self, take: Take, *, constant: int = 0, per_day: int = 0, per_value: int = 0) -> tuple[Case, ...]:
        """Return the rows a take means, each contributing the same."""
        today = day_number(self.on)
        bounds: dict[str, Any] = {}
        match take.when:
            case When.CURRENT:
                bounds = {"until_from": today + 1}
            case When.WINDOW:
                bounds = {"on_from": day_number(first_day_within(take.months, self.on))}
            case When.ENDED:
                bounds = {"until_from": day_number(first_day_within(take.months, self.on)), "until_to": today}
            case When.DUE_YEARS:
                first, last = due_years(take.months, self.on)
                bounds = {"value_from": first, "value_to": last}
        return (
            Case(
                kind=take.kind,
                levels=take.levels,
                domains=take.domains,
                constant=constant,
                per_day=per_day,
                per_value=per_value,
                **bounds,
            ),
        )

    def slot(self, name: str, fold: Fold, cases: tuple[Case, ...]) -> Number:
        self.slots[name] = Slot(fold=fold, cases=cases)
        return Number(((name, 1),))

    def count(self, name: str, take: Take) -> Number:
        return self.slot(name, Fold.SUM, self.cases(take, constant=1))

    def any_of(self, name: str, takes: tuple[Take, ...]) -> tuple[Condition, ...]:
        """Return the condition that there is any of what these mean. They may overlap: presence is a maximum, not a sum."""
        numbers = [self.count(f"{name}_{n}", take) for n, take in enumerate(takes)]
        return (Condition(_greatest(numbers), Operator.GT, 0),)

    def points(self, name: str, scoring: Scoring) -> Points:
        match scoring:
            case PerRecord():
                return self.per_record(name, scoring)
            case LevelSum():
                return self.level_sum(name, scoring)
            case Flag():
                return (Step(self.any_of(name, scoring.takes), scoring.points),)
            case Levels():
                return self.levels(name, scoring)
            case States():
                return tuple(
                    Step(self.any_of(f"{name}_{state}", (take,)), points) for state, take, points in scoring.states
                )
            case Bins():
                return self.bins(name, scoring)
            case Ratio():
                return self.ratio(name, scoring)

    def per_record(self, name: str, scoring: PerRecord) -> Points:
        cases = self.cases(scoring.take, constant=scoring.points)
        if scoring.halves:
            full = day_number(first_day_within(scoring.take.months // 2, self.on))
            half = half_up(scoring.points, halves=True)
            cases = (*_between(cases, full, None), *_between(_with(cases, half), None, full - 1))
        self.slot(name, Fold.SUM, cases)
        return Summed(name, scoring.cap)

    def level_sum(self, name: str, scoring: LevelSum) -> Points:
        parts = tuple(case for take, points in scoring.parts for case in self.cases(take, constant=points))
        self.slot(name, Fold.SUM, parts)
        if scoring.yields is None:
            return Summed(name, scoring.cap)
        yielding, to = scoring.yields
        points = {take.levels: points for take, points in scoring.parts}
        self.slot(f"{name}_yields", Fold.SUM, self.cases(yielding, constant=points[yielding.levels]))
        return Summed(name, scoring.cap, (f"{name}_yields", self.any_of(f"{name}_to", (to,))[0]))

    def levels(self, name: str, scoring: Levels) -> Points:
        kind, latest = scoring.take.kind, scoring.pick is Pick.LATEST
        cases: tuple[Case, ...] = ()
        for level in self.method.kinds[kind].levels:
            if scoring.take.levels and level.id not in scoring.take.levels:
                continue
            rank = self.method.rank(kind, level.id)
            take = Take(
                kind=kind,
                levels=(level.id,),
                domains=scoring.take.domains,
                when=scoring.take.when,
                months=scoring.take.months,
            )
            cases += self.cases(take, constant=rank, per_day=DAY_AND_LEVEL if latest else 0)
        self.slot(name, Fold.MAX, cases)
        number = Number(((name, 1),), modulo=DAY_AND_LEVEL)
        self.level_of[name] = number
        return tuple(
            Step((Condition(number, Operator.EQ, self.method.rank(kind, level)),), points)
            for level, points in scoring.points
        )

    def bins(self, name: str, scoring: Bins) -> Points:
        present = self.any_of(f"{name}_any", scoring.takes)[0]
        steps = [Step((Condition(present.number, Operator.LE, 0),), 0)]
        if scoring.complete:
            steps.append(Step((Condition(present.number, Operator.LT, scoring.takes[0].months),), 0))
        if scoring.measure is Measure.MONTHS_SINCE:
            number = self.slot(name, Fold.MAX, self.cases(scoring.takes[0], per_day=1))
            return (*steps, *(self.by_age(number, step) for step in scoring.bins))
        number = _greatest([self.measured(f"{name}_{n}", scoring, take) for n, take in enumerate(scoring.takes)])
        return (*steps, *(Step((Condition(number, b.operator, b.bound),), b.points) for b in scoring.bins))

    def measured(self, name: str, scoring: Bins, take: Take) -> Number:
        match scoring.measure:
            case Measure.COUNT:
                counted = scoring.counted or take.levels
                narrowed = Take(
                    kind=take.kind, levels=counted, domains=take.domains, when=take.when, months=take.months
                )
                return self.count(name, narrowed)
            case Measure.SUM:
                return self.slot(name, Fold.SUM, self.cases(take, per_value=1))
            case Measure.MOST:
                return self.slot(name, Fold.MAX, self.cases(take, per_value=1))
            case Measure.LEAST:
                self.slot(name, Fold.MAX, self.cases(take, per_value=-1))
                return Number(((name, -1),))
            case Measure.LATEST:
                self.slot(name, Fold.MAX, self.cases(take, per_day=DAY_AND_VALUE, per_value=1))
                return Number(((name, 1),), modulo=DAY_AND_VALUE)
        raise ValueError(scoring.measure)

    def by_age(self, number: Number, step: Bin) -> Step:
        """Turn a bin of months into one of days: so old means registered on that day or before."""

        def at_least(months: int) -> Condition:
            return Condition(number, Operator.LE, day_number(last_day_completed(max(months, 0), self.on)))

        def younger(months: int) -> Condition:
            return Condition(number, Operator.GT, day_number(last_day_completed(max(months, 0), self.on)))

        conditions = {
            Operator.GE: (at_least(step.bound),),
            Operator.GT: (at_least(step.bound + 1),),
            Operator.LT: (younger(step.bound),),
            Operator.LE: (younger(step.bound + 1),),
            Operator.EQ: (at_least(step.bound), younger(step.bound + 1)),
        }
        return Step(conditions[step.operator], step.points)

    def ratio(self, name: str, scoring: Ratio) -> Points:
        self.count(f"{name}_good", scoring.good)
        everything = self.count(f"{name}_all", scoring.all)
        steps = [Step((Condition(everything, Operator.LT, max(scoring.least, 1)),), 0)]
        for step in scoring.bins:
            difference = Number(((f"{name}_good", PER_UNIT), (f"{name}_all", -step.bound)))
            enough = Condition(everything, Operator.GE, step.least_count)
            steps.append(Step((enough, Condition(difference, step.operator, 0)), step.points))
        return tuple(steps)

    def cap(self, cap: Cap) -> PlannedCap:
        alternatives = [self.any_of(f"{cap.id}_{n}", (take,)) for n, take in enumerate(cap.takes)]
        for indicator, levels in cap.grades:
            if indicator in self.level_of:
                kind = self.method.model.indicator(indicator).scoring.all_takes()[0].kind
                number = self.level_of[indicator]
                alternatives += [(Condition(number, Operator.EQ, self.method.rank(kind, level)),) for level in levels]
        if cap.younger_than_months is not None:
            alternatives.append(self.young(cap.younger_than_months))
        return PlannedCap(
            id=cap.id, place=self.method.model.grades.index(cap.at_best), alternatives=tuple(alternatives)
        )

    def young(self, months: int) -> tuple[Condition, ...]:
        last = day_number(last_day_completed(months, self.on))
        return _registered(Operator.GT, 0), _established(Operator.GT, last)

    def no_result(self, rule: NoResult) -> tuple[tuple[Condition, ...], ...]:
        alternatives: list[tuple[Condition, ...]] = []
        if REGISTRATION in rule.needs:
            alternatives.append((_registered(Operator.LE, 0),))
        if rule.younger_than_months is not None:
            alternatives.append(self.young(rule.younger_than_months))
        if rule.states:
            take = Take(kind=REGISTRATION, levels=rule.states, when=When.ANY)
            alternatives.append((_registered(Operator.GT, 0), *self.any_of(rule.id, (take,))))
        return tuple(alternatives)


def _established(operator: Operator, bound: int) -> Condition:
    return Condition(Number(((ESTABLISHED, 1),)), operator, bound)


def _registered(operator: Operator, bound: int) -> Condition:
    return Condition(Number(((REGISTERED, 1),)), operator, bound)


def _greatest(numbers: list[Number]) -> Number:
    if len(numbers) == 1:
        return numbers[0]
    if any(number.modulo or len(number.terms) > 1 for number in numbers):
        raise ValueError("only plain numbers are compared with one another")
    return Number(tuple(number.terms[0] for number in numbers), greatest=True)


def _with(cases: tuple[Case, ...], constant: int) -> tuple[Case, ...]:
    return tuple(replace(case, constant=constant) for case in cases)


def _between(cases: tuple[Case, ...], first: int | None, last: int | None) -> tuple[Case, ...]:
    """Narrow cases to days from ``first`` to ``last``."""
    narrowed = []
    for case in cases:
        begins = [day for day in (case.on_from, first) if day is not None]
        ends = [day for day in (case.on_to, last) if day is not None]
        narrowed.append(replace(case, on_from=max(begins, default=None), on_to=min(ends, default=None)))
    return tuple(narrowed)
