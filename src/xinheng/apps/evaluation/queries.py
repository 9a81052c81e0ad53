"""Reading results: current, as they were, with what may be shown to whom."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from xinheng.apps.evaluation.models import Application, Notice, NoticeState, Objection, Outcome, Result, Run, RunState
from xinheng.apps.subjects.models import Subject

COUNTS = (RunState.DONE, RunState.CONFIRMED)


def current(model: str) -> QuerySet[Result]:
    """Return the results in force under a model."""
    return Result.objects.filter(model=model, current=True)


def result_of(subject: Subject, model: str) -> Result | None:
    """Return the result in force of one organisation."""
    return current(model).filter(subject=subject).first()


def models_with(subject: Subject) -> set[str]:
    """Return the models under which an organisation has a result, or is told that there is none."""
    return set(Result.objects.filter(subject=subject, current=True).values_list("model", flat=True))


def history(subject: Subject, model: str) -> QuerySet[Result]:
    """Return every result an organisation ever had, the newest first."""
    return Result.objects.filter(subject=subject, model=model).order_by("-at", "-pk")


def as_of(subject: Subject, model: str, at: datetime) -> Result | None:
    """Return the result that was in force at an instant."""
    return history(subject, model).filter(at__lte=at).first()


def last_run(model: str) -> Run | None:
    """Return the last run of a model that took effect."""
    return Run.objects.filter(model=model, state__in=COUNTS).order_by("-pk").first()


def applied(subject: Subject, model: str, *, at: datetime | None = None) -> bool:
    """Say whether a trader's application to be evaluated stood at an instant."""
    stands = Q(ended_at__isnull=True) | (Q(ended_at__gt=at) if at is not None else Q(pk__in=()))
    told = Application.objects.filter(stands, subject=subject, model=model)
    return told.filter(applied_at__lte=at).exists() if at is not None else told.exists()


def applicants(model: str, *, at: datetime) -> set[int]:
    """Return the traders whose application stood at an instant."""
    stands = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    return set(Application.objects.filter(stands, model=model, applied_at__lte=at).values_list("subject", flat=True))


def under_objection(result: Result) -> bool:
    """Say whether an objection to a result is open."""
    return Objection.objects.filter(subject=result.subject_id, model=result.model, outcome=Outcome.OPEN).exists()


def notice_of(result: Result) -> Notice | None:
    """Return the notice that stands about a bad result."""
    return Notice.objects.filter(result=result).exclude(state=NoticeState.WITHDRAWN).order_by("-pk").first()


def may_be_public(result: Result, *, bad: bool, on: date) -> bool:
    """Say whether anyone may see a result: no objection is open, and a bad one was told to its subject long enough ago."""
    if result.grade == "N" or under_objection(result):
        return False
    if not bad:
        return True
    notice = notice_of(result)
    return notice is not None and notice.publish_from <= on
