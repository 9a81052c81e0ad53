"""May a grade be used for a matter? One answer with its validity, for approvals, inspection plans and the check API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xinheng.apps.evaluation import catalogue, queries
from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.models import Subject
from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation.matters import Matter, matter_for
from xinheng.core.evaluation.model import NO_RESULT, Family, Model


class Use(StrEnum):
    """What a grade is asked for."""

    SUPERVISION = "supervision"  # inspection plans, differentiated supervision
    SERVICE = "service"  # approvals, funds, conveniences
    PUBLIC = "public"


class Standing(StrEnum):
    """What the answer is."""

    USABLE = "usable"
    NO_RESULT = "no-result"  # treated as the ordinary case, never as a worse one
    NOT_IN_FORCE = "not-in-force"  # a proposal: nobody acts on it
    EXPIRED = "expired"
    CONTESTED = "contested"  # an objection is open: wait for it
    NOT_FOR_THIS = "not-for-this"  # a risk class serves supervision only


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A grade, and whether it may be used."""

    standing: Standing
    model: str
    grade: str = ""
    shared: str = ""  # 优良中差
    points100: int | None = None
    on: date | None = None
    valid_until: date | None = None
    caps: tuple[str, ...] = ()


def check(*, subject: Subject, model_id: str, use: Use, on: date) -> Answer:
    """Answer for one organisation and one model. A grade is never a ground by itself to refuse a right: measures name theirs."""
    model = catalogue.named(model_id, on=on)
    if model.family is Family.RISK and use is not Use.SUPERVISION:
        return Answer(standing=Standing.NOT_FOR_THIS, model=model.key)
    if not model.in_force(on):
        return Answer(standing=Standing.NOT_IN_FORCE, model=model.key)
    result = queries.result_of(subject, model.id)
    if result is None or result.grade == NO_RESULT:
        return Answer(standing=Standing.NO_RESULT, model=model.key)
    bad = result.grade in model.bad_grades
    if use is Use.PUBLIC and ("grade" not in model.public or not queries.may_be_public(result, bad=bad, on=on)):
        return Answer(standing=Standing.NOT_FOR_THIS, model=model.key)
    return _graded(model, result.grade, result.on, tuple(result.caps), contested=queries.under_objection(result), on=on)


def check_for_matter(*, subject: Subject, model_id: str, matter: str, on: date) -> tuple[Answer, Matter]:
    """Answer for a matter whose rule in force names this model's grade; raise NotNamed for any other."""
    named = matter_for(current_policy(), matter, model_id, on=on)
    return check(subject=subject, model_id=model_id, use=Use(named.use), on=on), named


def _graded(model: Model, grade: str, given_on: date, caps: tuple[str, ...], *, contested: bool, on: date) -> Answer:
    band = next(band for band in model.bands if band.grade == grade)
    # A result stands until it is made anew; the city's daily run confirms it, so its age counts from the last run.
    run = queries.last_run(model.id)
    last = max(given_on, run.on) if run is not None else given_on
    until = add_months(last, model.valid_months)
    standing = Standing.CONTESTED if contested else Standing.USABLE if on <= until else Standing.EXPIRED
    return Answer(
        standing=standing,
        model=model.key,
        grade=grade,
        shared=band.shared,
        points100=band.points100,
        on=given_on,
        valid_until=until,
        caps=caps,
    )
