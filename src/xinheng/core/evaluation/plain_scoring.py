"""How each kind of indicator makes points, one record after the other, as the method is written. The reference for all engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.months import age_in_months, completed_months, due_years
from xinheng.core.evaluation.result import Counted, Scored
from xinheng.core.evaluation.scoring import (
    PER_UNIT,
    Bin,
    Bins,
    Flag,
    Levels,
    LevelSum,
    Measure,
    PerRecord,
    Pick,
    Ratio,
    Scoring,
    States,
    Take,
    When,
    capped,
    half_up,
)

Found = Sequence[Evidence]


def taken(take: Take, evidence: Found, on: date) -> list[Evidence]:
    """Return the evidence a take means on this day."""
    return [one for one in evidence if take.asks(one) and one.usable(on) and _at_that_time(take, one, on)]


def _at_that_time(take: Take, one: Evidence, on: date) -> bool:
    match take.when:
        case When.CURRENT:
            return one.in_force(on)
        case When.WINDOW:
            return age_in_months(one.on, on) <= take.months
        case When.ENDED:
            return one.until is not None and one.until <= on and age_in_months(one.until, on) <= take.months
        case When.DUE_YEARS:
            first, last = due_years(take.months, on)
            return first <= one.value <= last
    return True


def score(method: Method, scoring: Scoring, evidence: Found, on: date) -> Scored:
    """Return the points one indicator gives, with the records behind them."""
    match scoring:
        case PerRecord():
            return _per_record(scoring, evidence, on)
        case LevelSum():
            return _level_sum(scoring, evidence, on)
        case Flag():
            return _flag(scoring, evidence, on)
        case Levels():
            return _levels(method, scoring, evidence, on)
        case States():
            return _states(scoring, evidence, on)
        case Bins():
            return _bins(scoring, evidence, on)
        case Ratio():
            return _ratio(scoring, evidence, on)


def _per_record(scoring: PerRecord, evidence: Found, on: date) -> Scored:
    counted = []
    for one in taken(scoring.take, evidence, on):
        age = age_in_months(one.on, on)
        halved = scoring.halves and age > scoring.take.months // 2
        points = half_up(scoring.points, halved)
        counted.append(Counted(evidence=one, points=points, age_months=age, halved=halved))
    return _summed(counted, scoring.cap)


def _level_sum(scoring: LevelSum, evidence: Found, on: date) -> Scored:
    yielding = []
    if scoring.yields is not None and taken(scoring.yields[1], evidence, on):
        yielding = taken(scoring.yields[0], evidence, on)
    counted = [
        Counted(evidence=one, points=points, age_months=age_in_months(one.on, on))
        for take, points in scoring.parts
        for one in taken(take, evidence, on)
        if one not in yielding
    ]
    return _summed(counted, scoring.cap)


def _summed(counted: list[Counted], cap: int | None) -> Scored:
    total = sum(one.points for one in counted)
    held = capped(total, cap)
    return Scored(points=held, seen=str(len(counted)), counted=tuple(counted), capped=held != total)


def _flag(scoring: Flag, evidence: Found, on: date) -> Scored:
    found = [one for take in scoring.takes for one in taken(take, evidence, on)]
    return Scored(points=scoring.points if found else 0, seen=str(len(found)), counted=_shown(found, on))


def _levels(method: Method, scoring: Levels, evidence: Found, on: date) -> Scored:
    found = taken(scoring.take, evidence, on)
    if not found:
        return Scored()

    def rank(one: Evidence) -> int:
        return method.rank(one.kind, one.level)

    if scoring.pick is Pick.LATEST:
        speaks = max(found, key=lambda one: (one.on, rank(one), -one.record))
    else:
        speaks = max(found, key=lambda one: (rank(one), one.on, -one.record))
    points = dict(scoring.points).get(speaks.level, 0)
    return Scored(points=points, seen=speaks.level, counted=_shown([speaks], on, points))


def _states(scoring: States, evidence: Found, on: date) -> Scored:
    for name, take, points in scoring.states:
        if found := taken(take, evidence, on):
            return Scored(points=points, seen=name, counted=_shown(found, on))
    return Scored()


def _bins(scoring: Bins, evidence: Found, on: date) -> Scored:
    found = [one for take in scoring.takes for one in taken(take, evidence, on)]
    if not found or (scoring.complete and len(found) < scoring.takes[0].months):
        return Scored()
    seen = max(_measured(scoring, taken(take, evidence, on), on) for take in scoring.takes)
    return Scored(points=_in_bins(scoring.bins, seen), seen=str(seen), counted=_shown(found, on))


def _measured(scoring: Bins, found: Found, on: date) -> int:
    if not found:
        return 0
    match scoring.measure:
        case Measure.COUNT:
            return sum(1 for one in found if not scoring.counted or one.level in scoring.counted)
        case Measure.SUM:
            return sum(one.value for one in found)
        case Measure.MOST:
            return max(one.value for one in found)
        case Measure.LEAST:
            return min(one.value for one in found)
        case Measure.LATEST:
            return max(found, key=lambda one: (one.on, one.value)).value
    return completed_months(max(one.on for one in found), on)


def _ratio(scoring: Ratio, evidence: Found, on: date) -> Scored:
    good, all_ = taken(scoring.good, evidence, on), taken(scoring.all, evidence, on)
    seen = f"{len(good)}/{len(all_)}"
    if len(all_) < max(scoring.least, 1):
        return Scored(seen=seen)
    for step in scoring.bins:
        # Compared without dividing: good ÷ all against so many ten-thousandths.
        if len(all_) >= step.least_count and step.operator.holds(len(good) * PER_UNIT, step.bound * len(all_)):
            return Scored(points=step.points, seen=seen, counted=_shown(all_, on))
    return Scored(seen=seen, counted=_shown(all_, on))


def _in_bins(bins: Sequence[Bin], seen: int) -> int:
    return next((step.points for step in bins if step.operator.holds(seen, step.bound)), 0)


def _shown(found: Found, on: date, points: int = 0) -> tuple[Counted, ...]:
    return tuple(Counted(evidence=one, points=points, age_months=age_in_months(one.on, on)) for one in found)
