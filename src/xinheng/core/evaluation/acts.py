"""What would change a result: which lawful act, from which day, and what time alone will do. Nothing else is suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation import plain
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.method import REGISTRATION, Method
from xinheng.core.evaluation.model import Direction
from xinheng.core.evaluation.organisations import Organisation
from xinheng.core.evaluation.result import Result
from xinheng.core.evaluation.scoring import PerRecord, When

_FORECAST = 8  # days of change told ahead
_AHEAD = 37  # months looked ahead: the longest window of a penalty, and a day


class ActKind(StrEnum):
    """How a record can lawfully stop counting."""

    REPAIR = "repair"  # 信用修复
    REMOVAL = "removal"  # off a list or a directory
    FULFILMENT = "fulfilment"  # paid, closed, put right, graded anew


_BY_KIND = {
    "penalty": ActKind.REPAIR,
    "abnormal": ActKind.REMOVAL,
    "serious_list": ActKind.REMOVAL,
    "dishonest": ActKind.REMOVAL,
    "charity_abnormal": ActKind.REMOVAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act about one record, and the result it would lead to if nothing else changed."""

    kind: ActKind
    record: int
    indicators: tuple[str, ...]  # indicators and caps it concerns
    possible_from: date | None  # None: when the obligation is fulfilled; no waiting period is set
    score: int | None
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A day on which time alone changes the result, and how."""

    on: date
    score: int | None
    grade: str
    indicators: tuple[str, ...]


def acts(
    method: Method,
    organisation: Organisation,
    evidence: Sequence[Evidence],
    result: Result,
    *,
    repairable_from: Mapping[int, date],
) -> tuple[Act, ...]:
    """Return what the organisation can do, the most helpful first. ``repairable_from``: record → first day repair may be granted."""
    found = []
    for record, concerned in _against(method, result).items():
        without = [one for one in evidence if one.record != record or one.kind in (REGISTRATION, "trade")]
        after = plain.evaluate(method, organisation, without, on=result.on)
        kind = next(one.kind for one in evidence if one.record == record and one.kind != REGISTRATION)
        act = _BY_KIND.get(kind, ActKind.FULFILMENT)
        found.append(
            Act(
                kind=act,
                record=record,
                indicators=tuple(concerned),
                possible_from=repairable_from.get(record) if act is ActKind.REPAIR else None,
                score=after.score,
                grade=after.grade,
            )
        )
    better = -1 if method.model.direction is Direction.CREDIT else 1
    place = {grade: n for n, grade in enumerate(method.model.grades)}
    return tuple(sorted(found, key=lambda act: (place.get(act.grade, 99), better * (act.score or 0), act.record)))


def _against(method: Method, result: Result) -> dict[int, list[str]]:
    """Return record → indicators and caps in which it speaks against the organisation."""
    sign = -1 if method.model.direction is Direction.CREDIT else 1
    found: dict[int, list[str]] = {}
    for contribution in result.contributions:
        if contribution.points * sign > 0:
            for counted in contribution.scored.counted:
                if counted.evidence.kind not in (REGISTRATION, "trade"):
                    found.setdefault(counted.evidence.record, []).append(contribution.indicator)
    for fired in result.caps:
        for one in fired.records:
            if one.kind not in (REGISTRATION, "trade"):
                found.setdefault(one.record, []).append(fired.cap)
    return found


def turns(method: Method, organisation: Organisation, evidence: Sequence[Evidence], result: Result) -> tuple[Turn, ...]:
    """Return the next days on which time alone changes the result, if nothing else happens."""
    found: list[Turn] = []
    before = result
    for day in _days_of_change(method, evidence, result.on):
        after = plain.evaluate(method, organisation, evidence, on=day)
        changed = _changed(before, after)
        if changed or after.grade != before.grade:
            found.append(Turn(on=day, score=after.score, grade=after.grade, indicators=changed))
            before = after
        if len(found) == _FORECAST:
            break
    return tuple(found)


def _days_of_change(method: Method, evidence: Sequence[Evidence], on: date) -> list[date]:
    """Return every later day on which some record passes a border of some window, in order."""
    day = timedelta(days=1)
    days: set[date] = set()
    borders = _borders(method)
    for one in evidence:
        days |= {d for d in (one.until, one.stops) if d is not None}
        days |= {add_months(one.on, months) + day for months in borders.get(one.kind, ())}
        if one.kind == REGISTRATION:
            days |= {add_months(one.on, months) for months in (6, 12, 36, 60, 120)}
    last = add_months(on, _AHEAD)
    return sorted(d for d in days if on < d <= last)


def _borders(method: Method) -> dict[str, set[int]]:
    """Return kind of evidence → ages in months at which it passes into another half, or out of a window."""
    found: dict[str, set[int]] = {}
    for indicator in method.indicators():
        scoring = indicator.scoring
        if isinstance(scoring, PerRecord) and scoring.halves:
            found.setdefault(scoring.take.kind, set()).add(scoring.take.months // 2)
    running = [take for i in method.indicators() for take in i.scoring.all_takes()]
    for take in (*running, *(take for cap in method.caps() for take in cap.takes)):
        if take.when is When.WINDOW:
            found.setdefault(take.kind, set()).add(take.months)
    return found


def _changed(before: Result, after: Result) -> tuple[str, ...]:
    was = {c.indicator: c.points for c in before.contributions}
    now = {c.indicator: c.points for c in after.contributions}
    caps = {c.cap for c in before.caps} ^ {c.cap for c in after.caps}
    return (*(name for name in {**was, **now} if was.get(name, 0) != now.get(name, 0)), *sorted(caps))
