"""One organisation's result with everything that explains it: points ← indicator ← records, what was left out, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from xinheng.apps.clock import local_date
from xinheng.apps.evaluation import reading
from xinheng.apps.evaluation.refusals import NotConcerned
from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.models import Subject
from xinheng.core.evaluation import acts, plain
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.extracting import Statement
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import Model
from xinheng.core.evaluation.organisations import Organisation
from xinheng.core.evaluation.result import Result
from xinheng.core.evaluation.switches import method_of
from xinheng.core.policy.model import SubjectKind
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import facts_of
from xinheng.core.publication.rules import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A result, and what a page or a file needs to explain it."""

    subject: Subject
    organisation: Organisation
    method: Method
    result: Result
    statements: Mapping[int, Statement]  # record → what it says
    acts: tuple[acts.Act, ...]
    turns: tuple[acts.Turn, ...]
    inputs_hash: str
    known_at: datetime


def method_for(model: Model, *, on: date, at: datetime | None = None) -> Method:
    """Return a model with the switches of a day, as far as sources were known at an instant."""
    return method_of(current_policy(), model, on=on, collected=reading.collected(at))


def evaluate(*, subject: Subject, method: Method, on: date, at: datetime, applied: bool = False) -> tuple[Result, str]:
    """Return the result of one organisation on a day by what was known at an instant, and the hash of what went in."""
    told = reading.statements(subject, at)
    found, none = reading.evidence(told)
    organisation = reading.organisation(subject, told, applied=applied)
    require_concerned(method, organisation, found, on)
    return plain.evaluate(method, organisation, found, on=on, unused=none), hash_of(found)


def explain(*, subject: Subject, method: Method, on: date, at: datetime, applied: bool = False) -> Explanation:
    """Return the result of one organisation with its explanation."""
    told = reading.statements(subject, at)
    found, none = reading.evidence(told)
    organisation = reading.organisation(subject, told, applied=applied)
    require_concerned(method, organisation, found, on)
    result = plain.evaluate(method, organisation, found, on=on, unused=none)
    once, _ = plain.one_of_each_fact(method, found)
    statements = {statement.record: statement for statement in told}
    return Explanation(
        subject=subject,
        organisation=organisation,
        method=method,
        result=result,
        statements=statements,
        acts=acts.acts(method, organisation, once, result, repairable_from=repairable_from(told, on)),
        turns=acts.turns(method, organisation, once, result),
        inputs_hash=hash_of(found),
        known_at=at,
    )


def require_concerned(method: Method, organisation: Organisation, evidence: Sequence[Evidence], on: date) -> None:
    """Raise NotConcerned unless the model is for this organisation."""
    if plain.concerns(method, organisation, evidence, on):
        return
    scope = method.model.scope
    if organisation.kind in scope.on_application and not organisation.applied:
        why = "个体工商户须由经营者申请"
    elif organisation.kind not in scope.kinds | scope.on_application:
        why = "主体类别不在适用范围"
    else:
        why = "行业或许可不在适用范围"
    raise NotConcerned(model=method.model.zh, why=why)


def hash_of(evidence: Sequence[Evidence]) -> str:
    """Name exactly this evidence: the same evidence and the same method give the same result, byte for byte."""
    told = "\n".join(sorted(repr(one) for one in evidence))
    return "sha256:" + sha256(told.encode()).hexdigest()


def repairable_from(told: Sequence[Statement], on: date) -> dict[int, date]:
    """Return record → the first day on which repair may be granted, by the publication rules."""
    policy = current_policy()
    rules, found = rules_of(policy), {}
    for statement in told:
        versions = policy.item_versions.get(statement.item)
        if not versions or statement.governing is None or statement.ended is not None:
            continue
        facts = facts_of(
            versions[-1], statement.values, subject_kind=SubjectKind.ENTERPRISE, governing_on=statement.governing, on=on
        )
        earliest = decide(facts, rules, on=on).earliest_repair
        if earliest is not None:
            found[statement.record] = earliest
    return found


def end_of_day(day: date, at: datetime) -> datetime:
    """Return the instant by which a day's evaluation may know things: its end, or now where the day is not over."""
    return (
        min(at, at.replace(year=day.year, month=day.month, day=day.day))
        if day == local_date(at)
        else _midnight(day, at)
    )


def _midnight(day: date, at: datetime) -> datetime:
    from datetime import timedelta

    from django.utils.timezone import get_current_timezone

    after = datetime(day.year, day.month, day.day, tzinfo=get_current_timezone()) + timedelta(days=1)
    return min(after - timedelta(microseconds=1), at)
