"""The method, applied to one organisation the way its text reads. Slow and clear: every engine must equal it to the point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from xinheng.core.evaluation.evidence import Evidence, NotCounted
from xinheng.core.evaluation.method import REGISTRATION, Method
from xinheng.core.evaluation.model import NO_RESULT, Cap, NoResult
from xinheng.core.evaluation.months import completed_months
from xinheng.core.evaluation.organisations import Organisation
from xinheng.core.evaluation.plain_scoring import score, taken
from xinheng.core.evaluation.result import Contribution, Fired, Reached, Result, Unused
from xinheng.core.evaluation.scoring import Bins


def concerns(method: Method, organisation: Organisation, evidence: Sequence[Evidence], on: date) -> bool:
    """Say whether the model is for this organisation."""
    scope = method.model.scope
    wanted = organisation.kind in scope.kinds or (organisation.kind in scope.on_application and organisation.applied)
    wanted = wanted and (not scope.regions or organisation.region in scope.regions)
    traded = not scope.divisions or organisation.division in scope.divisions
    held = any(taken(take, evidence, on) for take in scope.holding)
    return wanted and ((traded and bool(scope.divisions or not scope.holding)) or held)


def one_of_each_fact(method: Method, evidence: Iterable[Evidence]) -> tuple[list[Evidence], list[Unused]]:
    """Return evidence with each fact once, the graver of two statements, and what was left out."""
    kept: dict[object, Evidence] = {}
    left = []
    for one in evidence:
        key: object = (one.kind, one.fact) if one.fact else object()
        other = kept.get(key)
        if other is None or _graver(method, one) > _graver(method, other):
            kept[key], other = one, other
        else:
            other = one
        if other is not None:
            left.append(Unused(record=other.record, why=NotCounted.SAME_FACT, kind=other.kind))
    return list(kept.values()), left


def _graver(method: Method, one: Evidence) -> tuple[int, int, date, int]:
    return method.rank(one.kind, one.level), one.value, one.on, -one.record


def evaluate(
    method: Method, organisation: Organisation, evidence: Iterable[Evidence], *, on: date, unused: Iterable[Unused] = ()
) -> Result:
    """Return the result of one organisation on a day, from the evidence known.

    ``unused`` are records that were no evidence to begin with; they are told again in the result.
    """
    facts, same = one_of_each_fact(method, evidence)
    named = {take.kind for take in method.model.takes()}
    unused = [one for one in unused if one.kind in named]
    established = established_on(facts, on)
    if rule := no_result(method, facts, established, on):
        return Result(
            model=method.model.key,
            on=on,
            score=None,
            grade=NO_RESULT,
            band=NO_RESULT,
            no_result=rule,
            unused=(*unused, *same),
        )
    contributions = tuple(
        Contribution(indicator=i.id, scored=score(method, i.scoring, facts, on)) for i in method.indicators()
    )
    dimensions = _dimensions(method, contributions)
    total = sum(reached.total for reached in dimensions)
    caps = tuple(
        fired for cap in method.caps() if (fired := _fires(cap, contributions, facts, established, on)) is not None
    )
    by_points = method.model.place_of(total)
    # The worst applies: of the grade by points and of every cap, the one farthest from the best.
    place = max([by_points, *(method.model.grades.index(_cap(method, fired).at_best) for fired in caps)])
    return Result(
        model=method.model.key,
        on=on,
        score=total,
        grade=method.model.grades[place],
        band=method.model.grades[by_points],
        dimensions=dimensions,
        contributions=contributions,
        caps=caps,
        unused=(*unused, *same, *_not_counted(method, facts, contributions, caps, on)),
        contested=sum(1 for one in facts if one.contested and one.usable(on)),
    )


def established_on(evidence: Iterable[Evidence], on: date) -> date | None:
    """Return the day the organisation was registered, as known."""
    days = [one.on for one in evidence if one.kind == REGISTRATION and one.usable(on)]
    return max(days, default=None)


def no_result(method: Method, evidence: Sequence[Evidence], established: date | None, on: date) -> str:
    """Return the rule by which there is no result, or nothing."""
    if rule := method.missing_needs():
        return rule
    states = {one.level for one in evidence if one.kind == REGISTRATION and one.usable(on)}
    for rule_ in method.model.no_results:
        if _applies(rule_, states, established, on):
            return rule_.id
    return ""


def _applies(rule: NoResult, states: set[str], established: date | None, on: date) -> bool:
    if established is None:
        return REGISTRATION in rule.needs
    young = rule.younger_than_months is not None and completed_months(established, on) < rule.younger_than_months
    return young or bool(states & set(rule.states))


def _dimensions(method: Method, contributions: Sequence[Contribution]) -> tuple[Reached, ...]:
    told = []
    for dimension in method.model.dimensions:
        delta = sum(c.points for c in contributions if method.model.indicator(c.indicator).dimension == dimension.id)
        total = min(max(dimension.start + delta, dimension.least), dimension.most)
        told.append(Reached(dimension=dimension.id, start=dimension.start, delta=delta, total=total))
    return tuple(told)


def _fires(
    cap: Cap, contributions: Sequence[Contribution], evidence: Sequence[Evidence], established: date | None, on: date
) -> Fired | None:
    found = [one for take in cap.takes for one in taken(take, evidence, on)]
    for indicator, levels in cap.grades:
        for c in contributions:
            if c.indicator == indicator and c.scored.seen in levels:
                found += [counted.evidence for counted in c.scored.counted]
    young = (
        cap.younger_than_months is not None
        and established is not None
        and completed_months(established, on) < cap.younger_than_months
    )
    return Fired(cap=cap.id, records=tuple(dict.fromkeys(found))) if found or young else None


def _cap(method: Method, fired: Fired) -> Cap:
    return next(cap for cap in method.model.caps if cap.id == fired.cap)


def _not_counted(
    method: Method,
    evidence: Sequence[Evidence],
    contributions: Sequence[Contribution],
    caps: Sequence[Fired],
    on: date,
) -> list[Unused]:
    """Say of every piece of evidence that gave nothing why it did not."""
    used = {id(counted.evidence) for c in contributions for counted in c.scored.counted}
    used |= {id(one) for fired in caps for one in fired.records}
    asking = [take for i in method.indicators() for take in i.scoring.all_takes()]
    asking += [take for cap in method.caps() for take in cap.takes]
    running = {take.kind for take in asking}
    named = {take.kind for take in method.model.takes()}
    incomplete = {
        i.scoring.takes[0].kind for i in method.indicators() if isinstance(i.scoring, Bins) and i.scoring.complete
    }
    left = []
    for one in evidence:
        if id(one) in used or one.kind == REGISTRATION or one.kind not in named:
            continue
        if one.kind not in running:
            why = NotCounted.SWITCHED_OFF
        elif not one.usable(on):
            why = NotCounted.NOT_SHOWN
        elif not any(take.asks(one) for take in asking):
            why = NotCounted.NOT_ASKED
        elif one.until is not None and one.until <= on:
            why = NotCounted.ENDED
        elif one.kind in incomplete:
            why = NotCounted.INCOMPLETE
        elif any(taken(take, [one], on) for take in asking):
            why = NotCounted.ANOTHER_COUNTED
        else:
            why = NotCounted.OUTSIDE_WINDOW
        left.append(Unused(record=one.record, why=why, kind=one.kind))
    return left
